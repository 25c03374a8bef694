//! What a running job tells.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::domain::{Finding, Forecast, UserMessage};

/// One line of a job's telling.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum JobEvent {
    /// The job began.
    Started {
        /// Its kind, as the command is called.
        job: String,
    },
    /// How far it is. Only the latest counts.
    Progress(Progress),
    /// Figures of one optimizer step, as they stand in `metrics.jsonl`, or what a coach has cost so far.
    Metrics {
        /// Named figures: `step` among those of a step, `requests` among what it cost.
        values: Map<String, Value>,
    },
    /// What the model answers with what it has learned so far, to a prompt that is watched.
    Sample {
        /// Optimizer steps before it.
        step: u64,
        /// What it was asked.
        prompt: String,
        /// What it answered.
        completion: String,
    },
    /// One record of the result, where no output file was asked for.
    Output {
        /// The record: the line that the output file would hold.
        record: Value,
    },
    /// What the job will take of this machine, told before it takes it.
    Forecast(Box<Forecast>),
    /// What the figures so far say about the run. Each finding is told once.
    Finding(Box<Finding>),
    /// The job stands still and goes on by itself.
    Paused {
        /// Why, in a few words.
        reason: String,
    },
    /// It goes on after a pause.
    WentOn,
    /// Something that came of a stage of the job, which goes on.
    Note {
        /// One sentence.
        message: String,
    },
    /// Something to know although the job goes on.
    Warning {
        /// One sentence.
        message: String,
    },
    /// The job is over; nothing follows.
    Ended(Outcome),
}

/// How far a stage of a job is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// What is being done, in a few words.
    pub stage: String,
    /// Units done.
    pub done: u64,
    /// Units in all, where known.
    pub total: Option<u64>,
    /// What is counted: a plural noun.
    pub unit: String,
}

/// How a job ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// All done.
    Completed {
        /// What came of it, by name.
        summary: Map<String, Value>,
    },
    /// Stopped because somebody asked; what was acknowledged is kept.
    Cancelled,
    /// Could not be done.
    Failed {
        /// Why, and what to do.
        message: UserMessage,
    },
}
