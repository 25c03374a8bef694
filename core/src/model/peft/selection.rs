//! Which modules an adapter changes, by PEFT's rules.

use regex::Regex;

/// A choice of modules.
#[derive(Debug, Clone)]
pub enum ModuleSelection {
    /// Every linear module of the layers (PEFT's `all-linear`; the output head is none of them).
    AllLinear,
    /// Modules whose path is one of these names or ends in `.` and one of them.
    Names(Vec<String>),
    /// Modules whose whole path matches.
    Pattern(ModulePattern),
}

impl ModuleSelection {
    /// Whether a module of the layers is chosen; `path` is such as `model.layers.0.self_attn.q_proj`.
    pub fn selects(&self, path: &str) -> bool {
        match self {
            Self::AllLinear => true,
            Self::Names(names) => names.iter().any(|name| ends_in(path, name)),
            Self::Pattern(pattern) => pattern.matches(path),
        }
    }
}

impl PartialEq for ModuleSelection {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::AllLinear, Self::AllLinear) => true,
            // PEFT keeps a set: the order in its files is chance.
            (Self::Names(left), Self::Names(right)) => {
                left.iter().all(|name| right.contains(name)) && right.iter().all(|name| left.contains(name))
            }
            (Self::Pattern(left), Self::Pattern(right)) => left == right,
            _ => false,
        }
    }
}

/// Whether `path` is `name`, or ends in it after a dot.
pub fn ends_in(path: &str, name: &str) -> bool {
    path.strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// A regular expression over module paths, with the text it came from.
#[derive(Debug, Clone)]
pub struct ModulePattern {
    text: String,
    regex: Regex,
}

impl ModulePattern {
    /// A pattern that the whole path has to match.
    pub fn whole(text: &str) -> Result<Self, Box<regex::Error>> {
        Self::compile(text, &format!(r"\A(?:{text})\z"))
    }

    /// A pattern that the path, or its end after a dot, has to match: the keys of `rank_pattern` and `alpha_pattern`.
    pub fn ending(text: &str) -> Result<Self, Box<regex::Error>> {
        Self::compile(text, &format!(r"\A(?:.*\.)?(?:{text})\z"))
    }

    fn compile(text: &str, pattern: &str) -> Result<Self, Box<regex::Error>> {
        // `a)(b` would be valid between the brackets, so the text itself has to be valid first.
        Regex::new(text)?;
        Ok(Self { text: text.to_owned(), regex: Regex::new(pattern)? })
    }

    /// The text it came from.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether a path matches.
    pub fn matches(&self, path: &str) -> bool {
        self.regex.is_match(path)
    }
}

impl PartialEq for ModulePattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}
