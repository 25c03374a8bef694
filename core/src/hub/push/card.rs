//! What a card says in its front matter, as far as it matters before something is given away.

use super::super::names::shown;
use crate::job::PushKind;

/// Lines of a front matter that are read.
const MOST_LINES: usize = 500;

/// What licences of base models ask of what is made with them: the beginning of the licence's id, and what.
const DEMANDS: [(&str, &str); 8] = [
    (
        "llama",
        "its name has to begin with \"Llama\", it has to say \"Built with Llama\", and the licence has to lie beside it",
    ),
    ("gemma", "Gemma's terms of use have to be handed on with it"),
    ("cc-by-nc", "it may not be used for money, and the authors have to be named"),
    ("cc-by-sa", "it has to be given away under the same licence, and the authors have to be named"),
    ("cc-by", "the authors have to be named"),
    ("gpl", "it has to be given away under the same licence"),
    ("agpl", "it has to be given away under the same licence"),
    ("openrail", "the limits of its use have to be handed on with it"),
];

/// A card's front matter.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Card {
    pub(super) base_model: Option<String>,
    pub(super) licence: Option<String>,
}

impl Card {
    /// Reads a card's beginning.
    pub(super) fn of(text: &str) -> Self {
        let mut lines = text.lines();
        if lines.next().map(str::trim_end) != Some("---") {
            return Self::default();
        }
        let lines: Vec<&str> = lines.take(MOST_LINES).take_while(|line| line.trim_end() != "---").collect();
        Self { base_model: value(&lines, "base_model"), licence: value(&lines, "license") }
    }

    /// What to look at before it leaves.
    pub(super) fn cautions(&self, kind: PushKind) -> Vec<String> {
        let base = self.base_model.as_deref().map(shown);
        let mut cautions = Vec::new();
        match (&self.licence, kind, &base) {
            (None, PushKind::Model, Some(base)) => cautions.push(format!(
                "the card names no licence; that of the base model {base} holds for what is made of it: write `license:` into \
                 README.md"
            )),
            (None, _, _) => cautions.push(
                "the card names no licence, so nobody may use this: write `license:` into the beginning of README.md".to_owned(),
            ),
            (Some(licence), _, _) => {
                let found = DEMANDS.iter().find(|(start, _)| licence.to_ascii_lowercase().starts_with(start));
                cautions.extend(found.map(|(_, demand)| format!("by the licence {}, {demand}", shown(licence))));
            }
        }
        if kind == PushKind::Model && base.is_none() {
            cautions.push("the card names no base model (`base_model:`), whose licence may ask for that".to_owned());
        }
        cautions
    }
}

/// The value of a key at the beginning of a line; of a list its first entry. Only plain and quoted texts are understood.
fn value(lines: &[&str], key: &str) -> Option<String> {
    let of_key = |line: &str| line.strip_prefix(key).is_some_and(|rest| rest.starts_with(':'));
    let at = lines.iter().position(|line| of_key(line))?;
    let text = lines[at][key.len() + 1..].trim();
    let text = if text.is_empty() { lines.get(at + 1)?.trim().strip_prefix('-')?.trim() } else { text };
    let text = text.trim_start_matches('[').trim_end_matches(']').trim();
    let unquoted =
        if text.starts_with('"') { serde_json::from_str(text).ok()? } else { text.trim_matches('\'').to_owned() };
    Some(unquoted).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_front_matter_is_read_in_the_forms_that_it_comes_in() {
        let card = |base: &str, licence: &str| Card {
            base_model: (!base.is_empty()).then(|| base.to_owned()),
            licence: (!licence.is_empty()).then(|| licence.to_owned()),
        };
        for (text, expected) in [
            ("---\nbase_model: a/b\nlicense: mit\n---\n# x", card("a/b", "mit")),
            (
                "---\r\nbase_model: \"C:\\\\m\\\\b\"\r\nlicense:\r\n- apache-2.0\r\n---\r\n",
                card("C:\\m\\b", "apache-2.0"),
            ),
            ("---\nlicense: 'gemma'\nbase_model: [a/b]\n", card("a/b", "gemma")),
            ("---\nlicense_name: x\n---\nlicense: mit", card("", "")),
            ("# no front matter\nlicense: mit", card("", "")),
            ("", card("", "")),
            ("---\nbase_model: \"torn\n---", card("", "")),
            ("---\nlicense:", card("", "")),
        ] {
            assert_eq!(Card::of(text), expected, "{text:?}");
        }
    }

    #[test]
    fn what_a_licence_asks_for_is_told() {
        for (licence, said) in [
            ("llama3.2", "Built with Llama"),
            ("gemma", "terms of use"),
            ("CC-BY-NC-4.0", "for money"),
            ("cc-by-4.0", "named"),
        ] {
            let card = Card { base_model: Some("a/b".to_owned()), licence: Some(licence.to_owned()) };
            let cautions = card.cautions(PushKind::Model);
            assert!(cautions.len() == 1 && cautions[0].contains(said), "{licence}: {cautions:?}");
        }
        let free = Card { base_model: Some("a/b".to_owned()), licence: Some("apache-2.0".to_owned()) };
        assert_eq!(free.cautions(PushKind::Model), Vec::<String>::new());
        assert_eq!(Card::default().cautions(PushKind::Model).len(), 2);
        assert_eq!(Card::default().cautions(PushKind::Dataset).len(), 1);
    }
}
