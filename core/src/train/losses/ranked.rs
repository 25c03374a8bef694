//! Losses that compare a batch's answers by rank, as TRL's `DPOTrainer` has them.

use super::super::loss::{Loss, LossBatch, LossParameter, RowFigures, RowLoss, RowValues, Scope};
use super::pairs::PAIRED;
use super::{negative_log_sigmoid, sigmoid};

const LABEL_SMOOTHING: &[LossParameter] = &[LossParameter {
    name: "label_smoothing",
    meaning: "The share of pairs that are thought to be the wrong way round.",
    default: 0.0,
    range: (0.0, 0.49),
}];

/// Alignment by optimal transport, of pairs.
pub const AOT: Loss = Loss {
    id: "aot",
    meaning: "Compares the batch as a whole rather than pair by pair: the model's distances between chosen and rejected, \
              from the smallest to the largest, each against the reference's of the same rank. Fits where single pairs are \
              doubtful and their number is right. Larger batches say more.",
    source: "Melnyk et al. 2024 (Distributional preference alignment via optimal transport), paired",
    parameters: LABEL_SMOOTHING,
    scope: Scope::Batch,
    formula: |batch| {
        let margin =
            |of: fn(&RowFigures, usize) -> f64| ranked(batch.rows.iter().map(|row| of(row, 0) - of(row, 1)).collect());
        let policy = margin(|row, side| row.completions[side].value);
        let reference = margin(|row, side| row.completions[side].reference);
        let mut losses = vec![RowLoss::default(); batch.rows.len()];
        for ((row, value), (_, before)) in policy.into_iter().zip(reference) {
            let (loss, slope) = smoothed(batch, value - before);
            losses[row] = RowLoss { loss, slopes: RowValues { completions: [slope, -slope], ..RowValues::default() } };
        }
        losses
    },
    ..PAIRED
};

/// Alignment by optimal transport, of answers that belong to no pairs.
pub const AOT_UNPAIRED: Loss = Loss {
    id: "aot_unpaired",
    meaning: "Compares all chosen answers of the batch with all rejected ones, rank by rank, whichever prompt they belong \
              to: the good ones as a whole are to gain over the bad ones. Larger batches say more.",
    source: "Melnyk et al. 2024 (Distributional preference alignment via optimal transport), unpaired",
    parameters: LABEL_SMOOTHING,
    scope: Scope::Batch,
    formula: |batch| {
        let ratios = |side: usize| ranked(batch.rows.iter().map(|row| row.completions[side].log_ratio()).collect());
        let mut losses = vec![RowLoss::default(); batch.rows.len()];
        for ((chosen, gained), (rejected, lost)) in ratios(0).into_iter().zip(ratios(1)) {
            let (loss, slope) = smoothed(batch, gained - lost);
            losses[chosen].loss += loss;
            losses[chosen].slopes.completions[0] += slope;
            losses[rejected].slopes.completions[1] -= slope;
        }
        losses
    },
    ..PAIRED
};

/// Values from the smallest to the largest, each with its place before.
fn ranked(values: Vec<f64>) -> Vec<(usize, f64)> {
    let mut ranked: Vec<(usize, f64)> = values.into_iter().enumerate().collect();
    ranked.sort_by(|one, other| one.1.total_cmp(&other.1));
    ranked
}

/// A row's share of the step's loss at a distance, and its slope by the distance.
fn smoothed(batch: &LossBatch<'_>, distance: f64) -> (f64, f64) {
    let (wrong, share, x) = (batch.parameters[0], 1.0 / batch.step.rows as f64, batch.beta * distance);
    let value = (1.0 - wrong) * negative_log_sigmoid(x) + wrong * negative_log_sigmoid(-x);
    let slope = wrong * sigmoid(x) - (1.0 - wrong) * sigmoid(-x);
    (share * value, share * batch.beta * slope)
}
