//! Completions.

use rusqlite::types::FromSqlError;
use rusqlite::{OptionalExtension, Row, params};
use serde_json::json;

use super::audit::{Change, Kind};
use super::error::{Problem, StoreError};
use super::open::Store;
use super::rows::{Bits, Conditions, Word};
use crate::domain::{Completion, CompletionOrigin, RecordId, Split};

/// A completion before the store gives it its place.
#[derive(Debug, Clone, PartialEq)]
pub struct NewCompletion {
    /// What it answers.
    pub prompt: RecordId,
    /// The round in which it was made; `None` for imported ones.
    pub round: Option<RecordId>,
    /// Its text.
    pub text: String,
    /// Where it came from.
    pub origin: CompletionOrigin,
    /// Whether the model ended by itself, where it is known.
    pub is_finished: bool,
}

/// Which completions are asked for; by default all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CompletionFilter {
    /// Those of a round.
    pub round: Option<RecordId>,
    /// Those of a prompt.
    pub prompt: Option<RecordId>,
    /// Those of a split's prompts.
    pub split: Option<Split>,
}

pub(super) const COLUMNS: &str = "id, prompt, round, text, origin, model, run, seed, edit_of, annotator, file, is_finished, \
                       is_discarded, by_coach";

impl Store {
    /// Adds completions, all or none of them.
    pub fn add_completions(&self, completions: &[NewCompletion]) -> Result<Vec<RecordId>, StoreError> {
        let bytes = completions.iter().map(|completion| completion.text.len() + 200).sum();
        self.write(bytes, |change| {
            let ids: Result<Vec<_>, _> = completions.iter().map(|completion| insert(change, completion)).collect();
            let ids = ids?;
            change.note_added("added completions", &ids)?;
            Ok(ids)
        })
    }

    /// The completions that a filter lets through, in the order in which they were added.
    pub fn completions(&self, filter: &CompletionFilter) -> Result<Vec<Completion>, StoreError> {
        self.read(|connection| {
            let mut conditions = Conditions::default();
            conditions.add("round = ?", filter.round);
            conditions.add("prompt = ?", filter.prompt);
            conditions.add("prompt IN (SELECT id FROM prompts WHERE split = ?)", filter.split.map(Word));
            let sentence = conditions.sentence();
            let mut query =
                connection.prepare_cached(&format!("SELECT {COLUMNS} FROM completions {sentence} ORDER BY id"))?;
            let found = query.query_map(conditions.values(), completion_of)?;
            Ok(found.collect::<Result<_, _>>()?)
        })
    }

    /// One completion.
    pub fn completion(&self, id: RecordId) -> Result<Completion, StoreError> {
        self.read(|connection| {
            let mut query = connection.prepare_cached(&format!("SELECT {COLUMNS} FROM completions WHERE id = ?1"))?;
            let found = query.query_row([id], completion_of).optional()?;
            found.ok_or_else(|| StoreError::Unknown { path: self.path().to_owned(), what: "completion", id }.into())
        })
    }

    /// Takes a completion out, or brings it back: one that is out is neither compared nor trained on.
    pub fn set_discarded(&self, id: RecordId, is_discarded: bool) -> Result<(), StoreError> {
        self.set_all_discarded(&[id], is_discarded).map(drop)
    }

    /// Takes completions out, or brings them back, all or none, and gives those that were otherwise before.
    pub fn set_all_discarded(&self, ids: &[RecordId], is_discarded: bool) -> Result<Vec<RecordId>, StoreError> {
        let what = if is_discarded { "took out a completion" } else { "brought back a completion" };
        self.write(ids.len() * 100, |change| {
            let mut update = change
                .transaction
                .prepare_cached("UPDATE completions SET is_discarded = ?2 WHERE id = ?1 AND is_discarded <> ?2")?;
            let mut changed = Vec::new();
            for &id in ids {
                change.require(Kind::Completion, id)?;
                if update.execute(params![id, is_discarded])? > 0 {
                    change.note(what, Some(id), &json!({}))?;
                    changed.push(id);
                }
            }
            Ok(changed)
        })
    }
}

