//! The coach's part: its rules, and what it says while it says it.

use egui::Ui;
use whetstone_core::desk::ProjectView;
use whetstone_core::domain::AnnotatorKind;
use whetstone_core::method::StageKind;

use super::task::Task;
use super::{labels, rubric};
use crate::look::space;
use crate::page::Page;
use crate::parts;

/// Draws the part.
pub(super) fn part_ui(page: &mut Page<'_>, ui: &mut Ui, project: &ProjectView, task: Task) {
    let has_coach = project.recipe.is_some_and(|recipe| recipe.has(StageKind::CoachJudges));
    if has_coach {
        rubric::rubric_ui(page, ui, project, task == Task::Rubric);
        ui.add_space(space::SMALL);
    }
    if project.standing.rounds.is_empty() {
        return;
    }
    parts::section(page.colours, ui, &page.say("feedback-machine-labels"), |ui| {
        parts::soft(page, ui, &page.say("feedback-machine-labels-help"));
        labels::labels_ui(page, ui, "labels of machines", &|label| label.kind != AnnotatorKind::Person);
    });
}
