//! Runs: what was trained, from which pairs, and how far it is.

use std::path::PathBuf;

use rusqlite::{OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::audit::{Change, Kind};
use super::error::{Problem, StoreError};
use super::open::{RUNS, Store};
use super::rows::{Json, Word, count};
use crate::domain::{RecordId, ResolvedPair};
use crate::files;

/// What a run trains.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunKind {
    /// To write what demonstrations show.
    Sft,
    /// To prefer the chosen answers of preference pairs.
    Dpo,
    /// To score answers.
    PreferenceModel,
}

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum RunState {
    /// Its pairs are kept; it was not begun, or it was stopped and goes on later.
    Prepared,
    /// A process works on it.
    Running {
        /// The process.
        process: u32,
    },
    /// It came to its end.
    Finished,
    /// It ended with an error.
    Failed,
    /// Somebody stopped it.
    Cancelled,
}

impl RunState {
    fn word(self) -> &'static str {
        match self {
            Self::Prepared => "prepared",
            Self::Running { .. } => "running",
            Self::Finished => "finished",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }
}

/// A run before the store gives it its place.
#[derive(Debug, Clone, PartialEq)]
pub struct NewRun {
    /// What it trains.
    pub kind: RunKind,
    /// The round that it belongs to.
    pub round: Option<RecordId>,
    /// The run whose adapter it starts from; `None` starts from the model itself.
    pub start_run: Option<RecordId>,
    /// Everything that it is trained with.
    pub settings: Value,
    /// The version of the rubric that stood when it was begun.
    pub rubric: Option<RecordId>,
    /// The pairs that it learns from, each with the verdicts that decided it.
    pub pairs: Vec<ResolvedPair>,
}

/// A run in its place.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Run {
    /// Its place in the store.
    pub id: RecordId,
    /// What it trains.
    pub kind: RunKind,
    /// The round that it belongs to.
    pub round: Option<RecordId>,
    /// The run whose adapter it starts from; `None` starts from the model itself.
    pub start_run: Option<RecordId>,
    /// Everything that it is trained with.
    pub settings: Value,
    /// The version of the rubric that stood when it was begun.
    pub rubric: Option<RecordId>,
    /// How far it is.
    pub state: RunState,
    /// The number of the last sign of life; another one means that it lives.
    pub heartbeat: u64,
    /// Somebody asked it to stop.
    pub is_cancel_requested: bool,
    /// How many pairs it learns from.
    pub pairs: usize,
    /// UTC, for people to read.
    pub begun_at: String,
}

/// How the verdicts of a preference model that a run trained name their model, so that what was learned from it is found.
pub fn judge_of_run(run: RecordId) -> String {
    format!("run:{run}")
}

const COLUMNS: &str = "id, kind, round, start_run, settings, rubric, state, process, heartbeat, is_cancel_requested, \
                       pairs, begun_at";

impl Store {
    /// Begins a run: keeps what it learns from, with who decided it, and makes its folder.
    pub fn begin_run(&self, run: &NewRun) -> Result<Run, StoreError> {
        let bytes = run.pairs.iter().map(|pair| 60 + 30 * pair.verdicts.len()).sum();
        let begun = self.write(bytes, |change| {
            change.require_if_named(Kind::Round, run.round)?;
            change.require_if_named(Kind::Run, run.start_run)?;
            change.require_if_named(Kind::Rubric, run.rubric)?;
            let id = insert(change, run)?;
            insert_pairs(change, id, &run.pairs)?;
            let details = json!({ "kind": run.kind, "pairs": run.pairs.len(), "start_run": run.start_run });
            change.note("prepared a run", Some(id), &details)?;
            Ok(Run {
                id,
                kind: run.kind,
                round: run.round,
                start_run: run.start_run,
                settings: run.settings.clone(),
                rubric: run.rubric,
                state: RunState::Prepared,
                heartbeat: 0,
                is_cancel_requested: false,
                pairs: run.pairs.len(),
                begun_at: change.at.clone(),
            })
        })?;
        files::create_folder(&self.run_folder(begun.id))?;
        Ok(begun)
    }

