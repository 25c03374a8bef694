//! A figure before and after the training, on the same prompts.

use serde::{Deserialize, Serialize};

use super::{Estimate, EvaluateError, mean_of_quantities, mean_of_shares};

/// What a figure was and what it is, averaged by prompt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Paired {
    /// Of the old model's answers.
    pub before: Estimate,
    /// Of the new model's answers.
    pub after: Estimate,
    /// After less before, prompt by prompt: what differs between prompts drops out of it.
    pub difference: Estimate,
    /// Prompts; 0 where the figures were given as they are.
    pub prompts: usize,
}

impl Paired {
    /// Of each prompt, a share between 0 and 1 for each of its answers: 1 where an answer meets the rubric and 0 where it
    /// does not, or how fluent it is. A prompt without answers on one side is passed over.
    pub fn of_shares(before: &[Vec<f64>], after: &[Vec<f64>]) -> Result<Self, EvaluateError> {
        let (before, after) = means_by_prompt(before, after)?;
        let (old, new) = (mean_of_shares(&before)?, mean_of_shares(&after)?);
        // A difference lies between -1 and 1: halved and moved, it is a share.
        let halved: Vec<f64> =
            before.iter().zip(&after).map(|(before, after)| f64::midpoint(after - before, 1.0)).collect();
        let share = mean_of_shares(&halved)?;
        let widen = |end: f64| 2.0 * end - 1.0;
        let difference =
            Estimate { value: new.value - old.value, low: share.low.map(widen), high: share.high.map(widen) };
        Ok(Self { before: old, after: new, difference, prompts: before.len() })
    }

    /// Of each prompt, any quantity of each of its answers, such as its length.
    pub fn of_quantities(before: &[Vec<f64>], after: &[Vec<f64>]) -> Result<Self, EvaluateError> {
        let (before, after) = means_by_prompt(before, after)?;
        let differences: Vec<f64> = before.iter().zip(&after).map(|(before, after)| after - before).collect();
        Ok(Self {
            before: mean_of_quantities(&before)?,
            after: mean_of_quantities(&after)?,
            difference: mean_of_quantities(&differences)?,
            prompts: differences.len(),
        })
    }

    /// Figures that somebody else has taken the mean of; they have no interval.
    pub fn given(before: f64, after: f64) -> Self {
        let [before, after, difference] = [before, after, after - before].map(Estimate::given);
        Self { before, after, difference, prompts: 0 }
    }
}

/// The mean of each prompt that has answers on both sides.
fn means_by_prompt(before: &[Vec<f64>], after: &[Vec<f64>]) -> Result<(Vec<f64>, Vec<f64>), EvaluateError> {
    if before.len() != after.len() {
        return Err(EvaluateError::PromptsDiffer { before: before.len(), after: after.len() });
    }
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let both = before.iter().zip(after).filter(|(before, after)| !before.is_empty() && !after.is_empty());
    let means: Vec<(f64, f64)> = both.map(|(before, after)| (mean(before), mean(after))).collect();
    if means.is_empty() {
        return Err(EvaluateError::Nothing { wanted: "an answer of both models" });
    }
    Ok(means.into_iter().unzip())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(estimate: Estimate, expected: [f64; 3]) {
        let found = [estimate.value, estimate.low.expect("a low end"), estimate.high.expect("a high end")];
        assert!(found.iter().zip(expected).all(|(found, expected)| (found - expected).abs() < 1e-6), "{estimate:?}");
    }

    #[test]
    fn shares_are_compared_prompt_by_prompt() {
        let of = |means: &[f64]| means.iter().map(|&mean| vec![mean]).collect::<Vec<_>>();
        let mut before = of(&[0.0, 0.5, 0.0, 1.0, 0.25, 0.0]);
        before[1] = vec![0.0, 1.0];
        let found = Paired::of_shares(&before, &of(&[1.0, 0.5, 1.0, 1.0, 0.75, 0.5])).expect("shares");
        // numpy and scipy, with the formula of `mean_of_shares` (see its tests) on (after - before + 1) / 2
        near(found.before, BEFORE);
        near(found.after, AFTER);
        near(found.difference, DIFFERENCE);
        assert_eq!(found.prompts, 6);
    }

    #[test]
    fn many_prompts_that_do_not_change_leave_no_doubt() {
        let same = vec![vec![1.0, 0.0]; 200];
        let found = Paired::of_shares(&same, &same).expect("shares").difference;
        assert!(found.value.abs() < 1e-12);
        assert!(found.low.expect("low") > -0.03 && found.low.expect("low") < 0.0, "{found:?}");
    }

    #[test]
    fn quantities_are_compared_prompt_by_prompt() {
        let before = [vec![10.0, 20.0], vec![], vec![30.0]];
        let after = [vec![25.0], vec![1.0], vec![60.0]];
        let found = Paired::of_quantities(&before, &after).expect("quantities");
        assert_eq!((found.before.value, found.after.value, found.difference.value), (22.5, 42.5, 20.0));
        // Two differences, 10 and 30: the mean's standard error is 10, Student's quantile 12.706_2.
        near(found.difference, [20.0, -107.062_05, 147.062_05]);
    }

    #[test]
    fn prompts_must_be_the_same() {
        let error = Paired::of_shares(&[vec![1.0]], &[]).expect_err("one prompt against none");
        assert_eq!(error.to_string(), "1 prompts were answered before the training and 0 after it");
        assert!(Paired::of_shares(&[vec![]], &[vec![1.0]]).is_err());
        assert!(Paired::of_shares(&[vec![2.0]], &[vec![1.0]]).is_err());
    }

    const BEFORE: [f64; 3] = [0.291_666_667, 0.059_916_273, 0.726_793_488];
    const AFTER: [f64; 3] = [0.791_666_667, 0.378_995_214, 0.959_449_725];
    const DIFFERENCE: [f64; 3] = [0.500_000_000, -0.259_191_288, 0.877_283_828];
}
