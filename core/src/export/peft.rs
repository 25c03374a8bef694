//! The adapter as PEFT and the programs around it load it: three files in a folder.

use std::path::Path;

use serde_json::{Map, json};

use super::{ExportError, Proof, Target, Written};
use crate::job::{ExportSpec, JobContext};
use crate::model::backend::Backend;
use crate::model::decoder::{Decoder, Pass};
use crate::model::{
    Adapter, AnyBackend, Batch, DecoderConfig, LoadError, ModelError, OpenModel, TrainingCard, base_name,
    choose_backend,
};
use crate::random::Random;

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

/// Tokens of the probe whose logits are compared.
const PROBE_TOKENS: usize = 24;

fn look(spec: &ExportSpec) -> Result<u64, ExportError> {
    let Some(folder) = &spec.adapter else { return Err(ExportError::NoAdapter { target: TARGET.id }) };
    let config = DecoderConfig::open(&spec.model).map_err(ModelError::from)?;
    let adapter = Adapter::open(folder, &config)?;
    let numbers: usize = adapter.tensors.values().map(|pair| pair.a.len() + pair.b.len()).sum();
    Ok(4 * numbers as u64 + (1 << 20))
}

fn write(spec: &ExportSpec, context: &JobContext<'_>) -> Result<Written, ExportError> {
    match choose_backend(&spec.compute)? {
        AnyBackend::Cpu(backend) => write_on(&backend, spec, context),
        AnyBackend::Graphics(backend) => write_on(&backend, spec, context),
    }
}

fn write_on<B: Backend + Clone>(
    backend: &B,
    spec: &ExportSpec,
    context: &JobContext<'_>,
) -> Result<Written, ExportError> {
    let Some(folder) = &spec.adapter else { return Err(ExportError::NoAdapter { target: TARGET.id }) };
    context.progress("opening the model", 0, Some(3), "stages");
    let mut model = OpenModel::open(backend.clone(), &spec.model, Some(folder), spec.compute.dtype)?;
    let Some(mut adapter) = model.adapter.take() else { return Ok(Written::default()) };
    let before = backend.run(|| probe(&model.decoder))?;
    context.check()?;
    context.progress("writing the adapter", 1, Some(3), "stages");
    if adapter.config.base_model.is_none() {
        let (name, revision) = base_name::of(&spec.model);
        adapter.config.base_model = Some(name);
        adapter.config.revision = revision;
    }
    adapter.save(&spec.out, &TrainingCard { method: "exported", settings: &[] })?;
    context.progress("reading it back", 2, Some(3), "stages");
    let difference = read_back(&mut model, &spec.out, (&before, adapter.score_head.as_deref()), backend)?;
    if difference != 0.0 {
        return Err(ExportError::Differs { folder: spec.out.clone(), difference });
    }
    context.progress("reading it back", 3, Some(3), "stages");
    let mut more = Map::new();
    more.insert("modules".to_owned(), json!(adapter.tensors.len()));
    more.insert("largest_logit_difference".to_owned(), json!(difference));
    let proof = Proof {
        how: "The folder was opened again, and computes the same.".to_owned(),
        largest_difference: Some(f64::from(difference)),
        most_difference: Some(0.0),
        ..Proof::default()
    };
    Ok(Written { proofs: vec![proof], more })
}

/// The largest difference between `before` and the logits with what was written; another score head is an infinite
/// one.
fn read_back<B: Backend>(
    model: &mut OpenModel<B>,
    written: &Path,
    (before, score_head): (&[f32], Option<&[f32]>),
    backend: &B,
) -> Result<f32, ExportError> {
    let adapter = Adapter::open(written, model.decoder.config())?;
    if adapter.score_head.as_deref() != score_head {
        return Ok(f32::INFINITY);
    }
    let decoder = &mut model.decoder;
    backend.run(|| {
        decoder.set_lora(&adapter.tensors)?;
        let after = probe(decoder)?;
        Ok(before.iter().zip(&after).fold(0.0f32, |worst, (a, b)| worst.max((a - b).abs())))
    })
}

/// Logits after a few tokens that are always the same.
fn probe<B: Backend>(decoder: &Decoder<B>) -> Result<Vec<f32>, ExportError> {
    let mut random = Random::new(0, &[]);
    let length = PROBE_TOKENS.min(decoder.config().max_positions);
    let ids: Vec<u32> = (0..length).map(|_| random.below(decoder.config().vocabulary_size) as u32).collect();
    let mut batch = Batch::default();
    batch.push(&ids);
    let (hidden, _) = decoder.forward(&batch, Pass::inference(true))?;
    Ok(decoder.logits(&hidden, &[length - 1])?)
}

impl From<LoadError> for ExportError {
    fn from(error: LoadError) -> Self {
        Self::Model(error.into())
    }
}
