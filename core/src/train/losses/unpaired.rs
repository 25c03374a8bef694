//! Losses over single answers that were found good or bad, as TRL's `KTOTrainer` has them.

use super::super::loss::{ANSWERS, Loss, LossBatch, LossParameter, RowFigures, RowLoss, RowValues, Scope};
use super::sigmoid;
use crate::domain::Task;

/// Kahneman-Tversky optimization.
pub const KTO: Loss = Loss {
    id: "kto",
    task: Task::Kto,
    meaning: "Learns from answers that were found good or bad one by one, without pairs. An answer gains or loses value \
              against how far the model has moved from the reference as a whole, as people weigh gains and losses \
              against what they are used to. The two weights make up for unequal numbers of good and bad answers: \
              their products with the numbers should be about the same.",
    source: "Ethayarajh et al. 2024, equations 7 and 8",
    takes_beta: true,
    parameters: &[
        LossParameter {
            name: "desirable_weight",
            meaning: "How much a good answer counts.",
            default: 1.0,
            range: (0.0, 1000.0),
        },
        LossParameter {
            name: "undesirable_weight",
            meaning: "How much a bad answer counts.",
            default: 1.0,
            range: (0.0, 1000.0),
        },
    ],
    needs_reference: true,
    scope: Scope::Batch,
    needs_mismatched: true,
    reading: ANSWERS,
    formula: kto,
};

/// How far the policy is from the reference: the mean log-ratio of answers to other prompts, at least 0. It is
/// measured, not learned from.
pub fn divergence(rows: &[RowFigures]) -> f64 {
    let sum: f64 = rows.iter().map(|row| row.completions[1].log_ratio()).sum();
    (sum / rows.len().max(1) as f64).max(0.0)
}

fn kto(batch: &LossBatch<'_>) -> Vec<RowLoss> {
    let kl = divergence(batch.rows);
    let share = 1.0 / batch.step.rows as f64;
    let of_row = |row: &RowFigures| {
        let (weight, sign) = if row.is_desirable { (batch.parameters[0], 1.0) } else { (batch.parameters[1], -1.0) };
        // 1 − σ(x), which is σ(−x).
        let x = sign * batch.beta * (row.completions[0].log_ratio() - kl);
        let slope = -weight * sign * batch.beta * sigmoid(x) * sigmoid(-x);
        RowLoss {
            loss: share * weight * sigmoid(-x),
            slopes: RowValues { completions: [share * slope, 0.0], ..RowValues::default() },
        }
    };
    batch.rows.iter().map(of_row).collect()
}
