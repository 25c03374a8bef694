//! The Modelfile: what Ollama makes a model of its own from.

use super::super::ExportError;
use super::refused;
use crate::model::GenerationConfig;

/// What stands in it.
pub(super) struct Modelfile<'a> {
    /// The model's file, beside it.
    pub(super) gguf: &'a str,
    pub(super) template: &'a str,
    pub(super) system_prompt: Option<&'a str>,
    /// Texts of the tokens that end an answer.
    pub(super) stops: &'a [String],
    pub(super) generation: &'a GenerationConfig,
    /// Tokens of a conversation at most, where that is less than Ollama takes by itself.
    pub(super) longest: Option<usize>,
}

/// A text of several lines. It ends at the first line that ends with three quotation marks.
fn block(what: &str, text: &str) -> Result<String, ExportError> {
    if text.contains("\"\"\"") {
        return Err(refused(format!("three quotation marks in a row, which stand in {what}")));
    }
    Ok(format!("\"\"\"{text}\"\"\""))
}

impl Modelfile<'_> {
    pub(super) fn write(&self) -> Result<String, ExportError> {
        let mut lines =
            vec![format!("FROM ./{}", self.gguf), format!("TEMPLATE {}", block("the template", self.template)?)];
        if let Some(text) = self.system_prompt {
            lines.push(format!("SYSTEM {}", block("the system prompt", text)?));
        }
        let set = |name: &str, value: &dyn std::fmt::Display| format!("PARAMETER {name} {value}");
        // One with such a letter cannot be quoted; the model's file names it as an end by its number too.
        let can_be_said = |stop: &&String| !stop.is_empty() && !stop.contains(['"', '\n', '\r']);
        lines.extend(self.stops.iter().filter(can_be_said).map(|stop| set("stop", &format!("\"{stop}\""))));
        let generation = self.generation;
        let numbers = [
            ("temperature", generation.temperature),
            ("top_p", generation.top_p),
            ("min_p", generation.min_p),
            // Where a model says nothing, versions of Ollama hold repetitions down by themselves.
            ("repeat_penalty", Some(generation.repetition_penalty.unwrap_or(1.0))),
        ];
        lines.extend(numbers.into_iter().filter_map(|(name, value)| value.map(|value| set(name, &value))));
        lines.extend(generation.top_k.map(|count| set("top_k", &count)));
        lines.extend(self.longest.map(|tokens| set("num_ctx", &tokens)));
        Ok(lines.join("\n") + "\n")
    }
}
