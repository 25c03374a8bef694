//! Small records for the tests of this folder.

use crate::domain::{
    Annotator, AnnotatorKind, Choice, Comparison, Completion, CompletionOrigin, NewVerdict, RecordId, StoredVerdict,
    VerdictForm,
};

pub(super) fn annotator(id: RecordId, kind: AnnotatorKind) -> Annotator {
    Annotator { id, name: format!("annotator {id}"), kind, is_simulated: false, is_active: true }
}

pub(super) fn person(id: RecordId) -> Annotator {
    annotator(id, AnnotatorKind::Person)
}

/// Comparison `id` of the completions `2 × id` and `2 × id + 1`.
pub(super) fn comparison(id: RecordId) -> Comparison {
    Comparison { id, prompt: id, round: None, a: 2 * id, b: 2 * id + 1 }
}

pub(super) fn comparisons(count: RecordId) -> Vec<Comparison> {
    (1..=count).map(comparison).collect()
}

pub(super) fn completion(id: RecordId, prompt: RecordId, text: &str) -> Completion {
    let origin = CompletionOrigin::Model { model: "m".to_owned(), run: None, seed: 0 };
    Completion { id, prompt, round: None, text: text.to_owned(), origin, is_finished: true, is_discarded: false }
}

/// A verdict given side by side.
pub(super) fn verdict(sequence: RecordId, comparison: RecordId, annotator: RecordId, choice: Choice) -> StoredVerdict {
    let verdict = NewVerdict {
        key: format!("key {sequence}"),
        comparison,
        annotator,
        choice,
        form: VerdictForm::Comparison,
        shown_swapped: false,
        seconds: None,
        reason: None,
        margin: None,
        rubric: None,
        model: None,
        seed: None,
    };
    StoredVerdict { sequence, verdict, is_withdrawn: false, recorded_at: "2026-01-01T00:00:00Z".to_owned() }
}

/// A person's review.
pub(super) fn review(sequence: RecordId, comparison: RecordId, annotator: RecordId, choice: Choice) -> StoredVerdict {
    let mut stored = verdict(sequence, comparison, annotator, choice);
    stored.verdict.form = VerdictForm::Review;
    stored
}
