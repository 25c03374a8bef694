//! What can be wrong with the values of an evaluation.

use thiserror::Error;

use crate::domain::ToUserMessage;

/// Why nothing could be concluded.
#[derive(Debug, Error)]
pub enum EvaluateError {
    /// No prompt has anything to look at.
    #[error("there is no prompt with {wanted}")]
    Nothing {
        /// What each prompt is to have.
        wanted: &'static str,
    },
    /// Before and after are not of the same prompts.
    #[error("{before} prompts were answered before the training and {after} after it")]
    PromptsDiffer {
        /// Prompts before.
        before: usize,
        /// Prompts after.
        after: usize,
    },
    /// A share is not between 0 and 1.
    #[error("a share must lie between 0 and 1: prompt {prompt} has {value}")]
    NotAShare {
        /// The prompt's place, from 1.
        prompt: usize,
        /// What stands there.
        value: f64,
    },
    /// A quantity is no number.
    #[error("a quantity of prompt {prompt} is no number")]
    NotANumber {
        /// The prompt's place, from 1.
        prompt: usize,
    },
    /// A report's file is not one.
    #[error("this is no report of an evaluation")]
    NotAReport {
        /// What the parser says.
        source: serde_json::Error,
    },
}

impl ToUserMessage for EvaluateError {
    fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Nothing { .. } => {
                "set some prompts aside as the holdout, answer them with both models, and judge again"
            }
            Self::PromptsDiffer { .. } => "answer the same prompts with the old and the new model, in the same order",
            Self::NotAShare { .. } | Self::NotANumber { .. } => "look at what the judge gave for this prompt",
            Self::NotAReport { .. } => "take the report.json that an evaluation wrote, or evaluate again",
        };
        Some(hint.to_owned())
    }
}
