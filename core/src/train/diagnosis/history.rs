//! The lines of a run's figures, as the findings look at them.

use std::path::Path;

use serde_json::{Map, Value};

use crate::files::{self, FileError};

/// A run broke off because its numbers ran away.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Breakdown {
    /// The step that was not taken, from 1.
    pub step: u64,
    /// What was no number.
    pub figure: &'static str,
    /// NaN or an infinity.
    pub value: f64,
}

/// A run's figures so far.
#[derive(Debug, Clone)]
pub struct History {
    task: String,
    total_steps: Option<u64>,
    steps: Vec<Map<String, Value>>,
    holdout: Vec<Map<String, Value>>,
    breakdown: Option<Breakdown>,
}

impl History {
    /// A run of `task` before its first step; `total_steps` where it is known how many there will be.
    pub fn new(task: &str, total_steps: Option<u64>) -> Self {
        Self { task: task.to_owned(), total_steps, steps: Vec::new(), holdout: Vec::new(), breakdown: None }
    }

    /// Takes in a line: of the holdout where its figures begin with `eval_`, else of a step.
    pub fn push(&mut self, line: Map<String, Value>) {
        if is_of_holdout(&line) { self.holdout.push(line) } else { self.steps.push(line) }
    }

    /// Takes in that the run broke off.
    pub fn break_off(&mut self, breakdown: Breakdown) {
        self.breakdown = Some(breakdown);
    }

    /// The task's name on the command line.
    pub fn task(&self) -> &str {
        &self.task
    }

    /// The last step that anything is known of.
    pub fn step(&self) -> u64 {
        let last = |lines: &[Map<String, Value>]| lines.last().map_or(0, step_of);
        let broken = self.breakdown.map_or(0, |breakdown| breakdown.step);
        last(&self.steps).max(last(&self.holdout)).max(broken)
    }

    /// Steps that the run will take, where that is known.
    pub fn total_steps(&self) -> Option<u64> {
        self.total_steps
    }

    /// How the run broke off, where it did.
    pub fn breakdown(&self) -> Option<Breakdown> {
        self.breakdown
    }

    /// The lines of the steps.
    pub fn steps(&self) -> &[Map<String, Value>] {
        &self.steps
    }

    /// Step and figure of the holdout's lines that have it.
    pub fn holdout(&self, name: &str) -> Vec<(u64, f64)> {
        self.holdout.iter().filter_map(|line| Some((step_of(line), figure(line, name)?))).collect()
    }

    /// A figure of the last `count` steps; `None` where there are fewer, or one of them does not have it.
    pub fn last(&self, name: &str, count: usize) -> Option<Vec<f64>> {
        let start = self.steps.len().checked_sub(count).filter(|_| count > 0)?;
        self.steps[start..].iter().map(|line| figure(line, name)).collect()
    }

    /// The mean of a figure over the last `count` steps.
    pub fn mean_of_last(&self, name: &str, count: usize) -> Option<f64> {
        self.last(name, count).map(|values| mean(&values))
    }
}

/// A figure of a line.
pub fn figure(line: &Map<String, Value>, name: &str) -> Option<f64> {
    line.get(name)?.as_f64()
}

/// The arithmetic mean.
pub fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The middle value; NaN of none.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

fn step_of(line: &Map<String, Value>) -> u64 {
    line.get("step").and_then(Value::as_u64).unwrap_or(0)
}

fn is_of_holdout(line: &Map<String, Value>) -> bool {
    line.keys().any(|name| name.starts_with("eval_"))
}

/// The lines of `metrics.jsonl` and `holdout.jsonl` in the order in which they were told: the holdout is looked at after
/// its step. A missing file has none; what is no line of figures (a kill may leave half a line) is passed over.
pub fn read_lines(folder: &Path) -> Result<Vec<Map<String, Value>>, FileError> {
    let mut lines = Vec::new();
    for name in ["metrics.jsonl", "holdout.jsonl"] {
        let path = folder.join(name);
        if path.exists() {
            lines.extend(files::read_text(&path)?.lines().filter_map(|line| serde_json::from_str(line).ok()));
        }
    }
    lines.sort_by_key(|line| (step_of(line), is_of_holdout(line)));
    Ok(lines)
}
