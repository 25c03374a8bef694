//! How a trained policy ranks verdicts that it was not trained on.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Estimate, EvaluateError, mean_of_quantities, mean_of_shares};

/// The policy's implicit reward, `β·(log π(y|x) − log π_ref(y|x))`, on pairs that were set aside (Rafailov and others 2023).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HeldOutRewards {
    /// The share of the pairs whose chosen answer has the higher reward, averaged by prompt; equal rewards count half.
    pub accuracy: Estimate,
    /// The reward of the chosen answer less that of the rejected one, averaged by prompt.
    pub margin: Estimate,
    /// Pairs.
    pub pairs: usize,
    /// Prompts that the pairs belong to.
    pub prompts: usize,
    /// What log-ratios were multiplied by.
    pub beta: f64,
    /// What the log-ratios are against, in words; empty where it is not known.
    #[serde(default)]
    pub reference: String,
}

impl HeldOutRewards {
    /// Of each pair, its prompt and the rewards of the chosen and of the rejected answer, multiplied by `beta` already.
    pub fn of<P: Ord>(pairs: &[(P, f64, f64)], beta: f64) -> Result<Self, EvaluateError> {
        let mut margins: BTreeMap<&P, Vec<f64>> = BTreeMap::new();
        for (prompt, chosen, rejected) in pairs {
            margins.entry(prompt).or_default().push(chosen - rejected);
        }
        if let Some(place) = pairs.iter().position(|(_, chosen, rejected)| !(chosen - rejected).is_finite()) {
            return Err(EvaluateError::NotANumber { prompt: place + 1 });
        }
        if margins.is_empty() {
            return Err(EvaluateError::Nothing { wanted: "a pair" });
        }
        let mean = |margins: &[f64], of: fn(f64) -> f64| {
            margins.iter().map(|&margin| of(margin)).sum::<f64>() / margins.len() as f64
        };
        let is_right = |margin: f64| match () {
            () if margin > 0.0 => 1.0,
            () if margin < 0.0 => 0.0,
            () => 0.5,
        };
        let by_prompt = |of: fn(f64) -> f64| margins.values().map(|margins| mean(margins, of)).collect::<Vec<_>>();
        Ok(Self {
            accuracy: mean_of_shares(&by_prompt(is_right))?,
            margin: mean_of_quantities(&by_prompt(|margin| margin))?,
            pairs: pairs.len(),
            prompts: margins.len(),
            beta,
            reference: String::new(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_near(found: Estimate, expected: [f64; 3]) {
        let found = [found.value, found.low.expect("a low end"), found.high.expect("a high end")];
        assert!(found.iter().zip(expected).all(|(found, expected)| (found - expected).abs() < 1e-6), "{found:?}");
    }

    #[test]
    fn prompts_count_and_not_pairs() {
        let pairs =
            [("a", 0.4, -0.2), ("b", 0.1, 0.3), ("a", -0.1, 0.5), ("c", 1.5, 0.5), ("d", 0.2, 0.2), ("a", 2.0, 0.2)];
        let found = HeldOutRewards::of(&pairs, 0.1).expect("pairs");
        assert_eq!((found.pairs, found.prompts), (6, 4));
        // numpy, by prompt: accuracy [2/3, 0, 1, 1/2] with the formula of `mean_of_shares`, margins [0.6, −0.2, 1, 0] with
        // mean ± 3.182446·std(ddof=1)/2.
        assert_near(found.accuracy, ACCURACY);
        assert_near(found.margin, MARGIN);
    }

    #[test]
    fn what_is_no_pair_of_numbers_is_an_error() {
        assert!(HeldOutRewards::of::<u8>(&[], 0.1).is_err());
        let error =
            HeldOutRewards::of(&[(1, 0.0, 1.0), (2, f64::INFINITY, f64::INFINITY)], 0.1).expect_err("no number");
        assert_eq!(error.to_string(), "a quantity of prompt 2 is no number");
    }

    const ACCURACY: [f64; 3] = [0.541_666_667, 0.103_141_251, 0.923_924_713];
    const MARGIN: [f64; 3] = [0.35, -0.526_377_293, 1.226_377_293];
}
