//! A model's chat template: how a conversation becomes the one text that the model was trained on.

use std::path::{Path, PathBuf};

use minijinja::{Environment, ErrorKind};
use serde_json::{Map, Value, json};

use super::jinja::{self, Raised};
use super::tokenizer::{TextTokenizer, TokenizerError, kind_of, read_object};
use crate::domain::{ChatMessage, ToUserMessage};
use crate::files::{self, FileError};

/// A chat template could not be read or rendered.
#[derive(Debug, thiserror::Error)]
pub enum ChatTemplateError {
    /// The template's file could not be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// `tokenizer_config.json` could not be read.
    #[error(transparent)]
    Config(#[from] TokenizerError),
    /// There are several templates and none is the default.
    #[error("{} has the chat templates {names} but none called `default`", path.display())]
    NoDefault {
        /// The file.
        path: PathBuf,
        /// Those there are.
        names: String,
    },
    /// The template is not Jinja that can be read.
    #[error("the chat template in {}, line {line}: {reason}", path.display())]
    Syntax {
        /// The template's file.
        path: PathBuf,
        /// Line of the template, from 1.
        line: usize,
        /// What the parser said.
        reason: String,
    },
    /// The conversation has no message.
    #[error("a conversation without messages cannot be put through the chat template")]
    NoMessages,
    /// The template itself refuses the messages.
    #[error("the chat template in {}, line {line}, refuses these messages: {message}", path.display())]
    Refused {
        /// The template's file.
        path: PathBuf,
        /// Line of the template, from 1.
        line: usize,
        /// What the template says.
        message: String,
    },
    /// The template went on without end.
    #[error("the chat template in {} did not come to an end", path.display())]
    TooMuchWork {
        /// The template's file.
        path: PathBuf,
    },
    /// The template failed on the messages.
    #[error("the chat template in {}, line {line}, failed on these messages: {reason}", path.display())]
    Failed {
        /// The template's file.
        path: PathBuf,
        /// Line of the template, from 1.
        line: usize,
        /// What went wrong.
        reason: String,
    },
}

impl ToUserMessage for ChatTemplateError {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::File(error) => return error.hint(),
            Self::Config(error) => return error.hint(),
            Self::NoDefault { .. } => "rename the template that you want to `default`".to_owned(),
            Self::NoMessages => "give at least one message".to_owned(),
            Self::Refused { .. } => {
                "bring the messages into the form that the template asks for: often user and assistant must take \
                 turns, or a system message is not known"
                    .to_owned()
            }
            Self::Syntax { .. } | Self::TooMuchWork { .. } | Self::Failed { .. } => {
                "download the model's tokenizer files again, or give plain text instead of messages".to_owned()
            }
        })
    }
}

/// A chat template, compiled.
#[derive(Debug)]
pub struct ChatTemplate {
    environment: Environment<'static>,
    path: PathBuf,
    special_tokens: Map<String, Value>,
}

/// Has no ending that would switch HTML escaping on.
const NAME: &str = "chat_template";

impl ChatTemplate {
    /// Reads and compiles the template of a model's folder: `chat_template.jinja`, else `chat_template` of
    /// `tokenizer_config.json` (text, or a list of named templates with a `default`). `None` where the model has none.
    pub fn open(folder: &Path, tokenizer: &TextTokenizer) -> Result<Option<Self>, ChatTemplateError> {
        match read_source(folder)? {
            Some((path, source)) => Self::of_text(path, &source, tokenizer).map(Some),
            None => Ok(None),
        }
    }

    /// Compiles a template's text; errors call it by `path`.
    pub fn of_text(path: PathBuf, source: &str, tokenizer: &TextTokenizer) -> Result<Self, ChatTemplateError> {
        let syntax = |error: minijinja::Error| ChatTemplateError::Syntax {
            path: path.clone(),
            line: error.line().unwrap_or(1),
            reason: describe(&error),
        };
        let mut environment = jinja::environment().map_err(syntax)?;
        environment.add_template_owned(NAME, jinja::prepare(source)).map_err(syntax)?;
        let special_tokens = tokenizer.special_tokens().map(|(key, text)| (key.to_owned(), json!(text))).collect();
        Ok(Self { environment, path, special_tokens })
    }

    /// The text of a folder's template.
    pub fn text(folder: &Path) -> Result<Option<String>, ChatTemplateError> {
        Ok(read_source(folder)?.map(|(_, source)| source))
    }

    /// Whether the model of a folder has a template, without compiling it.
    pub fn is_there(folder: &Path) -> Result<bool, ChatTemplateError> {
        Ok(read_source(folder)?.is_some())
    }

