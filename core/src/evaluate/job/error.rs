//! What can go wrong while old and new are compared, and its cure.

use std::path::PathBuf;

use crate::domain::ToUserMessage;
use crate::evaluate::EvaluateError;
use crate::feedback::FeedbackError;
use crate::files::FileError;
use crate::generate::GenerateError;
use crate::job::{Cancelled, JobError};
use crate::model::PromptError;
use crate::model::backend::BackendError;
use crate::project::DatasetError;
use crate::train::RowError;

/// Old and new could not be compared. What was judged is kept.
#[derive(Debug, thiserror::Error)]
pub enum EvaluationError {
    /// Somebody asked to stop.
    #[error("cancelled")]
    Cancelled(#[from] Cancelled),
    /// The values.
    #[error(transparent)]
    Evaluate(#[from] EvaluateError),
    /// A file.
    #[error(transparent)]
    File(#[from] FileError),
    /// The data.
    #[error(transparent)]
    Dataset(#[from] DatasetError),
    /// The models, or drawing answers.
    #[error(transparent)]
    Generate(#[from] GenerateError),
    /// The judge.
    #[error(transparent)]
    Feedback(#[from] FeedbackError),
    /// A text and a model's template or tokenizer.
    #[error(transparent)]
    Prompt(#[from] PromptError),
    /// The device.
    #[error(transparent)]
    Backend(#[from] BackendError),
    /// A held-out pair and the model's template or tokenizer.
    #[error("held-out pair {number}: {source}")]
    Pair {
        /// From 1.
        number: usize,
        /// The cause.
        source: Box<RowError>,
    },
    /// A model computes something that is no number.
    #[error("the model in {} foretells a token with {value}, which is no probability", folder.display())]
    NoNumber {
        /// Its folder.
        folder: PathBuf,
        /// What it gave.
        value: f64,
    },
    /// Old and new are the same.
    #[error("there is nothing to compare: neither an adapter nor another model was named")]
    SameModel,
    /// What the new model is compared with is neither an adapter nor a model.
    #[error("{} holds neither an adapter nor a model", folder.display())]
    NotAModel {
        /// The folder.
        folder: PathBuf,
    },
    /// People, or a person's consent, are needed in between, and nothing would be kept.
    #[error("{who} can only compare where the answers are kept meanwhile")]
    NoFolder {
        /// Who.
        who: &'static str,
    },
    /// The folder holds an evaluation.
    #[error("{} holds an evaluation already", folder.display())]
    Occupied {
        /// The folder.
        folder: PathBuf,
    },
    /// There is nothing to go on with.
    #[error("{} holds no evaluation that could be gone on with", folder.display())]
    NothingThere {
        /// The folder.
        folder: PathBuf,
    },
    /// An evaluation is gone on with, but not with what it was begun with.
    #[error("the evaluation in {} was begun with {what}", folder.display())]
    Changed {
        /// The folder.
        folder: PathBuf,
        /// The first thing that differs.
        what: &'static str,
    },
    /// Another process works in the folder.
    #[error("another program is evaluating in {}", folder.display())]
    Busy {
        /// The folder.
        folder: PathBuf,
    },
    /// A file of the evaluation cannot be understood.
    #[error("{}, line {line}: this is no line of an evaluation", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: usize,
    },
}

impl ToUserMessage for EvaluationError {
    fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Cancelled(_) => return None,
            Self::Evaluate(error) => return error.hint(),
            Self::File(error) => return error.hint(),
            Self::Dataset(error) => return error.hint(),
            Self::Generate(error) => return error.hint(),
            Self::Feedback(error) => return error.hint(),
            Self::Prompt(error) => return error.hint(),
            Self::Backend(_) => "try `--device cpu`",
            Self::Pair { source, .. } => return source.hint(),
            Self::NoNumber { .. } => "its weights are damaged: fetch the model again, or train the adapter anew",
            Self::SameModel => "name the trained adapter by `--adapter`, or the older one by `--against`",
            Self::NotAModel { .. } => {
                "give a folder with adapter_config.json and adapter_model.safetensors, or one with config.json and a model's \
                 weights"
            }
            Self::NoFolder { .. } => "name a folder by `--out`",
            Self::Occupied { .. } => "go on with it by `--resume`, or name another folder by `--out`",
            Self::NothingThere { .. } => "leave `--resume` out to begin one, or check the path given by `--out`",
            Self::Changed { .. } => {
                "give the same again to go on, or name another folder by `--out` to begin another evaluation"
            }
            Self::Busy { .. } => "wait until it is done, or name another folder by `--out`",
            Self::Damaged { .. } => "name another folder by `--out` to begin anew",
        };
        Some(hint.to_owned())
    }
}

impl JobError for EvaluationError {
    fn is_cancelled(&self) -> bool {
        match self {
            Self::Cancelled(_) => true,
            Self::Generate(error) => error.is_cancelled(),
            Self::Feedback(error) => error.is_cancelled(),
            _ => false,
        }
    }
}
