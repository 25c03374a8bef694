//! What a project holds, as plain records: prompts, completions, comparisons, who judges them, and rounds.

use serde::{Deserialize, Serialize};

use super::Text;

/// Place of a record in its table of the project's store. Ids ascend in the order in which records were made.
pub type RecordId = i64;

/// Which half of the road a prompt serves.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Split {
    /// Its answers are judged and trained on.
    #[default]
    Train,
    /// Never trained on: only for asking whether the model got better.
    Holdout,
}

/// A prompt of a project.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Prompt {
    /// Its place in the store.
    pub id: RecordId,
    /// What is asked: plain text (a user's turn), or the messages so far.
    pub text: Text,
    /// Which half of the road it serves.
    pub split: Split,
    /// Words that a person sorts prompts by.
    pub tags: Vec<String>,
    /// Where it came from: `typed`, `example`, `written by` a coach, or the file that it was imported from.
    pub source: String,
}

/// Where a completion came from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum CompletionOrigin {
    /// A model wrote it.
    Model {
        /// The model, as the project names it.
        model: String,
        /// The run whose adapter was on it; `None` is the model itself.
        run: Option<RecordId>,
        /// The seed of the draw.
        seed: u64,
    },
    /// A coach wrote it for the model to learn from.
    Coach {
        /// The coach, as the project names it.
        coach: String,
        /// The seed of the draw.
        seed: u64,
    },
    /// A person corrected another completion.
    Edit {
        /// What was corrected.
        of: RecordId,
        /// Who corrected it.
        annotator: RecordId,
    },
    /// A person wrote it as it should be.
    Ideal {
        /// Who wrote it, where that is known.
        annotator: Option<RecordId>,
    },
    /// It came in a file.
    Import {
        /// The file's name.
        file: String,
    },
}

/// An answer to a prompt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Completion {
    /// Its place in the store.
    pub id: RecordId,
    /// What it answers.
    pub prompt: RecordId,
    /// The round in which it was made; `None` for imported ones.
    pub round: Option<RecordId>,
    /// Its text.
    pub text: String,
    /// Where it came from.
    pub origin: CompletionOrigin,
    /// Whether the model ended by itself, where it is known.
    pub is_finished: bool,
    /// A person took it out: it is neither compared nor trained on.
    pub is_discarded: bool,
}

/// Two answers to one prompt that are to be told apart. `a` and `b` are fixed here; which stood first on a screen is kept
/// with each verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Comparison {
    /// Its place in the store.
    pub id: RecordId,
    /// The prompt of both answers.
    pub prompt: RecordId,
    /// The round that asks it; `None` for imported ones.
    pub round: Option<RecordId>,
    /// One answer.
    pub a: RecordId,
    /// The other.
    pub b: RecordId,
}

/// What kind of annotator judges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnnotatorKind {
    /// A human being.
    Person,
    /// A model that judges by a rubric.
    Coach,
    /// Rules that a program checks.
    Rules,
    /// A model that was trained on verdicts to score answers.
    PreferenceModel,
}

/// Who judges.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Annotator {
    /// Its place in the store.
    pub id: RecordId,
    /// What people call it; one of a kind in a project.
    pub name: String,
    /// What kind it is.
    pub kind: AnnotatorKind,
    /// A program stands in for a person, in the example and in tests. Said wherever its labels are shown.
    pub is_simulated: bool,
    /// Its verdicts count. A removed annotator's verdicts stay in the store and count nowhere.
    pub is_active: bool,
}

/// Once round the road: answers, verdicts, an adapter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Round {
    /// Its place in the store.
    pub id: RecordId,
    /// From 1.
    pub number: u32,
    /// The run whose adapter the answers are drawn with; `None` is the model itself.
    pub start_run: Option<RecordId>,
}
