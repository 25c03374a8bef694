//! What an evaluation keeps in its folder, so that a kill at any moment loses no answer that was drawn and nothing that was
//! judged. Without a folder the same is kept in memory alone.

use std::collections::BTreeMap;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::EvaluationError;
use super::lines::Lines;
use crate::domain::{Choice, SamplingSettings};
use crate::evaluate::{Forgetting, HeldOutRewards};
use crate::files::{self, FileError, hexadecimal};
use crate::job::{ComparedBy, EvaluateSpec};

/// What the evaluation was begun with.
const BEGUN: &str = "evaluation.json";
/// Answers of both models, a line a prompt and model.
const ANSWERS: &str = "answers.jsonl";
/// What was said of comparisons, a line each.
const VERDICTS: &str = "verdicts.jsonl";
/// What was measured of the models themselves.
const MEASURED: &str = "measured.json";

/// Which of the two models.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Of {
    Old,
    New,
}

#[derive(Debug, Serialize, Deserialize)]
struct AnswersLine {
    prompt: usize,
    of: Of,
    answers: Vec<String>,
}

/// What was said of a comparison; the old answer is its `a`, the new one its `b`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct VerdictLine {
    /// Its place in the plan.
    pub(super) comparison: usize,
    /// `None` where it was taken back.
    pub(super) choice: Option<Choice>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) margin: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) changed_with_order: bool,
    /// Whether the new answer stood first on a person's screen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) shown_swapped: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) seconds: Option<f64>,
}

/// What was measured of the models, each once.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Measured {
    pub(super) forgetting: Option<Forgetting>,
    pub(super) rewards: Option<HeldOutRewards>,
    /// Whether rewards were looked for: there may be none.
    pub(super) has_rewards: bool,
}

/// What decides the figures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Begun {
    format: u32,
    model: String,
    adapter: Option<String>,
    against: Option<String>,
    data: String,
    judge: ComparedBy,
    comparisons: Option<usize>,
    look_early: bool,
    beta: Option<f64>,
    forgetting: bool,
    system_prompt: Option<String>,
    sampling: SamplingSettings,
    template_arguments: Map<String, Value>,
}

const FORMAT: u32 = 1;

impl Begun {
    fn of(spec: &EvaluateSpec) -> Result<Self, EvaluationError> {
        let digest = |path: &Option<PathBuf>| path.as_deref().map(digest_of).transpose();
        Ok(Self {
            format: FORMAT,
            model: digest_of(&spec.model)?,
            adapter: digest(&spec.adapter)?,
            against: digest(&spec.against)?,
            data: digest_of(&spec.data)?,
            judge: spec.judge.clone(),
            comparisons: spec.comparisons,
            look_early: spec.look_early,
            beta: spec.beta,
            forgetting: spec.forgetting,
            system_prompt: spec.system_prompt.clone(),
            sampling: spec.sampling.clone(),
            template_arguments: spec.template_arguments.clone(),
        })
    }

    /// The first thing that differs, as people call it.
    fn difference(&self, now: &Self) -> Option<&'static str> {
        let rows = [
            (self.format != now.format, "another version of this program"),
            (self.model != now.model, "another model (`--model`)"),
            (self.adapter != now.adapter, "another adapter (`--adapter`)"),
            (self.against != now.against, "another model to compare with (`--against`)"),
            (self.data != now.data, "other data (`--data`)"),
            (self.judge != now.judge, "another judge (`--coach`, `--rubric`, `--rules` or `--people`)"),
            (self.comparisons != now.comparisons, "another number of comparisons (`--comparisons`)"),
            (self.look_early != now.look_early, "another way to end (`--look-early`)"),
            (self.beta != now.beta, "another beta (`--beta`)"),
            (self.forgetting != now.forgetting, "another choice of what is measured (`--no-forgetting`)"),
            (self.system_prompt != now.system_prompt, "another system prompt (`--system-prompt`)"),
            (
                self.sampling != now.sampling,
                "other settings of the answers (`--samples`, `--seed` or how they are drawn)",
            ),
            (self.template_arguments != now.template_arguments, "other values for the chat template"),
        ];
        rows.into_iter().find(|(differs, _)| *differs).map(|(_, what)| what)
    }
}

/// What is kept.
#[derive(Debug)]
pub(super) struct Journal {
    folder: Option<PathBuf>,
    answers: BTreeMap<(Of, usize), Vec<String>>,
    verdicts: BTreeMap<usize, VerdictLine>,
    /// Comparisons that have a verdict, the newest last.
    order: Vec<usize>,
    measured: Measured,
    answer_lines: Option<Lines<AnswersLine>>,
    verdict_lines: Option<Lines<VerdictLine>>,
    /// Keeps other programs out.
    lock: Option<File>,
}

impl Journal {
    /// Begins an evaluation, or goes on with the one in its folder.
    pub(super) fn open(spec: &EvaluateSpec) -> Result<Self, EvaluationError> {
        if let Some(folder) = spec.out.as_deref() {
            begin(spec, folder)?;
        }
        Self::reopen(spec)
    }

