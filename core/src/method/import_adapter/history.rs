//! The figures that another program kept of a training, as ours are kept.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Map, Value};

use super::super::MethodError;
use crate::files;

/// Where Python's trainers keep their figures, in the folder of the adapter or in that of a checkpoint.
const STATE: &str = "trainer_state.json";

/// What is taken over beside everything of rewards and log-probabilities.
const FIGURES: [&str; 5] = ["loss", "learning_rate", "grad_norm", "num_tokens", "kl"];

/// Beginnings of names that are taken over.
const GROUPS: [&str; 2] = ["rewards/", "logps/"];

/// A training's figures, line by line.
#[derive(Debug, Default)]
pub(super) struct History {
    /// Of its steps.
    pub(super) metrics: Vec<Map<String, Value>>,
    /// Of what it was tried on meanwhile.
    pub(super) holdout: Vec<Map<String, Value>>,
    /// What a person should know of it.
    pub(super) warning: Option<String>,
}

/// The part of `trainer_state.json` that is looked at.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct TrainerState {
    global_step: u64,
    max_steps: u64,
    log_history: Vec<Map<String, Value>>,
}

impl History {
    /// What lies beside an adapter: our own files, or those of Python's trainers.
    pub(super) fn beside(adapter: &Path) -> Result<Self, MethodError> {
        let own = adapter.join("metrics.jsonl");
        if own.is_file() {
            let holdout = adapter.join("holdout.jsonl");
            let holdout = if holdout.is_file() { lines(&holdout)? } else { Vec::new() };
            return Ok(Self { metrics: lines(&own)?, holdout, warning: None });
        }
        let Some(path) = state_of(adapter) else { return Ok(Self::default()) };
        let text = files::read_text(&path)?;
        // Python writes figures that ran away as words which no JSON has.
        match serde_json::from_str::<TrainerState>(&text) {
            Ok(state) => Ok(Self::of(&state)),
            Err(error) => Ok(Self {
                warning: Some(format!("{} cannot be read, so its figures are left out: {error}", path.display())),
                ..Self::default()
            }),
        }
    }

    fn of(state: &TrainerState) -> Self {
        let mut history = Self::default();
        for entry in &state.log_history {
            let Some(step) = entry.get("step").filter(|step| step.is_u64()) else { continue };
            // One line may hold the figures of a step, of a look at the holdout, or of the training as a whole.
            for (main, prefix, lines) in
                [("loss", "", &mut history.metrics), ("eval_loss", "eval_", &mut history.holdout)]
            {
                if !entry.get(main).is_some_and(Value::is_number) {
                    continue;
                }
                let is_figure = |name: &str| {
                    let name = name.strip_prefix(prefix);
                    name.is_some_and(|name| {
                        FIGURES.contains(&name) || GROUPS.iter().any(|group| name.starts_with(group))
                    })
                };
                let figures = entry.iter().filter(|(name, value)| is_figure(name) && value.is_number());
                let mut line = Map::from_iter([("step".to_owned(), step.clone())]);
                line.extend(figures.map(|(name, value)| (name.clone(), value.clone())));
                lines.push(line);
            }
        }
        let TrainerState { global_step, max_steps, .. } = state;
        history.warning = (global_step < max_steps).then(|| {
            format!(
                "its training was to take {max_steps} steps and had taken {global_step} when its figures were written"
            )
        });
        history
    }

    /// Writes it into a run's folder. Where there is nothing, there are no files.
    pub(super) fn write(&self, folder: &Path) -> Result<(), MethodError> {
        for (name, lines) in [("metrics.jsonl", &self.metrics), ("holdout.jsonl", &self.holdout)] {
            if !lines.is_empty() {
                files::write_atomically(&folder.join(name), |out| {
                    lines.iter().try_for_each(|line| writeln!(out, "{}", Value::Object(line.clone())))
                })?;
            }
        }
        Ok(())
    }
}

/// The records of a file of JSON lines; what is none is passed over.
fn lines(path: &Path) -> Result<Vec<Map<String, Value>>, MethodError> {
    Ok(files::read_text(path)?.lines().filter_map(|line| serde_json::from_str(line).ok()).collect())
}

/// The state beside the adapter, or that of its latest checkpoint.
fn state_of(adapter: &Path) -> Option<PathBuf> {
    let own = adapter.join(STATE);
    if own.is_file() {
        return Some(own);
    }
    let checkpoints = fs::read_dir(adapter).ok()?.flatten().filter_map(|entry| {
        let step: u64 = entry.file_name().to_str()?.strip_prefix("checkpoint-")?.parse().ok()?;
        Some((step, entry.path().join(STATE))).filter(|(_, path)| path.is_file())
    });
    checkpoints.max_by_key(|(step, _)| *step).map(|(_, path)| path)
}
