//! Rounds.

use rusqlite::params;
use serde_json::json;

use super::audit::Kind;
use super::error::StoreError;
use super::open::Store;
use crate::domain::{RecordId, Round};

impl Store {
    /// Begins the next round, whose answers are drawn with a run's adapter or with the model itself.
    pub fn begin_round(&self, start_run: Option<RecordId>) -> Result<Round, StoreError> {
        self.write(0, |change| {
            change.require_if_named(Kind::Run, start_run)?;
            let number: u32 =
                change.transaction.query_row("SELECT ifnull(max(number), 0) + 1 FROM rounds", [], |row| row.get(0))?;
            let mut insert =
                change.transaction.prepare_cached("INSERT INTO rounds (number, start_run) VALUES (?1, ?2)")?;
            let id = insert.insert(params![number, start_run])?;
            change.note("began a round", Some(id), &json!({ "number": number, "start_run": start_run }))?;
            Ok(Round { id, number, start_run })
        })
    }

    /// Every round, the newest last.
    pub fn rounds(&self) -> Result<Vec<Round>, StoreError> {
        self.read(|connection| {
            let mut query = connection.prepare_cached("SELECT id, number, start_run FROM rounds ORDER BY number")?;
            let rounds = query
                .query_map([], |row| Ok(Round { id: row.get(0)?, number: row.get(1)?, start_run: row.get(2)? }))?;
            Ok(rounds.collect::<Result<_, _>>()?)
        })
    }
}
