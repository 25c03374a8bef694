//! One part of a project, for the screen that shows it. Long texts come in short; [`Ask::Prompt`],
//! [`Ask::Comparison`] and [`Ask::Answers`] bring them whole.

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Map, Value};

use crate::domain::{AnnotatorKind, Choice, RecordId, Rubric, RubricVersion, Split};
use crate::feedback::coach::CoachReason;
use crate::feedback::coach::report_card::ReportCard;
use crate::feedback::people::{Figure, ReviewReason};
use crate::project::store::AuditEntry;

/// What a screen wants to show.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Ask {
    /// Every prompt.
    Prompts,
    /// The text of one prompt, whole.
    Prompt {
        /// Which.
        prompt: RecordId,
    },
    /// The answers to one prompt, whole.
    Answers {
        /// Which prompt.
        prompt: RecordId,
    },
    /// The newest answers of the newest round, newest first, at most so many.
    NewestAnswers {
        /// At most.
        most: usize,
    },
    /// Labels of the newest round, newest first.
    Labels,
    /// One comparison, whole.
    Comparison {
        /// Which.
        comparison: RecordId,
    },
    /// The preference pairs that the newest round's labels come to.
    Pairs,
    /// How far people agree, with each other and with themselves.
    Agreement,
    /// What waits for a person, reason by reason.
    WaitingReviews,
    /// Every version of the rubric, the newest first.
    Rubrics,
    /// The rules of a file, to be looked at before they are kept.
    RubricFile {
        /// The file.
        path: PathBuf,
    },
    /// What coaches can be tried on, and what came of the last trial.
    CoachTrial,
    /// Where people and a machine say different things.
    Differences,
    /// Figures of runs, step by step.
    Curves {
        /// Which runs.
        runs: Vec<RecordId>,
    },
    /// Answers during the training of a run.
    TrainingSamples {
        /// Which run.
        run: RecordId,
    },
    /// What was done, newest first, at most so much.
    History {
        /// At most.
        most: usize,
    },
    /// What was written into files for others, newest first; exports stand in the view.
    Written,
    /// Where every file is.
    Files,
}

/// A part of a project.
#[derive(Debug, Clone)]
pub enum Sheet {
    /// [`Ask::Prompts`].
    Prompts(Arc<[PromptRow]>),
    /// [`Ask::Prompt`]: its text.
    Prompt(Arc<str>),
    /// [`Ask::Answers`] and [`Ask::NewestAnswers`].
    Answers(Arc<[AnswerRow]>),
    /// [`Ask::Labels`].
    Labels(Arc<[LabelRow]>),
    /// [`Ask::Comparison`]: prompt, `a`, `b`.
    Comparison(Arc<[String; 3]>),
    /// [`Ask::Pairs`].
    Pairs(Arc<[PairRow]>),
    /// [`Ask::Agreement`].
    Agreement(Arc<[Figure]>),
    /// [`Ask::WaitingReviews`].
    WaitingReviews(Arc<[WaitingReview]>),
    /// [`Ask::Rubrics`].
    Rubrics(Arc<[RubricVersion]>),
    /// [`Ask::RubricFile`].
    RubricFile(Arc<Rubric>),
    /// [`Ask::CoachTrial`].
    CoachTrial(Arc<CoachTrial>),
    /// [`Ask::Differences`].
    Differences(Arc<Differences>),
    /// [`Ask::Curves`].
    Curves(Arc<[RunCurve]>),
    /// [`Ask::TrainingSamples`].
    TrainingSamples(Arc<[TrainingSample]>),
    /// [`Ask::History`] and [`Ask::Written`].
    History(Arc<[AuditEntry]>),
    /// [`Ask::Files`].
    Files(Arc<[FilePlace]>),
}

/// A prompt in a table.
#[derive(Debug, Clone, PartialEq)]
pub struct PromptRow {
    /// Its place in the store.
    pub id: RecordId,
    /// Its first words.
    pub text: String,
    /// Which half of the road it serves.
    pub split: Split,
    /// Where it came from.
    pub source: String,
    /// Answers that it has in the newest round.
    pub answers: usize,
    /// The place of an earlier prompt that says nearly the same.
    pub nearly_equal_to: Option<RecordId>,
}

/// An answer, whole.
#[derive(Debug, Clone, PartialEq)]
pub struct AnswerRow {
    /// Its place in the store.
    pub id: RecordId,
    /// Its prompt's place.
    pub prompt: RecordId,
    /// Its prompt's first words.
    pub prompt_text: String,
    /// Its text.
    pub text: String,
    /// Who wrote it, in a few words.
    pub origin: String,
    /// Whether it ended by itself.
    pub is_finished: bool,
    /// Whether it was taken out.
    pub is_discarded: bool,
}

