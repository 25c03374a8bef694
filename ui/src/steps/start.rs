//! The page `start`: a project is made, opened, gone on with or closed.

mod choices;
mod standing;

use std::path::{Path, PathBuf};

use egui::{Label, RichText, Ui};
use lucide_icons::Icon;

use crate::command::{DeskCommand, PickFor, UiCommand};
use crate::look::{SEMIBOLD, Tone, glyph, space, type_size};
use crate::page::Page;
use crate::parts;

/// What was typed and not yet sent.
#[derive(Debug, Default)]
pub struct Draft {
    /// The new project's name.
    name: String,
    /// The new project's folder, where the one that its name gives was changed.
    folder: Option<String>,
    /// Another folder is wanted for it.
    changes_folder: bool,
    /// The archive that is to be unpacked.
    archive: Option<PathBuf>,
    /// Where it is unpacked.
    unpack_to: String,
}

/// Draws the page.
pub(super) fn page_ui(page: &mut Page<'_>, ui: &mut Ui) {
    let mut draft = std::mem::take(&mut page.drafts.start);
    parts::page_heading(page, ui, "start");
    if let Some(folder) = page.take_picked(PickFor::OpenProject).and_then(|paths| paths.into_iter().next()) {
        page.send(DeskCommand::Open(folder));
    }
    if let Some(archive) = page.take_picked(PickFor::OpenArchive).and_then(|paths| paths.into_iter().next()) {
        let name = archive.file_stem().map_or_else(|| "project".into(), |name| name.to_string_lossy());
        draft.unpack_to = page.state.projects_folder().join(&*name).to_string_lossy().into_owned();
        draft.archive = Some(archive);
    }
    if let Some(folder) = page.state.opening.as_deref() {
        opening_ui(page, ui, folder);
    }
    not_opened_ui(page, ui);
    if page.project().is_some() {
        standing::card_ui(page, ui);
        ui.add_space(space::LARGE);
    } else if page.state.settings.recent.is_empty() {
        first_time_ui(page, ui);
        ui.add_space(space::LARGE);
    }
    if draft.archive.is_some() {
        choices::unpack_ui(page, ui, &mut draft);
        ui.add_space(space::LARGE);
    }
    choices::choices_ui(page, ui, &mut draft);
    ui.add_space(space::LARGE);
    recent_ui(page, ui);
    page.drafts.start = draft;
}

/// What Whetstone does, for those who see it for the first time.
fn first_time_ui(page: &Page<'_>, ui: &mut Ui) {
    const STEPS: [(Icon, &str, &str); 3] = [
        (Icon::MessagesSquare, "start-first-answers", "start-first-answers-text"),
        (Icon::Scale, "start-first-judge", "start-first-judge-text"),
        (Icon::GraduationCap, "start-first-learn", "start-first-learn-text"),
    ];
    parts::card(page.colours, ui, |ui| {
        parts::columns(ui, STEPS.len(), LEAST_STEP, |ui, place| {
            let (icon, name, text) = STEPS[place];
            ui.horizontal_top(|ui| {
                let ink = page.colours.tint(Tone::Accent).ink;
                ui.add(Label::new(RichText::new(glyph(icon)).size(type_size::HEADING).color(ink)));
                ui.vertical(|ui| {
                    let name = format!("{}. {}", place + 1, page.say(name));
                    let family = egui::FontFamily::Name(SEMIBOLD.into());
                    ui.add(Label::new(RichText::new(name).family(family).color(page.colours.text)).wrap());
                    parts::soft(page, ui, &page.say(text));
                });
            });
        });
    });
}

/// A step of the first explanation is not narrower than this.
const LEAST_STEP: f32 = 240.0;

fn opening_ui(page: &Page<'_>, ui: &mut Ui, folder: &Path) {
    parts::card(page.colours, ui, |ui| {
        ui.horizontal_wrapped(|ui| {
            ui.spinner();
            let said = page.say_with("start-opening", [("name", name_of(folder).into())]);
            ui.add(Label::new(RichText::new(said).color(page.colours.text)).wrap());
        });
    });
    ui.add_space(space::LARGE);
}

