//! The page `settings`: how the window looks, how people judge here, where computing is done.

mod computing;
mod keys;
mod servers;
mod updates;

use std::path::PathBuf;

use egui::Ui;

use crate::command::{PickFor, UiCommand};
use crate::keys::LabelAction;
use crate::look::{Scheme, space};
use crate::page::Page;
use crate::parts::{self, Number};
use crate::settings::{TEXT_SIZES, WindowSettings};
use crate::words::LANGUAGES;

/// What was typed and not yet sent.
#[derive(Debug, Default)]
pub struct Draft {
    /// The action that waits for its key.
    waits_for_key: Option<LabelAction>,
    /// The action that has just got its key: its button has the keyboard again.
    goes_back_to: Option<LabelAction>,
    /// The key that was pressed, where another action has it.
    taken: Option<(egui::Key, LabelAction)>,
    /// The folder of projects as it is being typed.
    projects_folder: Option<String>,
    /// A server as it is being described.
    servers: servers::Draft,
}

/// Sizes of text that can be chosen, in percent.
const SIZES: [u32; 8] = [80, 90, 100, 110, 125, 150, 175, 200];

/// Minutes after which a break may be suggested, at most.
const LONGEST_SITTING: f64 = 240.0;

/// A column is not narrower than this.
const LEAST_WIDTH: f32 = 400.0;

/// Draws the page.
pub(super) fn page_ui(page: &mut Page<'_>, ui: &mut Ui) {
    let mut draft = std::mem::take(&mut page.drafts.settings);
    let mut settings = page.state.settings.clone();
    keys::take_key(ui, &mut draft, &mut settings);
    parts::page_heading(page, ui, "settings");
    parts::columns(ui, 2, LEAST_WIDTH, |ui, column| {
        if column == 0 {
            look_ui(page, ui, &mut settings);
            ui.add_space(space::LARGE);
            computing::computing_ui(page, ui, &mut settings);
            ui.add_space(space::LARGE);
            folder_ui(page, ui, &mut draft, &mut settings);
            ui.add_space(space::LARGE);
            account_ui(page, ui);
        } else {
            judging_ui(page, ui, &mut settings);
            ui.add_space(space::LARGE);
            servers::servers_ui(page, ui, &mut draft.servers);
            ui.add_space(space::LARGE);
            keys::keys_ui(page, ui, &mut draft, &mut settings);
            updates::updates_ui(page, ui);
        }
    });
    if settings != page.state.settings {
        page.send(UiCommand::Settings(Box::new(settings)));
    }
    page.drafts.settings = draft;
}

fn look_ui(page: &Page<'_>, ui: &mut Ui, settings: &mut WindowSettings) {
    parts::section(page.colours, ui, &page.say("settings-look"), |ui| {
        parts::soft(page, ui, &page.say("settings-scheme"));
        let schemes: Vec<(Scheme, String)> =
            Scheme::ALL.into_iter().map(|scheme| (scheme, page.say(scheme_word(scheme)))).collect();
        parts::row_of_choices(ui, &mut settings.scheme, &schemes);
        ui.add_space(space::SMALL);
        parts::soft(page, ui, &page.say("settings-text-size"));
        let sizes: Vec<(u32, String)> = SIZES.into_iter().map(|size| (size, format!("{size}%"))).collect();
        let mut size = (settings.text_size * 100.0).round() as u32;
        if parts::row_of_choices(ui, &mut size, &sizes) {
            settings.text_size = (size as f32 / 100.0).clamp(*TEXT_SIZES.start(), *TEXT_SIZES.end());
        }
        ui.add_space(space::SMALL);
        parts::soft(page, ui, &page.say("settings-language"));
        let of_system = std::iter::once((None, page.say("settings-language-system")));
        let languages: Vec<(Option<&str>, String)> =
            of_system.chain(LANGUAGES.iter().map(|row| (Some(row.id), row.name.to_owned()))).collect();
        let known = settings.language.as_deref();
        let mut chosen = LANGUAGES.iter().map(|row| row.id).find(|id| Some(*id) == known);
        if parts::row_of_choices(ui, &mut chosen, &languages) {
            settings.language = chosen.map(str::to_owned);
        }
    });
}

fn scheme_word(scheme: Scheme) -> &'static str {
    match scheme {
        Scheme::System => "settings-scheme-system",
        Scheme::Light => "settings-scheme-light",
        Scheme::Dark => "settings-scheme-dark",
        Scheme::HighContrast => "settings-scheme-contrast",
    }
}

fn judging_ui(page: &Page<'_>, ui: &mut Ui, settings: &mut WindowSettings) {
    parts::section(page.colours, ui, &page.say("settings-judging"), |ui| {
        let (name, hint) = (page.say("settings-annotator"), page.say("settings-annotator-hint"));
        parts::text_field(page, ui, &name, &mut settings.annotator, &hint);
        parts::soft(page, ui, &page.say("settings-annotator-text"));
        ui.add_space(space::SMALL);
        let (name, help) = (page.say("settings-break"), page.say("settings-break-help"));
        let number = Number { name: &name, help: &help, range: 0.0..=LONGEST_SITTING, speed: 0.5, decimals: 0 };
        let mut minutes = f64::from(settings.break_minutes);
        if parts::number_field(page, ui, &number, &mut minutes) {
            settings.break_minutes = minutes.round() as u32;
        }
        parts::soft(page, ui, &help);
    });
}

/// The account on the Hugging Face Hub: what a token is for, and whose is used.
fn account_ui(page: &mut Page<'_>, ui: &mut Ui) {
    let colours = page.colours;
    parts::section(colours, ui, &page.say("token-title"), |ui| {
        parts::soft(page, ui, &page.say("token-text"));
        ui.add_space(space::SMALL);
        parts::token_ui(page, ui);
    });
}

fn folder_ui(page: &mut Page<'_>, ui: &mut Ui, draft: &mut Draft, settings: &mut WindowSettings) {
    parts::section(page.colours, ui, &page.say("settings-projects"), |ui| {
        let known = page.state.projects_folder().to_string_lossy().into_owned();
        let mut typed = draft.projects_folder.clone().unwrap_or(known);
        if parts::path_field(page, ui, &page.say("settings-projects-folder"), &mut typed, PickFor::ProjectsFolder) {
            settings.projects_folder = PathBuf::from(typed.trim());
            draft.projects_folder = Some(typed);
        }
        parts::soft(page, ui, &page.say("settings-projects-text"));
        let is_own = !settings.projects_folder.as_os_str().is_empty();
        if parts::plain_button(ui, None, &page.say("settings-projects-usual"), is_own).clicked() {
            settings.projects_folder = PathBuf::new();
            draft.projects_folder = None;
        }
    });
}
