//! What the model is asked: prompts are brought, looked through, and a part of them is set aside.

mod bring;
mod everything;
mod file;
mod suggest;

use egui::Ui;
use lucide_icons::Icon;
use whetstone_core::desk::{ProjectCommand, ProjectView, Step};
use whetstone_core::domain::Split;
use whetstone_core::job::ProjectChanges;

use crate::command::Place;
use crate::look::{Tone, space, type_size};
use crate::page::Page;
use crate::parts;

pub(in crate::steps) use everything::all_prompts;

/// What was typed and not yet sent.
#[derive(Debug, Default)]
pub struct Draft {
    bring: bring::Draft,
    everything: everything::Draft,
    /// The share that is to be set aside, in percent.
    share: Option<f64>,
}

/// Draws the page.
pub(super) fn page_ui(page: &mut Page<'_>, ui: &mut Ui) {
    parts::page_heading(page, ui, "prompts");
    let Some(project) = page.project() else {
        parts::comes_first_ui(page, ui, Step::Start);
        return;
    };
    let mut draft = std::mem::take(&mut page.drafts.prompts);
    let has_any = project.standing.prompts + project.standing.holdout > 0;
    if ui.available_width() > parts::TWO_COLUMNS && has_any {
        parts::two_columns(ui, |ui, column| match column {
            0 => bring::bring_ui(page, ui, &mut draft.bring, project),
            _ => halves_ui(page, ui, &mut draft.share, project),
        });
    } else {
        if has_any {
            halves_ui(page, ui, &mut draft.share, project);
            ui.add_space(space::LARGE);
        }
        bring::bring_ui(page, ui, &mut draft.bring, project);
    }
    ui.add_space(space::LARGE);
    if has_any {
        everything::table_ui(page, ui, &mut draft.everything);
    } else {
        parts::empty_state(page, ui, Icon::MessageCircleQuestionMark, &page.say("prompts-empty"));
    }
    page.drafts.prompts = draft;
}

/// How many prompts are on each half of the road, what that is for, and what comes next.
fn halves_ui(page: &mut Page<'_>, ui: &mut Ui, share: &mut Option<f64>, project: &ProjectView) {
    let colours = page.colours;
    let (train, holdout) = (project.standing.prompts, project.standing.holdout);
    parts::section(colours, ui, &page.say("prompts-halves"), |ui| {
        for (count, word) in [(train, "prompts-to-train"), (holdout, "prompts-aside")] {
            ui.horizontal_wrapped(|ui| {
                let number = parts::whole_number(count);
                ui.label(egui::RichText::new(number).size(type_size::HEADING).color(colours.text));
                ui.add(egui::Label::new(egui::RichText::new(page.say(word)).color(colours.text_soft)).wrap());
            });
        }
        parts::paragraph(page, ui, &page.say("prompts-holdout"));
        parts::term(page, ui, "holdout");
        ui.add_space(space::SMALL);
        if holdout == 0 {
            set_aside_ui(page, ui, share, project);
        } else if train == 0 {
            parts::notice_box(page, ui, Tone::Warning, &page.say("prompts-all-aside"), |_| ());
        } else {
            let readiness = project.readiness(Step::Prompts);
            let next = if project.recipe.is_none() { Step::Method } else { Step::Answers };
            let name = page.say(&format!("{}-name", next.id()));
            let go = page.say_with("gate-go", [("step", name.into())]);
            let is_done = readiness == whetstone_core::desk::Readiness::Done;
            if is_done && parts::main_button(colours, ui, Some(Icon::ArrowRight), &go, true).clicked() {
                page.go(Place::Step(next));
            }
        }
    });
}

/// Nothing is set aside yet: a share of what is there can be.
fn set_aside_ui(page: &mut Page<'_>, ui: &mut Ui, share: &mut Option<f64>, project: &ProjectView) {
    parts::notice_box(page, ui, Tone::Warning, &page.say("prompts-none-aside"), |_| ());
    ui.add_space(space::SMALL);
    let usual = (project.settings.holdout_share * 100.0).clamp(5.0, 50.0);
    let mut percent = share.unwrap_or(usual);
    let label = ui.add(egui::Label::new(page.say("prompts-share")).wrap());
    ui.add(egui::Slider::new(&mut percent, 5.0..=50.0).step_by(5.0).fixed_decimals(0).suffix("%"))
        .labelled_by(label.id);
    *share = Some(percent);
    let count = (percent / 100.0 * project.standing.prompts as f64).round().max(1.0) as usize;
    let said = page.say_with(
        "prompts-share-said",
        [
            ("aside", parts::whole_number(count).into()),
            ("rest", parts::whole_number(project.standing.prompts.saturating_sub(count)).into()),
        ],
    );
    parts::soft(page, ui, &said);
    let go = page.say_with("prompts-share-go", [("percent", format!("{percent:.0}").into())]);
    if parts::main_button(page.colours, ui, Some(Icon::Split), &go, true).clicked() {
        let changes = ProjectChanges { holdout_share: Some(percent / 100.0), ..ProjectChanges::default() };
        page.send(ProjectCommand::Change(Box::new(changes)));
    }
}

/// What a half of the road is called.
fn half_of(page: &Page<'_>, split: Split) -> String {
    page.say(if split == Split::Holdout { "prompts-half-aside" } else { "prompts-half-train" })
}
