//! What can go wrong while a model judges, and the cure.

use std::path::PathBuf;

use super::endpoint::EndpointError;
use crate::domain::ToUserMessage;
use crate::generate::GenerateError;
use crate::model::backend::BackendError;
use crate::model::{ModelError, PromptError, RowError, TokenizerError};

/// A model could not judge.
#[derive(Debug, thiserror::Error)]
pub enum CoachError {
    /// Its folder.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The question and the model's template or tokenizer.
    #[error(transparent)]
    Prompt(#[from] PromptError),
    /// An answer and the model's template or tokenizer.
    #[error(transparent)]
    Row(#[from] RowError),
    /// What it was to write.
    #[error(transparent)]
    Write(#[from] GenerateError),
    /// The server that it is.
    #[error(transparent)]
    Endpoint(EndpointError),
    /// It judges and writes nothing.
    #[error("{coach} judges and writes nothing")]
    WritesNothing {
        /// What it is.
        coach: &'static str,
    },
    /// A coach that needs the model whose answers it judges.
    #[error("the coach `{coach}` needs the model that it belongs to")]
    NeedsModel {
        /// Its name.
        coach: String,
    },
    /// The device.
    #[error(transparent)]
    Backend(#[from] BackendError),
    /// The model's tokenizer makes the same of both words that answer the question.
    #[error("the model in {} cannot tell the answers `{}` and `{}` apart", folder.display(), answers[0], answers[1])]
    NoAnswer {
        /// The model's folder.
        folder: PathBuf,
        /// The two words.
        answers: [&'static str; 2],
    },
    /// The model's numbers overflow.
    #[error("the model in {} gives {value} instead of a number", folder.display())]
    NoNumber {
        /// The model's folder.
        folder: PathBuf,
        /// What it gives.
        value: f64,
    },
    /// An adapter that makes the model score answers rather than read them.
    #[error("the adapter {} makes a preference model, which scores answers and reads no rules", adapter.display())]
    PreferenceModel {
        /// Its folder.
        adapter: PathBuf,
    },
    /// An adapter that scores nothing.
    #[error("the adapter {} makes no preference model: it has no score head", adapter.display())]
    NoScoreHead {
        /// Its folder.
        adapter: PathBuf,
    },
    /// A rubric without rules.
    #[error("there is no rule to judge by")]
    NoRules,
}

impl From<TokenizerError> for CoachError {
    fn from(error: TokenizerError) -> Self {
        PromptError::from(error).into()
    }
}

impl ToUserMessage for CoachError {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Model(error) => error.hint(),
            Self::Prompt(error) => error.hint(),
            Self::Row(error) => error.hint(),
            Self::Write(error) => error.hint(),
            Self::Endpoint(error) => error.hint(),
            Self::WritesNothing { .. } => Some("choose a model or an endpoint as the coach".to_owned()),
            Self::NeedsModel { .. } => Some("name it with `--model`".to_owned()),
            Self::Backend(_) => Some("close other programs that use the device, or choose `--device cpu`".to_owned()),
            Self::NoAnswer { .. } => Some("choose another model as the coach".to_owned()),
            Self::NoNumber { .. } => {
                Some("try `--dtype f32`; if it stays so, the weights are damaged: get the model anew".to_owned())
            }
            Self::PreferenceModel { .. } => Some("leave the rubric out, or leave the adapter out".to_owned()),
            Self::NoScoreHead { .. } => {
                Some("give an adapter that was trained with `whetstone train --task preference-model`".to_owned())
            }
            Self::NoRules => Some("write at least one rule, such as \"Say what happens next.\"".to_owned()),
        }
    }
}
