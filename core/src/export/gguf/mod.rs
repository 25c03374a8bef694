//! The model with its adapter in it as one GGUF file, which llama.cpp, Ollama, LM Studio and this program open.
//!
//! What the format has no words for is refused before a byte is written. What was written is opened again: it must cut texts
//! into the same tokens, end at the same ones, and compute the same numbers up to the rounding of its form.

mod keys;
mod proof;
mod tokenizer;
mod weights;

use std::path::Path;

use serde_json::{Map, json};

use super::{ExportError, Proof, Target, Written};
use crate::domain::{DtypeChoice, GgufType};
use crate::files;
use crate::job::{ExportSpec, JobContext};
use crate::model::backend::Backend;
use crate::model::gguf::{self, Architecture, NewTensor, TensorForm, Value as Key};
use crate::model::{
    Adapter, AnyBackend, ChatTemplate, DecoderConfig, GenerationConfig, ModelError, OpenModel, TextTokenizer,
    WeightFiles, base_name, choose_backend,
};

/// The row.
pub(super) const TARGET: Target = Target {
    id: "gguf",
    meaning: "One file with the model and what it learned, for llama.cpp, Ollama, LM Studio and programs like them: \
              weights, tokenizer and chat template.",
    needs_adapter: false,
    takes_gguf_type: true,
    look,
    write: write_target,
};

/// Steps that are told.
const STAGES: u64 = 3;

fn form(kind: GgufType) -> TensorForm {
    match kind {
        GgufType::F32 => TensorForm::F32,
        GgufType::F16 => TensorForm::F16,
        GgufType::Bf16 => TensorForm::Bf16,
        GgufType::Q8_0 => TensorForm::Q8_0,
    }
}

fn look(spec: &ExportSpec) -> Result<u64, ExportError> {
    let source = Source::open(&spec.model, spec.adapter.as_deref(), form(spec.gguf_type))?;
    let weights: u64 = weights::tensors(&source).iter().map(NewTensor::bytes).sum();
    // The vocabulary and the template come before the weights.
    Ok(weights + 64 * source.config.vocabulary_size as u64 + (1 << 20))
}

fn write_target(spec: &ExportSpec, context: &JobContext<'_>) -> Result<Written, ExportError> {
    context.progress("reading the model", 0, Some(STAGES), "stages");
    let path = spec.out.join(format!("model-{}.gguf", spec.gguf_type.name()));
    let source = Source::open(&spec.model, spec.adapter.as_deref(), form(spec.gguf_type))?;
    context.check()?;
    context.progress("writing the file", 1, Some(STAGES), "stages");
    source.write(&path)?;
    context.check()?;
    context.progress("reading it back", 2, Some(STAGES), "stages");
    let difference = prove(spec, &path)?;
    context.progress("reading it back", STAGES, Some(STAGES), "stages");
    let mut more = Map::new();
    more.insert("form".to_owned(), json!(spec.gguf_type.name()));
    more.insert("architecture".to_owned(), json!(source.architecture.id));
    more.insert("relative_logit_difference".to_owned(), json!(difference));
    let proof = Proof {
        how: "The file was opened again, and computes the same.".to_owned(),
        logit_difference: Some(difference),
        most_difference: Some(spec.gguf_type.most_difference()),
        ..Proof::default()
    };
    Ok(Written { proofs: vec![proof], more })
}

/// A model's folder and its adapter, checked against what the format can say.
struct Source {
    config: DecoderConfig,
    architecture: &'static Architecture,
    weights: WeightFiles,
    adapter: Option<Adapter>,
    form: TensorForm,
    keys: Vec<(String, Key)>,
    /// What rotary frequencies are divided by.
    rotary_factors: Option<Vec<f32>>,
}

impl Source {
    fn open(folder: &Path, adapter: Option<&Path>, form: TensorForm) -> Result<Self, ExportError> {
        let config = DecoderConfig::open(folder).map_err(ModelError::from)?;
        let described = keys::describe(&config)?;
        let tokenizer = TextTokenizer::open(folder).map_err(ModelError::from)?;
        let generation = GenerationConfig::open(folder).map_err(ModelError::from)?;
        let (name, _) = base_name::of(folder);
        let mut keys = keys::general(described.architecture, &name, form);
        keys.extend(described.keys);
        keys.extend(tokenizer::keys(&tokenizer, &generation, config.vocabulary_size)?);
        if let Some(template) = ChatTemplate::text(folder).map_err(ModelError::from)? {
            keys.push(("tokenizer.chat_template".to_owned(), Key::Text(template)));
        }
        let adapter = adapter.map(|adapter| Adapter::open(adapter, &config)).transpose()?;
        if adapter.as_ref().is_some_and(|adapter| adapter.score_head.is_some()) {
            return Err(refused("a preference model, which scores answers instead of writing them"));
        }
        let weights = WeightFiles::open(folder).map_err(ModelError::from)?;
        weights.check_against(&config.tensors()).map_err(ModelError::from)?;
        weights::check_blocks(&config, form)?;
        let (architecture, rotary_factors) = (described.architecture, described.rotary_factors);
        Ok(Self { config, architecture, weights, adapter, form, keys, rotary_factors })
    }

    fn write(&self, path: &Path) -> Result<(), ExportError> {
        if let Some(folder) = path.parent() {
            files::create_folder(folder)?;
        }
        let tensors = weights::tensors(self);
        let mut failed = None;
        let written = files::write_atomically(path, |out| {
            gguf::write(out, &self.keys, &tensors, |tensor| {
                weights::numbers(self, tensor).map_err(|error| {
                    // The writer knows errors of the disk alone; what it was really is told below.
                    let told = std::io::Error::other(error.to_string());
                    failed = Some(error);
                    told
                })
            })
        });
        match failed {
            Some(error) => Err(error),
            None => Ok(written?),
        }
    }
}

/// Opens what was written and holds it against the model: the relative difference of logits.
fn prove(spec: &ExportSpec, path: &Path) -> Result<f64, ExportError> {
    match choose_backend(&spec.compute)? {
        AnyBackend::Cpu(backend) => prove_on(&backend, spec, path),
        AnyBackend::Graphics(backend) => prove_on(&backend, spec, path),
    }
}

fn prove_on<B: Backend + Clone>(backend: &B, spec: &ExportSpec, path: &Path) -> Result<f64, ExportError> {
    let model = OpenModel::open(backend.clone(), &spec.model, spec.adapter.as_deref(), DtypeChoice::F32)?;
    let expected = proof::Probe::of(&model)?;
    drop(model);
    let written = OpenModel::open(backend.clone(), path, None, DtypeChoice::Auto)?;
    let difference = expected.hold(&written)?;
    let most = spec.gguf_type.most_difference();
    if difference.is_nan() || difference > most {
        return Err(ExportError::FileDiffers { path: path.to_owned(), difference, most });
    }
    Ok(difference)
}

/// Writes a model's folder as a GGUF file without opening it again, for whoever looks at the file itself.
pub fn write_gguf(folder: &Path, adapter: Option<&Path>, kind: GgufType, path: &Path) -> Result<(), ExportError> {
    Source::open(folder, adapter, form(kind))?.write(path)
}

fn refused(what: impl Into<String>) -> ExportError {
    ExportError::NotInGguf { what: what.into() }
}

#[cfg(test)]
mod tests;
