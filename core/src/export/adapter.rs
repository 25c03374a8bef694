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
    Adapter, AnyBackend, DecoderConfig, LoadError, LoraPair, LoraPairs, ModelError, OpenModel, WeightPrecision,
    choose_backend,
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

/// Refuses the adapter of a preference model, which scores answers, for a form of models that write them.
pub(super) fn refuse_score_head(adapter: &Adapter, target: &'static str) -> Result<(), ExportError> {
    if adapter.score_head.is_some() {
        let what = "the head of a preference model, which scores answers instead of writing them".to_owned();
        return Err(ExportError::UnfitAdapter { target, what });
    }
    Ok(())
}

/// The most bytes that its factors take in f32, with what stands beside them.
pub(super) fn bytes(adapter: &Adapter) -> u64 {
    let numbers: usize = adapter.tensors.values().map(|pair| pair.a.len() + pair.b.len()).sum();
    4 * numbers as u64 + (1 << 20)
}

/// The most bytes that its factors take where all have the largest rank.
pub(super) fn levelled_bytes(adapter: &Adapter) -> u64 {
    let rank = largest_rank(&adapter.tensors);
    let padded = |pair: &LoraPair| rank * (pair.a.len() + pair.b.len()) / pair.rank;
    let numbers: usize = adapter.tensors.values().map(padded).sum();
    4 * numbers as u64 + 256 * adapter.tensors.len() as u64 + (1 << 20)
}

pub(super) fn largest_rank(pairs: &LoraPairs) -> usize {
    pairs.values().map(|pair| pair.rank).max().unwrap_or(1)
}

/// Whether all modules have one rank and one scale.
pub(super) fn is_level(pairs: &LoraPairs) -> bool {
    let mut shapes = pairs.values().map(|pair| (pair.rank, pair.scale.to_bits()));
    let first = shapes.next();
    shapes.all(|shape| Some(shape) == first)
}

/// The same product with one rank and one scale for all modules: smaller factors are filled with zeros, and what is missing
/// of a scale is put into B.
pub(super) fn levelled(pairs: &LoraPairs) -> LoraPairs {
    let (rank, scale) = (largest_rank(pairs), pairs.values().next().map_or(1.0, |pair| pair.scale));
    let level = |pair: &LoraPair| {
        let inputs = pair.a.len() / pair.rank;
        let mut a = pair.a.clone();
        a.resize(rank * inputs, 0.0);
        let share = pair.scale / scale;
        let scaled = |number: &f32| (f64::from(*number) * share) as f32;
        let zeros = || std::iter::repeat_n(0.0, rank - pair.rank);
        let b = pair.b.chunks_exact(pair.rank).flat_map(|row| row.iter().map(scaled).chain(zeros())).collect();
        LoraPair { a, b, rank, scale }
    };
    pairs.iter().map(|(module, pair)| (module.clone(), level(pair))).collect()
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
