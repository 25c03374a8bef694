//! Verdicts: kept once, in their order, and never lost once acknowledged.

use rusqlite::{Connection, OptionalExtension, Row, params};
use serde_json::json;
use uuid::Uuid;

use super::audit::{Change, Kind};
use super::comparisons::{self, NewComparison};
use super::completions::{self, NewCompletion};
use super::error::{Problem, StoreError};
use super::open::Store;
use super::rows::{Bits, Conditions, Word};
use crate::domain::{AnnotatorKind, Choice, CompletionOrigin, NewVerdict, RecordId, StoredVerdict, VerdictForm};

/// What came of keeping a verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recorded {
    /// Its place among all verdicts.
    pub sequence: RecordId,
    /// Whether it was kept now; otherwise it was there already.
    pub is_new: bool,
}

/// Which verdicts are asked for; by default all that were not taken back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct VerdictFilter {
    /// Those on a round's comparisons.
    pub round: Option<RecordId>,
    /// Those of an annotator.
    pub annotator: Option<RecordId>,
    /// Those of a kind of annotator.
    pub kind: Option<AnnotatorKind>,
    /// Those on a comparison.
    pub comparison: Option<RecordId>,
    /// Those that were taken back too.
    pub include_withdrawn: bool,
}

/// A correction of an answer, before it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct NewEdit {
    /// Who corrected.
    pub annotator: RecordId,
    /// The comparison that was on the screen.
    pub comparison: RecordId,
    /// Which of its answers was corrected.
    pub of: RecordId,
    /// The answer as it should be.
    pub text: String,
    /// The key of the verdict that prefers the correction: a UUID, as every verdict's.
    pub key: String,
    /// Time spent on it; `None` where nobody measured.
    pub seconds: Option<f64>,
    /// Whether `b` stood first before the annotator.
    pub shown_swapped: bool,
}

/// What came of a correction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordedEdit {
    /// The corrected answer.
    pub completion: RecordId,
    /// The comparison of the original (`a`) with the correction (`b`).
    pub comparison: RecordId,
    /// The verdict that prefers the correction.
    pub verdict: Recorded,
}

const COLUMNS: &str = "sequence, key, comparison, annotator, choice, form, shown_swapped, seconds, reason, margin, \
                       rubric, model, seed, is_withdrawn, recorded_at";

impl Store {
    /// Keeps a verdict, and says so after it is on the disk. The same key again keeps nothing and gives the same place; with
    /// another content it is an error.
    pub fn record_verdict(&self, verdict: &NewVerdict) -> Result<Recorded, StoreError> {
        self.write(bytes_of(verdict), |change| {
            let recorded = insert(change, verdict)?;
            if recorded.is_new {
                let details = json!({ "comparison": verdict.comparison, "choice": verdict.choice });
                note_by(change, verdict.annotator, "gave a verdict", recorded.sequence, &details)?;
            }
            Ok(recorded)
        })
    }

    /// Keeps verdicts, all or none, in the order in which they are given.
    pub fn record_verdicts(&self, verdicts: &[NewVerdict]) -> Result<Vec<Recorded>, StoreError> {
        self.write(verdicts.iter().map(bytes_of).sum(), |change| {
            let recorded: Result<Vec<_>, _> = verdicts.iter().map(|verdict| insert(change, verdict)).collect();
            let recorded = recorded?;
            let new: Vec<_> =
                recorded.iter().filter(|verdict| verdict.is_new).map(|verdict| verdict.sequence).collect();
            change.note_added("kept verdicts", &new)?;
            Ok(recorded)
        })
    }

    /// Takes verdicts back and keeps others in their place, all or none.
    pub fn exchange_verdicts(
        &self,
        taken_back: &[RecordId],
        verdicts: &[NewVerdict],
    ) -> Result<Vec<Recorded>, StoreError> {
        self.write(verdicts.iter().map(bytes_of).sum(), |change| {
            for sequence in taken_back {
                change.transaction.execute("UPDATE verdicts SET is_withdrawn = 1 WHERE sequence = ?1", [sequence])?;
                change.note("took back a verdict for a later one", Some(*sequence), &json!({}))?;
            }
            let recorded: Result<Vec<_>, _> = verdicts.iter().map(|verdict| insert(change, verdict)).collect();
            let recorded = recorded?;
            let new: Vec<_> =
                recorded.iter().filter(|verdict| verdict.is_new).map(|verdict| verdict.sequence).collect();
            change.note_added("kept verdicts", &new)?;
            Ok(recorded)
        })
    }

