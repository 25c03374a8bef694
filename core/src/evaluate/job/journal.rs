//! What an evaluation keeps in its folder, so that a kill at any moment loses no answer that was drawn and nothing that was
//! judged. Without a folder the same is kept in memory alone.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::EvaluationError;
use super::begun::{Begun, Extent};
use super::lines::Lines;
use crate::domain::Choice;
use crate::evaluate::{Forgetting, HeldOutRewards};
use crate::files::{self, FileError};
use crate::job::EvaluateSpec;

/// What the evaluation was begun with.
const BEGUN: &str = "evaluation.json";
/// Answers of both models, a line a prompt and model.
const ANSWERS: &str = "answers.jsonl";
/// What was said of comparisons, a line each.
const VERDICTS: &str = "verdicts.jsonl";
/// What was measured of the models themselves.
const MEASURED: &str = "measured.json";
/// What came of it.
const REPORT: &str = "report.json";
/// Held by whoever works in the folder.
const LOCK: &str = "evaluation.lock";

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
    /// The pairs that the rewards were looked for on: there may be none.
    pub(super) weighed_pairs: Option<usize>,
}

/// What is kept.
#[derive(Debug)]
pub(super) struct Journal {
    folder: Option<PathBuf>,
    /// How much is compared; the first from the beginning, the others since something was added.
    extents: Vec<Extent>,
    answers: BTreeMap<(Of, usize), Vec<String>>,
    verdicts: BTreeMap<usize, VerdictLine>,
    /// Comparisons that have a verdict, the newest last.
    order: Vec<usize>,
    measured: Measured,
    answer_lines: Option<Lines<AnswersLine>>,
    verdict_lines: Option<Lines<VerdictLine>>,
    /// Keeps other programs out.
    _lock: Option<File>,
}

impl Journal {
    /// Begins an evaluation of so many prompts, or goes on with the one in its folder.
    pub(super) fn open(spec: &EvaluateSpec, prompts: usize) -> Result<Self, EvaluationError> {
        let lock = spec.out.as_deref().map(|folder| begin(spec, folder, prompts)).transpose()?;
        Self::read(spec, prompts, lock)
    }

    /// Goes on with an evaluation that was begun with these settings, which are not looked at again.
    pub(super) fn reopen(spec: &EvaluateSpec, prompts: usize) -> Result<Self, EvaluationError> {
        let lock = spec.out.as_deref().map(locked).transpose()?;
        Self::read(spec, prompts, lock)
    }

    fn read(spec: &EvaluateSpec, prompts: usize, lock: Option<File>) -> Result<Self, EvaluationError> {
        let mut journal = Self {
            folder: spec.out.clone(),
            extents: vec![Extent { prompts, comparisons: spec.comparisons }],
            answers: BTreeMap::new(),
            verdicts: BTreeMap::new(),
            order: Vec::new(),
            measured: Measured::default(),
            answer_lines: None,
            verdict_lines: None,
            _lock: lock,
        };
        let Some(folder) = spec.out.as_deref() else { return Ok(journal) };
        journal.extents = read_begun(folder)?.extents;
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
            // Nobody gave anything for it: what cannot be read is measured anew.
            journal.measured = serde_json::from_str(&files::read_text(&measured)?).unwrap_or_default();
        }
        Ok(journal)
    }

    /// How much is compared; more than one where something was added after a result could be seen.
    pub(super) fn extents(&self) -> &[Extent] {
        &self.extents
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

/// Makes the folder, or makes sure that it holds this evaluation; keeps other programs out of it from then on.
fn begin(spec: &EvaluateSpec, folder: &Path, prompts: usize) -> Result<File, EvaluationError> {
    let path = folder.join(BEGUN);
    let occupied = || EvaluationError::Occupied { folder: folder.to_owned() };
    match (path.is_file(), spec.resume) {
        (true, false) if has_something(folder) => return Err(occupied()),
        (false, true) => return Err(EvaluationError::NothingThere { folder: folder.to_owned() }),
        _ => {}
    }
    let now = Begun::of(spec, prompts)?;
    files::create_folder(folder)?;
    // Whoever works there at this moment is left alone: nothing is written before this is the only program.
    let lock = locked(folder)?;
    let now = if spec.resume {
        match read_begun(folder)?.gone_on_with(now, &spec.data, was_seen(folder))? {
            Ok(now) => now,
            Err(what) => return Err(EvaluationError::Changed { folder: folder.to_owned(), what }),
        }
    } else if path.is_file() && has_something(folder) {
        return Err(occupied());
    } else {
        now
    };
    files::write_atomically(&path, |file| Ok(serde_json::to_writer_pretty(file, &now)?))?;
    Ok(lock)
}

fn read_begun(folder: &Path) -> Result<Begun, EvaluationError> {
    let path = folder.join(BEGUN);
    let text = files::read_text(&path)?;
    let damaged = |_| EvaluationError::Damaged { path, line: 1 };
    serde_json::from_str(&text).map_err(damaged)
}

/// Whether a result could be seen, by a report or by whoever judged.
fn was_seen(folder: &Path) -> bool {
    files::size(&folder.join(VERDICTS)) > 0 || folder.join(REPORT).is_file()
}

/// Whether an evaluation came further than being begun: one whose models could not be opened holds nothing to lose.
fn has_something(folder: &Path) -> bool {
    folder.join(MEASURED).is_file() || files::size(&folder.join(ANSWERS)) > 0
}

/// A file that keeps other programs out of the folder while it is open. It is never replaced, as the others are.
fn locked(folder: &Path) -> Result<File, EvaluationError> {
    let path = folder.join(LOCK);
    let mut options = OpenOptions::new();
    let file = options.create(true).truncate(false).write(true).open(&path);
    let file = file.map_err(|source| FileError::Write { path, source })?;
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => Err(EvaluationError::Busy { folder: folder.to_owned() }),
        // Some file systems of networks know no locks: the evaluation goes on without.
        Ok(()) | Err(TryLockError::Error(_)) => Ok(file),
    }
}
