//! A JSON file that is no JSON lines: a list of records, an object with one such list, or records one after the other
//! over several lines.
//!
//! The text is cut into records without reading what is in them; each is then read by itself.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use super::json_lines::{cells_of, content_error, reason_of};
use super::{RECORD_LIMIT, Record, json_value};
use crate::files::FileError;
use crate::project::exchange::error::ExchangeError;
use crate::project::exchange::row::Place;

/// Keys of lists that belong to a record: an object with one of them is a record itself.
const LISTS_OF_A_RECORD: &[&str] = &[
    "messages",
    "conversations",
    "prompt",
    "chosen",
    "rejected",
    "completion",
    "answers",
    "responses",
    "annotations",
    "history",
    "preferred_output",
    "non_preferred_output",
    "tools",
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Between values of the file itself.
    Top,
    /// In the list that holds the records.
    List {
        /// It stands in an object.
        in_object: bool,
        is_first: bool,
    },
    Done,
}

/// The records of a JSON file.
pub(in crate::project::exchange) struct JsonDocument {
    bytes: Bytes,
    state: State,
    count: usize,
}

impl JsonDocument {
    pub(super) fn open(path: &Path) -> Result<Self, ExchangeError> {
        let file = File::open(path).map_err(|source| FileError::Read { path: path.to_owned(), source })?;
        let mut bytes =
            Bytes { reader: BufReader::with_capacity(1 << 16, file), path: path.to_owned(), line: 1, column: 1 };
        bytes.skip_mark()?;
        Ok(Self { bytes, state: State::Top, count: 0 })
    }

    pub(super) fn next(&mut self) -> Result<Option<Record>, ExchangeError> {
        loop {
            let step = match self.state {
                State::Done => return Ok(None),
                State::Top => self.at_top()?,
                State::List { in_object, is_first } => self.in_list(in_object, is_first)?,
            };
            if let Some(raw) = step {
                return self.record(raw).map(Some);
            }
        }
    }

    fn at_top(&mut self) -> Result<Option<Raw>, ExchangeError> {
        match self.bytes.peek_past_space()? {
            None => {
                self.state = State::Done;
                Ok(None)
            }
            Some(b'[') if self.count == 0 => {
                self.bytes.advance()?;
                self.state = State::List { in_object: false, is_first: true };
                Ok(None)
            }
            Some(b'{') => self.object(),
            // People put commas between objects without a list round them.
            Some(b',') if self.count > 0 => {
                self.bytes.advance()?;
                Ok(None)
            }
            Some(_) => Err(self.bytes.wrong("expected a list of records or a record")),
        }
    }

    fn in_list(&mut self, in_object: bool, is_first: bool) -> Result<Option<Raw>, ExchangeError> {
        match self.bytes.peek_past_space()? {
            Some(b']') => {
                self.bytes.advance()?;
                if in_object {
                    self.rest_of_object()?;
                }
                self.state = State::Done;
                match self.bytes.peek_past_space()? {
                    None => Ok(None),
                    Some(_) => Err(self.bytes.wrong("expected the end of the file after the list of records")),
                }
            }
            Some(b',') if !is_first => {
                self.bytes.advance()?;
                if self.bytes.peek_past_space()? == Some(b']') {
                    return Err(self.bytes.wrong("expected a record after the comma"));
                }
                self.list_item(in_object)
            }
            Some(_) if is_first => self.list_item(in_object),
            Some(_) => Err(self.bytes.wrong("expected `,` or `]` after a record")),
            None => Err(self.bytes.cut_off()),
        }
    }

    fn list_item(&mut self, in_object: bool) -> Result<Option<Raw>, ExchangeError> {
        self.state = State::List { in_object, is_first: false };
        self.bytes.peek_past_space()?;
        let mut raw = self.bytes.raw();
        self.bytes.value(&mut raw.text)?;
        Ok(Some(raw))
    }

