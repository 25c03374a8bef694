//! An adapter that was trained elsewhere, brought into a project as one of its runs.

use serde_json::{Map, Value, json};

use super::MethodError;
use super::work::model_folder;
use crate::job::{ImportAdapterSpec, JobContext};
use crate::model::{Adapter, DecoderConfig, ModelError, TrainingCard};
use crate::project::store::{Access, NewRun, RunKind, RunState, Store};

/// The job: the adapter becomes a finished run of the newest round.
///
/// Its summary: `run` (its place in the project) and `modules` (matrices that it changes).
pub fn import_adapter(spec: &ImportAdapterSpec, context: &JobContext<'_>) -> Result<Map<String, Value>, MethodError> {
    let store = Store::open(&spec.project, if spec.beside { Access::Beside } else { Access::Owner })?;
    let settings = store.settings()?;
    let config = DecoderConfig::open(&model_folder(&settings.model)?).map_err(ModelError::from)?;
    let adapter = Adapter::open(&spec.adapter, &config)?;
    context.check()?;
    let run = store.begin_run(&NewRun {
        kind: RunKind::Dpo,
        round: store.rounds()?.last().map(|round| round.id),
        start_run: None,
        settings: json!({ "imported_from": spec.adapter }),
        rubric: store.rubrics()?.last().map(|version| version.id),
        pairs: Vec::new(),
    })?;
    adapter
        .save(&store.run_folder(run.id), &TrainingCard { method: "trained elsewhere and imported", settings: &[] })?;
    store.set_run_state(run.id, RunState::Finished)?;
    let mut summary = Map::new();
    summary.insert("run".to_owned(), json!(run.id));
    summary.insert("modules".to_owned(), json!(adapter.tensors.len()));
    Ok(summary)
}
