//! An interval that may be looked at after every prompt, and what to do with it.
//!
//! An ordinary 95% interval is right once, for a number of prompts that was fixed before. Who looks after every prompt
//! and stops as soon as it pleases is fooled far more often than one time in twenty. This one holds at all looks together.

use serde::{Deserialize, Serialize};

use super::Estimate;
use crate::random::Random;

/// How often the truth may ever lie outside, at whichever look.
const ERROR: f64 = 0.05;

/// The share of the greatest possible bet that is ever placed.
const BOLDEST_BET: f64 = 0.5;

/// What one look says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Look {
    /// The whole interval lies above one half: stop, the new one is better.
    Better,
    /// The whole interval lies below one half: stop, the new one is worse.
    Worse,
    /// One half lies within: go on while there are prompts.
    GoOn,
}

impl Look {
    /// What this interval of a win rate says.
    pub fn at(rate: &Estimate) -> Self {
        match () {
            () if rate.is_above(0.5) => Self::Better,
            () if rate.is_below(0.5) => Self::Worse,
            () => Self::GoOn,
        }
    }

    /// The rule by which one stops, in words, with what this look says.
    pub fn says(self) -> &'static str {
        match self {
            Self::Better => "It is sure: the new model is better. You can stop here.",
            Self::Worse => "It is sure: the new model is not as good. You can stop here.",
            Self::GoOn => {
                "It is not sure yet. Stop when the whole interval lies on one side of 50%, or when no prompt is left; the \
                 interval allows to look after every prompt."
            }
        }
    }
}

/// The mean of scores between 0 and 1, one a prompt in the order in which they were judged, with an interval that holds
/// at every look: over all looks of an evaluation, the truth is ever outside in at most 5 of 100 evaluations.
///
/// The hedged capital process of Waudby-Smith and Ramdas 2024 (Estimating means of bounded random variables by betting,
/// theorem 3): somebody bets before each score that the mean is above a value, somebody else that it is below it, each
/// with half of the money. A fair value would let the money grow twentyfold in one of twenty evaluations at most
/// (Ville 1939), so values at which it did are ruled out. Scores are taken into 0 to 1; what is no number counts one half.
pub fn interval(scores: &[f64]) -> Estimate {
    let scores: Vec<f64> =
        scores.iter().map(|&score| if score.is_nan() { 0.5 } else { score.clamp(0.0, 1.0) }).collect();
    if scores.is_empty() {
        return Estimate::within(0.5, 0.0, 1.0);
    }
    let mean = scores.iter().sum::<f64>() / scores.len() as f64;
    let turned: Vec<f64> = scores.iter().map(|score| 1.0 - score).collect();
    Estimate::within(mean, lower_end(&scores, mean), 1.0 - lower_end(&turned, 1.0 - mean))
}

/// The greatest value below the mean that is ruled out: the capital falls as the value rises, so it is found by halving.
fn lower_end(scores: &[f64], mean: f64) -> f64 {
    let bets = bets(scores);
    let is_ruled_out = |value: f64| {
        let log: f64 = scores.iter().zip(&bets).map(|(&score, &bet)| log_growth(score, bet, value)).sum();
        log >= threshold()
    };
    let (mut out, mut within) = (0.0, mean);
    // The bits of a number between 0 and 1.
    for _ in 0..53 {
        let middle = f64::midpoint(out, within);
        if is_ruled_out(middle) {
            out = middle;
        } else {
            within = middle;
        }
    }
    out
}

/// The log of what half of the money must have grown to.
fn threshold() -> f64 {
    (2.0 / ERROR).ln()
}

/// The growth of the money by one score, if it was bet that the mean is above `value`.
fn log_growth(score: f64, bet: f64, value: f64) -> f64 {
    let bet = if value > 0.0 { bet.min(BOLDEST_BET / value) } else { bet };
    (bet * (score - value)).ln_1p()
}

/// What is bet on each score: chosen from those before it alone, large where they varied little.
fn bets(scores: &[f64]) -> Vec<f64> {
    let mut seen = Seen::default();
    let bet = |&score: &f64| {
        let bet = seen.bet();
        seen.add(score);
        bet
    };
    scores.iter().map(bet).collect()
}

/// What was seen of the scores until now, and one of 1/2 before them.
struct Seen {
    place: f64,
    sum: f64,
    squares: f64,
}

impl Default for Seen {
    fn default() -> Self {
        Self { place: 1.0, sum: 0.5, squares: 0.25 }
    }
}

impl Seen {
    /// What is bet on the next score.
    fn bet(&self) -> f64 {
        let variance = self.squares / self.place;
        (2.0 * threshold() / (variance * self.place * (self.place + 1.0).ln())).sqrt()
    }

    fn add(&mut self, score: f64) {
        self.place += 1.0;
        self.sum += score;
        self.squares += (score - self.sum / self.place).powi(2);
    }
}

/// After how many prompts four of five evaluations have been sure at some look that the new model is better, if it wins one
/// comparison of a prompt with the first of these chances and there is no winner with the second; `None` where that takes
/// more than `most`.
///
/// There is no formula for it, so evaluations are played through, with random numbers that are always the same.
pub(super) fn prompts_to_be_sure(win: f64, tie: f64, most: u64) -> Option<u64> {
    let mut sure: Vec<u64> = (0..PLAYED).filter_map(|number| played(number, (win, tie), most)).collect();
    sure.sort_unstable();
    sure.get(PLAYED as usize * 4 / 5 - 1).copied()
}

/// Evaluations that are played through: the number that is looked for wavers by about 5% then.
const PLAYED: u64 = 400;

/// The address of their random numbers.
const PLAY: u64 = 0x5EC;

