//! How many more prompts would tell old and new apart.

use serde::{Deserialize, Serialize};

use super::figures::count;
use super::sequence::prompts_to_be_sure;
use super::{Estimate, WinRate, student_quantile};

/// Prompts beyond which their number is not said.
const MOST_PROMPTS: u64 = 10_000;

/// The same where one looks early: beyond it, playing evaluations through takes too long.
const MOST_PROMPTS_LOOKED_AT: u64 = 2_000;

/// The 80% quantile of the normal distribution: so likely the additional prompts are to show the difference.
const LIKELY: f64 = 0.841_621_234;

/// What is still needed to be sure, if the difference is as large as was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Needed {
    /// Prompts beside those that were compared, rounded up to two digits.
    pub prompts: u64,
    /// Comparisons on these prompts, at as many a prompt as until now.
    pub comparisons: u64,
    /// It is more than this, without end where nothing speaks for a difference at all.
    #[serde(default)]
    pub or_more: bool,
}

impl Needed {
    /// What is needed so that four of five evaluations would find the whole interval on one side of `even`, if the truth
    /// is what was found. `None` where it is sure already, or where nothing was compared.
    ///
    /// The interval narrows with the root of the prompts, and the figure itself still wavers by its standard error, of
    /// which the interval has Student's quantile: (reach + 0.84 standard errors) / difference, squared, times as many.
    pub fn of(estimate: &Estimate, even: f64, prompts: usize, comparisons: usize) -> Option<Self> {
        let (low, high) = (estimate.low?, estimate.high?);
        if prompts == 0 || estimate.is_above(even) || estimate.is_below(even) {
            return None;
        }
        let difference = estimate.value - even;
        let reach = if difference >= 0.0 { estimate.value - low } else { high - estimate.value };
        let error = reach / student_quantile(prompts - 1);
        let now = prompts as f64;
        let total = now * ((reach + LIKELY * error) / difference).powi(2);
        let more = (total - now).ceil().max(1.0);
        let or_more = difference.abs() < f64::EPSILON || more > MOST_PROMPTS as f64;
        let prompts = if or_more { MOST_PROMPTS } else { rounded_up(more as u64) };
        let each = comparisons.max(1) as f64 / now;
        Some(Self { prompts, comparisons: (prompts as f64 * each).ceil() as u64, or_more })
    }

    /// The same where one looks at the interval after every prompt: so many prompts that four of five evaluations were sure
    /// by then. It is counted as if each prompt had one comparison, which is a little more than it takes where they have
    /// several.
    pub fn with_early_looks(win_rate: &WinRate) -> Option<Self> {
        let WinRate { rate, prompts, comparisons, wins, ties, losses, .. } = win_rate;
        if *prompts == 0 || *comparisons == 0 || rate.is_above(0.5) || rate.is_below(0.5) {
            return None;
        }
        let [wins, ties, losses] = [wins, ties, losses].map(|&count| count as f64 / *comparisons as f64);
        let total = prompts_to_be_sure(wins.max(losses), ties, MOST_PROMPTS_LOOKED_AT);
        let (now, each) = (*prompts as u64, *comparisons as f64 / *prompts as f64);
        let prompts = total.map_or(MOST_PROMPTS_LOOKED_AT, |total| rounded_up(total.saturating_sub(now).max(1)));
        Some(Self { prompts, comparisons: (prompts as f64 * each).ceil() as u64, or_more: total.is_none() })
    }

    /// It in words, such as `about 140 more held-out prompts (280 comparisons)`.
    pub fn says(&self) -> String {
        if self.or_more {
            return format!("more than {}", count(self.prompts, "more held-out prompt"));
        }
        let prompts = format!("about {}", count(self.prompts, "more held-out prompt"));
        if self.comparisons == self.prompts {
            prompts
        } else {
            format!("{prompts} ({})", count(self.comparisons, "comparison"))
        }
    }
}

