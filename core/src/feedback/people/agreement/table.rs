//! What the figures look at, put in order once.

use std::collections::BTreeMap;

use unicode_segmentation::UnicodeSegmentation;

use super::super::standing::{Vote, counting};
use super::Judged;
use crate::domain::{Annotator, AnnotatorKind, Choice, Comparison, RecordId, StoredVerdict, VerdictForm};

/// The categories that agreement is measured on.
pub(super) const CATEGORIES: usize = 4;

/// Verdicts in order, for the figures.
#[derive(Debug)]
pub struct Table<'a> {
    /// Active annotators that judged something, by id.
    pub(super) annotators: Vec<&'a Annotator>,
    /// Each comparison's newest verdict of each annotator.
    pub(super) votes: BTreeMap<RecordId, BTreeMap<RecordId, Choice>>,
    /// Every verdict that counts and was given on two answers for themselves: no review, no correction.
    pub(super) verdicts: Vec<Vote<'a>>,
    comparisons: BTreeMap<RecordId, &'a Comparison>,
    sizes: BTreeMap<RecordId, Size>,
    /// Where the bootstrap's draws begin.
    pub(super) seed: u64,
}

/// How long an answer is.
#[derive(Debug, Clone, Copy)]
struct Size {
    characters: usize,
    words: usize,
}

impl<'a> Table<'a> {
    pub(super) fn new(judged: &Judged<'a>, seed: u64) -> Self {
        let comparisons: BTreeMap<RecordId, &Comparison> =
            judged.comparisons.iter().map(|comparison| (comparison.id, comparison)).collect();
        let verdicts: Vec<Vote<'a>> = counting(judged.verdicts, judged.annotators)
            .into_iter()
            .filter(|vote| !matches!(vote.stored.verdict.form, VerdictForm::Review | VerdictForm::Edit))
            .filter(|vote| comparisons.contains_key(&vote.stored.verdict.comparison))
            .collect();
        let mut votes: BTreeMap<RecordId, BTreeMap<RecordId, Choice>> = BTreeMap::new();
        let mut annotators: BTreeMap<RecordId, &Annotator> = BTreeMap::new();
        for vote in &verdicts {
            votes.entry(vote.stored.verdict.comparison).or_default().insert(vote.annotator.id, vote.choice());
            annotators.insert(vote.annotator.id, vote.annotator);
        }
        let sizes = judged.completions.iter().map(|one| (one.id, Size::of(&one.text))).collect();
        Self { annotators: annotators.into_values().collect(), votes, verdicts, comparisons, sizes, seed }
    }

    pub(super) fn people(&self) -> impl Iterator<Item = &'a Annotator> {
        self.annotators.iter().copied().filter(|one| one.kind == AnnotatorKind::Person)
    }

    /// Every two annotators.
    pub(super) fn couples(&self) -> impl Iterator<Item = (&'a Annotator, &'a Annotator)> {
        let others = |place: usize| self.annotators.iter().copied().skip(place + 1);
        self.annotators.iter().enumerate().flat_map(move |(place, one)| others(place).map(|other| (*one, other)))
    }

    /// What two annotators said of the comparisons that both judged, in the order of the comparisons.
    pub(super) fn joint(&self, one: &Annotator, other: &Annotator) -> Vec<(usize, usize)> {
        let both = |votes: &BTreeMap<RecordId, Choice>| {
            Some((category(*votes.get(&one.id)?)?, category(*votes.get(&other.id)?)?))
        };
        self.votes.values().filter_map(both).collect()
    }

    /// The verdicts of one annotator, in their order.
    pub(super) fn verdicts_of(&self, annotator: RecordId) -> impl Iterator<Item = &'a StoredVerdict> {
        self.verdicts.iter().filter(move |vote| vote.annotator.id == annotator).map(|vote| vote.stored)
    }

    /// Whether a decisive verdict chose the longer answer; `None` where both are as long.
    pub(super) fn chose_longer(&self, stored: &StoredVerdict) -> Option<bool> {
        let comparison = self.comparisons.get(&stored.verdict.comparison)?;
        let (a, b) = (self.sizes.get(&comparison.a)?.characters, self.sizes.get(&comparison.b)?.characters);
        match stored.verdict.choice {
            Choice::A if a != b => Some(a > b),
            Choice::B if a != b => Some(b > a),
            _ => None,
        }
    }

    /// Words of both answers a second, where the time was measured.
    pub(super) fn words_a_second(&self, stored: &StoredVerdict) -> Option<f64> {
        let comparison = self.comparisons.get(&stored.verdict.comparison)?;
        let words = self.sizes.get(&comparison.a)?.words + self.sizes.get(&comparison.b)?.words;
        // Faster than a tenth of a second is no reading either.
        Some(words as f64 / seconds(stored)?.max(0.1))
    }
}

impl Size {
    fn of(text: &str) -> Self {
        Self { characters: text.trim().chars().count(), words: text.unicode_words().count() }
    }
}

/// The time of a verdict that was given side by side, where it was measured.
pub(super) fn seconds(stored: &StoredVerdict) -> Option<f64> {
    let is_shown = stored.verdict.form == VerdictForm::Comparison;
    stored.verdict.seconds.filter(|seconds| is_shown && seconds.is_finite() && *seconds >= 0.0)
}

fn category(choice: Choice) -> Option<usize> {
    match choice {
        Choice::A => Some(0),
        Choice::B => Some(1),
        Choice::Tie => Some(2),
        Choice::BothBad => Some(3),
        Choice::Skip => None,
    }
}

/// How many annotators said what of one comparison, of those that `counts` names.
pub(super) fn counts(votes: &BTreeMap<RecordId, Choice>, counts: impl Fn(RecordId) -> bool) -> [u32; CATEGORIES] {
    let mut said = [0; CATEGORIES];
    for (_, &choice) in votes.iter().filter(|(annotator, _)| counts(**annotator)) {
        if let Some(count) = category(choice).and_then(|place| said.get_mut(place)) {
            *count += 1;
        }
    }
    said
}
