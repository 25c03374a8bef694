//! What can go wrong in judging, and the cure.

use std::path::PathBuf;

use super::coach::CoachError;
use super::coach::endpoint::EndpointError;
use super::rubric_file::RubricProblem;
use super::rules::{COMMON_KEYS, KINDS, language_names};
use super::suggest::suggest;
use crate::domain::ToUserMessage;
use crate::files::FileError;
use crate::job::{Cancelled, JobError};

/// Answers could not be judged.
#[derive(Debug, thiserror::Error)]
pub enum FeedbackError {
    /// A file cannot be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// A file of rules says something that cannot be used.
    #[error("{}, line {line}, column {column}: {problem}", path.display())]
    Rules {
        /// The file of rules.
        path: PathBuf,
        /// From 1.
        line: usize,
        /// In characters, from 1.
        column: usize,
        /// What is wrong.
        problem: Box<RuleProblem>,
    },
    /// A line of the data cannot be judged.
    #[error("{}, line {line}, column {column}: {problem}", path.display())]
    Record {
        /// The file of data.
        path: PathBuf,
        /// From 1.
        line: usize,
        /// In characters, from 1.
        column: usize,
        /// What is wrong.
        problem: RecordProblem,
    },
    /// The data has no line.
    #[error("{} has no lines to judge", path.display())]
    NoRecords {
        /// The file of data.
        path: PathBuf,
    },
    /// Pairs were asked for of data that are pairs.
    #[error("{} already holds pairs: there is no best and worst of several samples to write to {}", data.display(), pairs.display())]
    PairsOfPairs {
        /// The file of data.
        data: PathBuf,
        /// Where the pairs should go.
        pairs: PathBuf,
    },
    /// Answers where pairs are needed.
    #[error("{} has answers, but pairs are needed", path.display())]
    NoPairs {
        /// The file.
        path: PathBuf,
    },
    /// Two results in one file.
    #[error("the judged lines and the pairs would both be written to {}", path.display())]
    SameFile {
        /// The file.
        path: PathBuf,
    },
    /// A file of a rubric says something that cannot be used.
    #[error("{}, line {line}, column {column}: {problem}", path.display())]
    Rubric {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: usize,
        /// In characters, from 1.
        column: usize,
        /// What is wrong.
        problem: Box<RubricProblem>,
    },
    /// A candidate for a rubric has a check that cannot be used.
    #[error("the rule `{name}` cannot be checked: {problem}")]
    Candidate {
        /// The candidate's name.
        name: String,
        /// What is wrong.
        problem: Box<RuleProblem>,
    },
    /// A model that judges.
    #[error(transparent)]
    Coach(#[from] CoachError),
    /// No annotator does what the job asks.
    #[error("the job names no annotator")]
    NoAnnotator,
    /// A stop was asked for.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

impl From<EndpointError> for FeedbackError {
    fn from(error: EndpointError) -> Self {
        match error {
            EndpointError::Cancelled(cancelled) => cancelled.into(),
            EndpointError::File(error) => error.into(),
            other => Self::Coach(CoachError::Endpoint(other)),
        }
    }
}

impl ToUserMessage for FeedbackError {
    fn hint(&self) -> Option<String> {
        match self {
            Self::File(error) => error.hint(),
            Self::Rules { problem, .. } | Self::Candidate { problem, .. } => Some(problem.hint()),
            Self::Record { problem, .. } => Some(problem.hint()),
            Self::NoRecords { .. } => Some("give a file with one sample or one pair a line".to_owned()),
            Self::PairsOfPairs { .. } => {
                Some("leave `--pairs` out, or give samples as `whetstone generate --samples 4` writes them".to_owned())
            }
            Self::NoPairs { .. } => Some(
                "give a file whose lines have `prompt`, `chosen` (what people preferred) and `rejected`".to_owned(),
            ),
            Self::SameFile { .. } => Some("give `--out` and `--pairs` different files".to_owned()),
            Self::Rubric { problem, .. } => Some(problem.hint()),
            Self::Coach(error) => error.hint(),
            Self::NoAnnotator => Some("give a file of rules with `--rules`, or a model with `--coach`".to_owned()),
            Self::Cancelled(_) => None,
        }
    }
}

impl JobError for FeedbackError {
    fn is_cancelled(&self) -> bool {
        matches!(self, Self::Cancelled(_))
    }
}

/// Why a line of data cannot be judged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordProblem {
    /// The bytes are no text.
    #[error("the text is not UTF-8")]
    NotUtf8,
    /// Not JSON.
    #[error("this is not valid JSON: {message}")]
    Syntax {
        /// What the reader stumbled over.
        message: String,
    },
    /// JSON, but no object.
    #[error("expected an object such as {{\"prompt\": …}}, found {found}")]
    NotAnObject {
        /// What stands there.
        found: &'static str,
    },
    /// Neither a sample nor a pair.
    #[error("this is neither a sample (`prompt`, `completion`) nor a pair (`prompt`, `chosen`, `rejected`)")]
    Unrecognised,
    /// A key is missing.
    #[error("`{key}` is missing: the first line makes this a file of {form}")]
    Missing {
        /// The key.
        key: &'static str,
        /// What the file holds.
        form: &'static str,
    },
    /// A value is neither text nor messages.
    #[error("`{key}` must be a text or a list of messages, but is {found}")]
    NotText {
        /// The key.
        key: &'static str,
        /// What stands there.
        found: String,
    },
}

impl RecordProblem {
    fn hint(&self) -> String {
        match self {
            Self::NotUtf8 => "save the file as UTF-8",
            Self::NotAnObject { found: "a list" } => "write one object a line instead of one list of all",
            Self::Syntax { .. } | Self::NotAnObject { .. } => "write each record as one JSON object on one line",
            Self::Unrecognised => {
                "give lines as `whetstone generate` writes them, or pairs with `prompt`, `chosen` and `rejected`"
            }
            Self::Missing { .. } => "add the key, or split samples and pairs into two files",
            Self::NotText { .. } => "write a text, or messages such as [{\"role\": \"user\", \"content\": \"…\"}]",
        }
        .to_owned()
    }
}

/// Which rule of a set: its place from 0 and the name that it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleLabel {
    /// From 0.
    pub index: usize,
    /// Its `name`, where it has one.
    pub name: Option<String>,
}

