//! Shares of verdicts with their uncertainty.

use serde::{Deserialize, Serialize};

/// 97.5% quantile of the normal distribution: intervals of 95%.
const QUANTILE: f64 = 1.959_963_984_540_054;

/// A share of a number of trials with its 95% interval (Wilson 1927, without correction for continuity).
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Proportion {
    /// Trials that went right; a half where one went neither way.
    pub right: f64,
    /// Trials in all.
    pub trials: usize,
    /// `right / trials`; 0 without trials.
    pub share: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
}

impl Proportion {
    /// The share of `right` in `trials`. Without trials nothing is known: the interval is all of 0 to 1.
    pub fn new(right: f64, trials: usize) -> Self {
        if trials == 0 {
            return Self { right, trials, share: 0.0, low: 0.0, high: 1.0 };
        }
        let n = trials as f64;
        let (share, square) = (right / n, QUANTILE * QUANTILE);
        let middle = share + square / (2.0 * n);
        let spread = QUANTILE * (share * (1.0 - share) / n + square / (4.0 * n * n)).max(0.0).sqrt();
        let scale = 1.0 + square / n;
        let end = |value: f64| (value / scale).clamp(0.0, 1.0);
        Self { right, trials, share, low: end(middle - spread), high: end(middle + spread) }
    }

    /// The share of the true ones.
    pub fn of(outcomes: impl IntoIterator<Item = bool>) -> Self {
        let (mut right, mut trials) = (0usize, 0);
        for outcome in outcomes {
            right += usize::from(outcome);
            trials += 1;
        }
        Self::new(right as f64, trials)
    }

    /// The share and its interval as people read them: `84% (95% interval 76% to 90%)`.
    pub fn in_words(&self) -> String {
        let percent = |value: f64| format!("{:.0}%", value * 100.0);
        format!("{} (95% interval {} to {})", percent(self.share), percent(self.low), percent(self.high))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_are_the_published_ones() {
        // Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I, method 3.
        for (right, trials, low, high) in [
            (81.0, 263, 0.2553, 0.3662),
            (15.0, 148, 0.0624, 0.1605),
            (0.0, 20, 0.0, 0.1611),
            (1.0, 29, 0.0061, 0.1718),
        ] {
            let found = Proportion::new(right, trials);
            assert!((found.low - low).abs() < 6e-5 && (found.high - high).abs() < 6e-5, "{found:?}");
        }
    }

    #[test]
    fn nothing_is_known_without_trials() {
        let none = Proportion::of([]);
        assert_eq!((none.trials, none.low, none.high), (0, 0.0, 1.0));
        let most = Proportion::of([true, true, false, true]);
        assert_eq!((most.trials, most.in_words().as_str()), (4, "75% (95% interval 30% to 95%)"));
    }
}
