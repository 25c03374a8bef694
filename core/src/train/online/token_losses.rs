//! What GRPO and RLOO minimise, answer by answer: −A·min(r, clip(r)) by tokens or by answers, where r is how much
//! likelier an answer has become since it was drawn and A its advantage; for GRPO with the divergence from the reference.

use crate::train::loss::LossParameter;

/// What a step and its round count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Answers of the step.
    pub answers: usize,
    /// Their tokens.
    pub tokens: usize,
    /// Tokens of the round's answers.
    pub round_tokens: usize,
    /// Steps that go once through the round's answers.
    pub round_steps: usize,
    /// Tokens an answer has at most.
    pub most_tokens: usize,
}

/// A loss over answers with advantages.
#[derive(Debug, Clone, Copy)]
pub struct AnswerLoss {
    /// Its name on the command line, as TRL names it.
    pub id: &'static str,
    /// One paragraph for a person who has never heard of it.
    pub meaning: &'static str,
    /// Where it comes from.
    pub source: &'static str,
    /// Its numbers beside beta.
    pub parameters: &'static [LossParameter],
    /// Whether an answer's ratio is that of the whole answer, and the divergence is taken off its reward.
    pub whole: bool,
    /// How much a token of an answer of so many tokens counts; of a whole answer, how much that counts.
    pub share: fn(&Counts, usize) -> f64,
}

/// How far a ratio may go from 1. `epsilon_high` is epsilon where it is not given, as in TRL.
const CLIPPING: &[LossParameter] = &[
    LossParameter {
        name: "epsilon",
        meaning: "How much less likely an answer may become by one round, as a share, before that is no longer learned; \
                  it counts where a round takes several steps.",
        default: 0.2,
        range: (0.0, 1.0),
    },
    LossParameter {
        name: "epsilon_high",
        meaning: "The same for how much likelier it may become; as epsilon where it is not given. DAPO's paper takes \
                  0.28, which leaves rare words room to become usual.",
        default: 0.2,
        range: (0.0, 10.0),
    },
];

/// Every token of a round counts the same.
pub const DAPO: AnswerLoss = AnswerLoss {
    id: "dapo",
    meaning: "Every token of a round's answers counts the same, so that a long answer counts as much more as it is longer, \
              and long bad answers are unlearned as fast as they grow.",
    source: "Yu et al. 2025 (DAPO), section 3.3; the usual one of TRL",
    parameters: CLIPPING,
    whole: false,
    share: |counts, _| counts.round_steps as f64 / counts.round_tokens.max(1) as f64,
};

/// Every answer counts the same.
pub const GRPO: AnswerLoss = AnswerLoss {
    id: "grpo",
    meaning: "Every answer counts the same, its tokens sharing in that: as GRPO was first published. A token of a long \
              bad answer is then punished less than one of a short one, which lets answers grow.",
    source: "Shao et al. 2024 (DeepSeekMath), equation 3",
    parameters: CLIPPING,
    whole: false,
    share: |counts, length| 1.0 / (counts.answers.max(1) * length.max(1)) as f64,
};

/// Every token of a step counts the same.
pub const BNPO: AnswerLoss = AnswerLoss {
    id: "bnpo",
    meaning: "Every token of a step's answers counts the same: as dapo, but reckoned step by step.",
    source: "TRL's loss_type bnpo",
    parameters: CLIPPING,
    whole: false,
    share: |counts, _| 1.0 / counts.tokens.max(1) as f64,
};

/// Every token counts as one of the longest answer that there may be.
pub const DR_GRPO: AnswerLoss = AnswerLoss {
    id: "dr_grpo",
    meaning: "Every token counts as one of the longest answer that may be drawn, so that the length of an answer has no \
              part in how much its tokens count. With scale_rewards none it is free of GRPO's two biases, towards long \
              answers and towards prompts whose answers are nearly equal.",
    source: "Liu et al. 2025 (Understanding R1-Zero-Like Training), section 3",
    parameters: CLIPPING,
    whole: false,
    share: |counts, _| 1.0 / (counts.answers.max(1) * counts.most_tokens.max(1)) as f64,
};

/// Answers as wholes.
pub const RLOO: AnswerLoss = AnswerLoss {
    id: "rloo",
    meaning: "An answer is one action: its advantage times how much likelier the whole answer has become, averaged over \
              the answers of a step.",
    source: "Ahmadian et al. 2024, equation 6; clipped as TRL does it",
    parameters: CLIPPING,
    whole: true,
    share: |counts, _| 1.0 / counts.answers.max(1) as f64,
};

/// An answer as the formula sees it: log-probabilities of its tokens.
#[derive(Debug, Clone, Copy)]
pub struct AnswerFigures<'a> {
    /// Under the policy.
    pub values: &'a [f64],
    /// Under the policy that drew the answer.
    pub old: &'a [f64],
    /// Under the reference.
    pub reference: &'a [f64],
    /// How much better it is than others.
    pub advantage: f64,
}

/// What comes of an answer.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AnswerShare {
    /// Its share of the step's loss.
    pub loss: f64,
    /// d(loss) / d(log-probability of each token).
    pub slopes: Vec<f64>,
    /// Tokens, or 1 for the whole answer, that moved too far down or up to be learned from.
    pub clipped: [usize; 2],
    /// The divergence from the reference, summed over the tokens; see [`corrected_divergence`].
    pub divergence: f64,
}

