//! The lines that are judged: samples or pairs, as the first line says.

use std::path::Path;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::error::{FeedbackError, RecordProblem};
use super::judge::pair_of;
use super::place::{self, Step};
use crate::domain::{PreferencePair, Text};
use crate::files::FileError;

/// What the lines of a file are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RecordForm {
    /// `prompt`, `completion`: what `generate` writes.
    Samples,
    /// `prompt`, `chosen`, `rejected`.
    Pairs,
}

impl RecordForm {
    fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Samples => &["prompt", "completion"],
            Self::Pairs => &["prompt", "chosen", "rejected"],
        }
    }

    /// A plural noun.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Samples => "samples",
            Self::Pairs => "pairs",
        }
    }
}

/// One line: an object with the keys of its form, each a text or messages.
pub(super) type Record = Map<String, Value>;

/// Reads a JSONL file whole and checks every line before the first is judged. Empty lines are skipped.
pub(super) fn read_records(path: &Path) -> Result<(RecordForm, Vec<Record>), FeedbackError> {
    let bytes = std::fs::read(path).map_err(|source| FileError::Read { path: path.to_owned(), source })?;
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes);
    let mut form = None;
    let mut records = Vec::new();
    for (index, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let record = read_line(line, &mut form).map_err(|(problem, column)| FeedbackError::Record {
            path: path.to_owned(),
            line: index + 1,
            column,
            problem,
        })?;
        records.push(record);
    }
    match form {
        Some(form) => Ok((form, records)),
        None => Err(FeedbackError::NoRecords { path: path.to_owned() }),
    }
}

/// A pair of which somebody has said which answer is better, and what else its line says.
#[derive(Debug, Clone, PartialEq)]
pub struct DecidedPair {
    /// The pair.
    pub pair: PreferencePair,
    /// What it is about: the key `topic`, or the first of `tags`.
    pub topic: Option<String>,
    /// Who wrote the chosen answer: the key `chosen_model`.
    pub chosen_model: Option<String>,
    /// Who wrote the rejected answer: the key `rejected_model`.
    pub rejected_model: Option<String>,
}

/// Reads a JSONL file of pairs with what is known of them.
pub fn read_decided_pairs(path: &Path) -> Result<Vec<DecidedPair>, FeedbackError> {
    let (form, records) = read_records(path)?;
    if form != RecordForm::Pairs {
        return Err(FeedbackError::NoPairs { path: path.to_owned() });
    }
    let text = |record: &Record, key: &str| record.get(key).and_then(Value::as_str).map(str::to_owned);
    let first_tag = |record: &Record| {
        record.get("tags").and_then(Value::as_array).and_then(|tags| tags.first()?.as_str().map(str::to_owned))
    };
    let decided = |record: &Record| DecidedPair {
        pair: pair_of(record),
        topic: text(record, "topic").or_else(|| first_tag(record)),
        chosen_model: text(record, "chosen_model"),
        rejected_model: text(record, "rejected_model"),
    };
    Ok(records.iter().map(decided).collect())
}

/// One line's object; the first line decides `form`. The error has its column.
fn read_line(line: &[u8], form: &mut Option<RecordForm>) -> Result<Record, (RecordProblem, usize)> {
    let line = std::str::from_utf8(line).map_err(|error| {
        let before = line.get(..error.valid_up_to()).map_or_else(Default::default, String::from_utf8_lossy);
        (RecordProblem::NotUtf8, before.chars().count() + 1)
    })?;
    let value: Value = serde_json::from_str(line).map_err(|error| {
        let message = error.to_string();
        let message = message.split(" at line ").next().unwrap_or(&message).to_owned();
        (RecordProblem::Syntax { message }, column_of_byte(line, error.column().saturating_sub(1)))
    })?;
    let Value::Object(record) = value else {
        return Err((RecordProblem::NotAnObject { found: kind_of(&value) }, 1));
    };
    let form = match *form {
        Some(form) => form,
        None => *form.insert(if record.contains_key("chosen") {
            RecordForm::Pairs
        } else if record.contains_key("completion") {
            RecordForm::Samples
        } else {
            return Err((RecordProblem::Unrecognised, 1));
        }),
    };
    for &key in form.keys() {
        let Some(value) = record.get(key) else {
            return Err((RecordProblem::Missing { key, form: form.name() }, 1));
        };
        if let Err(error) = Text::deserialize(value) {
            let found = match value {
                Value::Array(items) if !items.is_empty() => message_fault(items).unwrap_or_else(|| error.to_string()),
                other => kind_of(other).to_owned(),
            };
            let offset = place::in_json(line, &[Step::Key(key)], place::Part::Value).unwrap_or(0);
            return Err((RecordProblem::NotText { key, found }, column_of_byte(line, offset)));
        }
    }
    Ok(record)
}

