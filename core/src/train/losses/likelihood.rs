//! The part of a loss over pairs that asks for the chosen answers themselves.

use super::super::loss::{LossBatch, RowFigures, RowLoss};

/// Adds the wish to write the chosen answers: a mean over their tokens in the batch, and over those of the prompts where
/// `whole`; the step's is the mean over its batches, each counting by its rows.
pub(super) fn with_likelihood(
    batch: &LossBatch<'_>,
    weight: f64,
    whole: bool,
    mut losses: Vec<RowLoss>,
) -> Vec<RowLoss> {
    let of_prompt = |row: &RowFigures| if whole { row.prompt.tokens } else { 0 };
    let tokens: usize = batch.rows.iter().map(|row| row.completions[0].tokens + of_prompt(row)).sum();
    let share_of_step = batch.rows.len() as f64 / batch.step.rows as f64;
    let weight = weight * share_of_step / tokens.max(1) as f64;
    for (row, loss) in batch.rows.iter().zip(&mut losses) {
        loss.loss -= weight * row.completions[0].value;
        loss.slopes.completions[0] -= weight;
        if whole {
            loss.loss -= weight * row.prompt.value;
            loss.slopes.prompt -= weight;
        }
    }
    losses
}