    /// Takes a verdict back: it stays in the store and counts nowhere.
    pub fn withdraw_verdict(&self, sequence: RecordId) -> Result<(), StoreError> {
        self.write(0, |change| {
            let found: Option<RecordId> = change
                .transaction
                .query_row("SELECT annotator FROM verdicts WHERE sequence = ?1", [sequence], |row| row.get(0))
                .optional()?;
            let annotator = found.ok_or_else(|| change.unknown("verdict", sequence))?;
            change.transaction.execute("UPDATE verdicts SET is_withdrawn = 1 WHERE sequence = ?1", [sequence])?;
            note_by(change, annotator, "took back a verdict", sequence, &json!({}))
        })
    }

    /// The last verdict of an annotator that was not taken back: what undo takes back.
    pub fn last_verdict_of(&self, annotator: RecordId) -> Result<Option<StoredVerdict>, StoreError> {
        self.read(|connection| {
            let mut query = connection.prepare_cached(&format!(
                "SELECT {COLUMNS} FROM verdicts INDEXED BY verdicts_by_annotator
                 WHERE annotator = ?1 AND is_withdrawn = 0 ORDER BY sequence DESC LIMIT 1"
            ))?;
            Ok(query.query_row([annotator], verdict_of).optional()?)
        })
    }

    /// The verdicts that a filter lets through, in their order.
    pub fn verdicts(&self, filter: &VerdictFilter) -> Result<Vec<StoredVerdict>, StoreError> {
        self.read(|connection| {
            let mut conditions = Conditions::default();
            conditions.add("comparison IN (SELECT id FROM comparisons WHERE round = ?)", filter.round);
            conditions.add("annotator = ?", filter.annotator);
            conditions.add("annotator IN (SELECT id FROM annotators WHERE kind = ?)", filter.kind.map(Word));
            conditions.add("comparison = ?", filter.comparison);
            if !filter.include_withdrawn {
                conditions.always("is_withdrawn = 0");
            }
            let sentence = conditions.sentence();
            let mut query =
                connection.prepare_cached(&format!("SELECT {COLUMNS} FROM verdicts {sentence} ORDER BY sequence"))?;
            let verdicts = query.query_map(conditions.values(), verdict_of)?;
            Ok(verdicts.collect::<Result<_, _>>()?)
        })
    }

    /// Keeps a correction as a whole: the corrected answer, its comparison with the original in the same round, and the
    /// verdict that prefers it. The same key again keeps nothing.
    pub fn record_edit(&self, edit: &NewEdit) -> Result<RecordedEdit, StoreError> {
        self.write(edit.text.len() + 800, |change| {
            let key = parse_key(&edit.key)?;
            match find(change.transaction, key)? {
                Some(found) => known_edit(change.transaction, edit, &found),
                None => insert_edit(change, edit),
            }
        })
    }
}

pub(super) fn insert(change: &Change<'_>, verdict: &NewVerdict) -> Result<Recorded, Problem> {
    let key = parse_key(&verdict.key)?;
    if let Some(found) = find(change.transaction, key)? {
        // Keys are compared as numbers, whichever way they are written.
        let asked = NewVerdict { key: found.verdict.key.clone(), ..verdict.clone() };
        if found.verdict != asked {
            return Err(StoreError::KeyUsed { key: found.verdict.key, sequence: found.sequence }.into());
        }
        return Ok(Recorded { sequence: found.sequence, is_new: false });
    }
    for (name, number) in [("time", verdict.seconds), ("margin", verdict.margin)] {
        if number.is_some_and(|number| !number.is_finite()) {
            return Err(Problem::contradiction(format!("a verdict's {name} is not a number")));
        }
    }
    change.require(Kind::Comparison, verdict.comparison)?;
    change.require(Kind::Annotator, verdict.annotator)?;
    change.require_if_named(Kind::Rubric, verdict.rubric)?;
    let mut insert = change.transaction.prepare_cached(
        "INSERT INTO verdicts (key, comparison, annotator, choice, form, shown_swapped, seconds, reason, margin, rubric,
             model, seed, is_withdrawn, recorded_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, 0, ?13)",
    )?;
    let sequence = insert.insert(params![
        key.as_bytes(),
        verdict.comparison,
        verdict.annotator,
        Word(verdict.choice),
        Word(verdict.form),
        verdict.shown_swapped,
        verdict.seconds,
        verdict.reason,
        verdict.margin,
        verdict.rubric,
        verdict.model,
        verdict.seed.map(Bits),
        change.at,
    ])?;
    Ok(Recorded { sequence, is_new: true })
}

