//! A file becomes rows: its format and form are found out, its records are understood one after the other, and what
//! cannot be used is counted with its reason.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::ops::ControlFlow;
use std::path::Path;

use serde::Serialize;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::drop::DropReason;
use super::error::ExchangeError;
use super::fields::{Fields, Role, Uses, name};
use super::forms::{self, FORMS, Form, Understood};
use super::near::{DuplicateGroup, DuplicateOptions, find_duplicates};
use super::row::{ImportedRow, Place, RowKind, RowShape};
use super::source::{COLUMN_LIMIT, Format, Record, Records, detect_format};
use crate::domain::Text;

/// Records that are looked at to find the form.
const LOOKED_AT: usize = 32;

/// Places that are kept of each reason.
const PLACES: usize = 5;

/// Bytes of text that [`import`] keeps in memory.
const TEXT_LIMIT: usize = 1 << 30;

/// Bytes of text among which nearly equal rows are looked for.
const NEAR_LIMIT: usize = 128 << 20;

/// Columns that every form knows.
const ANNOTATOR: &[&str] = &["annotator", "annotator_id", "annotator_name"];
const TAGS: &str = "tags";

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

/// A column of a file, and what it was understood as.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ColumnUse {
    /// Its name in the file.
    pub column: String,
    /// What it was understood as; `None` where it was ignored.
    pub role: Option<Role>,
}

/// Records that were left out for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Dropped {
    /// Why.
    #[serde(flatten)]
    pub reason: DropReason,
    /// How many.
    pub count: usize,
    /// The first few of them.
    pub places: Vec<Place>,
}

/// What was understood of a file.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Preview {
    /// Its format.
    pub format: Format,
    /// The id of its form.
    pub form: &'static str,
    /// What that form is, in a sentence.
    pub form_meaning: &'static str,
    /// Ids of other forms that its first records look like.
    pub other_forms: Vec<&'static str>,
    /// Its columns, those that were understood first.
    pub columns: Vec<ColumnUse>,
    /// Records in the file.
    pub records: usize,
    /// Rows that came of them. One record may give several.
    pub rows: usize,
    /// How many rows there are of each kind.
    pub shapes: BTreeMap<RowShape, usize>,
    /// What was left out, the most frequent reason first.
    pub dropped: Vec<Dropped>,
    /// The first rows.
    pub samples: Vec<ImportedRow>,
    /// What a person should know beside that, in sentences.
    pub warnings: Vec<String>,
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
    let near_duplicates = if bytes <= NEAR_LIMIT {
        near_rows(&rows)
    } else {
        preview.warnings.push("nearly equal rows were not looked for: the file is too large".to_owned());
        Vec::new()
    };
    if !near_duplicates.is_empty() {
        let count: usize = near_duplicates.iter().map(|group| group.members.len() - 1).sum();
        preview.warnings.push(format!("{count} rows say nearly the same as a row before them; they are kept"));
    }
    Ok(Imported { rows, preview, near_duplicates })
}

