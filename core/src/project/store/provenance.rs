//! What a run came of: who decided its pairs, by which rubric, and which runs came before it.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension};
use serde::Serialize;

use super::annotators::annotator_of;
use super::error::{Problem, StoreError};
use super::open::Store;
use super::rows::count;
use super::rubrics::rubric_of;
use super::runs::judge_of_run;
use crate::domain::{Annotator, AnnotatorKind, RecordId, RubricVersion};

/// An annotator's share in a run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AnnotatorShare {
    /// Who judged.
    pub annotator: Annotator,
    /// How many of the verdicts that decided its pairs are theirs.
    pub verdicts: usize,
}

/// What a run came of. Everything but `chain` is of the run alone, not of those before it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Lineage {
    /// The run.
    pub run: RecordId,
    /// People whose verdicts decided its pairs.
    pub people: Vec<AnnotatorShare>,
    /// Coaches whose verdicts decided its pairs.
    pub coaches: Vec<AnnotatorShare>,
    /// Rules and preference models whose verdicts decided its pairs.
    pub others: Vec<AnnotatorShare>,
    /// The models that judged.
    pub judges: Vec<String>,
    /// The versions of the rubric that were judged by.
    pub rubrics: Vec<RubricVersion>,
    /// How many pairs it learned from.
    pub pairs: usize,
    /// How many of them people decided.
    pub pairs_by_people: usize,
    /// How many verdicts decided them.
    pub verdicts: usize,
    /// The runs that it started from: the nearest first.
    pub chain: Vec<RecordId>,
}

impl Store {
    /// What a run came of.
    pub fn lineage(&self, run: RecordId) -> Result<Lineage, StoreError> {
        let known = self.run(run)?;
        self.read(|connection| {
            let shares = shares(connection, run)?;
            let of = |wanted: &[AnnotatorKind]| -> Vec<AnnotatorShare> {
                shares.iter().filter(|share| wanted.contains(&share.annotator.kind)).cloned().collect()
            };
            Ok(Lineage {
                run,
                people: of(&[AnnotatorKind::Person]),
                coaches: of(&[AnnotatorKind::Coach]),
                others: of(&[AnnotatorKind::Rules, AnnotatorKind::PreferenceModel]),
                judges: judges(connection, run)?,
                rubrics: rubrics(connection, run)?,
                pairs: known.pairs,
                pairs_by_people: pairs_by_people(connection, run)?,
                verdicts: shares.iter().map(|share| share.verdicts).sum(),
                chain: chain(connection, known.start_run)?,
            })
        })
    }

    /// What a run and those that it started from came of: its own first, then the nearest.
    pub fn lineages(&self, run: RecordId) -> Result<Vec<Lineage>, StoreError> {
        let newest = self.lineage(run)?;
        let mut lineages = Vec::with_capacity(1 + newest.chain.len());
        let earlier = newest.chain.clone();
        lineages.push(newest);
        for run in earlier {
            lineages.push(self.lineage(run)?);
        }
        Ok(lineages)
    }

    /// The runs that learned something from an annotator: those whose pairs rest on their verdicts; those that started from
    /// one of these; those whose pairs rest on a preference model that was one of these. Ascending.
    pub fn runs_touched_by(&self, annotator: RecordId) -> Result<Vec<RecordId>, StoreError> {
        self.read(|connection| {
            let mut direct = connection.prepare_cached("SELECT DISTINCT run FROM run_sources WHERE annotator = ?1")?;
            let mut after = connection.prepare_cached(
                "SELECT id FROM runs WHERE start_run = ?1
                 UNION SELECT run FROM run_sources WHERE model = ?2",
            )?;
            let mut open: Vec<RecordId> = direct.query_map([annotator], |row| row.get(0))?.collect::<Result<_, _>>()?;
            let mut touched = BTreeSet::new();
            while let Some(run) = open.pop() {
                if touched.insert(run) {
                    let next = after.query_map(rusqlite::params![run, judge_of_run(run)], |row| row.get(0))?;
                    for run in next {
                        open.push(run?);
                    }
                }
            }
            Ok(touched.into_iter().collect())
        })
    }
}

fn shares(connection: &Connection, run: RecordId) -> Result<Vec<AnnotatorShare>, Problem> {
    let mut query = connection.prepare_cached(
        "SELECT id, name, kind, is_simulated, is_active, sum(verdicts) FROM run_sources
         JOIN annotators ON annotators.id = run_sources.annotator WHERE run = ?1 GROUP BY annotators.id ORDER BY id",
    )?;
    let shares = query
        .query_map([run], |row| Ok(AnnotatorShare { annotator: annotator_of(row)?, verdicts: count(row.get(5)?) }))?;
    Ok(shares.collect::<Result<_, _>>()?)
}

fn judges(connection: &Connection, run: RecordId) -> Result<Vec<String>, Problem> {
    let mut query = connection
        .prepare_cached("SELECT DISTINCT model FROM run_sources WHERE run = ?1 AND model IS NOT NULL ORDER BY model")?;
    let judges = query.query_map([run], |row| row.get(0))?;
    Ok(judges.collect::<Result<_, _>>()?)
}

fn rubrics(connection: &Connection, run: RecordId) -> Result<Vec<RubricVersion>, Problem> {
    let mut query = connection.prepare_cached(
        "SELECT id, version, rubric, origin FROM rubrics
         WHERE id IN (SELECT rubric FROM run_sources WHERE run = ?1) ORDER BY version",
    )?;
    let rubrics = query.query_map([run], rubric_of)?;
    Ok(rubrics.collect::<Result<_, _>>()?)
}

fn pairs_by_people(connection: &Connection, run: RecordId) -> Result<usize, Problem> {
    let mut query = connection.prepare_cached("SELECT count(*) FROM run_pairs WHERE run = ?1 AND by_people = 1")?;
    Ok(count(query.query_row([run], |row| row.get(0))?))
}

fn chain(connection: &Connection, mut next: Option<RecordId>) -> Result<Vec<RecordId>, Problem> {
    let mut chain = Vec::new();
    let mut query = connection.prepare_cached("SELECT start_run FROM runs WHERE id = ?1")?;
    // A run starts from an older one; the check ends a circle that somebody else put there.
    while let Some(run) = next.filter(|run| !chain.contains(run)) {
        chain.push(run);
        next = query.query_row([run], |row| row.get(0)).optional()?.flatten();
    }
    Ok(chain)
}
