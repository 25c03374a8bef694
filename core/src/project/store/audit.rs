//! Who did what when.

use std::path::Path;

use jiff::{Timestamp, Unit};
use rusqlite::{OptionalExtension, Transaction, params};
use serde::Serialize;
use serde_json::{Value, json};

use super::error::{Problem, StoreError};
use super::open::{Access, Store};
use super::rows::Json;
use crate::domain::RecordId;

/// One change, as the audit trail keeps it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AuditEntry {
    /// Its place: the order of changes.
    pub sequence: RecordId,
    /// UTC, for people to read.
    pub at: String,
    /// The annotator's name, or `owner` or `engine` where a program did it.
    pub who: String,
    /// What was done, in words.
    pub what: String,
    /// The record that it was done to, where it is one.
    pub subject: Option<RecordId>,
    /// The rest.
    pub details: Value,
}

impl Store {
    /// The newest changes, newest first, at most `limit`.
    pub fn audit(&self, limit: usize) -> Result<Vec<AuditEntry>, StoreError> {
        self.read(|connection| {
            let mut query = connection.prepare_cached(
                "SELECT sequence, at, who, what, subject, details FROM audit ORDER BY sequence DESC LIMIT ?1",
            )?;
            let limit = i64::try_from(limit).unwrap_or(i64::MAX);
            let entries = query.query_map([limit], |row| {
                Ok(AuditEntry {
                    sequence: row.get(0)?,
                    at: row.get(1)?,
                    who: row.get(2)?,
                    what: row.get(3)?,
                    subject: row.get(4)?,
                    details: row.get::<_, Json<Value>>(5)?.0,
                })
            })?;
            Ok(entries.collect::<Result<_, _>>()?)
        })
    }

    /// Notes that something of the project was written into a file for others. Whoever only reads the project notes
    /// nothing.
    pub fn note_written(&self, what: Written, path: &Path) -> Result<(), StoreError> {
        if self.is_read_only() {
            return Ok(());
        }
        self.write(0, |change| change.note(what.words(), None, &json!({ "path": path })))
    }

    /// What was written into files for others, newest first.
    pub fn written(&self) -> Result<Vec<AuditEntry>, StoreError> {
        let mut entries = self.audit(usize::MAX)?;
        entries.retain(|entry| Written::ALL.iter().any(|written| written.words() == entry.what));
        Ok(entries)
    }
}

/// What is written into a file for others. An adapter that is taken away stands in the list of exports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// Comparisons for an annotator.
    Pack,
    /// Preference pairs for another tool.
    Dataset,
    /// The whole project.
    Archive,
}

impl Written {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Pack, Self::Dataset, Self::Archive];

    /// What the trail says of it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Pack => "wrote a pack",
            Self::Dataset => "wrote a dataset",
            Self::Archive => "packed the project",
        }
    }
}

/// This moment in UTC, to the second.
pub(super) fn now() -> String {
    let now = Timestamp::now();
    now.round(Unit::Second).unwrap_or(now).to_string()
}

/// A change that is being made: its transaction, and what is noted of it.
#[derive(Debug)]
pub(super) struct Change<'a> {
    pub transaction: &'a Transaction<'a>,
    pub at: String,
    path: &'a Path,
    access: Access,
}

impl<'a> Change<'a> {
    pub(super) fn new(transaction: &'a Transaction<'a>, path: &'a Path, access: Access, at: String) -> Self {
        Self { transaction, at, path, access }
    }

    /// Notes what a program did.
    pub(super) fn note(&self, what: &str, subject: Option<RecordId>, details: &Value) -> Result<(), Problem> {
        self.note_by(self.access.name(), what, subject, details)
    }

    /// Notes what somebody did.
    pub(super) fn note_by(
        &self,
        who: &str,
        what: &str,
        subject: Option<RecordId>,
        details: &Value,
    ) -> Result<(), Problem> {
        let mut insert = self
            .transaction
            .prepare_cached("INSERT INTO audit (at, who, what, subject, details) VALUES (?1, ?2, ?3, ?4, ?5)")?;
        insert.execute(params![self.at, who, what, subject, Json(details)])?;
        Ok(())
    }

    /// Notes that records were added: how many, and from which to which.
    pub(super) fn note_added(&self, what: &str, ids: &[RecordId]) -> Result<(), Problem> {
        if ids.is_empty() {
            return Ok(());
        }
        self.note(what, ids.first().copied(), &json!({ "count": ids.len(), "last": ids.last() }))
    }

    /// Fails where a record is not there.
    pub(super) fn require(&self, kind: Kind, id: RecordId) -> Result<(), Problem> {
        let mut query = self.transaction.prepare_cached(kind.query())?;
        match query.query_row([id], |_| Ok(())).optional()? {
            Some(()) => Ok(()),
            None => Err(self.unknown(kind.name(), id)),
        }
    }

    /// The same of a record that need not be named.
    pub(super) fn require_if_named(&self, kind: Kind, id: Option<RecordId>) -> Result<(), Problem> {
        id.map_or(Ok(()), |id| self.require(kind, id))
    }

    pub(super) fn unknown(&self, what: &'static str, id: RecordId) -> Problem {
        StoreError::Unknown { path: self.path.to_owned(), what, id }.into()
    }
}

/// Records that others name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Prompt,
    Completion,
    Comparison,
    Annotator,
    Rubric,
    Round,
    Run,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Prompt => "prompt",
            Self::Completion => "completion",
            Self::Comparison => "comparison",
            Self::Annotator => "annotator",
            Self::Rubric => "rubric",
            Self::Round => "round",
            Self::Run => "run",
        }
    }

    fn query(self) -> &'static str {
        match self {
            Self::Prompt => "SELECT 1 FROM prompts WHERE id = ?1",
            Self::Completion => "SELECT 1 FROM completions WHERE id = ?1",
            Self::Comparison => "SELECT 1 FROM comparisons WHERE id = ?1",
            Self::Annotator => "SELECT 1 FROM annotators WHERE id = ?1",
            Self::Rubric => "SELECT 1 FROM rubrics WHERE id = ?1",
            Self::Round => "SELECT 1 FROM rounds WHERE id = ?1",
            Self::Run => "SELECT 1 FROM runs WHERE id = ?1",
        }
    }
}
