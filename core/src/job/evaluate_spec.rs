//! Comparing old and new outside a project.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::EndpointUse;
use crate::domain::{CoachName, ComputeSettings, SamplingSettings};

/// Who says which of two answers is better.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum ComparedBy {
    /// People, blind.
    People,
    /// Rules that a program checks.
    Rules {
        /// Their file.
        file: PathBuf,
    },
    /// A coach, in both orders.
    Coach {
        /// Who.
        coach: CoachName,
        /// File of the rubric; `None` asks which answer is better in general.
        #[serde(default)]
        rubric: Option<PathBuf>,
        /// Below which margin it says a tie; `None` takes its own.
        #[serde(default)]
        threshold: Option<f64>,
    },
}

/// Answers of an old and of a new model to prompts that were not trained on, compared blind; what was forgotten; a report.
///
/// Its summary holds the figures that `report.json` has at its top, `said` (lines for people), `out` and `page` where files
/// were written, and `waiting` where comparisons wait for people, for a person's consent to what an endpoint is sent, or for a
/// coach that could not judge them now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EvaluateSpec {
    /// Model folder.
    pub model: PathBuf,
    /// PEFT adapter folder on the new model; `None` where the model itself is the new one.
    #[serde(default)]
    pub adapter: Option<PathBuf>,
    /// What is compared with: another adapter on the same model, or a model's folder. `None` is the model without an adapter.
    #[serde(default)]
    pub against: Option<PathBuf>,
    /// JSONL of prompts, or of pairs whose prompts are asked and whose verdicts the rewards are measured on.
    pub data: PathBuf,
    /// Who compares.
    pub judge: ComparedBy,
    /// Comparisons at most; `None` compares every answer. Whoever goes on may ask for more than before.
    #[serde(default)]
    pub comparisons: Option<usize>,
    /// Whether the comparing ends as soon as the result is sure, with an interval that is valid at every look.
    #[serde(default)]
    pub look_early: bool,
    /// What log-ratios are multiplied by; `None` takes the run's own.
    #[serde(default)]
    pub beta: Option<f64>,
    /// Whether it is measured what the new model has forgotten.
    pub forgetting: bool,
    /// What both models are told before every prompt.
    #[serde(default)]
    pub system_prompt: Option<String>,
    /// How answers are drawn; the same seed for both.
    #[serde(default)]
    pub sampling: SamplingSettings,
    /// Folder for the report and for everything that was answered and judged; `None` keeps nothing.
    #[serde(default)]
    pub out: Option<PathBuf>,
    /// Go on with the evaluation in `out`; lines may have been added to the end of the data.
    #[serde(default)]
    pub resume: bool,
    /// How an endpoint is used, where the coach is one.
    #[serde(default)]
    pub endpoint: EndpointUse,
    /// Device, precision, threads.
    #[serde(default)]
    pub compute: ComputeSettings,
    /// Named values that the chat template sees.
    #[serde(default)]
    pub template_arguments: Map<String, Value>,
}
