//! The project that is open: where it is on its road, and on to what is next.

use egui::{Label, RichText, Ui};
use lucide_icons::Icon;
use whetstone_core::desk::{ProjectView, Readiness, Step};

use crate::command::{DeskCommand, Place};
use crate::look::{SEMIBOLD, space, type_size};
use crate::page::Page;
use crate::parts;
use crate::shell::project_name;
use crate::steps::next_step;

pub(super) fn card_ui(page: &mut Page<'_>, ui: &mut Ui) {
    let Some(project) = page.project() else { return };
    let next = next_step(project);
    parts::card(page.colours, ui, |ui| {
        let family = egui::FontFamily::Name(SEMIBOLD.into());
        let name = RichText::new(project_name(project)).size(type_size::SUBHEADING).family(family);
        ui.add(Label::new(name.color(page.colours.text)).wrap());
        let folder = RichText::new(project.folder.to_string_lossy()).small().color(page.colours.text_soft);
        ui.add(Label::new(folder).truncate());
        parts::paragraph(page, ui, &page.say(sentence(project, next)));
        let done = done_of(project);
        let said = page.say_with("start-steps-done", [("done", done.into()), ("all", STEPS.into())]);
        parts::soft(page, ui, &said);
        parts::progress_bar(page, ui, &said, done as f32 / STEPS as f32);
        ui.add_space(space::SMALL);
        ui.horizontal_wrapped(|ui| {
            let to = next.unwrap_or(Step::Export);
            let step = page.say(&format!("{}-name", to.id()));
            let text = page.say_with("start-go-on", [("step", step.into())]);
            if parts::main_button(page.colours, ui, Some(Icon::ArrowRight), &text, true).clicked() {
                page.go(Place::Step(to));
            }
            if parts::plain_button(ui, Some(Icon::X), &page.say("start-close"), true).clicked() {
                page.send(DeskCommand::Close);
            }
        });
    });
}

/// Steps of the road, without this page itself.
const STEPS: usize = Step::ALL.len() - 1;

fn done_of(project: &ProjectView) -> usize {
    let road = project.steps.iter().filter(|state| state.step != Step::Start);
    road.filter(|state| state.readiness == Readiness::Done).count()
}

/// Whether the newest comparison said that the old model is to be kept, if only for now.
fn is_not_better(project: &ProjectView) -> bool {
    let keeps_old = |ship: &serde_json::Value| ship == "no" || ship == "more_labels";
    project.evaluations.last().is_some_and(|evaluation| keeps_old(&evaluation.summary["ship"]))
}

/// Where a project is, by the step that is next.
fn sentence(project: &ProjectView, next: Option<Step>) -> &'static str {
    match next {
        None if is_not_better(project) => "start-at-end-not-better",
        Some(Step::Start | Step::Model) => "start-at-model",
        Some(Step::Method) => "start-at-method",
        Some(Step::Prompts) => "start-at-prompts",
        Some(Step::Answers) => "start-at-answers",
        Some(Step::Feedback) => "start-at-feedback",
        Some(Step::Train) => "start-at-train",
        Some(Step::Compare) => "start-at-compare",
        Some(Step::Export) => "start-at-export",
        None => "start-at-end",
    }
}
