//! What the rows of adapters have in common: the model is opened once, the adapter written and read back, and the model
//! with what was read held against the model with what was meant.

use std::path::Path;

use super::probe::Probe;
use super::{ExportError, Proof};
use crate::domain::GgufType;
use crate::job::{ExportSpec, JobContext};
use crate::model::backend::Backend;
use crate::model::gguf::{self, GgufFile};
use crate::model::{
    Adapter, AnyBackend, DecoderConfig, LoadError, LoraPairs, ModelError, OpenModel, WeightPrecision, choose_backend,
};

/// Steps that are told.
const STAGES: u64 = 3;

/// What a model is made of, be it a folder or a GGUF file.
pub(super) fn decoder_config(model: &Path) -> Result<DecoderConfig, ExportError> {
    if gguf::is_gguf(model) {
        let file = GgufFile::open(model).map_err(ModelError::from)?;
        return Ok(file.config().map_err(ModelError::from)?);
    }
    Ok(DecoderConfig::open(model).map_err(ModelError::from)?)
}

/// The adapter that is written, checked against its model.
pub(super) fn open(spec: &ExportSpec, target: &'static str) -> Result<(Adapter, DecoderConfig), ExportError> {
    let Some(folder) = &spec.adapter else { return Err(ExportError::NoAdapter { target }) };
    let config = decoder_config(&spec.model)?;
    Ok((Adapter::open(folder, &config)?, config))
}

/// The most bytes that its factors take in f32, with what stands beside them.
pub(super) fn bytes(adapter: &Adapter) -> u64 {
    let numbers: usize = adapter.tensors.values().map(|pair| pair.a.len() + pair.b.len()).sum();
    4 * numbers as u64 + (1 << 20)
}

/// Opens the model with its adapter, has `write` write the adapter and read back what it wrote, and holds the model with
/// that against the model as it was. The proof says how much they may differ where a form puts scales into factors.
pub(super) fn prove(
    spec: &ExportSpec,
    context: &JobContext<'_>,
    write: impl FnOnce(Adapter, &DecoderConfig) -> Result<LoraPairs, ExportError>,
) -> Result<Proof, ExportError> {
    match choose_backend(&spec.compute)? {
        AnyBackend::Cpu(backend) => prove_on(backend, spec, context, write),
        AnyBackend::Graphics(backend) => prove_on(backend, spec, context, write),
    }
}

/// What factors may do that are the same but for the last bit of a number: in bf16 that bit can tip the rounding of what is
/// computed with it.
fn most_difference(precision: WeightPrecision) -> f64 {
    let kind = if precision == WeightPrecision::F32 { GgufType::F32 } else { GgufType::Bf16 };
    kind.most_difference()
}

fn prove_on<B: Backend>(
    backend: B,
    spec: &ExportSpec,
    context: &JobContext<'_>,
    write: impl FnOnce(Adapter, &DecoderConfig) -> Result<LoraPairs, ExportError>,
) -> Result<Proof, ExportError> {
    context.progress("opening the model", 0, Some(STAGES), "stages");
    let mut model = OpenModel::open(backend, &spec.model, spec.adapter.as_deref(), spec.compute.dtype)?;
    let Some(adapter) = model.adapter.take() else { return Ok(Proof::default()) };
    let probe = Probe::of(&model, context)?;
    context.check()?;
    context.progress("writing the adapter", 1, Some(STAGES), "stages");
    let read_back = write(adapter, model.decoder.config())?;
    context.progress("reading it back", 2, Some(STAGES), "stages");
    model.decoder.set_lora(&read_back).map_err(LoadError::from)?;
    let proof = Proof { most_difference: Some(most_difference(model.precision)), ..probe.hold(&model, context)? };
    context.progress("reading it back", STAGES, Some(STAGES), "stages");
    Ok(proof)
}
