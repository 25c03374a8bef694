//! The model with its adapter in it as one GGUF file, which llama.cpp, Ollama, LM Studio and this program open.
//!
//! What the format has no words for is refused before a byte is written. What was written is opened again: it must cut texts
//! into the same tokens, end at the same ones, and compute the same numbers up to the rounding of its form.

mod forms;
mod keys;
mod text_side;
mod tokenizer;
mod weights;

pub(super) use keys::general;
pub(super) use weights::in_pairs;

use std::path::Path;

use serde_json::{Map, json};

use super::probe::Probe;
use super::{ExportError, Target, Written};
use crate::domain::{ComputeSettings, DtypeChoice, GgufType};
use crate::files;
use crate::job::{ExportSpec, JobContext};
use crate::model::gguf::{self, Architecture, NewTensor, Value as Key};
use crate::model::{
    Adapter, ChatTemplate, DecoderConfig, GenerationConfig, ModelError, TextTokenizer, WeightFiles, base_name,
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
const STAGES: u64 = 4;

/// What a file in this form is called.
pub(super) fn file_name(kind: GgufType) -> String {
    format!("model-{}.gguf", kind.name())
}

fn look(spec: &ExportSpec, _: &JobContext<'_>) -> Result<u64, ExportError> {
    let source = Source::open(&spec.model, spec.adapter.as_deref(), spec.gguf_type)?;
    let weights: u64 = source.tensors.iter().map(NewTensor::bytes).sum();
    // The vocabulary and the template come before the weights.
    Ok(weights + 64 * source.config.vocabulary_size as u64 + (1 << 20))
}

fn write_target(spec: &ExportSpec, context: &JobContext<'_>) -> Result<Written, ExportError> {
    context.progress("asking the model", 0, Some(STAGES), "stages");
    let path = spec.out.join(file_name(spec.gguf_type));
    let source = Source::open(&spec.model, spec.adapter.as_deref(), spec.gguf_type)?;
    let with = |dtype| ComputeSettings { dtype, ..spec.compute.clone() };
    let probe = Probe::open(&with(DtypeChoice::F32), &spec.model, spec.adapter.as_deref(), context)?;
    context.progress("writing the file", 1, Some(STAGES), "stages");
    source.write(&path, &|| Ok(context.check()?))?;
    context.progress("reading it back", 2, Some(STAGES), "stages");
    text_side::check(&spec.model, &path)?;
    context.progress("reading it back", 3, Some(STAGES), "stages");
    let proof = probe.hold_opened(&with(DtypeChoice::Auto), &path, context)?;
    let how = "The file alone was opened again by the program's own reader of GGUF files, with its own tokenizer and \
               template.";
    let proof = proof.within(how, spec.gguf_type.most_difference(), &path)?;
    context.progress("reading it back", STAGES, Some(STAGES), "stages");
    let mut more = Map::new();
    more.insert("form".to_owned(), json!(spec.gguf_type.name()));
    more.insert("architecture".to_owned(), json!(source.architecture.id));
    Ok(Written { proofs: vec![proof], more })
}

/// A model's folder and its adapter, checked against what the format can say.
struct Source {
    config: DecoderConfig,
    architecture: &'static Architecture,
    weights: WeightFiles,
    adapter: Option<Adapter>,
    /// Every tensor of the file, each in its form.
    tensors: Vec<NewTensor>,
    keys: Vec<(String, Key)>,
    /// What rotary frequencies are divided by.
    rotary_factors: Option<Vec<f32>>,
}

impl Source {
    fn open(folder: &Path, adapter: Option<&Path>, kind: GgufType) -> Result<Self, ExportError> {
        if gguf::is_gguf(folder) {
            return Err(ExportError::BaseIsGguf { path: folder.to_owned() });
        }
        let config = DecoderConfig::open(folder).map_err(ModelError::from)?;
        let described = keys::describe(&config)?;
        let tokenizer = TextTokenizer::open(folder).map_err(ModelError::from)?;
        let generation = GenerationConfig::open(folder).map_err(ModelError::from)?;
        let (name, _) = base_name::public(folder);
        let mut keys = general(described.architecture, "model", &name, kind);
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
        let (architecture, rotary_factors) = (described.architecture, described.rotary_factors);
        let tensors = weights::tensors(&config, architecture, kind, rotary_factors.as_deref())?;
        Ok(Self { config, architecture, weights, adapter, tensors, keys, rotary_factors })
    }

    /// Writes the file; `check` is asked before every tensor whether to go on.
    fn write(&self, path: &Path, check: &dyn Fn() -> Result<(), ExportError>) -> Result<(), ExportError> {
        if let Some(folder) = path.parent() {
            files::create_folder(folder)?;
        }
        let mut failed = None;
        let written = files::write_atomically(path, |out| {
            gguf::write(out, &self.keys, &self.tensors, |tensor| {
                check().and_then(|()| weights::numbers(self, tensor)).map_err(|error| {
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

/// Writes a model's folder as a GGUF file without opening it again, for whoever looks at the file itself.
pub fn write_gguf(folder: &Path, adapter: Option<&Path>, kind: GgufType, path: &Path) -> Result<(), ExportError> {
    Source::open(folder, adapter, kind)?.write(path, &|| Ok(()))
}

fn refused(what: impl Into<String>) -> ExportError {
    ExportError::NotInGguf { what: what.into() }
}

#[cfg(test)]
mod tests;
