//! A record while it is being understood: what is taken from it is noted, so that a person is told which column was
//! understood as what.

use serde::Serialize;
use serde_json::{Map, Value};

use super::drop::DropReason;
use super::source::json_value;
use crate::domain::{ChatMessage, Text};

/// What a column was understood as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The system prompt.
    System,
    /// What was asked.
    Prompt,
    /// A whole conversation.
    Conversation,
    /// An answer.
    Answer,
    /// Several answers.
    Answers,
    /// The better answer.
    Chosen,
    /// The worse answer.
    Rejected,
    /// What was said of two answers.
    Choice,
    /// Whether an answer is good.
    Label,
    /// Points or ranks of answers.
    Rating,
    /// Who said it.
    Annotator,
    /// Words that prompts are sorted by.
    Tags,
    /// A record within the record.
    Record,
}

impl Role {
    /// What people call it.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::System => "the system prompt",
            Self::Prompt => "the prompt",
            Self::Conversation => "the whole conversation",
            Self::Answer => "an answer",
            Self::Answers => "the answers",
            Self::Chosen => "the better answer",
            Self::Rejected => "the worse answer",
            Self::Choice => "which answer is better",
            Self::Label => "whether the answer is good",
            Self::Rating => "points or ranks of the answers",
            Self::Annotator => "who judged",
            Self::Tags => "tags",
            Self::Record => "the fields of the record",
        }
    }
}

/// Columns and what they were understood as, in the order in which they were first taken.
#[derive(Debug, Default)]
pub(super) struct Uses {
    pub(super) found: Vec<(String, Role)>,
    /// Cells that hold a list in Python's own writing, which no program but Python reads.
    pub(super) python_lists: usize,
}

/// A record and what was taken from it.
pub(super) struct Fields<'a> {
    pub(super) record: &'a mut Map<String, Value>,
    pub(super) uses: &'a mut Uses,
    /// Cells hold nothing but text, so that a list of messages stands in one as JSON.
    pub(super) is_table: bool,
}

