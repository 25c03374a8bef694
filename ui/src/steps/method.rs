//! The page `method`: who says which answers are better.

mod advice;
mod figures;
mod hybrids;

use egui::Ui;
use lucide_icons::Icon;
use whetstone_core::desk::{ProjectCommand, ProjectView, Step};
use whetstone_core::job::ProjectChanges;
use whetstone_core::method::advisor::{Answers, METHODS, MethodRow};
use whetstone_core::method::{RECIPES, Recipe, StageKind, find_recipe};

use super::no_project_ui;
use crate::command::Place;
use crate::look::{Tone, space};
use crate::page::Page;
use crate::parts;

/// What was typed and not yet sent.
#[derive(Debug, Default)]
pub struct Draft {
    /// The card of the hybrids was chosen, and none of them yet.
    wants_hybrid: bool,
    /// The five questions are shown.
    asks: bool,
    /// What was answered to them.
    answers: Answers,
}

/// A card is not narrower than this.
const LEAST_WIDTH: f32 = 272.0;

/// What a method of both people and a machine is called by.
const HYBRID: &str = "hybrid";

/// Draws the page.
pub(super) fn page_ui(page: &mut Page<'_>, ui: &mut Ui) {
    let mut draft = std::mem::take(&mut page.drafts.method);
    parts::page_heading(page, ui, "method");
    if let Some(project) = page.project() {
        advice::advice_ui(page, ui, &mut draft, project);
        ui.add_space(space::LARGE);
        changed_late_ui(page, ui, project);
        ways_ui(page, ui, &mut draft, project);
        let is_hybrid = project.recipe.is_some_and(|recipe| recipe.id.starts_with(HYBRID));
        if is_hybrid || draft.wants_hybrid {
            ui.add_space(space::LARGE);
            hybrids::hybrids_ui(page, ui, project);
        }
        // Between the kind and one of its four there is nothing to go on with.
        if is_hybrid || !draft.wants_hybrid {
            ui.add_space(space::LARGE);
            next_ui(page, ui, project);
        }
        if project.recipe.is_some_and(uses_coach) {
            ui.add_space(space::LARGE);
            parts::fold(ui, &page.say("method-advanced"), |ui| super::coach::coach_ui(page, ui, project));
        }
    } else {
        no_project_ui(page, ui);
    }
    page.drafts.method = draft;
}

/// The labels that are there stay, whatever is chosen now.
fn changed_late_ui(page: &Page<'_>, ui: &mut Ui, project: &ProjectView) {
    let counts = &project.counts;
    let labels = counts.verdicts_of_people
        + counts.verdicts_of_coaches
        + counts.verdicts_of_rules
        + counts.verdicts_of_preference_models;
    if labels > 0 {
        let said = page.say_with("method-late", [("count", labels.into())]);
        parts::notice_box(page, ui, Tone::Neutral, &said, |_| {});
        ui.add_space(space::LARGE);
    }
}

/// The three ways as cards.
fn ways_ui(page: &mut Page<'_>, ui: &mut Ui, draft: &mut Draft, project: &ProjectView) {
    const WAYS: [&str; 3] = ["rlhf", "rlaif", HYBRID];
    let chosen = project.recipe.map(|recipe| recipe.id);
    let is_hybrid = chosen.is_some_and(|id| id.starts_with(HYBRID));
    parts::columns(ui, WAYS.len(), LEAST_WIDTH, |ui, place| {
        let way = WAYS[place];
        let is_chosen = match way {
            HYBRID => is_hybrid || draft.wants_hybrid,
            way => chosen == Some(way) && !draft.wants_hybrid,
        };
        let recipe = find_recipe(way);
        let name = match recipe {
            Some(recipe) => page.words.row("recipe", recipe.id, "name", recipe.name).into_owned(),
            None => page.say("method-hybrid"),
        };
        let card = parts::choice_card(page.colours, ui, &name, is_chosen, |ui| {
            parts::term(page, ui, way);
            ui.add_space(space::TINY);
            match recipe {
                Some(recipe) => figures::flow_ui(page, ui, recipe),
                None => figures::hybrid_flow_ui(page, ui),
            }
            ui.add_space(space::TINY);
            let meaning = recipe.map_or_else(
                || page.say("method-hybrid-meaning"),
                |recipe| page.words.row("recipe", recipe.id, "meaning", recipe.meaning).into_owned(),
            );
            parts::paragraph(page, ui, &meaning);
            figures::takes_ui(page, ui, &rows_of(way));
            figures::risks_ui(page, ui, &rows_of(way));
            parts::as_high_as_the_highest(ui, "method");
        });
        if card.clicked() {
            draft.wants_hybrid = way == HYBRID && !is_hybrid;
            if recipe.is_some() && chosen != Some(way) {
                choose(page, way);
            }
        }
    });
}

/// The advisor's rows of a way: one, or those of all hybrids.
fn rows_of(way: &str) -> Vec<&'static MethodRow> {
    METHODS.iter().filter(|row| row.method.trains() && row.id.starts_with(way)).collect()
}

/// Every hybrid.
fn hybrids() -> impl Iterator<Item = &'static Recipe> {
    RECIPES.iter().filter(|recipe| recipe.id.starts_with(HYBRID))
}

fn choose(page: &mut Page<'_>, method: &str) {
    let changes = ProjectChanges { method: Some(method.to_owned()), ..ProjectChanges::default() };
    page.send(ProjectCommand::Change(Box::new(changes)));
}

/// Whether a coach judges in it.
fn uses_coach(recipe: &Recipe) -> bool {
    recipe.has(StageKind::CoachJudges)
}

/// On to the next step, once a method is chosen.
fn next_ui(page: &mut Page<'_>, ui: &mut Ui, project: &ProjectView) {
    let Some(recipe) = project.recipe else {
        parts::soft(page, ui, &page.say("method-choose-first"));
        return;
    };
    let name = page.words.row("recipe", recipe.id, "name", recipe.name).into_owned();
    let said = page.say_with("method-is-chosen", [("name", name.into())]);
    parts::paragraph(page, ui, &said);
    let next = super::next_step(project).filter(|step| *step > Step::Method).unwrap_or(Step::Prompts);
    let text = page.say_with("method-go-on", [("step", page.say(&format!("{}-name", next.id())).into())]);
    if parts::main_button(page.colours, ui, Some(Icon::ArrowRight), &text, true).clicked() {
        page.go(Place::Step(next));
    }
}