/// Why the last project could not be opened, and what can be done about it.
fn not_opened_ui(page: &mut Page<'_>, ui: &mut Ui) {
    let Some((folder, message)) = &page.state.not_opened else { return };
    let what = page.say_with("start-not-opened", [("name", name_of(folder).into())]);
    parts::notice_box(page, ui, Tone::Danger, &what, |ui| {
        ui.add(Label::new(RichText::new(&message.what).color(page.colours.text)).wrap());
        if let Some(hint) = &message.hint {
            ui.add(Label::new(RichText::new(hint).color(page.colours.text_soft)).wrap());
        }
        ui.add(Label::new(RichText::new(folder.to_string_lossy()).monospace().color(page.colours.text_soft)).wrap());
        if let Some(details) = &message.details {
            parts::fold(ui, &page.say("details"), |ui| {
                ui.add(Label::new(RichText::new(details).monospace()).wrap().selectable(true));
            });
        }
    });
    ui.horizontal_wrapped(|ui| {
        if parts::plain_button(ui, Some(Icon::RotateCcw), &page.say("start-again"), true).clicked() {
            page.send(DeskCommand::Open(folder.clone()));
        }
        let is_recent = page.state.settings.recent.contains(folder);
        if is_recent && parts::plain_button(ui, Some(Icon::X), &page.say("start-forget"), true).clicked() {
            page.send(UiCommand::ForgetRecent(folder.clone()));
        }
    });
    ui.add_space(space::LARGE);
}

/// Projects that were open before.
fn recent_ui(page: &mut Page<'_>, ui: &mut Ui) {
    let open = page.project().map(|project| project.folder.clone());
    let recent = page.state.settings.recent.iter().filter(|folder| Some(*folder) != open.as_ref());
    let recent: Vec<&PathBuf> = recent.collect();
    if recent.is_empty() {
        return;
    }
    parts::section(page.colours, ui, &page.say("start-recent"), |ui| {
        for (place, folder) in recent.into_iter().enumerate() {
            if place > 0 {
                ui.separator();
            }
            recent_row_ui(page, ui, folder);
        }
    });
}

fn recent_row_ui(page: &mut Page<'_>, ui: &mut Ui, folder: &Path) {
    let name = name_of(folder);
    let (open, forget) = (
        page.say_with("start-open-recent", [("name", name.as_str().into())]),
        page.say_with("start-forget-recent", [("name", name.as_str().into())]),
    );
    ui.horizontal(|ui| {
        let room = (ui.available_width() - 3.0 * crate::look::shape::CONTROL_HEIGHT - space::HUGE).max(120.0);
        ui.vertical(|ui| {
            ui.set_width(room);
            let family = egui::FontFamily::Name(SEMIBOLD.into());
            let name = Label::new(RichText::new(name).family(family).color(page.colours.text)).truncate();
            if ui.add(name.sense(egui::Sense::click())).clicked() {
                page.send(DeskCommand::Open(folder.to_owned()));
            }
            let path = RichText::new(folder.to_string_lossy()).small().color(page.colours.text_soft);
            ui.add(Label::new(path).truncate());
        });
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if parts::icon_button(ui, Icon::X, &forget, true).clicked() {
                page.send(UiCommand::ForgetRecent(folder.to_owned()));
            }
            let can_open = page.state.opening.is_none();
            if parts::icon_button(ui, Icon::FolderOpen, &open, can_open).clicked() {
                page.send(DeskCommand::Open(folder.to_owned()));
            }
        });
    });
}

/// What a project's folder is called.
fn name_of(folder: &Path) -> String {
    folder.file_name().unwrap_or(folder.as_os_str()).to_string_lossy().into_owned()
}

/// A folder's name that a project's name gives: letters and digits, joined by hyphens.
fn folder_name(name: &str) -> String {
    let words: Vec<String> = name
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    if words.is_empty() { "project".to_owned() } else { words.join("-") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_called_like_its_project_in_letters_that_every_disk_takes() {
        assert_eq!(folder_name("Our Help-Desk, 2nd try"), "our-help-desk-2nd-try");
        assert_eq!(folder_name("../../etc: *?"), "etc");
        assert_eq!(folder_name(" Grüße "), "grüße");
        assert_eq!(folder_name("/"), "project");
        assert_eq!(name_of(Path::new("/home/ada/help-desk")), "help-desk");
        assert_eq!(name_of(Path::new("/")), "/");
    }
}