    /// Says how far a run is. One that begins to run has no request to stop.
    pub fn set_run_state(&self, run: RecordId, state: RunState) -> Result<(), StoreError> {
        let process = if let RunState::Running { process } = state { Some(process) } else { None };
        self.write(0, |change| {
            change.require(Kind::Run, run)?;
            change.transaction.execute(
                "UPDATE runs SET state = ?2, process = ?3,
                     is_cancel_requested = CASE WHEN ?2 = 'running' THEN 0 ELSE is_cancel_requested END
                 WHERE id = ?1",
                params![run, state.word(), process],
            )?;
            change.note("changed a run's state", Some(run), &json!(state))
        })
    }

    /// Leaves a sign of life.
    pub fn heartbeat(&self, run: RecordId, sequence: u64) -> Result<(), StoreError> {
        self.write(0, |change| {
            change.require(Kind::Run, run)?;
            let sequence = i64::try_from(sequence).unwrap_or(i64::MAX);
            change.transaction.execute("UPDATE runs SET heartbeat = ?2 WHERE id = ?1", params![run, sequence])?;
            Ok(())
        })
    }

    /// Asks a run to stop, whichever process works on it.
    pub fn request_cancel(&self, run: RecordId) -> Result<(), StoreError> {
        self.write(0, |change| {
            change.require(Kind::Run, run)?;
            change.transaction.execute("UPDATE runs SET is_cancel_requested = 1 WHERE id = ?1", [run])?;
            change.note("asked a run to stop", Some(run), &json!({}))
        })
    }

    /// Whether somebody asked a run to stop.
    pub fn is_cancel_requested(&self, run: RecordId) -> Result<bool, StoreError> {
        let found = self.read(|connection| {
            let mut query = connection.prepare_cached("SELECT is_cancel_requested FROM runs WHERE id = ?1")?;
            Ok(query.query_row([run], |row| row.get(0)).optional()?)
        })?;
        found.ok_or_else(|| self.unknown_run(run))
    }

    /// Every run, the newest last.
    pub fn runs(&self) -> Result<Vec<Run>, StoreError> {
        self.read(|connection| {
            let mut query = connection.prepare_cached(&format!("SELECT {COLUMNS} FROM runs ORDER BY id"))?;
            let runs = query.query_map([], run_of)?;
            Ok(runs.collect::<Result<_, _>>()?)
        })
    }

    /// One run.
    pub fn run(&self, id: RecordId) -> Result<Run, StoreError> {
        let found = self.read(|connection| {
            let mut query = connection.prepare_cached(&format!("SELECT {COLUMNS} FROM runs WHERE id = ?1"))?;
            Ok(query.query_row([id], run_of).optional()?)
        })?;
        found.ok_or_else(|| self.unknown_run(id))
    }

    /// Where a run writes what it writes.
    pub fn run_folder(&self, run: RecordId) -> PathBuf {
        self.folder().join(RUNS).join(run.to_string())
    }

    /// The pairs that a run learns from, in the order in which they were given.
    pub fn run_pairs(&self, run: RecordId) -> Result<Vec<ResolvedPair>, StoreError> {
        self.read(|connection| {
            let mut query = connection.prepare_cached(
                "SELECT comparison, chosen, rejected, by_people FROM run_pairs WHERE run = ?1 ORDER BY place",
            )?;
            let pairs = query.query_map([run], |row| {
                let verdicts = Vec::new();
                let (comparison, chosen, rejected) = (row.get(0)?, row.get(1)?, row.get(2)?);
                Ok(ResolvedPair { comparison, chosen, rejected, verdicts, by_people: row.get(3)? })
            })?;
            let mut pairs = pairs.collect::<Result<Vec<_>, _>>()?;
            let mut query = connection.prepare_cached(
                "SELECT place, verdict FROM run_pair_verdicts WHERE run = ?1 ORDER BY place, verdict",
            )?;
            let mut rows = query.query([run])?;
            while let Some(row) = rows.next()? {
                if let Some(pair) = pairs.get_mut(count(row.get(0)?)) {
                    pair.verdicts.push(row.get(1)?);
                }
            }
            Ok(pairs)
        })
    }