fn insert_edit(change: &Change<'_>, edit: &NewEdit) -> Result<RecordedEdit, Problem> {
    let shown = comparison(change, edit.comparison)?;
    if ![shown.a, shown.b].contains(&edit.of) {
        let reason = format!("completion {} is no answer of comparison {}", edit.of, edit.comparison);
        return Err(Problem::contradiction(reason));
    }
    let origin = CompletionOrigin::Edit { of: edit.of, annotator: edit.annotator };
    let text = edit.text.clone();
    let corrected = NewCompletion { prompt: shown.prompt, round: shown.round, text, origin, is_finished: true };
    let completion = completions::insert(change, &corrected)?;
    let both = NewComparison { a: edit.of, b: completion, ..shown };
    let (comparison, _) = comparisons::find_or_insert(change, &both, false)?;
    let verdict = insert(change, &verdict_of_edit(edit, comparison))?;
    let details = json!({ "of": edit.of, "completion": completion });
    note_by(change, edit.annotator, "corrected an answer", verdict.sequence, &details)?;
    Ok(RecordedEdit { completion, comparison, verdict })
}

/// The same correction, asked for again.
fn known_edit(connection: &Connection, edit: &NewEdit, found: &StoredVerdict) -> Result<RecordedEdit, Problem> {
    let comparison = found.verdict.comparison;
    let kept: Option<(RecordId, RecordId, String)> = connection
        .query_row(
            "SELECT comparisons.a, completions.id, completions.text FROM comparisons
             JOIN completions ON completions.id = comparisons.b WHERE comparisons.id = ?1",
            [comparison],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )
        .optional()?;
    let asked = NewVerdict { key: found.verdict.key.clone(), ..verdict_of_edit(edit, comparison) };
    match kept {
        Some((of, completion, text)) if of == edit.of && text == edit.text && asked == found.verdict => {
            let verdict = Recorded { sequence: found.sequence, is_new: false };
            Ok(RecordedEdit { completion, comparison, verdict })
        }
        _ => Err(StoreError::KeyUsed { key: found.verdict.key.clone(), sequence: found.sequence }.into()),
    }
}

fn verdict_of_edit(edit: &NewEdit, comparison: RecordId) -> NewVerdict {
    let bare = NewVerdict::bare(edit.key.clone(), comparison, edit.annotator, Choice::B, VerdictForm::Edit);
    NewVerdict { shown_swapped: edit.shown_swapped, seconds: edit.seconds, ..bare }
}

fn comparison(change: &Change<'_>, id: RecordId) -> Result<NewComparison, Problem> {
    let found = change
        .transaction
        .query_row("SELECT id, prompt, round, a, b FROM comparisons WHERE id = ?1", [id], comparisons::comparison_of)
        .optional()?;
    let found = found.ok_or_else(|| change.unknown("comparison", id))?;
    Ok(NewComparison { prompt: found.prompt, round: found.round, a: found.a, b: found.b })
}

fn note_by(
    change: &Change<'_>,
    annotator: RecordId,
    what: &str,
    sequence: RecordId,
    details: &serde_json::Value,
) -> Result<(), Problem> {
    let mut query = change.transaction.prepare_cached("SELECT name FROM annotators WHERE id = ?1")?;
    let name: String = query.query_row([annotator], |row| row.get(0))?;
    change.note_by(&name, what, Some(sequence), details)
}

fn parse_key(key: &str) -> Result<Uuid, Problem> {
    Uuid::try_parse(key).map_err(|error| Problem::contradiction(format!("{key:?} is no key of a verdict: {error}")))
}

fn find(connection: &Connection, key: Uuid) -> Result<Option<StoredVerdict>, Problem> {
    let mut query = connection.prepare_cached(&format!("SELECT {COLUMNS} FROM verdicts WHERE key = ?1"))?;
    Ok(query.query_row([key.as_bytes()], verdict_of).optional()?)
}

fn verdict_of(row: &Row<'_>) -> rusqlite::Result<StoredVerdict> {
    Ok(StoredVerdict {
        sequence: row.get(0)?,
        verdict: NewVerdict {
            key: Uuid::from_bytes(row.get(1)?).to_string(),
            comparison: row.get(2)?,
            annotator: row.get(3)?,
            choice: row.get::<_, Word<Choice>>(4)?.0,
            form: row.get::<_, Word<VerdictForm>>(5)?.0,
            shown_swapped: row.get(6)?,
            seconds: row.get(7)?,
            reason: row.get(8)?,
            margin: row.get(9)?,
            rubric: row.get(10)?,
            model: row.get(11)?,
            seed: row.get::<_, Option<Bits>>(12)?.map(|bits| bits.0),
        },
        is_withdrawn: row.get(13)?,
        recorded_at: row.get(14)?,
    })
}

fn bytes_of(verdict: &NewVerdict) -> usize {
    400 + verdict.reason.as_ref().map_or(0, String::len)
}