pub(super) fn insert(change: &Change<'_>, completion: &NewCompletion) -> Result<RecordId, Problem> {
    change.require(Kind::Prompt, completion.prompt)?;
    change.require_if_named(Kind::Round, completion.round)?;
    let mut columns = OriginColumns::default();
    match &completion.origin {
        CompletionOrigin::Model { model, run, seed } => {
            change.require_if_named(Kind::Run, *run)?;
            columns = OriginColumns { origin: "model", model: Some(model), run: *run, seed: Some(*seed), ..columns };
        }
        CompletionOrigin::Coach { coach, seed } => {
            columns =
                OriginColumns { origin: "model", model: Some(coach), seed: Some(*seed), by_coach: true, ..columns };
        }
        CompletionOrigin::Edit { of, annotator } => {
            change.require(Kind::Completion, *of)?;
            change.require(Kind::Annotator, *annotator)?;
            columns = OriginColumns { origin: "edit", edit_of: Some(*of), annotator: Some(*annotator), ..columns };
        }
        CompletionOrigin::Ideal { annotator } => {
            change.require_if_named(Kind::Annotator, *annotator)?;
            columns = OriginColumns { origin: "ideal", annotator: *annotator, ..columns };
        }
        CompletionOrigin::Import { file } => {
            columns = OriginColumns { origin: "import", file: Some(file), ..columns };
        }
    }
    let mut insert = change.transaction.prepare_cached(
        "INSERT INTO completions (prompt, round, text, origin, model, run, seed, edit_of, annotator, file, is_finished,
             is_discarded, by_coach)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, 0, ?12)",
    )?;
    Ok(insert.insert(params![
        completion.prompt,
        completion.round,
        completion.text,
        columns.origin,
        columns.model,
        columns.run,
        columns.seed.map(Bits),
        columns.edit_of,
        columns.annotator,
        columns.file,
        completion.is_finished,
        columns.by_coach,
    ])?)
}

/// Where a completion came from, as it stands in the table.
#[derive(Debug, Default)]
struct OriginColumns<'a> {
    origin: &'static str,
    model: Option<&'a str>,
    run: Option<RecordId>,
    seed: Option<u64>,
    edit_of: Option<RecordId>,
    annotator: Option<RecordId>,
    file: Option<&'a str>,
    by_coach: bool,
}

pub(super) fn completion_of(row: &Row<'_>) -> rusqlite::Result<Completion> {
    Ok(Completion {
        id: row.get(0)?,
        prompt: row.get(1)?,
        round: row.get(2)?,
        text: row.get(3)?,
        origin: origin_of(row)?,
        is_finished: row.get(11)?,
        is_discarded: row.get(12)?,
    })
}

fn origin_of(row: &Row<'_>) -> rusqlite::Result<CompletionOrigin> {
    let name: String = row.get(4)?;
    Ok(match name.as_str() {
        "model" if row.get(13)? => CompletionOrigin::Coach { coach: row.get(5)?, seed: row.get::<_, Bits>(7)?.0 },
        "model" => CompletionOrigin::Model { model: row.get(5)?, run: row.get(6)?, seed: row.get::<_, Bits>(7)?.0 },
        "edit" => CompletionOrigin::Edit { of: row.get(8)?, annotator: row.get(9)? },
        "ideal" => CompletionOrigin::Ideal { annotator: row.get(9)? },
        "import" => CompletionOrigin::Import { file: row.get(10)? },
        other => {
            let reason = FromSqlError::Other(format!("{other:?} is no origin of a completion").into());
            return Err(rusqlite::Error::FromSqlConversionFailure(4, rusqlite::types::Type::Text, reason.into()));
        }
    })
}