/// The prompt after which one evaluation is sure that the new model is better.
fn played(number: u64, (win, tie): (f64, f64), most: u64) -> Option<u64> {
    let mut random = Random::new(PLAY, &[number]);
    let (mut seen, mut money) = (Seen::default(), 0.0);
    (1..=most).find(|_| {
        let score = match random.uniform() {
            drawn if drawn < win => 1.0,
            drawn if drawn < win + tie => 0.5,
            _ => 0.0,
        };
        money += log_growth(score, seen.bet(), 0.5);
        seen.add(score);
        money >= threshold()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_that_of_the_authors() {
        // confseq 0.0.11 by the authors: the ends at which `betting_mart(…, theta=1)` and `(…, theta=0)` with
        // `lambda_predmix_eb(x, alpha=0.025)` reach 40, by halving.
        let one: [f64; 12] = [1.0, 0.5, 1.0, 0.0, 1.0, 1.0, 0.75, 1.0, 0.5, 1.0, 0.0, 1.0];
        let other: [f64; 8] = [0.0, 0.0, 0.25, 0.0, 0.0, 0.5, 0.0, 1.0];
        let cases: [(Vec<f64>, [f64; 3]); 6] = [
            (one.to_vec(), [0.729_166_667, 0.368_292_932, 0.963_174_442]),
            (one.repeat(5), [0.729_166_667, 0.578_694_863, 0.857_230_812]),
            (vec![1.0; 30], [1.0, 0.792_591_261, 1.0]),
            (vec![0.5; 40], [0.5, 0.419_035_455, 0.580_964_545]),
            (vec![0.25], [0.25, 0.0, 1.0]),
            (other.repeat(10), [0.218_75, 0.104_506_987, 0.337_213_048]),
        ];
        for (scores, expected) in cases {
            let found = interval(&scores);
            let found = [found.value, found.low.expect("a low end"), found.high.expect("a high end")];
            assert!(found.iter().zip(expected).all(|(found, expected)| (found - expected).abs() < 1e-8), "{found:?}");
        }
        assert_eq!(interval(&[]), Estimate::within(0.5, 0.0, 1.0));
        assert_eq!(interval(&[f64::NAN, 7.0, -7.0]).value.to_bits(), 0.5f64.to_bits());
    }

    /// The score of a prompt of one comparison or two, with ties, whose mean is `truth`.
    fn score(random: &mut Random, truth: f64, ties: f64, samples: u64) -> f64 {
        let win = (truth - ties / 2.0) / (1.0 - ties);
        let mut one = || match () {
            () if random.uniform() < ties => 0.5,
            () => f64::from(u8::from(random.uniform() < win)),
        };
        (0..samples).map(|_| one()).sum::<f64>() / samples as f64
    }

    #[test]
    fn the_truth_is_ever_outside_in_at_most_one_of_twenty_evaluations() {
        const PROMPTS: usize = 150;
        let settings = [(0.5, 0.0, 1), (0.5, 0.4, 2), (0.62, 0.2, 1), (0.9, 0.1, 2)];
        for (row, (truth, ties, samples)) in settings.into_iter().enumerate() {
            let (mut ever, mut last) = (0, 0);
            for draw in 0..1000 {
                let mut random = Random::new(17, &[row as u64, draw]);
                let scores: Vec<f64> = (0..PROMPTS).map(|_| score(&mut random, truth, ties, samples)).collect();
                // The truth is outside at a look exactly where one of the two has the money by then.
                let turned: Vec<f64> = scores.iter().map(|score| 1.0 - score).collect();
                let grows = |scores: &[f64], truth: f64| {
                    let mut money = 0.0;
                    let each = scores.iter().zip(bets(scores));
                    each.map(|(&score, bet)| {
                        money += log_growth(score, bet, truth);
                        money
                    })
                    .collect::<Vec<f64>>()
                };
                let (above, below) = (grows(&scores, truth), grows(&turned, 1.0 - truth));
                ever += u32::from(above.iter().chain(&below).any(|&money| money >= threshold()));
                let is_out = [above, below].iter().any(|money| money[PROMPTS - 1] >= threshold());
                last += u32::from(is_out);
                if draw < 20 {
                    let found = interval(&scores);
                    assert_eq!(found.is_above(truth) || found.is_below(truth), is_out, "{found:?}");
                }
            }
            assert!(ever <= 50, "{truth}, {ties} ties: {ever} of 1,000");
            assert!(last <= ever);
        }
    }

    #[test]
    fn an_ordinary_interval_would_not_bear_early_looks() {
        let mut ever = 0;
        for draw in 0..200 {
            let mut random = Random::new(18, &[draw]);
            let scores: Vec<f64> = (0..100).map(|_| score(&mut random, 0.5, 0.0, 1)).collect();
            let is_out = |prompts: usize| {
                let estimate = crate::evaluate::mean_of_shares(&scores[..prompts]).expect("shares");
                estimate.is_above(0.5) || estimate.is_below(0.5)
            };
            ever += u32::from((5..=100).any(is_out));
        }
        assert!(ever > 40, "{ever} of 200");
    }

    #[test]
    fn a_clear_difference_ends_the_looking() {
        let won: Vec<f64> = (0..40).map(|place| f64::from(u8::from(place % 10 != 0))).collect();
        assert_eq!(Look::at(&interval(&won[..3])), Look::GoOn);
        assert_eq!(Look::at(&interval(&won)), Look::Better);
        let lost: Vec<f64> = won.iter().map(|score| 1.0 - score).collect();
        assert_eq!(Look::at(&interval(&lost)), Look::Worse);
        assert!(Look::GoOn.says().contains("after every prompt") && Look::Better.says().contains("stop"));
    }
}
