//! The adapter as PEFT and the programs around it load it: three files in a folder.

use serde_json::{Map, json};

use super::{ExportError, Target, Written, adapter};
use crate::job::{ExportSpec, JobContext};
use crate::model::{Adapter, LoadError, TrainingCard, base_name};

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

fn look(spec: &ExportSpec) -> Result<u64, ExportError> {
    Ok(adapter::bytes(&adapter::open(spec, TARGET.id)?.0))
}

fn write(spec: &ExportSpec, context: &JobContext<'_>) -> Result<Written, ExportError> {
    let mut modules = 0;
    let proof = adapter::prove(spec, context, |mut adapter, config| {
        modules = adapter.tensors.len();
        if adapter.config.base_model.is_none() {
            let (name, revision) = base_name::of(&spec.model);
            adapter.config.base_model = Some(name);
            adapter.config.revision = revision;
        }
        adapter.save(&spec.out, &TrainingCard { method: "exported", settings: &[] })?;
        let read_back = Adapter::open(&spec.out, config)?;
        if read_back.score_head != adapter.score_head {
            return Err(ExportError::Differs { folder: spec.out.clone(), difference: f32::INFINITY });
        }
        Ok(read_back.tensors)
    })?;
    // The numbers are written as they are, so that every logit comes out the same.
    let how = "The folder was opened again by the program's own reader of PEFT's format and put on the base model.";
    let proof = proof.within(how, 0.0, &spec.out)?;
    let mut more = Map::new();
    more.insert("modules".to_owned(), json!(modules));
    more.insert("largest_logit_difference".to_owned(), json!(proof.largest_difference));
    Ok(Written { proofs: vec![proof], more })
}

impl From<LoadError> for ExportError {
    fn from(error: LoadError) -> Self {
        Self::Model(error.into())
    }
}
