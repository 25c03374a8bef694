//! The parts of a project that lie in files beside its database. Others write them meanwhile: what is missing or half
//! written counts as not there yet.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::error::DeskError;
use super::sheet::{FileKind, FilePlace, RunCurve, TrainingSample};
use crate::domain::RecordId;
use crate::method::STARTER;
use crate::project::store::Store;
use crate::starter;

/// Folders within folders that are looked into for their sizes.
const DEPTH: usize = 8;

/// The figures in a run's folder.
pub(super) fn curve(folder: &Path, run: RecordId) -> RunCurve {
    RunCurve {
        run,
        steps: lines(&folder.join("metrics.jsonl")).into(),
        holdout: lines(&folder.join("holdout.jsonl")).into(),
    }
}

/// The records of a file of JSON lines. A line that is no record is passed over: the last one may be half written.
fn lines(path: &Path) -> Vec<Map<String, Value>> {
    let bytes = fs::read(path).unwrap_or_default();
    bytes.split(|&byte| byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok()).collect()
}

/// Answers during a training, in the order of steps. Where a training was gone on with, its later line counts.
pub(super) fn training_samples(folder: &Path) -> Vec<TrainingSample> {
    let mut samples: BTreeMap<u64, Vec<TrainingSample>> = BTreeMap::new();
    for line in lines(&folder.join("samples.jsonl")) {
        let text = |name: &str| line.get(name).and_then(Value::as_str).map(str::to_owned);
        let step = line.get("step").and_then(Value::as_u64);
        let (Some(step), Some(prompt), Some(completion)) = (step, text("prompt"), text("completion")) else { continue };
        let of_step = samples.entry(step).or_default();
        match of_step.iter_mut().find(|sample| sample.prompt == prompt) {
            Some(sample) => sample.completion = completion,
            None => of_step.push(TrainingSample { step, prompt, completion }),
        }
    }
    samples.into_values().flatten().collect()
}

/// Where every file of a project is that a person may look for.
pub(super) fn files(store: &Store) -> Result<Vec<FilePlace>, DeskError> {
    let folder = store.folder();
    let mut places = Vec::new();
    let mut add = |kind: FileKind, path: PathBuf| {
        if path.exists() {
            // The place itself may be a link.
            let bytes = bytes_of(&fs::canonicalize(&path).unwrap_or_else(|_| path.clone()), DEPTH);
            places.push(FilePlace { kind, path, bytes });
        }
    };
    add(FileKind::Project, folder.to_owned());
    add(FileKind::Database, folder.join("project.db"));
    for run in store.runs()? {
        add(FileKind::Run(run.id), store.run_folder(run.id));
    }
    for round in store.rounds()? {
        add(FileKind::Report, folder.join("reports").join(format!("round-{}", round.number)).join("report.html"));
    }
    for export in store.exports()? {
        add(FileKind::Export, export.path);
    }
    if store.settings()?.model == STARTER
        && let Some(starter) = starter::known_folder()
    {
        add(FileKind::StarterModel, starter);
    }
    Ok(places)
}

/// The size of a file, or of a folder with all that is in it. Links are not followed.
fn bytes_of(path: &Path, depth: usize) -> u64 {
    let Ok(metadata) = fs::symlink_metadata(path) else { return 0 };
    if !metadata.is_dir() || depth == 0 {
        return if metadata.is_dir() { 0 } else { metadata.len() };
    }
    let entries = fs::read_dir(path).into_iter().flatten().flatten();
    entries.map(|entry| bytes_of(&entry.path(), depth - 1)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_torn_last_line_and_a_missing_file_are_not_there_yet() {
        let folder = tempfile::tempdir().expect("a folder");
        assert_eq!(curve(folder.path(), 3), RunCurve { run: 3, steps: [].into(), holdout: [].into() });
        let text = "{\"step\":1,\"loss\":0.5}\n{\"step\":2,\"loss\":0.25}\n{\"step\":3,\"lo";
        fs::write(folder.path().join("metrics.jsonl"), text).expect("written");
        let curve = curve(folder.path(), 3);
        let steps: Vec<u64> = curve.steps.iter().filter_map(|line| line["step"].as_u64()).collect();
        assert_eq!((steps, curve.holdout.len()), (vec![1, 2], 0));
    }

    #[test]
    fn the_later_answer_of_a_step_counts() {
        let folder = tempfile::tempdir().expect("a folder");
        assert!(training_samples(folder.path()).is_empty());
        let line = |step: u64, prompt: &str, completion: &str| {
            format!("{{\"step\":{step},\"prompt\":\"{prompt}\",\"completion\":\"{completion}\"}}\n")
        };
        let text = [line(10, "a", "x"), line(0, "a", "u"), line(10, "b", "y"), line(10, "a", "z")].concat();
        fs::write(folder.path().join("samples.jsonl"), text + "{\"step\":20,").expect("written");
        let samples = training_samples(folder.path());
        let said: Vec<_> = samples.iter().map(|one| (one.step, one.prompt.as_str(), one.completion.as_str())).collect();
        assert_eq!(said, [(0, "a", "u"), (10, "a", "z"), (10, "b", "y")]);
    }

    #[test]
    fn folders_are_as_large_as_what_is_in_them() {
        let folder = tempfile::tempdir().expect("a folder");
        crate::files::create_folder(&folder.path().join("deep/deeper")).expect("folders");
        fs::write(folder.path().join("one"), [0; 10]).expect("written");
        fs::write(folder.path().join("deep/deeper/two"), [0; 7]).expect("written");
        assert_eq!(bytes_of(folder.path(), DEPTH), 17);
        assert_eq!(bytes_of(folder.path(), 2), 10);
        assert_eq!(bytes_of(&folder.path().join("none"), DEPTH), 0);
    }
}
