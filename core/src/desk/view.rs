//! A project in short.

use std::path::PathBuf;

use crate::domain::{Annotator, RubricVersion};
use crate::method::{Position, Recipe, Standing};
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
