//! From rewards to advantages: how much better an answer is than others to the same prompt, as TRL has it. An answer that
//! was not judged (its reward is NaN) moves nothing: its advantage is 0, and it is no part of any mean.

use crate::domain::ScaleRewards;

/// Keeps the division finite where all rewards are the same.
const LEAST_DEVIATION: f64 = 1e-4;

/// The rewards of a round's answers.
#[derive(Debug, Clone, Copy)]
pub struct Rewards<'a> {
    /// Of each answer, those to a prompt side by side.
    pub values: &'a [f64],
    /// What each answer's log-probability has moved from the reference: log π − log π of the reference, summed over its
    /// tokens.
    pub log_ratios: &'a [f64],
    /// Answers to a prompt.
    pub samples: usize,
    /// How strongly the policy is held to the reference.
    pub beta: f64,
    /// How they are scaled.
    pub scale: ScaleRewards,
}

/// The mean of what was judged; NaN of nothing.
pub fn mean(values: &[f64]) -> f64 {
    let (sum, count) = judged(values).fold((0.0, 0), |(sum, count), value| (sum + value, count + 1));
    sum / f64::from(count)
}

/// How far what was judged lies apart: the deviation of a sample, as of a part of more; NaN of fewer than two.
pub fn deviation(values: &[f64]) -> f64 {
    let mean = mean(values);
    let (squares, count) =
        judged(values).fold((0.0, 0), |(sum, count), value| (sum + (value - mean).powi(2), count + 1));
    if count < 2 { f64::NAN } else { (squares / f64::from(count - 1)).sqrt() }
}

fn judged(values: &[f64]) -> impl Iterator<Item = f64> {
    values.iter().copied().filter(|value| !value.is_nan())
}

fn or_nothing(value: f64) -> f64 {
    if value.is_nan() { 0.0 } else { value }
}

/// GRPO: the distance from the mean of the prompt's answers, divided by the deviation. The distance from the reference is
/// no part of it: the loss has it.
pub fn relative_to_group(rewards: &Rewards<'_>) -> Vec<f64> {
    let of_round = deviation(rewards.values);
    let groups = rewards.values.chunks(rewards.samples.max(1));
    let of_group = |group: &[f64]| -> Vec<f64> {
        let divisor = match rewards.scale {
            ScaleRewards::Group => deviation(group) + LEAST_DEVIATION,
            ScaleRewards::Batch => of_round + LEAST_DEVIATION,
            ScaleRewards::None => 1.0,
        };
        let mean = mean(group);
        group.iter().map(|reward| or_nothing((reward - mean) / divisor)).collect()
    };
    groups.flat_map(of_group).collect()
}

/// RLOO: the distance from the mean of the other answers to the prompt, after what the answer has moved from the reference
/// was taken off its reward.
pub fn leave_one_out(rewards: &Rewards<'_>) -> Vec<f64> {
    let penalised: Vec<f64> =
        rewards.values.iter().zip(rewards.log_ratios).map(|(reward, ratio)| reward - rewards.beta * ratio).collect();
    let of_group = |group: &[f64]| -> Vec<f64> {
        let (sum, count) = judged(group).fold((0.0, 0), |(sum, count), value| (sum + value, count + 1));
        let others = f64::from(count - 1);
        // The only one that was judged has no others: 0 / 0.
        group.iter().map(|reward| reward - (sum - reward) / others).collect()
    };
    let advantages: Vec<f64> = penalised.chunks(rewards.samples.max(1)).flat_map(of_group).collect();
    if rewards.scale == ScaleRewards::None {
        return advantages.into_iter().map(or_nothing).collect();
    }
    let (mean, deviation) = (mean(&advantages), deviation(&advantages));
    advantages.iter().map(|advantage| or_nothing((advantage - mean) / (deviation + LEAST_DEVIATION))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rewards(values: &[f64]) -> Rewards<'_> {
        Rewards { values, log_ratios: &[0.0; 8], samples: 2, beta: 0.1, scale: ScaleRewards::None }
    }

    #[test]
    fn what_was_not_judged_moves_nothing() {
        let values = [1.0, f64::NAN, 0.25, 0.75];
        assert_eq!(relative_to_group(&rewards(&values)), [0.0, 0.0, -0.25, 0.25]);
        assert_eq!(leave_one_out(&rewards(&values)), [0.0, 0.0, -0.5, 0.5]);
        let group = Rewards { scale: ScaleRewards::Group, ..rewards(&values) };
        assert_eq!(relative_to_group(&group)[..2], [0.0, 0.0]);
    }

    #[test]
    fn equal_answers_move_nothing() {
        let values = [0.5; 4];
        for scale in [ScaleRewards::Group, ScaleRewards::Batch, ScaleRewards::None] {
            let rewards = Rewards { scale, ..rewards(&values) };
            assert_eq!(relative_to_group(&rewards), [0.0; 4]);
            assert_eq!(leave_one_out(&rewards), [0.0; 4]);
        }
    }
}
