//! The words of the screens: one file a language in `assets/words`, in Fluent's form.

use std::borrow::Cow;

use fluent_bundle::{FluentArgs, FluentBundle, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

/// A language that the screens speak: a row of [`LANGUAGES`].
#[derive(Debug, Clone, Copy)]
pub struct Language {
    /// What files and systems call it (BCP 47).
    pub id: &'static str,
    /// What it calls itself.
    pub name: &'static str,
    /// Its file.
    pub file: &'static str,
}

/// Every language. The first is complete and stands in where another lacks something.
pub const LANGUAGES: &[Language] = &[
    Language { id: "en", name: "English", file: include_str!("../../../assets/words/en.ftl") },
    Language { id: "de", name: "Deutsch", file: include_str!("../../../assets/words/de.ftl") },
];

/// The row of a language, by the whole of its id or by its first part; the first row where it is not spoken.
pub fn find_language(id: &str) -> &'static Language {
    let first = id.split(['-', '_']).next().unwrap_or_default();
    let spoken = |row: &&Language| row.id.eq_ignore_ascii_case(id) || row.id.eq_ignore_ascii_case(first);
    LANGUAGES.iter().find(spoken).unwrap_or(&LANGUAGES[0])
}

/// The language of the system, as far as it is spoken here.
pub fn language_of_system() -> &'static Language {
    find_language(&sys_locale::get_locale().unwrap_or_default())
}

/// The words of one language.
pub struct Words {
    language: &'static Language,
    own: FluentBundle<FluentResource>,
    fallback: FluentBundle<FluentResource>,
    /// By how much each text is made longer, to see whether the screens hold: 1 leaves it.
    stretch: f32,
}

impl std::fmt::Debug for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Words").field("language", &self.language.id).finish_non_exhaustive()
    }
}

impl Words {
    /// The words of a language.
    pub fn new(language: &'static Language) -> Self {
        Self { language, own: bundle(language), fallback: bundle(&LANGUAGES[0]), stretch: 1.0 }
    }

    /// The same words, each made longer by a share: languages need more room than English.
    #[must_use]
    pub fn stretched(mut self, stretch: f32) -> Self {
        self.stretch = stretch;
        self
    }

    /// Which language it is.
    pub fn language(&self) -> &'static Language {
        self.language
    }

    /// A text.
    pub fn say(&self, id: &str) -> String {
        self.find(id, None).unwrap_or_else(|| id.to_owned())
    }

    /// A text with something put into it.
    pub fn say_with<'a, const N: usize>(&self, id: &str, values: [(&'a str, FluentValue<'a>); N]) -> String {
        let mut arguments = FluentArgs::new();
        for (name, value) in values {
            arguments.set(name, value);
        }
        self.find(id, Some(&arguments)).unwrap_or_else(|| id.to_owned())
    }

    /// What a row of one of core's registries is called here; `core_says` where no language has words of its own for it.
    pub fn row<'a>(&self, registry: &str, id: &str, part: &str, core_says: &'a str) -> Cow<'a, str> {
        let key = format!("{registry}-{}-{part}", id.replace(['_', '.', '/'], "-"));
        match format(&self.own, &key, None) {
            Some(text) => Cow::Owned(self.stretched_text(text)),
            None if self.stretch > 1.0 => Cow::Owned(self.stretched_text(core_says.to_owned())),
            None => Cow::Borrowed(core_says),
        }
    }

    /// What a term is called and what it means, where the glossary has it.
    pub fn term(&self, id: &str) -> Option<(String, String)> {
        let name = self.find(&format!("term-{id}"), None)?;
        let meaning = self.find(&format!("term-{id}.meaning"), None)?;
        Some((name, meaning))
    }

    /// The ids of all terms of the glossary, as [`Self::term`] takes them.
    pub fn terms(&self) -> Vec<&'static str> {
        let of_line = |line: &'static str| line.strip_prefix("term-")?.split_once(" =").map(|(id, _)| id);
        LANGUAGES[0].file.lines().filter_map(of_line).collect()
    }

    fn find(&self, id: &str, arguments: Option<&FluentArgs<'_>>) -> Option<String> {
        let text = format(&self.own, id, arguments).or_else(|| format(&self.fallback, id, arguments))?;
        Some(self.stretched_text(text))
    }

    fn stretched_text(&self, mut text: String) -> String {
        if self.stretch > 1.0 {
            let more = (text.chars().count() as f32 * (self.stretch - 1.0)).ceil() as usize;
            text.push(' ');
            text.extend(std::iter::repeat_n('~', more));
        }
        text
    }
}

fn bundle(language: &Language) -> FluentBundle<FluentResource> {
    let id: LanguageIdentifier = language.id.parse().unwrap_or_default();
    let mut bundle = FluentBundle::new(vec![id]);
    // Marks of direction around what is put in are drawn as boxes by fonts that lack them.
    bundle.set_use_isolating(false);
    // What a file has wrong, a test says; what is right in it is used.
    let resource = FluentResource::try_new(language.file.to_owned()).unwrap_or_else(|(resource, _)| resource);
    bundle.add_resource_overriding(resource);
    bundle
}

fn format(bundle: &FluentBundle<FluentResource>, id: &str, arguments: Option<&FluentArgs<'_>>) -> Option<String> {
    let (id, attribute) = id.split_once('.').map_or((id, None), |(id, attribute)| (id, Some(attribute)));
    let message = bundle.get_message(id)?;
    let pattern = match attribute {
        Some(attribute) => message.get_attribute(attribute)?.value(),
        None => message.value()?,
    };
    let mut errors = Vec::new();
    Some(bundle.format_pattern(pattern, arguments, &mut errors).into_owned())
}

#[cfg(test)]
mod tests;
