//! Parquet, row by row, lists of messages within rows included.

use std::fs::File;
use std::path::{Path, PathBuf};

use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::reader::RowIter;
use parquet::record::{Field, Row};
use parquet::schema::types::Type;
use serde_json::{Map, Number, Value};

use super::parquet_guard::{Fault, check_column, check_footer, check_rows};
use super::{RECORD_LIMIT, Record};
use crate::files::FileError;
use crate::files::contain::contain_panic;
use crate::project::exchange::error::ExchangeError;
use crate::project::exchange::row::Place;

/// Rows that the library reads at once from a column.
const BATCH: usize = 128;

/// The rows of a Parquet file.
pub(in crate::project::exchange) struct Parquet {
    /// `None` once something went wrong.
    rows: Option<RowIter<'static>>,
    path: PathBuf,
    columns: Vec<String>,
    count: usize,
}

impl Parquet {
    pub(super) fn open(path: &Path, is_wanted: &dyn Fn(&str) -> bool) -> Result<Self, ExchangeError> {
        let failed = |source| FileError::Read { path: path.to_owned(), source };
        let refused = |fault: Fault| damaged(path, fault.place, fault.problem);
        let mut file = File::open(path).map_err(failed)?;
        check_footer(&mut file).map_err(refused)?;
        let reader = contained(path, "the end of the file", {
            let file = file.try_clone().map_err(failed)?;
            || SerializedFileReader::new(file)
        })?;
        let groups = reader.metadata().row_groups();
        check_rows(groups).map_err(refused)?;
        let schema = reader.metadata().file_metadata().schema().clone();
        let columns: Vec<String> = schema.get_fields().iter().map(|column| column.name().to_owned()).collect();
        let wanted: Vec<_> = schema.get_fields().iter().filter(|column| is_wanted(column.name())).cloned().collect();
        for group in groups {
            for column in group.columns() {
                let top = column.column_path().parts().first();
                if top.is_some_and(|top| is_wanted(top)) {
                    check_column(&mut file, column, group.num_rows()).map_err(refused)?;
                }
            }
        }
        if wanted.is_empty() {
            return Ok(Self { rows: None, path: path.to_owned(), columns, count: 0 });
        }
        let rows = contained(path, "the schema", || {
            let projection = Type::group_type_builder(schema.name()).with_fields(wanted).build()?;
            Ok(RowIter::from_file_into(Box::new(reader)).project(Some(projection))?.with_batch_size(BATCH))
        })?;
        Ok(Self { rows: Some(rows), path: path.to_owned(), columns, count: 0 })
    }

    pub(super) fn columns(&self) -> &[String] {
        &self.columns
    }

    pub(super) fn next(&mut self) -> Result<Option<Record>, ExchangeError> {
        // The iterator is put back only if it is whole: after a panic it may be half changed.
        let Some(mut rows) = self.rows.take() else { return Ok(None) };
        let place = format!("row {}", self.count + 1);
        let (row, rows) = contained(&self.path, &place, || match rows.next() {
            None => Ok((None, rows)),
            Some(Ok(row)) => Ok((Some(row), rows)),
            Some(Err(error)) => Err(error),
        })?;
        let Some(row) = row else { return Ok(None) };
        self.rows = Some(rows);
        self.count += 1;
        let mut left = RECORD_LIMIT;
        let cells = entries(row, &mut left)
            .ok_or_else(|| damaged(&self.path, place, format!("a row of more than {RECORD_LIMIT} bytes")))?;
        Ok(Some(Record { cells, place: Place { record: self.count, line: None } }))
    }
}

/// Runs the library, whose panics become errors.
fn contained<T>(path: &Path, place: &str, work: impl FnOnce() -> Result<T, ParquetError>) -> Result<T, ExchangeError> {
    match contain_panic(work) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(damaged(path, place.to_owned(), shorten(&error.to_string()))),
        Err(panic) => Err(damaged(path, place.to_owned(), format!("cannot be read: {}", shorten(&panic)))),
    }
}

fn shorten(message: &str) -> String {
    message.chars().take(200).collect()
}

fn damaged(path: &Path, place: String, problem: String) -> ExchangeError {
    ExchangeError::Parquet {
        path: path.to_owned(),
        place,
        problem,
        cure: "copy or download the file again; if that does not help, write it anew with pandas or `datasets`, with snappy \
               or zstd as its compression and without delta encodings"
            .to_owned(),
    }
}

fn entries(row: Row, left: &mut usize) -> Option<Map<String, Value>> {
    row.into_columns().into_iter().map(|(name, field)| Some((name, value(field, left)?))).collect()
}

/// A field as a value; `None` where the row grows too large. What has no text (dates, decimals) counts as not there.
fn value(field: Field, left: &mut usize) -> Option<Value> {
    *left = left.checked_sub(match &field {
        Field::Str(text) => text.len() + 1,
        Field::Bytes(bytes) => bytes.len() + 1,
        _ => 1,
    })?;
    Some(match field {
        Field::Bool(truth) => Value::Bool(truth),
        Field::Byte(number) => Value::from(number),
        Field::Short(number) => Value::from(number),
        Field::Int(number) => Value::from(number),
        Field::Long(number) => Value::from(number),
        Field::UByte(number) => Value::from(number),
        Field::UShort(number) => Value::from(number),
        Field::UInt(number) => Value::from(number),
        Field::ULong(number) => Value::from(number),
        Field::Float(number) => Number::from_f64(f64::from(number)).map_or(Value::Null, Value::Number),
        Field::Double(number) => Number::from_f64(number).map_or(Value::Null, Value::Number),
        Field::Str(text) => Value::String(text),
        // Writers that do not say what their bytes are mean text.
        Field::Bytes(bytes) => {
            std::str::from_utf8(bytes.data()).map_or(Value::Null, |text| Value::String(text.to_owned()))
        }
        Field::Group(row) => Value::Object(entries(row, left)?),
        Field::ListInternal(list) => {
            Value::Array(list.elements().iter().map(|field| value(field.clone(), left)).collect::<Option<_>>()?)
        }
        Field::MapInternal(map) => {
            let mut named = Map::new();
            for (key, field) in map.entries() {
                if let Field::Str(key) = key {
                    named.insert(key.clone(), value(field.clone(), left)?);
                }
            }
            Value::Object(named)
        }
        Field::Null
        | Field::Float16(_)
        | Field::Decimal(_)
        | Field::Date(_)
        | Field::TimeMillis(_)
        | Field::TimeMicros(_)
        | Field::TimestampMillis(_)
        | Field::TimestampMicros(_) => Value::Null,
    })
}
