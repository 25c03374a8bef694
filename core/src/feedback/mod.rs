//! Feedback: who says which of two answers is better.
//!
//! An annotator scores answers and compares them; the [`judge`] job asks one for every sample or pair of a file and
//! makes preference pairs of the best and the worst. [`ANNOTATORS`] lists them; [`rules::KINDS`] lists what a rule can
//! check. [`distillation`] makes a coach's rubric of what people said. [`routing`] says who takes which comparison.

mod annotator;
pub mod coach;
pub mod distillation;
mod error;
mod judge;
mod pairs;
pub mod people;
mod place;
pub mod preference_model;
mod proportion;
mod records;
pub mod routing;
mod rubric_file;
mod rubric_library;
mod rubric_text;
mod rule_file;
pub mod rules;
mod suggest;

pub use annotator::{ANNOTATORS, Annotator, Answer, Judge, Opened, PairJudgement};
pub use coach::{Coach, CoachItem, CoachVerdict};
pub use error::{FeedbackError, RecordProblem, RuleProblem};
pub(crate) use judge::with_rules_by_name;
pub use judge::{answer_of, judge, leaving};
pub use pairs::best_and_worst;
pub use preference_model::PreferenceModel;
pub use proportion::Proportion;
pub use records::{DecidedPair, read_decided_pairs};
pub use rubric_file::{RubricProblem, check_rubric, read_rubric};
pub use rubric_library::{ReadyRubric, ready_for, ready_rubrics};
pub use rubric_text::rules_of_text;
pub use rule_file::read_rules;
pub use rules::{CompiledRules, Judgement, RuleScore};
