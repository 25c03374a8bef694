//! Rules: checks of an answer that a program can make.
//!
//! Each kind is a file with its row for [`KINDS`] (keys, meaning, example) and a compile function; a new kind is a
//! variant of [`RuleKind`], a file, a row and an arm of `compile`, and the compiler asks for the arm.

mod language;
mod length;
mod phrases;
mod reason;
mod regular_expression;
mod set;
mod valid_json;

use std::fmt::Debug;

pub use super::error::RuleFault;
use crate::domain::RuleKind;
pub(super) use reason::reason;
pub use set::{CompiledRules, Judgement, RuleScore};

/// A kind of rule: what its keys are and what it means. Forms, help and the reader of files are drawn from this.
#[derive(Debug, Clone, Copy)]
pub struct Kind {
    /// What `kind` says.
    pub id: &'static str,
    /// What it checks and what it gives, in one paragraph.
    pub meaning: &'static str,
    /// Its keys beside `kind`, `name` and `weight`.
    pub keys: &'static [Key],
    /// A rule of this kind as it stands in a TOML file.
    pub example: &'static str,
    /// An answer that the example gives the full score.
    pub good: &'static str,
    /// An answer that the example gives less.
    pub bad: &'static str,
}

/// One key of a rule.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// As it is written.
    pub name: &'static str,
    /// What its value may be.
    pub form: Form,
    /// Whether the rule says nothing without it.
    pub needed: bool,
    /// What it decides, and what stands for it when it is left out.
    pub meaning: &'static str,
}

/// What a value may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A text.
    Text,
    /// A list of texts.
    Texts,
    /// A whole number from 0 on.
    Count,
    /// A number.
    Number,
    /// `true` or `false`.
    Flag,
    /// One of these texts.
    Choice(&'static [&'static str]),
}

/// Every kind of rule.
pub const KINDS: &[Kind] = &[
    length::KIND,
    phrases::CONTAINS,
    phrases::EXCLUDES,
    regular_expression::KIND,
    valid_json::KIND,
    phrases::STARTS_WITH,
    phrases::ENDS_WITH,
    language::KIND,
];

/// The keys that every rule has beside its kind's.
pub const COMMON_KEYS: &[Key] = &[
    Key { name: "kind", form: Form::Text, needed: true, meaning: "what the rule checks" },
    Key { name: "name", form: Form::Text, needed: false, meaning: "what people call it; its kind when left out" },
    Key {
        name: "weight",
        form: Form::Number,
        needed: false,
        meaning: "how much it counts beside the others; 1 when left out",
    },
];

/// A rule ready to check answers.
trait Check: Debug + Send + Sync {
    /// What the rule gives to `answer`: 1 where it holds, 0 where it does not, a share in between.
    fn give(&self, answer: &str) -> f64;
}

fn compile(kind: &RuleKind) -> Result<Box<dyn Check>, RuleFault> {
    match kind {
        RuleKind::Length { unit, min, max } => length::compile(*unit, *min, *max),
        RuleKind::Contains { any_of, all_of, case_sensitive } => phrases::contains(any_of, all_of, *case_sensitive),
        RuleKind::Excludes { any_of, case_sensitive } => phrases::excludes(any_of, *case_sensitive),
        RuleKind::Regex { pattern, negate } => regular_expression::compile(pattern, *negate),
        RuleKind::ValidJson {} => Ok(Box::new(valid_json::ValidJson)),
        RuleKind::StartsWith { any_of, case_sensitive } => phrases::starts_with(any_of, *case_sensitive),
        RuleKind::EndsWith { any_of, case_sensitive } => phrases::ends_with(any_of, *case_sensitive),
        RuleKind::Language { language } => language::compile(language),
    }
}

/// The names of the languages that a rule can ask for, in English.
pub fn language_names() -> Vec<&'static str> {
    language::names()
}

/// Whether words in this character's writing follow each other without spaces, or carry their endings unspaced
/// (Korean), so that a word's edge cannot be seen.
fn is_written_without_spaces(c: char) -> bool {
    matches!(c,
        '\u{0E00}'..='\u{0EFF}'     // Thai, Lao
        | '\u{1000}'..='\u{109F}'   // Myanmar
        | '\u{1780}'..='\u{17FF}'   // Khmer
        | '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30FF}' | '\u{31F0}'..='\u{31FF}' | '\u{FF66}'..='\u{FF9F}' // kana
        | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{323AF}' // Han
        | '\u{AC00}'..='\u{D7AF}'   // Hangul
    )
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "the expected shares are exact in binary")]
mod tests {
    use super::*;
    use crate::domain::RuleSet;

    #[test]
    fn every_example_tells_its_good_answer_from_its_bad_one() {
        for kind in KINDS {
            let text = format!("[[rules]]\n{}", kind.example);
            let set: RuleSet = toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", kind.id));
            assert_eq!(set.rules.iter().map(|rule| rule.kind.id()).collect::<Vec<_>>(), [kind.id]);
            let rules = CompiledRules::new(&set).unwrap_or_else(|error| panic!("{}: {error}", kind.id));
            let (good, bad) = (rules.judge(kind.good).score, rules.judge(kind.bad).score);
            assert_eq!(good, 1.0, "{}", kind.id);
            assert!(bad < 0.9, "{}: {bad}", kind.id);
        }
    }

    #[test]
    fn the_table_of_keys_is_the_one_of_the_types() {
        for kind in KINDS {
            let example: toml::Table = kind.example.parse().expect("an example is TOML");
            for key in example.keys() {
                assert!(kind.keys.iter().chain(COMMON_KEYS).any(|row| row.name == key), "{}: {key}", kind.id);
            }
            for key in kind.keys {
                // A value of the right form is taken by the type; of a wrong form it is refused, so the key is known.
                let value = match key.form {
                    Form::Text => toml::Value::from("en"),
                    Form::Texts => toml::Value::from(vec!["a"]),
                    Form::Count => toml::Value::from(1),
                    Form::Number => toml::Value::from(1.5),
                    Form::Flag => toml::Value::from(true),
                    Form::Choice(choices) => toml::Value::from(*choices.last().expect("choices")),
                };
                let rule = |value: Option<toml::Value>| {
                    let mut table = example.clone();
                    table.remove(key.name);
                    table.extend(value.map(|value| (key.name.to_owned(), value)));
                    toml::Value::Table(table).try_into::<crate::domain::Rule>()
                };
                assert!(rule(Some(value)).is_ok(), "{}: {}", kind.id, key.name);
                let table = toml::Value::Table(toml::Table::new());
                assert!(rule(Some(table)).is_err(), "{}: {}", kind.id, key.name);
                assert_eq!(rule(None).is_err(), key.needed, "{}: {}", kind.id, key.name);
            }
        }
    }
}
