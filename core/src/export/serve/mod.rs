//! Recipes that serve the model to other programs, as an endpoint of the OpenAI kind: with llama.cpp's server and with vLLM.

mod llama_server;
mod vllm;

use std::path::Path;

use serde_json::json;

use super::ExportError;
use crate::domain::ChatMessage;
use crate::files::{self, FileError};
use crate::model::base_name;

pub(super) use llama_server::TARGET as LLAMA_SERVER;
pub(super) use vllm::TARGET as VLLM;

/// What a model is called by those who ask it: the last part of its base's name, in the letters that any program takes.
fn short_name(model: &Path) -> String {
    let (name, _) = base_name::public(model);
    let last = name.rsplit('/').next().unwrap_or(&name);
    let plain = |letter: char| if letter.is_ascii_alphanumeric() || "._-".contains(letter) { letter } else { '-' };
    let plain: String = last.chars().map(plain).collect();
    let plain = plain.trim_matches(['-', '.', '_']);
    let plain = if plain.is_empty() { "model" } else { plain };
    format!("{}-sharpened", plain.to_lowercase())
}

/// Writes text files into a folder.
fn write_texts(folder: &Path, texts: &[(&str, String)]) -> Result<(), FileError> {
    for (name, text) in texts {
        files::write_atomically(&folder.join(name), |out| out.write_all(text.as_bytes()))?;
    }
    Ok(())
}

/// A question for whoever serves, as one command, which sends the system prompt too: the server adds none by itself.
fn question(port: u16, model: &str, system_prompt: Option<&str>) -> String {
    let mut messages = Vec::new();
    messages.extend(system_prompt.map(|text| ChatMessage::new("system", text)));
    messages.push(ChatMessage::new("user", "Hello!"));
    let asked = json!({ "model": model, "messages": messages }).to_string();
    format!(
        "#!/bin/sh\n# Asks the server one question.\ncurl http://127.0.0.1:{port}/v1/chat/completions \\\n  -H 'Content-Type: \
         application/json' \\\n  -d {}\n",
        quoted(&asked)
    )
}

/// A text as a value of a compose file, in which a single dollar sign would name a variable.
fn in_compose(text: &str) -> String {
    serde_json::Value::from(text.replace('$', "$$")).to_string()
}

/// A compose file's `command`, a word a line.
fn command(words: &[String]) -> String {
    words.iter().map(|word| format!("      - {}\n", in_compose(word))).collect::<Vec<_>>().concat()
}

/// A text as one word of a shell's line.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// Words as a shell's line.
fn shell(words: &[String]) -> String {
    words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ")
}

fn refused(form: &'static str, what: impl Into<String>, cure: &'static str) -> ExportError {
    ExportError::NotInForm { form, what: what.into(), cure }
}

#[cfg(test)]
mod tests;
