//! Rows as Parquet: prompts and answers as lists of messages, all else as text.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use parquet::basic::{Compression, ZstdLevel};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use serde_json::{Map, Value};

use super::Layout;
use crate::project::exchange::row::RowShape;

/// Rows of a group: what is held in memory until it is written.
const GROUP_ROWS: usize = 5_000;

/// Bytes of text after which a group is written, however few its rows are.
const GROUP_BYTES: usize = 32 << 20;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Truth,
    Messages,
    Tags,
}

/// The columns of rows of one layout.
fn columns(layout: Layout) -> Vec<(&'static str, Kind)> {
    let mut columns = match layout {
        (RowShape::Pair, _) => {
            vec![("prompt", Kind::Messages), ("chosen", Kind::Messages), ("rejected", Kind::Messages)]
        }
        (RowShape::Comparison, _) => vec![
            ("prompt", Kind::Messages),
            ("answer1", Kind::Messages),
            ("answer2", Kind::Messages),
            ("choice", Kind::Text),
        ],
        (RowShape::Demonstration, true) => vec![("prompt", Kind::Messages), ("completion", Kind::Messages)],
        (RowShape::Demonstration, false) => vec![("text", Kind::Text)],
        (RowShape::Rated, _) => {
            vec![("prompt", Kind::Messages), ("completion", Kind::Messages), ("label", Kind::Truth)]
        }
        (RowShape::Prompt, _) => vec![("prompt", Kind::Messages)],
    };
    columns.extend([("annotator", Kind::Text), ("tags", Kind::Tags), ("provenance", Kind::Text)]);
    columns
}

fn schema(columns: &[(&'static str, Kind)]) -> String {
    let column = |(name, kind): &(&'static str, Kind)| match kind {
        Kind::Text => format!("optional binary {name} (STRING);\n"),
        Kind::Truth => format!("required boolean {name};\n"),
        Kind::Messages => format!(
            "required group {name} (LIST) {{ repeated group list {{ required group element {{ required binary role \
             (STRING); required binary content (STRING); }} }} }}\n"
        ),
        Kind::Tags => {
            format!("required group {name} (LIST) {{ repeated group list {{ required binary element (STRING); }} }}\n")
        }
    };
    let columns: Vec<String> = columns.iter().map(column).collect();
    format!("message rows {{\n{}}}", columns.concat())
}

/// Bytes that the library has written and the file has not yet.
#[derive(Clone, Default)]
struct Pending(Arc<Mutex<Vec<u8>>>);

impl Pending {
    fn take(&self) -> Vec<u8> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for Pending {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Rows on their way into a Parquet file.
pub(super) struct ParquetRows<'a> {
    out: &'a mut dyn Write,
    pending: Pending,
    writer: Option<SerializedFileWriter<Pending>>,
    columns: Vec<(&'static str, Kind)>,
    rows: Vec<Map<String, Value>>,
    bytes: usize,
}

fn failed(error: ParquetError) -> io::Error {
    io::Error::other(error)
}

impl<'a> ParquetRows<'a> {
    pub(super) fn new(out: &'a mut dyn Write) -> Self {
        let pending = Pending::default();
        Self { out, pending, writer: None, columns: Vec::new(), rows: Vec::new(), bytes: 0 }
    }

    pub(super) fn write(&mut self, mut record: Map<String, Value>, layout: Layout) -> io::Result<()> {
        if self.writer.is_none() {
            self.columns = columns(layout);
            let schema = Arc::new(parse_message_type(&schema(&self.columns)).map_err(failed)?);
            let properties =
                WriterProperties::builder().set_compression(Compression::ZSTD(ZstdLevel::default())).build();
            let writer =
                SerializedFileWriter::new(self.pending.clone(), schema, Arc::new(properties)).map_err(failed)?;
            self.writer = Some(writer);
        }
        if let Some(provenance) = record.get_mut("provenance") {
            *provenance = Value::from(provenance.to_string());
        }
        self.bytes += record.values().map(size_of_value).sum::<usize>();
        self.rows.push(record);
        if self.rows.len() >= GROUP_ROWS || self.bytes >= GROUP_BYTES { self.write_group() } else { Ok(()) }
    }

    pub(super) fn finish(mut self) -> io::Result<()> {
        self.write_group()?;
        if let Some(writer) = self.writer.take() {
            writer.close().map_err(failed)?;
        }
        self.out.write_all(&self.pending.take())
    }

    fn write_group(&mut self) -> io::Result<()> {
        let rows = std::mem::take(&mut self.rows);
        self.bytes = 0;
        if let (Some(writer), false) = (&mut self.writer, rows.is_empty()) {
            let mut group = writer.next_row_group().map_err(failed)?;
            // A column of messages is two: roles and contents.
            let mut parts = self.columns.iter().flat_map(|(name, kind)| match kind {
                Kind::Messages => vec![(*name, *kind, "role"), (*name, *kind, "content")],
                kind => vec![(*name, *kind, "")],
            });
            while let Some(mut column) = group.next_column().map_err(failed)? {
                let Some((name, kind, part)) = parts.next() else { break };
                if kind == Kind::Truth {
                    let truths: Vec<bool> =
                        rows.iter().map(|row| row.get(name).and_then(Value::as_bool).unwrap_or(false)).collect();
                    column.typed::<BoolType>().write_batch(&truths, None, None).map_err(failed)?;
                } else {
                    let Leaves { values, definitions, repetitions } = leaves(&rows, name, kind, part);
                    let repetitions = (kind != Kind::Text).then_some(repetitions.as_slice());
                    let column = column.typed::<ByteArrayType>();
                    column.write_batch(&values, Some(&definitions), repetitions).map_err(failed)?;
                }
                column.close().map_err(failed)?;
            }
            group.close().map_err(failed)?;
        }
        self.out.write_all(&self.pending.take())
    }
}

fn size_of_value(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().map(size_of_value).sum(),
        Value::Object(entries) => entries.values().map(size_of_value).sum(),
        _ => 8,
    }
}

/// A column's values, how much of each row is there, and where each row begins.
#[derive(Default)]
struct Leaves {
    values: Vec<ByteArray>,
    definitions: Vec<i16>,
    repetitions: Vec<i16>,
}

impl Leaves {
    fn push(&mut self, text: Option<&str>, repetition: i16) {
        self.definitions.push(i16::from(text.is_some()));
        self.repetitions.push(repetition);
        self.values.extend(text.map(ByteArray::from));
    }
}

fn leaves(rows: &[Map<String, Value>], name: &str, kind: Kind, part: &str) -> Leaves {
    let mut leaves = Leaves::default();
    for row in rows {
        let value = row.get(name).filter(|value| !value.is_null());
        if kind == Kind::Text {
            leaves.push(value.and_then(Value::as_str), 0);
            continue;
        }
        let items = value.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        if items.is_empty() {
            leaves.push(None, 0);
        }
        for (index, item) in items.iter().enumerate() {
            let text = if kind == Kind::Messages { item.get(part).and_then(Value::as_str) } else { item.as_str() };
            leaves.push(Some(text.unwrap_or_default()), i16::from(index > 0));
        }
    }
    leaves
}
