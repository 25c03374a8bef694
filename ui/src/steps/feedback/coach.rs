//! The coach's part: its rules, who it is, how it does beside people, and what it says.

use egui::Ui;
use whetstone_core::desk::ProjectView;
use whetstone_core::method::StageKind;

use super::labels::Scope;
use super::task::Task;
use super::{disagree, labels, rubric, trial};
use crate::look::space;
use crate::page::Page;
use crate::parts;
use crate::steps::coach::coach_ui;
use crate::work::JobKind;

/// A part of the coach's part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum View {
    /// The rules that it judges by.
    Rules,
    /// Who it is.
    Who,
    /// How it does beside people.
    Trial,
    /// What it says.
    Labels,
    /// Where people say something else.
    Differences,
}

/// What is shown of the coach.
#[derive(Debug, Default)]
pub(super) struct Draft {
    /// The view that was chosen; `None` shows the one that is needed.
    pub(super) view: Option<View>,
    /// Coaches that are being tried.
    pub(super) trial: trial::Draft,
    /// Differences that were opened.
    pub(super) disagree: disagree::Draft,
}

/// The views that there are, each with its word.
fn views_of(project: &ProjectView) -> Vec<(View, &'static str)> {
    let has_coach = project.recipe.is_some_and(|recipe| recipe.has(StageKind::CoachJudges));
    let mut views = Vec::new();
    if has_coach {
        views.extend([
            (View::Rules, "feedback-view-rules"),
            (View::Who, "feedback-view-who"),
            (View::Trial, "feedback-view-trial"),
        ]);
    }
    if !project.standing.rounds.is_empty() {
        views.extend([(View::Labels, "feedback-view-labels"), (View::Differences, "feedback-view-differences")]);
    }
    views
}

/// Draws the part.
pub(super) fn part_ui(page: &mut Page<'_>, ui: &mut Ui, project: &ProjectView, task: Task) {
    let views = views_of(project);
    let is_there = |view: &View| views.iter().any(|(known, _)| known == view);
    // While it judges, what it says is what there is to see.
    let usual = if page.state.jobs.runs(JobKind::Judge) { View::Labels } else { View::Rules };
    let first = views.first().map_or(View::Labels, |(view, _)| *view);
    let needed = Some(usual).filter(is_there).unwrap_or(first);
    let mut shown = page.drafts.feedback.coach.view.filter(is_there).unwrap_or(needed);
    if views.len() > 1 {
        let choices: Vec<(View, String)> = views.iter().map(|(view, word)| (*view, page.say(word))).collect();
        if parts::row_of_choices(ui, &mut shown, &choices) {
            page.drafts.feedback.coach.view = Some(shown);
        }
        ui.add_space(space::SMALL);
    }
    match shown {
        View::Rules => rubric::rubric_ui(page, ui, project, task == Task::Rubric),
        View::Who => parts::section(page.colours, ui, &page.say("feedback-who"), |ui| {
            coach_ui(page, ui, project);
        }),
        View::Trial => trial::trial_ui(page, ui, project),
        View::Labels => parts::section(page.colours, ui, &page.say("feedback-machine-labels"), |ui| {
            parts::soft(page, ui, &page.say("feedback-machine-labels-help"));
            labels::labels_ui(page, ui, Scope::Machines);
        }),
        View::Differences => disagree::differences_ui(page, ui),
    }
}

/// Shows a view of the coach's part.
pub(super) fn show(page: &mut Page<'_>, view: View) {
    page.drafts.feedback.part = Some(super::Part::Coach);
    page.drafts.feedback.coach.view = Some(view);
}
