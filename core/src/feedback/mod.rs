//! Feedback: who says which of two answers is better.
//!
//! An annotator gives an answer a score; the [`judge`] job asks one for every sample or pair of a file and makes
//! preference pairs of the best and the worst. [`ANNOTATORS`] lists them; [`rules::KINDS`] lists what a rule can check.

mod annotator;
pub mod coach;
mod error;
mod judge;
mod pairs;
pub mod people;
mod place;
mod records;
mod rule_file;
pub mod rules;
mod suggest;

pub use annotator::{ANNOTATORS, Annotator, Judge, Opened};
pub use error::{FeedbackError, RecordProblem, RuleProblem};
pub use judge::judge;
pub use rule_file::read_rules;
pub use rules::{CompiledRules, Judgement, RuleScore};
