//! How far each round is, in numbers that come out of indexes. What was imported belongs to the first round.

use rusqlite::{Connection, params};

use super::error::{Problem, StoreError};
use super::open::Store;
use super::rows::{Word, count};
use super::runs::RunKind;
use crate::domain::{AnnotatorKind, RecordId, Split};

/// What a round holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RoundProgress {
    /// Its place.
    pub round: RecordId,
    /// From 1.
    pub number: u32,
    /// Training prompts that have answers of a model of this round, or imported comparisons.
    pub prompts_answered: usize,
    /// Answers to training prompts.
    pub completions: usize,
    /// Comparisons of answers to training prompts.
    pub comparisons: usize,
    /// Of those, the ones that a person has answered, be it by skipping.
    pub judged_by_people: usize,
    /// Of those, the ones that a coach has judged and no person.
    pub judged_by_coaches: usize,
    /// Of those, the ones that a preference model has judged and no person.
    pub judged_by_preference_models: usize,
    /// Comparisons of answers to prompts that are set aside.
    pub holdout_comparisons: usize,
    /// Of those, the ones that a person has answered.
    pub holdout_judged_by_people: usize,
    /// Persons who approved it.
    pub approvals: usize,
    /// Every finished run, the newest last.
    pub finished: Vec<(RunKind, RecordId)>,
    /// The runs that were evaluated.
    pub evaluated: Vec<RecordId>,
}

impl Store {
    /// How far each round is, in their order. Comparisons that come of corrections are not counted.
    pub fn progress(&self) -> Result<Vec<RoundProgress>, StoreError> {
        let rounds = self.rounds()?;
        self.read(|connection| {
            let transaction = connection.unchecked_transaction()?;
            rounds.iter().map(|round| progress_of(&transaction, round.id, round.number)).collect()
        })
    }

    /// The corrected and ideal answers to training prompts, ascending: those that count. A correction that was taken back
    /// does not, and nothing of an annotator who was removed.
    pub fn ideal_answers(&self) -> Result<Vec<RecordId>, StoreError> {
        self.read(|connection| {
            let mut query = connection.prepare_cached(
                "SELECT completions.id FROM completions JOIN prompts ON prompts.id = completions.prompt
                 WHERE origin IN ('edit', 'ideal') AND is_discarded = 0 AND split = 'train'
                     AND NOT EXISTS (
                         SELECT 1 FROM annotators WHERE annotators.id = completions.annotator AND is_active = 0)
                     AND (origin = 'ideal' OR EXISTS (
                         SELECT 1 FROM comparisons JOIN verdicts ON verdicts.comparison = comparisons.id
                         WHERE comparisons.prompt = completions.prompt AND completions.id IN (a, b)
                             AND form = 'edit' AND is_withdrawn = 0))
                 ORDER BY completions.id",
            )?;
            let ids = query.query_map([], |row| row.get(0))?;
            Ok(ids.collect::<Result<_, _>>()?)
        })
    }
}

fn progress_of(connection: &Connection, round: RecordId, number: u32) -> Result<RoundProgress, Problem> {
    let mut progress = RoundProgress { round, number, ..RoundProgress::default() };
    let mut answered = connection.prepare_cached(
        "SELECT count(*) FROM prompts WHERE split = 'train' AND (
             id IN (SELECT prompt FROM completions WHERE round = ?1 AND origin = 'model' AND by_coach = 0)
             OR (?2 AND id IN (SELECT prompt FROM comparisons WHERE round IS NULL)))",
    )?;
    progress.prompts_answered = answered.query_row(params![round, number == 1], |row| Ok(count(row.get(0)?)))?;
    let mut answers = connection.prepare_cached(
        "SELECT count(*) FROM completions JOIN prompts ON prompts.id = completions.prompt
         WHERE round = ?1 AND split = 'train' AND origin = 'model' AND by_coach = 0",
    )?;
    progress.completions = answers.query_row([round], |row| Ok(count(row.get(0)?)))?;
    let of = Asked { round, is_first: number == 1 };
    for split in [Split::Train, Split::Holdout] {
        let all = compared(connection, of, split)?;
        let people = judged(connection, of, split, AnnotatorKind::Person)?;
        if split == Split::Holdout {
            (progress.holdout_comparisons, progress.holdout_judged_by_people) = (all, people);
            continue;
        }
        (progress.comparisons, progress.judged_by_people) = (all, people);
        progress.judged_by_coaches = judged(connection, of, split, AnnotatorKind::Coach)?;
        progress.judged_by_preference_models = judged(connection, of, split, AnnotatorKind::PreferenceModel)?;
    }
    let mut approvals = connection.prepare_cached("SELECT count(*) FROM approvals WHERE round = ?1")?;
    progress.approvals = approvals.query_row([round], |row| Ok(count(row.get(0)?)))?;
    let mut runs =
        connection.prepare_cached("SELECT kind, id FROM runs WHERE round = ?1 AND state = 'finished' ORDER BY id")?;
    let finished = runs.query_map([round], |row| Ok((row.get::<_, Word<RunKind>>(0)?.0, row.get(1)?)))?;
    progress.finished = finished.collect::<Result<_, _>>()?;
    let mut evaluated =
        connection.prepare_cached("SELECT DISTINCT run FROM evaluations WHERE round = ?1 ORDER BY run")?;
    let evaluated = evaluated.query_map([round], |row| row.get(0))?;
    progress.evaluated = evaluated.collect::<Result<_, _>>()?;
    Ok(progress)
}

/// Which comparisons are counted: a round's, and with the first round those that were imported.
#[derive(Clone, Copy)]
struct Asked {
    round: RecordId,
    is_first: bool,
}

/// What stands after `FROM` for comparisons that are asked, of prompts of one half of the road.
const ASKED: &str = "comparisons JOIN prompts ON prompts.id = comparisons.prompt
    WHERE (round = ?1 OR (?2 AND round IS NULL)) AND is_asked = 1 AND split = ?3";

fn compared(connection: &Connection, of: Asked, split: Split) -> Result<usize, Problem> {
    let mut query = connection.prepare_cached(&format!("SELECT count(*) FROM {ASKED}"))?;
    Ok(query.query_row(params![of.round, of.is_first, Word(split)], |row| Ok(count(row.get(0)?)))?)
}

/// Comparisons that a kind of annotator judged; of machines those alone that no person judged.
fn judged(connection: &Connection, of: Asked, split: Split, kind: AnnotatorKind) -> Result<usize, Problem> {
    const BY: &str = "EXISTS (
        SELECT 1 FROM verdicts INDEXED BY verdicts_that_count
        WHERE verdicts.comparison = comparisons.id AND is_withdrawn = 0
            AND annotator IN (SELECT id FROM annotators WHERE is_active = 1 AND kind = ";
    let people = format!("{BY} 'person'))");
    let condition = match kind {
        AnnotatorKind::Person => people,
        _ => format!("{BY} ?4)) AND NOT {people}"),
    };
    let mut query = connection.prepare_cached(&format!("SELECT count(*) FROM {ASKED} AND {condition}"))?;
    let Asked { round, is_first } = of;
    let rows = match kind {
        AnnotatorKind::Person => query.query_row(params![round, is_first, Word(split)], |row| row.get(0)),
        _ => query.query_row(params![round, is_first, Word(split), Word(kind)], |row| row.get(0)),
    };
    Ok(count(rows?))
}
