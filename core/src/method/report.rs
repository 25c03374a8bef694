//! The report of a round: gathered from the store and the run's folder, written beside them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Map, Value};

use super::MethodError;
use super::gather::Texts;
use super::stages::{SUMMARY, report_folder};
use super::work::Work;
use crate::domain::{Annotator, AnnotatorKind, Comparison, Finding, RecordId, Round, Split, StoredVerdict};
use crate::evaluate::job::{Machine, settings_facts, write_report};
use crate::evaluate::report::{Curve, Example, Fact, Grader, Labeller, MethodUsed, Work as WorkDone, shown_examples};
use crate::evaluate::{Outcome, Report, Results};
use crate::files;
use crate::project::store::{AnnotatorShare, Run, VerdictFilter};

/// Comparisons that the report shows.
const EXAMPLES: usize = 6;

/// What was measured in a round, beside the figures.
pub(super) struct Measured<'a> {
    pub(super) round: &'a Round,
    pub(super) run: &'a Run,
    pub(super) texts: &'a Texts,
    pub(super) comparisons: &'a [Comparison],
    pub(super) verdicts: &'a [StoredVerdict],
    pub(super) outcomes: &'a BTreeMap<RecordId, Outcome>,
}

/// The report, with nothing in it that a second run of the same would change.
pub(super) fn assemble(
    work: &Work<'_>,
    machine: Option<&Machine>,
    results: Results,
    measured: &Measured<'_>,
) -> Result<Report, MethodError> {
    let annotators = work.store.annotators()?;
    let labelled = labelled(work, measured)?;
    let folder = work.store.run_folder(measured.run.id);
    Ok(Report {
        title: work.settings.name.clone(),
        base_model: work.settings.model.clone(),
        adapter: relative(work, &folder),
        method: MethodUsed {
            id: work.recipe.id.to_owned(),
            name: work.recipe.name.to_owned(),
            says: work.recipe.meaning.to_owned(),
        },
        work: work_done(work, measured, &folder)?,
        trained_on: Some(trained_on(work)?),
        grader: Some(grader(machine, measured, &annotators, &labelled)),
        results,
        curves: Curve::from_metrics(&metrics(&folder)?),
        examples: examples(measured)?,
        labellers: labellers(work, measured, &labelled),
        findings: findings(&folder),
        lineage: lineage(work, measured)?,
        settings: settings_facts(&measured.run.settings),
        ..Report::default()
    })
}

/// How many of the prompts that are set aside are trained on all the same, word for word.
fn trained_on(work: &Work<'_>) -> Result<usize, MethodError> {
    let texts = |split| -> Result<Vec<String>, MethodError> {
        Ok(work.store.prompts(Some(split))?.iter().map(|prompt| prompt.text.readable()).collect())
    };
    let train: BTreeSet<String> = texts(Split::Train)?.into_iter().collect();
    Ok(texts(Split::Holdout)?.iter().filter(|text| train.contains(*text)).count())
}

/// Writes the report's files; gives the page's place.
pub(super) fn write(work: &Work<'_>, report: &Report, number: u32) -> Result<PathBuf, MethodError> {
    Ok(write_report(&report_folder(work, number), report)?)
}

/// The lines of a run's `metrics.jsonl`. An adapter that was trained elsewhere may have come without.
fn metrics(folder: &Path) -> Result<Vec<Map<String, Value>>, MethodError> {
    let path = folder.join("metrics.jsonl");
    if !path.exists() {
        return Ok(Vec::new());
    }
    let text = files::read_text(&path)?;
    Ok(text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect())
}

/// A path as the project has it, so that the report says the same wherever the project lies.
fn relative(work: &Work<'_>, path: &Path) -> String {
    let path = path.strip_prefix(work.store.folder()).unwrap_or(path);
    path.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/")
}

fn work_done(work: &Work<'_>, measured: &Measured<'_>, folder: &Path) -> Result<WorkDone, MethodError> {
    let progress = work.store.progress()?;
    let rounds = progress.iter().filter(|round| round.number <= measured.round.number);
    let (mut answers, mut comparisons) = (0, 0);
    for round in rounds {
        answers += round.completions as u64;
        comparisons += round.comparisons as u64;
    }
    let graded: Vec<RecordId> = measured.comparisons.iter().map(|comparison| comparison.id).collect();
    let verdicts = work.store.verdicts(&VerdictFilter::default())?;
    let given = verdicts.iter().filter(|stored| !graded.contains(&stored.verdict.comparison)).count();
    let lines = metrics(folder)?;
    Ok(WorkDone {
        prompts: work.store.prompts(Some(Split::Train))?.len() as u64,
        held_out_prompts: work.store.prompts(Some(Split::Holdout))?.len() as u64,
        answers,
        comparisons,
        verdicts: given as u64,
        pairs: measured.run.pairs as u64,
        steps: lines.iter().filter(|line| line.contains_key("loss")).count() as u64,
        seconds: work.seconds(),
    })
}