/// What is wrong with the first wrong message of a list.
fn message_fault(items: &[Value]) -> Option<String> {
    items.iter().enumerate().find_map(|(index, item)| {
        let number = index + 1;
        let Value::Object(message) = item else {
            return Some(format!("a list whose item {number} is {}", kind_of(item)));
        };
        ["role", "content"].into_iter().find_map(|key| match message.get(key) {
            Some(Value::String(_)) => None,
            Some(other) => Some(format!("a list whose message {number} has {} as its `{key}`", kind_of(other))),
            None => Some(format!("a list whose message {number} has no `{key}`")),
        })
    })
}

fn column_of_byte(line: &str, byte: usize) -> usize {
    place::line_and_column(line, byte.min(line.len())).1
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ToUserMessage;

    fn read(bytes: &[u8]) -> Result<(RecordForm, Vec<Record>), FeedbackError> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("d.jsonl");
        std::fs::write(&path, bytes).expect("written");
        read_records(&path)
    }

    #[test]
    fn the_first_line_says_what_the_lines_are() {
        let samples = "\u{feff}{\"prompt\": \"a\", \"completion\": \"b\"}\r\n\n{\"completion\": \"c\", \"prompt\": []}";
        let (form, records) = read(samples.as_bytes()).expect("right");
        assert_eq!((form, records.len()), (RecordForm::Samples, 2));
        let pairs =
            r#"{"prompt": [{"role": "user", "content": "a"}], "chosen": "b", "rejected": "c", "completion": 3}"#;
        assert_eq!(read(pairs.as_bytes()).expect("right").0, RecordForm::Pairs);
    }

    #[test]
    fn a_wrong_line_is_told_with_its_place_and_cure() {
        let first = "{\"prompt\": \"a\", \"completion\": \"b\"}\n";
        for (line, what) in [
            ("{\"prompt\": \"é\" \"completion\"}", "line 2, column 16: this is not valid JSON"),
            ("[1]", "line 2, column 1: expected an object such as {\"prompt\": …}, found a list"),
            (
                "{\"prompt\": \"a\", \"chosen\": \"b\"}",
                "line 2, column 1: `completion` is missing: the first line makes this a file of samples",
            ),
            (
                "{\"prompt\": \"é\", \"completion\": 3}",
                "line 2, column 31: `completion` must be a text or a list of messages, but is a number",
            ),
            (
                "{\"prompt\": [\"a\"], \"completion\": \"\"}",
                "column 12: `prompt` must be a text or a list of messages, but is a list whose item 1 is a text",
            ),
            (
                "{\"prompt\": [{\"role\": \"user\"}], \"completion\": \"\"}",
                "is a list whose message 1 has no `content`",
            ),
            ("{\"prompt\": [{\"role\": 1, \"content\": \"\"}], \"completion\": \"\"}", "has a number as its `role`"),
        ] {
            let error = read(format!("{first}{line}\n").as_bytes()).expect_err(line);
            assert!(error.to_string().contains(what), "{error}\n  should say: {what}");
            assert!(error.hint().is_some(), "{error}");
        }
        let error = read(b"{\"prompt\": \"\xff\"}").expect_err("no text");
        assert!(error.to_string().contains("line 1, column 13: the text is not UTF-8"), "{error}");
        assert!(read(b"{\"prompt\": \"a\"}").expect_err("neither").to_string().contains("neither a sample"));
        assert!(matches!(read(b" \n\n"), Err(FeedbackError::NoRecords { .. })));
    }
}
