//! The room that a run takes on the disk.

use std::path::Path;

use super::memory::adapter_values;
use crate::train::Survey;

/// Checkpoints that are there at once: the two that are kept, and the one that is being written.
const CHECKPOINTS: u64 = 3;

/// A line of figures, in bytes.
const LINE: u64 = 700;

/// A row's two log-probabilities in the reference's file, in bytes.
const REFERENCE_ROW: u64 = 44;

/// Records, cards and headers.
const REST: u64 = 64 << 10;

/// Bytes of a run's folder at most.
pub fn predict(survey: &Survey) -> u64 {
    let adapter = 4 * adapter_values(&survey.targets);
    let rows = (survey.workload.rows + survey.holdout_rows) as u64;
    // A checkpoint holds the factors and two moments of each.
    adapter * (1 + 3 * CHECKPOINTS) + LINE * survey.workload.steps + REFERENCE_ROW * rows + REST
}

/// What the run's folder holds of it already.
pub fn taken_already(out: &Path, survey: &Survey) -> u64 {
    fn bytes(folder: &Path, depth: usize) -> u64 {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        let sizes = entries.map(|entry| match entry.metadata() {
            Ok(data) if data.is_dir() && depth > 0 => bytes(&entry.path(), depth - 1),
            Ok(data) if data.is_file() => data.len(),
            _ => 0,
        });
        sizes.sum()
    }
    if survey.steps_done == 0 { 0 } else { bytes(out, 2).min(predict(survey)) }
}
