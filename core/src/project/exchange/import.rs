//! A file becomes rows: its format and form are found out, its records are understood one after the other, and what
//! cannot be used is counted with its reason.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::path::Path;

use serde_json::{Map, Value};

use super::error::ExchangeError;
use super::forms::{self, FORMS, Form};
use super::near::{DuplicateGroup, DuplicateOptions, find_duplicates_among};
use super::reading::{ANNOTATOR, Preview, Reading, TAGS, rename};
use super::row::{ImportedRow, Place, RowKind};
use super::source::{Format, Record, Records, detect_format};
use crate::domain::Text;

/// Records that are looked at to find the form.
const LOOKED_AT: usize = 32;

/// Bytes of text that [`import`] keeps in memory.
const TEXT_LIMIT: usize = 1 << 30;

/// What a person says of a file; by itself, everything is found out.
#[derive(Debug, Clone)]
pub struct ImportOptions {
    /// The format; `None` finds out.
    pub format: Option<Format>,
    /// The id of the form; `None` finds out.
    pub form: Option<String>,
    /// Which column of the file is meant by a column that forms know: `prompt` → `my question`.
    pub columns: BTreeMap<String, String>,
    /// The delimiter of a table; `None` finds out.
    pub delimiter: Option<u8>,
    /// Rows that a preview shows.
    pub samples: usize,
    /// Whether rows that stood in the file before are left out.
    pub drops_duplicates: bool,
}

impl Default for ImportOptions {
    fn default() -> Self {
        Self { format: None, form: None, columns: BTreeMap::new(), delimiter: None, samples: 5, drops_duplicates: true }
    }
}

/// The rows of a file and what was understood of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    /// The rows, in the order of the file.
    pub rows: Vec<ImportedRow>,
    /// What was understood.
    pub preview: Preview,
    /// Rows that say nearly the same, by their place in `rows`. They are kept; a person may leave them out.
    pub near_duplicates: Vec<DuplicateGroup>,
}

/// Looks at a whole file without keeping its rows.
pub fn preview(path: &Path, options: &ImportOptions) -> Result<Preview, ExchangeError> {
    read_rows(path, options, &mut |_| ControlFlow::Continue(()))
}

/// Reads a file into memory. A file of which nothing can be used is an error.
pub fn import(path: &Path, options: &ImportOptions) -> Result<Imported, ExchangeError> {
    let mut rows: Vec<ImportedRow> = Vec::new();
    let mut bytes = 0_usize;
    let mut full_at = None;
    let mut preview = read_rows(path, options, &mut |row| {
        bytes = bytes.saturating_add(size_of_row(&row));
        if bytes > TEXT_LIMIT {
            full_at = Some(row.place);
            return ControlFlow::Break(());
        }
        rows.push(row);
        ControlFlow::Continue(())
    })?;
    if let Some(place) = full_at {
        return Err(ExchangeError::TooMuch { path: path.to_owned(), place: place.to_string(), limit: "1 GiB" });
    }
    if rows.is_empty() {
        return Err(nothing_usable(path, &preview));
    }
    let near_duplicates = near_rows(&rows);
    if !near_duplicates.is_empty() {
        let count: usize = near_duplicates.iter().map(|group| group.members.len() - 1).sum();
        preview.warnings.push(format!("{count} rows say nearly the same as a row before them; they are kept"));
    }
    Ok(Imported { rows, preview, near_duplicates })
}

/// Groups of rows that say nearly the same.
fn near_rows(rows: &[ImportedRow]) -> Vec<DuplicateGroup> {
    let text = |index: usize| -> Cow<'_, str> {
        Cow::Owned(rows.get(index).map(|row| whole_text(&row.kind)).unwrap_or_default())
    };
    find_duplicates_among(rows.len(), &text, DuplicateOptions::default().threshold)
}

/// All that a row says, as one text.
fn whole_text(row: &RowKind) -> String {
    let parts: Vec<String> = row.prompt().into_iter().chain(row.answers()).map(Text::readable).collect();
    parts.join("\n")
}

fn size_of_row(row: &ImportedRow) -> usize {
    let size = |text: &Text| match text {
        Text::Plain(text) => text.len(),
        Text::Messages(messages) => messages.iter().map(|message| message.content.len() + 128).sum(),
    };
    row.kind.prompt().into_iter().chain(row.kind.answers()).map(size).sum::<usize>() + 128
}

fn nothing_usable(path: &Path, preview: &Preview) -> ExchangeError {
    let Some(dropped) = preview.dropped.first() else { return ExchangeError::Empty { path: path.to_owned() } };
    let place = dropped.places.first().map_or_else(|| "row 1".to_owned(), Place::to_string);
    let cure = dropped.reason.cure().unwrap_or("check that the right file and the right form were chosen");
    ExchangeError::NothingUsable {
        path: path.to_owned(),
        place,
        records: preview.records,
        reason: dropped.reason.to_string(),
        cure: cure.to_owned(),
    }
}

