//! An adapter that was trained elsewhere, brought into a project as one of its runs.

mod history;

use std::path::Path;

use serde_json::{Map, Value, json};

use super::MethodError;
use super::work::model_folder;
use crate::domain::{Split, Task};
use crate::job::{ImportAdapterSpec, JobContext};
use crate::model::{Adapter, AdapterConfig, DecoderConfig, ModelError, TrainingCard, base_name};
use crate::project::store::{Access, NewRun, Run, RunKind, RunState, Store};
use crate::train::RunRecord;
use history::History;

/// What says of a run's settings that it was trained elsewhere, and from where it was brought.
const FROM: &str = "imported_from";

/// Whether a run was trained elsewhere. It never waits for its training to go on here.
pub(super) fn is_imported(run: &Run) -> bool {
    run.settings.get(FROM).is_some()
}

/// The job: the adapter becomes a finished run of the newest round, with the figures of its training where they lie beside
/// it. A kill leaves a run that is not finished and counts for nothing.
///
/// Its summary: `run` (its place in the project), `modules` (matrices that it changes), `steps` (of its training, as far as
/// figures tell), `warnings`, and `said`.
pub fn import_adapter(spec: &ImportAdapterSpec, context: &JobContext<'_>) -> Result<Map<String, Value>, MethodError> {
    let store = Store::open(&spec.project, if spec.beside { Access::Beside } else { Access::Owner })?;
    let model = model_folder(&store.settings()?.model)?;
    let config = DecoderConfig::open(&model).map_err(ModelError::from)?;
    let adapter = Adapter::open(&spec.adapter, &config)?;
    if adapter.score_head.is_some() {
        return Err(MethodError::ScoresAnswers { adapter: spec.adapter.clone() });
    }
    let record = RunRecord::open(&spec.adapter)?;
    let history = History::beside(&spec.adapter)?;
    context.check()?;
    let run = begin(&store, &spec.adapter, &adapter.config, record.as_ref())?;
    let folder = store.run_folder(run.id);
    let written = adapter
        .save(&folder, &TrainingCard { method: "trained elsewhere and imported", settings: &[] })
        .map_err(MethodError::from)
        .and_then(|()| history.write(&folder));
    // It is finished once everything that belongs to it lies there.
    store.set_run_state(run.id, if written.is_ok() { RunState::Finished } else { RunState::Failed })?;
    written?;
    let mut warnings: Vec<String> = other_base(&adapter.config, &model).into_iter().collect();
    warnings.extend(history.warning.clone());
    if store.prompts(Some(Split::Holdout))?.is_empty() {
        warnings.push(format!(
            "no prompts are set aside to compare old and new on; bring some first by `whetstone import --project {} FILE \
             --holdout`",
            spec.project.display()
        ));
    }
    let modules = adapter.tensors.len();
    Ok(Map::from_iter([
        ("run".to_owned(), json!(run.id)),
        ("modules".to_owned(), json!(modules)),
        ("steps".to_owned(), json!(history.metrics.len())),
        ("said".to_owned(), json!(said(spec, &run, modules, &history, &warnings))),
        ("warnings".to_owned(), json!(warnings)),
    ]))
}

/// A run of the newest round, or of the first, which is begun where there is none yet.
fn begin(store: &Store, from: &Path, config: &AdapterConfig, record: Option<&RunRecord>) -> Result<Run, MethodError> {
    let round = match store.rounds()?.last() {
        Some(round) => round.id,
        None => store.begin_round(None)?.id,
    };
    let mut settings = match record {
        Some(record) => json!(record.settings),
        None => json!({ "lora": { "rank": config.rank, "alpha": config.alpha } }),
    };
    settings[FROM] = json!(from);
    let kind = match record.map(|record| record.settings.task) {
        Some(Task::Sft) => RunKind::Sft,
        _ => RunKind::Dpo,
    };
    let rubric = store.rubrics()?.last().map(|version| version.id);
    Ok(store.begin_run(&NewRun { kind, round: Some(round), start_run: None, settings, rubric, pairs: Vec::new() })?)
}

/// What is to be said where the adapter does not name the project's model as the one that it was trained on.
fn other_base(config: &AdapterConfig, model: &Path) -> Option<String> {
    let Some(named) = &config.base_model else {
        return Some(
            "its adapter_config.json does not say which model it was trained on. Its shapes fit the project's model, but only \
             the comparison of old and new tells whether it belongs to it"
                .to_owned(),
        );
    };
    let (base, commit) = base_name::of(Path::new(named));
    let commit = commit.or_else(|| config.revision.clone());
    let (own, own_commit) = base_name::of(model);
    let last = |name: &str| name.trim_end_matches(['/', '\\']).rsplit(['/', '\\']).next().map(str::to_lowercase);
    let public = |model: &Path| last(&base_name::public(model).0);
    if public(Path::new(named)) != public(model) {
        return Some(format!(
            "its adapter_config.json says that it was trained on {base}, and the project's model is {own}. Its shapes fit, but \
             on another model it may do nothing good"
        ));
    }
    match (commit, own_commit) {
        (Some(its), Some(own)) if base_name::is_commit(&its) && its != own => {
            Some(format!("it was trained on the commit {its} of {base}, and the project has the commit {own}"))
        }
        _ => None,
    }
}

fn said(spec: &ImportAdapterSpec, run: &Run, modules: usize, history: &History, warnings: &[String]) -> Vec<String> {
    let mut said =
        vec![format!("run {}: the adapter of {}, which changes {modules} matrices", run.id, spec.adapter.display())];
    said.push(match history.metrics.len() {
        0 => "No figures of its training lie beside it, so there is no picture of how it went.".to_owned(),
        1 => "The figures of one step of its training came with it.".to_owned(),
        steps => format!("The figures of {steps} steps of its training came with it."),
    });
    said.extend(warnings.iter().map(|warning| format!("warning: {warning}")));
    let project = spec.project.display();
    said.push(match run.kind {
        RunKind::Sft => format!("The next training goes on from it: whetstone run {project}"),
        _ => format!("Compare it with the old model: whetstone run {project}"),
    });
    said
}

#[cfg(test)]
mod tests;
