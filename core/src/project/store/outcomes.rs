//! What comes after a run: evaluations, exports, approvals.

use std::path::{Path, PathBuf};

use rusqlite::{OptionalExtension, params};
use serde::Serialize;
use serde_json::{Value, json};

use super::audit::Kind;
use super::error::{Problem, StoreError};
use super::open::Store;
use super::rows::{Json, Word};
use crate::domain::{AnnotatorKind, RecordId};

/// An evaluation before the store gives it its place.
#[derive(Debug, Clone, PartialEq)]
pub struct NewEvaluation {
    /// The run that was evaluated.
    pub run: RecordId,
    /// The round that it belongs to.
    pub round: Option<RecordId>,
    /// Who told the answers apart: a person, a coach, by their names.
    pub judge: String,
    /// What came of it.
    pub summary: Value,
}

/// An evaluation in its place.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Evaluation {
    /// Its place in the store.
    pub id: RecordId,
    /// The run that was evaluated.
    pub run: RecordId,
    /// The round that it belongs to.
    pub round: Option<RecordId>,
    /// Who told the answers apart.
    pub judge: String,
    /// What came of it.
    pub summary: Value,
    /// UTC, for people to read.
    pub made_at: String,
}

/// An export before the store gives it its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewExport {
    /// The run whose adapter was exported.
    pub run: RecordId,
    /// The row of the registry of targets.
    pub target: String,
    /// What was written.
    pub path: PathBuf,
}

/// An export in its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Export {
    /// Its place in the store.
    pub id: RecordId,
    /// The run whose adapter was exported.
    pub run: RecordId,
    /// The row of the registry of targets.
    pub target: String,
    /// What was written.
    pub path: PathBuf,
    /// UTC, for people to read.
    pub made_at: String,
}

/// A person let a round's labels be trained on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Approval {
    /// The round.
    pub round: RecordId,
    /// Who approved.
    pub annotator: RecordId,
    /// UTC, for people to read.
    pub approved_at: String,
}

impl Store {
    /// Keeps an evaluation.
    pub fn add_evaluation(&self, evaluation: &NewEvaluation) -> Result<RecordId, StoreError> {
        self.write(evaluation.summary.to_string().len(), |change| {
            change.require(Kind::Run, evaluation.run)?;
            change.require_if_named(Kind::Round, evaluation.round)?;
            let NewEvaluation { run, round, judge, summary } = evaluation;
            let mut insert = change.transaction.prepare_cached(
                "INSERT INTO evaluations (run, round, judge, summary, made_at) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?;
            let id = insert.insert(params![run, round, judge, Json(summary), change.at])?;
            change.note("evaluated a run", Some(id), &json!({ "run": run, "judge": judge }))?;
            Ok(id)
        })
    }

    /// Every evaluation, the newest last.
    pub fn evaluations(&self) -> Result<Vec<Evaluation>, StoreError> {
        self.read(|connection| {
            let mut query = connection
                .prepare_cached("SELECT id, run, round, judge, summary, made_at FROM evaluations ORDER BY id")?;
            let evaluations = query.query_map([], |row| {
                Ok(Evaluation {
                    id: row.get(0)?,
                    run: row.get(1)?,
                    round: row.get(2)?,
                    judge: row.get(3)?,
                    summary: row.get::<_, Json<Value>>(4)?.0,
                    made_at: row.get(5)?,
                })
            })?;
            Ok(evaluations.collect::<Result<_, _>>()?)
        })
    }

    /// Keeps that something was exported. What lies in the project's folder is found again when the folder moves.
    pub fn add_export(&self, export: &NewExport) -> Result<RecordId, StoreError> {
        let path = export.path.strip_prefix(self.folder()).unwrap_or(&export.path);
        let path = path.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/");
        self.write(path.len(), |change| {
            change.require(Kind::Run, export.run)?;
            let mut insert = change
                .transaction
                .prepare_cached("INSERT INTO exports (run, target, path, made_at) VALUES (?1, ?2, ?3, ?4)")?;
            let id = insert.insert(params![export.run, export.target, path, change.at])?;
            change.note("exported a run", Some(id), &json!({ "run": export.run, "target": export.target }))?;
            Ok(id)
        })
    }

    /// Every export, the newest last.
    pub fn exports(&self) -> Result<Vec<Export>, StoreError> {
        self.read(|connection| {
            let mut query =
                connection.prepare_cached("SELECT id, run, target, path, made_at FROM exports ORDER BY id")?;
            let exports = query.query_map([], |row| {
                let path: String = row.get(3)?;
                Ok(Export {
                    id: row.get(0)?,
                    run: row.get(1)?,
                    target: row.get(2)?,
                    path: self.folder().join(Path::new(&path)),
                    made_at: row.get(4)?,
                })
            })?;
            Ok(exports.collect::<Result<_, _>>()?)
        })
    }

    /// A person lets a round's labels be trained on. Only a person can.
    pub fn approve_round(&self, round: RecordId, annotator: RecordId) -> Result<(), StoreError> {
        self.write(0, |change| {
            change.require(Kind::Round, round)?;
            let found: Option<(String, Word<AnnotatorKind>)> = change
                .transaction
                .query_row("SELECT name, kind FROM annotators WHERE id = ?1", [annotator], |row| {
                    Ok((row.get(0)?, row.get(1)?))
                })
                .optional()?;
            let (name, Word(kind)) = found.ok_or_else(|| change.unknown("annotator", annotator))?;
            if kind != AnnotatorKind::Person {
                return Err(Problem::contradiction(format!("{name:?} is no person, and only a person may approve")));
            }
            let added = change.transaction.execute(
                "INSERT OR IGNORE INTO approvals (round, annotator, approved_at) VALUES (?1, ?2, ?3)",
                params![round, annotator, change.at],
            )?;
            if added > 0 {
                change.note_by(&name, "approved a round", Some(round), &json!({}))?;
            }
            Ok(())
        })
    }

    /// Every approval in the order in which they were given.
    pub fn approvals(&self) -> Result<Vec<Approval>, StoreError> {
        self.read(|connection| {
            let mut query =
                connection.prepare_cached("SELECT round, annotator, approved_at FROM approvals ORDER BY id")?;
            let approvals = query.query_map([], |row| {
                Ok(Approval { round: row.get(0)?, annotator: row.get(1)?, approved_at: row.get(2)? })
            })?;
            Ok(approvals.collect::<Result<_, _>>()?)
        })
    }
}
