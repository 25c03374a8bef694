//! Losses over preference pairs: DPO and its kin, as TRL's `DPOTrainer` has them.

use super::super::loss::{ANSWERS, Loss, LossBatch, LossParameter, RowFigures, RowLoss, RowValues, Scope};
use super::super::policy::Reading;
use super::likelihood::with_likelihood;
use super::{negative_log_sigmoid, sigmoid};
use crate::domain::Task;

/// What the losses over pairs share.
pub(super) const PAIRED: Loss = Loss {
    id: "",
    task: Task::Dpo,
    meaning: "",
    source: "",
    takes_beta: true,
    parameters: &[],
    needs_reference: true,
    scope: Scope::Row,
    needs_mismatched: false,
    reading: ANSWERS,
    formula: |_| Vec::new(),
};

/// DPO as first published.
pub const SIGMOID: Loss = Loss {
    id: "sigmoid",
    meaning: "The loss of the DPO paper. It raises the chosen answer's probability against the rejected one's, measured \
              from the reference model, and does less the further apart the two already are. Beta says how closely the \
              model is held to the reference.",
    source: "Rafailov et al. 2023, equation 7",
    formula: |batch| each_pair(batch, |pair| by_margin(batch.beta, pair, |x| (negative_log_sigmoid(x), -sigmoid(-x)))),
    ..PAIRED
};

/// DPO beside likelihood: TRL's `loss_type=["sigmoid", "sft"]` with `loss_weights=[1, sft_weight]`.
pub const SIGMOID_SFT: Loss = Loss {
    id: "sigmoid_sft",
    meaning: "The DPO loss, and beside it the wish to write the chosen answers themselves. DPO alone is content when the \
              rejected answer becomes less likely, even if the chosen one does too; the second part keeps the chosen \
              answers likely and the language fluent. A good choice where training runs long or with high rates.",
    source: "Pang et al. 2024 (Iterative Reasoning Preference Optimization), equation 2; TRL's loss_type sigmoid + sft",
    parameters: &[LossParameter {
        name: "sft_weight",
        meaning: "How much writing the chosen answers counts against preferring them.",
        default: 1.0,
        range: (0.0, 100.0),
    }],
    formula: |batch| with_likelihood(batch, batch.parameters[0], false, (SIGMOID.formula)(batch)),
    ..PAIRED
};

/// DPO for labels that are wrong now and then.
pub const ROBUST: Loss = Loss {
    id: "robust",
    meaning: "DPO for labels of which a known share is the wrong way round, as when the judges were hurried or \
              disagreed. It corrects for them on average, so the loss can fall below zero.",
    source: "Ray Chowdhury et al. 2024 (Provably Robust DPO), equation 7",
    parameters: &[LossParameter {
        name: "label_smoothing",
        meaning: "The share of pairs that are thought to be the wrong way round.",
        default: 0.0,
        range: (0.0, 0.49),
    }],
    formula: |batch| {
        let wrong = batch.parameters[0];
        let loss = |x: f64| {
            let value = (1.0 - wrong) * negative_log_sigmoid(x) - wrong * negative_log_sigmoid(-x);
            let slope = -(1.0 - wrong) * sigmoid(-x) - wrong * sigmoid(x);
            (value / (1.0 - 2.0 * wrong), slope / (1.0 - 2.0 * wrong))
        };
        each_pair(batch, |pair| by_margin(batch.beta, pair, loss))
    },
    ..PAIRED
};

/// A fixed distance instead of an ever larger one.
pub const IPO: Loss = Loss {
    id: "ipo",
    meaning: "Aims at a fixed distance between chosen and rejected answer, 1 / (2 · beta) a token, instead of pushing \
              them ever further apart. Less prone to learn a few pairs by heart; a smaller beta asks for a larger \
              distance.",
    source: "Azar et al. 2023, equation 17; averaged over an answer's tokens as TRL does",
    formula: |batch| each_pair(batch, |pair| ipo(batch.beta, pair)),
    ..PAIRED
};

