//! Rubrics, version by version.

use rusqlite::{Row, params};
use serde_json::json;

use super::error::StoreError;
use super::open::Store;
use super::rows::Json;
use crate::domain::{Rubric, RubricVersion};

impl Store {
    /// Keeps a rubric as the next version. One that is the same as the newest version is that version.
    pub fn add_rubric(&self, rubric: &Rubric, origin: &str) -> Result<RubricVersion, StoreError> {
        let bytes = rubric.rules.iter().map(|rule| rule.text.len() + 200).sum();
        self.write(bytes, |change| {
            let mut query = change
                .transaction
                .prepare_cached("SELECT id, version, rubric, origin FROM rubrics ORDER BY version DESC LIMIT 1")?;
            let newest = query.query_map([], rubric_of)?.next().transpose()?;
            if let Some(same) = newest.as_ref().filter(|newest| newest.rubric == *rubric) {
                return Ok(same.clone());
            }
            let version = newest.map_or(1, |newest| newest.version + 1);
            let mut insert = change
                .transaction
                .prepare_cached("INSERT INTO rubrics (version, rubric, origin) VALUES (?1, ?2, ?3)")?;
            let id = insert.insert(params![version, Json(rubric), origin])?;
            change.note("added a rubric", Some(id), &json!({ "version": version, "origin": origin }))?;
            Ok(RubricVersion { id, version, rubric: rubric.clone(), origin: origin.to_owned() })
        })
    }

    /// Every version, the newest last.
    pub fn rubrics(&self) -> Result<Vec<RubricVersion>, StoreError> {
        self.read(|connection| {
            let mut query =
                connection.prepare_cached("SELECT id, version, rubric, origin FROM rubrics ORDER BY version")?;
            let rubrics = query.query_map([], rubric_of)?;
            Ok(rubrics.collect::<Result<_, _>>()?)
        })
    }
}

pub(super) fn rubric_of(row: &Row<'_>) -> rusqlite::Result<RubricVersion> {
    Ok(RubricVersion {
        id: row.get(0)?,
        version: row.get(1)?,
        rubric: row.get::<_, Json<Rubric>>(2)?.0,
        origin: row.get(3)?,
    })
}
