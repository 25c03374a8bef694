//! How much there is, for the screens.

use std::collections::HashMap;

use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use super::error::{Problem, StoreError};
use super::open::Store;
use super::open_comparisons;
use super::rows::{Conditions, Word, count};
use crate::domain::{AnnotatorKind, RecordId, Split};

/// How much a project, or one of its rounds, has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Prompts that are trained on, of the whole project.
    pub prompts_train: usize,
    /// Prompts that are kept for proof, of the whole project.
    pub prompts_holdout: usize,
    /// Completions, without those that were taken out.
    pub completions: usize,
    /// Completions that were taken out.
    pub discarded: usize,
    /// Comparisons.
    pub comparisons: usize,
    /// Verdicts of people that count.
    pub verdicts_of_people: usize,
    /// Verdicts of coaches that count.
    pub verdicts_of_coaches: usize,
    /// Verdicts of rules that count.
    pub verdicts_of_rules: usize,
    /// Verdicts of preference models that count.
    pub verdicts_of_preference_models: usize,
    /// Comparisons on which no person has a verdict that counts.
    pub open_for_people: usize,
    /// Comparisons on which nobody has a verdict that counts.
    pub unjudged: usize,
}

impl Counts {
    /// Verdicts that count, of a kind of annotator.
    pub fn verdicts_of(&self, kind: AnnotatorKind) -> usize {
        match kind {
            AnnotatorKind::Person => self.verdicts_of_people,
            AnnotatorKind::Coach => self.verdicts_of_coaches,
            AnnotatorKind::Rules => self.verdicts_of_rules,
            AnnotatorKind::PreferenceModel => self.verdicts_of_preference_models,
        }
    }

    fn verdicts_of_mut(&mut self, kind: AnnotatorKind) -> &mut usize {
        match kind {
            AnnotatorKind::Person => &mut self.verdicts_of_people,
            AnnotatorKind::Coach => &mut self.verdicts_of_coaches,
            AnnotatorKind::Rules => &mut self.verdicts_of_rules,
            AnnotatorKind::PreferenceModel => &mut self.verdicts_of_preference_models,
        }
    }
}

impl Store {
    /// How much the project has, or one of its rounds. Taken back verdicts and those of removed annotators do not count, and
    /// comparisons with an answer that was taken out are not open.
    pub fn counts(&self, round: Option<RecordId>) -> Result<Counts, StoreError> {
        self.read(|connection| {
            let transaction = connection.unchecked_transaction()?;
            let mut counts = Counts::default();
            count_prompts(&transaction, &mut counts)?;
            count_completions(&transaction, round, &mut counts)?;
            count_judged(&transaction, round, &mut counts)?;
            Ok(counts)
        })
    }
}

fn count_prompts(connection: &Connection, counts: &mut Counts) -> Result<(), Problem> {
    let mut query = connection.prepare_cached("SELECT split, count(*) FROM prompts GROUP BY split")?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        match row.get::<_, Word<Split>>(0)?.0 {
            Split::Train => counts.prompts_train = count(row.get(1)?),
            Split::Holdout => counts.prompts_holdout = count(row.get(1)?),
        }
    }
    Ok(())
}

fn count_completions(connection: &Connection, round: Option<RecordId>, counts: &mut Counts) -> Result<(), Problem> {
    counts.discarded = of_round(connection, "SELECT count(*) FROM completions", "is_discarded = 1", round)?;
    counts.completions = of_round(connection, "SELECT count(*) FROM completions", "", round)? - counts.discarded;
    Ok(())
}

/// Counts verdicts, and comparisons without any. Both come out of an index in the order of comparisons, so that one walk
/// along them is enough.
fn count_judged(connection: &Connection, round: Option<RecordId>, counts: &mut Counts) -> Result<(), Problem> {
    let kinds = active_kinds(connection)?;
    let discarded = open_comparisons::discarded(connection)?;
    let mut conditions = Conditions::default();
    conditions.add("round = ?", round);
    let sentence = conditions.sentence();
    let mut comparisons =
        connection.prepare_cached(&format!("SELECT id, is_asked, a, b FROM comparisons {sentence} ORDER BY id"))?;
    let mut comparisons = comparisons.query(conditions.values())?;

    let mut conditions = Conditions::default();
    conditions.add("comparison IN (SELECT id FROM comparisons WHERE round = ?)", round);
    conditions.always("is_withdrawn = 0");
    let sentence = conditions.sentence();
    let mut given = connection.prepare_cached(&format!(
        "SELECT comparison, annotator FROM verdicts INDEXED BY verdicts_that_count {sentence} ORDER BY comparison"
    ))?;
    let mut given = given.query_map(conditions.values(), |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut next: Option<(RecordId, RecordId)> = given.next().transpose()?;
    while let Some(row) = comparisons.next()? {
        let id: RecordId = row.get(0)?;
        let (mut by_anybody, mut by_people) = (false, false);
        while let Some((_, annotator)) = next.filter(|&(judged, _)| judged == id) {
            if let Some(&kind) = kinds.get(&annotator) {
                *counts.verdicts_of_mut(kind) += 1;
                by_anybody = true;
                by_people |= kind == AnnotatorKind::Person;
            }
            next = given.next().transpose()?;
        }
        counts.comparisons += 1;
        let is_open = row.get(1)? && !discarded.contains(&row.get(2)?) && !discarded.contains(&row.get(3)?);
        counts.open_for_people += usize::from(is_open && !by_people);
        counts.unjudged += usize::from(is_open && !by_anybody);
    }
    Ok(())
}

/// The annotators whose verdicts count.
fn active_kinds(connection: &Connection) -> Result<HashMap<RecordId, AnnotatorKind>, Problem> {
    let mut query = connection.prepare_cached("SELECT id, kind FROM annotators WHERE is_active = 1")?;
    let kinds = query.query_map([], |row| Ok((row.get(0)?, row.get::<_, Word<AnnotatorKind>>(1)?.0)))?;
    Ok(kinds.collect::<Result<_, _>>()?)
}

fn of_round(
    connection: &Connection,
    question: &str,
    condition: &str,
    round: Option<RecordId>,
) -> Result<usize, Problem> {
    let mut conditions = Conditions::default();
    conditions.add("round = ?", round);
    if !condition.is_empty() {
        conditions.always(condition);
    }
    let mut query = connection.prepare_cached(&format!("{question} {}", conditions.sentence()))?;
    Ok(count(query.query_row(conditions.values(), |row| row.get(0))?))
}
