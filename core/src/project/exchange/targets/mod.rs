//! The forms that datasets are written in: a row of [`DATASET_TARGETS`] each.

mod encode;
mod llama_factory;
mod parquet;
mod plain;
mod tools;
mod turns;

use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::{Map, Value};

use super::error::ExchangeError;
use super::row::{ExportRow, RowKind, RowShape};
use crate::files::write_atomically;
use encode::{Encoder, Encoding};

/// A form that datasets are written in.
#[derive(Clone, Copy)]
pub struct DatasetTarget {
    /// Its name on the command line.
    pub id: &'static str,
    /// What it is for, in one sentence.
    pub meaning: &'static str,
    /// What its files' names end with.
    pub ending: &'static str,
    encoding: Encoding,
    /// What a row becomes in this form; nothing where the form cannot say it.
    becomes: fn(&RowKind) -> Vec<RowKind>,
    /// A row, as `becomes` made it, as the record that is written.
    record: fn(&ExportRow) -> Map<String, Value>,
    /// Writes what belongs beside the file, and says where.
    companion: Option<WriteCompanion>,
}

impl std::fmt::Debug for DatasetTarget {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("DatasetTarget").field(&self.id).finish()
    }
}

/// Every form.
pub const DATASET_TARGETS: &[DatasetTarget] = &[
    plain::PREFERENCE,
    plain::PREFERENCE_TEXT,
    plain::KTO,
    plain::DEMONSTRATIONS,
    plain::PROMPTS,
    plain::COMPARISONS,
    plain::JSON,
    plain::CSV,
    plain::PARQUET,
    tools::SHAREGPT,
    llama_factory::LLAMA_FACTORY,
    tools::H2O,
    tools::ARGILLA,
    tools::LABEL_STUDIO,
];

/// The row with this id.
pub fn dataset_target(id: &str) -> Result<&'static DatasetTarget, ExchangeError> {
    DATASET_TARGETS.iter().find(|target| target.id == id).ok_or_else(|| ExchangeError::NoSuchTarget {
        asked: id.to_owned(),
        known: DATASET_TARGETS.iter().map(|target| target.id).collect::<Vec<_>>().join(", "),
    })
}

impl DatasetTarget {
    /// What a row becomes in this form: none where the form cannot say it, several where it says it in parts.
    pub fn becomes(&self, row: &RowKind) -> Vec<RowKind> {
        (self.becomes)(row)
    }
}

/// A file that was written beside a dataset, or why it was not.
enum Companion {
    Written(PathBuf),
    Note(String),
}

type WriteCompanion = fn(&Path, RowShape) -> Result<Companion, ExchangeError>;

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Written {
    /// Records in the file.
    pub records: usize,
    /// Rows that the form cannot say, or that are of another kind than the first one: a file holds one kind.
    pub skipped: usize,
    /// The kind of the rows.
    pub shape: RowShape,
    /// The names of the records' entries, in the order in which they were found.
    pub columns: Vec<String>,
    /// The files, the dataset first.
    pub files: Vec<PathBuf>,
    /// What a person should know, in sentences.
    pub notes: Vec<String>,
}

/// What the rows of one file have in common: their kind, and whether they have a prompt.
type Layout = (RowShape, bool);

/// Writes rows in a form. The file is replaced whole, or not at all.
pub fn write_dataset(
    target: &'static DatasetTarget,
    rows: &mut dyn Iterator<Item = ExportRow>,
    path: &Path,
) -> Result<Written, ExchangeError> {
    let mut progress = Progress::default();
    let mut found_nothing = false;
    let result = write_atomically(path, |out| {
        let mut encoder = Encoder::new(target.encoding, out);
        for row in rows {
            progress.row(target, &row, &mut encoder)?;
        }
        if progress.layout.is_none() {
            // An error, so that the file that stands there stays.
            found_nothing = true;
            return Err(io::Error::other("nothing to write"));
        }
        progress.guarded = encoder.finish()?;
        Ok(())
    });
    if !found_nothing {
        result?;
    }
    let Some((shape, _)) = progress.layout else { return Err(progress.nothing(target, path)) };
    let mut written = Written {
        records: progress.records,
        skipped: progress.skipped,
        shape,
        columns: progress.columns,
        files: vec![path.to_owned()],
        notes: Vec::new(),
    };
    if progress.guarded > 0 {
        written.notes.push(format!(
            "{} cells begin with =, +, -, @ or a tab and were given an apostrophe, so that spreadsheets show them instead of \
             computing them; it is taken off when the file is brought in again",
            progress.guarded
        ));
    }
    match target.companion.map(|companion| companion(path, shape)).transpose()? {
        Some(Companion::Written(beside)) => written.files.push(beside),
        Some(Companion::Note(note)) => written.notes.push(note),
        None => {}
    }
    Ok(written)
}

/// What was written so far.
#[derive(Default)]
struct Progress {
    rows: usize,
    records: usize,
    skipped: usize,
    guarded: usize,
    layout: Option<Layout>,
    first: Option<RowKind>,
    columns: Vec<String>,
}

impl Progress {
    fn row(&mut self, target: &DatasetTarget, row: &ExportRow, encoder: &mut Encoder<'_>) -> io::Result<()> {
        self.rows += 1;
        let becomes = target.becomes(&row.kind);
        if self.first.is_none() {
            self.first = Some(row.kind.clone());
        }
        let mut was_written = false;
        for kind in becomes {
            let layout = (kind.shape(), kind.prompt().is_some());
            if *self.layout.get_or_insert(layout) != layout {
                continue;
            }
            let row = ExportRow {
                kind,
                annotator: row.annotator.clone(),
                tags: row.tags.clone(),
                provenance: row.provenance.clone(),
            };
            let record = (target.record)(&row);
            let new = record.keys().filter(|name| !self.columns.contains(*name)).cloned();
            let new: Vec<String> = new.collect();
            self.columns.extend(new);
            encoder.write(record, layout)?;
            self.records += 1;
            was_written = true;
        }
        self.skipped += usize::from(!was_written);
        Ok(())
    }

    fn nothing(&self, target: &DatasetTarget, path: &Path) -> ExchangeError {
        let takes = |other: &DatasetTarget| self.first.as_ref().is_some_and(|first| !other.becomes(first).is_empty());
        let others: Vec<String> =
            DATASET_TARGETS.iter().filter(|other| takes(other)).map(|other| format!("`{}`", other.id)).collect();
        ExchangeError::NothingToWrite {
            path: path.to_owned(),
            target: target.id,
            rows: self.rows,
            others: if others.is_empty() { "nothing: there are none".to_owned() } else { others.join(", ") },
        }
    }
}
