//! A project in short.

use std::path::PathBuf;

use crate::domain::{Annotator, RubricVersion};
use crate::method::{Position, Recipe, StageKind, Standing};
use crate::project::store::{Approval, Counts, Evaluation, Export, ProjectSettings, Run};

/// A question of the wizard, in the order in which they are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Which project?
    Start,
    /// Which model is to be sharpened?
    Model,
    /// Who says what is better?
    Method,
    /// What is the model asked?
    Prompts,
    /// What does it answer?
    Answers,
    /// Which answers are better?
    Feedback,
    /// Let the model learn it.
    Train,
    /// Did it get better?
    Compare,
    /// Take it away.
    Export,
}

impl Step {
    /// Every step in its order.
    pub const ALL: [Self; 9] = [
        Self::Start,
        Self::Model,
        Self::Method,
        Self::Prompts,
        Self::Answers,
        Self::Feedback,
        Self::Train,
        Self::Compare,
        Self::Export,
    ];

    /// What files call it.
    pub fn id(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Model => "model",
            Self::Method => "method",
            Self::Prompts => "prompts",
            Self::Answers => "answers",
            Self::Feedback => "feedback",
            Self::Train => "train",
            Self::Compare => "compare",
            Self::Export => "export",
        }
    }
}

/// How far a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Readiness {
    /// All that it asks is there.
    Done,
    /// It can be done now.
    Ready,
    /// Something must be there first: the earliest step that is not done.
    After(Step),
}

/// A step as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct StepState {
    /// Which.
    pub step: Step,
    /// How far it is.
    pub readiness: Readiness,
}

/// A project in short: everything that is small whatever the project's size.
#[derive(Debug, Clone)]
pub struct ProjectView {
    /// Its folder.
    pub folder: PathBuf,
    /// Its settings.
    pub settings: ProjectSettings,
    /// Its method, once one is chosen.
    pub recipe: Option<&'static Recipe>,
    /// What it holds, round by round.
    pub standing: Standing,
    /// Where that is on its method's road; `None` without a method.
    pub position: Option<Position>,
    /// Every step, in the order of [`Step::ALL`].
    pub steps: Vec<StepState>,
    /// How much there is in all.
    pub counts: Counts,
    /// How much there is of the newest round; as `counts` where there is none yet.
    pub round_counts: Counts,
    /// The newest rubric.
    pub rubric: Option<RubricVersion>,
    /// Everybody who has judged or written.
    pub annotators: Vec<Annotator>,
    /// Every run, the newest last.
    pub runs: Vec<Run>,
    /// Every comparison of old and new, the newest last.
    pub evaluations: Vec<Evaluation>,
    /// Everything that was exported, the newest last.
    pub exports: Vec<Export>,
    /// Who let which round's labels be trained on.
    pub approvals: Vec<Approval>,
}

impl ProjectView {
    /// How far a step is.
    pub fn readiness(&self, step: Step) -> Readiness {
        self.steps
            .iter()
            .find(|state| state.step == step)
            .map_or(Readiness::After(Step::Start), |state| state.readiness)
    }
}

/// The step on whose page a stage of a method is done.
pub fn stage_step(kind: StageKind) -> Step {
    match kind {
        StageKind::Prompts => Step::Prompts,
        StageKind::Answer => Step::Answers,
        StageKind::Rubric
        | StageKind::PeopleJudge
        | StageKind::TrainPreferenceModel
        | StageKind::PreferenceModelJudges
        | StageKind::Distil
        | StageKind::CoachJudges
        | StageKind::Review => Step::Feedback,
        StageKind::Imitate | StageKind::Train => Step::Train,
        StageKind::Evaluate => Step::Compare,
    }
}

/// How far every step is, in the order of [`Step::ALL`].
///
/// A method may go round the road more than once: its later rounds open a step again when they come to it, and what they
/// have not come to yet keeps no step from being done.
pub(super) fn steps(
    is_model_there: bool,
    recipe: Option<&Recipe>,
    standing: &Standing,
    exports: &[Export],
) -> Vec<StepState> {
    let position = recipe.map(|recipe| standing.position(recipe));
    let is_done = |step: Step| match step {
        Step::Start => true,
        Step::Model => is_model_there,
        Step::Method => recipe.is_some(),
        Step::Prompts => standing.prompts > 0 && standing.holdout > 0,
        Step::Answers | Step::Feedback | Step::Train | Step::Compare => {
            position.as_ref().is_some_and(|position| is_done_so_far(position, step))
        }
        Step::Export => position.as_ref().is_some_and(|position| is_exported(position, standing, exports)),
    };
    let next = position.as_ref().and_then(|position| position.next).map(|next| stage_step(next.stage.kind));
    let mut earliest = None;
    let state = |step: Step| {
        let readiness = match earliest {
            _ if is_done(step) => Readiness::Done,
            // A rubric is written before the answers are there, on the page where they are judged.
            Some(_) if next == Some(step) => Readiness::Ready,
            Some(earlier) => Readiness::After(earlier),
            None => {
                earliest = Some(step);
                Readiness::Ready
            }
        };
        StepState { step, readiness }
    };
    Step::ALL.into_iter().map(state).collect()
}

/// Whether a step's stages are done, as far as the rounds go that were come to.
fn is_done_so_far(position: &Position, step: Step) -> bool {
    let round = position.next.map_or(u32::MAX, |next| next.round);
    let mut stages = position.stages.iter().filter(|stage| stage_step(stage.stage.kind) == step);
    let has_any = stages.clone().any(|stage| stage.round <= round);
    has_any && stages.all(|stage| stage.is_done || stage.round > round)
}

/// Whether the adapter that the road led to was exported.
fn is_exported(position: &Position, standing: &Standing, exports: &[Export]) -> bool {
    let last = position.stages.iter().rfind(|stage| stage.stage.kind == StageKind::Train);
    let round = last.and_then(|last| standing.rounds.iter().find(|round| round.number == last.round));
    round.and_then(|round| round.adapter).is_some_and(|run| exports.iter().any(|export| export.run == run))
}

#[cfg(test)]
mod tests;