    /// An object at the top: a record, or what the list of records stands in.
    fn object(&mut self) -> Result<Option<Raw>, ExchangeError> {
        let mut raw = self.bytes.raw();
        self.bytes.copy(&mut raw.text)?;
        loop {
            match self.bytes.peek_past_space()? {
                Some(b'}') => {
                    self.bytes.copy(&mut raw.text)?;
                    return Ok(Some(raw));
                }
                Some(b',') => self.bytes.copy(&mut raw.text)?,
                Some(b'"') => {
                    let key = self.bytes.key(&mut raw.text)?;
                    if self.bytes.peek_past_space()? == Some(b'[') {
                        self.bytes.copy(&mut raw.text)?;
                        let is_list = !LISTS_OF_A_RECORD.contains(&key.as_str());
                        if is_list && self.bytes.peek_past_space()? == Some(b'{') {
                            self.state = State::List { in_object: true, is_first: true };
                            return Ok(None);
                        }
                        self.bytes.rest_of_value(&mut raw.text, 1)?;
                    } else {
                        self.bytes.value(&mut raw.text)?;
                    }
                }
                Some(_) => return Err(self.bytes.wrong("expected a key in double quotes")),
                None => return Err(self.bytes.cut_off()),
            }
        }
    }

    /// What follows the list in its object: values, but no second list of records.
    fn rest_of_object(&mut self) -> Result<(), ExchangeError> {
        loop {
            let mut passed = Vec::new();
            match self.bytes.peek_past_space()? {
                Some(b'}') => return self.bytes.advance(),
                Some(b',') => self.bytes.advance()?,
                Some(b'"') => {
                    let key = self.bytes.key(&mut passed)?;
                    self.bytes.peek_past_space()?;
                    passed.clear();
                    self.bytes.value(&mut passed)?;
                    if passed.strip_prefix(b"[").is_some_and(|list| list.trim_ascii_start().starts_with(b"{")) {
                        let key: String = key.chars().take(40).collect();
                        return Err(self.bytes.wrong_with(
                            &format!("a second list of records, `{key}`"),
                            "write each list of records into a file of its own",
                        ));
                    }
                }
                Some(_) => return Err(self.bytes.wrong("expected a key in double quotes")),
                None => return Err(self.bytes.cut_off()),
            }
        }
    }

    fn record(&mut self, raw: Raw) -> Result<Record, ExchangeError> {
        self.count += 1;
        let place = Place { record: self.count, line: Some(raw.line) };
        let Raw { text, line, column } = raw;
        let path = &self.bytes.path;
        let text = String::from_utf8(text).map_err(|error| ExchangeError::Content {
            path: path.clone(),
            line,
            column,
            problem: format!("not UTF-8 text: {}", error.utf8_error()),
            cure: "save the file with the encoding UTF-8".to_owned(),
        })?;
        let value = json_value(&text).map_err(|error| {
            let column = if error.line() <= 1 { column + error.column().saturating_sub(1) } else { error.column() };
            ExchangeError::Content {
                path: path.clone(),
                line: line + error.line().saturating_sub(1),
                column,
                problem: format!("not valid JSON: {}", reason_of(&error)),
                cure:
                    "correct the record: names and text stand in double quotes, and quotes within text are written \\\""
                        .to_owned(),
            }
        })?;
        let cells = cells_of(value).map_err(|problem| content_error(path, line, column, problem))?;
        Ok(Record { cells, place })
    }
}

/// A value's text and where it begins.
struct Raw {
    text: Vec<u8>,
    line: usize,
    column: usize,
}

/// The bytes of a file, one after the other, and where in it the reader is.
struct Bytes {
    reader: BufReader<File>,
    path: PathBuf,
    line: usize,
    column: usize,
}

impl Bytes {
    fn peek(&mut self) -> Result<Option<u8>, ExchangeError> {
        let bytes = self.reader.fill_buf().map_err(|source| FileError::Read { path: self.path.clone(), source })?;
        Ok(bytes.first().copied())
    }

    fn advance(&mut self) -> Result<(), ExchangeError> {
        if let Some(byte) = self.peek()? {
            self.note(byte);
            self.reader.consume(1);
        }
        Ok(())
    }

    fn note(&mut self, byte: u8) {
        if byte == b'\n' {
            (self.line, self.column) = (self.line + 1, 1);
        } else if byte & 0xC0 != 0x80 {
            // A character's further bytes stand in the same column.
            self.column += 1;
        }
    }

    fn peek_past_space(&mut self) -> Result<Option<u8>, ExchangeError> {
        loop {
            match self.peek()? {
                Some(byte) if byte.is_ascii_whitespace() => self.advance()?,
                other => return Ok(other),
            }
        }
    }

