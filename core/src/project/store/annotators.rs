//! Who judges.

use rusqlite::{OptionalExtension, Row, params};
use serde_json::json;

use super::audit::Kind;
use super::error::{Problem, StoreError};
use super::open::Store;
use super::rows::Word;
use crate::domain::{Annotator, AnnotatorKind, RecordId};

impl Store {
    /// The annotator of this name, who is added where there is none yet.
    pub fn annotator(&self, name: &str, kind: AnnotatorKind, is_simulated: bool) -> Result<Annotator, StoreError> {
        if let Some(found) = self.annotators()?.into_iter().find(|annotator| annotator.name == name) {
            return same(found, kind, is_simulated).map_err(|problem| problem.at(self.path(), 0));
        }
        self.write(name.len(), |change| {
            if name.trim().is_empty() {
                return Err(Problem::contradiction("an annotator needs a name"));
            }
            // Somebody else may have added the name since it was looked for.
            let mut find = change
                .transaction
                .prepare_cached("SELECT id, name, kind, is_simulated, is_active FROM annotators WHERE name = ?1")?;
            if let Some(found) = find.query_row([name], annotator_of).optional()? {
                return same(found, kind, is_simulated);
            }
            let mut insert = change.transaction.prepare_cached(
                "INSERT INTO annotators (name, kind, is_simulated, is_active) VALUES (?1, ?2, ?3, 1)",
            )?;
            let id = insert.insert(params![name, Word(kind), is_simulated])?;
            change.note("added an annotator", Some(id), &json!({ "name": name, "kind": kind }))?;
            Ok(Annotator { id, name: name.to_owned(), kind, is_simulated, is_active: true })
        })
    }

    /// Every annotator in the order in which they came.
    pub fn annotators(&self) -> Result<Vec<Annotator>, StoreError> {
        self.read(|connection| {
            let mut query = connection
                .prepare_cached("SELECT id, name, kind, is_simulated, is_active FROM annotators ORDER BY id")?;
            let annotators = query.query_map([], annotator_of)?;
            Ok(annotators.collect::<Result<_, _>>()?)
        })
    }

    /// Removes an annotator, or brings them back. A removed annotator's verdicts stay and count nowhere.
    pub fn set_annotator_active(&self, annotator: RecordId, is_active: bool) -> Result<(), StoreError> {
        self.write(0, |change| {
            change.require(Kind::Annotator, annotator)?;
            change
                .transaction
                .execute("UPDATE annotators SET is_active = ?2 WHERE id = ?1", params![annotator, is_active])?;
            let what = if is_active { "brought back an annotator" } else { "removed an annotator" };
            change.note(what, Some(annotator), &json!({}))
        })
    }
}

fn same(found: Annotator, kind: AnnotatorKind, is_simulated: bool) -> Result<Annotator, Problem> {
    if found.kind == kind && found.is_simulated == is_simulated {
        return Ok(found);
    }
    let name = &found.name;
    Err(Problem::contradiction(format!(
        "the name {name:?} belongs to an annotator of another kind: choose another one"
    )))
}

pub(super) fn annotator_of(row: &Row<'_>) -> rusqlite::Result<Annotator> {
    Ok(Annotator {
        id: row.get(0)?,
        name: row.get(1)?,
        kind: row.get::<_, Word<AnnotatorKind>>(2)?.0,
        is_simulated: row.get(3)?,
        is_active: row.get(4)?,
    })
}
