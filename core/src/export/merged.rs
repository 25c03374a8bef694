//! The model with what it learned in its own weights: a folder that stands by itself, in the names, types and shapes of the
//! base model's files.

use std::fs;
use std::path::Path;

use serde_json::{Map, json};

use super::adapter::refuse_score_head;
use super::probe::Probe;
use super::{ExportError, Target, Written};
use crate::domain::{ComputeSettings, DtypeChoice, GgufType};
use crate::files;
use crate::job::{ExportSpec, JobContext};
use crate::model::safetensors::Dtype;
use crate::model::{
    Adapter, DecoderConfig, MergeError, MergedWeights, ModelError, WeightFiles, copied_bytes, copy_text_side, gguf,
};

/// The row.
pub(super) const TARGET: Target = Target {
    id: "merged",
    meaning: "The model with what it learned in its own weights, as a folder of safetensors files that transformers, vLLM \
              and most programs open without an adapter.",
    needs_adapter: false,
    takes_gguf_type: false,
    look,
    write,
};

/// The most bytes of one file, as transformers has it.
const SHARD_BYTES: u64 = 50_000_000_000;

const CONFIG: &str = "config.json";

/// A model's folder and its adapter, checked against each other.
struct Source {
    weights: WeightFiles,
    adapter: Option<Adapter>,
}

impl Source {
    fn open(spec: &ExportSpec) -> Result<Self, ExportError> {
        if gguf::is_gguf(&spec.model) {
            return Err(ExportError::BaseIsGguf { path: spec.model.clone() });
        }
        let config = DecoderConfig::open(&spec.model).map_err(ModelError::from)?;
        let adapter = spec.adapter.as_deref().map(|adapter| Adapter::open(adapter, &config)).transpose()?;
        if let Some(adapter) = &adapter {
            refuse_score_head(adapter, TARGET.id)?;
        }
        let weights = WeightFiles::open(&spec.model).map_err(ModelError::from)?;
        weights.check_against(&config.tensors()).map_err(ModelError::from)?;
        Ok(Self { weights, adapter })
    }

    fn merged(&self) -> MergedWeights<'_> {
        MergedWeights::new(&self.weights, self.adapter.as_ref().map(|adapter| &adapter.tensors))
    }

    /// What the rounding of its coarsest weights may do, and what to open it in so that nothing else rounds.
    fn rounding(&self) -> (f64, DtypeChoice) {
        let has = |dtype| self.weights.stored().iter().any(|tensor| tensor.dtype == dtype);
        match (has(Dtype::BF16), has(Dtype::F16)) {
            (true, _) => (GgufType::Bf16.most_difference(), DtypeChoice::Auto),
            (false, true) => (GgufType::F16.most_difference(), DtypeChoice::F32),
            _ => (GgufType::F32.most_difference(), DtypeChoice::F32),
        }
    }
}

fn look(spec: &ExportSpec, _: &JobContext<'_>) -> Result<u64, ExportError> {
    let source = Source::open(spec)?;
    // A name and its place in a header and an index take less than so much.
    let names = 1024 * source.weights.names().count() as u64;
    Ok(source.weights.bytes() + names + copied_bytes(&spec.model) + (1 << 20))
}

fn write(spec: &ExportSpec, context: &JobContext<'_>) -> Result<Written, ExportError> {
    let source = Source::open(spec)?;
    let (most, dtype) = source.rounding();
    let compute = ComputeSettings { dtype, ..spec.compute.clone() };
    context.progress("asking the model", 0, None, "stages");
    let probe = Probe::open(&compute, &spec.model, spec.adapter.as_deref(), context)?;
    let shards = write_weights(&source, spec, context)?;
    copy_text_side(&spec.model, &spec.out)?;
    // It says that the folder is a model, and comes when it is one.
    copy(&spec.model.join(CONFIG), &spec.out.join(CONFIG))?;
    context.progress("reading it back", 0, None, "stages");
    let proof = probe.hold_opened(&compute, &spec.out, context)?;
    let how = "The folder was opened again as a model by itself, without the adapter.";
    let proof = proof.within(how, most, &spec.out)?;
    let mut more = Map::new();
    more.insert("shards".to_owned(), json!(shards));
    more.insert("modules".to_owned(), json!(source.adapter.map_or(0, |adapter| adapter.tensors.len())));
    Ok(Written { proofs: vec![proof], more })
}

/// Writes the weights; returns in how many files.
fn write_weights(source: &Source, spec: &ExportSpec, context: &JobContext<'_>) -> Result<usize, ExportError> {
    files::create_folder(&spec.out)?;
    let merged = source.merged();
    let shards = merged.shards(spec.shard_bytes.unwrap_or(SHARD_BYTES));
    let (mut done, total) = (0, source.weights.bytes());
    for shard in &shards {
        let mut failed = None;
        let written = files::write_atomically(&spec.out.join(&shard.name), |out| {
            let told = &mut |bytes| {
                done += bytes;
                context.progress("writing the model", done, Some(total), "bytes");
                context.check().map_err(std::io::Error::other)
            };
            merged.write(shard, out, told).map_err(|error| match error {
                MergeError::Write(error) => error,
                MergeError::Weights(error) => {
                    // The writer of files knows errors of the disk alone; what it was really is told below.
                    let told = std::io::Error::other(error.to_string());
                    failed = Some(ModelError::from(error));
                    told
                }
            })
        });
        context.check()?;
        if let Some(error) = failed {
            return Err(error.into());
        }
        written?;
    }
    if shards.len() > 1 {
        let index = merged.index(&shards);
        let path = spec.out.join("model.safetensors.index.json");
        files::write_atomically(&path, |out| out.write_all(index.as_bytes()))?;
    }
    Ok(shards.len())
}

fn copy(from: &Path, to: &Path) -> Result<(), ExportError> {
    let bytes = fs::read(from).map_err(|source| files::FileError::Read { path: from.to_owned(), source })?;
    Ok(files::write_atomically(to, |out| out.write_all(&bytes))?)
}