/// Reads a file row by row: each is handed to `take`, which may stop the reading. No more than a record is in memory, and
/// 16 bytes for each row, by which equal rows are known.
pub fn read_rows(
    path: &Path,
    options: &ImportOptions,
    take: &mut dyn FnMut(ImportedRow) -> ControlFlow<()>,
) -> Result<Preview, ExchangeError> {
    let asked = asked_form(options)?;
    let format = match options.format {
        Some(format) => format,
        None => detect_format(path)?,
    };
    let is_wanted = |column: &str| {
        options.columns.values().any(|named| named == column)
            || ANNOTATOR.contains(&column)
            || column == TAGS
            || FORMS.iter().any(|form| form.columns.contains(&column))
    };
    let mut records = Records::open(path, format, options.delimiter, &is_wanted)?;
    if let Some(columns) = records.columns() {
        check_named_columns(path, options, columns)?;
    }
    let mut first = Vec::new();
    while first.len() < LOOKED_AT
        && let Some(record) = records.next()?
    {
        first.push(record);
    }
    let (form, others) = choose_form(path, format, options, asked, &first, records.columns())?;
    let mut reading = Reading::new(format, form, options);
    reading.note_columns(records.columns().unwrap_or_default());
    for record in first {
        if reading.record(record, take).is_break() {
            return Ok(reading.finish(others, records.guarded_cells()));
        }
    }
    while let Some(record) = records.next()? {
        if reading.record(record, take).is_break() {
            break;
        }
    }
    Ok(reading.finish(others, records.guarded_cells()))
}

fn asked_form(options: &ImportOptions) -> Result<Option<&'static Form>, ExchangeError> {
    for role in options.columns.keys() {
        let is_known = |name: &str| {
            FORMS.iter().any(|form| form.columns.contains(&name)) || ANNOTATOR.contains(&name) || name == TAGS
        };
        if !is_known(role) {
            let known: BTreeSet<&str> = FORMS.iter().flat_map(|form| form.columns).copied().collect();
            return Err(ExchangeError::NoSuchRole { asked: role.clone(), known: join(known.iter()) });
        }
    }
    let Some(asked) = &options.form else { return Ok(None) };
    forms::find_form(asked).map(Some).ok_or_else(|| ExchangeError::NoSuchForm {
        asked: asked.clone(),
        known: join(FORMS.iter().map(|form| &form.id)),
    })
}

fn check_named_columns(path: &Path, options: &ImportOptions, columns: &[String]) -> Result<(), ExchangeError> {
    match options.columns.values().find(|named| !columns.contains(named)) {
        None => Ok(()),
        Some(asked) => Err(ExchangeError::NoSuchColumn {
            path: path.to_owned(),
            asked: asked.clone(),
            columns: list_columns(columns.iter().map(String::as_str)),
        }),
    }
}

fn choose_form(
    path: &Path,
    format: Format,
    options: &ImportOptions,
    asked: Option<&'static Form>,
    first: &[Record],
    columns: Option<&[String]>,
) -> Result<(&'static Form, Vec<&'static str>), ExchangeError> {
    let Some(beginning) = first.first() else {
        return match columns {
            Some(columns) if !columns.is_empty() && format == Format::Parquet => {
                Err(unknown_form(path, "row 1", columns))
            }
            _ => Err(ExchangeError::Empty { path: path.to_owned() }),
        };
    };
    let mut looked_at: Vec<Map<String, Value>> = first.iter().map(|record| record.cells.clone()).collect();
    let mut names: Vec<String> = columns.unwrap_or_default().to_vec();
    for cells in &mut looked_at {
        if columns.is_none() {
            names.extend(cells.keys().filter(|key| !names.contains(key)).cloned().collect::<Vec<_>>());
        }
        rename(cells, &options.columns);
    }
    check_named_columns(path, options, &names)?;
    let (found, others) = forms::detect(&mut looked_at, format.is_table());
    match asked.or(found) {
        Some(form) => Ok((form, others.iter().map(|form| form.id).filter(|id| *id != form.id).collect())),
        None => Err(unknown_form(path, &beginning.place.to_string(), &names)),
    }
}

fn unknown_form(path: &Path, place: &str, columns: &[String]) -> ExchangeError {
    ExchangeError::UnknownForm {
        path: path.to_owned(),
        place: place.to_owned(),
        columns: list_columns(columns.iter().map(String::as_str)),
    }
}

fn join<T: AsRef<str>>(names: impl Iterator<Item = T>) -> String {
    names.map(|name| name.as_ref().to_owned()).collect::<Vec<_>>().join(", ")
}

fn list_columns<'a>(names: impl Iterator<Item = &'a str>) -> String {
    const SHOWN: usize = 12;
    let mut names: Vec<String> = names.map(|name| format!("`{}`", name.chars().take(40).collect::<String>())).collect();
    let more = names.len().saturating_sub(SHOWN);
    names.truncate(SHOWN);
    if more > 0 {
        names.push(format!("{more} more"));
    }
    names.join(", ")
}
