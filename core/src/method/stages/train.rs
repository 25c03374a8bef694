//! The trainings of a method: learning from ideal answers, the preference model, the adapter.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::super::MethodError;
use super::super::gather::{TrainingPair, demonstrations, preference_pairs, resolved_pairs};
use super::super::import_adapter::is_imported;
use super::super::work::{Work, seed_for};
use super::life;
use crate::domain::{RecordId, ReferenceChoice, ResolvedPair, Round, Split, Task, Text, TrainSettings};
use crate::files;
use crate::job::{JobContext, JobError, TrainSpec};
use crate::preflight;
use crate::project::store::{NewRun, Run, RunKind, RunState};
use crate::random;
use crate::train::{self, TrainError};

/// What a training learns from, in its run's folder.
pub(in super::super) const DATA: &str = "data.jsonl";

/// What a preference model is tried on, in its run's folder.
pub(super) const HELD_OUT: &str = "held-out.jsonl";

/// What came of a training, in its run's folder.
pub(in super::super) const SUMMARY: &str = "summary.json";

/// What seeds of trainings are made from, beside the project's.
const TRAINING: u64 = 2;

/// One in so many of people's prompts is kept from the preference model, to see how often it is right.
const HELD_OUT_EVERY: u64 = 5;

/// Times that each pair is learned from at most: more often, a small dataset is learned by heart.
const MOST_ROUNDS: usize = 4;

/// Prompts that are answered as a training goes.
const WATCHED: usize = 3;

/// Steps that so many pairs are good for.
fn most_steps(pairs: usize, batch_size: usize) -> u64 {
    (MOST_ROUNDS * pairs).div_ceil(batch_size.max(1)).max(1) as u64
}

/// Whether the verdicts on a prompt are kept from the preference model.
pub(super) fn is_held_out(prompt: RecordId, seed: u64) -> bool {
    random::mix(random::mix(prompt as u64) ^ seed).is_multiple_of(HELD_OUT_EVERY)
}

/// Learns to write like corrected and ideal answers.
pub(super) fn imitate(work: &Work<'_>, number: u32, context: &JobContext<'_>) -> Result<(), MethodError> {
    let round = work.round(number)?;
    let lines = demonstrations(work)?;
    let mut settings = TrainSettings {
        task: Task::Sft,
        loss: "nll".to_owned(),
        loss_parameters: BTreeMap::new(),
        ..work.settings.training.clone()
    };
    settings.max_steps = settings.max_steps.map(|steps| steps.min(most_steps(lines.len(), settings.batch_size)));
    let run = prepared(work, &round, RunKind::Sft, work.start_of(&round)?, &settings, Vec::new)?;
    write_lines(&data_file(work, &run), &lines)?;
    carry_out(work, &run, settings, context)
}

/// Learns from people's verdicts to score answers.
pub(super) fn preference_model(work: &Work<'_>, number: u32, context: &JobContext<'_>) -> Result<(), MethodError> {
    let round = work.round(number)?;
    let settings = TrainSettings {
        task: Task::PreferenceModel,
        loss: "bradley_terry".to_owned(),
        loss_parameters: BTreeMap::new(),
        ..work.settings.training.clone()
    };
    let pairs = resolved_pairs(work, &round)?;
    let by_people: Vec<ResolvedPair> = pairs.into_iter().filter(|pair| pair.by_people).collect();
    if by_people.is_empty() {
        return Err(no_pairs(work, &round));
    }
    let run = prepared(work, &round, RunKind::PreferenceModel, None, &settings, || by_people)?;
    let (aside, learned): (Vec<_>, Vec<_>) = preference_pairs(work, &work.store.run_pairs(run.id)?)?
        .into_iter()
        .partition(|pair| is_held_out(pair.prompt, work.settings.seed));
    let lines = |pairs: Vec<TrainingPair>| pairs.into_iter().map(|pair| pair.line).collect::<Vec<Value>>();
    write_lines(&work.store.run_folder(run.id).join(HELD_OUT), &lines(aside))?;
    write_lines(&data_file(work, &run), &lines(learned))?;
    carry_out(work, &run, settings, context)
}

/// Trains the adapter on the round's preference pairs, from the adapter that is there.
pub(super) fn adapter(work: &Work<'_>, number: u32, context: &JobContext<'_>) -> Result<(), MethodError> {
    let round = work.round(number)?;
    let start = adapter_start(work, &round)?;
    let pairs = resolved_pairs(work, &round)?;
    if pairs.is_empty() {
        return Err(no_pairs(work, &round));
    }
    let settings = adapter_settings(work.settings.training.clone(), start, pairs.len());
    let run = prepared(work, &round, RunKind::Dpo, start, &settings, || pairs)?;
    let pairs = preference_pairs(work, &work.store.run_pairs(run.id)?)?;
    write_lines(&data_file(work, &run), &pairs.into_iter().map(|pair| pair.line).collect::<Vec<_>>())?;
    carry_out(work, &run, settings, context)
}

