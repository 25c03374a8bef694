//! What is understood of a file while its records are read.

use std::collections::{BTreeMap, HashSet};
use std::ops::ControlFlow;

use serde::Serialize;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::drop::DropReason;
use super::fields::{Fields, Role, Uses, name};
use super::forms::{Form, Understood};
use super::import::ImportOptions;
use super::row::{ImportedRow, Place, RowKind, RowShape};
use super::source::{COLUMN_LIMIT, Format, Record};
use crate::domain::Text;

/// Places that are kept of each reason.
const PLACES: usize = 5;

/// Columns that every form knows.
pub(super) const ANNOTATOR: &[&str] = &["annotator", "annotator_id", "annotator_name"];
pub(super) const TAGS: &str = "tags";

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

/// Gives the columns that a person named the names that forms know.
pub(super) fn rename(cells: &mut Map<String, Value>, columns: &BTreeMap<String, String>) {
    if columns.is_empty() {
        return;
    }
    let named: Vec<(&String, Value)> =
        columns.iter().filter_map(|(role, column)| Some((role, cells.remove(column)?))).collect();
    for (role, value) in named {
        cells.insert(role.clone(), value);
    }
}

/// What is known of a file while it is read.
pub(super) struct Reading<'a> {
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
    pub(super) fn new(format: Format, form: &'static Form, options: &'a ImportOptions) -> Self {
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

    pub(super) fn note_columns<T: AsRef<str>>(&mut self, names: impl IntoIterator<Item = T>) {
        for name in names {
            let name = name.as_ref();
            if self.columns.len() < COLUMN_LIMIT && !self.columns.iter().any(|known| known == name) {
                self.columns.push(name.to_owned());
            }
        }
    }

    pub(super) fn record(
        &mut self,
        record: Record,
        take: &mut dyn FnMut(ImportedRow) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
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

    pub(super) fn finish(self, other_forms: Vec<&'static str>, guarded_cells: usize) -> Preview {
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