impl std::fmt::Display for RuleLabel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "rule {}", self.index + 1)?;
        self.name.iter().try_for_each(|name| write!(f, " (`{name}`)"))
    }
}

/// Why a set of rules cannot be used.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum RuleProblem {
    /// Neither TOML nor JSON.
    #[error("{message}")]
    Syntax {
        /// What the reader stumbled over.
        message: String,
    },
    /// The set is empty.
    #[error("there are no rules")]
    NoRules,
    /// A key of the set that nobody knows.
    #[error("`{key}` is no key of a rule set")]
    UnknownKey {
        /// The key.
        key: String,
    },
    /// A key of the set with a value of another form.
    #[error("`{key}` must be {expected}, but is {found}")]
    WrongForm {
        /// The key.
        key: &'static str,
        /// What it must be.
        expected: &'static str,
        /// What stands there.
        found: String,
    },
    /// The margin of a tie is outside its range.
    #[error("`tie_margin` must be at least 0 and below 1, but is {value}")]
    TieMargin {
        /// What stands there.
        value: f64,
    },
    /// One rule cannot be used.
    #[error("{label}: {fault}")]
    Rule {
        /// Which rule.
        label: RuleLabel,
        /// What is wrong with it.
        fault: RuleFault,
    },
}

/// Why one rule cannot be used.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum RuleFault {
    /// Something else than keys with values.
    #[error("a rule must be a table, but this is {found}")]
    NotATable {
        /// What stands there.
        found: String,
    },
    /// A key that every rule or this kind needs is missing.
    #[error("`{key}` is missing")]
    MissingKey {
        /// The key.
        key: &'static str,
        /// What it decides.
        meaning: &'static str,
    },
    /// A kind that nobody knows.
    #[error("there is no kind of rule called `{kind}`")]
    UnknownKind {
        /// What stands there.
        kind: String,
    },
    /// A key that the kind does not have.
    #[error("a rule of kind `{kind}` has no key `{key}`")]
    UnknownKey {
        /// The rule's kind.
        kind: &'static str,
        /// What stands there.
        key: String,
    },
    /// A value of another form.
    #[error("`{key}` must be {expected}, but is {found}")]
    WrongForm {
        /// The key.
        key: &'static str,
        /// Where the value is a list, the item from 0.
        item: Option<usize>,
        /// What it must be.
        expected: String,
        /// What stands there.
        found: String,
    },
    /// A name that is taken.
    #[error("two rules have the name `{name}`")]
    NameTwice {
        /// The name.
        name: String,
    },
    /// A weight that cannot weigh.
    #[error("`weight` must be a number above 0 and at most 1000000, but is {weight}")]
    Weight {
        /// What stands there.
        weight: f64,
    },
    /// No length is within the bounds.
    #[error("`min` is {min} and `max` is {max}: no answer is at least {min} and at most {max} long")]
    MinAboveMax {
        /// The lower bound.
        min: usize,
        /// The upper bound.
        max: usize,
    },
    /// Every length is right.
    #[error("a length needs `min`, `max` or both")]
    NoBounds,
    /// Nothing to look for.
    #[error("`{key}` lists nothing to look for")]
    EmptyList {
        /// The key.
        key: &'static str,
    },
    /// An empty text, which every answer contains.
    #[error("`{key}` has an empty text")]
    EmptyText {
        /// The key.
        key: &'static str,
        /// The item of the list, from 0.
        index: usize,
    },
    /// An expression that is none.
    #[error("the regular expression `{pattern}` is wrong at its character {character}: {message}")]
    BadPattern {
        /// The expression.
        pattern: String,
        /// From 1.
        character: usize,
        /// What is wrong there.
        message: String,
    },
    /// A language that cannot be told.
    #[error("no language called `{language}` can be told")]
    UnknownLanguage {
        /// What stands there.
        language: String,
    },
}

