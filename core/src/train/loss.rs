//! What is minimised: a row of [`LOSSES`] each.
//!
//! A formula sees the figures of a batch (sums of log-probabilities, or scores, with their token counts) and gives each
//! row's share of the step's loss with its slopes by each figure. How the figures come about, and what is done with the
//! slopes, is the same for every row.

use super::losses::{completions, margins, pairs, ranked, reference_free, scores, sides, unpaired};
use super::policy::Reading;
use crate::domain::Task;

/// What is known of a stretch of tokens.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Figure {
    /// The sum of its tokens' log-probabilities under the policy, or a preference model's score of it.
    pub value: f64,
    /// The same under the reference; 0 without one.
    pub reference: f64,
    /// Tokens that have a probability.
    pub tokens: usize,
    /// The mean over its tokens of ln p − ln Σ p², both under the policy, where the loss
    /// [reads it](Reading::Familiarity); otherwise 0.
    pub familiarity: f64,
}

impl Figure {
    /// log π − log π of the reference.
    pub fn log_ratio(&self) -> f64 {
        self.value - self.reference
    }
}

/// What is known of a row of the data.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct RowFigures {
    /// The prompt itself, where the loss [reads it](Reading::PromptsToo).
    pub prompt: Figure,
    /// Chosen and rejected answer; or the one answer and, where the loss asks for it, the answer to another prompt.
    pub completions: [Figure; 2],
    /// Whether the one answer was found good.
    pub is_desirable: bool,
}

/// A number for each figure of a row.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct RowValues {
    /// Of the prompt.
    pub prompt: f64,
    /// Of the answers.
    pub completions: [f64; 2],
    /// The answers' [familiarity](Figure::familiarity), which no slope goes through.
    pub familiarity: [f64; 2],
}

/// What a whole step counts, over all of its batches: known before any of them is computed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// Rows.
    pub rows: usize,
    /// Tokens of the prompts that have a probability.
    pub prompt_tokens: usize,
    /// Tokens of the answers that have a probability.
    pub completion_tokens: [usize; 2],
}

/// What a formula sees.
#[derive(Debug, Clone, Copy)]
pub struct LossBatch<'a> {
    /// The batch, in order.
    pub rows: &'a [RowFigures],
    /// The step that the batch is a part of.
    pub step: Totals,
    /// How strongly the policy is held to the reference.
    pub beta: f64,
    /// The loss's own parameters, in the order of its row.
    pub parameters: &'a [f64],
}

/// A row's share of the step's loss.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct RowLoss {
    /// The shares of all rows of a step add up to its loss.
    pub loss: f64,
    /// d(loss) / d(value of each figure).
    pub slopes: RowValues,
}

/// A number that a loss takes beside beta.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LossParameter {
    /// Its name on the command line.
    pub name: &'static str,
    /// One sentence on what it does.
    pub meaning: &'static str,
    /// Taken where none is given.
    pub default: f64,
    /// Lowest and highest value that makes sense.
    pub range: (f64, f64),
}

/// What a row's slopes depend on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Its own figures alone: rows may go forward and back one after the other.
    Row,
    /// The figures of its whole batch: all rows go forward once before the first goes back.
    Batch,
}

/// A loss: everything that the form, the help and the training loop need.
#[derive(Debug, Clone, Copy)]
pub struct Loss {
    /// Its name on the command line, as TRL names it.
    pub id: &'static str,
    /// The task it belongs to; a task's first row is its default.
    pub task: Task,
    /// One paragraph for a person who has never heard of it.
    pub meaning: &'static str,
    /// Where it comes from.
    pub source: &'static str,
    /// Whether it takes beta.
    pub takes_beta: bool,
    /// Its numbers beside beta.
    pub parameters: &'static [LossParameter],
    /// Whether it compares with the reference.
    pub needs_reference: bool,
    /// What its slopes depend on.
    pub scope: Scope,
    /// Whether it compares with each prompt's neighbour's answer: completions rotated by one within the batch.
    pub needs_mismatched: bool,
    /// What it looks at of each row, given its parameters.
    pub reading: fn(&[f64]) -> Reading<'static>,
    /// The rows' shares of the step's loss.
    pub formula: fn(&LossBatch<'_>) -> Vec<RowLoss>,
}

/// Every loss that a run can minimise.
pub const LOSSES: &[Loss] = &[
    pairs::SIGMOID,
    pairs::SIGMOID_SFT,
    pairs::ROBUST,
    pairs::IPO,
    pairs::HINGE,
    pairs::SIGMOID_LD,
    pairs::IPO_LD,
    pairs::SIGMOID_WPO,
    margins::SIGMOID_NORM,
    margins::EXO_PAIR,
    margins::DISCOPOP,
    margins::SIGMOID_FORWARD_KL,
    margins::SIGMOID_JS,
    margins::SIGMOID_ALPHA,
    sides::APO_ZERO,
    sides::APO_DOWN,
    sides::NCA_PAIR,
    sides::BCO_PAIR,
    sides::SPPO_HARD,
    ranked::AOT,
    ranked::AOT_UNPAIRED,
    reference_free::CPO,
    reference_free::SIMPO,
    reference_free::ORPO,
    unpaired::KTO,
    completions::NLL,
    scores::BRADLEY_TERRY,
];

/// The row with this id.
pub fn find_loss(id: &str) -> Option<&'static Loss> {
    LOSSES.iter().find(|loss| loss.id == id)
}

/// Ids of a task's losses, the default first.
pub fn losses_of(task: Task) -> impl Iterator<Item = &'static str> {
    LOSSES.iter().filter(move |loss| loss.task == task).map(|loss| loss.id)
}

/// What most losses look at: the answers, of which every token counts the same.
pub(super) const ANSWERS: fn(&[f64]) -> Reading<'static> = |_| Reading::Completions;

/// A loss with its numbers resolved.
#[derive(Debug, Clone)]
pub struct Objective {
    /// The row.
    pub loss: &'static Loss,
    /// How strongly the policy is held to the reference.
    pub beta: f64,
    /// The row's parameters, in its order.
    pub parameters: Vec<f64>,
}

impl Objective {
    /// The shares of a batch's rows in the step's loss.
    pub fn losses(&self, rows: &[RowFigures], step: Totals) -> Vec<RowLoss> {
        (self.loss.formula)(&LossBatch { rows, step, beta: self.beta, parameters: &self.parameters })
    }

    /// What is read of a sequence that is no preference model's, under the policy.
    pub fn reading(&self) -> Reading<'static> {
        (self.loss.reading)(&self.parameters)
    }
}

#[cfg(test)]
#[path = "loss_tests.rs"]
mod tests;
