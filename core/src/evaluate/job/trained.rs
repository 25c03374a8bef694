//! What an adapter's folder says of its training: settings and figures, and which prompts were trained on.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::domain::Text;
use crate::evaluate::report::{Curve, Fact};
use crate::files;
use crate::job::EvaluateSpec;
use crate::project::exchange::{DuplicateOptions, overlap};
use crate::project::{read_demonstrations, read_prompts};
use crate::train::digest_folder;

/// What stands beside an adapter that this program trained.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Training {
    /// The settings of `run.json`.
    pub(super) settings: Value,
    /// The data that was trained on, by this run and by those that it went on from, as far as it still lies there.
    data: Vec<PathBuf>,
    /// Data of some of these runs is not there any more, or what they went on from is not.
    is_part: bool,
    /// The adapter that it went on from.
    start: Start,
    /// The figures of `metrics.jsonl`.
    metrics: Vec<Map<String, Value>>,
}

/// The adapter that a training went on from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum Start {
    /// It began from the model alone, or nothing is known of it.
    #[default]
    None,
    /// It lies there as it was.
    At(PathBuf),
    /// It is not there any more.
    Lost,
}

#[derive(Deserialize)]
struct Record {
    settings: Value,
    #[serde(default)]
    data: Option<PathBuf>,
    #[serde(default)]
    adapter_digest: Option<String>,
    #[serde(default)]
    starts_from: Option<PathBuf>,
}

impl Record {
    fn read(folder: &Path) -> Option<Self> {
        serde_json::from_str(&files::read_text(&folder.join("run.json")).ok()?).ok()
    }

    /// Where the adapter lies that the run in `folder` went on from: where it lay, or beside the run, where both were moved.
    fn start(&self, folder: &Path) -> Start {
        let Some(digest) = &self.adapter_digest else { return Start::None };
        let is_it = |place: &PathBuf| {
            place.is_dir() && digest_folder(place, &["adapter_config.json"]).is_ok_and(|found| found == *digest)
        };
        let beside = self.starts_from.as_ref().and_then(|start| Some(folder.parent()?.join(start.file_name()?)));
        let found = self.starts_from.clone().into_iter().chain(beside).find(is_it);
        found.map_or(Start::Lost, Start::At)
    }
}

/// Runs that went on from each other, at most: a record that names itself is no reason to go on for ever.
const MOST_RUNS: usize = 100;

impl Training {
    /// Reads what is there. An adapter from elsewhere has none of it.
    pub(super) fn read(folder: Option<&Path>) -> Self {
        let text = |name: &str| folder.and_then(|folder| files::read_text(&folder.join(name)).ok());
        let Some((folder, record)) = folder.and_then(|folder| Some((folder, Record::read(folder)?))) else {
            return Self::default();
        };
        let metrics = text("metrics.jsonl").unwrap_or_default();
        let metrics = metrics.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        let (settings, start) = (record.settings.clone(), record.start(folder));
        let (mut data, mut is_part, mut next) = (Vec::new(), false, Some((folder.to_owned(), record)));
        for _ in 0..MOST_RUNS {
            let Some((folder, record)) = next.take() else { break };
            match record.data.as_ref().map(|data| folder.join(data)).filter(|data| data.is_file()) {
                Some(found) => data.push(found),
                None => is_part = true,
            }
            match record.start(&folder) {
                Start::None => {}
                Start::At(start) => match Record::read(&start) {
                    Some(record) => next = Some((start, record)),
                    None => is_part = true,
                },
                Start::Lost => is_part = true,
            }
        }
        Self { settings, data, is_part, start, metrics }
    }

    /// Reads what stands beside the new model of an evaluation.
    pub(super) fn of(spec: &EvaluateSpec) -> Self {
        Self::read(Some(spec.adapter.as_deref().unwrap_or(&spec.model)))
    }

    /// The adapter that the policy was held to, where that was not the model alone.
    pub(super) fn reference(&self) -> &Start {
        if self.settings["reference"] == "start" { &self.start } else { &Start::None }
    }

    /// What log-ratios were multiplied by.
    pub(super) fn beta(&self) -> Option<f64> {
        // A policy gradient may hold to nothing.
        self.settings["beta"].as_f64().filter(|&beta| beta > 0.0)
    }