    /// Skips a byte order mark.
    fn skip_mark(&mut self) -> Result<(), ExchangeError> {
        let bytes = self.reader.fill_buf().map_err(|source| FileError::Read { path: self.path.clone(), source })?;
        if bytes.starts_with(b"\xef\xbb\xbf") {
            self.reader.consume(3);
        }
        Ok(())
    }

    fn copy(&mut self, to: &mut Vec<u8>) -> Result<(), ExchangeError> {
        if let Some(byte) = self.peek()? {
            to.push(byte);
            self.advance()?;
        }
        Ok(())
    }

    fn raw(&self) -> Raw {
        Raw { text: Vec::new(), line: self.line, column: self.column }
    }

    /// A key, its colon and the space before its value; the key's own text is returned.
    fn key(&mut self, to: &mut Vec<u8>) -> Result<String, ExchangeError> {
        let start = to.len();
        self.rest_of_value(to, 0)?;
        let key = serde_json::from_slice(&to[start..]).map_err(|error| self.wrong(&reason_of(&error)))?;
        if self.peek_past_space()? != Some(b':') {
            return Err(self.wrong("expected `:` after a key"));
        }
        self.copy(to)?;
        Ok(key)
    }

    /// A whole value.
    fn value(&mut self, to: &mut Vec<u8>) -> Result<(), ExchangeError> {
        match self.peek_past_space()? {
            Some(b'{' | b'[' | b'"') => self.rest_of_value(to, 0),
            Some(b',' | b']' | b'}' | b':') => Err(self.wrong("expected a value")),
            Some(_) => loop {
                match self.peek()? {
                    Some(b',' | b']' | b'}') | None => return Ok(()),
                    Some(byte) if byte.is_ascii_whitespace() => return Ok(()),
                    Some(_) => self.copy(to)?,
                }
                self.check_length(to)?;
            },
            None => Err(self.cut_off()),
        }
    }

    /// The bytes up to the end of a list, an object or a text; `depth` of them were begun already.
    fn rest_of_value(&mut self, to: &mut Vec<u8>, mut depth: usize) -> Result<(), ExchangeError> {
        let (mut is_text, mut is_escaped) = (false, false);
        loop {
            let bytes = self.reader.fill_buf().map_err(|source| FileError::Read { path: self.path.clone(), source })?;
            if bytes.is_empty() {
                return Err(self.cut_off());
            }
            let mut taken = 0;
            let mut is_over = false;
            let (mut line, mut column) = (self.line, self.column);
            for &byte in bytes {
                taken += 1;
                if byte == b'\n' {
                    (line, column) = (line + 1, 1);
                } else if byte & 0xC0 != 0x80 {
                    column += 1;
                }
                if is_text {
                    if is_escaped {
                        is_escaped = false;
                    } else if byte == b'\\' {
                        is_escaped = true;
                    } else if byte == b'"' {
                        is_text = false;
                        is_over = depth == 0;
                    }
                } else if byte == b'"' {
                    is_text = true;
                } else if matches!(byte, b'{' | b'[') {
                    depth += 1;
                } else if matches!(byte, b'}' | b']') {
                    depth = depth.saturating_sub(1);
                    is_over = depth == 0;
                }
                if is_over {
                    break;
                }
            }
            to.extend_from_slice(&bytes[..taken]);
            self.reader.consume(taken);
            (self.line, self.column) = (line, column);
            if is_over {
                return Ok(());
            }
            self.check_length(to)?;
        }
    }

    fn check_length(&self, text: &[u8]) -> Result<(), ExchangeError> {
        if text.len() <= RECORD_LIMIT {
            return Ok(());
        }
        Err(self.wrong_with(
            &format!("a record of more than {RECORD_LIMIT} bytes"),
            "write records as a list: [{\"prompt\": …}, {\"prompt\": …}]; a text that has no closing quote goes on to \
             the end of the file",
        ))
    }

    fn wrong(&self, problem: &str) -> ExchangeError {
        self.wrong_with(problem, "correct the file at this place: it is not valid JSON")
    }

    fn wrong_with(&self, problem: &str, cure: &str) -> ExchangeError {
        ExchangeError::Content {
            path: self.path.clone(),
            line: self.line,
            column: self.column,
            problem: problem.to_owned(),
            cure: cure.to_owned(),
        }
    }

    fn cut_off(&self) -> ExchangeError {
        self.wrong_with("the file ends in the middle of a value", "the file was cut off: copy or download it again")
    }
}
