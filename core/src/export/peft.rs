//! The adapter as PEFT and the programs around it load it: three files in a folder.

use std::path::Path;

use serde_json::{Map, json};

use super::{ExportError, Proof, Target, Written, adapter};
use crate::job::{ExportSpec, JobContext};
use crate::model::{Adapter, AdapterConfig, LoadError, TrainingCard, base_name};

/// The row.
pub(super) const TARGET: Target = Target {
    id: "peft",
    meaning: "A folder that PEFT, transformers and most servers load beside the base model: adapter_model.safetensors, \
              adapter_config.json and a card.",
    needs_adapter: true,
    takes_gguf_type: false,
    look,
    write,
};

fn look(spec: &ExportSpec, _: &JobContext<'_>) -> Result<u64, ExportError> {
    Ok(adapter::bytes(&adapter::open(spec, TARGET.id)?.0))
}

fn write(spec: &ExportSpec, context: &JobContext<'_>) -> Result<Written, ExportError> {
    write_with(spec, context, |_| false)
}

/// The same with one rank and one scale for all modules, for programs that know no others.
pub(super) fn write_level(spec: &ExportSpec, context: &JobContext<'_>) -> Result<Written, ExportError> {
    write_with(spec, context, |adapter| !adapter::is_level(&adapter.tensors))
}

fn write_with(
    spec: &ExportSpec,
    context: &JobContext<'_>,
    is_to_level: fn(&Adapter) -> bool,
) -> Result<Written, ExportError> {
    let (mut modules, mut is_levelled) = (0, false);
    let proof = adapter::prove(spec, context, |mut adapter, config| {
        modules = adapter.tensors.len();
        name_base(&mut adapter.config, &spec.model);
        is_levelled = is_to_level(&adapter);
        if is_levelled {
            level(&mut adapter);
        }
        adapter.save(&spec.out, &TrainingCard { method: "exported", settings: &[] })?;
        let read_back = Adapter::open(&spec.out, config)?;
        if read_back.score_head != adapter.score_head {
            return Err(ExportError::Differs { folder: spec.out.clone(), difference: f32::INFINITY });
        }
        Ok(read_back.tensors)
    })?;
    let proof = accepted(proof, is_levelled, spec)?;
    let mut more = Map::new();
    more.insert("modules".to_owned(), json!(modules));
    more.insert("largest_logit_difference".to_owned(), json!(proof.largest_difference));
    Ok(Written { proofs: vec![proof], more })
}

fn accepted(proof: Proof, is_levelled: bool, spec: &ExportSpec) -> Result<Proof, ExportError> {
    let how = "The folder was opened again by the program's own reader of PEFT's format and put on the base model.";
    // Numbers that are written as they are give every logit as it was; a scale that is put into them rounds them once more.
    let most = proof.most_difference.filter(|_| is_levelled).unwrap_or_default();
    proof.within(how, most, &spec.out)
}

/// Gives all modules one rank and one scale, and takes the settings out that said others.
fn level(adapter: &mut Adapter) {
    adapter.tensors = adapter::levelled(&adapter.tensors);
    let (rank, scale) = adapter.tensors.values().next().map_or((1, 1.0), |pair| (pair.rank, pair.scale));
    let config = &mut adapter.config;
    (config.rank, config.alpha, config.rslora) = (rank, scale * rank as f64, false);
    config.rank_pattern.clear();
    config.alpha_pattern.clear();
}

/// Names the base model as others may know it. A repository that is named stays; the place of a folder is this machine's
/// alone, and says who works on it.
pub(super) fn name_base(config: &mut AdapterConfig, model: &Path) {
    let named = config.base_model.as_deref().filter(|name| base_name::is_repository(name) && !Path::new(name).exists());
    if named.is_none() {
        let (name, revision) = base_name::public(model);
        config.revision = revision.or_else(|| config.revision.take().filter(|_| base_name::is_repository(&name)));
        config.base_model = Some(name);
    }
}

impl From<LoadError> for ExportError {
    fn from(error: LoadError) -> Self {
        Self::Model(error.into())
    }
}
