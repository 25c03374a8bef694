//! Files as records, one after the other: no more of a file is in memory than the record at hand.

mod json;
mod json_lines;
mod json_value;
mod parquet;
mod parquet_guard;
mod table;
mod thrift;

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::error::ExchangeError;
use super::row::Place;
use crate::files::FileError;

pub(super) use json_value::parse as json_value;
pub(super) use table::is_guarded;

/// Bytes that a record, a line or a cell may have.
const RECORD_LIMIT: usize = 64 << 20;

/// Columns that a file may have.
pub(super) const COLUMN_LIMIT: usize = 1024;

/// The formats of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// A JSON object on each line.
    JsonLines,
    /// A JSON list of objects, an object with one such list, or objects one after the other.
    Json,
    /// Cells with a delimiter between them, and the columns' names in the first line.
    Csv,
    /// Apache Parquet.
    Parquet,
    /// Text with a prompt on each line.
    TextLines,
}

impl Format {
    /// What people call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::JsonLines => "JSON lines",
            Self::Json => "JSON",
            Self::Csv => "a table of text (CSV)",
            Self::Parquet => "Parquet",
            Self::TextLines => "lines of text",
        }
    }

    /// Whether every cell is text, so that lists stand in cells as JSON.
    pub(super) fn is_table(self) -> bool {
        self == Self::Csv
    }
}

/// A record of a file.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) cells: Map<String, Value>,
    pub(super) place: Place,
}

/// The records of a file.
pub(super) enum Records {
    Lines(json_lines::JsonLines),
    Json(Box<json::JsonDocument>),
    Table(Box<table::Table>),
    Parquet(Box<parquet::Parquet>),
}

impl Records {
    /// Opens a file. Of a Parquet file, only columns that `is_wanted` are read.
    pub(super) fn open(
        path: &Path,
        format: Format,
        delimiter: Option<u8>,
        is_wanted: &dyn Fn(&str) -> bool,
    ) -> Result<Self, ExchangeError> {
        Ok(match format {
            Format::JsonLines => Self::Lines(json_lines::JsonLines::open(path, false)?),
            Format::TextLines => Self::Lines(json_lines::JsonLines::open(path, true)?),
            Format::Json => Self::Json(Box::new(json::JsonDocument::open(path)?)),
            Format::Csv => Self::Table(Box::new(table::Table::open(path, delimiter)?)),
            Format::Parquet => Self::Parquet(Box::new(parquet::Parquet::open(path, is_wanted)?)),
        })
    }

    /// The next record.
    pub(super) fn next(&mut self) -> Result<Option<Record>, ExchangeError> {
        match self {
            Self::Lines(lines) => lines.next(),
            Self::Json(document) => document.next(),
            Self::Table(table) => table.next(),
            Self::Parquet(file) => file.next(),
        }
    }

    /// The columns' names, where the file says them apart from its records.
    pub(super) fn columns(&self) -> Option<&[String]> {
        match self {
            Self::Lines(_) | Self::Json(_) => None,
            Self::Table(table) => Some(table.columns()),
            Self::Parquet(file) => Some(file.columns()),
        }
    }

    /// Cells whose apostrophe, which keeps spreadsheets from computing them, was taken off.
    pub(super) fn guarded_cells(&self) -> usize {
        match self {
            Self::Table(table) => table.guarded_cells(),
            _ => 0,
        }
    }
}

/// Bytes from a file's beginning that tell its format.
const LOOKED_AT: usize = 64 << 10;

/// The format of a file, by its beginning and its name.
pub(super) fn detect_format(path: &Path) -> Result<Format, ExchangeError> {
    let beginning = beginning(path)?;
    refuse_other_formats(path, &beginning)?;
    if beginning.starts_with(b"PAR1") || beginning.starts_with(b"PARE") {
        return Ok(Format::Parquet);
    }
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
    let text = beginning.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&beginning);
    let first = text.iter().find(|byte| !byte.is_ascii_whitespace());
    Ok(match (ending.as_str(), first) {
        (_, None) => return Err(ExchangeError::Empty { path: path.to_owned() }),
        ("csv" | "tsv" | "tab", _) => Format::Csv,
        ("json", Some(b'{')) | (_, Some(b'[')) => Format::Json,
        ("jsonl" | "ndjson" | "json", _) => Format::JsonLines,
        ("parquet", _) => Format::Parquet,
        (_, Some(b'{')) if begins_with_a_record_a_line(text) => Format::JsonLines,
        (_, Some(b'{')) => Format::Json,
        ("txt" | "text" | "md", _) => Format::TextLines,
        _ => Format::Csv,
    })
}

fn beginning(path: &Path) -> Result<Vec<u8>, ExchangeError> {
    let failed = |source| FileError::Read { path: path.to_owned(), source };
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(failed)?;
    file.take(LOOKED_AT as u64).read_to_end(&mut bytes).map_err(failed)?;
    Ok(bytes)
}

fn begins_with_a_record_a_line(text: &[u8]) -> bool {
    let line = text.split(|byte| *byte == b'\n').find(|line| !line.trim_ascii().is_empty()).unwrap_or_default();
    serde_json::from_slice::<serde::de::IgnoredAny>(line).is_ok()
}

/// Beginnings of files that people have at hand and that are no datasets.
const OTHERS: &[(&[u8], &str, &str)] = &[
    (b"PK\x03\x04", "a zip archive or a spreadsheet", "unpack it, or save the sheet as CSV with the encoding UTF-8"),
    (b"\xd0\xcf\x11\xe0", "an old spreadsheet or document", "save the sheet as CSV with the encoding UTF-8"),
    (b"\x1f\x8b", "compressed with gzip", "unpack it first"),
    (b"\x28\xb5\x2f\xfd", "compressed with zstd", "unpack it first"),
    (b"BZh", "compressed with bzip2", "unpack it first"),
    (b"\xfd7zXZ", "compressed with xz", "unpack it first"),
    (b"SQLite format 3", "a database", "export the table as CSV"),
    (b"ARROW1", "an Arrow file", "save the dataset as Parquet: `dataset.to_parquet(…)`"),
    (b"%PDF", "a PDF document", "give the data itself"),
    (b"\xff\xfe", "text with the encoding UTF-16", "save it with the encoding UTF-8"),
    (b"\xfe\xff", "text with the encoding UTF-16", "save it with the encoding UTF-8"),
    (b"\x80\x04", "a pickle of Python, which is a program", "save the dataset as JSON lines or Parquet"),
    (b"\x80\x05", "a pickle of Python, which is a program", "save the dataset as JSON lines or Parquet"),
];

fn refuse_other_formats(path: &Path, beginning: &[u8]) -> Result<(), ExchangeError> {
    match OTHERS.iter().find(|(magic, _, _)| beginning.starts_with(magic)) {
        Some((_, found, cure)) => Err(ExchangeError::OtherFormat { path: path.to_owned(), found, cure }),
        None => Ok(()),
    }
}

/// Bytes of an open file at a place.
fn read_at(file: &mut File, start: u64, length: usize) -> std::io::Result<Vec<u8>> {
    file.seek(SeekFrom::Start(start))?;
    let mut bytes = Vec::new();
    file.take(length as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}