    pub(super) fn unknown_run(&self, id: RecordId) -> StoreError {
        StoreError::Unknown { path: self.path().to_owned(), what: "run", id }
    }
}

fn insert(change: &Change<'_>, run: &NewRun) -> Result<RecordId, Problem> {
    let mut insert = change.transaction.prepare_cached(
        "INSERT INTO runs (kind, round, start_run, settings, rubric, state, process, heartbeat, is_cancel_requested, pairs,
             begun_at)
         VALUES (?1, ?2, ?3, ?4, ?5, 'prepared', NULL, 0, 0, ?6, ?7)",
    )?;
    let pairs = i64::try_from(run.pairs.len()).unwrap_or(i64::MAX);
    let row = params![Word(run.kind), run.round, run.start_run, Json(&run.settings), run.rubric, pairs, change.at];
    Ok(insert.insert(row)?)
}

fn insert_pairs(change: &Change<'_>, run: RecordId, pairs: &[ResolvedPair]) -> Result<(), Problem> {
    let mut insert = change.transaction.prepare_cached(
        "INSERT INTO run_pairs (run, place, comparison, chosen, rejected, by_people) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    let mut insert_verdict = change
        .transaction
        .prepare_cached("INSERT OR IGNORE INTO run_pair_verdicts (run, place, verdict) VALUES (?1, ?2, ?3)")?;
    let mut find_verdict =
        change.transaction.prepare_cached("SELECT 1 FROM verdicts WHERE sequence = ?1 AND comparison = ?2")?;
    for (place, pair) in (0_i64..).zip(pairs) {
        change.require(Kind::Comparison, pair.comparison)?;
        change.require(Kind::Completion, pair.chosen)?;
        change.require(Kind::Completion, pair.rejected)?;
        insert.execute(params![run, place, pair.comparison, pair.chosen, pair.rejected, pair.by_people])?;
        for &verdict in &pair.verdicts {
            if find_verdict.query_row([verdict, pair.comparison], |_| Ok(())).optional()?.is_none() {
                let reason = format!("verdict {verdict} is none on comparison {}", pair.comparison);
                return Err(Problem::contradiction(reason));
            }
            insert_verdict.execute([run, place, verdict])?;
        }
    }
    // Who decided is counted once here: it is asked for often, and pairs never change.
    change.transaction.execute(
        "INSERT INTO run_sources (run, annotator, rubric, model, verdicts)
         SELECT ?1, annotator, rubric, model, count(*) FROM verdicts
         WHERE sequence IN (SELECT verdict FROM run_pair_verdicts WHERE run = ?1)
         GROUP BY annotator, rubric, model ORDER BY annotator, rubric, model",
        [run],
    )?;
    Ok(())
}

fn run_of(row: &Row<'_>) -> rusqlite::Result<Run> {
    let word: String = row.get(6)?;
    let state = match (word.as_str(), row.get::<_, Option<u32>>(7)?) {
        ("running", Some(process)) => RunState::Running { process },
        ("finished", _) => RunState::Finished,
        ("failed", _) => RunState::Failed,
        ("cancelled", _) => RunState::Cancelled,
        // The table takes no other word.
        _ => RunState::Prepared,
    };
    Ok(Run {
        id: row.get(0)?,
        kind: row.get::<_, Word<RunKind>>(1)?.0,
        round: row.get(2)?,
        start_run: row.get(3)?,
        settings: row.get::<_, Json<Value>>(4)?.0,
        rubric: row.get(5)?,
        state,
        heartbeat: row.get::<_, i64>(8)?.max(0).cast_unsigned(),
        is_cancel_requested: row.get(9)?,
        pairs: count(row.get(10)?),
        begun_at: row.get(11)?,
    })
}
