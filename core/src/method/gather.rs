//! What trainings learn from, gathered from a project's store.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::MethodError;
use super::work::Work;
use crate::domain::{
    Annotator, AnnotatorKind, Comparison, Completion, Prompt, RecordId, ResolvedPair, Round, Split, StoredVerdict,
};
use crate::feedback::people::{Resolution, resolve};
use crate::project::exchange::{ExportRow, RowKind};
use crate::project::store::{CompletionFilter, Store, VerdictFilter};

/// A preference pair as training reads it, and what it came of.
#[derive(Debug, Clone)]
pub(super) struct TrainingPair {
    pub(super) prompt: RecordId,
    pub(super) line: Value,
}

/// What the verdicts of a round come to. Imported comparisons belong to the first round.
pub(super) fn resolution(work: &Work<'_>, round: &Round) -> Result<Resolution, MethodError> {
    resolution_in(work.store, Some(round))
}

fn resolution_in(store: &Store, round: Option<&Round>) -> Result<Resolution, MethodError> {
    let comparisons = training_comparisons(store, round)?;
    let verdicts = verdicts_in(store, round)?;
    Ok(resolve(&comparisons, &verdicts, &store.annotators()?))
}

/// The comparisons of a round that may be trained on.
pub(crate) fn training_comparisons(store: &Store, round: Option<&Round>) -> Result<Vec<Comparison>, MethodError> {
    let training: Vec<RecordId> = store.prompts(Some(Split::Train))?.iter().map(|prompt| prompt.id).collect();
    let mut comparisons = comparisons_of(store, round)?;
    comparisons.retain(|comparison| training.binary_search(&comparison.prompt).is_ok());
    Ok(comparisons)
}

/// The comparisons of a round; imported ones belong to the first, or to none where nothing was begun yet.
pub(super) fn comparisons_of(store: &Store, round: Option<&Round>) -> Result<Vec<Comparison>, MethodError> {
    let belongs = |one: &Comparison| match round {
        Some(round) => one.round == Some(round.id) || (round.number == 1 && one.round.is_none()),
        None => one.round.is_none(),
    };
    if let Some(round) = round.filter(|round| round.number > 1) {
        return Ok(store.comparisons(Some(round.id))?);
    }
    Ok(store.comparisons(None)?.into_iter().filter(belongs).collect())
}

/// Every verdict that may count in a round.
pub(super) fn verdicts_of(work: &Work<'_>, round: &Round) -> Result<Vec<StoredVerdict>, MethodError> {
    verdicts_in(work.store, Some(round))
}

/// The same where no round need have been begun.
pub(crate) fn verdicts_in(store: &Store, round: Option<&Round>) -> Result<Vec<StoredVerdict>, MethodError> {
    // Imported comparisons have no round, so the first round asks for all.
    let of = round.filter(|round| round.number > 1).map(|round| round.id);
    Ok(store.verdicts(&VerdictFilter { round: of, ..VerdictFilter::default() })?)
}

/// The comparisons that people who count have answered, be it by skipping.
pub(super) fn answered_by_people(verdicts: &[StoredVerdict], annotators: &[Annotator]) -> BTreeSet<RecordId> {
    let is_person = |one: &&Annotator| one.kind == AnnotatorKind::Person && one.is_active;
    let people: BTreeSet<RecordId> = annotators.iter().filter(is_person).map(|one| one.id).collect();
    let counts = |stored: &&StoredVerdict| !stored.is_withdrawn && people.contains(&stored.verdict.annotator);
    verdicts.iter().filter(counts).map(|stored| stored.verdict.comparison).collect()
}

/// The preference pairs of a round, without answers that were taken out since.
pub(super) fn resolved_pairs(work: &Work<'_>, round: &Round) -> Result<Vec<ResolvedPair>, MethodError> {
    pairs_in(work.store, Some(round))
}

