//! What better means, in rules that a judge can follow.

use serde::{Deserialize, Serialize};

use super::{RecordId, Rule};

/// One rule of a rubric.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RubricRule {
    /// A short name, one of a kind in its rubric.
    pub name: String,
    /// What the coach reads: one imperative sentence, such as `Say what happens next.`
    pub text: String,
    /// The same as a program can check it, where it can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<Rule>,
}

/// A list of rules that a coach judges by.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Rubric {
    /// In the order in which they are read.
    pub rules: Vec<RubricRule>,
}

/// A rubric in its place. A version never changes; a changed rubric is a new version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RubricVersion {
    /// Its place in the store.
    pub id: RecordId,
    /// From 1.
    pub version: u32,
    /// The rules.
    pub rubric: Rubric,
    /// What it came of: `written`, `example`, or how it was distilled.
    pub origin: String,
}
