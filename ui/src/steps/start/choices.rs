//! The three ways to a project: the example, a new one, one that is there.

use std::path::PathBuf;

use egui::{Label, RichText, Ui};
use lucide_icons::Icon;
use whetstone_core::job::ProjectChanges;

use super::{Draft, folder_name};
use crate::command::{DeskCommand, PickFor, UiCommand};
use crate::look::{SEMIBOLD, Tone, glyph, space, type_size};
use crate::page::Page;
use crate::parts;

/// A way is not narrower than this.
const LEAST_WIDTH: f32 = 280.0;

/// The folder of the example's first project.
const EXAMPLE: &str = "example";

pub(super) fn choices_ui(page: &mut Page<'_>, ui: &mut Ui, draft: &mut Draft) {
    if page.project().is_some() {
        parts::soft(page, ui, &page.say("start-others"));
    }
    parts::columns(ui, 3, LEAST_WIDTH, |ui, place| {
        parts::card(page.colours, ui, |ui| {
            match place {
                0 => example_ui(page, ui),
                1 => new_ui(page, ui, draft),
                _ => open_ui(page, ui),
            }
            parts::as_high_as_the_highest(ui, "start");
        });
    });
}

/// A card's picture, name and what it is for.
fn head_ui(page: &Page<'_>, ui: &mut Ui, icon: Icon, name: &str, text: &str) {
    let ink = page.colours.tint(Tone::Accent).ink;
    ui.add(Label::new(RichText::new(glyph(icon)).size(type_size::HEADING).color(ink)));
    let family = egui::FontFamily::Name(SEMIBOLD.into());
    let name = RichText::new(page.say(name)).size(type_size::SUBHEADING).family(family).color(page.colours.text);
    ui.add(Label::new(name).wrap());
    parts::soft(page, ui, &page.say(text));
    ui.add_space(space::SMALL);
}

fn example_ui(page: &mut Page<'_>, ui: &mut Ui) {
    head_ui(page, ui, Icon::FlaskConical, "start-example", "start-example-text");
    let (text, can_begin) = (page.say("start-example-go"), page.state.opening.is_none());
    // With a project open, going on with it is the main thing.
    let is_clicked = if page.project().is_some() {
        parts::plain_button(ui, Some(Icon::Play), &text, can_begin).clicked()
    } else {
        parts::main_button(page.colours, ui, Some(Icon::Play), &text, can_begin).clicked()
    };
    if is_clicked {
        let changes = ProjectChanges {
            name: Some(page.say("start-example-project")),
            example: true,
            ..ProjectChanges::default()
        };
        let folder = page.state.projects_folder().join(EXAMPLE);
        page.send(DeskCommand::CreateFree { folder, changes: Box::new(changes) });
    }
}

fn new_ui(page: &mut Page<'_>, ui: &mut Ui, draft: &mut Draft) {
    head_ui(page, ui, Icon::FolderPlus, "start-new", "start-new-text");
    let (name, hint) = (page.say("start-new-name"), page.say("start-new-hint"));
    let field = parts::text_field(page, ui, &name, &mut draft.name, &hint);
    let is_entered = field.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
    let folder_of_name = folder_name(&draft.name);
    // A folder that was picked is the one that the project's folder is made in.
    if let Some(parent) = page.take_picked(PickFor::ProjectsFolder).and_then(|paths| paths.into_iter().next()) {
        draft.folder = Some(parent.join(&folder_of_name).to_string_lossy().into_owned());
    }
    let usual = page.state.projects_folder().join(&folder_of_name).to_string_lossy().into_owned();
    if draft.changes_folder || draft.folder.is_some() {
        let mut folder = draft.folder.clone().unwrap_or_else(|| usual.clone());
        if parts::path_field(page, ui, &page.say("start-new-folder"), &mut folder, PickFor::ProjectsFolder) {
            draft.folder = Some(folder);
        }
    } else {
        let there = if draft.name.trim().is_empty() {
            page.state.projects_folder().to_string_lossy().into_owned()
        } else {
            usual.clone()
        };
        parts::soft(page, ui, &page.say_with("start-new-there", [("folder", there.into())]));
        if parts::link_button(page.colours, ui, &page.say("start-new-where")).clicked() {
            draft.changes_folder = true;
        }
    }
    let folder = draft.folder.clone().unwrap_or(usual);
    ui.add_space(space::SMALL);
    let typed = draft.name.trim().to_owned();
    let can_begin = page.state.opening.is_none() && !typed.is_empty() && !folder.trim().is_empty();
    let begin = parts::plain_button(ui, Some(Icon::FolderPlus), &page.say("start-new-go"), can_begin);
    if begin.clicked() || (is_entered && can_begin) {
        let changes = Box::new(ProjectChanges { name: Some(typed), ..ProjectChanges::default() });
        // A folder that a person named is that one and no other.
        page.send(match &draft.folder {
            Some(folder) => DeskCommand::Create { folder: PathBuf::from(folder), changes },
            None => DeskCommand::CreateFree { folder: PathBuf::from(folder), changes },
        });
    }
}

fn open_ui(page: &mut Page<'_>, ui: &mut Ui) {
    head_ui(page, ui, Icon::FolderOpen, "start-open", "start-open-text");
    let can_open = page.state.opening.is_none();
    if parts::plain_button(ui, Some(Icon::FolderOpen), &page.say("start-open-folder"), can_open).clicked() {
        page.send(UiCommand::Pick(PickFor::OpenProject));
    }
    if parts::plain_button(ui, Some(Icon::PackageOpen), &page.say("start-open-archive"), can_open).clicked() {
        page.send(UiCommand::Pick(PickFor::OpenArchive));
    }
}

/// An archive was picked: where is it to be unpacked?
pub(super) fn unpack_ui(page: &mut Page<'_>, ui: &mut Ui, draft: &mut Draft) {
    let Some(archive) = draft.archive.clone() else { return };
    let mut is_over = false;
    parts::section(page.colours, ui, &page.say("start-unpack"), |ui| {
        let path = RichText::new(archive.to_string_lossy()).monospace().color(page.colours.text_soft);
        ui.add(Label::new(path).wrap());
        parts::path_field(page, ui, &page.say("start-unpack-to"), &mut draft.unpack_to, PickFor::ProjectsFolder);
        parts::soft(page, ui, &page.say("start-unpack-empty"));
        ui.horizontal_wrapped(|ui| {
            let can_begin = page.state.opening.is_none() && !draft.unpack_to.trim().is_empty();
            if parts::plain_button(ui, Some(Icon::PackageOpen), &page.say("start-unpack-go"), can_begin).clicked() {
                page.send(DeskCommand::Unpack {
                    archive: archive.clone(),
                    folder: PathBuf::from(draft.unpack_to.trim()),
                });
                is_over = true;
            }
            is_over |= parts::plain_button(ui, None, &page.say("start-unpack-leave"), true).clicked();
        });
    });
    if is_over {
        draft.archive = None;
    }
}
