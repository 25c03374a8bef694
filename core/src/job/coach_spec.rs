//! What can be asked of coaches beside judging a file.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::domain::{Budget, CoachName, ComputeSettings, Secret};

/// How an endpoint is used, where a coach is one.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct EndpointUse {
    /// What it may cost, with what the ledger already holds.
    pub budget: Budget,
    /// Where paid answers are kept, so that none is paid twice; `None` where the job has a place of its own.
    pub ledger: Option<PathBuf>,
    /// A key for this sitting alone; `None` takes the one in `WHETSTONE_COACH_KEY`, or the keyring's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<Secret>,
    /// A person has seen what would leave the machine, and agreed.
    pub is_agreed: bool,
}

/// Trying coaches on comparisons that people decided: a report card each.
///
/// Its summary: `cards` ([`ReportCard`](crate::feedback::coach::report_card::ReportCard)s in the coaches' order), `cases`
/// (comparisons), `source` (where they come from, in words), `out` and `page` where files were written, and `said` (lines for
/// people).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct CoachReportSpec {
    /// Who is tried; none tries the project's coach, or the starter.
    pub coaches: Vec<CoachName>,
    /// Folder of the model whose answers are judged: what the coaches `policy` and `preference-model:…` belong to.
    pub model: Option<PathBuf>,
    /// The adapter that it has so far.
    pub adapter: Option<PathBuf>,
    /// The project whose people's verdicts the coaches are tried on; exclusive with `data`.
    pub project: Option<PathBuf>,
    /// JSONL of pairs of which people chose `chosen`, with `topic` where it is known. Neither takes the example's.
    pub data: Option<PathBuf>,
    /// File of the rubric; `None` takes the project's or the example's.
    pub rubric: Option<PathBuf>,
    /// Comparisons at most, drawn by the seed.
    pub most: Option<usize>,
    /// Whether each rule is tried alone too; `None` does so where it costs nothing.
    pub by_rule: Option<bool>,
    /// Below which margin a coach leaves a comparison to people; `None` takes its own.
    pub threshold: Option<f64>,
    /// Folder for `coach-report.html` and `coach-report.json`; `None` writes them into the project's reports, or nowhere.
    pub out: Option<PathBuf>,
    /// Same seed, same comparisons and intervals.
    pub seed: u64,
    /// Endpoints among the coaches.
    pub endpoint: EndpointUse,
    /// Device, precision, threads.
    pub compute: ComputeSettings,
    /// Named values that the chat template sees.
    pub template_arguments: Map<String, Value>,
}
