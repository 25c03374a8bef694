//! A step's figures, named as TRL names them, and the files that they are appended to.

use std::fs::{File, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use super::loss::{PairLogProbabilities, PairLoss};
use crate::files::FileError;

/// Means over the pairs of a step.
#[derive(Debug, Clone, Default)]
pub struct PairMeans {
    pairs: usize,
    loss: f64,
    reward_chosen: f64,
    reward_rejected: f64,
    accuracy: f64,
    chosen: f64,
    rejected: f64,
}

impl PairMeans {
    /// Counts a pair. Rewards are β times the policy's log-probability less the reference's.
    pub fn add(&mut self, pair: &PairLogProbabilities, loss: &PairLoss, beta: f64) {
        let reward_chosen = beta * (pair.chosen - pair.reference_chosen);
        let reward_rejected = beta * (pair.rejected - pair.reference_rejected);
        self.pairs += 1;
        self.loss += loss.loss;
        self.reward_chosen += reward_chosen;
        self.reward_rejected += reward_rejected;
        self.accuracy += f64::from(u8::from(reward_chosen > reward_rejected));
        self.chosen += pair.chosen;
        self.rejected += pair.rejected;
    }

    /// The mean loss.
    pub fn loss(&self) -> f64 {
        self.loss / self.pairs as f64
    }

    /// The reward figures under TRL's names, each with `prefix` before it.
    pub fn write_to(&self, values: &mut Map<String, Value>, prefix: &str) {
        let figures = [
            ("rewards/chosen", self.reward_chosen),
            ("rewards/rejected", self.reward_rejected),
            ("rewards/margins", self.reward_chosen - self.reward_rejected),
            ("rewards/accuracies", self.accuracy),
            ("logps/chosen", self.chosen),
            ("logps/rejected", self.rejected),
        ];
        for (name, sum) in figures {
            values.insert(format!("{prefix}{name}"), json!(sum / self.pairs as f64));
        }
    }
}

/// A file of JSON lines that grows with the run.
#[derive(Debug)]
pub struct LineFile {
    path: PathBuf,
    file: File,
    bytes: u64,
}

impl LineFile {
    /// Opens `path` and cuts it back to its first `bytes` bytes: what a checkpoint vouches for.
    pub fn open(path: &Path, bytes: u64) -> Result<Self, FileError> {
        let failed = |source| FileError::Write { path: path.to_owned(), source };
        let mut file = OpenOptions::new().create(true).truncate(false).write(true).open(path).map_err(failed)?;
        file.set_len(bytes).map_err(failed)?;
        file.seek(SeekFrom::End(0)).map_err(failed)?;
        Ok(Self { path: path.to_owned(), file, bytes })
    }

    /// Appends a line.
    pub fn push(&mut self, values: &Map<String, Value>) -> Result<(), FileError> {
        let line = format!("{}\n", json!(values));
        self.file.write_all(line.as_bytes()).map_err(|source| self.failed(source))?;
        self.bytes += line.len() as u64;
        Ok(())
    }

    /// Flushes to the disk; returns the bytes so far.
    pub fn sync(&self) -> Result<u64, FileError> {
        self.file.sync_data().map_err(|source| self.failed(source))?;
        Ok(self.bytes)
    }

    fn failed(&self, source: std::io::Error) -> FileError {
        FileError::Write { path: self.path.clone(), source }
    }
}
