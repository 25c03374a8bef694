//! Where every file is, what this computer has, and what was done with the project.

use std::path::Path;

use egui::{Label, RichText, Ui};
use lucide_icons::Icon;
use whetstone_core::desk::{Ask, FileKind, FilePlace, Sheet};
use whetstone_core::project::store::AuditEntry;

use crate::command::UiCommand;
use crate::look::space;
use crate::page::Page;
use crate::parts;

/// Room for the buttons of a path, beside the word on the first.
const BUTTONS: f32 = 124.0;
/// A path that has less room than this stands above its buttons.
const NARROW: f32 = 200.0;
/// Changes that are shown.
pub(super) const HISTORY: usize = 100;

/// Draws the page.
pub(super) fn page_ui(page: &mut Page<'_>, ui: &mut Ui) {
    parts::page_heading(page, ui, "files");
    if page.project().is_some() {
        files_ui(page, ui);
        ui.add_space(space::LARGE);
    }
    if ui.available_width() > parts::TWO_COLUMNS {
        parts::two_columns(ui, |ui, column| match column {
            0 => program_ui(page, ui),
            _ => computer_ui(page, ui),
        });
    } else {
        program_ui(page, ui);
        ui.add_space(space::LARGE);
        computer_ui(page, ui);
    }
    if page.project().is_some() {
        ui.add_space(space::LARGE);
        history_ui(page, ui);
    }
}

/// The files of the project that is open.
fn files_ui(page: &mut Page<'_>, ui: &mut Ui) {
    let colours = page.colours;
    parts::section(colours, ui, &page.say("files-project"), |ui| match page.sheet(&Ask::Files) {
        Some(Ok(Sheet::Files(files))) => {
            for (place, file) in files.iter().enumerate() {
                if place > 0 {
                    ui.separator();
                }
                ui.push_id(place, |ui| file_ui(page, ui, file));
            }
        }
        Some(Err(message)) => parts::failure_ui(page, ui, message),
        _ => parts::soft(page, ui, &page.say("data-reading")),
    });
}

fn file_ui(page: &mut Page<'_>, ui: &mut Ui, file: &FilePlace) {
    let name = match file.kind {
        FileKind::Project => page.say("files-kind-project"),
        FileKind::Database => page.say("files-kind-database"),
        FileKind::Run(run) => page.say_with("files-kind-run", [("run", run.into())]),
        FileKind::Report => page.say("files-kind-report"),
        FileKind::Export => page.say("files-kind-export"),
        FileKind::StarterModel => page.say("files-kind-starter"),
    };
    path_ui(page, ui, &name, &file.path, Some(file.bytes));
}

/// What something is, where it is, how large, and what can be done with its path.
fn path_ui(page: &mut Page<'_>, ui: &mut Ui, name: &str, path: &Path, bytes: Option<u64>) {
    let font = egui::TextStyle::Button.resolve(ui.style());
    let word = ui.painter().layout_no_wrap(page.say("data-show"), font, page.colours.text);
    let texts = ui.available_width() - word.size().x - BUTTONS;
    if texts < NARROW {
        path_texts_ui(page, ui, name, path, bytes);
        ui.horizontal_wrapped(|ui| path_buttons_ui(page, ui, name, path));
        return;
    }
    ui.horizontal(|ui| {
        ui.vertical(|ui| {
            ui.set_width(texts);
            path_texts_ui(page, ui, name, path, bytes);
        });
        path_buttons_ui(page, ui, name, path);
    });
}

fn path_texts_ui(page: &Page<'_>, ui: &mut Ui, name: &str, path: &Path, bytes: Option<u64>) {
    let colours = page.colours;
    ui.spacing_mut().interact_size.y = 0.0;
    ui.horizontal_wrapped(|ui| {
        ui.add(Label::new(RichText::new(name).strong().color(colours.text)).wrap());
        if let Some(bytes) = bytes {
            ui.add(Label::new(RichText::new(parts::bytes(bytes)).small().color(colours.text_soft)));
        }
    });
    let text = RichText::new(path.to_string_lossy()).monospace().color(colours.text_soft);
    ui.add(Label::new(text).wrap().selectable(true));
}

fn path_buttons_ui(page: &mut Page<'_>, ui: &mut Ui, name: &str, path: &Path) {
    let show = page.say_with("files-show", [("what", name.into())]);
    if parts::plain_button(ui, Some(Icon::FolderOpen), &page.say("data-show"), true).on_hover_text(show).clicked() {
        page.send(UiCommand::Reveal(path.to_owned()));
    }
    if parts::icon_button(ui, Icon::Copy, &page.say("data-copy-path"), true).clicked() {
        page.send(UiCommand::Copy(path.to_string_lossy().into_owned()));
    }
}

