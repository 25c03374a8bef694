//! How what was written is used elsewhere: the lines to copy, form by form.

use std::path::Path;

use egui::{Label, RichText, Ui};
use lucide_icons::Icon;
use serde_json::Value;
use whetstone_core::desk::{Ask, FileKind, ProjectView, Sheet};
use whetstone_core::method::STARTER;

use super::push::slug;
use crate::command::UiCommand;
use crate::look::space;
use crate::page::Page;
use crate::parts;

/// What was written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Written<'a> {
    /// Its form.
    pub target: &'a str,
    /// Its folder.
    pub path: &'a Path,
    /// The names of its files, where they are known.
    pub files: &'a [String],
}

/// Lines to copy, below their name.
struct Code {
    /// Their name in words.
    name: &'static str,
    /// What the button that copies them is called.
    copy: &'static str,
    lines: Vec<String>,
}

impl Code {
    fn terminal<const N: usize>(lines: [String; N]) -> Self {
        Self { name: "export-use-command", copy: "export-copy-command", lines: lines.into() }
    }

    fn python(lines: Vec<String>) -> Self {
        Self { name: "export-use-python", copy: "export-copy-python", lines }
    }
}

/// Draws how it is used.
pub(super) fn usage_ui(page: &mut Page<'_>, ui: &mut Ui, project: &ProjectView, written: &Written<'_>) {
    parts::paragraph(page, ui, &page.say("export-use"));
    let first = page.words.row("target", written.target, "use", "");
    if !first.is_empty() {
        parts::soft(page, ui, &first);
    }
    for (place, code) in codes(page, project, written).iter().enumerate() {
        ui.push_id(place, |ui| code_ui(page, ui, code));
    }
}

/// The lines of a form.
fn codes(page: &mut Page<'_>, project: &ProjectView, written: &Written<'_>) -> Vec<Code> {
    let folder = quoted(&written.path.to_string_lossy());
    let prompt = page.say("export-use-prompt");
    let enter = format!("cd {folder}");
    let base = base(page, &project.settings.model);
    match written.target {
        "peft" => vec![with_whetstone(project, &folder, &prompt), python_with_adapter(&base, written.path, &prompt)],
        "merged" => vec![of_itself(&folder, &prompt), python_of_folder(written.path, &prompt)],
        "gguf" => {
            let file = file_of(written);
            let program = Code {
                name: "export-use-programs",
                copy: "export-copy-programs",
                lines: vec![format!("lms import {file}")],
            };
            let server = Code {
                name: "export-use-llama",
                copy: "export-copy-llama",
                lines: vec![format!("llama-server --model {file} --jinja")],
            };
            vec![program, server, of_itself(&file, &prompt)]
        }
        "gguf-lora" => {
            let file = file_of(written);
            vec![Code::terminal([format!("llama-server --model BASE.gguf --lora {file} --jinja")])]
        }
        "mlx" => vec![Code::terminal([
            "pip install mlx-lm".to_owned(),
            format!("mlx_lm.generate --model {} --adapter-path {folder} --prompt \"{prompt}\"", quoted(&base.name)),
        ])],
        "ollama" => {
            let name = slug(project);
            vec![Code::terminal([
                enter,
                format!("ollama create {name} -f Modelfile"),
                format!("ollama run {name} \"{prompt}\""),
            ])]
        }
        "llama-server" | "vllm" => serving(&enter),
        "trl-job" => training(&enter, written.files),
        _ => Vec::new(),
    }
}

/// What starts a server, with Docker or without, and what asks it a question.
fn serving(enter: &str) -> Vec<Code> {
    let lines = |line: &str| vec![enter.to_owned(), line.to_owned()];
    vec![
        Code { name: "export-use-docker", copy: "export-copy-docker", lines: lines("docker compose up") },
        Code { name: "export-use-bare", copy: "export-copy-bare", lines: lines("sh start.sh") },
        Code { name: "export-use-ask", copy: "export-copy-ask", lines: lines("sh ask.sh") },
    ]
}

/// What starts the training on a larger machine.
fn training(enter: &str, files: &[String]) -> Vec<Code> {
    let sbatch = vec![enter.to_owned(), "sbatch train.sbatch".to_owned()];
    let cluster = Code { name: "export-use-slurm", copy: "export-copy-slurm", lines: sbatch };
    if files.is_empty() {
        return vec![cluster];
    }
    // A training that goes on from an adapter has a program of its own.
    let has_program = files.iter().any(|name| name == "train.py");
    let start = if has_program { "python train.py --config config.yaml" } else { "trl dpo --config config.yaml" };
    let lines = [enter, "pip install \"trl>=1.16\" \"peft>=0.20\"", start].map(str::to_owned).into();
    vec![Code { name: "export-use-one-machine", copy: "export-copy-one-machine", lines }, cluster]
}

/// The base model as other programs name it.
struct Base {
    name: String,
    /// The very weights that were trained on, wherever the repository goes from there.
    commit: Option<String>,
}

