//! Tables as text: CSV, TSV and their kin.
//!
//! An apostrophe before `=`, `+`, `-`, `@`, a tab or a carriage return is taken off: exports put it there so that
//! spreadsheets show such a cell instead of computing it.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use csv::{ByteRecord, ErrorKind, Reader, ReaderBuilder};
use serde_json::{Map, Value};

use super::{COLUMN_LIMIT, RECORD_LIMIT, Record, beginning};
use crate::files::FileError;
use crate::project::exchange::error::ExchangeError;
use crate::project::exchange::row::Place;

/// Delimiters that tables have, the most usual first.
const DELIMITERS: [u8; 4] = [b',', b'\t', b';', b'|'];

/// Characters with which a cell begins that a spreadsheet computes.
pub(in crate::project::exchange) const COMPUTED: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// The cells of a table.
pub(in crate::project::exchange) struct Table {
    reader: Reader<Limited>,
    path: PathBuf,
    columns: Vec<String>,
    quota: Rc<Cell<usize>>,
    quotes: Rc<Cell<usize>>,
    row: ByteRecord,
    /// The line and the cells of the last row, where its last cell goes over several lines.
    last_lines: Option<(usize, usize)>,
    count: usize,
    guarded: usize,
    /// Lines end with a carriage return too: the reader takes the line feed for the beginning of the next row.
    ends_in_two: bool,
    is_begun: bool,
}

impl Table {
    pub(super) fn open(path: &Path, delimiter: Option<u8>) -> Result<Self, ExchangeError> {
        let beginning = beginning(path)?;
        let delimiter = delimiter.unwrap_or_else(|| delimiter_of(&beginning));
        let file = File::open(path).map_err(|source| FileError::Read { path: path.to_owned(), source })?;
        let (quota, quotes) = (Rc::new(Cell::new(RECORD_LIMIT)), Rc::new(Cell::new(0)));
        let limited = Limited { file, quota: quota.clone(), quotes: quotes.clone(), is_begun: false };
        let reader =
            ReaderBuilder::new().delimiter(delimiter).has_headers(false).buffer_capacity(1 << 16).from_reader(limited);
        let mut table = Self {
            reader,
            path: path.to_owned(),
            columns: Vec::new(),
            quota,
            quotes,
            row: ByteRecord::new(),
            last_lines: None,
            count: 0,
            guarded: 0,
            ends_in_two: beginning.windows(2).any(|pair| pair == b"\r\n"),
            is_begun: false,
        };
        table.read_columns()?;
        Ok(table)
    }

    pub(super) fn columns(&self) -> &[String] {
        &self.columns
    }

    pub(super) fn guarded_cells(&self) -> usize {
        self.guarded
    }

    fn read_columns(&mut self) -> Result<(), ExchangeError> {
        let Some(line) = self.advance()? else { return Err(ExchangeError::Empty { path: self.path.clone() }) };
        if self.row.len() > COLUMN_LIMIT {
            return Err(self.wrong(
                line,
                COLUMN_LIMIT + 1,
                format!("{} columns, but at most {COLUMN_LIMIT} expected", self.row.len()),
                "leave out the columns that are not needed",
            ));
        }
        for index in 0..self.row.len() {
            let name = self.text(index, line)?.trim().to_owned();
            if !name.is_empty() && self.columns.contains(&name) {
                let name: String = name.chars().take(40).collect();
                let problem = format!("the column `{name}` is there twice");
                return Err(self.wrong(line, index + 1, problem, "give each column a name of its own"));
            }
            self.columns.push(name);
        }
        Ok(())
    }

    pub(super) fn next(&mut self) -> Result<Option<Record>, ExchangeError> {
        let Some(line) = self.advance()? else { return Ok(None) };
        self.count += 1;
        let mut cells = Map::new();
        for index in 0..self.row.len().min(self.columns.len()) {
            let text = self.text(index, line)?;
            let (text, was_guarded) = unguarded(text);
            let text = text.to_owned();
            self.guarded += usize::from(was_guarded);
            cells.insert(self.columns[index].clone(), Value::String(text));
        }
        Ok(Some(Record { cells, place: Place { record: self.count, line: Some(line) } }))
    }

    /// Reads the next row and says on which line it begins.
    fn advance(&mut self) -> Result<Option<usize>, ExchangeError> {
        self.quota.set(RECORD_LIMIT);
        match self.reader.read_byte_record(&mut self.row) {
            Ok(true) => {
                let line = self.row.position().map_or(0, csv::Position::line) as usize;
                let line = line + usize::from(self.ends_in_two && self.is_begun);
                self.is_begun = true;
                let last = self.row.get(self.row.len().saturating_sub(1)).unwrap_or_default();
                self.last_lines = last.contains(&b'\n').then_some((line, self.row.len()));
                Ok(Some(line))
            }
            Ok(false) => self.check_last_quote().map(|()| None),
            Err(error) => Err(self.error(&error)),
        }
    }

    /// A quote that is never closed makes all that follows it one cell, which then is the last one of the file.
    fn check_last_quote(&self) -> Result<(), ExchangeError> {
        match self.last_lines {
            Some((line, column)) if self.quotes.get() % 2 == 1 => Err(self.wrong(
                line,
                column,
                "a quote is opened and never closed".to_owned(),
                "close the quote; a quote within a cell is written twice, and the cell stands in quotes",
            )),
            _ => Ok(()),
        }
    }

