//! What an annotator is asked next.

use std::collections::HashSet;

use rusqlite::Connection;

use super::comparisons::comparison_of;
use super::error::{Problem, StoreError};
use super::open::Store;
use super::rows::Conditions;
use crate::domain::{Comparison, RecordId};
use crate::random::Random;

impl Store {
    /// The next comparisons that an annotator has not judged, at most `limit`, of a round or of all rounds. Their order is
    /// by chance, another one for each annotator and seed, and the same whenever it is asked. Comparisons with an answer that
    /// was taken out are not asked.
    pub fn open_comparisons(
        &self,
        annotator: RecordId,
        round: Option<RecordId>,
        seed: u64,
        limit: usize,
    ) -> Result<Vec<Comparison>, StoreError> {
        self.read(|connection| {
            let discarded = discarded(connection)?;
            let mut open = places(connection, annotator, round, &discarded, seed)?;
            let limit = limit.min(open.len());
            // Only the first few are wanted: the rest need no order.
            if limit > 0 && limit < open.len() {
                open.select_nth_unstable(limit - 1);
            }
            open.truncate(limit);
            open.sort_unstable();
            let mut query =
                connection.prepare_cached("SELECT id, prompt, round, a, b FROM comparisons WHERE id = ?1")?;
            let comparisons = open.into_iter().map(|(_, id)| query.query_row([id], comparison_of));
            Ok(comparisons.collect::<Result<_, _>>()?)
        })
    }

    /// The comparison that an annotator is asked next; `None` where all are judged.
    pub fn next_open(
        &self,
        annotator: RecordId,
        round: Option<RecordId>,
        seed: u64,
    ) -> Result<Option<Comparison>, StoreError> {
        Ok(self.open_comparisons(annotator, round, seed, 1)?.pop())
    }

    /// How many comparisons an annotator has not judged yet, of a round or of all rounds.
    pub fn open_count(&self, annotator: RecordId, round: Option<RecordId>) -> Result<usize, StoreError> {
        self.read(|connection| Ok(places(connection, annotator, round, &discarded(connection)?, 0)?.len()))
    }
}

/// Answers that were taken out.
pub(super) fn discarded(connection: &Connection) -> Result<HashSet<RecordId>, Problem> {
    let mut query = connection.prepare_cached("SELECT id FROM completions WHERE is_discarded = 1")?;
    let ids = query.query_map([], |row| row.get(0))?;
    Ok(ids.collect::<Result<_, _>>()?)
}

/// The open comparisons, each with its place in the annotator's order.
///
/// Both lists come out of an index in ascending order, so that one walk along them finds what is in the first alone.
fn places(
    connection: &Connection,
    annotator: RecordId,
    round: Option<RecordId>,
    discarded: &HashSet<RecordId>,
    seed: u64,
) -> Result<Vec<(u64, RecordId)>, Problem> {
    let mut asked = asked(connection, round)?;
    if !discarded.is_empty() {
        let mut answers = connection.prepare_cached("SELECT a, b FROM comparisons WHERE id = ?1")?;
        let mut kept = Vec::with_capacity(asked.len());
        for id in asked {
            let (a, b): (RecordId, RecordId) = answers.query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))?;
            if !discarded.contains(&a) && !discarded.contains(&b) {
                kept.push(id);
            }
        }
        asked = kept;
    }
    let mut given = connection.prepare_cached(
        "SELECT comparison FROM verdicts WHERE annotator = ?1 AND is_withdrawn = 0 ORDER BY comparison",
    )?;
    let mut given = given.query_map([annotator], |row| row.get::<_, RecordId>(0))?;
    let mut next = given.next().transpose()?;
    let mut open = Vec::new();
    for id in asked {
        while next.is_some_and(|judged| judged < id) {
            next = given.next().transpose()?;
        }
        if next != Some(id) {
            let address = [annotator.cast_unsigned(), id.cast_unsigned()];
            open.push((Random::new(seed, &address).next_u64(), id));
        }
    }
    Ok(open)
}

/// The comparisons that are asked, ascending.
fn asked(connection: &Connection, round: Option<RecordId>) -> Result<Vec<RecordId>, Problem> {
    let mut conditions = Conditions::default();
    conditions.add("round = ?", round);
    conditions.always("is_asked = 1");
    let sentence = conditions.sentence();
    let mut query = connection.prepare_cached(&format!("SELECT id FROM comparisons {sentence} ORDER BY id"))?;
    let ids = query.query_map(conditions.values(), |row| row.get(0))?;
    Ok(ids.collect::<Result<_, _>>()?)
}