/// The numbers of a loss.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    /// How strongly the policy is held to the reference.
    pub beta: f64,
    /// A ratio counts down to 1 − this.
    pub epsilon: f64,
    /// A ratio counts up to 1 + this.
    pub epsilon_high: f64,
}

/// Schulman's estimate of the divergence KL(policy ‖ reference) from a token that was drawn (`k3`): never negative, and
/// right on average. Gives the estimate, and its slope by the policy's log-probability.
pub fn divergence(value: f64, reference: f64) -> (f64, f64) {
    let log_ratio = reference - value;
    let ratio = log_ratio.exp();
    (ratio - log_ratio - 1.0, 1.0 - ratio)
}

/// The same where the token was drawn by an earlier policy: times how much likelier the token has become, which is right on
/// average for the policy as it is now, and whose slope is that of the divergence itself (DeepSeek-V3.2's correction, which
/// TRL has on: the slope differs from that of `k3` alone even where the ratio is 1).
pub fn corrected_divergence(value: f64, old: f64, reference: f64) -> (f64, f64) {
    let (estimate, slope) = divergence(value, reference);
    let ratio = (value - old).exp();
    (ratio * estimate, ratio * (estimate + slope))
}

/// −A·min(r, clip(r)), its slope by log r, and whether the ratio was too low or too high to count.
fn clipped(log_ratio: f64, advantage: f64, bounds: &Bounds) -> (f64, f64, [usize; 2]) {
    let ratio = log_ratio.exp();
    let held = ratio.clamp(1.0 - bounds.epsilon, 1.0 + bounds.epsilon_high);
    let is_low = ratio < 1.0 - bounds.epsilon && advantage < 0.0;
    let is_high = ratio > 1.0 + bounds.epsilon_high && advantage > 0.0;
    let slope = if is_low || is_high { 0.0 } else { -advantage * ratio };
    (-(ratio * advantage).min(held * advantage), slope, [is_low.into(), is_high.into()])
}

impl AnswerLoss {
    /// An answer's share of the step's loss with its slopes.
    pub fn of_answer(&self, answer: &AnswerFigures<'_>, bounds: &Bounds, counts: &Counts) -> AnswerShare {
        let share = (self.share)(counts, answer.values.len());
        let mut result = AnswerShare::default();
        if self.whole {
            let log_ratio: f64 = answer.values.iter().sum::<f64>() - answer.old.iter().sum::<f64>();
            let (loss, slope, clipped) = clipped(log_ratio, answer.advantage, bounds);
            (result.loss, result.clipped) = (share * loss, clipped);
            result.slopes = vec![share * slope; answer.values.len()];
        }
        for ((&value, &old), &reference) in answer.values.iter().zip(answer.old).zip(answer.reference) {
            let (divergence, pull) = corrected_divergence(value, old, reference);
            result.divergence += divergence;
            if !self.whole {
                let (loss, slope, clipped) = clipped(value - old, answer.advantage, bounds);
                result.loss += share * (loss + bounds.beta * divergence);
                result.slopes.push(share * (slope + bounds.beta * pull));
                result.clipped.iter_mut().zip(clipped).for_each(|(all, one)| *all += one);
            }
        }
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::online::{Learns, METHODS};

    const BOUNDS: Bounds = Bounds { beta: 0.3, epsilon: 0.2, epsilon_high: 0.28 };
    const COUNTS: Counts = Counts { answers: 4, tokens: 20, round_tokens: 60, round_steps: 3, most_tokens: 16 };

    #[test]
    fn slopes_are_those_of_the_loss() {
        let (old, reference) = ([-1.0, -2.5, -0.25, -3.0], [-1.5, -2.0, -0.5, -2.75]);
        let values = [-1.1, -1.9, -0.5, -3.2];
        let losses = METHODS.iter().filter_map(|method| match method.learns {
            Learns::Answers { losses, .. } => Some(losses),
            Learns::Pairs => None,
        });
        let mut clipped = [0, 0];
        for loss in losses.flatten() {
            for advantage in [-1.25, 0.0, 0.75] {
                let of = |values: &[f64]| {
                    let figures = AnswerFigures { values, old: &old, reference: &reference, advantage };
                    loss.of_answer(&figures, &BOUNDS, &COUNTS)
                };
                let here = of(&values);
                clipped.iter_mut().zip(here.clipped).for_each(|(all, one)| *all += one);
                for place in 0..values.len() {
                    let (mut above, mut below) = (values, values);
                    above[place] += 1e-6;
                    below[place] -= 1e-6;
                    let slope = (of(&above).loss - of(&below).loss) / 2e-6;
                    let found = here.slopes[place];
                    assert!((slope - found).abs() < 1e-7, "{} {advantage} {place}: {found}, not {slope}", loss.id);
                }
            }
        }
        assert!(clipped.iter().all(|&count| count > 0), "both bounds were tried: {clipped:?}");
    }

    #[test]
    fn the_divergence_is_never_negative() {
        for step in -40..40 {
            let moved = f64::from(step) / 10.0;
            let (value, slope) = divergence(-1.0 + moved, -1.0);
            assert!(value >= 0.0 && slope * moved >= 0.0, "{moved}");
        }
    }
}