/// What belongs to the program and to no project.
fn program_ui(page: &mut Page<'_>, ui: &mut Ui) {
    let colours = page.colours;
    parts::section(colours, ui, &page.say("files-program"), |ui| {
        let (home, projects) = (page.state.data_home.clone(), page.state.projects_folder());
        ui.push_id("home", |ui| path_ui(page, ui, &page.say("files-home"), &home, None));
        ui.separator();
        ui.push_id("projects", |ui| path_ui(page, ui, &page.say("files-projects"), &projects, None));
        if let Some(cache) = page.state.machine.as_ref().map(|machine| &machine.model_cache) {
            ui.separator();
            ui.push_id("cache", |ui| path_ui(page, ui, &page.say("files-cache"), &cache.path, None));
            if !cache.exists {
                parts::soft(page, ui, &page.say("files-cache-none"));
            }
        }
    });
}

/// What this computer has.
fn computer_ui(page: &Page<'_>, ui: &mut Ui) {
    let colours = page.colours;
    parts::section(colours, ui, &page.say("files-computer"), |ui| {
        let Some(machine) = &page.state.machine else {
            parts::soft(page, ui, &page.say("data-reading"));
            return;
        };
        let unknown = || page.say("files-unknown");
        let cores = page.say_with("files-cores-said", [("count", machine.cores.into())]);
        let memory = match (machine.memory_total, machine.memory_available) {
            (Some(total), Some(free)) => page.say_with(
                "files-memory-said",
                [("total", parts::bytes(total).into()), ("free", parts::bytes(free).into())],
            ),
            (Some(total), None) => parts::bytes(total),
            _ => unknown(),
        };
        let disk = machine.working_folder.free.map_or_else(unknown, parts::bytes);
        let facts = [
            ("files-system", format!("{} ({})", machine.system, machine.architecture)),
            ("files-processor", machine.processor.clone().unwrap_or_else(unknown)),
            ("files-cores", cores),
            ("files-memory", memory),
            ("files-devices", machine.devices.join(", ")),
            ("files-disk", disk),
            ("files-version", machine.version.clone()),
        ];
        ui.spacing_mut().interact_size.y = 0.0;
        for (word, value) in facts {
            ui.horizontal_wrapped(|ui| {
                ui.add(Label::new(RichText::new(page.say(word)).color(colours.text_soft)).wrap());
                ui.add(Label::new(RichText::new(value).color(colours.text)).wrap().selectable(true));
            });
        }
    });
}

/// What was done with the project, the newest first.
fn history_ui(page: &mut Page<'_>, ui: &mut Ui) {
    let colours = page.colours;
    parts::section(colours, ui, &page.say("files-history"), |ui| match page.sheet(&Ask::History { most: HISTORY }) {
        Some(Ok(Sheet::History(entries))) if entries.is_empty() => {
            parts::soft(page, ui, &page.say("files-history-none"));
        }
        Some(Ok(Sheet::History(entries))) => {
            parts::soft(page, ui, &page.say_with("files-history-said", [("count", HISTORY.into())]));
            ui.add_space(space::SMALL);
            ui.spacing_mut().interact_size.y = 0.0;
            for entry in entries.iter() {
                entry_ui(page, ui, entry);
            }
        }
        Some(Err(message)) => parts::failure_ui(page, ui, message),
        _ => parts::soft(page, ui, &page.say("data-reading")),
    });
}

fn entry_ui(page: &Page<'_>, ui: &mut Ui, entry: &AuditEntry) {
    let colours = page.colours;
    ui.horizontal_wrapped(|ui| {
        ui.add(Label::new(RichText::new(parts::moment(&entry.at)).small().monospace().color(colours.text_soft)));
        ui.add(Label::new(RichText::new(what_said(page, entry)).color(colours.text)).wrap());
        ui.add(Label::new(RichText::new(who_said(page, &entry.who)).small().color(colours.text_soft)).wrap());
    });
}

/// What was done, in the screen's language, with how many.
pub(super) fn what_said(page: &Page<'_>, entry: &AuditEntry) -> String {
    let id = entry.what.replace(' ', "-").replace('\'', "");
    let what = page.words.row("history", &id, "what", &entry.what).into_owned();
    let count = entry.details.get("count").and_then(serde_json::Value::as_u64);
    // It begins a line here, and stands within one in the trail.
    let mut letters = what.chars();
    let what: String = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
    match count {
        Some(count) => page.say_with("files-history-count", [("what", what.into()), ("count", count.into())]),
        None => what,
    }
}

fn who_said(page: &Page<'_>, who: &str) -> String {
    match who {
        "owner" => page.say("files-who-owner"),
        "engine" => page.say("files-who-engine"),
        name => name.to_owned(),
    }
}
