//! The card that lies in every export: what it is, where it comes from, whether it got better, what may be done with it, and
//! how it was checked. Its front matter is the Hub's.

mod base;
mod dataset;
mod origin;
mod text;
mod usage;

use std::path::Path;

use super::told::Told;
use super::{ExportError, Proof};
use crate::domain::{GgufType, Task};
use crate::files;
use crate::job::ExportSpec;
use crate::model::adapter_makes_scores;
use crate::train::RunRecord;
use crate::train::online::find_method;
use base::Base;
pub use dataset::write_dataset_card;
use origin::Origin;
use usage::{Relation, USAGES, Usage, Use};

/// The file's name.
const FILE: &str = "README.md";

/// Writes the card of what lies in `spec.out`, and what the base model's licence wants to go on with it. A form that is no
/// model and no adapter has words of its own, to which is added where it comes from and what may be done with it.
pub(super) fn write(spec: &ExportSpec, target: &str, names: &[String], proofs: &[Proof]) -> Result<(), ExportError> {
    let (base, origin) = (Base::of(spec)?, Origin::of(spec)?);
    let terms = base.copy_terms(&spec.out)?;
    let Some(usage) = USAGES.iter().find(|usage| usage.target == target) else {
        return add_to_own(spec, &[text::origin(&origin), text::licence(&base, &terms)]);
    };
    let scores = spec.adapter.as_deref().is_some_and(adapter_makes_scores);
    let with = Use { base: &base, files: names, scores };
    let mut parts = vec![
        front(spec, usage, &base, &origin, scores),
        title(&base, is_trained(spec, &origin)),
        format!("## How to use it\n\n{}", (usage.says)(&with)),
    ];
    parts.push(text::told(system_prompt(spec, target)?.as_deref()));
    if spec.adapter.is_some() || origin.project.is_some() || origin.record.is_some() {
        parts.push(text::origin(&origin));
        parts.extend(origin.record.as_ref().map(text::training));
        parts.push(text::evaluation(origin.project.as_ref().and_then(|project| project.report.as_ref())));
        parts.push(text::limits(&origin));
    }
    parts.push(text::licence(&base, &terms));
    parts.push(text::proofs(proofs));
    let card = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n");
    Ok(files::write_atomically(&spec.out.join(FILE), |out| out.write_all(card.as_bytes()))?)
}

/// What whoever asks has to send before every conversation, where the export says it or it was asked for. A Modelfile sends it
/// by itself; what a project says stays in it where no file of the export needs it.
fn system_prompt(spec: &ExportSpec, target: &str) -> Result<Option<String>, ExportError> {
    Ok(match target {
        "ollama" => None,
        "llama-server" | "vllm" => Told::of(spec)?.system_prompt,
        _ => spec.system_prompt.clone().filter(|text| !text.trim().is_empty()),
    })
}

/// Adds what every card says to the words that a form has of its own.
fn add_to_own(spec: &ExportSpec, parts: &[String]) -> Result<(), ExportError> {
    let path = spec.out.join(FILE);
    let card = format!("{}\n{}", files::read_text(&path)?, parts.join("\n"));
    Ok(files::write_atomically(&path, |out| out.write_all(card.as_bytes()))?)
}

fn title(base: &Base, is_trained: bool) -> String {
    let name = text::plain(&base.name);
    let revision = base.revision.as_ref().map_or(String::new(), |revision| format!(" (commit {revision})"));
    if is_trained {
        format!("# {name}, sharpened\n\nMade with Whetstone {} from {name}{revision}.\n", env!("CARGO_PKG_VERSION"))
    } else {
        format!("# {name}\n\n{name}{revision} in another form, written by Whetstone {}.\n", env!("CARGO_PKG_VERSION"))
    }
}

/// Whether something was learned, be it in an adapter or in the model's own weights.
fn is_trained(spec: &ExportSpec, origin: &Origin) -> bool {
    spec.adapter.is_some() || origin.record.is_some()
}

/// The Hub's words for what this is to its base model.
fn relation(usage: &Usage, gguf_type: GgufType, is_trained: bool) -> &'static str {
    match usage.relation {
        Relation::Adapter => "adapter",
        Relation::Merged => "finetune",
        Relation::Gguf => {
            let is_exact = matches!(gguf_type, GgufType::F32 | GgufType::F16 | GgufType::Bf16);
            if is_exact && is_trained { "finetune" } else { "quantized" }
        }
    }
}

/// The front matter. Values are quoted as JSON, which YAML reads too, so that no name becomes a key.
fn front(spec: &ExportSpec, usage: &Usage, base: &Base, origin: &Origin, scores: bool) -> String {
    let mut lines = base.front(relation(usage, spec.gguf_type, is_trained(spec, origin)));
    lines.push(format!("library_name: {}", usage.library));
    lines.push(format!("pipeline_tag: {}", if scores { "text-classification" } else { "text-generation" }));
    let mut tags = vec!["whetstone"];
    if usage.relation == Relation::Adapter {
        tags.push("lora");
    }
    if usage.library == "gguf" {
        tags.push("gguf");
    }
    let method = |record: &RunRecord| find_method(&record.online.as_ref()?.settings.method).map(|method| method.id);
    tags.extend(origin.record.as_ref().map(|record| match record.settings.task {
        Task::Dpo if record.online.is_some() => method(record).unwrap_or("rl"),
        Task::Dpo => "dpo",
        Task::Kto => "kto",
        Task::Sft => "sft",
        Task::PreferenceModel => "reward-model",
    }));
    lines.push("tags:".to_owned());
    lines.extend(tags.iter().map(|tag| format!("- {tag}")));
    format!("---\n{}\n---\n", lines.join("\n"))
}

/// Whether a form has a card of this kind.
#[cfg(test)]
fn has_card(target: &str) -> bool {
    USAGES.iter().any(|usage| usage.target == target)
}

/// The names of the files of a folder and of the folders in it.
pub(super) fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[cfg(test)]
mod tests;
