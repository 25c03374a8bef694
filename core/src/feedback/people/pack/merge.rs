//! The labels of a pack back into its project.
//!
//! What comes of a label has a key of three parts: the item's key, the label's counter, and a digest of what it says. Of
//! verdicts that share an item the one with the greatest counter (then the greatest digest) stands and the others are
//! withdrawn, so that the project comes to the same whatever is merged first.

use std::collections::BTreeMap;
use std::path::Path;

use super::super::error::{PackError, PackItemProblem};
use super::super::key::{digest, uuid_of};
use super::super::session::{ShownChoice, Side};
use super::{ItemLabel, Pack, PackItem, PackProject};
use crate::domain::{
    Annotator, AnnotatorKind, Choice, Comparison, Completion, NewVerdict, RecordId, StoredVerdict, VerdictForm,
};

/// The project that a pack is merged into.
#[derive(Debug, Clone, Copy)]
pub struct PackSource<'a> {
    /// Which project it is.
    pub project: &'a PackProject,
    /// Who judges.
    pub annotators: &'a [Annotator],
    /// What is judged.
    pub comparisons: &'a [Comparison],
    /// The answers.
    pub completions: &'a [Completion],
    /// Everything that was said so far, withdrawn or not.
    pub verdicts: &'a [StoredVerdict],
}

/// What merging a pack changes in the project: to be kept in one transaction, withdrawals first.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Merge {
    /// Verdicts of an earlier copy that later labels replace.
    pub withdraw: Vec<Withdrawal>,
    /// New verdicts, in the order of the pack's items.
    pub verdicts: Vec<NewVerdict>,
    /// New corrections: for each a completion, its comparison with the original, and the verdict of [`edit_verdict`].
    pub corrections: Vec<Correction>,
    /// Items that two copies say different things of.
    pub conflicts: Vec<Conflict>,
    /// Labels that the project has already.
    pub known: usize,
    /// Items without a label.
    pub unlabelled: usize,
}

/// A verdict to take back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawal {
    /// Its place in the project.
    pub sequence: RecordId,
    /// Its key.
    pub key: String,
}

/// An answer that was corrected.
#[derive(Debug, Clone, PartialEq)]
pub struct Correction {
    /// What was corrected.
    pub of: RecordId,
    /// Who corrected it.
    pub annotator: RecordId,
    /// How it should read.
    pub text: String,
    /// Key of the verdict that the correction is better.
    pub key: String,
    /// Time spent on it.
    pub seconds: Option<f64>,
}

/// Two labels of one item that say different things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Conflict {
    /// The item's number in the pack, from 1.
    pub number: usize,
    /// The comparison.
    pub comparison: RecordId,
    /// What stands.
    pub kept: Choice,
    /// What was said in the other copy.
    pub dropped: Choice,
}

/// The verdict that a correction is better than its original, on the comparison of the two.
pub fn edit_verdict(comparison: &Comparison, original: RecordId, correction: &Correction) -> NewVerdict {
    let choice = if comparison.a == original { Choice::B } else { Choice::A };
    let form = VerdictForm::Edit;
    verdict(correction.key.clone(), comparison.id, correction.annotator, (choice, false), form, correction.seconds)
}

/// What the pack that was read from `path` changes in the project. Merged again, or as another copy, it changes nothing
/// that it has not changed before; of labels that differ the later in the pack stands, and the conflict is told.
pub fn merge_pack(path: &Path, pack: &Pack, source: &PackSource<'_>) -> Result<Merge, PackError> {
    if pack.project.id != source.project.id {
        let (pack_project, project) = (pack.project.name.clone(), source.project.name.clone());
        return Err(PackError::ForeignProject { path: path.to_owned(), pack_project, project });
    }
    let is_named = |one: &&Annotator| one.kind == AnnotatorKind::Person && one.name == pack.annotator;
    let annotator = source
        .annotators
        .iter()
        .find(is_named)
        .ok_or_else(|| PackError::UnknownAnnotator { path: path.to_owned(), name: pack.annotator.clone() })?;
    let merger = Merger::new(source, annotator.id);
    let mut merge = Merge::default();
    for (number, item) in (1..).zip(&pack.items) {
        merger.add(number, item, &mut merge).map_err(|problem| PackError::Item {
            path: path.to_owned(),
            number,
            problem,
        })?;
    }
    Ok(merge)
}

struct Merger<'a> {
    annotator: RecordId,
    comparisons: BTreeMap<RecordId, &'a Comparison>,
    texts: BTreeMap<RecordId, &'a str>,
    /// What is known of each item: its verdicts by the part of their keys that they share.
    known: BTreeMap<&'a str, Vec<&'a StoredVerdict>>,
}

