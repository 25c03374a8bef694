//! What goes wrong on the way of a method, and its cure.

use std::path::PathBuf;

use super::recipe::StageKind;
use crate::domain::{NoCoach, ToUserMessage};
use crate::evaluate::EvaluateError;
use crate::evaluate::job::EvaluationError;
use crate::feedback::FeedbackError;
use crate::feedback::people::{PackError, ReviewError};
use crate::files::FileError;
use crate::generate::GenerateError;
use crate::hub::HubError;
use crate::job::{Cancelled, JobError};
use crate::model::{AdapterError, ChatTemplateError, ModelError};
use crate::preflight::PreflightError;
use crate::project::exchange::ExchangeError;
use crate::project::store::StoreError;
use crate::starter::StarterError;
use crate::train::TrainError;
use crate::train::presets::PRESETS;

/// A project could not be gone on with. What its store acknowledged is kept.
#[derive(Debug, thiserror::Error)]
pub enum MethodError {
    /// Somebody asked to stop.
    #[error("cancelled")]
    Cancelled(#[from] Cancelled),
    /// The project.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file.
    #[error(transparent)]
    File(#[from] FileError),
    /// The starter model could not be laid out.
    #[error(transparent)]
    Starter(#[from] StarterError),
    /// Drawing answers.
    #[error(transparent)]
    Generate(#[from] GenerateError),
    /// A judge.
    #[error(transparent)]
    Feedback(#[from] FeedbackError),
    /// Training.
    #[error(transparent)]
    Train(#[from] TrainError),
    /// A training that would not fit.
    #[error(transparent)]
    Preflight(Box<PreflightError>),
    /// The model.
    #[error(transparent)]
    Template(#[from] ChatTemplateError),
    /// What was measured.
    #[error(transparent)]
    Evaluate(#[from] EvaluateError),
    /// Old and new.
    #[error(transparent)]
    Evaluation(Box<EvaluationError>),
    /// A review that says nothing.
    #[error(transparent)]
    Review(Box<ReviewError>),
    /// What is on the screen is judged afresh, so there is nothing to review.
    #[error("this comparison is not under review")]
    NotReviewed,
    /// A pack.
    #[error(transparent)]
    Pack(#[from] PackError),
    /// A dataset.
    #[error(transparent)]
    Exchange(#[from] ExchangeError),
    /// The model's files.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// An adapter's files.
    #[error(transparent)]
    Adapter(#[from] AdapterError),
    /// The project's coach.
    #[error(transparent)]
    NoCoach(#[from] NoCoach),
    /// There is nothing to try a coach on.
    #[error("people have decided no comparison yet, so there is nothing to try a coach on")]
    NothingToTry,
    /// The coach does not judge as people do.
    #[error("the coach {coach} has not begun to judge. {sentence}")]
    CoachNotTrusted {
        /// The project's name for it.
        coach: String,
        /// Why, by its report card.
        sentence: String,
    },
    /// No method was chosen.
    #[error("the project has no method yet")]
    NoMethod,
    /// The project names a method that this program does not know.
    #[error("the project's method is {method}, which this program does not know")]
    UnknownMethod {
        /// What it names.
        method: String,
    },
    /// There is no such stage.
    #[error("there is no stage called {stage}")]
    UnknownStage {
        /// What was asked for.
        stage: String,
    },
    /// There is no such preset.
    #[error("there is no preset called {preset}")]
    UnknownPreset {
        /// What was asked for.
        preset: String,
    },
    /// There is nothing yet that a training could learn from.
    #[error("the project has no comparisons yet, so there is nothing to foresee a training by")]
    NothingToForesee,
    /// The model has written nothing that a coach's answers could be preferred to.
    #[error("the model has answered no prompt yet")]
    NothingAnswered,
    /// There is nothing to show to a coach that is to write prompts.
    #[error("the project has no prompts that a coach could be shown")]
    NoExamples,
    /// A setting makes no sense.
    #[error("{setting} is {found}, but must be {expected}")]
    Setting {
        /// Which.
        setting: &'static str,
        /// What was asked for.
        found: String,
        /// What is possible.
        expected: String,
    },
    /// A file is there already.
    #[error("{} is there already", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// Nobody has judged anything that could be approved.
    #[error("there are no verdicts to approve yet")]
    NothingToApprove,
    /// Nobody of this name judges in the project.
    #[error("the project has no annotator called {name}")]
    UnknownAnnotator {
        /// What was asked for.
        name: String,
        /// Who is there.
        known: Vec<String>,
    },
    /// A model of the Hub.
    #[error(transparent)]
    Hub(#[from] HubError),
    /// There is no such model.
    #[error("cannot open the model {name}: no such folder")]
    NoModel {
        /// What the project names.
        name: String,
    },
    /// Judges left nothing to train on.
    #[error("round {round} has no preference pairs: {verdicts} verdicts, and none prefers one answer")]
    NoPairs {
        /// From 1.
        round: u32,
        /// Verdicts of the round.
        verdicts: usize,
    },
    /// Every prompt's answers are the same.
    #[error("round {round} has no two different answers to any prompt")]
    NoComparisons {
        /// From 1.
        round: u32,
    },
    /// People's verdicts agree with no rule.
    #[error("none of {candidates} rules agrees with people's verdicts in round {round}")]
    NoRules {
        /// From 1.
        round: u32,
        /// Rules that were tried.
        candidates: usize,
    },
    /// The rubric has no rules.
    #[error("the project's rubric has no rules")]
    NoRubric,
    /// Rules that a program cannot check cannot compare old and new.
    #[error("the rubric has no rule that a program can check")]
    NoCheckableRules,
    /// The folder of a demo holds something else.
    #[error("{} holds a project that is no demo of this method, seed and length", folder.display())]
    OtherProject {
        /// The folder.
        folder: PathBuf,
    },
    /// A record's text could not be understood, such as a summary that another program wrote.
    #[error("the project's {what} cannot be understood: {reason}")]
    Record {
        /// What kind of record.
        what: &'static str,
        /// Why.
        reason: String,
    },
}

impl From<EvaluationError> for MethodError {
    fn from(error: EvaluationError) -> Self {
        Self::Evaluation(Box::new(error))
    }
}

impl ToUserMessage for MethodError {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NoCoach(_) => {
                "name one: `starter`, a folder or a name on the Hub, a file ending in .gguf, `endpoint:NAME`, `rules:FILE`, \
                 `preference-model:FOLDER` or `policy`"
                    .to_owned()
            }
            Self::Cancelled(_) => return None,
            Self::Store(error) => return error.hint(),
            Self::File(error) => return error.hint(),
            Self::Starter(error) => return error.hint(),
            Self::Hub(error) => return error.hint(),
            Self::Model(error) => return error.hint(),
            Self::Adapter(error) => return error.hint(),
            Self::Generate(error) => return error.hint(),
            Self::Feedback(error) => return error.hint(),
            Self::Train(error) => return error.hint(),
            Self::Preflight(error) => return error.hint(),
            Self::Template(error) => return error.hint(),
            Self::Evaluate(error) => return error.hint(),
            Self::Evaluation(error) => return error.hint(),
            Self::Review(error) => return error.hint(),
            Self::NotReviewed => "say which answer is better".to_owned(),
            Self::Pack(error) => return error.hint(),
            Self::Exchange(error) => return error.hint(),
            Self::NothingToTry => {
                "let people judge some twenty comparisons first: `whetstone label PROJECT`, or the labelling page".to_owned()
            }
            Self::CoachNotTrusted { .. } => {
                "read its report card in the project's reports, then change the rules, choose another coach by `whetstone \
                 project set PROJECT --coach COACH`, or let it judge all the same by `whetstone project set PROJECT \
                 --trust-coach`"
                    .to_owned()
            }
            Self::NoMethod => {
                "choose one by `whetstone project set PROJECT --method METHOD`; `whetstone advise` helps to choose".to_owned()
            }
            Self::UnknownMethod { .. } => {
                "open it with a newer Whetstone, or choose another method by `whetstone project set PROJECT --method METHOD`"
                    .to_owned()
            }
            Self::UnknownStage { .. } => {
                format!("the stages are {}", StageKind::ALL.map(StageKind::id).join(", "))
            }
            Self::UnknownPreset { .. } => {
                format!("the presets are {}", PRESETS.iter().map(|preset| preset.id).collect::<Vec<_>>().join(", "))
            }
            Self::NothingToForesee => {
                "let the model answer by `whetstone run PROJECT --until answer`, or bring pairs by `whetstone import \
                 --project PROJECT FILE`"
                    .to_owned()
            }
            Self::NothingAnswered => "let it answer by `whetstone run PROJECT --until answer`, then ask again".to_owned(),
            Self::NoExamples => {
                "bring a few of the kind that you want by `whetstone import --project PROJECT FILE`, then ask again".to_owned()
            }
            Self::Setting { .. } => "choose another value; nothing was changed".to_owned(),
            Self::Exists { .. } => "choose another name, or remove the file first".to_owned(),
            Self::NothingToApprove => "`whetstone run PROJECT` first: the coach judges, then people look through its verdicts".to_owned(),
            Self::UnknownAnnotator { known, .. } if known.is_empty() => "nobody has judged in it yet".to_owned(),
            Self::UnknownAnnotator { known, .. } => format!("its annotators are {}", known.join(", ")),
            Self::NoModel { .. } => "give the path of a model's folder or GGUF file on this machine, the name of one that was \
                                     fetched from the Hub, or `starter` for the model that comes with the program"
                .to_owned(),
            Self::NoPairs { .. } => "draw more answers to each prompt (`--samples`), make them more varied (`--temperature`), \
                                     or sharpen the rubric"
                .to_owned(),
            Self::NoComparisons { .. } => {
                "make the answers more varied by `whetstone project set PROJECT --temperature 1`".to_owned()
            }
            Self::NoRules { .. } => "let people judge more answers, or write the rules yourself by `whetstone project set \
                                     PROJECT --rubric FILE --method rlaif`"
                .to_owned(),
            Self::NoRubric => "write rules by `whetstone project set PROJECT --rubric FILE`".to_owned(),
            Self::NoCheckableRules => {
                "let people or the coach compare old and new: `whetstone project set PROJECT --judge people`".to_owned()
            }
            Self::OtherProject { .. } => "choose another folder by `--out`, or remove this one".to_owned(),
            Self::Record { .. } => "it may come from a newer Whetstone; nothing was changed".to_owned(),
        })
    }
}

impl JobError for MethodError {
    fn is_cancelled(&self) -> bool {
        match self {
            Self::Cancelled(_) => true,
            Self::Generate(error) => error.is_cancelled(),
            Self::Feedback(error) => error.is_cancelled(),
            Self::Train(error) => error.is_cancelled(),
            Self::Preflight(error) => error.is_cancelled(),
            Self::Evaluation(error) => error.is_cancelled(),
            _ => false,
        }
    }
}
