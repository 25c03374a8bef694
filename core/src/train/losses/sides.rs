//! Losses over preference pairs that look at each answer by itself, as TRL's `DPOTrainer` has them.

use super::super::loss::{Loss, RowFigures};
use super::pairs::{PAIRED, PairLoss, each_pair};
use super::{negative_log_sigmoid, sigmoid};

/// Noise-contrastive alignment.
pub const NCA_PAIR: Loss = Loss {
    id: "nca_pair",
    meaning: "Raises the chosen answer by itself and keeps both from rising without end, where DPO only asks for a \
              distance: the chosen answer does not become less likely while it trains.",
    source: "Chen et al. 2024 (Noise Contrastive Alignment), for two answers",
    formula: |batch| {
        each_pair(batch, |pair| {
            by_rewards(batch.beta, pair, |chosen, rejected| {
                let value = negative_log_sigmoid(chosen)
                    + 0.5 * negative_log_sigmoid(-chosen)
                    + 0.5 * negative_log_sigmoid(-rejected);
                (value, [0.5 * sigmoid(chosen) - sigmoid(-chosen), 0.5 * sigmoid(rejected)])
            })
        })
    },
    ..PAIRED
};

/// Two judgements instead of one comparison.
pub const BCO_PAIR: Loss = Loss {
    id: "bco_pair",
    meaning: "Takes each pair for two judgements, this answer is good and that one is bad, and learns to tell the two \
              kinds apart. Fits where chosen answers are good by themselves and not only better.",
    source: "Jung et al. 2024 (Binary Classifier Optimization), without the shift of rewards, as TRL has it for pairs",
    formula: |batch| {
        each_pair(batch, |pair| {
            by_rewards(batch.beta, pair, |chosen, rejected| {
                let value = negative_log_sigmoid(chosen) + negative_log_sigmoid(-rejected);
                (value, [-sigmoid(-chosen), sigmoid(rejected)])
            })
        })
    },
    ..PAIRED
};

/// Self-play with certain winners.
pub const SPPO_HARD: Loss = Loss {
    id: "sppo_hard",
    meaning: "Aims at a fixed gain for the chosen answer and the same loss for the rejected one, 1 / (2 · beta) each: an \
              even step towards the better answers, made to be repeated with answers of the new model.",
    source: "Wu et al. 2024 (SPPO), equation 4.7 with probabilities of 1 and 0",
    formula: |batch| each_pair(batch, |pair| sppo(batch.beta, pair)),
    ..PAIRED
};

fn sppo(beta: f64, pair: &RowFigures) -> PairLoss {
    let [chosen, rejected] = pair.completions.map(|figure| figure.log_ratio());
    let (short, over) = (chosen - 0.5 / beta, rejected + 0.5 / beta);
    (short * short + over * over, [2.0 * short, 2.0 * over])
}

/// Anchored, where the chosen answers are better than the model's own.
pub const APO_ZERO: Loss = Loss {
    id: "apo_zero",
    meaning: "Makes chosen answers likelier and rejected ones less likely, each by itself. For chosen answers that are \
              better than what the model says today, such as corrections by people or answers of a larger model.",
    source: "D'Oosterlinck et al. 2024 (Anchored Preference Optimization), equation 7",
    formula: |batch| {
        each_pair(batch, |pair| {
            by_rewards(batch.beta, pair, |chosen, rejected| {
                (sigmoid(-chosen) + sigmoid(rejected), [-sigmoid_slope(chosen), sigmoid_slope(rejected)])
            })
        })
    },
    ..PAIRED
};

/// Anchored, where even the chosen answers are worse than the model's own.
pub const APO_DOWN: Loss = Loss {
    id: "apo_down",
    meaning: "Makes both answers less likely, the rejected one more so. For pairs in which even the chosen answer is worse \
              than what the model says today.",
    source: "D'Oosterlinck et al. 2024 (Anchored Preference Optimization), equation 8",
    formula: |batch| {
        each_pair(batch, |pair| {
            by_rewards(batch.beta, pair, |chosen, rejected| {
                let apart = sigmoid_slope(chosen - rejected);
                (sigmoid(chosen) + sigmoid(rejected - chosen), [sigmoid_slope(chosen) - apart, apart])
            })
        })
    },
    ..PAIRED
};

/// A loss of both answers' rewards β·(log π − log π of the reference), from its value and its slopes by each.
fn by_rewards(beta: f64, pair: &RowFigures, loss: impl Fn(f64, f64) -> PairLoss) -> PairLoss {
    let [chosen, rejected] = pair.completions.map(|figure| beta * figure.log_ratio());
    let (value, slopes) = loss(chosen, rejected);
    (value, slopes.map(|slope| beta * slope))
}

fn sigmoid_slope(x: f64) -> f64 {
    sigmoid(x) * sigmoid(-x)
}
