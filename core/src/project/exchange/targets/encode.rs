//! Records as bytes: JSON lines, a JSON list, a table, Parquet.

use std::io::{self, Write};

use serde_json::{Map, Value};

use super::Layout;
use super::parquet::ParquetRows;
use super::plain::ORIGIN;
use crate::project::exchange::source::is_guarded;

/// How records are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    JsonLines,
    JsonList,
    Csv,
    Parquet,
}

/// Writes records one after the other.
pub(super) struct Encoder<'a> {
    out: Out<'a>,
    count: usize,
}

enum Out<'a> {
    JsonLines(&'a mut dyn Write),
    JsonList(&'a mut dyn Write),
    Csv(Box<Table<'a>>),
    Parquet(Box<ParquetRows<'a>>),
}

impl<'a> Encoder<'a> {
    pub(super) fn new(encoding: Encoding, out: &'a mut dyn Write) -> Self {
        let out = match encoding {
            Encoding::JsonLines => Out::JsonLines(out),
            Encoding::JsonList => Out::JsonList(out),
            Encoding::Csv => {
                Out::Csv(Box::new(Table { writer: csv::Writer::from_writer(out), columns: Vec::new(), guarded: 0 }))
            }
            Encoding::Parquet => Out::Parquet(Box::new(ParquetRows::new(out))),
        };
        Self { out, count: 0 }
    }

    pub(super) fn write(&mut self, record: Map<String, Value>, layout: Layout) -> io::Result<()> {
        let is_first = self.count == 0;
        self.count += 1;
        match &mut self.out {
            Out::JsonLines(out) => {
                serde_json::to_writer(&mut *out, &record)?;
                out.write_all(b"\n")
            }
            Out::JsonList(out) => {
                out.write_all(if is_first { b"[\n" } else { b",\n" })?;
                serde_json::to_writer(out, &record).map_err(io::Error::from)
            }
            Out::Csv(table) => table.write(&record),
            Out::Parquet(rows) => rows.write(record, layout),
        }
    }

    /// Ends the file and says how many cells were guarded against spreadsheets.
    pub(super) fn finish(self) -> io::Result<usize> {
        match self.out {
            Out::JsonLines(_) => Ok(0),
            Out::JsonList(out) => out.write_all(b"\n]\n").map(|()| 0),
            Out::Csv(mut table) => table.writer.flush().map(|()| table.guarded),
            Out::Parquet(rows) => rows.finish().map(|()| 0),
        }
    }
}

/// A table whose columns are those of its first record, and those that every row may have.
struct Table<'a> {
    writer: csv::Writer<&'a mut dyn Write>,
    columns: Vec<String>,
    guarded: usize,
}

impl Table<'_> {
    fn write(&mut self, record: &Map<String, Value>) -> io::Result<()> {
        if self.columns.is_empty() {
            self.columns = record.keys().filter(|key| !ORIGIN.contains(&key.as_str())).cloned().collect();
            self.columns.extend(ORIGIN.iter().map(|name| (*name).to_owned()));
            self.writer.write_record(&self.columns)?;
        }
        for column in &self.columns {
            let mut cell = record.get(column).map(|value| cell_of(column, value)).unwrap_or_default();
            if is_guarded(&cell) {
                cell.insert(0, '\'');
                self.guarded += 1;
            }
            self.writer.write_field(cell)?;
        }
        self.writer.write_record(None::<&[u8]>)?;
        Ok(())
    }
}

fn cell_of(column: &str, value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(tags) if column == "tags" => tags.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}
