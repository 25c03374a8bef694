//! Prompts and completions in the two forms that datasets know: plain text, or messages of a conversation.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// One turn of a conversation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChatMessage {
    /// Who speaks: `system`, `user`, `assistant`, or what the model's chat template knows.
    pub role: String,
    /// What is said.
    pub content: String,
    /// Other keys that a dataset carries (`tool_calls`, `name`, …), handed to the chat template untouched.
    #[serde(flatten, default, skip_serializing_if = "Map::is_empty")]
    pub extra: Map<String, Value>,
}

impl ChatMessage {
    /// A turn with nothing but its role and text.
    pub fn new(role: impl Into<String>, content: impl Into<String>) -> Self {
        Self { role: role.into(), content: content.into(), extra: Map::new() }
    }
}

/// A prompt or a completion: plain text, or messages (what TRL calls the standard and the conversational form).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Text {
    /// Text that goes to the tokenizer as it is.
    Plain(String),
    /// Messages that go through the model's chat template.
    Messages(Vec<ChatMessage>),
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::Plain(text.to_owned())
    }
}

impl Text {
    /// What a person reads: the text itself, or the messages' contents, one a line.
    pub fn readable(&self) -> String {
        match self {
            Self::Plain(text) => text.clone(),
            Self::Messages(messages) => {
                messages.iter().map(|message| message.content.as_str()).collect::<Vec<_>>().join("\n")
            }
        }
    }
}
