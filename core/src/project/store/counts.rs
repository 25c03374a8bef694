//! How much there is, for the screens.

use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use super::error::{Problem, StoreError};
use super::open::Store;
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
            count_verdicts(&transaction, round, &mut counts)?;
            count_comparisons(&transaction, round, &mut counts)?;
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

/// A comparison is asked once, by whichever answer of it was not taken out.
const NOT_DISCARDED: &str = "a NOT IN (SELECT id FROM completions WHERE is_discarded = 1)
    AND b NOT IN (SELECT id FROM completions WHERE is_discarded = 1) AND is_asked = 1";

fn count_comparisons(connection: &Connection, round: Option<RecordId>, counts: &mut Counts) -> Result<(), Problem> {
    counts.comparisons = of_round(connection, "SELECT count(*) FROM comparisons", "", round)?;
    for (condition, into) in [("kind = 'person' AND", &mut counts.open_for_people), ("", &mut counts.unjudged)] {
        let open = format!(
            "{NOT_DISCARDED} AND NOT EXISTS (
                 SELECT 1 FROM verdicts INDEXED BY verdicts_that_count
                 WHERE verdicts.comparison = comparisons.id AND is_withdrawn = 0
                     AND annotator IN (SELECT id FROM annotators WHERE {condition} is_active = 1))"
        );
        *into = of_round(connection, "SELECT count(*) FROM comparisons", &open, round)?;
    }
    Ok(())
}

fn count_verdicts(connection: &Connection, round: Option<RecordId>, counts: &mut Counts) -> Result<(), Problem> {
    let mut conditions = Conditions::default();
    conditions.always("is_withdrawn = 0");
    conditions.add("comparison IN (SELECT id FROM comparisons WHERE round = ?)", round);
    let index = if round.is_some() { "verdicts_that_count" } else { "verdicts_given" };
    let sentence = conditions.sentence();
    let mut query = connection.prepare_cached(&format!(
        "SELECT kind, sum(given) FROM (
             SELECT annotator, count(*) AS given FROM verdicts INDEXED BY {index} {sentence} GROUP BY annotator
         ) JOIN annotators ON annotators.id = annotator WHERE is_active = 1 GROUP BY kind"
    ))?;
    let mut rows = query.query(conditions.values())?;
    while let Some(row) = rows.next()? {
        let given = count(row.get(1)?);
        match row.get::<_, Word<AnnotatorKind>>(0)?.0 {
            AnnotatorKind::Person => counts.verdicts_of_people = given,
            AnnotatorKind::Coach => counts.verdicts_of_coaches = given,
            AnnotatorKind::Rules => counts.verdicts_of_rules = given,
            AnnotatorKind::PreferenceModel => counts.verdicts_of_preference_models = given,
        }
    }
    Ok(())
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
