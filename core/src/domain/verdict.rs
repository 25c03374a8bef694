//! What annotators say of comparisons, and the preference pairs that come of it.

use serde::{Deserialize, Serialize};

use super::RecordId;

/// What an annotator says of two answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// The comparison's `a` is better.
    A,
    /// The comparison's `b` is better.
    B,
    /// Both are as good.
    Tie,
    /// Neither is fit to learn from.
    BothBad,
    /// The annotator would not say.
    Skip,
}

impl Choice {
    /// Whether it prefers one answer.
    pub fn is_decisive(self) -> bool {
        matches!(self, Self::A | Self::B)
    }

    /// The same said of the answers in the other order.
    #[must_use]
    pub fn swapped(self) -> Self {
        match self {
            Self::A => Self::B,
            Self::B => Self::A,
            same => same,
        }
    }
}

/// How a verdict was given.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VerdictForm {
    /// Two answers were looked at side by side.
    #[default]
    Comparison,
    /// Each answer was given one to five points by itself.
    Rating,
    /// Each answer was found good or bad by itself.
    Thumbs,
    /// An answer was corrected: the correction is better than the original.
    Edit,
    /// A person looked at another annotator's verdict and let it stand, or turned it over.
    Review,
    /// It came in a file.
    Import,
}

/// One verdict, before the store gives it its place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewVerdict {
    /// Made by whoever asks for it to be kept, so that asking twice keeps it once. A UUID in its usual form.
    pub key: String,
    /// What was judged.
    pub comparison: RecordId,
    /// Who judged.
    pub annotator: RecordId,
    /// What was said.
    pub choice: Choice,
    /// How it was given.
    pub form: VerdictForm,
    /// Whether `b` stood first before the annotator.
    pub shown_swapped: bool,
    /// Time spent on it; `None` where nobody measured.
    pub seconds: Option<f64>,
    /// Why, where something was said.
    pub reason: Option<String>,
    /// How far the answers are apart, for annotators that measure it: log-odds of `a` over `b` for a coach, difference of
    /// scores for rules and preference models.
    pub margin: Option<f64>,
    /// The version of the rubric that it was judged by.
    pub rubric: Option<RecordId>,
    /// The model that judged, where one did.
    pub model: Option<String>,
    /// The seed of a judge that draws.
    pub seed: Option<u64>,
}

impl NewVerdict {
    /// A verdict of which no more is known than who said what of what: each further part is set by whoever knows it.
    pub fn bare(key: String, comparison: RecordId, annotator: RecordId, choice: Choice, form: VerdictForm) -> Self {
        Self {
            key,
            comparison,
            annotator,
            choice,
            form,
            shown_swapped: false,
            seconds: None,
            reason: None,
            margin: None,
            rubric: None,
            model: None,
            seed: None,
        }
    }
}

/// A verdict in its place. The order is that of `sequence`, never of clocks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredVerdict {
    /// Ascends with every verdict of the project.
    pub sequence: RecordId,
    /// What was said.
    pub verdict: NewVerdict,
    /// Taken back by its annotator; it counts nowhere.
    pub is_withdrawn: bool,
    /// UTC, for people to read (RFC 3339). Nothing is ordered by it.
    pub recorded_at: String,
}

/// A preference that came of verdicts, with what it came of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResolvedPair {
    /// What was judged.
    pub comparison: RecordId,
    /// The better answer.
    pub chosen: RecordId,
    /// The other.
    pub rejected: RecordId,
    /// The verdicts that decided, by sequence.
    pub verdicts: Vec<RecordId>,
    /// Whether people decided.
    pub by_people: bool,
}