/// The same where no round need have been begun.
pub(crate) fn pairs_in(store: &Store, round: Option<&Round>) -> Result<Vec<ResolvedPair>, MethodError> {
    let discarded = store.discarded()?;
    let kept = |pair: &ResolvedPair| !discarded.contains(&pair.chosen) && !discarded.contains(&pair.rejected);
    Ok(resolution_in(store, round)?.pairs.into_iter().filter(kept).collect())
}

/// Pairs with their texts, in TRL's form.
pub(super) fn preference_pairs(work: &Work<'_>, pairs: &[ResolvedPair]) -> Result<Vec<TrainingPair>, MethodError> {
    let texts = Texts::read(work)?;
    let converses = work.converses()?;
    let line = |pair: &ResolvedPair| {
        let (chosen, rejected) = (texts.completion(pair.chosen)?, texts.completion(pair.rejected)?);
        let prompt = texts.prompt(chosen.prompt)?;
        let line = json!({
            "prompt": work.asked(&prompt.text, converses),
            "chosen": Work::answered(&chosen.text, converses),
            "rejected": Work::answered(&rejected.text, converses),
        });
        Ok(TrainingPair { prompt: prompt.id, line })
    };
    pairs.iter().map(line).collect()
}

/// Pairs as a dataset says them, with what they came of.
pub(super) fn preference_rows(work: &Work<'_>, pairs: &[ResolvedPair]) -> Result<Vec<ExportRow>, MethodError> {
    let texts = Texts::read(work)?;
    let row = |pair: &ResolvedPair| {
        let (chosen, rejected) = (texts.completion(pair.chosen)?, texts.completion(pair.rejected)?);
        let prompt = texts.prompt(chosen.prompt)?;
        let kind = RowKind::Pair {
            prompt: work.asked(&prompt.text, true),
            chosen: Work::answered(&chosen.text, true),
            rejected: Work::answered(&rejected.text, true),
        };
        let provenance = Map::from_iter([
            ("judged_by".to_owned(), json!(if pair.by_people { "people" } else { "machine" })),
            ("verdicts".to_owned(), json!(pair.verdicts)),
        ]);
        Ok(ExportRow { tags: prompt.tags.clone(), provenance, ..ExportRow::new(kind) })
    };
    pairs.iter().map(row).collect()
}

/// Corrected and ideal answers to training prompts, in TRL's form.
pub(super) fn demonstrations(work: &Work<'_>) -> Result<Vec<Value>, MethodError> {
    let texts = Texts::read(work)?;
    let converses = work.converses()?;
    let mut lines = Vec::new();
    for id in work.store.ideal_answers()? {
        let completion = texts.completion(id)?;
        let prompt = texts.prompt(completion.prompt)?;
        lines.push(json!({
            "prompt": work.asked(&prompt.text, converses),
            "completion": Work::answered(&completion.text, converses),
        }));
    }
    Ok(lines)
}

/// Every prompt and completion of a project by its place.
#[derive(Debug)]
pub(super) struct Texts {
    prompts: BTreeMap<RecordId, Prompt>,
    pub(super) completions: BTreeMap<RecordId, Completion>,
}

impl Texts {
    pub(super) fn read(work: &Work<'_>) -> Result<Self, MethodError> {
        let prompts = work.store.prompts(None)?.into_iter().map(|prompt| (prompt.id, prompt)).collect();
        let completions = work.store.completions(&CompletionFilter::default())?;
        Ok(Self {
            prompts,
            completions: completions.into_iter().map(|completion| (completion.id, completion)).collect(),
        })
    }

    pub(super) fn prompt(&self, id: RecordId) -> Result<&Prompt, MethodError> {
        self.prompts.get(&id).ok_or(MethodError::Record { what: "prompts", reason: format!("there is no prompt {id}") })
    }

    pub(super) fn completion(&self, id: RecordId) -> Result<&Completion, MethodError> {
        self.completions
            .get(&id)
            .ok_or(MethodError::Record { what: "completions", reason: format!("there is no completion {id}") })
    }
}