    fn text(&self, index: usize, line: usize) -> Result<&str, ExchangeError> {
        let bytes = self.row.get(index).unwrap_or_default();
        std::str::from_utf8(bytes).map_err(|error| {
            let problem = format!("not UTF-8 text: {error}");
            self.wrong(line, index + 1, problem, "save the table with the encoding UTF-8")
        })
    }

    fn error(&self, error: &csv::Error) -> ExchangeError {
        match error.kind() {
            ErrorKind::UnequalLengths { pos, expected_len, len } => {
                let line = pos.as_ref().map_or(0, csv::Position::line) as usize;
                self.wrong(
                    line,
                    (*expected_len).min(*len) as usize,
                    format!("{len} cells, but the first line names {expected_len} columns"),
                    "put cells that hold the delimiter, a quote or a line break in quotes, and write a quote within them \
                     twice",
                )
            }
            ErrorKind::Io(source) if is_limit(source) => self.wrong(
                self.reader.position().line() as usize,
                1,
                format!("a row of more than {RECORD_LIMIT} bytes"),
                "look for a quote that is not closed: all that follows it is one cell",
            ),
            ErrorKind::Io(source) => {
                let source = io::Error::new(source.kind(), source.to_string());
                FileError::Read { path: self.path.clone(), source }.into()
            }
            _ => self.wrong(
                self.reader.position().line() as usize,
                1,
                error.to_string(),
                "save the table as CSV with the encoding UTF-8",
            ),
        }
    }

    fn wrong(&self, line: usize, column: usize, problem: String, cure: &str) -> ExchangeError {
        ExchangeError::Content { path: self.path.clone(), line, column, problem, cure: cure.to_owned() }
    }
}

/// A cell without the apostrophe that keeps a spreadsheet from computing it, and whether there was one.
fn unguarded(cell: &str) -> (&str, bool) {
    match cell.strip_prefix('\'') {
        Some(rest) if is_guarded(rest) => (rest, true),
        _ => (cell, false),
    }
}

/// Whether a spreadsheet would compute this cell, or take the apostrophes before it for a guard.
pub(in crate::project::exchange) fn is_guarded(cell: &str) -> bool {
    cell.trim_start_matches('\'').starts_with(COMPUTED)
}

/// The delimiter that cuts the first rows into equally many cells, and into the most.
fn delimiter_of(beginning: &[u8]) -> u8 {
    const ROWS: usize = 20;
    let columns = |delimiter: u8| {
        let mut reader =
            ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(beginning);
        let lengths: Vec<usize> = reader.byte_records().take(ROWS).map_while(Result::ok).map(|row| row.len()).collect();
        // What was looked at may end within a row.
        let whole = lengths.len().saturating_sub(usize::from(lengths.len() < ROWS)).max(1);
        let first = lengths.first().copied().unwrap_or(1);
        let is_even = lengths.iter().take(whole).all(|length| *length == first);
        (first > 1, is_even, first)
    };
    let mut best = DELIMITERS[0];
    for delimiter in DELIMITERS {
        if columns(delimiter) > columns(best) {
            best = delimiter;
        }
    }
    best
}

/// A file of which no more is read for one row than a row may have.
struct Limited {
    file: File,
    /// Bytes left for the row at hand.
    quota: Rc<Cell<usize>>,
    /// Quotes read so far.
    quotes: Rc<Cell<usize>>,
    is_begun: bool,
}

#[derive(Debug, thiserror::Error)]
#[error("the row is too long")]
struct RowTooLong;

fn is_limit(error: &io::Error) -> bool {
    error.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<RowTooLong>)
}

impl Read for Limited {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut read = self.file.read(buffer)?;
        let Some(left) = self.quota.get().checked_sub(read) else { return Err(io::Error::other(RowTooLong)) };
        self.quota.set(left);
        if !self.is_begun {
            self.is_begun = true;
            if buffer[..read].starts_with(b"\xef\xbb\xbf") {
                buffer.copy_within(3..read, 0);
                read -= 3;
            }
        }
        let quotes: usize = buffer[..read].iter().map(|byte| usize::from(*byte == b'"')).sum();
        self.quotes.set(self.quotes.get() + quotes);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delimiter_is_found() {
        for (text, delimiter) in [
            ("prompt,chosen\na,b\n", b','),
            ("prompt\tchosen\na, b, c\td\n", b'\t'),
            ("prompt;chosen;x\na,b;c;d\n", b';'),
            ("\"a;b\";c\n\"x;y\nz\";d\n", b';'),
            ("prompt\nWell, no; yes\n", b','),
            ("", b','),
        ] {
            assert_eq!(char::from(delimiter_of(text.as_bytes())), char::from(delimiter), "{text:?}");
        }
    }

    #[test]
    fn an_apostrophe_is_taken_off_only_before_what_spreadsheets_compute() {
        for (cell, bare) in
            [("'=1+1", "=1+1"), ("''-x", "'-x"), ("'tis", "'tis"), ("'", "'"), ("=1", "=1"), ("'@a", "@a")]
        {
            assert_eq!(unguarded(cell).0, bare);
        }
    }
}