impl RuleFault {
    /// The problem of the set that has this rule.
    pub fn of(self, label: RuleLabel) -> RuleProblem {
        RuleProblem::Rule { label, fault: self }
    }

    /// The key whose value is wrong, with the item where it is a list; `None` where it is the rule itself.
    pub(super) fn key(&self) -> Option<(&str, Option<usize>)> {
        match self {
            Self::NotATable { .. } | Self::MissingKey { .. } | Self::NoBounds => None,
            Self::UnknownKind { .. } => Some(("kind", None)),
            Self::UnknownKey { key, .. } => Some((key, None)),
            Self::WrongForm { key, item, .. } => Some((key, *item)),
            Self::NameTwice { .. } => Some(("name", None)),
            Self::Weight { .. } => Some(("weight", None)),
            Self::MinAboveMax { .. } => Some(("min", None)),
            Self::EmptyList { key } => Some((key, None)),
            Self::EmptyText { key, index } => Some((key, Some(*index))),
            Self::BadPattern { .. } => Some(("pattern", None)),
            Self::UnknownLanguage { .. } => Some(("language", None)),
        }
    }

    pub(super) fn hint(&self) -> String {
        match self {
            Self::NotATable { .. } => "begin each rule with a line `[[rules]]` and its keys below".to_owned(),
            Self::MissingKey { key, meaning } => format!("add `{key} = …`: {meaning}"),
            Self::UnknownKind { kind } => suggest(kind, KINDS.iter().map(|row| row.id)),
            Self::UnknownKey { kind, key } => {
                let own = KINDS.iter().filter(|row| row.id == *kind).flat_map(|row| row.keys);
                suggest(key, own.chain(COMMON_KEYS).map(|key| key.name))
            }
            Self::WrongForm { key, expected, .. } => format!("give `{key}` {expected}"),
            Self::NameTwice { .. } => "give each rule a name of its own, or none".to_owned(),
            Self::Weight { .. } => {
                "a rule that should count less gets a small weight such as 0.5; one that should not count is removed"
                    .to_owned()
            }
            Self::MinAboveMax { .. } => "exchange the two numbers".to_owned(),
            Self::NoBounds => "add `min = …` or `max = …`".to_owned(),
            Self::EmptyList { key } => format!("write at least one text: {key} = [\"…\"]"),
            Self::EmptyText { key: "name", .. } => "write a name, or leave the key out".to_owned(),
            Self::EmptyText { .. } => "write what is looked for, or remove it".to_owned(),
            Self::BadPattern { .. } => {
                "a backslash before a mark such as ( [ . * takes it literally; in TOML put the expression in single \
                 quotes"
                    .to_owned()
            }
            Self::UnknownLanguage { language } => suggest(language, language_names()),
        }
    }
}

impl RuleProblem {
    fn hint(&self) -> String {
        match self {
            Self::Syntax { .. } => {
                "a file of rules is TOML, or JSON where its name ends in .json; in TOML each rule begins with a line \
                 `[[rules]]`, and texts stand in quotes: single ones where they hold backslashes"
                    .to_owned()
            }
            Self::NoRules => {
                let first = KINDS.first().map_or("", |kind| kind.example).trim_end().replace('\n', "\n    ");
                format!("add a rule, for instance\n    [[rules]]\n    {first}")
            }
            Self::UnknownKey { key } => suggest(key, super::rule_file::SET_KEYS),
            Self::WrongForm { key: "rules", .. } => "begin each rule with a line `[[rules]]`".to_owned(),
            Self::WrongForm { key, expected, .. } => format!("give `{key}` {expected}"),
            Self::TieMargin { .. } => "scores are between 0 and 1; a usual margin is 0.05".to_owned(),
            Self::Rule { fault, .. } => fault.hint(),
        }
    }
}
