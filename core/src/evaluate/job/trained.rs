//! What an adapter's folder says of its training: settings and figures, and which prompts were trained on.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::domain::Text;
use crate::evaluate::report::{Curve, Fact};
use crate::files;
use crate::project::exchange::{DuplicateOptions, overlap};
use crate::project::read_demonstrations;

/// What stands beside an adapter that this program trained.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Training {
    /// The settings of `run.json`.
    pub(super) settings: Value,
    /// The data that was trained on, where it still lies there.
    pub(super) data: Option<PathBuf>,
    /// The figures of `metrics.jsonl`.
    metrics: Vec<Map<String, Value>>,
}

#[derive(Deserialize)]
struct Record {
    settings: Value,
    #[serde(default)]
    data: Option<PathBuf>,
}

impl Training {
    /// Reads what is there. An adapter from elsewhere has none of it.
    pub(super) fn read(folder: Option<&Path>) -> Self {
        let text = |name: &str| folder.and_then(|folder| files::read_text(&folder.join(name)).ok());
        let Some(record) = text("run.json").and_then(|text| serde_json::from_str::<Record>(&text).ok()) else {
            return Self::default();
        };
        let metrics = text("metrics.jsonl").unwrap_or_default();
        let metrics = metrics.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        let data = folder.zip(record.data).map(|(folder, data)| folder.join(data)).filter(|data| data.is_file());
        Self { settings: record.settings, data, metrics }
    }

    /// What log-ratios were multiplied by.
    pub(super) fn beta(&self) -> Option<f64> {
        self.settings["beta"].as_f64()
    }

    /// Its figures over its steps.
    pub(super) fn curves(&self) -> Vec<Curve> {
        Curve::from_metrics(&self.metrics)
    }

    /// Steps that were taken.
    pub(super) fn steps(&self) -> u64 {
        self.metrics.iter().filter(|line| line.contains_key("loss")).count() as u64
    }

    /// Prompts of the training's data; `None` where it cannot be read.
    fn prompts(&self) -> Option<Vec<String>> {
        let records = read_demonstrations(self.data.as_deref()?).ok()?;
        Some(records.into_iter().filter_map(|record| record.prompt).map(|prompt| asked(&prompt)).collect())
    }

    /// The places of prompts that were trained on, in the same words or nearly; `None` where that cannot be known.
    pub(super) fn trained_on(&self, prompts: &[&Text]) -> Option<Vec<usize>> {
        let train = self.prompts()?;
        let train: Vec<&str> = train.iter().map(String::as_str).collect();
        let held_out: Vec<String> = prompts.iter().map(|prompt| asked(prompt)).collect();
        let held_out: Vec<&str> = held_out.iter().map(String::as_str).collect();
        let found = overlap(&train, &held_out, &DuplicateOptions::default());
        Some(found.into_iter().map(|overlap| overlap.holdout).collect())
    }
}

/// A prompt's own words: the system prompt, which many share, does not make two prompts alike.
fn asked(prompt: &Text) -> String {
    crate::feedback::coach::request_of(prompt)
}

/// The settings that decide a training's numbers, for the expert.
pub fn settings_facts(settings: &Value) -> Vec<Fact> {
    let names = [
        "loss",
        "beta",
        "learning_rate",
        "max_steps",
        "batch_size",
        "warmup_steps",
        "schedule",
        "patience",
        "reference",
    ];
    let mut facts: Vec<Fact> = names
        .iter()
        .filter(|name| !settings[**name].is_null())
        .map(|name| Fact::new(name.replace('_', " "), plain(&settings[*name])))
        .collect();
    for name in ["rank", "alpha"] {
        if !settings["lora"][name].is_null() {
            facts.push(Fact::new(format!("LoRA {name}"), plain(&settings["lora"][name])));
        }
    }
    if let Some(parameters) = settings["loss_parameters"].as_object() {
        facts.extend(parameters.iter().map(|(name, value)| Fact::new(name.replace('_', " "), plain(value))));
    }
    facts
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
