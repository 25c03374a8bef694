//! The token ids that a prompt starts a completion from.

use std::path::PathBuf;

use serde_json::{Map, Value};

use super::chat_template::{ChatTemplate, ChatTemplateError};
use super::tokenizer::{TextTokenizer, TokenizerError};
use crate::domain::{ChatMessage, Text, ToUserMessage};

/// A prompt could not be turned into token ids.
#[derive(Debug, thiserror::Error)]
pub enum PromptError {
    /// Messages need a template, and the model has none.
    #[error("the prompt is a conversation, but the model in {} has no chat template", folder.display())]
    NoTemplate {
        /// The model's folder.
        folder: PathBuf,
    },
    /// The template could not be read or does not take the messages.
    #[error(transparent)]
    Template(#[from] ChatTemplateError),
    /// The tokenizer failed.
    #[error(transparent)]
    Tokenizer(#[from] TokenizerError),
}

impl ToUserMessage for PromptError {
    fn hint(&self) -> Option<String> {
        match self {
            Self::NoTemplate { .. } => Some(
                "use a model that was trained to chat (its name often ends in -Instruct), or write prompts and answers \
                 as plain text"
                    .to_owned(),
            ),
            Self::Template(error) => error.hint(),
            Self::Tokenizer(error) => error.hint(),
        }
    }
}

/// Whether a plain-text prompt goes through the chat template, as a user's turn: where the model has a template and
/// `raw` is not asked for.
pub fn uses_chat_template(template: Option<&ChatTemplate>, raw: bool) -> bool {
    template.is_some() && !raw
}

/// Token ids of a prompt, ready for the first new token.
///
/// Messages, and plain text that [uses the chat template](uses_chat_template), are rendered up to the beginning of the
/// assistant's turn. Other plain text goes to the tokenizer as it is, with the special tokens that the tokenizer puts
/// round a text of its own. `arguments` are names that the template sees.
pub fn prompt_ids(
    prompt: &Text,
    tokenizer: &TextTokenizer,
    template: Option<&ChatTemplate>,
    raw: bool,
    arguments: &Map<String, Value>,
) -> Result<Vec<u32>, PromptError> {
    match prompt {
        Text::Messages(messages) => chat_ids(messages, true, tokenizer, template, arguments),
        Text::Plain(text) if uses_chat_template(template, raw) => {
            chat_ids(&[ChatMessage::new("user", text.as_str())], true, tokenizer, template, arguments)
        }
        Text::Plain(text) => Ok(tokenizer.encode(text, true)?),
    }
}

/// Token ids of a conversation. The template writes every special token itself, so the tokenizer adds none.
pub(crate) fn chat_ids(
    messages: &[ChatMessage],
    add_generation_prompt: bool,
    tokenizer: &TextTokenizer,
    template: Option<&ChatTemplate>,
    arguments: &Map<String, Value>,
) -> Result<Vec<u32>, PromptError> {
    let Some(template) = template else {
        let folder = tokenizer.path().parent().map(PathBuf::from).unwrap_or_default();
        return Err(PromptError::NoTemplate { folder });
    };
    let text = template.render(messages, add_generation_prompt, arguments)?;
    Ok(tokenizer.encode(&text, false)?)
}