impl Fields<'_> {
    /// Whether something stands under `name`.
    pub(super) fn has(&self, name: &str) -> bool {
        self.record.get(name).is_some_and(|value| !value.is_null())
    }

    /// What stands under `name`, without taking it.
    pub(super) fn peek(&self, name: &str) -> Option<&Value> {
        self.record.get(name).filter(|value| !value.is_null())
    }

    /// Takes what stands under `name`.
    pub(super) fn take(&mut self, name: &str, role: Role) -> Option<Value> {
        let value = self.record.get_mut(name).map(Value::take).filter(|value| !value.is_null())?;
        if !self.uses.found.iter().any(|(column, known)| column == name && *known == role) {
            self.uses.found.push((name.to_owned(), role));
        }
        Some(value)
    }

    /// Takes what stands under the first of `names` that holds something.
    pub(super) fn take_first(&mut self, names: &[&'static str], role: Role) -> Option<(&'static str, Value)> {
        names.iter().find_map(|name| Some((*name, self.take(name, role)?)))
    }

    /// Brings the entries of the record under `name` up into this one. What stands here already keeps its place.
    pub(super) fn lift(&mut self, name: &str) {
        if !self.peek(name).is_some_and(Value::is_object) {
            return;
        }
        if let Some(Value::Object(inner)) = self.take(name, Role::Record) {
            for (key, value) in inner {
                if !self.has(&key) {
                    self.record.insert(key, value);
                }
            }
        }
    }

    /// Text or messages under the first of `names`, which must be there.
    pub(super) fn text(&mut self, names: &[&'static str], role: Role) -> Result<Text, DropReason> {
        self.optional_text(names, role)?
            .ok_or(DropReason::Missing { column: names.first().copied().unwrap_or("prompt") })
    }

    /// Text or messages under the first of `names` that holds something.
    pub(super) fn optional_text(&mut self, names: &[&'static str], role: Role) -> Result<Option<Text>, DropReason> {
        let Some((column, value)) = self.take_first(names, role) else { return Ok(None) };
        self.read_text(column, value).map(Some)
    }

    /// Plain text under the first of `names` that holds something; blank counts as nothing.
    pub(super) fn optional_plain(&mut self, names: &[&'static str], role: Role) -> Result<Option<String>, DropReason> {
        match self.take_first(names, role) {
            None => Ok(None),
            Some((_, Value::String(text))) => Ok(Some(text).filter(|text| !text.trim().is_empty())),
            Some((column, _)) => Err(DropReason::Wrong { column, expected: "text" }),
        }
    }

    /// A value as text or messages.
    pub(super) fn read_text(&mut self, column: &'static str, value: Value) -> Result<Text, DropReason> {
        let wrong = DropReason::Wrong { column, expected: "text or a list of messages" };
        match value {
            Value::String(text) => Ok(if self.is_table { self.cell(text) } else { Text::Plain(text) }),
            Value::Array(items) if items.is_empty() => Ok(Text::Plain(String::new())),
            Value::Array(items) => messages(items).map(Text::Messages).ok_or(wrong),
            Value::Object(_) => message(value).map(|message| Text::Messages(vec![message])).ok_or(wrong),
            Value::Null | Value::Bool(_) | Value::Number(_) => Err(wrong),
        }
    }

    /// A cell of a table: text, or messages written as JSON.
    fn cell(&mut self, text: String) -> Text {
        if !text.starts_with("[{") {
            return Text::Plain(text);
        }
        if text.starts_with("[{'") {
            self.uses.python_lists += 1;
        }
        let Ok(Value::Array(items)) = json_value(&text) else { return Text::Plain(text) };
        messages(items).map_or(Text::Plain(text), Text::Messages)
    }
}

/// A list of messages, in no more memory than it takes: there are as many lists as rows.
fn messages(items: Vec<Value>) -> Option<Vec<ChatMessage>> {
    let mut messages = Vec::with_capacity(items.len());
    for item in items {
        messages.push(message(item)?);
    }
    Some(messages)
}

/// A message in either of the usual writings: `role` and `content`, or `from` and `value`.
pub(super) fn message(value: Value) -> Option<ChatMessage> {
    let Value::Object(mut entries) = value else { return None };
    let (role, content) = if entries.contains_key("from") {
        (role_of(entries.remove("from")?.as_str()?).to_owned(), entries.remove("value")?)
    } else {
        let Value::String(role) = entries.remove("role")? else { return None };
        (role, entries.remove("content").unwrap_or(Value::Null))
    };
    let content = match content {
        Value::String(content) => content,
        Value::Null => String::new(),
        Value::Array(parts) => parts.into_iter().map(part).collect::<Option<Vec<_>>>()?.concat(),
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => return None,
    };
    // A map keeps its room when it is emptied: for most messages, more than their text.
    let extra = entries.into_iter().filter(|(_, value)| !value.is_null()).collect();
    Some(ChatMessage { role, content, extra })
}

/// A part of a message's content. What is no text (a picture) is more than a prompt here can hold.
fn part(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        Value::Object(mut part) => match part.remove("text") {
            Some(Value::String(text)) => Some(text),
            _ => None,
        },
        _ => None,
    }
}

/// Who speaks, in the words of chat templates.
fn role_of(from: &str) -> &str {
    match from {
        "human" | "user" => "user",
        "gpt" | "chatgpt" | "bing" | "bard" | "model" | "assistant" => "assistant",
        "observation" | "tool" | "function_response" => "tool",
        other => other,
    }
}

/// A yes or no in one of the usual writings.
pub(super) fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(truth) => Some(*truth),
        Value::Number(number) => match number.as_f64()? {
            1.0 => Some(true),
            0.0 | -1.0 => Some(false),
            _ => None,
        },
        Value::String(text) => match text.trim().to_ascii_lowercase().as_str() {
            "true" | "1" | "1.0" | "yes" | "good" | "desirable" | "thumbs up" | "up" => Some(true),
            "false" | "0" | "0.0" | "-1" | "no" | "bad" | "undesirable" | "thumbs down" | "down" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

/// A number, which in a table is text.
pub(super) fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok().filter(|number: &f64| number.is_finite()),
        _ => None,
    }
}

/// Somebody's name, which may be a number.
pub(super) fn name(value: &Value) -> Option<String> {
    match value {
        Value::String(name) => Some(name.trim().to_owned()).filter(|name| !name.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        Value::Object(person) => ["username", "email", "name", "id"].iter().find_map(|key| name(person.get(*key)?)),
        _ => None,
    }
}
