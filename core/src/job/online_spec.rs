//! A training in rounds: who learns, from which prompts, and who judges.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::{EndpointUse, TrainSpec};
use crate::domain::{CoachName, OnlineSettings};

/// Training in rounds: the policy as it is now answers prompts, its answers are judged, it learns from them.
///
/// Leaves in `out` what a training leaves, `rollouts.jsonl` (a line an answer: `round`, `prompt`, `completion`, `score`,
/// `finish_reason`) and `rounds/` (the round under way, so that none of it is made twice).
///
/// The summary: `out`, `rounds`, `steps`, `adapter_of_step`, `prompts`, `answers` (drawn in all), `reward_first` and
/// `reward_last` (the mean score of the first and the last round's answers), `kl` (the divergence from the reference at
/// the last round), `stopped_by` (`kl_limit`, where that ended it), `memory`, `findings`, `seconds` and, where the judge
/// costs something, `spent`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OnlineSpec {
    /// Model, adapter, folder and the settings that every training has; its `data` is a JSONL of prompts, and its settings of
    /// losses, epochs and the holdout count for nothing.
    #[serde(flatten)]
    pub train: TrainSpec,
    /// What is done in rounds.
    #[serde(default)]
    pub online: OnlineSettings,
    /// Who judges.
    pub judge: OnlineJudge,
}

/// Who judges the answers of a training in rounds.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct OnlineJudge {
    /// File of rules that a program checks (TOML, or JSON by its ending); exclusive with `coach`.
    pub rules: Option<PathBuf>,
    /// Who judges; exclusive with `rules`. `policy` is the model as it was when the training began.
    pub coach: Option<CoachName>,
    /// File of the rubric that the coach judges by (TOML, or JSON by its ending).
    pub rubric: Option<PathBuf>,
    /// Below which margin a comparison is a tie; `None` takes the coach's own.
    pub threshold: Option<f64>,
    /// How an endpoint is used, where the coach is one.
    pub endpoint: EndpointUse,
}
