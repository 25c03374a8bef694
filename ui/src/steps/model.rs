//! The page `model`: which model is sharpened.

mod about;
mod facts;
mod fetch;
mod hub;
mod listed;
mod local;
mod own;
mod said;

use egui::{Label, RichText, Ui};
use lucide_icons::Icon;
use whetstone_core::desk::{ProjectCommand, ProjectView, Step};
use whetstone_core::job::ProjectChanges;
use whetstone_core::method::STARTER;

use super::no_project_ui;
use crate::command::Place;
use crate::look::{Tone, glyph, space};
use crate::page::Page;
use crate::parts;

/// Which card is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Choice {
    Starter,
    Hub,
    Own,
}

/// What was typed and not yet sent.
#[derive(Debug, Default)]
pub struct Draft {
    /// The card that was chosen, where it is another than the project's.
    choice: Option<Choice>,
    /// The folder of one's own model.
    folder: Option<String>,
    /// The project's model when another one was asked for: what was chosen here is over once it is another.
    before: Option<String>,
    /// What the model is told before every prompt.
    system_prompt: Option<String>,
    /// Of the models that others have published.
    hub: hub::Draft,
}

/// A card is not narrower than this.
const LEAST_WIDTH: f32 = 270.0;

/// Draws the page.
pub(super) fn page_ui(page: &mut Page<'_>, ui: &mut Ui) {
    let mut draft = std::mem::take(&mut page.drafts.model);
    parts::page_heading(page, ui, "model");
    if let Some(project) = page.project() {
        if draft.before.as_ref().is_some_and(|before| *before != project.settings.model) {
            draft = Draft { system_prompt: draft.system_prompt, hub: draft.hub.of_another_model(), ..Draft::default() };
        }
        choose_ui(page, ui, &mut draft, project);
        ui.add_space(space::LARGE);
        parts::fold(ui, &page.say("model-advanced"), |ui| system_prompt_ui(page, ui, &mut draft, project));
    } else {
        no_project_ui(page, ui);
    }
    page.drafts.model = draft;
}

fn choose_ui(page: &mut Page<'_>, ui: &mut Ui, draft: &mut Draft, project: &ProjectView) {
    let of_project = match project.settings.model.as_str() {
        STARTER => Choice::Starter,
        model if parts::hub_name(model).is_some() => Choice::Hub,
        _ => Choice::Own,
    };
    let chosen = draft.choice.unwrap_or(of_project);
    // A model that was opened has the page to itself.
    if chosen == Choice::Hub && draft.hub.is_opened() {
        hub::hub_ui(page, ui, draft, project);
        return;
    }
    parts::side_by_side(ui, CHOICES.len(), CHOICES.len(), LEAST_WIDTH, |ui, place, row| {
        let (choice, name) = CHOICES[place];
        let card = parts::choice_card(page.colours, ui, &page.say(name), choice == chosen, |ui| {
            match choice {
                Choice::Starter => points_ui(page, ui, "model-starter-text", &STARTER_POINTS),
                Choice::Hub => points_ui(page, ui, "model-hub-text", &HUB_POINTS),
                Choice::Own => parts::soft(page, ui, &page.say("model-own-text")),
            }
            parts::as_high_as_the_highest(ui, &format!("model {row}"));
        });
        if card.clicked() {
            draft.choice = Some(choice);
        }
    });
    ui.add_space(space::LARGE);
    match chosen {
        Choice::Starter => use_ui(page, ui, draft, project, STARTER),
        Choice::Hub => hub::hub_ui(page, ui, draft, project),
        Choice::Own => own::own_ui(page, ui, draft, project),
    }
}

/// The ways to a model, each with its name.
const CHOICES: [(Choice, &str); 3] =
    [(Choice::Starter, "model-starter"), (Choice::Hub, "model-hub"), (Choice::Own, "model-own")];

const STARTER_POINTS: [(Icon, &str); 3] = [
    (Icon::Check, "model-starter-good"),
    (Icon::TriangleAlert, "model-starter-limits"),
    (Icon::Scale, "model-starter-licence"),
];

const HUB_POINTS: [(Icon, &str); 3] =
    [(Icon::Check, "model-hub-good"), (Icon::Download, "model-hub-once"), (Icon::Scale, "model-hub-licence")];

/// What a way is, and what is to be known of it.
fn points_ui(page: &Page<'_>, ui: &mut Ui, text: &str, points: &[(Icon, &str)]) {
    parts::soft(page, ui, &page.say(text));
    ui.add_space(space::TINY);
    for (icon, text) in points {
        point_ui(page, ui, *icon, &page.say(text));
    }
}

/// A line with its picture.
fn point_ui(page: &Page<'_>, ui: &mut Ui, icon: Icon, text: &str) {
    ui.horizontal_top(|ui| {
        ui.add(Label::new(RichText::new(glyph(icon)).color(page.colours.tint(Tone::Accent).ink)));
        ui.vertical(|ui| parts::soft(page, ui, text));
    });
}

/// The main button: takes the model, or goes on where it is the project's.
fn use_ui(page: &mut Page<'_>, ui: &mut Ui, draft: &mut Draft, project: &ProjectView, model: &str) {
    if project.settings.model == model {
        let next = super::next_step(project).filter(|step| *step != Step::Model).unwrap_or(Step::Method);
        let said = page.say("model-is-used");
        parts::badge(page.colours, ui, Tone::Success, Some(Icon::Check), &said);
        let text = page.say_with("model-go-on", [("step", page.say(&format!("{}-name", next.id())).into())]);
        if parts::main_button(page.colours, ui, Some(Icon::ArrowRight), &text, true).clicked() {
            page.go(Place::Step(next));
        }
        return;
    }
    let answers = project.counts.completions;
    if answers > 0 {
        let said = page.say_with("model-answers-stay", [("count", answers.into())]);
        parts::notice_box(page, ui, Tone::Warning, &said, |_| {});
        ui.add_space(space::SMALL);
    }
    let is_busy = page.state.jobs.writing().is_some();
    let text = page.say("model-use");
    if parts::main_button(page.colours, ui, Some(Icon::Check), &text, !is_busy).clicked() {
        let changes = ProjectChanges { model: Some(model.to_owned()), ..ProjectChanges::default() };
        page.send(ProjectCommand::Change(Box::new(changes)));
        draft.before = Some(project.settings.model.clone());
    }
    if is_busy {
        parts::soft(page, ui, &page.say("job-busy-hint"));
    }
}

/// What the model is told before every prompt.
fn system_prompt_ui(page: &mut Page<'_>, ui: &mut Ui, draft: &mut Draft, project: &ProjectView) {
    let known = project.settings.system_prompt.clone().unwrap_or_default();
    let mut typed = draft.system_prompt.clone().unwrap_or_else(|| known.clone());
    parts::term(page, ui, "system-prompt");
    let (name, hint) = (page.say("model-system-prompt"), page.say("model-system-prompt-hint"));
    if parts::text_area(page, ui, &name, &mut typed, &hint, 3).changed() {
        draft.system_prompt = Some(typed.clone());
    }
    parts::soft(page, ui, &page.say("model-system-prompt-text"));
    if project.counts.completions > 0 {
        parts::soft(page, ui, &page.say("model-system-prompt-late"));
    }
    let is_other = typed.trim() != known.trim();
    if parts::plain_button(ui, Some(Icon::Check), &page.say("model-system-prompt-keep"), is_other).clicked() {
        let changes = ProjectChanges { system_prompt: Some(typed.trim().to_owned()), ..ProjectChanges::default() };
        page.send(ProjectCommand::Change(Box::new(changes)));
        draft.system_prompt = None;
    }
}
