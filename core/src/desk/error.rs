//! What goes wrong at a desk, in the words of somebody who sits before a window: no cure names a command.

use crate::domain::ToUserMessage;
use crate::feedback::RubricProblem;
use crate::method::MethodError;
use crate::project::store::StoreError;

/// A command could not be done. The project is as it was.
#[derive(Debug, thiserror::Error)]
pub(super) enum DeskError {
    /// The project.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What a method does with a project.
    #[error(transparent)]
    Method(#[from] MethodError),
    /// A rubric that cannot judge.
    #[error("the rubric cannot be used: {0}")]
    Rubric(Box<RubricProblem>),
    /// A key was pressed, and nobody sits.
    #[error("nobody is judging at the moment")]
    NobodySits,
    /// Somebody whose verdicts do not count wants to judge.
    #[error("{name} was removed from the project's annotators: what {name} says would not count")]
    Removed {
        /// Who.
        name: String,
    },
    /// Only what was stopped can be given up.
    #[error("run {run} {state}, so it cannot be given up")]
    NotStopped {
        /// Which.
        run: i64,
        /// What it is instead.
        state: &'static str,
    },
    /// The round is not through.
    #[error("the project is not through with its round: {title} comes first")]
    NotThrough {
        /// The stage that is next.
        title: &'static str,
    },
}

impl ToUserMessage for DeskError {
    fn hint(&self) -> Option<String> {
        let cure = match self {
            Self::Store(error) => return error.hint(),
            Self::Method(error) => return hint_of(error),
            Self::Rubric(problem) => hint_of_rubric(problem),
            Self::NobodySits => "say who judges, and begin",
            Self::Removed { .. } => "let the verdicts count again first, or judge under another name",
            Self::NotStopped { .. } => "stop it first, or look again: the list may be an old one",
            Self::NotThrough { .. } => "go on with the round first",
        };
        Some(cure.to_owned())
    }
}

/// The cures of a method's errors that name commands, in other words.
fn hint_of(error: &MethodError) -> Option<String> {
    let cure = match error {
        MethodError::NoMethod => "choose a method first",
        MethodError::UnknownMethod { .. } => "choose another method, or open the project with a newer Whetstone",
        MethodError::NoModel { .. } => "choose the folder of a model on this machine, or the starter model",
        MethodError::NothingToApprove => "let the answers be judged first",
        MethodError::NoPairs { .. } => "draw more answers to each prompt, make them more varied, or sharpen the rubric",
        MethodError::NoRubric => "write the rubric's rules first",
        other => return other.hint(),
    };
    Some(cure.to_owned())
}

fn hint_of_rubric(problem: &RubricProblem) -> &'static str {
    match problem {
        RubricProblem::NameTwice { .. } => "give each rule a name of its own",
        RubricProblem::TooLong { .. } => "make it one short sentence, or several rules",
        RubricProblem::NoText { .. } => "give each rule a name and one sentence that says what is better",
        _ => "correct the rule, or take it out",
    }
}