/// Pairs that are far enough apart count no more.
pub const HINGE: Loss = Loss {
    id: "hinge",
    meaning: "Pushes chosen and rejected answer apart until their distance, times beta, is 1, and then leaves the pair \
              alone: every pair that is not there yet counts the same.",
    source: "Zhao et al. 2023 (SLiC), on the reference's scale as Liu et al. 2023 (RSO), equation 9",
    formula: |batch| {
        let loss = |x: f64| ((1.0 - x).max(0.0), if x < 1.0 { -1.0 } else { 0.0 });
        each_pair(batch, |pair| by_margin(batch.beta, pair, loss))
    },
    ..PAIRED
};

const LENGTH_WEIGHT: &[LossParameter] = &[LossParameter {
    name: "ld_alpha",
    meaning: "How much the tokens beyond the shorter answer's length count; 1 is the loss without this, 0 does not look \
              at them.",
    default: 0.5,
    range: (0.0, 1.0),
}];

/// DPO that does not learn length.
pub const SIGMOID_LD: Loss = Loss {
    id: "sigmoid_ld",
    meaning: "The DPO loss, where what the longer answer has beyond the length of the shorter one counts less. For \
              verdicts that lean towards long answers, when the model is not to become wordy.",
    source: "Liu et al. 2024 (Length-desensitized DPO), equation 9; TRL's ld_alpha",
    parameters: LENGTH_WEIGHT,
    reading: |parameters| Reading::SharedLength(parameters[0]),
    ..SIGMOID
};

/// IPO that does not learn length.
pub const IPO_LD: Loss = Loss {
    id: "ipo_ld",
    meaning: "The IPO loss, where what the longer answer has beyond the length of the shorter one counts less.",
    source: "Liu et al. 2024 (Length-desensitized DPO), equation 9, with Azar et al. 2023; TRL's ld_alpha",
    parameters: LENGTH_WEIGHT,
    reading: |parameters| Reading::SharedLength(parameters[0]),
    ..IPO
};

/// DPO that listens most to answers which the policy would write itself: TRL's `use_weighting`.
pub const SIGMOID_WPO: Loss = Loss {
    id: "sigmoid_wpo",
    meaning: "The DPO loss, where a pair counts the more, the more its two answers are such as the model itself would \
              write now. For answers that came from elsewhere, of which many are foreign to the model.",
    source: "Zhou et al. 2024 (WPO), equation 2 with aligned weights; TRL's use_weighting",
    reading: |_| Reading::Familiarity,
    formula: |batch| {
        let mut losses = (SIGMOID.formula)(batch);
        for (loss, row) in losses.iter_mut().zip(batch.rows) {
            let weight = row.completions.iter().map(|answer| answer.familiarity).sum::<f64>().exp();
            loss.loss *= weight;
            loss.slopes.completions.iter_mut().for_each(|slope| *slope *= weight);
        }
        losses
    },
    ..PAIRED
};

/// A pair's loss with its slopes by chosen and rejected answer.
pub(super) type PairLoss = (f64, [f64; 2]);

/// The mean of `loss` over the step's pairs.
pub(super) fn each_pair(batch: &LossBatch<'_>, loss: impl Fn(&RowFigures) -> PairLoss) -> Vec<RowLoss> {
    let share = 1.0 / batch.step.rows as f64;
    let of_row = |row: &RowFigures| {
        let (loss, slopes) = loss(row);
        let completions = slopes.map(|slope| slope * share);
        RowLoss { loss: loss * share, slopes: RowValues { completions, ..RowValues::default() } }
    };
    batch.rows.iter().map(of_row).collect()
}

/// A loss of x = β·(chosen's log-ratio − rejected's), from its value and slope by x.
pub(super) fn by_margin(beta: f64, pair: &RowFigures, loss: impl Fn(f64) -> (f64, f64)) -> PairLoss {
    let [chosen, rejected] = &pair.completions;
    let (value, slope) = loss(beta * (chosen.log_ratio() - rejected.log_ratio()));
    (value, [beta * slope, -beta * slope])
}

fn ipo(beta: f64, pair: &RowFigures) -> PairLoss {
    let [chosen_tokens, rejected_tokens] = pair.completions.map(|figure| figure.tokens.max(1) as f64);
    let [chosen, rejected] = pair.completions.map(|figure| figure.log_ratio());
    let distance = chosen / chosen_tokens - rejected / rejected_tokens - 1.0 / (2.0 * beta);
    (distance * distance, [2.0 * distance / chosen_tokens, -2.0 * distance / rejected_tokens])
}