/// Groups of rows that say nearly the same.
fn near_rows(rows: &[ImportedRow]) -> Vec<DuplicateGroup> {
    let texts: Vec<String> = rows.iter().map(|row| whole_text(&row.kind)).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    find_duplicates(&texts, &DuplicateOptions::default())
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

/// Gives the columns that a person named the names that forms know.
fn rename(cells: &mut Map<String, Value>, columns: &BTreeMap<String, String>) {
    if columns.is_empty() {
        return;
    }
    let named: Vec<(&String, Value)> =
        columns.iter().filter_map(|(role, column)| Some((role, cells.remove(column)?))).collect();
    for (role, value) in named {
        cells.insert(role.clone(), value);
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

/// What is known of a file while it is read.
struct Reading<'a> {
    format: Format,
    form: &'static Form,
    options: &'a ImportOptions,
    uses: Uses,
    columns: Vec<String>,
    records: usize,
    rows: usize,
    shapes: BTreeMap<RowShape, usize>,
    dropped: BTreeMap<DropReason, (usize, Vec<Place>)>,
    samples: Vec<ImportedRow>,
    seen: HashSet<[u8; 16]>,
}

impl<'a> Reading<'a> {
    fn new(format: Format, form: &'static Form, options: &'a ImportOptions) -> Self {
        Self {
            format,
            form,
            options,
            uses: Uses::default(),
            columns: Vec::new(),
            records: 0,
            rows: 0,
            shapes: BTreeMap::new(),
            dropped: BTreeMap::new(),
            samples: Vec::new(),
            seen: HashSet::new(),
        }
    }

    fn note_columns<T: AsRef<str>>(&mut self, names: impl IntoIterator<Item = T>) {
        for name in names {
            let name = name.as_ref();
            if self.columns.len() < COLUMN_LIMIT && !self.columns.iter().any(|known| known == name) {
                self.columns.push(name.to_owned());
            }
        }
    }

    fn record(&mut self, record: Record, take: &mut dyn FnMut(ImportedRow) -> ControlFlow<()>) -> ControlFlow<()> {
        let Record { mut cells, place } = record;
        self.records += 1;
        self.note_columns(cells.keys());
        rename(&mut cells, &self.options.columns);
        let mut fields = Fields { record: &mut cells, uses: &mut self.uses, is_table: self.format.is_table() };
        let Understood { rows, dropped } = self.form.understand(&mut fields);
        let annotator = fields.take_first(ANNOTATOR, Role::Annotator).and_then(|(_, value)| name(&value));
        let tags = fields.take(TAGS, Role::Tags).map(tags_of).unwrap_or_default();
        for reason in dropped {
            self.drop(reason, place);
        }
        for (kind, by) in rows {
            let annotator = by.or_else(|| annotator.clone());
            if self.options.drops_duplicates && !self.seen.insert(digest(&kind, annotator.as_deref())) {
                self.drop(DropReason::Duplicate, place);
                continue;
            }
            self.rows += 1;
            *self.shapes.entry(kind.shape()).or_default() += 1;
            let row = ImportedRow { kind, annotator, tags: tags.clone(), place };
            if self.samples.len() < self.options.samples {
                self.samples.push(row.clone());
            }
            take(row)?;
        }
        ControlFlow::Continue(())
    }

    fn drop(&mut self, reason: DropReason, place: Place) {
        let (count, places) = self.dropped.entry(reason).or_default();
        *count += 1;
        if places.len() < PLACES {
            places.push(place);
        }
    }

    fn finish(self, other_forms: Vec<&'static str>, guarded_cells: usize) -> Preview {
        let mut dropped: Vec<Dropped> =
            self.dropped.into_iter().map(|(reason, (count, places))| Dropped { reason, count, places }).collect();
        dropped.sort_by_key(|dropped| std::cmp::Reverse(dropped.count));
        let mut warnings = Vec::new();
        if guarded_cells > 0 {
            warnings.push(format!(
                "the apostrophe before {guarded_cells} cells, which keeps spreadsheets from computing them, was taken off"
            ));
        }
        if self.uses.python_lists > 0 {
            warnings.push(format!(
                "{} cells hold a list as Python prints it, which was read as plain text: save the dataset as JSON lines",
                self.uses.python_lists
            ));
        }
        Preview {
            format: self.format,
            form: self.form.id,
            form_meaning: self.form.meaning,
            other_forms,
            columns: column_uses(&self.columns, &self.uses, &self.options.columns),
            records: self.records,
            rows: self.rows,
            shapes: self.shapes,
            dropped,
            samples: self.samples,
            warnings,
        }
    }
}

/// The columns under their names in the file, those that were understood first.
fn column_uses(columns: &[String], uses: &Uses, named: &BTreeMap<String, String>) -> Vec<ColumnUse> {
    let of_file = |column: &String| named.get(column).unwrap_or(column).clone();
    let mut found: Vec<ColumnUse> =
        uses.found.iter().map(|(column, role)| ColumnUse { column: of_file(column), role: Some(*role) }).collect();
    for column in columns {
        if !found.iter().any(|known| known.column == *column) {
            found.push(ColumnUse { column: column.clone(), role: None });
        }
    }
    found
}

fn tags_of(value: Value) -> Vec<String> {
    match value {
        Value::Array(tags) => tags.iter().filter_map(name).collect(),
        Value::String(tags) => {
            tags.split(',').map(str::trim).filter(|tag| !tag.is_empty()).map(str::to_owned).collect()
        }
        _ => Vec::new(),
    }
}

/// What a row says, in 16 bytes: equal rows have equal ones.
fn digest(row: &RowKind, annotator: Option<&str>) -> [u8; 16] {
    let mut hasher = Sha256::new();
    let mut part = |text: &str| {
        hasher.update((text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    };
    match row {
        RowKind::Rated { is_desirable, .. } => part(if *is_desirable { "good" } else { "bad" }),
        RowKind::Comparison { choice, .. } => {
            part(&format!("{choice:?}"));
            part(annotator.unwrap_or_default());
        }
        RowKind::Pair { .. } | RowKind::Demonstration { .. } | RowKind::Prompt { .. } => part("row"),
    }
    for text in row.prompt().into_iter().chain(row.answers()) {
        match text {
            Text::Plain(text) => part(text.trim()),
            Text::Messages(messages) => {
                part("messages");
                for message in messages {
                    part(&message.role);
                    part(message.content.trim());
                }
            }
        }
    }
    let mut digest = [0; 16];
    digest.copy_from_slice(&hasher.finalize()[..16]);
    digest
}
