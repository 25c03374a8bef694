//! Comparisons: which answers are to be told apart.

use rusqlite::{OptionalExtension, Row, params};

use super::audit::{Change, Kind};
use super::error::{Problem, StoreError};
use super::open::Store;
use super::rows::Conditions;
use crate::domain::{Comparison, RecordId};

/// A comparison before the store gives it its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewComparison {
    /// The prompt of both answers.
    pub prompt: RecordId,
    /// The round that asks it; `None` for imported ones.
    pub round: Option<RecordId>,
    /// One answer.
    pub a: RecordId,
    /// The other.
    pub b: RecordId,
}

impl Store {
    /// Adds comparisons, all or none. The same two answers in one round are one comparison, whichever stands first: where it
    /// is there already, its place is given.
    pub fn add_comparisons(&self, comparisons: &[NewComparison]) -> Result<Vec<RecordId>, StoreError> {
        self.write(comparisons.len() * 150, |change| {
            let mut ids = Vec::with_capacity(comparisons.len());
            let mut new = Vec::new();
            for comparison in comparisons {
                let (id, is_new) = find_or_insert(change, comparison, true)?;
                ids.push(id);
                if is_new {
                    new.push(id);
                }
            }
            change.note_added("added comparisons", &new)?;
            Ok(ids)
        })
    }

    /// The comparisons of a round, or all, in the order in which they were added.
    pub fn comparisons(&self, round: Option<RecordId>) -> Result<Vec<Comparison>, StoreError> {
        self.read(|connection| {
            let mut conditions = Conditions::default();
            conditions.add("round = ?", round);
            let sentence = conditions.sentence();
            let mut query = connection
                .prepare_cached(&format!("SELECT id, prompt, round, a, b FROM comparisons {sentence} ORDER BY id"))?;
            let comparisons = query.query_map(conditions.values(), comparison_of)?;
            Ok(comparisons.collect::<Result<_, _>>()?)
        })
    }
}

pub(super) fn comparison_of(row: &Row<'_>) -> rusqlite::Result<Comparison> {
    Ok(Comparison { id: row.get(0)?, prompt: row.get(1)?, round: row.get(2)?, a: row.get(3)?, b: row.get(4)? })
}

/// The comparison's place, and whether it is new. One that is not asked is known from elsewhere, as an edit's.
pub(super) fn find_or_insert(
    change: &Change<'_>,
    comparison: &NewComparison,
    is_asked: bool,
) -> Result<(RecordId, bool), Problem> {
    let NewComparison { prompt, round, a, b } = *comparison;
    if a == b {
        return Err(Problem::contradiction(format!("completion {a} cannot be compared with itself")));
    }
    change.require(Kind::Prompt, prompt)?;
    change.require_if_named(Kind::Round, round)?;
    for answer in [a, b] {
        let mut query = change.transaction.prepare_cached("SELECT prompt FROM completions WHERE id = ?1")?;
        let answered: Option<RecordId> = query.query_row([answer], |row| row.get(0)).optional()?;
        match answered {
            None => return Err(change.unknown("completion", answer)),
            Some(answered) if answered != prompt => {
                let reason = format!("completion {answer} answers prompt {answered}, not prompt {prompt}");
                return Err(Problem::contradiction(reason));
            }
            Some(_) => {}
        }
    }
    let mut find = change.transaction.prepare_cached(
        "SELECT id FROM comparisons WHERE ifnull(round, 0) = ifnull(?1, 0) AND min(a, b) = ?2 AND max(a, b) = ?3",
    )?;
    if let Some(id) = find.query_row(params![round, a.min(b), a.max(b)], |row| row.get(0)).optional()? {
        return Ok((id, false));
    }
    let mut insert = change
        .transaction
        .prepare_cached("INSERT INTO comparisons (prompt, round, a, b, is_asked) VALUES (?1, ?2, ?3, ?4, ?5)")?;
    Ok((insert.insert(params![prompt, round, a, b, is_asked])?, true))
}