/// A verdict in a table.
#[derive(Debug, Clone, PartialEq)]
pub struct LabelRow {
    /// The verdict's number.
    pub sequence: RecordId,
    /// What was judged.
    pub comparison: RecordId,
    /// The prompt's first words.
    pub prompt: String,
    /// The first words of `a`.
    pub a: String,
    /// The first words of `b`.
    pub b: String,
    /// What was said.
    pub choice: Choice,
    /// Who said it.
    pub annotator: String,
    /// What kind of annotator that is.
    pub kind: AnnotatorKind,
    /// Whether a program stands in for a person.
    pub is_simulated: bool,
    /// Why.
    pub reason: Option<String>,
    /// How sure a machine was, 0.5 to 1.
    pub confidence: Option<f64>,
    /// The version of the rubric that it was judged by.
    pub rubric: Option<u32>,
    /// What a coach's reason comes to, where it is one of the usual ones.
    pub because: Option<CoachReason>,
    /// The rules that decided, by their names, where the coach told.
    pub rules: Vec<String>,
}

/// What coaches can be tried on, and what came of the last trial.
#[derive(Debug, Clone, PartialEq)]
pub struct CoachTrial {
    /// Comparisons that people decided, in every round.
    pub decided: usize,
    /// Whether a program stands in for some of these people.
    pub has_simulated: bool,
    /// The last report.
    pub report: Option<Arc<CoachReport>>,
}

/// What came of trying coaches.
#[derive(Debug, Clone, PartialEq)]
pub struct CoachReport {
    /// What they were tried on, in words.
    pub source: String,
    /// The version of the rubric that they judged by, where it was the project's.
    pub rubric_version: Option<u32>,
    /// The comparison of each case.
    pub comparisons: Vec<RecordId>,
    /// A card each.
    pub cards: Vec<ReportCard>,
    /// The same as a page for people.
    pub page: PathBuf,
}

/// Where people and a machine say different things.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Differences {
    /// Comparisons that both decided.
    pub both: usize,
    /// Those of them on which they differ.
    pub rows: Arc<[DifferenceRow]>,
}

/// A comparison on which people and a machine differ.
#[derive(Debug, Clone, PartialEq)]
pub struct DifferenceRow {
    /// What most people say.
    pub people: Choice,
    /// Who of them.
    pub who: Vec<String>,
    /// What the machine says.
    pub machine: LabelRow,
}

/// A preference pair in a table.
#[derive(Debug, Clone, PartialEq)]
pub struct PairRow {
    /// What was judged.
    pub comparison: RecordId,
    /// The prompt's first words.
    pub prompt: String,
    /// The first words of the better answer.
    pub chosen: String,
    /// The first words of the other.
    pub rejected: String,
    /// Whether people decided.
    pub by_people: bool,
}

/// Comparisons that wait for a person for one reason.
#[derive(Debug, Clone, PartialEq)]
pub struct WaitingReview {
    /// Why.
    pub why: ReviewReason,
    /// How many.
    pub count: usize,
}

/// A run's figures.
#[derive(Debug, Clone, PartialEq)]
pub struct RunCurve {
    /// Which run.
    pub run: RecordId,
    /// The lines of its `metrics.jsonl`.
    pub steps: Arc<[Map<String, Value>]>,
    /// The lines of its `holdout.jsonl`.
    pub holdout: Arc<[Map<String, Value>]>,
}

/// What the model answered while it was trained.
#[derive(Debug, Clone, PartialEq)]
pub struct TrainingSample {
    /// Optimizer steps before it.
    pub step: u64,
    /// What it was asked.
    pub prompt: String,
    /// What it answered.
    pub completion: String,
}

/// A file or a folder of a project.
#[derive(Debug, Clone, PartialEq)]
pub struct FilePlace {
    /// What it is.
    pub kind: FileKind,
    /// Where it is.
    pub path: PathBuf,
    /// Its size, with all that is in it.
    pub bytes: u64,
}

/// What a file or a folder is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FileKind {
    /// The project's folder.
    Project,
    /// The database: prompts, answers, labels, settings.
    Database,
    /// A run: its adapter, figures and checkpoints.
    Run(RecordId),
    /// A report.
    Report,
    /// An export.
    Export,
    /// The starter model's files.
    StarterModel,
}
