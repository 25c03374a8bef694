//! Further losses of the margin between the answers of a pair, as TRL's `DPOTrainer` has them.

use super::super::loss::{Loss, LossParameter, RowFigures};
use super::pairs::{PAIRED, PairLoss, by_margin, each_pair};
use super::{negative_log_sigmoid, sigmoid};

/// Beyond this power of e, f32 has no number: TRL cuts there too.
const LARGEST_POWER: f64 = 80.0;

/// The way of exact optimization.
pub const EXO_PAIR: Loss = Loss {
    id: "exo_pair",
    meaning: "Brings the model's own odds between the two answers close to what the labels say, weighing where the model \
              puts its weight already. It is sharper than DPO on pairs that the model has right, and needs labels that \
              are allowed to be wrong now and then.",
    source: "Ji et al. 2024 (EXO), equation 16, for two answers",
    parameters: &[LossParameter {
        name: "label_smoothing",
        meaning: "The share of pairs that are thought to be the wrong way round.",
        default: 0.001,
        range: (1e-9, 0.49),
    }],
    formula: |batch| {
        let wrong: f64 = batch.parameters[0];
        each_pair(batch, |pair| by_margin(batch.beta, pair, |x| exo(wrong, x)))
    },
    ..PAIRED
};

/// The reverse divergence between (σ(x), σ(−x)) and (1 − ε, ε). Its slope is σ(x)·σ(−x)·(x − log((1 − ε) / ε)).
fn exo(wrong: f64, x: f64) -> (f64, f64) {
    let (right, other) = (sigmoid(x), sigmoid(-x));
    let value =
        right * (-negative_log_sigmoid(x) - (-wrong).ln_1p()) + other * (-negative_log_sigmoid(-x) - wrong.ln());
    (value, right * other * (x - ((1.0 - wrong) / wrong).ln()))
}

/// The loss that a language model found.
pub const DISCOPOP: Loss = Loss {
    id: "discopop",
    meaning: "A loss that was found by letting a language model propose losses: between the DPO loss and an exponential \
              one, with more of the exponential the further apart the answers are. It pushes hard on pairs that are wrong \
              by a little, and not harder and harder on those that are very wrong.",
    source: "Lu et al. 2024 (DiscoPOP), equation 5",
    parameters: &[LossParameter {
        name: "tau",
        meaning: "How gradually the one part goes over into the other.",
        default: 0.05,
        range: (0.001, 0.999),
    }],
    formula: |batch| {
        let tau = batch.parameters[0];
        each_pair(batch, |pair| by_margin(batch.beta, pair, |x| discopop(tau, x)))
    },
    ..PAIRED
};

fn discopop(tau: f64, x: f64) -> (f64, f64) {
    let (mixed, unmixed) = (sigmoid(x / tau), sigmoid(-x / tau));
    let logistic = negative_log_sigmoid(x);
    // e^−x · σ(x / τ), which stays finite where its factors do not.
    let exponential = (-x - negative_log_sigmoid(x / tau)).exp();
    let value = logistic * unmixed + exponential;
    let slope = -sigmoid(-x) * unmixed - exponential + unmixed / tau * (exponential - mixed * logistic);
    (value, slope)
}

/// DPO by the token.
pub const SIGMOID_NORM: Loss = Loss {
    id: "sigmoid_norm",
    meaning: "The DPO loss with each answer's log-ratio averaged over its tokens: long answers count no more than short \
              ones, which keeps the model from becoming wordy. Beta should be some ten times larger than with DPO.",
    source: "Lambert et al. 2024 (Tülu 3), length-normalized DPO",
    formula: |batch| each_pair(batch, |pair| by_token(batch.beta, pair)),
    ..PAIRED
};

