//! llama.cpp's server: the model as a GGUF file, and what starts the server with it, with Docker and without.

use serde_json::json;

use super::super::told::Told;
use super::super::{ExportError, Target, Written, gguf};
use super::{command, question, shell, short_name, write_texts};
use crate::job::{ExportSpec, JobContext};
use crate::model::{DecoderConfig, ModelError};

/// The row.
pub(in super::super) const TARGET: Target = Target {
    id: "llama-server",
    meaning: "A folder that llama.cpp's server is started in, with Docker or without: the model as a GGUF file, served to \
              programs that speak OpenAI's language. It needs no graphics card.",
    needs_adapter: false,
    takes_gguf_type: true,
    look: gguf::TARGET.look,
    write,
};

const PORT: u16 = 8080;

/// Tokens of a conversation that the server keeps, where the model takes as many.
const USUAL_LENGTH: usize = 8192;

fn write(spec: &ExportSpec, context: &JobContext<'_>) -> Result<Written, ExportError> {
    let config = DecoderConfig::open(&spec.model).map_err(ModelError::from)?;
    let told = Told::of(spec)?;
    let mut written = (gguf::TARGET.write)(spec, context)?;
    let texts = texts(&Recipe {
        gguf: gguf::file_name(spec.gguf_type),
        name: short_name(&spec.model),
        length: config.max_positions.min(USUAL_LENGTH),
        template_arguments: (!told.template_arguments.is_empty()).then(|| json!(told.template_arguments).to_string()),
        system_prompt: told.system_prompt,
    });
    write_texts(&spec.out, &texts)?;
    written.more.insert("served_as".to_owned(), json!(short_name(&spec.model)));
    Ok(written)
}

pub(super) struct Recipe {
    pub(super) gguf: String,
    pub(super) name: String,
    pub(super) length: usize,
    pub(super) template_arguments: Option<String>,
    /// What whoever asks has to send before every conversation.
    pub(super) system_prompt: Option<String>,
}

pub(super) fn texts(recipe: &Recipe) -> Vec<(&'static str, String)> {
    let Recipe { gguf, name, length, template_arguments, system_prompt } = recipe;
    let mut options = vec![
        ("--alias", name.clone()),
        ("--ctx-size", length.to_string()),
        // The template of the model's own file, not one that the server thinks is like it.
        ("--jinja", String::new()),
    ];
    options.extend(template_arguments.iter().map(|arguments| ("--chat-template-kwargs", arguments.clone())));
    let words = |model: &str, host: &str| {
        let mut words = vec!["--model".to_owned(), model.to_owned()];
        for (option, value) in &options {
            words.push((*option).to_owned());
            words.extend((!value.is_empty()).then(|| value.clone()));
        }
        words.extend(["--host".to_owned(), host.to_owned(), "--port".to_owned(), PORT.to_string()]);
        words
    };
    // Inside its box the server listens to everybody; the port is opened to this machine alone.
    let in_box = command(&words(&format!("/models/{gguf}"), "0.0.0.0"));
    let compose = format!(
        "services:\n  model:\n    image: \"ghcr.io/ggml-org/llama.cpp:server\"\n    ports:\n      - \"127.0.0.1:{PORT}:{PORT}\"\n    \
         volumes:\n      - \"./:/models:ro\"\n    command:\n{in_box}    restart: \"unless-stopped\"\n"
    );
    let start = format!(
        "#!/bin/sh\n# Serves the model on this machine, for others of its programs alone. It needs llama-server of llama.cpp.\n\
         cd \"$(dirname \"$0\")\" && exec llama-server {}\n",
        shell(&words(&format!("./{gguf}"), "127.0.0.1"))
    );
    vec![("compose.yaml", compose), ("start.sh", start), ("ask.sh", question(PORT, name, system_prompt.as_deref()))]
}
