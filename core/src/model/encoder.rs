//! Prompts with their answers as token ids, exactly as TRL makes them.
//!
//! Everything that the template renders after an answer belongs to it. Plain text ends with the end token;
//! conversations end as the template ends them.

use serde_json::{Map, Value};

use super::chat_template::ChatTemplate;
use super::prompt::{PromptError, chat_ids};
use super::tokenizer::TextTokenizer;
use crate::domain::{Text, ToUserMessage};

/// A record could not be turned into token ids.
#[derive(Debug, thiserror::Error)]
pub enum RowError {
    /// The template or the tokenizer failed.
    #[error(transparent)]
    Prompt(#[from] PromptError),
    /// Plain text must end with the end token, and the tokenizer names none.
    #[error("{} names no end token, which plain text needs", path.display())]
    NoEndToken {
        /// The tokenizer's file.
        path: std::path::PathBuf,
    },
    /// The parts of a record are partly text and partly messages.
    #[error("the record mixes plain text and messages")]
    MixedForms,
}

impl ToUserMessage for RowError {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Prompt(error) => error.hint(),
            Self::NoEndToken { .. } => Some(
                "add `eos_token` to the model's tokenizer_config.json, or give messages instead of text".to_owned(),
            ),
            Self::MixedForms => Some("write prompts and answers in the same form".to_owned()),
        }
    }
}

/// What turns text into ids.
#[derive(Debug, Clone, Copy)]
pub struct Encoder<'a> {
    /// The model's tokenizer.
    pub tokenizer: &'a TextTokenizer,
    /// Its chat template.
    pub template: Option<&'a ChatTemplate>,
    /// Names that the template sees.
    pub arguments: &'a Map<String, Value>,
}

impl Encoder<'_> {
    /// Ids of a prompt, up to the first token of an answer.
    pub fn prompt(&self, prompt: &Text) -> Result<Vec<u32>, RowError> {
        match prompt {
            Text::Messages(messages) => Ok(chat_ids(messages, true, self.tokenizer, self.template, self.arguments)?),
            Text::Plain(text) => Ok(self.tokenizer.encode(text, true).map_err(PromptError::from)?),
        }
    }

    /// Ids of a prompt with its answer, to the end. Plain text never goes through the chat template.
    pub fn whole(&self, prompt: &Text, completion: &Text) -> Result<Vec<u32>, RowError> {
        match (prompt, completion) {
            (Text::Messages(prompt), Text::Messages(completion)) => {
                let messages = [prompt.as_slice(), completion].concat();
                Ok(chat_ids(&messages, false, self.tokenizer, self.template, self.arguments)?)
            }
            (Text::Plain(prompt), Text::Plain(completion)) => {
                let Some(end) = self.tokenizer.eos_token() else {
                    return Err(RowError::NoEndToken { path: self.tokenizer.path().to_owned() });
                };
                let end = if completion.ends_with(end) { "" } else { end };
                Ok(self.tokenizer.encode(&[prompt, completion, end].concat(), true).map_err(PromptError::from)?)
            }
            _ => Err(RowError::MixedForms),
        }
    }

    /// Ids of a prompt with its answer up to where a score is read: at the last token that is no padding (transformers
    /// looks for it so, even where padding and end token are one). What follows that token has no effect.
    pub fn scored_ids(&self, prompt: &Text, completion: &Text) -> Result<Vec<u32>, RowError> {
        let padding = self.tokenizer.pad_token_id().or_else(|| self.tokenizer.eos_token_id());
        let mut ids = self.whole(prompt, completion)?;
        let last = ids.iter().rposition(|&id| Some(id) != padding).unwrap_or(0);
        ids.truncate(last + 1);
        Ok(ids)
    }
}

/// How many tokens two sequences begin with in common.
pub fn common_prefix_length(a: &[u32], b: &[u32]) -> usize {
    a.iter().zip(b).take_while(|(a, b)| a == b).count()
}
