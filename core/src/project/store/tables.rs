//! What tables of a screen show: the beginnings of texts, and records in short.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use rusqlite::params;

use super::comparisons::comparison_of;
use super::completions::{COLUMNS, completion_of};
use super::error::StoreError;
use super::open::Store;
use super::open_comparisons;
use super::rows::count;
use crate::domain::{Comparison, Completion, RecordId};

impl Store {
    /// The beginnings of completions with places from `first` to `last`, each of so many characters at most.
    pub fn beginnings(
        &self,
        first: RecordId,
        last: RecordId,
        characters: usize,
    ) -> Result<BTreeMap<RecordId, String>, StoreError> {
        let characters = i64::try_from(characters).unwrap_or(i64::MAX);
        self.read(|connection| {
            let mut query = connection.prepare_cached(
                "SELECT id, substr(text, 1, ?3) FROM completions WHERE id BETWEEN ?1 AND ?2 ORDER BY id",
            )?;
            let rows = query.query_map(params![first, last, characters], |row| Ok((row.get(0)?, row.get(1)?)))?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// The newest completions of a round, newest first, at most `limit`.
    pub fn newest_completions(&self, round: RecordId, limit: usize) -> Result<Vec<Completion>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.read(|connection| {
            let mut query = connection.prepare_cached(&format!(
                "SELECT {COLUMNS} FROM completions WHERE round = ?1 ORDER BY id DESC LIMIT ?2"
            ))?;
            let found = query.query_map(params![round, limit], completion_of)?;
            Ok(found.collect::<Result<_, _>>()?)
        })
    }

    /// How many answers each prompt has in a round, without corrections and without what was taken out. Imported answers
    /// have no round; `with_imported` counts them too.
    pub fn answers_by_prompt(
        &self,
        round: Option<RecordId>,
        with_imported: bool,
    ) -> Result<BTreeMap<RecordId, usize>, StoreError> {
        self.read(|connection| {
            let mut query = connection.prepare_cached(
                "SELECT prompt, count(*) FROM completions
                 WHERE is_discarded = 0 AND origin <> 'edit' AND by_coach = 0 AND (round = ?1 OR (?2 AND round IS NULL)) GROUP BY prompt",
            )?;
            let rows = query.query_map(params![round, with_imported], |row| Ok((row.get(0)?, count(row.get(1)?))))?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// The completions that were taken out.
    pub fn discarded(&self) -> Result<HashSet<RecordId>, StoreError> {
        self.read(open_comparisons::discarded)
    }

    /// The completions that coaches wrote to be learned from.
    pub fn written_by_coaches(&self) -> Result<HashSet<RecordId>, StoreError> {
        self.read(|connection| {
            let mut query = connection.prepare_cached("SELECT id FROM completions WHERE by_coach = 1")?;
            let ids = query.query_map([], |row| row.get(0))?;
            Ok(ids.collect::<Result<_, _>>()?)
        })
    }

    /// The completions that correct others.
    pub fn corrections(&self) -> Result<HashSet<RecordId>, StoreError> {
        self.read(|connection| {
            let mut query = connection.prepare_cached("SELECT id FROM completions WHERE origin = 'edit'")?;
            let ids = query.query_map([], |row| row.get(0))?;
            Ok(ids.collect::<Result<_, _>>()?)
        })
    }

    /// One comparison.
    pub fn comparison(&self, id: RecordId) -> Result<Comparison, StoreError> {
        self.read(|connection| {
            let mut query =
                connection.prepare_cached("SELECT id, prompt, round, a, b FROM comparisons WHERE id = ?1")?;
            let mut found = query.query_map([id], comparison_of)?;
            let unknown = || StoreError::Unknown { path: self.path().to_owned(), what: "comparison", id };
            Ok(found.next().transpose()?.ok_or_else(unknown)?)
        })
    }

    /// The prompts whose answers some run learned from.
    pub fn prompts_trained_on(&self) -> Result<BTreeSet<RecordId>, StoreError> {
        self.read(|connection| {
            let mut query = connection.prepare_cached(
                "SELECT DISTINCT prompt FROM comparisons WHERE id IN (SELECT comparison FROM run_pairs)",
            )?;
            let ids = query.query_map([], |row| row.get(0))?;
            Ok(ids.collect::<Result<_, _>>()?)
        })
    }

    /// A number that is another one when somebody else has changed the project since it was asked last.
    pub fn data_version(&self) -> Result<i64, StoreError> {
        self.read(|connection| Ok(connection.prepare_cached("PRAGMA data_version")?.query_row([], |row| row.get(0))?))
    }

    /// How many rows were changed through this store so far: another number says that something was changed.
    pub fn changed_rows(&self) -> u64 {
        self.connection().total_changes()
    }
}
