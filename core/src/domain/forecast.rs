//! What a job will take of this machine.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::MemoryMode;

/// What a training will take of this machine, as it was foreseen from shapes and lengths alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Forecast {
    /// Everything below in plain words.
    pub said: String,
    /// Whether memory and disk are enough.
    pub fits: bool,
    /// What is kept in memory between the two halves of a step, as chosen.
    pub memory: MemoryMode,
    /// Most memory at once, in bytes.
    pub memory_bytes: u64,
    /// What that is made of.
    pub memory_parts: Vec<ForecastPart>,
    /// Memory that can be had now, where the system tells.
    pub memory_free_bytes: Option<u64>,
    /// How far packing weights into blocks moves them, where that is done: the root mean square of the differences as a share of
    /// the weights' own, measured on a part of the model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rounding: Option<f64>,
    /// Room that the run's folder takes at most, in bytes.
    pub disk_bytes: u64,
    /// Room on the disk of the run's folder, where the system tells.
    pub disk_free_bytes: Option<u64>,
    /// From the start to the end. `None` where the machine's speed was not measured, because the job does not fit.
    pub seconds: Option<f64>,
    /// The share of it before the first step: the reference pass.
    pub reference_seconds: Option<f64>,
    /// The machine's speed as it was measured: seconds by kind of work, for a unit of each.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub speed: BTreeMap<String, f64>,
    /// Optimizer steps that are to be taken.
    pub steps: u64,
    /// Rows of the data that is trained on.
    pub rows: usize,
    /// The longest pack, in tokens.
    pub longest_pack_tokens: usize,
}

/// A part of what a job needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForecastPart {
    /// What it is for, in a few words.
    pub name: String,
    /// Its size.
    pub bytes: u64,
}
