//! How far verdicts can be relied on: a registry of figures, each with its interval and a sentence that says what it
//! means.
//!
//! Reviews and corrections are left out: a review is given with the others' verdicts in view, and a correction always
//! prefers itself. Skips say nothing. Intervals are of 95%: Wilson's for shares, drawn anew from the comparisons
//! (seeded) for coefficients.

mod coefficients;
mod interval;
mod rows;
mod table;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use crate::domain::{Annotator, Comparison, Completion, RecordId, StoredVerdict};

pub(in crate::feedback) use coefficients::cohen_kappa;
pub(in crate::feedback) use interval::bootstrap;
pub use rows::{FASTEST_WORDS_A_SECOND, FIGURES};
pub use table::Table;

/// What the figures are of.
#[derive(Debug, Clone, Copy)]
pub struct Judged<'a> {
    /// What was judged.
    pub comparisons: &'a [Comparison],
    /// What was said.
    pub verdicts: &'a [StoredVerdict],
    /// Who said it.
    pub annotators: &'a [Annotator],
    /// The answers.
    pub completions: &'a [Completion],
}

/// One row of the registry.
#[derive(Debug, Clone, Copy)]
pub struct FigureKind {
    /// What files and events call it.
    pub id: &'static str,
    /// What it is, in a few words.
    pub title: &'static str,
    /// What it is good for and how it is reckoned, in one paragraph.
    pub meaning: &'static str,
    /// The figures of this kind: one for each annotator, each two of them, or all; none where too little was judged.
    pub look: fn(&Table<'_>) -> Vec<Reading>,
}

/// What a look has found.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// Whom it is about.
    pub annotators: Vec<RecordId>,
    /// The figure.
    pub value: f64,
    /// The lower end of its interval.
    pub low: f64,
    /// The upper end of its interval.
    pub high: f64,
    /// Verdicts, or comparisons with several of them, that it was found on.
    pub n: usize,
    /// What it means.
    pub sentence: String,
    /// Something should be done about it.
    pub concern: bool,
}

/// A figure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// The row that it came of.
    pub id: String,
    /// What it is, in a few words.
    pub title: String,
    /// Whom it is about, by id.
    pub annotators: Vec<RecordId>,
    /// The figure.
    pub value: f64,
    /// The lower end of its interval of 95%.
    pub low: f64,
    /// The upper end of its interval of 95%.
    pub high: f64,
    /// Verdicts, or comparisons with several of them, that it was found on.
    pub n: usize,
    /// What it means, with the numbers.
    pub sentence: String,
    /// Something should be done about it.
    pub concern: bool,
}

/// Every figure of what was judged, in the order of the registry. Same seed, same intervals.
pub fn figures(judged: &Judged<'_>, seed: u64) -> Vec<Figure> {
    let table = Table::new(judged, seed);
    FIGURES.iter().flat_map(|kind| (kind.look)(&table).into_iter().map(|reading| kind.figure(reading))).collect()
}

impl FigureKind {
    fn figure(&self, reading: Reading) -> Figure {
        let Reading { annotators, value, low, high, n, sentence, concern } = reading;
        Figure {
            id: self.id.to_owned(),
            title: self.title.to_owned(),
            annotators,
            value,
            low,
            high,
            n,
            sentence,
            concern,
        }
    }
}

/// The verdicts of people that came faster than the answers can be read, by sequence.
pub fn too_fast(judged: &Judged<'_>) -> Vec<RecordId> {
    let table = Table::new(judged, 0);
    table
        .verdicts
        .iter()
        .filter(|vote| vote.is_by_person() && rows::is_too_fast(&table, vote.stored) == Some(true))
        .map(|vote| vote.stored.sequence)
        .collect()
}
