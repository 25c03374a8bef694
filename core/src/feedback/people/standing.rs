//! Which verdicts count.

use std::collections::BTreeMap;

use crate::domain::{Annotator, AnnotatorKind, Choice, RecordId, StoredVerdict, VerdictForm};

/// A verdict that counts, with who gave it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Vote<'a> {
    pub(super) annotator: &'a Annotator,
    pub(super) stored: &'a StoredVerdict,
}

impl Vote<'_> {
    pub(super) fn choice(&self) -> Choice {
        self.stored.verdict.choice
    }

    pub(super) fn is_by_person(&self) -> bool {
        self.annotator.kind == AnnotatorKind::Person
    }
}

/// What counts of one comparison's verdicts.
#[derive(Debug, Clone, Default)]
pub(super) struct Standing<'a> {
    /// Each annotator's newest verdict, in the order of their sequence.
    pub(super) votes: Vec<Vote<'a>>,
    /// The newest review by a person.
    pub(super) review: Option<&'a StoredVerdict>,
}

/// The verdicts that count, in the order of their sequence: not withdrawn, by an annotator that is active, and not a
/// skip. A skip says nothing, so it does not take back what its annotator said before: withdrawing does.
pub(super) fn counting<'a>(verdicts: &'a [StoredVerdict], annotators: &'a [Annotator]) -> Vec<Vote<'a>> {
    let active: BTreeMap<RecordId, &Annotator> =
        annotators.iter().filter(|annotator| annotator.is_active).map(|annotator| (annotator.id, annotator)).collect();
    let mut votes: Vec<Vote<'a>> = verdicts
        .iter()
        .filter(|stored| !stored.is_withdrawn && stored.verdict.choice != Choice::Skip)
        .filter_map(|stored| Some(Vote { annotator: active.get(&stored.verdict.annotator).copied()?, stored }))
        .collect();
    votes.sort_by_key(|vote| vote.stored.sequence);
    votes
}

/// What counts of each comparison, by its id.
pub(super) fn standing<'a>(
    verdicts: &'a [StoredVerdict],
    annotators: &'a [Annotator],
) -> BTreeMap<RecordId, Standing<'a>> {
    let mut all: BTreeMap<RecordId, Standing<'a>> = BTreeMap::new();
    for vote in counting(verdicts, annotators) {
        let standing = all.entry(vote.stored.verdict.comparison).or_default();
        if vote.stored.verdict.form == VerdictForm::Review && vote.is_by_person() {
            standing.review = Some(vote.stored);
        } else {
            standing.votes.retain(|other| other.annotator.id != vote.annotator.id);
            standing.votes.push(vote);
        }
    }
    all
}