fn base(page: &mut Page<'_>, model: &str) -> Base {
    // The starter model has a folder of its own once it was used.
    let starter = match page.sheet(&Ask::Files) {
        Some(Ok(Sheet::Files(files))) if model == STARTER => {
            files.iter().find(|file| file.kind == FileKind::StarterModel).map(|file| file.path.clone())
        }
        _ => None,
    };
    match (starter, parts::hub_name(model)) {
        (Some(folder), _) => Base { name: folder.to_string_lossy().into_owned(), commit: None },
        (None, Some((name, commit))) => Base { name, commit },
        (None, None) => Base { name: model.to_owned(), commit: None },
    }
}

fn with_whetstone(project: &ProjectView, adapter: &str, prompt: &str) -> Code {
    let model = quoted(&project.settings.model);
    Code::terminal([format!("whetstone generate --model {model} --adapter {adapter} --prompt \"{prompt}\"")])
}

fn of_itself(model: &str, prompt: &str) -> Code {
    Code::terminal([format!("whetstone generate --model {model} --prompt \"{prompt}\"")])
}

fn python_with_adapter(base: &Base, adapter: &Path, prompt: &str) -> Code {
    let revision = base.commit.as_ref().map(|commit| format!(", revision={}", python_text(commit))).unwrap_or_default();
    let mut lines = vec![
        "from peft import PeftModel".to_owned(),
        "from transformers import AutoModelForCausalLM, AutoTokenizer".to_owned(),
        String::new(),
        format!("base = {}", python_text(&base.name)),
        format!("tokenizer = AutoTokenizer.from_pretrained(base{revision})"),
        format!("model = AutoModelForCausalLM.from_pretrained(base{revision})"),
        format!("model = PeftModel.from_pretrained(model, {})", python_text(&adapter.to_string_lossy())),
    ];
    lines.extend(python_asks(prompt));
    Code::python(lines)
}

fn python_of_folder(folder: &Path, prompt: &str) -> Code {
    let mut lines = vec![
        "from transformers import AutoModelForCausalLM, AutoTokenizer".to_owned(),
        String::new(),
        format!("folder = {}", python_text(&folder.to_string_lossy())),
        "tokenizer = AutoTokenizer.from_pretrained(folder)".to_owned(),
        "model = AutoModelForCausalLM.from_pretrained(folder)".to_owned(),
    ];
    lines.extend(python_asks(prompt));
    Code::python(lines)
}

/// A question, and its answer.
fn python_asks(prompt: &str) -> [String; 5] {
    [
        format!("turns = [{{\"role\": \"user\", \"content\": {}}}]", python_text(prompt)),
        "inputs = tokenizer.apply_chat_template(".to_owned(),
        "    turns, add_generation_prompt=True, return_tensors=\"pt\", return_dict=True".to_owned(),
        ")".to_owned(),
        "print(tokenizer.decode(model.generate(**inputs, max_new_tokens=200)[0]))".to_owned(),
    ]
}

/// The GGUF file of an export, as a shell takes it; where its name is not known any more, the pattern that finds it.
fn file_of(written: &Written<'_>) -> String {
    let is_gguf = |name: &&String| Path::new(name).extension().is_some_and(|ending| ending == "gguf");
    match written.files.iter().find(is_gguf) {
        Some(name) => quoted(&written.path.join(name).to_string_lossy()),
        None => format!("{}/*.gguf", quoted(&written.path.to_string_lossy())),
    }
}

fn code_ui(page: &mut Page<'_>, ui: &mut Ui, code: &Code) {
    ui.add_space(space::SMALL);
    parts::soft(page, ui, &page.say(code.name));
    let text = code.lines.join("\n");
    let frame = egui::Frame::new()
        .fill(page.colours.well)
        .corner_radius(crate::look::shape::CORNER)
        .inner_margin(egui::Margin::same(space::MEDIUM as i8));
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.add(Label::new(RichText::new(&text).monospace().color(page.colours.text)).wrap().selectable(true));
    });
    if parts::plain_button(ui, Some(Icon::Copy), &page.say(code.copy), true).clicked() {
        page.send(UiCommand::Copy(text));
    }
}

/// A path as a shell takes it.
fn quoted(text: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "/._-:@\\".contains(letter);
    if !text.is_empty() && text.chars().all(is_plain) { text.to_owned() } else { format!("\"{text}\"") }
}

/// A text as Python takes it.
fn python_text(text: &str) -> String {
    Value::String(text.to_owned()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_quoted_where_a_shell_would_take_them_apart() {
        assert_eq!(quoted("/home/ada/exports/peft-run-1"), "/home/ada/exports/peft-run-1");
        assert_eq!(quoted("/home/ada/my exports"), "\"/home/ada/my exports\"");
        assert_eq!(python_text("C:\\a \"b\""), "\"C:\\\\a \\\"b\\\"\"");
    }
}
