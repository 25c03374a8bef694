//! What a person who judges has before them.

use crate::feedback::people::ReviewReason;
use crate::method::Asked;

/// A sitting as it is shown.
#[derive(Debug, Clone, PartialEq)]
pub struct SittingView {
    /// Who sits.
    pub annotator: String,
    /// What they are asked.
    pub asked: Asked,
    /// Comparisons that have an answer in this sitting.
    pub done: usize,
    /// Comparisons of this sitting.
    pub total: usize,
    /// What is shown now; `None` where everything has an answer.
    pub item: Option<SittingItem>,
    /// The last key did nothing, because the correction changed nothing or nothing could be taken back.
    pub refused: Option<Refused>,
    /// Whether something can be taken back.
    pub can_undo: bool,
}

/// Why a key did nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// There is nothing to take back.
    NothingToUndo,
    /// The correction is empty or says the same.
    NothingCorrected,
}

/// A comparison as it is shown.
#[derive(Debug, Clone, PartialEq)]
pub struct SittingItem {
    /// Its place in the sitting, from 0.
    pub place: usize,
    /// What was asked.
    pub prompt: String,
    /// The answer that stands first.
    pub first: String,
    /// The other.
    pub second: String,
    /// What is said of it so far, where it is reviewed.
    pub review: Option<ReviewSaid>,
}

/// What is said of a comparison so far.
#[derive(Debug, Clone, PartialEq)]
pub struct ReviewSaid {
    /// Why it waits for a person.
    pub why: ReviewReason,
    /// Which answer stands as the better one so far, as they stand on the screen: `Some(true)` for the first;
    /// `None` where neither does.
    pub first_is_better: Option<bool>,
    /// How sure the machine was, 0.5 to 1, where one said.
    pub confidence: Option<f64>,
    /// What the machine gave as its reason.
    pub reason: Option<String>,
}
