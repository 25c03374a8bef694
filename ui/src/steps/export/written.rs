//! What was written: the proof that it works, where it is, how it is used.

use std::path::Path;

use egui::{Label, RichText, Ui};
use lucide_icons::Icon;
use serde_json::Value;
use whetstone_core::desk::{Ask, FileKind, ProjectView, Sheet};
use whetstone_core::export::find_target;
use whetstone_core::method::STARTER;

use crate::command::UiCommand;
use crate::look::{Tone, space};
use crate::page::Page;
use crate::parts;
use crate::work::JobKind;

/// Draws what was written, the newest first.
pub(super) fn written_ui(page: &mut Page<'_>, ui: &mut Ui, project: &ProjectView) {
    let colours = page.colours;
    let summary = page.state.jobs.of(JobKind::Export).and_then(|job| job.summary());
    let newest = project.exports.last();
    if summary.is_none() && newest.is_none() {
        return;
    }
    parts::section(colours, ui, &page.say("export-written"), |ui| {
        if let Some(summary) = summary {
            let out = summary.get("out").and_then(Value::as_str).unwrap_or_default();
            let modules = summary.get("modules").and_then(Value::as_u64).unwrap_or_default();
            let proof = page.say_with("export-proof", [("count", modules.into())]);
            parts::notice_box(page, ui, Tone::Success, &page.say_with("export-done", [("path", out.into())]), |ui| {
                ui.add(Label::new(RichText::new(proof).color(colours.text_soft)).wrap());
            });
            ui.add_space(space::SMALL);
        }
        if let Some(export) = newest {
            place_ui(page, ui, &export.path);
            ui.add_space(space::MEDIUM);
            use_ui(page, ui, project, &export.target, &export.path);
        }
        if project.exports.len() > 1 {
            ui.add_space(space::MEDIUM);
            parts::fold(ui, &page.say("export-earlier"), |ui| {
                for export in project.exports.iter().rev().skip(1) {
                    let name = match find_target(&export.target) {
                        Some(row) => page.words.row("target", row.id, "name", row.id).into_owned(),
                        None => export.target.clone(),
                    };
                    let said = page.say_with(
                        "export-one",
                        [
                            ("target", name.into()),
                            ("run", export.run.into()),
                            ("when", parts::moment(&export.made_at).into()),
                        ],
                    );
                    parts::paragraph(page, ui, &said);
                    ui.push_id(export.id, |ui| place_ui(page, ui, &export.path));
                    ui.add_space(space::MEDIUM);
                }
            });
        }
    });
    ui.add_space(space::LARGE);
}

/// Where something is, and what can be done with that.
pub(super) fn place_ui(page: &mut Page<'_>, ui: &mut Ui, path: &Path) {
    let text = path.to_string_lossy();
    ui.add(Label::new(RichText::new(text.as_ref()).monospace().color(page.colours.text)).wrap().selectable(true));
    ui.horizontal_wrapped(|ui| {
        if parts::plain_button(ui, Some(Icon::FolderOpen), &page.say("data-show-folder"), true).clicked() {
            page.send(UiCommand::Reveal(path.to_owned()));
        }
        if parts::plain_button(ui, Some(Icon::Copy), &page.say("data-copy-path"), true).clicked() {
            page.send(UiCommand::Copy(text.into_owned()));
        }
    });
}

/// How it is used elsewhere.
fn use_ui(page: &mut Page<'_>, ui: &mut Ui, project: &ProjectView, target: &str, path: &Path) {
    let model = &project.settings.model;
    parts::paragraph(page, ui, &page.say("export-use"));
    let command = format!(
        "whetstone generate --model {} --adapter {} --prompt \"{}\"",
        quoted(model),
        quoted(&path.to_string_lossy()),
        page.say("export-use-prompt")
    );
    code_ui(page, ui, &page.say("export-use-command"), &page.say("export-copy-command"), &command);
    if target != "peft" {
        return;
    }
    // The starter model has a folder of its own once it was used.
    let starter = match page.sheet(&Ask::Files) {
        Some(Ok(Sheet::Files(files))) if model == STARTER => {
            files.iter().find(|file| file.kind == FileKind::StarterModel).map(|file| file.path.clone())
        }
        _ => None,
    };
    let (base, revision) = match (starter, parts::hub_name(model)) {
        (Some(folder), _) => (folder.to_string_lossy().into_owned(), String::new()),
        // The very weights that were trained on, wherever the repository goes from there.
        (None, Some((repository, Some(commit)))) => (repository, format!(", revision={}", python_text(&commit))),
        _ => (model.clone(), String::new()),
    };
    let prompt = page.say("export-use-prompt");
    let python = [
        "from peft import PeftModel".to_owned(),
        "from transformers import AutoModelForCausalLM, AutoTokenizer".to_owned(),
        String::new(),
        format!("base = {}", python_text(&base)),
        format!("tokenizer = AutoTokenizer.from_pretrained(base{revision})"),
        format!("model = AutoModelForCausalLM.from_pretrained(base{revision})"),
        format!("model = PeftModel.from_pretrained(model, {})", python_text(&path.to_string_lossy())),
        format!("turns = [{{\"role\": \"user\", \"content\": {}}}]", python_text(&prompt)),
        "inputs = tokenizer.apply_chat_template(".to_owned(),
        "    turns, add_generation_prompt=True, return_tensors=\"pt\", return_dict=True".to_owned(),
        ")".to_owned(),
        "print(tokenizer.decode(model.generate(**inputs, max_new_tokens=200)[0]))".to_owned(),
    ];
    code_ui(page, ui, &page.say("export-use-python"), &page.say("export-copy-python"), &python.join("\n"));
}

/// Lines to copy, below their name.
fn code_ui(page: &mut Page<'_>, ui: &mut Ui, name: &str, copy: &str, code: &str) {
    ui.add_space(space::SMALL);
    parts::soft(page, ui, name);
    let frame = egui::Frame::new()
        .fill(page.colours.well)
        .corner_radius(crate::look::shape::CORNER)
        .inner_margin(egui::Margin::same(space::MEDIUM as i8));
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.add(Label::new(RichText::new(code).monospace().color(page.colours.text)).wrap().selectable(true));
    });
    if parts::plain_button(ui, Some(Icon::Copy), copy, true).clicked() {
        page.send(UiCommand::Copy(code.to_owned()));
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
