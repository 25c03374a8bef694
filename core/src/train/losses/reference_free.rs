//! Losses over preference pairs that need no reference: half the computing, and nothing that holds the model to what it
//! was but their own second part. As TRL's `CPOTrainer` and `ORPOTrainer` have them.

use super::super::loss::{Loss, LossParameter, RowFigures};
use super::super::policy::Reading;
use super::likelihood::with_likelihood;
use super::pairs::{PAIRED, PairLoss, each_pair};
use super::{negative_log_sigmoid, sigmoid};

const fn likelihood_weight(default: f64) -> LossParameter {
    LossParameter {
        name: "likelihood_weight",
        meaning: "How much writing the chosen answers counts against preferring them.",
        default,
        range: (0.0, 100.0),
    }
}

/// Contrastive preference optimization.
pub const CPO: Loss = Loss {
    id: "cpo",
    meaning: "Prefers the chosen answer by its own likelihood, without a reference to measure from, and learns to write it \
              at the same time. Takes less time and memory than DPO; the second part is what keeps the language fluent.",
    source: "Xu et al. 2024 (Contrastive Preference Optimization), equations 3 and 5",
    needs_reference: false,
    parameters: &[likelihood_weight(1.0)],
    formula: |batch| {
        let losses = each_pair(batch, |pair| {
            let x = batch.beta * (pair.completions[0].value - pair.completions[1].value);
            let slope = -batch.beta * sigmoid(-x);
            (negative_log_sigmoid(x), [slope, -slope])
        });
        with_likelihood(batch, batch.parameters[0], false, losses)
    },
    ..PAIRED
};

/// Simple preference optimization.
pub const SIMPO: Loss = Loss {
    id: "simpo",
    meaning: "Prefers the chosen answer by its likelihood a token, without a reference, until it is ahead by a margin: \
              long answers have no advantage. Takes less time and memory than DPO. It wants a beta of 2 or more, a low \
              learning rate, and an eye on fluency, since nothing holds the model to what it was.",
    source: "Meng et al. 2024 (SimPO), equation 6",
    needs_reference: false,
    parameters: &[
        LossParameter {
            name: "gamma",
            meaning: "The margin, on beta's scale, by which the chosen answer is to be ahead.",
            default: 0.5,
            range: (0.0, 100.0),
        },
        likelihood_weight(0.0),
    ],
    formula: |batch| {
        let losses = each_pair(batch, |pair| simpo(batch.beta, batch.parameters[0], pair));
        with_likelihood(batch, batch.parameters[1], false, losses)
    },
    ..PAIRED
};

fn simpo(beta: f64, gamma: f64, pair: &RowFigures) -> PairLoss {
    let [(chosen, chosen_tokens), (rejected, rejected_tokens)] = by_token(pair);
    let x = beta * (chosen - rejected) - gamma;
    let slope = -beta * sigmoid(-x);
    (negative_log_sigmoid(x), [slope / chosen_tokens, -slope / rejected_tokens])
}

/// Odds-ratio preference optimization.
pub const ORPO: Loss = Loss {
    id: "orpo",
    meaning: "Learns to write the chosen answers, prompts included, and at the same time raises their odds over the \
              rejected ones': imitation and preference in one training, without a reference. For a model that was not \
              taught to answer yet.",
    source: "Hong et al. 2024 (ORPO), equations 6 and 7",
    needs_reference: false,
    reading: |_| Reading::PromptsToo,
    formula: |batch| {
        let losses = each_pair(batch, |pair| odds_ratio(batch.beta, pair));
        with_likelihood(batch, 1.0, true, losses)
    },
    ..PAIRED
};

/// −β·log σ(log odds(chosen) − log odds(rejected)), with odds(p) = p / (1 − p) of the mean probability of a token.
fn odds_ratio(beta: f64, pair: &RowFigures) -> PairLoss {
    let [(chosen, chosen_tokens), (rejected, rejected_tokens)] = by_token(pair);
    let [(chosen, chosen_slope), (rejected, rejected_slope)] = [chosen, rejected].map(log_odds);
    let x = chosen - rejected;
    let slope = -beta * sigmoid(-x);
    (beta * negative_log_sigmoid(x), [slope * chosen_slope / chosen_tokens, -slope * rejected_slope / rejected_tokens])
}

/// log(p / (1 − p)) at log p, and its slope by log p, which is 1 / (1 − p). Certainty has no odds: what is closer to it
/// than f32 can tell counts as that close.
fn log_odds(log_probability: f64) -> (f64, f64) {
    let close = f64::from(f32::EPSILON);
    let other = -log_probability.exp_m1();
    let inside = other > close;
    let other = other.max(close);
    (log_probability - other.ln(), if inside { 1.0 / other } else { 1.0 })
}

/// Both answers' log-probabilities a token, and their tokens.
fn by_token(pair: &RowFigures) -> [(f64, f64); 2] {
    pair.completions.map(|figure| {
        let tokens = figure.tokens.max(1) as f64;
        (figure.value / tokens, tokens)
    })
}
