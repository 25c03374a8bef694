//! One record of a dataset: which keys it has, and what stands under those that are wanted.
//!
//! The values are read straight from the text, so that an error knows its column; where in the record it stands is
//! noted on the way down.

use std::cell::RefCell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::domain::{ChatMessage, FinishReason, Text};

/// The values of a record that a reader asked for; `null` counts as left out.
#[derive(Debug, Default)]
pub(super) struct Record {
    pub(super) prompt: Option<Text>,
    pub(super) chosen: Option<Text>,
    pub(super) rejected: Option<Text>,
    pub(super) completion: Option<Text>,
    pub(super) messages: Option<Text>,
    pub(super) text: Option<Text>,
    pub(super) label: Option<bool>,
    pub(super) token_ids: Option<Vec<u32>>,
    pub(super) finish_reason: Option<FinishReason>,
    pub(super) chat_template: Option<bool>,
    /// Every key of the record, in order.
    pub(super) keys: Vec<String>,
}

/// A line that could not be read as a record.
pub(super) struct RecordError {
    /// Whether the line is no JSON at all.
    pub(super) syntax: bool,
    /// In characters, from 1.
    pub(super) column: usize,
    /// What was expected and what was found.
    pub(super) problem: String,
}

/// Reads a line. Only the values under `wanted` are looked at; any others may be anything.
pub(super) fn parse(line: &str, wanted: &[&str]) -> Result<Record, RecordError> {
    let place = RefCell::new(Vec::new());
    let mut deserializer = serde_json::Deserializer::from_str(line);
    let result = RecordSeed { wanted, place: &place }
        .deserialize(&mut deserializer)
        .and_then(|record| deserializer.end().map(|()| record));
    result.map_err(|error| {
        let message = error.to_string();
        let position = format!(" at line {} column {}", error.line(), error.column());
        let message = shorten(message.strip_suffix(&position).unwrap_or(&message));
        let syntax = !error.is_data();
        let place = place.borrow().join(", ");
        let before = line.as_bytes().get(..error.column().saturating_sub(1)).unwrap_or_default();
        RecordError {
            syntax,
            column: String::from_utf8_lossy(before).chars().count() + 1,
            problem: if syntax || place.is_empty() { message } else { format!("{place}: {message}") },
        }
    })
}

/// A message may quote a value whole.
fn shorten(message: &str) -> String {
    const LIMIT: usize = 200;
    if message.chars().count() <= LIMIT {
        return message.to_owned();
    }
    message.chars().take(LIMIT).chain(['…']).collect()
}

/// Where in the record the reader is, from the outside in. What was entered last is left in place on an error.
type Place = RefCell<Vec<String>>;

fn within<T, E>(place: &Place, step: String, read: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    place.borrow_mut().push(step);
    let value = read()?;
    place.borrow_mut().pop();
    Ok(value)
}

#[derive(Clone, Copy)]
struct RecordSeed<'a> {
    wanted: &'a [&'a str],
    place: &'a Place,
}

impl<'de> DeserializeSeed<'de> for RecordSeed<'_> {
    type Value = Record;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Record, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for RecordSeed<'_> {
    type Value = Record;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object such as {\"prompt\": …}")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Record, A::Error> {
        let mut record = Record::default();
        while let Some(key) = map.next_key::<String>()? {
            let wanted = self.wanted.contains(&key.as_str());
            within(self.place, format!("`{key}`"), || {
                let text = OptionalText { place: self.place };
                match key.as_str() {
                    _ if !wanted => drop(map.next_value::<IgnoredAny>()?),
                    "prompt" => record.prompt = map.next_value_seed(text)?,
                    "chosen" => record.chosen = map.next_value_seed(text)?,
                    "rejected" => record.rejected = map.next_value_seed(text)?,
                    "completion" => record.completion = map.next_value_seed(text)?,
                    "messages" => record.messages = map.next_value_seed(text)?,
                    "text" => record.text = map.next_value_seed(text)?,
                    "label" => record.label = map.next_value()?,
                    "token_ids" => record.token_ids = map.next_value()?,
                    "finish_reason" => record.finish_reason = map.next_value()?,
                    "chat_template" => record.chat_template = map.next_value()?,
                    _ => drop(map.next_value::<IgnoredAny>()?),
                }
                Ok(())
            })?;
            record.keys.push(key);
        }
        Ok(record)
    }
}

/// Text, messages, or `null`.
#[derive(Clone, Copy)]
struct OptionalText<'a> {
    place: &'a Place,
}

impl<'de> DeserializeSeed<'de> for OptionalText<'_> {
    type Value = Option<Text>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<Text>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for OptionalText<'_> {
    type Value = Option<Text>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text or a list of messages")
    }

    fn visit_unit<E: Error>(self) -> Result<Option<Text>, E> {
        Ok(None)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Option<Text>, E> {
        Ok(Some(Text::Plain(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Option<Text>, A::Error> {
        let mut messages = Vec::new();
        loop {
            let seed = MessageSeed { place: self.place };
            let step = format!("message {}", messages.len() + 1);
            match within(self.place, step, || list.next_element_seed(seed))? {
                Some(message) => messages.push(message),
                None if messages.is_empty() => return Err(A::Error::custom("expected messages, found an empty list")),
                None => return Ok(Some(Text::Messages(messages))),
            }
        }
    }
}

/// One message: an object with `role` and `content`, both text.
#[derive(Clone, Copy)]
struct MessageSeed<'a> {
    place: &'a Place,
}

impl<'de> DeserializeSeed<'de> for MessageSeed<'_> {
    type Value = ChatMessage;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<ChatMessage, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for MessageSeed<'_> {
    type Value = ChatMessage;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with `role` and `content`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ChatMessage, A::Error> {
        let (mut role, mut content, mut extra) = (None, None, Map::new());
        while let Some(key) = map.next_key::<String>()? {
            within(self.place, format!("`{key}`"), || {
                match key.as_str() {
                    "role" => role = Some(map.next_value()?),
                    "content" => content = Some(map.next_value()?),
                    _ => drop(extra.insert(key.clone(), map.next_value::<Value>()?)),
                }
                Ok(())
            })?;
        }
        let role = role.ok_or_else(|| A::Error::custom("expected the key `role`, which is missing"))?;
        let content = content.ok_or_else(|| A::Error::custom("expected the key `content`, which is missing"))?;
        Ok(ChatMessage { role, content, extra })
    }
}
