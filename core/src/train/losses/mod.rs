//! The formulas, by what they look at: pairs as a whole, their margin, their two sides, their rank in a batch, pairs
//! without a reference, single answers, demonstrations, scores.

pub(super) mod completions;
mod likelihood;
pub(super) mod margins;
pub(super) mod pairs;
pub(super) mod ranked;
pub(super) mod reference_free;
pub(super) mod scores;
pub(super) mod sides;
pub(super) mod unpaired;

/// −log σ(x) = log(1 + e^−x), without overflow for large negative x.
fn negative_log_sigmoid(x: f64) -> f64 {
    (-x).max(0.0) + (-x.abs()).exp().ln_1p()
}

/// σ(x). Its slope is σ(x)·σ(−x); the slope of −log σ(x) is −σ(−x).
fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}
