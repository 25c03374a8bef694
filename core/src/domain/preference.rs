//! Verdicts and the preference pairs that come of them.

use serde::{Deserialize, Serialize};

use super::Text;

/// One line of a preference dataset in TRL's form: `prompt`, `chosen`, `rejected`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PreferencePair {
    /// What was asked.
    pub prompt: Text,
    /// The answer that was preferred, without the prompt.
    pub chosen: Text,
    /// The other answer, without the prompt.
    pub rejected: Text,
}

/// What an annotator says of a pair whose answers are known as chosen and rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The chosen answer is the better one.
    Chosen,
    /// The rejected answer is the better one.
    Rejected,
    /// Neither is better.
    Tie,
    /// The annotator could not say.
    NotJudged,
}
