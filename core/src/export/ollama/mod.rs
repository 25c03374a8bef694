//! The model for Ollama: its GGUF file, and a Modelfile with the chat template in Go's words.
//!
//! The template is read off conversations that the model's own template renders, and held against it before a byte is
//! written: what Go's words cannot say is refused.

mod go_template;
mod modelfile;
mod proof;
mod turns;

use serde_json::{Map, Value, json};

use super::told::Told;
use super::{ExportError, Proof, Target, Written, gguf};
use crate::files;
use crate::job::{ExportSpec, JobContext};
use crate::model::gguf::is_gguf;
use crate::model::{ChatTemplate, DecoderConfig, GenerationConfig, ModelError, TextTokenizer};
use modelfile::Modelfile;
use turns::{System, Turns};

/// The row.
pub(super) const TARGET: Target = Target {
    id: "ollama",
    meaning: "A folder that `ollama create` takes: the model as a GGUF file, and a Modelfile with the chat template in \
              Ollama's own words, the system prompt and the words that end an answer.",
    needs_adapter: false,
    takes_gguf_type: true,
    look,
    write,
};

/// Tokens that Ollama keeps of a conversation by itself.
const USUAL_LENGTH: usize = 4096;

fn look(spec: &ExportSpec, context: &JobContext<'_>) -> Result<u64, ExportError> {
    if is_gguf(&spec.model) {
        return Err(ExportError::BaseIsGguf { path: spec.model.clone() });
    }
    Plan::of(spec)?;
    (gguf::TARGET.look)(spec, context)
}

fn write(spec: &ExportSpec, context: &JobContext<'_>) -> Result<Written, ExportError> {
    let plan = Plan::of(spec)?;
    context.check()?;
    let mut written = (gguf::TARGET.write)(spec, context)?;
    files::write_atomically(&spec.out.join("Modelfile"), |out| out.write_all(plan.modelfile.as_bytes()))?;
    written.proofs.push(plan.proof);
    written.more.insert("notes".to_owned(), json!(plan.notes));
    Ok(written)
}

fn refused(what: impl Into<String>) -> ExportError {
    ExportError::NotInForm {
        form: "an Ollama Modelfile",
        what: what.into(),
        cure: "export it with `--to gguf`: the file holds the model's own chat template, which llama.cpp and LM Studio read",
    }
}

/// What is written beside the GGUF file.
struct Plan {
    modelfile: String,
    proof: Proof,
    /// What a person should know, in sentences.
    notes: Vec<String>,
}

impl Plan {
    fn of(spec: &ExportSpec) -> Result<Self, ExportError> {
        let told = Told::of(spec)?;
        let tokenizer = TextTokenizer::open(&spec.model).map_err(ModelError::from)?;
        let config = DecoderConfig::open(&spec.model).map_err(ModelError::from)?;
        let generation = GenerationConfig::open(&spec.model).map_err(ModelError::from)?;
        let Some(template) = ChatTemplate::open(&spec.model, &tokenizer).map_err(ModelError::from)? else {
            return Err(refused("a model without a chat template, which Ollama would only go on writing with"));
        };
        let (go, takes_system) = go_words(&template, &told.template_arguments, &tokenizer)?;
        if told.system_prompt.is_some() && !takes_system {
            return Err(refused("a system prompt of a model whose chat template takes none"));
        }
        let proof = proof::hold(&go, takes_system, (&template, &told.template_arguments), &tokenizer)?;
        let modelfile = Modelfile {
            gguf: &gguf::file_name(spec.gguf_type),
            template: &go,
            system_prompt: told.system_prompt.as_deref(),
            stops: &stops(&tokenizer, &generation)?,
            generation: &generation,
            longest: Some(config.max_positions).filter(|tokens| *tokens < USUAL_LENGTH),
        };
        let notes = notes(spec, &template, &told.template_arguments, takes_system)?;
        Ok(Self { modelfile: modelfile.write()?, proof, notes })
    }
}

/// The template in Go's words, and whether it takes a system message.
fn go_words(
    template: &ChatTemplate,
    arguments: &Map<String, Value>,
    tokenizer: &TextTokenizer,
) -> Result<(String, bool), ExportError> {
    let mut turns = Turns::of(template, arguments)?;
    let first = |with_frame: bool| tokenizer.encode("x", with_frame).map_err(ModelError::from);
    let (framed, bare) = (first(true)?, first(false)?);
    if let (Some(bos), true) =
        (tokenizer.bos_token(), framed != bare && framed.first().copied() == tokenizer.bos_token_id())
    {
        turns = turns.without_first_token(bos)?;
    }
    let takes_system = turns.system != System::Unknown;
    Ok((go_template::write(&turns), takes_system))
}

fn stops(tokenizer: &TextTokenizer, generation: &GenerationConfig) -> Result<Vec<String>, ExportError> {
    let mut ends = generation.eos_token_ids.clone();
    ends.extend(tokenizer.eos_token_id().filter(|id| !generation.eos_token_ids.contains(id)));
    let texts = ends.iter().map(|id| tokenizer.decode(&[*id], false)).collect::<Result<_, _>>();
    Ok(texts.map_err(ModelError::from)?)
}

fn notes(
    spec: &ExportSpec,
    template: &ChatTemplate,
    arguments: &Map<String, Value>,
    takes_system: bool,
) -> Result<Vec<String>, ExportError> {
    let mut notes = Vec::new();
    if Turns::takes_blanks_off(template, arguments) {
        notes.push(
            "The model's own template takes blanks off the ends of messages; Ollama's templates cannot, so send messages \
             without them."
                .to_owned(),
        );
    }
    let source = ChatTemplate::text(&spec.model).map_err(ModelError::from)?.unwrap_or_default();
    if source.contains("strftime_now") {
        notes.push(
            "The model's own template can write today's date; in the Modelfile, what it wrote on the day of the export \
             stays."
                .to_owned(),
        );
    }
    if !takes_system {
        notes.push(
            "The model's own template takes no system message; one that is given in Ollama is left out.".to_owned(),
        );
    }
    Ok(notes)
}

#[cfg(test)]
mod tests;
