//! What a run's figures say about it, in plain words: a registry of findings, each a pure function over the lines of
//! `metrics.jsonl` and `holdout.jsonl`.
//!
//! A finding shows when the line that completes it is read, and is told once. So what a run tells is a function of its
//! lines alone: a run that is gone on with, and a window that reads the files later, come to the same findings.

mod history;
mod rows;

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Map, Value, json};

use crate::domain::{Finding, Severity};
use crate::files::FileError;
use crate::job::{JobContext, JobEvent};

pub use history::{Breakdown, History};
pub use rows::DIAGNOSES;

/// What can be found in a run's figures.
#[derive(Debug, Clone, Copy)]
pub struct Diagnosis {
    /// Its name in events.
    pub id: &'static str,
    /// What was found, in a few words.
    pub title: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// What to do.
    pub cure: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// Tasks whose figures it can be found in, by their names on the command line.
    pub tasks: &'static [&'static str],
    /// Looks at the figures so far; silent where a figure that it needs is absent.
    pub look: fn(&History) -> Option<Evidence>,
}

/// What a look has seen.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// One sentence with the numbers.
    pub seen: String,
    /// The numbers by name.
    pub figures: Vec<(&'static str, f64)>,
}

/// The row with this id.
pub fn find_diagnosis(id: &str) -> Option<&'static Diagnosis> {
    DIAGNOSES.iter().find(|row| row.id == id)
}

impl Diagnosis {
    fn finding(&self, history: &History) -> Option<Finding> {
        if !self.tasks.contains(&history.task()) {
            return None;
        }
        let Evidence { seen, figures } = (self.look)(history)?;
        Some(Finding {
            id: self.id.to_owned(),
            severity: self.severity,
            step: history.step(),
            title: self.title.to_owned(),
            seen,
            meaning: self.meaning.to_owned(),
            cure: self.cure.to_owned(),
            evidence: figures.into_iter().map(|(name, value)| (name.to_owned(), json!(value))).collect(),
        })
    }
}

/// Follows a run and tells each finding once.
#[derive(Debug)]
pub struct Watch {
    history: History,
    told: BTreeSet<&'static str>,
    findings: Vec<Finding>,
}

impl Watch {
    /// Follows a run of `task` from its beginning.
    pub fn new(task: &str, total_steps: Option<u64>) -> Self {
        Self { history: History::new(task, total_steps), told: BTreeSet::new(), findings: Vec::new() }
    }

    /// Follows a run whose lines so far stand in `folder`; what they show counts as told.
    pub fn go_on(folder: &Path, task: &str, total_steps: Option<u64>) -> Result<Self, FileError> {
        let mut watch = Self::new(task, total_steps);
        for line in history::read_lines(folder)? {
            watch.add(line);
        }
        Ok(watch)
    }

    /// Takes in a line of the run's figures and returns what shows with it.
    pub fn add(&mut self, line: Map<String, Value>) -> Vec<Finding> {
        self.history.push(line);
        self.look()
    }

    /// Takes in a line and tells what shows with it.
    pub fn hear(&mut self, line: &Map<String, Value>, context: &JobContext<'_>) {
        tell(self.add(line.clone()), context);
    }

    /// Takes in that the run broke off and tells it.
    pub fn hear_breakdown(&mut self, breakdown: Breakdown, context: &JobContext<'_>) {
        self.history.break_off(breakdown);
        tell(self.look(), context);
    }

    /// Every look at the holdout so far: after how many steps, and its loss.
    pub fn holdout_losses(&self) -> Vec<(u64, f64)> {
        self.history.holdout("eval_loss")
    }

    /// Everything found so far, in the order in which it showed.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    fn look(&mut self) -> Vec<Finding> {
        let mut new = Vec::new();
        for row in DIAGNOSES {
            if !self.told.contains(row.id)
                && let Some(finding) = row.finding(&self.history)
            {
                self.told.insert(row.id);
                new.push(finding);
            }
        }
        self.findings.extend(new.iter().cloned());
        new
    }
}

fn tell(findings: Vec<Finding>, context: &JobContext<'_>) {
    for finding in findings {
        context.emit(JobEvent::Finding(Box::new(finding)));
    }
}

/// Everything that the figures in a run's folder show: what the run itself told, read from its files. `total_steps` is
/// how many steps it was to take, where that is known.
pub fn diagnose_run(folder: &Path, task: &str, total_steps: Option<u64>) -> Result<Vec<Finding>, FileError> {
    Ok(Watch::go_on(folder, task, total_steps)?.findings)
}

#[cfg(test)]
mod tests;
