//! What is to be done now, read off the project's place on its method's road.

use whetstone_core::desk::{ProjectView, Step, stage_step};
use whetstone_core::method::{RoundStanding, StageKind};

use super::Part;

/// What is to be done now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Task {
    /// Something on another page comes first.
    First(Step),
    /// Somebody writes the coach's rules.
    Rubric,
    /// People judge.
    Judge,
    /// A machine learns or judges, up to this stage.
    Machine {
        /// What comes next.
        next: StageKind,
        /// The last stage that needs no people.
        until: StageKind,
    },
    /// People look through what is doubtful, and approve the round.
    Review,
    /// The feedback is there; this page goes on with it.
    Done(Step),
}

/// Stages in which a machine judges, or makes ready to.
const MACHINES: [StageKind; 4] =
    [StageKind::TrainPreferenceModel, StageKind::PreferenceModelJudges, StageKind::Distil, StageKind::CoachJudges];

impl Task {
    /// What a project needs now.
    pub(super) fn of(project: &ProjectView) -> Self {
        let Some((recipe, position)) = project.recipe.zip(project.position.as_ref()) else {
            return Self::First(Step::Method);
        };
        let Some(next) = position.next else { return Self::Done(Step::Export) };
        match next.stage.kind {
            StageKind::Prompts | StageKind::Answer => Self::First(stage_step(next.stage.kind)),
            StageKind::Rubric => Self::Rubric,
            StageKind::PeopleJudge => Self::Judge,
            StageKind::Review => Self::Review,
            StageKind::Imitate | StageKind::Train | StageKind::Evaluate => Self::Done(stage_step(next.stage.kind)),
            kind => {
                let of_round = recipe.stages.iter().filter(|stage| stage.round == next.stage.round);
                let last = of_round.map(|stage| stage.kind).filter(|kind| MACHINES.contains(kind)).max();
                Self::Machine { next: kind, until: last.unwrap_or(kind) }
            }
        }
    }

    /// The part of the page that it belongs to.
    pub(super) fn part(self) -> Option<Part> {
        match self {
            Self::Rubric | Self::Machine { .. } => Some(Part::Coach),
            Self::Judge => Some(Part::Judge),
            Self::Review => Some(Part::Review),
            Self::First(_) | Self::Done(_) => None,
        }
    }
}

/// The round that the project is in.
pub(super) fn round_of(project: &ProjectView) -> Option<&RoundStanding> {
    let next = project.position.as_ref().and_then(|position| position.next);
    let rounds = &project.standing.rounds;
    next.and_then(|next| rounds.iter().find(|round| round.number == next.round)).or(rounds.last())
}

#[cfg(test)]
mod tests {
    use whetstone_core::method::RECIPES;

    use super::*;
    use crate::tests::fixture::{Stage, project};

    #[test]
    fn a_machine_goes_on_to_the_last_stage_of_its_round_that_needs_no_people() {
        let mut machines = 0;
        for recipe in RECIPES {
            for stage in Stage::ALL.into_iter().filter(|stage| *stage != Stage::Nothing) {
                let project = project(stage, recipe.id);
                if let Task::Machine { next, until } = Task::of(&project) {
                    machines += 1;
                    assert!(until >= next && !until.is_for_people() && recipe.has(until), "{} {stage:?}", recipe.id);
                    assert!([StageKind::CoachJudges, StageKind::PreferenceModelJudges].contains(&until));
                }
            }
        }
        assert!(machines > 2);
    }

    #[test]
    fn a_project_without_a_method_chooses_one_first() {
        assert_eq!(Task::of(&project(Stage::New, "rlhf")), Task::First(Step::Method));
    }
}
