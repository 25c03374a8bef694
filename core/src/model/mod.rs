//! A language model: its text side (tokenizer, chat template, prompts).

mod chat_template;
mod contain;
mod jinja;
mod prompt;
mod tokenizer;

pub use chat_template::{ChatTemplate, ChatTemplateError};
pub(crate) use prompt::chat_ids;
pub use prompt::{PromptError, prompt_ids, uses_chat_template};
pub use tokenizer::{TextTokenizer, TokenizerError};
