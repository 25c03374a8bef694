//! What can go wrong in training.

use std::path::PathBuf;

use super::RowError;
use crate::domain::ToUserMessage;
use crate::feedback::FeedbackError;
use crate::files::FileError;
use crate::generate::GenerateError;
use crate::job::{Cancelled, JobError};
use crate::model::backend::BackendError;
use crate::model::{AdapterError, DeviceError, ModelError};
use crate::project::DatasetError;

/// A run, or the scoring of pairs, could not be done.
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    /// Somebody asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    /// The model or the adapter to start from.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The data's file.
    #[error(transparent)]
    Dataset(#[from] DatasetError),
    /// A record and the model's template or tokenizer.
    #[error("{}, {record} {number}: {source}", path.display())]
    Row {
        /// The data's file.
        path: PathBuf,
        /// What a record is, such as `pair`.
        record: &'static str,
        /// From 1, in the file's order.
        number: usize,
        /// The cause.
        source: RowError,
    },
    /// Nothing is left to train on.
    #[error("{}: all {count} {records} are dropped, because {why}", path.display())]
    NothingLeft {
        /// The data's file.
        path: PathBuf,
        /// What its records are, such as `pairs`.
        records: &'static str,
        /// Records in it.
        count: usize,
        /// What is the matter with them.
        why: String,
    },
    /// A setting that makes no sense.
    #[error("{setting} is {found}, but must be {expected}")]
    Setting {
        /// Its name.
        setting: String,
        /// Its value.
        found: String,
        /// What it may be.
        expected: String,
    },
    /// The run's folder holds another run.
    #[error("{} holds a run already", folder.display())]
    Occupied {
        /// The folder.
        folder: PathBuf,
    },
    /// The folder that a whole model is to be written to holds one.
    #[error("{} holds a model already, which the trained one would replace", folder.display())]
    HoldsModel {
        /// The folder.
        folder: PathBuf,
    },
    /// The run's folder is being worked in.
    #[error("another program is training in {}", folder.display())]
    Busy {
        /// The folder.
        folder: PathBuf,
    },
    /// A run is gone on with, but not with what it was begun with.
    #[error("the run in {} was begun {difference}", folder.display())]
    Changed {
        /// The run's folder.
        folder: PathBuf,
        /// The first thing that differs, as it was and as it is now.
        difference: String,
    },
    /// The run's record cannot be read.
    #[error("{}: {reason}", path.display())]
    Record {
        /// The record.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// The numbers ran away.
    #[error("step {step}: the {figure} is {value}, so the step was not taken")]
    NotFinite {
        /// The step, from 1.
        step: u64,
        /// What was no number: the loss, the gradient's norm, a trained number.
        figure: &'static str,
        /// NaN or an infinity.
        value: f64,
        /// Steps of the newest checkpoint, where there is one.
        kept: Option<u64>,
    },
    /// The model by itself gives no numbers.
    #[error("the log-probability of example {number} is {value} under the model")]
    NoNumber {
        /// From 1, among the pairs that are kept.
        number: usize,
        /// NaN or an infinity.
        value: f64,
    },
    /// A round's answers could not be drawn.
    #[error(transparent)]
    Generate(Box<GenerateError>),
    /// Who judges a round's answers.
    #[error(transparent)]
    Judge(Box<FeedbackError>),
    /// There is nothing to learn from a round.
    #[error("round {round}: none of its {answers} answers could be judged, so the training stopped there")]
    NothingJudged {
        /// From 1.
        round: u64,
        /// Answers that were drawn.
        answers: usize,
    },
    /// A judge that cannot be asked now. What it said so far is kept.
    #[error("round {round}: the judge did not answer: {because}")]
    JudgeLost {
        /// From 1.
        round: u64,
        /// Why.
        because: String,
    },
    /// The device.
    #[error(transparent)]
    Backend(#[from] BackendError),
    /// A file of the run.
    #[error(transparent)]
    File(#[from] FileError),
    /// The adapter's files.
    #[error(transparent)]
    Adapter(#[from] AdapterError),
}

impl From<DeviceError> for TrainError {
    fn from(error: DeviceError) -> Self {
        Self::Model(error.into())
    }
}

impl From<GenerateError> for TrainError {
    fn from(error: GenerateError) -> Self {
        match error {
            GenerateError::Cancelled(cancelled) => cancelled.into(),
            error => Self::Generate(Box::new(error)),
        }
    }
}

impl From<FeedbackError> for TrainError {
    fn from(error: FeedbackError) -> Self {
        if error.is_cancelled() { Self::Cancelled(Cancelled) } else { Self::Judge(Box::new(error)) }
    }
}

impl ToUserMessage for TrainError {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Cancelled(_) => return None,
            Self::Model(error) => return error.hint(),
            Self::Dataset(error) => return error.hint(),
            Self::Row { source, .. } => return source.hint(),
            Self::NothingLeft { .. } => "raise `--max-length`, or shorten the prompts".to_owned(),
            Self::Setting { .. } => "see `whetstone train --help`".to_owned(),
            Self::Occupied { .. } => "go on with it with `--resume`, or choose another folder with `--out`".to_owned(),
            Self::HoldsModel { .. } => "choose another folder with `--out`".to_owned(),
            Self::Busy { .. } => "wait until it is done, or stop it with Ctrl-C".to_owned(),
            Self::Changed { .. } => {
                "to go on with it, give the options and files that it was begun with; to change them, begin anew in \
                 another folder with `--out`"
                    .to_owned()
            }
            Self::Record { .. } => "begin anew in another folder with `--out`".to_owned(),
            Self::NotFinite { kept, .. } => {
                let kept = match kept {
                    Some(step) => format!("the checkpoint of step {step} is kept"),
                    None => "no checkpoint had been made yet".to_owned(),
                };
                format!("the training ran away: begin anew with a lower `--learning-rate`, in another folder; {kept}")
            }
            Self::NoNumber { .. } => {
                "the model's weights are damaged, or too large for their precision: download the model again, or try \
                 `--dtype f32`"
                    .to_owned()
            }
            Self::Generate(error) => return error.hint(),
            Self::Judge(error) => return error.hint(),
            Self::NothingJudged { .. } => {
                "see the warnings above for why; `whetstone judge` with the same judge tries it on a few answers, and the same \
                 command with --resume goes on"
                    .to_owned()
            }
            Self::JudgeLost { .. } => {
                "mend that, or allow it to cost more, and run the same command with --resume: it goes on from here, and what \
                 was answered is not asked again"
                    .to_owned()
            }
            Self::Backend(_) => "close other programs that use the device, or choose `--device cpu`".to_owned(),
            Self::File(error) => return error.hint(),
            Self::Adapter(error) => return error.hint(),
        })
    }
}

impl JobError for TrainError {
    fn is_cancelled(&self) -> bool {
        matches!(self, Self::Cancelled(_))
    }
}
