//! A record on each line: a JSON object, a JSON text that is a prompt, or plain text that is one.

use std::path::Path;

use serde_json::{Map, Value};

use super::{COLUMN_LIMIT, Record, json_value};
use crate::project::exchange::error::ExchangeError;
use crate::project::exchange::row::Place;
use crate::project::lines::{DatasetError, Lines};

/// The lines of a file.
pub(in crate::project::exchange) struct JsonLines {
    lines: Lines,
    is_text: bool,
    count: usize,
}

impl JsonLines {
    pub(super) fn open(path: &Path, is_text: bool) -> Result<Self, ExchangeError> {
        Ok(Self { lines: Lines::open(path)?, is_text, count: 0 })
    }

    pub(super) fn next(&mut self) -> Result<Option<Record>, ExchangeError> {
        let Some((line, text)) = self.lines.next()? else { return Ok(None) };
        self.count += 1;
        let place = Place { record: self.count, line: Some(line) };
        if self.is_text {
            return Ok(Some(Record { cells: prompt(text), place }));
        }
        let value = json_value(&text).map_err(|error| {
            let before = text.as_bytes().get(..error.column().saturating_sub(1)).unwrap_or_default();
            let column = String::from_utf8_lossy(before).chars().count() + 1;
            DatasetError::NotJson { path: self.lines.path().to_owned(), line, column, reason: reason_of(&error) }
        })?;
        let cells = cells_of(value).map_err(|problem| content_error(self.lines.path(), line, 1, problem))?;
        Ok(Some(Record { cells, place }))
    }
}

/// What the parser said, without the place that it adds.
pub(super) fn reason_of(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let position = format!(" at line {} column {}", error.line(), error.column());
    message.strip_suffix(&position).unwrap_or(&message).chars().take(200).collect()
}

/// A record's cells: an object's entries, or a prompt that stands by itself.
pub(super) fn cells_of(value: Value) -> Result<Map<String, Value>, String> {
    match value {
        Value::Object(cells) if cells.len() > COLUMN_LIMIT => {
            Err(format!("a record of {} entries, but at most {COLUMN_LIMIT} expected", cells.len()))
        }
        Value::Object(cells) => Ok(cells),
        Value::String(text) => Ok(prompt(text)),
        Value::Array(_) => Err("expected an object such as {\"prompt\": …}, found a list".to_owned()),
        Value::Null | Value::Bool(_) | Value::Number(_) => {
            Err("expected an object such as {\"prompt\": …}, found a single value".to_owned())
        }
    }
}

pub(super) fn prompt(text: String) -> Map<String, Value> {
    Map::from_iter([("prompt".to_owned(), Value::String(text))])
}

pub(super) fn content_error(path: &Path, line: usize, column: usize, problem: String) -> ExchangeError {
    ExchangeError::Content {
        path: path.to_owned(),
        line,
        column,
        problem,
        cure: "write each record as an object that names what it holds, such as {\"prompt\": …, \"chosen\": …, \
               \"rejected\": …}"
            .to_owned(),
    }
}
