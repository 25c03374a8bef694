//! Losses over the scores of a preference model, as TRL's `RewardTrainer` has them.

use super::super::loss::{ANSWERS, Loss, LossBatch, LossParameter, RowFigures, RowLoss, RowValues, Scope};
use super::{negative_log_sigmoid, sigmoid};
use crate::domain::Task;

/// Preference as a difference of scores.
pub const BRADLEY_TERRY: Loss = Loss {
    id: "bradley_terry",
    task: Task::PreferenceModel,
    meaning: "Learns to give each answer one score such that the chosen answer of a pair scores higher. The difference \
              of two scores says how sure the model is that one is preferred; a score by itself says nothing.",
    source: "Bradley and Terry 1952; Ouyang et al. 2022, equation 1; centering by Eisenstein et al. 2023",
    takes_beta: false,
    parameters: &[LossParameter {
        name: "center_rewards_coefficient",
        meaning: "How strongly the scores are held round 0, so that they can be compared across prompts; 0.01 is usual.",
        default: 0.0,
        range: (0.0, 100.0),
    }],
    needs_reference: false,
    scope: Scope::Row,
    needs_mismatched: false,
    reading: ANSWERS,
    formula: bradley_terry,
};

fn bradley_terry(batch: &LossBatch<'_>) -> Vec<RowLoss> {
    let (share, center) = (1.0 / batch.step.rows as f64, batch.parameters[0]);
    let of_row = |row: &RowFigures| {
        let [chosen, rejected] = row.completions.map(|figure| figure.value);
        let (margin, sum) = (chosen - rejected, chosen + rejected);
        let (apart, together) = (-sigmoid(-margin), 2.0 * center * sum);
        RowLoss {
            loss: share * (negative_log_sigmoid(margin) + center * sum * sum),
            slopes: RowValues {
                completions: [share * (together + apart), share * (together - apart)],
                ..RowValues::default()
            },
        }
    };
    batch.rows.iter().map(of_row).collect()
}
