//! What a run's figures say about it, in plain words.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing; the result may well be good.
    Notice,
    /// The result is probably worse than it could be.
    Warning,
    /// The run cannot come to a good end as it is.
    Error,
}

/// Something that a run's figures show, with what to do about it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// The row of the registry of findings.
    pub id: String,
    /// How much it matters.
    pub severity: Severity,
    /// The optimizer step at which it first showed.
    pub step: u64,
    /// What was found, in a few words.
    pub title: String,
    /// What was seen, with its numbers: one sentence.
    pub seen: String,
    /// What it means, for a person who has never trained a model.
    pub meaning: String,
    /// What to do.
    pub cure: String,
    /// The numbers by name.
    pub evidence: Map<String, Value>,
}
