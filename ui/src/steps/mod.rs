//! The nine questions of the wizard: a row of [`ALL`] and a file each. Every file has a `Draft` of what was typed and not
//! yet sent, and draws itself from what it is given.

mod answers;
mod coach;
mod compare;
pub(crate) mod export;
mod feedback;
mod method;
mod model;
mod prompts;
mod start;
mod train;

use egui::Ui;
use lucide_icons::Icon;
use whetstone_core::desk::{ProjectView, Readiness, Step};

use crate::page::Page;

/// A question of the wizard.
#[derive(Debug, Clone, Copy)]
pub struct StepRow {
    /// Which.
    pub step: Step,
    /// Its picture in the list.
    pub icon: Icon,
    /// Draws it.
    pub draw: fn(&mut Page<'_>, &mut Ui),
}

/// Every question, in the order of [`Step::ALL`].
pub const ALL: &[StepRow] = &[
    StepRow { step: Step::Start, icon: Icon::House, draw: start::page_ui },
    StepRow { step: Step::Model, icon: Icon::Brain, draw: model::page_ui },
    StepRow { step: Step::Method, icon: Icon::Route, draw: method::page_ui },
    StepRow { step: Step::Prompts, icon: Icon::MessageCircleQuestionMark, draw: prompts::page_ui },
    StepRow { step: Step::Answers, icon: Icon::MessagesSquare, draw: answers::page_ui },
    StepRow { step: Step::Feedback, icon: Icon::Scale, draw: feedback::page_ui },
    StepRow { step: Step::Train, icon: Icon::GraduationCap, draw: train::page_ui },
    StepRow { step: Step::Compare, icon: Icon::GitCompareArrows, draw: compare::page_ui },
    StepRow { step: Step::Export, icon: Icon::PackageCheck, draw: export::page_ui },
];

/// What was typed on each page and not yet sent.
#[derive(Debug, Default)]
pub struct Drafts {
    /// The first page's.
    pub start: start::Draft,
    /// The model page's.
    pub model: model::Draft,
    /// The method page's.
    pub method: method::Draft,
    /// The coach's, wherever it is chosen.
    pub coach: coach::Draft,
    /// The prompts page's.
    pub prompts: prompts::Draft,
    /// The answers page's.
    pub answers: answers::Draft,
    /// The feedback page's.
    pub feedback: feedback::Draft,
    /// The training page's.
    pub train: train::Draft,
    /// The comparison page's.
    pub compare: compare::Draft,
    /// The export page's.
    pub export: export::Draft,
    /// The settings page's.
    pub settings: crate::pages::settings::Draft,
    /// The token's, wherever it is asked for.
    pub token: crate::parts::TokenDraft,
    /// The glossary's.
    pub glossary: crate::pages::glossary::Draft,
    /// The page of licences'.
    pub licences: crate::pages::licences::Draft,
}

/// The step that is to be done next: the first one that can be done now.
pub fn next_step(project: &ProjectView) -> Option<Step> {
    Step::ALL.into_iter().find(|step| project.readiness(*step) == Readiness::Ready)
}

/// Where to begin with a project that was just opened. One that nobody has begun with starts with what is to be chosen,
/// although something is set already: a new one with its model, the example with its method.
pub fn first_step(project: &ProjectView) -> Step {
    let counts = &project.counts;
    if project.settings.is_example && counts.completions == 0 {
        Step::Method
    } else if project.recipe.is_none() && counts.prompts_train == 0 {
        Step::Model
    } else {
        next_step(project).unwrap_or(Step::Start)
    }
}

/// What a page says where no project is open, with the way to one.
fn no_project_ui(page: &mut Page<'_>, ui: &mut Ui) {
    crate::parts::empty_state(page, ui, Icon::FolderOpen, &page.say("no-project"));
    ui.vertical_centered(|ui| {
        let text = page.say("no-project-go");
        if crate::parts::main_button(page.colours, ui, Some(Icon::House), &text, true).clicked() {
            page.go(crate::command::Place::Step(Step::Start));
        }
    });
}

/// The row of a step.
pub fn row_of(step: Step) -> &'static StepRow {
    ALL.iter().find(|row| row.step == step).unwrap_or(&ALL[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_has_its_row_in_its_place() {
        let steps: Vec<Step> = ALL.iter().map(|row| row.step).collect();
        assert_eq!(steps, Step::ALL);
        for step in Step::ALL {
            assert_eq!(row_of(step).step, step);
        }
    }
}