fn grader(
    machine: Option<&Machine>,
    measured: &Measured<'_>,
    annotators: &[Annotator],
    labelled: &[AnnotatorShare],
) -> Grader {
    let graded: Vec<RecordId> = measured.comparisons.iter().map(|comparison| comparison.id).collect();
    let is_of_result = |stored: &&StoredVerdict| graded.contains(&stored.verdict.comparison);
    let judges: Vec<&Annotator> = annotators
        .iter()
        .filter(|one| measured.verdicts.iter().filter(is_of_result).any(|stored| stored.verdict.annotator == one.id))
        .collect();
    let also_labelled = labelled.iter().any(|share| judges.iter().any(|judge| judge.id == share.annotator.id));
    let order_changes = measured
        .verdicts
        .iter()
        .filter(is_of_result)
        .filter(|stored| stored.verdict.reason.as_deref().is_some_and(|reason| reason.contains("changed its mind")))
        .count() as u64;
    Grader {
        name: machine.map_or("people", Machine::name).to_owned(),
        kind: machine.map_or(AnnotatorKind::Person, Machine::kind),
        is_simulated: judges.iter().any(|judge| judge.is_simulated),
        both_orders: machine.is_some(),
        order_changes,
        also_labelled,
    }
}

/// Comparisons to be read, as they came out in all.
fn examples(measured: &Measured<'_>) -> Result<Vec<Example>, MethodError> {
    let outcome = |one: &Comparison| Some((one.prompt, *measured.outcomes.get(&one.id)?));
    let compared: Vec<&Comparison> = measured.comparisons.iter().filter(|one| outcome(one).is_some()).collect();
    let outcomes: Vec<(RecordId, Outcome)> = compared.iter().filter_map(|one| outcome(one)).collect();
    let places = shown_examples(&outcomes, EXAMPLES).into_iter();
    places.map(|place| example(compared[place], outcomes[place].1, measured)).collect()
}

fn example(comparison: &Comparison, outcome: Outcome, measured: &Measured<'_>) -> Result<Example, MethodError> {
    let texts = measured.texts;
    let stored = measured.verdicts.iter().rfind(|stored| stored.verdict.comparison == comparison.id);
    Ok(Example {
        prompt: texts.prompt(comparison.prompt)?.text.readable(),
        old: texts.completion(comparison.a)?.text.clone(),
        new: texts.completion(comparison.b)?.text.clone(),
        outcome: Some(outcome),
        reason: stored.and_then(|stored| stored.verdict.reason.clone()),
    })
}

/// Whose verdicts decided what was trained on, in this run and in those that it went on from.
fn labelled(work: &Work<'_>, measured: &Measured<'_>) -> Result<Vec<AnnotatorShare>, MethodError> {
    let lineages = work.store.lineages(measured.run.id)?;
    let mut shares: Vec<AnnotatorShare> = Vec::new();
    for share in
        lineages.iter().flat_map(|lineage| lineage.people.iter().chain(&lineage.coaches).chain(&lineage.others))
    {
        match shares.iter_mut().find(|known| known.annotator.id == share.annotator.id) {
            Some(known) => known.verdicts += share.verdicts,
            None => shares.push(share.clone()),
        }
    }
    Ok(shares)
}

/// The same as the report tells it.
fn labellers(work: &Work<'_>, measured: &Measured<'_>, labelled: &[AnnotatorShare]) -> Vec<Labeller> {
    let labeller = |share: &AnnotatorShare| {
        let Annotator { name, kind, is_simulated, .. } = &share.annotator;
        Labeller {
            name: name.clone(),
            kind: *kind,
            is_simulated: *is_simulated,
            verdicts: share.verdicts as u64,
            note: work.note_on(*kind, measured.round),
        }
    };
    labelled.iter().map(labeller).collect()
}

/// What the training's own figures said.
fn findings(folder: &Path) -> Vec<Finding> {
    let summary =
        files::read_text(&folder.join(SUMMARY)).ok().and_then(|text| serde_json::from_str::<Value>(&text).ok());
    summary.and_then(|summary| Vec::deserialize(&summary["findings"]).ok()).unwrap_or_default()
}

fn lineage(work: &Work<'_>, measured: &Measured<'_>) -> Result<Vec<Fact>, MethodError> {
    let lineage = work.store.lineage(measured.run.id)?;
    let mut facts = vec![
        Fact::new("model", &work.settings.model),
        Fact::new("run", measured.run.id.to_string()),
        Fact::new("round", measured.round.number.to_string()),
        Fact::new("seed", work.settings.seed.to_string()),
        Fact::new("pairs", lineage.pairs.to_string()),
    ];
    if let Some(start) = measured.run.start_run {
        facts.push(Fact::new("went on from run", start.to_string()));
    }
    for version in &lineage.rubrics {
        let rules: Vec<&str> = version.rubric.rules.iter().map(|rule| rule.text.as_str()).collect();
        facts.push(Fact::new(format!("rubric version {} ({})", version.version, version.origin), rules.join(" ")));
    }
    Ok(facts)
}
