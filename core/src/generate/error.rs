//! What can go wrong while completions are drawn.

use std::path::PathBuf;

use super::sampling::SamplingError;
use crate::domain::ToUserMessage;
use crate::files::FileError;
use crate::job::{Cancelled, JobError};
use crate::model::backend::BackendError;
use crate::model::{DeviceError, ModelError, PromptError};
use crate::project::DatasetError;

/// Completions could not be drawn.
#[derive(Debug, thiserror::Error)]
pub enum GenerateError {
    /// Somebody asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    /// The model.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The prompts' file.
    #[error(transparent)]
    Dataset(#[from] DatasetError),
    /// A prompt and the model's template or tokenizer.
    #[error("{place}: {source}")]
    Prompt {
        /// The file and the prompt's number in it, from 1.
        place: String,
        /// The cause.
        source: PromptError,
    },
    /// A prompt that leaves nothing to go on from, or no room.
    #[error("{place} has {tokens} tokens; the model in {} takes 1 to {most}", model.display())]
    PromptLength {
        /// The file and the prompt's number in it, from 1.
        place: String,
        /// Its tokens.
        tokens: usize,
        /// The most that leaves room for an answer.
        most: usize,
        /// The model's folder.
        model: PathBuf,
    },
    /// A setting or the drawing itself.
    #[error(transparent)]
    Sampling(#[from] SamplingError),
    /// The decoded tokens are no text.
    #[error(transparent)]
    Tokenizer(#[from] crate::model::TokenizerError),
    /// The device.
    #[error(transparent)]
    Backend(#[from] BackendError),
    /// The output's file.
    #[error(transparent)]
    File(#[from] FileError),
    /// An adapter that makes the model score answers rather than write them.
    #[error("the adapter {} makes a preference model, which scores answers and writes none", adapter.display())]
    PreferenceModel {
        /// Its folder.
        adapter: PathBuf,
    },
    /// A job without prompts.
    #[error("there is no prompt to complete")]
    NoPrompt,
}

impl From<DeviceError> for GenerateError {
    fn from(error: DeviceError) -> Self {
        Self::Model(error.into())
    }
}

impl ToUserMessage for GenerateError {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Cancelled(_) => None,
            Self::Model(error) => error.hint(),
            Self::Dataset(error) => error.hint(),
            Self::Prompt { source, .. } => source.hint(),
            Self::PromptLength { .. } => Some("shorten the prompt, or take it out".to_owned()),
            Self::Sampling(error) => error.hint(),
            Self::Tokenizer(error) => error.hint(),
            Self::Backend(_) => Some("close other programs that use the device, or choose `--device cpu`".to_owned()),
            Self::File(error) => error.hint(),
            Self::PreferenceModel { .. } => {
                Some("give an adapter that was trained to write, or score answers with `whetstone score`".to_owned())
            }
            Self::NoPrompt => Some("give `--prompt TEXT`, or `--prompts FILE` with a line a prompt".to_owned()),
        }
    }
}

impl JobError for GenerateError {
    fn is_cancelled(&self) -> bool {
        matches!(self, Self::Cancelled(_))
    }
}