    /// Its figures over its steps.
    pub(super) fn curves(&self) -> Vec<Curve> {
        Curve::from_metrics(&self.metrics)
    }

    /// Steps that were taken.
    pub(super) fn steps(&self) -> u64 {
        self.metrics.iter().filter(|line| line.contains_key("loss")).count() as u64
    }

    /// Prompts of the trainings' data, and whether those are all.
    fn prompts(&self) -> (Vec<String>, bool) {
        let (mut prompts, mut are_all) = (Vec::new(), !self.is_part && !self.data.is_empty());
        for data in &self.data {
            match read_demonstrations(data) {
                Ok(records) => {
                    prompts.extend(records.into_iter().filter_map(|record| record.prompt).map(|prompt| asked(&prompt)));
                }
                // A training in rounds has prompts alone.
                Err(_) => match read_prompts(data) {
                    Ok(records) => prompts.extend(records.iter().map(|record| asked(&record.prompt))),
                    Err(_) => are_all = false,
                },
            }
        }
        (prompts, are_all)
    }

    /// The places of prompts that were trained on, in the same words or nearly; `None` where that cannot be known.
    pub(super) fn trained_on(&self, prompts: &[&Text]) -> Option<Vec<usize>> {
        let (train, are_all) = self.prompts();
        let train: Vec<&str> = train.iter().map(String::as_str).collect();
        let held_out: Vec<String> = prompts.iter().map(|prompt| asked(prompt)).collect();
        let held_out: Vec<&str> = held_out.iter().map(String::as_str).collect();
        let found = overlap(&train, &held_out, &DuplicateOptions::default());
        // That none of some was trained on says nothing of the others.
        (are_all || !found.is_empty()).then(|| found.into_iter().map(|overlap| overlap.holdout).collect())
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

#[cfg(test)]
mod tests {
    use std::fs;

    use serde_json::json;

    use super::*;

    /// A run that was trained on a prompt.
    fn run(folder: &Path, prompt: &str, start: Option<&Path>, reference: &str) {
        fs::create_dir_all(folder).expect("a folder");
        fs::write(folder.join("adapter_config.json"), prompt).expect("written");
        fs::write(folder.join("data.jsonl"), format!("{{\"prompt\": \"{prompt}\", \"completion\": \"x\"}}\n"))
            .expect("written");
        let digest = start.map(|start| digest_folder(start, &["adapter_config.json"]).expect("a digest"));
        let record = json!({
            "settings": {"reference": reference},
            "data": "data.jsonl",
            "adapter_digest": digest,
            "starts_from": start,
        });
        fs::write(folder.join("run.json"), record.to_string()).expect("written");
    }

    #[test]
    fn what_an_earlier_run_was_trained_on_counts_too() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = |name: &str| folder.path().join(name);
        run(&place("a/1"), "Which day do you open the garden?", None, "base");
        run(&place("a/2"), "What does a ticket for the museum cost?", Some(&place("a/1")), "start");
        let texts = [
            "Which day do you open the garden?",
            "How do I clean my boots?",
            "What does a ticket for the museum cost?",
        ]
        .map(|text| Text::Plain(text.to_owned()));
        let texts: Vec<&Text> = texts.iter().collect();
        let training = Training::read(Some(&place("a/2")));
        assert_eq!(training.trained_on(&texts), Some(vec![0, 2]));
        assert_eq!(training.reference(), &Start::At(place("a/1")));
        // Both were moved together.
        fs::rename(place("a"), place("b")).expect("moved");
        let moved = Training::read(Some(&place("b/2")));
        assert_eq!((moved.trained_on(&texts), moved.reference()), (Some(vec![0, 2]), &Start::At(place("b/1"))));
        // The first is another one now: what is found counts, but that nothing is found says nothing.
        fs::write(place("b/1/adapter_config.json"), "other").expect("written");
        let lost = Training::read(Some(&place("b/2")));
        assert_eq!((lost.trained_on(&texts), lost.reference()), (Some(vec![2]), &Start::Lost));
        assert_eq!(lost.trained_on(&texts[1..2]), None);
        let first = Training::read(Some(&place("b/1")));
        assert_eq!((first.trained_on(&texts[1..2]), first.reference()), (Some(Vec::new()), &Start::None));
        assert_eq!(Training::read(Some(folder.path())).trained_on(&texts), None);
    }
}