/// The next number with two digits that count: more would look surer than it is.
fn rounded_up(number: u64) -> u64 {
    let mut unit = 1;
    while number / unit >= 100 {
        unit *= 10;
    }
    number.div_ceil(unit) * unit
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::{Outcome, mean_of_shares, sequence};
    use crate::random::Random;

    fn of(wins: usize, prompts: usize) -> Option<Needed> {
        let shares: Vec<f64> = (0..prompts).map(|place| f64::from(u8::from(place < wins))).collect();
        Needed::of(&mean_of_shares(&shares).expect("shares"), 0.5, prompts, 2 * prompts)
    }

    #[test]
    fn it_is_about_what_the_textbook_says() {
        // ((1.96 + 0.84) / 0.1)² · 0.6 · 0.4 = 188 trials in all for a share of 60% against one half (normal
        // approximation): 138 beside the 50 that were made; Student's quantile asks for a little more.
        let needed = of(30, 50).expect("it is not sure");
        assert!((138..=160).contains(&needed.prompts) && !needed.or_more, "{needed:?}");
        assert_eq!(needed.comparisons, 2 * needed.prompts);
        assert_eq!(of(20, 50), Some(needed));
        assert!(needed.says().starts_with("about 1") && needed.says().ends_with("comparisons)"));
    }

    #[test]
    fn so_many_prompts_show_the_difference_in_four_of_five_evaluations() {
        let all = 50 + of(30, 50).expect("it is not sure").prompts;
        let mut sure = 0;
        for draw in 0..1000 {
            let mut random = Random::new(31, &[draw]);
            let shares: Vec<f64> = (0..all).map(|_| f64::from(u8::from(random.uniform() < 0.6))).collect();
            sure += u32::from(mean_of_shares(&shares).expect("shares").is_above(0.5));
        }
        assert!((760..=880).contains(&sure), "{sure} of 1,000");
    }

    /// A win rate of one comparison a prompt, of which so many were won and lost.
    fn looked_at(wins: usize, losses: usize, ties: usize) -> WinRate {
        let outcomes = [(Outcome::Win, wins), (Outcome::Loss, losses), (Outcome::Tie, ties)];
        let mut outcomes: Vec<Vec<Outcome>> =
            outcomes.into_iter().flat_map(|(outcome, count)| vec![vec![outcome]; count]).collect();
        Random::new(43, &[]).shuffle(&mut outcomes);
        WinRate::for_early_looks(&outcomes).expect("comparisons")
    }

    #[test]
    fn with_early_looks_so_many_prompts_are_enough_in_four_of_five_evaluations() {
        for (wins, losses, ties) in [(26, 16, 8), (33, 21, 0)] {
            let win_rate = looked_at(wins, losses, ties);
            let needed = Needed::with_early_looks(&win_rate).expect("it is not sure");
            let all = win_rate.prompts as u64 + needed.prompts;
            assert!(!needed.or_more && needed.comparisons == needed.prompts, "{needed:?}");
            let share = |count: usize| count as f64 / win_rate.prompts as f64;
            let mut sure = 0;
            for draw in 0..200 {
                let mut random = Random::new(37, &[wins as u64, draw]);
                let mut score = || match random.uniform() {
                    drawn if drawn < share(wins) => 1.0,
                    drawn if drawn < share(wins + ties) => 0.5,
                    _ => 0.0,
                };
                let scores: Vec<f64> = (0..all).map(|_| score()).collect();
                let is_sure = |count: usize| sequence::interval(&scores[..count]).is_above(0.5);
                sure += u32::from((16..=scores.len()).step_by(16).any(is_sure));
            }
            // 80% of 200, give or take two and a half standard deviations.
            assert!((146..=178).contains(&sure), "{sure} of 200 with {all} prompts");
        }
        let turned = Needed::with_early_looks(&looked_at(16, 26, 8));
        assert_eq!(turned, Needed::with_early_looks(&looked_at(26, 16, 8)));
        assert!(Needed::with_early_looks(&looked_at(25, 25, 0)).expect("it is not sure").or_more);
        assert_eq!(Needed::with_early_looks(&looked_at(40, 2, 0)), None);
    }

    #[test]
    fn what_is_sure_needs_nothing_and_what_is_even_needs_no_end() {
        assert_eq!(of(45, 50), None);
        assert_eq!(of(5, 50), None);
        assert_eq!(Needed::of(&Estimate::given(0.6), 0.5, 50, 50), None);
        assert_eq!(Needed::of(&Estimate::within(0.6, 0.4, 0.8), 0.5, 0, 0), None);
        let even = of(25, 50).expect("it is not sure");
        assert!(even.or_more && even.prompts == 10_000, "{even:?}");
        assert_eq!(even.says(), "more than 10,000 more held-out prompts");
        assert!(Needed::of(&Estimate::within(0.5, 0.5, 0.5), 0.5, 9, 9).expect("it is not sure").or_more);
    }

    #[test]
    fn numbers_have_two_digits() {
        assert_eq!([7, 99, 101, 1_234, 9_999].map(rounded_up), [7, 99, 110, 1_300, 10_000]);
    }
}