/// The run whose adapter a round's training goes on from.
pub(in super::super) fn adapter_start(work: &Work<'_>, round: &Round) -> Result<Option<RecordId>, MethodError> {
    match work.finished_run(round.id, RunKind::Sft)? {
        Some(run) => Ok(Some(run.id)),
        None => work.start_of(round),
    }
}

/// How an adapter is trained on so many pairs.
pub(in super::super) fn adapter_settings(
    mut settings: TrainSettings,
    start: Option<RecordId>,
    pairs: usize,
) -> TrainSettings {
    if start.is_some() {
        // The answers were drawn with this adapter on: it is what the next one is held to.
        settings.reference = ReferenceChoice::Start;
    }
    settings.max_steps = settings.max_steps.map(|steps| steps.min(most_steps(pairs, settings.batch_size)));
    settings
}

fn no_pairs(work: &Work<'_>, round: &Round) -> MethodError {
    let filter = crate::project::store::VerdictFilter { round: Some(round.id), ..Default::default() };
    let verdicts = work.store.verdicts(&filter).map_or(0, |verdicts| verdicts.len());
    MethodError::NoPairs { round: round.number, verdicts }
}

/// The round's run of this kind that is not finished, or a new one with these pairs.
fn prepared(
    work: &Work<'_>,
    round: &Round,
    kind: RunKind,
    start_run: Option<RecordId>,
    settings: &TrainSettings,
    pairs: impl FnOnce() -> Vec<ResolvedPair>,
) -> Result<Run, MethodError> {
    let open = |run: &Run| {
        let is_over = matches!(run.state, RunState::Finished | RunState::Failed);
        run.round == Some(round.id) && run.kind == kind && !is_over && !is_imported(run)
    };
    if let Some(run) = work.store.runs()?.into_iter().rfind(open) {
        return Ok(run);
    }
    let rubric = work.store.rubrics()?.last().map(|version| version.id);
    let new = NewRun { kind, round: Some(round.id), start_run, settings: json!(settings), rubric, pairs: pairs() };
    Ok(work.store.begin_run(&new)?)
}

fn data_file(work: &Work<'_>, run: &Run) -> PathBuf {
    work.store.run_folder(run.id).join(DATA)
}

pub(in super::super) fn write_lines(path: &Path, lines: &[Value]) -> Result<(), MethodError> {
    files::write_atomically(path, |out| lines.iter().try_for_each(|line| writeln!(out, "{line}")))?;
    Ok(())
}

/// Trains, going on where an earlier attempt was stopped, and keeps how it ended.
fn carry_out(work: &Work<'_>, run: &Run, settings: TrainSettings, context: &JobContext<'_>) -> Result<(), MethodError> {
    let folder = work.store.run_folder(run.id);
    if train::is_busy(&folder) {
        // The state of the run is for the program that trains it to say.
        return Err(TrainError::Busy { folder }.into());
    }
    let spec = TrainSpec {
        resume: folder.join("run.json").is_file(),
        watched: if run.kind == RunKind::PreferenceModel { Vec::new() } else { watched(work)? },
        ..spec(work, folder.join(DATA), folder, run.kind, run.start_run, settings)?
    };
    work.store.set_run_state(run.id, RunState::Running { process: std::process::id() })?;
    let trained = life::lead(work.store, run, context, |context| {
        preflight::before_training(&spec, context)
            .map_err(|error| MethodError::Preflight(Box::new(error)))
            .and_then(|spec| Ok(train::run(&spec, context)?))
    });
    let state = match &trained {
        Ok(_) => RunState::Finished,
        Err(error) if error.is_cancelled() => RunState::Cancelled,
        Err(_) => RunState::Failed,
    };
    if let Ok(summary) = &trained {
        let path = work.store.run_folder(run.id).join(SUMMARY);
        files::write_atomically(&path, |out| writeln!(out, "{:#}", Value::Object(summary.clone())))?;
    }
    work.store.set_run_state(run.id, state)?;
    trained.map(drop)
}

/// The training of a run of this kind as a job.
pub(in super::super) fn spec(
    work: &Work<'_>,
    data: PathBuf,
    out: PathBuf,
    kind: RunKind,
    start: Option<RecordId>,
    mut settings: TrainSettings,
) -> Result<TrainSpec, MethodError> {
    settings.seed = seed_for(work.settings.seed, 0, TRAINING ^ kind as u64);
    settings.template_arguments.clone_from(work.template_arguments());
    Ok(TrainSpec {
        model: work.model()?,
        adapter: start.map(|start| work.store.run_folder(start)),
        data,
        holdout: None,
        resume: false,
        out,
        settings,
        pause_on_battery: false,
        watched: Vec::new(),
        compute: work.compute.clone(),
    })
}

/// The prompts that are answered as the training goes: the first that are set aside, or where none are, the first of all.
fn watched(work: &Work<'_>) -> Result<Vec<Text>, MethodError> {
    let mut prompts = work.store.prompts(Some(Split::Holdout))?;
    if prompts.is_empty() {
        prompts = work.store.prompts(Some(Split::Train))?;
    }
    let converses = work.converses()?;
    Ok(prompts.iter().take(WATCHED).map(|prompt| work.asked(&prompt.text, converses)).collect())
}
