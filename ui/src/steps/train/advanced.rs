//! Every setting of a training, for those who want them.

mod adapter;
mod loss;
mod steps;

use egui::Ui;
use lucide_icons::Icon;
use whetstone_core::desk::{ProjectCommand, ProjectView};
use whetstone_core::domain::TrainSettings;
use whetstone_core::project::store::ProjectSettings;
use whetstone_core::train::presets::find_preset;

use super::Draft;
use crate::look::space;
use crate::page::Page;
use crate::parts::{self, Number};

/// Width of a number's field.
const FIELD: f32 = 88.0;
/// The preset that settings go back to where they came of none.
const USUAL: &str = "balanced";

/// Draws the settings, folded away. They are changed here and sent together.
pub(super) fn advanced_ui(page: &mut Page<'_>, ui: &mut Ui, draft: &mut Draft, view: &ProjectView) {
    parts::fold(ui, &page.say("train-advanced"), |ui| {
        parts::section(page.colours, ui, &page.say("train-advanced-title"), |ui| {
            parts::soft(page, ui, &page.say("train-advanced-text"));
            // Fields of one width stand in line with each other.
            ui.spacing_mut().interact_size.x = FIELD;
            let kept = &view.settings.training;
            let mut settings = draft.settings.take().unwrap_or_else(|| kept.clone());
            loss::loss_ui(page, ui, &mut settings);
            steps::steps_ui(page, ui, &mut settings);
            steps::optimizer_ui(page, ui, &mut settings);
            adapter::adapter_ui(page, ui, &mut settings);
            adapter::other_ui(page, ui, &mut settings);
            let is_changed = settings != *kept;
            if is_changed {
                draft.settings = Some(settings);
            }
            ui.add_space(space::MEDIUM);
            buttons_ui(page, ui, draft, view, is_changed);
        });
    });
}

fn buttons_ui(page: &mut Page<'_>, ui: &mut Ui, draft: &mut Draft, view: &ProjectView, is_changed: bool) {
    let preset = view.settings.training.preset.as_deref().filter(|id| find_preset(id).is_some()).unwrap_or(USUAL);
    let name = page.words.row("preset", preset, "name", preset).into_owned();
    ui.horizontal_wrapped(|ui| {
        if parts::plain_button(ui, Some(Icon::Check), &page.say("train-set-keep"), is_changed).clicked()
            && let Some(mut training) = draft.settings.clone()
        {
            training.lora.target_modules.retain(|module| !module.is_empty());
            send(page, view, training);
        }
        if parts::plain_button(ui, Some(Icon::X), &page.say("train-set-drop"), is_changed).clicked() {
            draft.settings = None;
        }
        let reset = page.say_with("train-set-reset", [("preset", name.into())]);
        if parts::plain_button(ui, Some(Icon::RotateCcw), &reset, true).clicked() {
            send(page, view, as_at_first(&view.settings.training, preset));
            draft.settings = None;
        }
    });
}

fn send(page: &mut Page<'_>, view: &ProjectView, training: TrainSettings) {
    let settings = ProjectSettings { training, ..view.settings.clone() };
    page.send(ProjectCommand::SetSettings(Box::new(settings)));
}

/// A preset's settings, with nothing of what was changed but what belongs to the project.
fn as_at_first(settings: &TrainSettings, preset: &str) -> TrainSettings {
    let mut settings = TrainSettings {
        task: settings.task,
        template_arguments: settings.template_arguments.clone(),
        ..TrainSettings::default()
    };
    if let Some(preset) = find_preset(preset) {
        preset.apply(&mut settings);
    }
    settings
}

/// A heading within the settings.
fn part_ui(page: &Page<'_>, ui: &mut Ui, word: &str) {
    ui.add_space(space::MEDIUM);
    let title = egui::RichText::new(page.say(word)).family(egui::FontFamily::Name(crate::look::SEMIBOLD.into()));
    ui.add(egui::Label::new(title.color(page.colours.text)).wrap());
}

/// How a number is typed.
#[derive(Debug, Clone, Copy)]
struct Form {
    /// Lowest and highest value.
    range: (f64, f64),
    /// How far one notch goes.
    speed: f64,
    /// Places behind the point.
    decimals: usize,
}

/// Whole numbers from a lowest to a highest.
const fn whole(low: f64, high: f64) -> Form {
    Form { range: (low, high), speed: 0.2, decimals: 0 }
}

/// A share from 0 to nearly all.
const SHARE: Form = Form { range: (0.0, 0.9), speed: 0.005, decimals: 3 };

/// A number with its name, and what it does under the pointer. Whether it changed.
fn number_ui(page: &Page<'_>, ui: &mut Ui, word: &str, form: Form, value: &mut f64) -> bool {
    let (name, help) = (page.say(word), page.say(&format!("{word}.help")));
    let number = Number {
        name: &name,
        help: &help,
        range: form.range.0..=form.range.1,
        speed: form.speed,
        decimals: form.decimals,
    };
    parts::number_field(page, ui, &number, value)
}

fn count_ui(page: &Page<'_>, ui: &mut Ui, word: &str, form: Form, value: &mut usize) {
    let mut typed = *value as f64;
    if number_ui(page, ui, word, form, &mut typed) {
        *value = typed.round() as usize;
    }
}

fn steps_number_ui(page: &Page<'_>, ui: &mut Ui, word: &str, form: Form, value: &mut u64) {
    let mut typed = *value as f64;
    if number_ui(page, ui, word, form, &mut typed) {
        *value = typed.round() as u64;
    }
}

/// A number that may be left to the program.
fn optional_ui(page: &Page<'_>, ui: &mut Ui, word: &str, first: u64, value: &mut Option<u64>) {
    let mut is_set = value.is_some();
    if parts::check_field(ui, &page.say(&format!("{word}.own")), &mut is_set) {
        *value = is_set.then_some(first);
    }
    if let Some(value) = value {
        steps_number_ui(page, ui, word, whole(1.0, 1e6), value);
    }
}