    /// Goes on with an evaluation that was begun with these settings, which are not looked at again.
    pub(super) fn reopen(spec: &EvaluateSpec) -> Result<Self, EvaluationError> {
        let mut journal = Self {
            folder: spec.out.clone(),
            answers: BTreeMap::new(),
            verdicts: BTreeMap::new(),
            order: Vec::new(),
            measured: Measured::default(),
            answer_lines: None,
            verdict_lines: None,
            lock: None,
        };
        let Some(folder) = spec.out.as_deref() else { return Ok(journal) };
        journal.lock = Some(locked(folder)?);
        let (lines, answers) = Lines::<AnswersLine>::open(&folder.join(ANSWERS))?;
        journal.answers = answers.into_iter().map(|line| ((line.of, line.prompt), line.answers)).collect();
        journal.answer_lines = Some(lines);
        let (lines, verdicts) = Lines::<VerdictLine>::open(&folder.join(VERDICTS))?;
        for line in verdicts {
            journal.take_in(line);
        }
        journal.verdict_lines = Some(lines);
        let measured = folder.join(MEASURED);
        if measured.is_file() {
            let text = files::read_text(&measured)?;
            let damaged = |_| EvaluationError::Damaged { path: measured.clone(), line: 1 };
            journal.measured = serde_json::from_str(&text).map_err(damaged)?;
        }
        Ok(journal)
    }

    pub(super) fn answers(&self, of: Of, prompt: usize) -> Option<&[String]> {
        self.answers.get(&(of, prompt)).map(Vec::as_slice)
    }

    pub(super) fn verdict(&self, comparison: usize) -> Option<&VerdictLine> {
        self.verdicts.get(&comparison)
    }

    /// Comparisons that have a verdict, the newest last.
    pub(super) fn order(&self) -> &[usize] {
        &self.order
    }

    pub(super) fn measured(&self) -> &Measured {
        &self.measured
    }

    pub(super) fn add_answers(&mut self, of: Of, prompt: usize, answers: Vec<String>) -> Result<(), EvaluationError> {
        let line = AnswersLine { prompt, of, answers };
        if let Some(lines) = &mut self.answer_lines {
            lines.add(&line)?;
        }
        self.answers.insert((of, prompt), line.answers);
        Ok(())
    }

    /// Keeps what was said, or that it was taken back. It is on the disk when this returns.
    pub(super) fn add_verdict(&mut self, line: VerdictLine) -> Result<(), EvaluationError> {
        if let Some(lines) = &mut self.verdict_lines {
            lines.add(&line)?;
        }
        self.take_in(line);
        Ok(())
    }

    fn take_in(&mut self, line: VerdictLine) {
        self.order.retain(|&known| known != line.comparison);
        if line.choice.is_some() {
            self.order.push(line.comparison);
            self.verdicts.insert(line.comparison, line);
        } else {
            self.verdicts.remove(&line.comparison);
        }
    }

    /// Keeps what was measured.
    pub(super) fn measure(&mut self, measured: Measured) -> Result<(), EvaluationError> {
        if let Some(folder) = &self.folder {
            let path = folder.join(MEASURED);
            files::write_atomically(&path, |file| Ok(serde_json::to_writer_pretty(file, &measured)?))?;
        }
        self.measured = measured;
        Ok(())
    }
}

/// Makes the folder, or makes sure that it holds this evaluation.
fn begin(spec: &EvaluateSpec, folder: &Path) -> Result<(), EvaluationError> {
    let path = folder.join(BEGUN);
    let now = Begun::of(spec)?;
    match (path.is_file(), spec.resume) {
        (true, false) => return Err(EvaluationError::Occupied { folder: folder.to_owned() }),
        (false, true) => return Err(EvaluationError::NothingThere { folder: folder.to_owned() }),
        (true, true) => {
            let damaged = |_| EvaluationError::Damaged { path: path.clone(), line: 1 };
            let begun: Begun = serde_json::from_str(&files::read_text(&path)?).map_err(damaged)?;
            if let Some(what) = begun.difference(&now) {
                return Err(EvaluationError::Changed { folder: folder.to_owned(), what });
            }
        }
        (false, false) => {
            files::create_folder(folder)?;
            files::write_atomically(&path, |file| Ok(serde_json::to_writer_pretty(file, &now)?))?;
        }
    }
    Ok(())
}

/// A file that keeps other programs out of the folder while it is open.
fn locked(folder: &Path) -> Result<File, EvaluationError> {
    let path = folder.join(BEGUN);
    let file = File::open(&path).map_err(|source| FileError::Read { path, source })?;
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => Err(EvaluationError::Busy { folder: folder.to_owned() }),
        // Some file systems of networks know no locks: the evaluation goes on without.
        Ok(()) | Err(TryLockError::Error(_)) => Ok(file),
    }
}

/// Files of a model or an adapter whose content decides what it is.
const CONTENT: [&str; 4] = ["adapter_config.json", "adapter_model.safetensors", "config.json", "tokenizer.json"];

/// SHA-256 of what decides what a folder or a file is: contents of the small files, names and sizes of the weights.
fn digest_of(path: &Path) -> Result<String, EvaluationError> {
    let failed = |source| FileError::Read { path: path.to_owned(), source };
    let mut hasher = Sha256::new();
    if !path.is_dir() {
        let is_large = path.extension().is_some_and(|ending| ending == "gguf");
        if is_large {
            hasher.update(files::size(path).to_le_bytes());
        } else {
            hasher.update(std::fs::read(path).map_err(failed)?);
        }
        return Ok(hexadecimal(hasher.finalize()));
    }
    for name in CONTENT {
        let file = path.join(name);
        if file.is_file() {
            hasher.update(name);
            hasher.update(std::fs::read(&file).map_err(|source| FileError::Read { path: file, source })?);
        }
    }
    let mut weights = Vec::new();
    for entry in std::fs::read_dir(path).map_err(failed)? {
        let file = entry.map_err(failed)?.path();
        if file.extension().is_some_and(|ending| ending == "safetensors") {
            weights.push((file.file_name().unwrap_or_default().to_owned(), files::size(&file)));
        }
    }
    weights.sort();
    for (name, size) in weights {
        hasher.update(name.as_encoded_bytes());
        hasher.update(size.to_le_bytes());
    }
    Ok(hexadecimal(hasher.finalize()))
}
