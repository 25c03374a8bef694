//! A sitting as a window shows it.

use std::sync::Arc;

use super::error::DeskError;
use super::sitting::{Refused, ReviewSaid, SittingItem, SittingView};
use crate::domain::Choice;
use crate::feedback::people::ReviewFilter;
use crate::method::{Asked, Sitting};
use crate::project::store::Store;

/// Begins a sitting of somebody whose verdicts count.
pub(super) fn down(store: &Arc<Store>, name: &str, asked: Asked, filter: &ReviewFilter) -> Result<Sitting, DeskError> {
    let is_removed = store.annotators()?.iter().any(|one| one.name == name && !one.is_active);
    if is_removed {
        return Err(DeskError::Removed { name: name.to_owned() });
    }
    Ok(Sitting::begin(Arc::clone(store), name, asked, filter)?)
}

/// What the person has before them.
pub(super) fn view(sitting: &Sitting, refused: Option<Refused>) -> SittingView {
    let item = sitting.show().map(|shown| SittingItem {
        place: shown.item,
        prompt: shown.prompt.to_owned(),
        first: shown.first.to_owned(),
        second: shown.second.to_owned(),
        review: review(sitting),
    });
    SittingView {
        annotator: sitting.annotator().name.clone(),
        asked: sitting.asked(),
        done: sitting.done(),
        total: sitting.total(),
        item,
        refused,
        can_undo: sitting.done() > 0,
    }
}

fn review(sitting: &Sitting) -> Option<ReviewSaid> {
    let (entry, reason) = sitting.under_review()?;
    let first_is_better = match sitting.standing_as_shown() {
        Some(Choice::A) => Some(true),
        Some(Choice::B) => Some(false),
        Some(Choice::Tie | Choice::BothBad | Choice::Skip) | None => None,
    };
    Some(ReviewSaid {
        why: entry.why?,
        first_is_better,
        confidence: entry.confidence,
        reason: reason.map(str::to_owned),
    })
}