    /// The file it was read from.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The text of a conversation; with `add_generation_prompt` it ends where the assistant's next turn begins.
    /// `arguments` are further names that the template sees, and win over the special tokens.
    pub fn render(
        &self,
        messages: &[ChatMessage],
        add_generation_prompt: bool,
        arguments: &Map<String, Value>,
    ) -> Result<String, ChatTemplateError> {
        if messages.is_empty() {
            return Err(ChatTemplateError::NoMessages);
        }
        let mut names = self.special_tokens.clone();
        // Templates are always given these two, and ask whether they are none rather than whether they are defined.
        names.insert("tools".to_owned(), Value::Null);
        names.insert("documents".to_owned(), Value::Null);
        names.extend(arguments.clone());
        names.insert("messages".to_owned(), messages.iter().map(message_value).collect());
        names.insert("add_generation_prompt".to_owned(), Value::Bool(add_generation_prompt));
        let text_bytes = messages.iter().map(|message| message.content.len()).sum();
        jinja::render(&self.environment, NAME, names, [messages.len(), text_bytes])
            .map_err(|error| self.explain(&error))
    }

    fn explain(&self, error: &minijinja::Error) -> ChatTemplateError {
        let path = self.path.clone();
        if error.kind() == ErrorKind::OutOfFuel {
            return ChatTemplateError::TooMuchWork { path };
        }
        let line = error.line().unwrap_or(1);
        let mut source = std::error::Error::source(error);
        while let Some(cause) = source {
            if let Some(Raised(message)) = cause.downcast_ref() {
                return ChatTemplateError::Refused { path, line, message: message.clone() };
            }
            source = cause.source();
        }
        ChatTemplateError::Failed { path, line, reason: describe(error) }
    }
}

/// A message as templates see it: keys without a value left out, and the thinking of a reasoning model under each of
/// the names that templates know it by.
fn message_value(message: &ChatMessage) -> Value {
    let mut object = Map::new();
    let given = |key: &&str| message.extra.get(*key).filter(|value| !value.is_null());
    let reasoning = ["reasoning_content", "thinking", "reasoning"].iter().find_map(given);
    if let Some(reasoning) = reasoning {
        object.insert("thinking".to_owned(), reasoning.clone());
    }
    object.insert("role".to_owned(), json!(message.role));
    object.insert("content".to_owned(), json!(message.content));
    let others = message.extra.iter().filter(|(_, value)| !value.is_null());
    object.extend(others.map(|(key, value)| (key.clone(), value.clone())));
    if let Some(reasoning) = reasoning {
        object.insert("reasoning_content".to_owned(), reasoning.clone());
    }
    Value::Object(object)
}

/// The template's text and the file that it stands in.
fn read_source(folder: &Path) -> Result<Option<(PathBuf, String)>, ChatTemplateError> {
    let path = folder.join("chat_template.jinja");
    if path.exists() {
        let source = files::read_text(&path)?;
        return Ok(Some((path, source)));
    }
    let path = folder.join("tokenizer_config.json");
    let wrong_form = |path: PathBuf, found: &Value| TokenizerError::WrongForm {
        path,
        key: "chat_template".to_owned(),
        expected: "text, or a list of objects with `name` and `template`",
        found: kind_of(found).to_owned(),
    };
    let source = match read_object(&path)?.remove("chat_template") {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(source)) => source,
        Some(Value::Array(templates)) => {
            let mut names = Vec::new();
            let mut default = None;
            for entry in &templates {
                match (entry.get("name").and_then(Value::as_str), entry.get("template").and_then(Value::as_str)) {
                    (Some("default"), Some(template)) => default = Some(template.to_owned()),
                    (Some(name), Some(_)) => names.push(format!("`{name}`")),
                    _ => return Err(wrong_form(path, entry).into()),
                }
            }
            match default {
                Some(source) => source,
                None => return Err(ChatTemplateError::NoDefault { path, names: names.join(", ") }),
            }
        }
        Some(other) => return Err(wrong_form(path, &other).into()),
    };
    Ok(Some((path, source)))
}

/// What went wrong, without the engine's own name for the place.
fn describe(error: &minijinja::Error) -> String {
    let mut text = error.kind().to_string();
    if let Some(detail) = error.detail() {
        text.push_str(": ");
        text.push_str(detail);
    }
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text.push_str("; ");
        text.push_str(&match cause.downcast_ref::<minijinja::Error>() {
            Some(inner) => inner.detail().map_or_else(|| inner.kind().to_string(), str::to_owned),
            None => cause.to_string(),
        });
        source = cause.source();
    }
    text
}

#[cfg(test)]
#[path = "chat_template_tests.rs"]
mod tests;
