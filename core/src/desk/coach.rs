//! What is known of coaches beside people: the report of their trial, and where they say something else.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::sync::Arc;
use std::time::SystemTime;

use super::error::DeskError;
use super::sheet::{CoachReport, CoachTrial, DifferenceRow, Differences, LabelRow};
use super::tables;
use crate::domain::{AnnotatorKind, Choice, RecordId};
use crate::feedback::coach::CoachReason;
use crate::feedback::people::resolve;
use crate::method::{self, report_files, report_of};
use crate::project::store::{Store, VerdictFilter};

/// When the report was written, where there is one: it stands beside the database, which does not change with it.
pub(super) fn reported_at(store: &Store) -> Option<SystemTime> {
    let [values, _] = report_files(store.folder());
    fs::metadata(values).and_then(|metadata| metadata.modified()).ok()
}

/// What coaches can be tried on, and what came of the last trial.
pub(super) fn trial(store: &Store) -> Result<CoachTrial, DeskError> {
    let (comparisons, annotators) = (store.comparisons(None)?, store.annotators()?);
    let verdicts = store.verdicts(&VerdictFilter::default())?;
    let decided = resolve(&comparisons, &verdicts, &annotators).pairs.iter().filter(|pair| pair.by_people).count();
    let simulated: BTreeSet<RecordId> =
        annotators.iter().filter(|one| one.is_simulated && one.is_active).map(|one| one.id).collect();
    let has_simulated = verdicts.iter().any(|stored| simulated.contains(&stored.verdict.annotator));
    let [_, page] = report_files(store.folder());
    let report = report_of(store.folder()).map(|method::CoachReport { source, rubric_version, comparisons, cards }| {
        Arc::new(CoachReport { source, rubric_version, comparisons, cards, page })
    });
    Ok(CoachTrial { decided, has_simulated, report })
}

/// Why a coach says what it says, read off the sentence that is kept of it.
pub(super) fn because(reason: &str) -> Option<CoachReason> {
    CoachReason::ALL.into_iter().find(|known| reason.starts_with(&known.to_string()))
}

/// The rules that such a sentence names.
pub(super) fn rules_in(reason: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut rest = reason.split_once(", by `").map(|(_, rest)| rest);
    while let Some((name, after)) = rest.and_then(|rest| rest.split_once('`')) {
        names.push(name.to_owned());
        rest = after.strip_prefix(", `");
    }
    names
}

/// The newest round's comparisons on which people and a machine both decided and say different things, those first of
/// which the machine was surest.
pub(super) fn differences(store: &Store) -> Result<Differences, DeskError> {
    let inactive: BTreeSet<String> =
        store.annotators()?.into_iter().filter(|one| !one.is_active).map(|one| one.name).collect();
    let mut by_comparison: BTreeMap<RecordId, Vec<LabelRow>> = BTreeMap::new();
    // The newest first: of each annotator the first one counts.
    for label in tables::labels(store)?.into_iter().filter(|label| label.choice != Choice::Skip) {
        let labels = by_comparison.entry(label.comparison).or_default();
        if !inactive.contains(&label.annotator) && labels.iter().all(|known| known.annotator != label.annotator) {
            labels.push(label);
        }
    }
    let mut found = Differences::default();
    let mut rows: Vec<DifferenceRow> = Vec::new();
    for labels in by_comparison.into_values() {
        let (people, machines): (Vec<_>, Vec<_>) =
            labels.into_iter().partition(|label| label.kind == AnnotatorKind::Person);
        let machine = machines.into_iter().find(|label| label.choice.is_decisive());
        let (Some(said), Some(machine)) = (word_of(&people), machine) else { continue };
        found.both += 1;
        if said != machine.choice {
            let who = people.into_iter().filter(|label| label.choice == said).map(|label| label.annotator).collect();
            rows.push(DifferenceRow { people: said, who, machine });
        }
    }
    let sureness = |row: &DifferenceRow| row.machine.confidence.unwrap_or(0.0);
    rows.sort_by(|one, other| sureness(other).total_cmp(&sureness(one)));
    found.rows = rows.into();
    Ok(found)
}

/// What most people say, where most say one thing.
fn word_of(people: &[LabelRow]) -> Option<Choice> {
    let count = |choice: Choice| people.iter().filter(|label| label.choice == choice).count();
    match (count(Choice::A), count(Choice::B)) {
        (a, b) if a > b => Some(Choice::A),
        (a, b) if b > a => Some(Choice::B),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
