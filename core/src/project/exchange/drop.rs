//! Why a record of a file did not become a row.

use serde::Serialize;

/// Why a record, or a part of it, was left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum DropReason {
    /// Nothing was asked.
    EmptyPrompt,
    /// An answer is empty.
    EmptyAnswer,
    /// Both answers are the same.
    SameAnswers,
    /// No answer stands out as the better one.
    NotDecisive,
    /// The same row stood in the file before.
    Duplicate,
    /// The record lacks something.
    Missing {
        /// What it lacks.
        column: &'static str,
    },
    /// Something is there, but not what it should be.
    Wrong {
        /// Where it stands.
        column: &'static str,
        /// What it should be.
        expected: &'static str,
    },
    /// Both answers hold the whole conversation, but do not begin alike.
    NothingShared,
    /// A conversation does not end with an answer.
    NoAnswer,
}

impl std::fmt::Display for DropReason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::EmptyPrompt => f.write_str("the prompt is empty"),
            Self::EmptyAnswer => f.write_str("an answer is empty"),
            Self::SameAnswers => f.write_str("both answers are the same"),
            Self::NotDecisive => f.write_str("no answer is said to be the better one"),
            Self::Duplicate => f.write_str("the same row stood in the file before"),
            Self::Missing { column } => write!(f, "`{column}` is missing"),
            Self::Wrong { column, expected } => write!(f, "`{column}` is not {expected}"),
            Self::NothingShared => f.write_str("without a prompt, both answers have to begin alike, and they do not"),
            Self::NoAnswer => f.write_str("the conversation does not end with an answer"),
        }
    }
}

impl DropReason {
    /// What to do about it, where something can be done.
    pub fn cure(self) -> Option<&'static str> {
        match self {
            Self::Missing { .. } | Self::Wrong { .. } => {
                Some("say which column holds it, or correct these records in the file")
            }
            Self::NothingShared => Some("say which column holds the prompt"),
            Self::EmptyPrompt | Self::EmptyAnswer | Self::NoAnswer => Some("complete these records, or leave them out"),
            Self::SameAnswers | Self::NotDecisive | Self::Duplicate => None,
        }
    }
}