impl<'a> Merger<'a> {
    fn new(source: &PackSource<'a>, annotator: RecordId) -> Self {
        let mut known: BTreeMap<&str, Vec<&StoredVerdict>> = BTreeMap::new();
        for stored in source.verdicts.iter().filter(|stored| stored.verdict.annotator == annotator) {
            known.entry(item_part(&stored.verdict.key)).or_default().push(stored);
        }
        Self {
            annotator,
            comparisons: source.comparisons.iter().map(|one| (one.id, one)).collect(),
            texts: source.completions.iter().map(|one| (one.id, one.text.as_str())).collect(),
            known,
        }
    }

    fn add(&self, number: usize, item: &PackItem, merge: &mut Merge) -> Result<(), PackItemProblem> {
        let (comparison, shown_swapped) = self.find(item)?;
        let Some(label) = &item.label else {
            merge.unlabelled += 1;
            return Ok(());
        };
        // Taken back and not said anew: no answer, which stands against what an older copy still says.
        let choice = label.choice.unwrap_or(ShownChoice::Skip).choice(shown_swapped);
        let key = label_key(&item.key, label);
        let known = self.known(&item.key);
        let newest = known.iter().max_by_key(|stored| rank(&stored.verdict.key));
        if let Some(newest) = newest.filter(|newest| rank(&newest.verdict.key) >= rank(&key)) {
            if newest.verdict.choice == choice {
                merge.known += 1;
            } else {
                let (kept, dropped) = (newest.verdict.choice, choice);
                merge.conflicts.push(Conflict { number, comparison: comparison.id, kept, dropped });
            }
            return Ok(());
        }
        let edit_key = edit_item_key(&item.key);
        for old in known.iter().chain(self.known(&edit_key)).filter(|old| !old.is_withdrawn) {
            merge.withdraw.push(Withdrawal { sequence: old.sequence, key: old.verdict.key.clone() });
        }
        if let Some(newest) = newest.filter(|newest| newest.verdict.choice != choice) {
            let (kept, dropped) = (choice, newest.verdict.choice);
            merge.conflicts.push(Conflict { number, comparison: comparison.id, kept, dropped });
        }
        let shown = (choice, shown_swapped);
        let form = VerdictForm::Comparison;
        merge.verdicts.push(verdict(key, comparison.id, self.annotator, shown, form, label.seconds));
        if let Some(edit) = &label.edit {
            let is_a = (edit.side == Side::First) != shown_swapped;
            merge.corrections.push(Correction {
                of: if is_a { comparison.a } else { comparison.b },
                annotator: self.annotator,
                text: edit.text.clone(),
                key: label_key(&edit_key, label),
                seconds: label.seconds,
            });
        }
        Ok(())
    }

    /// The comparison of an item, and whether its `b` was shown first: the texts say so.
    fn find(&self, item: &PackItem) -> Result<(&'a Comparison, bool), PackItemProblem> {
        let unknown = PackItemProblem::UnknownComparison { comparison: item.comparison };
        let comparison = *self.comparisons.get(&item.comparison).ok_or(unknown)?;
        let text = |id: RecordId| self.texts.get(&id).copied();
        let shown = (Some(item.first.as_str()), Some(item.second.as_str()));
        if shown == (text(comparison.a), text(comparison.b)) {
            Ok((comparison, false))
        } else if shown == (text(comparison.b), text(comparison.a)) {
            Ok((comparison, true))
        } else {
            Err(PackItemProblem::OtherAnswers { comparison: item.comparison })
        }
    }

    fn known(&self, item_key: &str) -> &[&'a StoredVerdict] {
        self.known.get(item_part(item_key)).map_or(&[], Vec::as_slice)
    }
}

/// The part of a key that says which item it is of: all but the last 12 digits.
fn item_part(key: &str) -> &str {
    key.rsplit_once('-').map_or(key, |(item, _)| item)
}

/// The part of a key that says which of an item's labels it is of: its order is theirs.
fn rank(key: &str) -> &str {
    key.rsplit_once('-').map_or("", |(_, rank)| rank)
}

/// The key of what comes of a label: its counter (24 bits) and a digest of what it says (24 bits) behind the item's.
fn label_key(item_key: &str, label: &ItemLabel) -> String {
    let ItemLabel { choice, seconds, counter, edit } = label;
    let seconds = seconds.map(f64::to_bits);
    let (said, corrected) = (format!("{choice:?} {seconds:?}"), format!("{edit:?}"));
    let content = digest(&["label", &said, &corrected]);
    format!("{}-{counter:06x}{:02x}{:02x}{:02x}", item_part(item_key), content[0], content[1], content[2])
}

/// The key that those of an item's corrections are made of.
fn edit_item_key(item_key: &str) -> String {
    uuid_of(digest(&["edit", item_part(item_key)]))
}

fn verdict(
    key: String,
    comparison: RecordId,
    annotator: RecordId,
    (choice, shown_swapped): (Choice, bool),
    form: VerdictForm,
    seconds: Option<f64>,
) -> NewVerdict {
    NewVerdict { shown_swapped, seconds, ..NewVerdict::bare(key, comparison, annotator, choice, form) }
}