fn by_token(beta: f64, pair: &RowFigures) -> PairLoss {
    let [chosen_tokens, rejected_tokens] = pair.completions.map(|figure| figure.tokens.max(1) as f64);
    let [chosen, rejected] = pair.completions.map(|figure| figure.log_ratio());
    let x = beta * (chosen / chosen_tokens - rejected / rejected_tokens);
    let slope = -beta * sigmoid(-x);
    (negative_log_sigmoid(x), [slope / chosen_tokens, -slope / rejected_tokens])
}

/// DPO with the forward divergence.
pub const SIGMOID_FORWARD_KL: Loss = Loss {
    id: "sigmoid_forward_kl",
    meaning: "The DPO loss, holding the model to the reference by the forward Kullback-Leibler divergence: the model keeps \
              to everything that the reference says, and becomes less one-sided. It moves fast where an answer has become \
              unlikely.",
    source: "Wang et al. 2023 (Beyond reverse KL), table 1, f-DPO",
    formula: |batch| each_pair(batch, |pair| by_scores(batch.beta, pair, forward_kl)),
    ..PAIRED
};

/// DPO with the divergence of Jensen and Shannon.
pub const SIGMOID_JS: Loss = Loss {
    id: "sigmoid_js",
    meaning: "The DPO loss, holding the model to the reference by the Jensen-Shannon divergence, which stands between \
              DPO's own and the forward one: what an answer gains counts less and less the likelier it has become.",
    source: "Wang et al. 2023 (Beyond reverse KL), table 1, f-DPO",
    formula: |batch| each_pair(batch, |pair| by_scores(batch.beta, pair, jensen_shannon)),
    ..PAIRED
};

/// DPO with an alpha divergence.
pub const SIGMOID_ALPHA: Loss = Loss {
    id: "sigmoid_alpha",
    meaning: "The DPO loss, holding the model to the reference by an alpha divergence: a whole family, of which alpha 1 is \
              DPO itself and alpha 0 the forward divergence.",
    source: "Wang et al. 2023 (Beyond reverse KL), table 1, f-DPO",
    parameters: &[LossParameter {
        name: "alpha",
        meaning: "Which divergence of the family.",
        default: 0.5,
        range: (0.0, 1.0),
    }],
    formula: |batch| {
        let alpha = batch.parameters[0];
        each_pair(batch, |pair| by_scores(batch.beta, pair, |ratio| alpha_divergence(alpha, ratio)))
    },
    ..PAIRED
};

/// −log σ(β·(s(chosen) − s(rejected))), where `score` gives s and its slope at a log-ratio.
fn by_scores(beta: f64, pair: &RowFigures, score: impl Fn(f64) -> (f64, f64)) -> PairLoss {
    let [(chosen, chosen_slope), (rejected, rejected_slope)] = pair.completions.map(|figure| score(figure.log_ratio()));
    let x = beta * (chosen - rejected);
    let slope = -beta * sigmoid(-x);
    (negative_log_sigmoid(x), [slope * chosen_slope, -slope * rejected_slope])
}

/// f′(t) = 1 − 1/t at t = e^ratio.
fn forward_kl(ratio: f64) -> (f64, f64) {
    let (inverse, slope) = power(-ratio);
    (1.0 - inverse, slope)
}

/// f′(t) = log(2t / (t + 1)).
fn jensen_shannon(ratio: f64) -> (f64, f64) {
    (std::f64::consts::LN_2 - negative_log_sigmoid(ratio), sigmoid(-ratio))
}

/// f′(t) = (t^(α − 1) − 1) / (α − 1), which goes over into log t at α = 1.
fn alpha_divergence(alpha: f64, ratio: f64) -> (f64, f64) {
    let less_one = alpha - 1.0;
    if less_one.abs() < 1e-6 {
        return (ratio, 1.0);
    }
    let (raised, slope) = power(less_one * ratio);
    ((raised - 1.0) / less_one, slope)
}

/// e^x up to the largest power, and its slope.
fn power(x: f64) -> (f64, f64) {
    let raised = x.min(LARGEST_POWER).exp();
    (raised, if x < LARGEST_POWER { raised } else { 0.0 })
}
