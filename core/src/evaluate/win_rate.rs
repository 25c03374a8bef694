//! How often the new model's answer is preferred to the old one's, blind.

use serde::{Deserialize, Serialize};

use super::{Estimate, EvaluateError, mean_of_shares, sequence};
use crate::domain::Choice;

/// How a comparison came out for the new model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The new answer is better.
    Win,
    /// Neither is better, or the judge changed its mind when the order was turned.
    Tie,
    /// The old answer is better.
    Loss,
}

impl Outcome {
    /// What a judge's choice means for the new model, whose answer is the comparison's `a` or its `b`. `None` of a
    /// skipped comparison.
    pub fn of_choice(choice: Choice, new_is_b: bool) -> Option<Self> {
        let for_a = match choice {
            Choice::A => Self::Win,
            Choice::B => Self::Loss,
            Choice::Tie | Choice::BothBad => Self::Tie,
            Choice::Skip => return None,
        };
        Some(if new_is_b { for_a.turned() } else { for_a })
    }

    /// What a judge that saw both orders says: what it said twice, else a tie. Where one order was not judged, nothing.
    pub fn of_both_orders(one: Option<Self>, other: Option<Self>) -> Option<Self> {
        let (one, other) = (one?, other?);
        Some(if one == other { one } else { Self::Tie })
    }

    /// The same for the old model.
    #[must_use]
    pub fn turned(self) -> Self {
        match self {
            Self::Win => Self::Loss,
            Self::Tie => Self::Tie,
            Self::Loss => Self::Win,
        }
    }

    /// A win counts whole, a tie half.
    pub fn points(self) -> f64 {
        match self {
            Self::Win => 1.0,
            Self::Tie => 0.5,
            Self::Loss => 0.0,
        }
    }
}

/// Wins and half the ties as a share of the comparisons, averaged by prompt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WinRate {
    /// 0.5 is as good as before. The interval is over prompts.
    pub rate: Estimate,
    /// Prompts with a comparison.
    pub prompts: usize,
    /// Comparisons of all prompts.
    pub comparisons: usize,
    /// Comparisons that the new answer won.
    pub wins: usize,
    /// Comparisons without a winner.
    pub ties: usize,
    /// Comparisons that the old answer won.
    pub losses: usize,
    /// The interval holds however often one looked while the comparisons went on, and whenever one stopped.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub for_early_looks: bool,
}

impl WinRate {
    /// Of each prompt, how its comparisons came out. Every prompt counts the same, however many comparisons it has; one
    /// without any is passed over.
    pub fn of(prompts: &[Vec<Outcome>]) -> Result<Self, EvaluateError> {
        Self::with(prompts, mean_of_shares)
    }

    /// The same with an interval that may be looked at after every prompt: see [`sequence::interval`]. The prompts stand
    /// in the order in which they were judged.
    pub fn for_early_looks(prompts: &[Vec<Outcome>]) -> Result<Self, EvaluateError> {
        let found = Self::with(prompts, |shares| Ok(sequence::interval(shares)))?;
        Ok(Self { for_early_looks: true, ..found })
    }

    fn with(
        prompts: &[Vec<Outcome>],
        interval: impl Fn(&[f64]) -> Result<Estimate, EvaluateError>,
    ) -> Result<Self, EvaluateError> {
        let judged: Vec<&Vec<Outcome>> = prompts.iter().filter(|outcomes| !outcomes.is_empty()).collect();
        if judged.is_empty() {
            return Err(EvaluateError::Nothing { wanted: "a judged comparison" });
        }
        let rate = |outcomes: &&Vec<Outcome>| {
            outcomes.iter().map(|outcome| outcome.points()).sum::<f64>() / outcomes.len() as f64
        };
        let count =
            |wanted| judged.iter().flat_map(|outcomes| outcomes.iter()).filter(|&&found| found == wanted).count();
        let (wins, ties, losses) = (count(Outcome::Win), count(Outcome::Tie), count(Outcome::Loss));
        Ok(Self {
            rate: interval(&judged.iter().map(rate).collect::<Vec<_>>())?,
            prompts: judged.len(),
            comparisons: wins + ties + losses,
            wins,
            ties,
            losses,
            for_early_looks: false,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Outcome::{Loss, Tie, Win};
    use super::*;

    #[test]
    fn a_rate_is_averaged_by_prompt() {
        // By prompt 1, 3/4, 1/2, 0; numpy and scipy with the formula of `mean_of_shares`: see its tests.
        let prompts = [vec![Win], vec![Win, Tie], vec![Tie; 7], vec![], vec![Loss, Loss, Loss]];
        let found = WinRate::of(&prompts).expect("comparisons");
        assert_eq!((found.prompts, found.comparisons), (4, 13));
        assert_eq!((found.wins, found.ties, found.losses), (2, 8, 3));
        assert!((found.rate.value - 0.562_5).abs() < 1e-12);
        let [low, high] = EXPECTED;
        assert!((found.rate.low.expect("a low end") - low).abs() < 1e-6, "{found:?}");
        assert!((found.rate.high.expect("a high end") - high).abs() < 1e-6, "{found:?}");
    }

    #[test]
    fn turning_the_models_turns_the_rate() {
        let prompts = [vec![Win, Win], vec![Tie, Loss], vec![Win], vec![Loss, Tie, Win]];
        let turned: Vec<Vec<Outcome>> =
            prompts.iter().map(|outcomes| outcomes.iter().map(|outcome| outcome.turned()).collect()).collect();
        let (one, other) = (WinRate::of(&prompts).expect("judged").rate, WinRate::of(&turned).expect("judged").rate);
        assert!((one.value + other.value - 1.0).abs() < 1e-12);
        assert!((one.low.expect("low") + other.high.expect("high") - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_judge_that_changes_its_mind_with_the_order_says_a_tie() {
        let of = |choice| Outcome::of_choice(choice, true);
        assert_eq!(
            (of(Choice::B), of(Choice::A), of(Choice::BothBad), of(Choice::Skip)),
            (Some(Win), Some(Loss), Some(Tie), None)
        );
        assert_eq!(Outcome::of_choice(Choice::A, false), Some(Win));
        assert_eq!(Outcome::of_both_orders(Some(Win), Some(Win)), Some(Win));
        assert_eq!(Outcome::of_both_orders(Some(Win), Some(Loss)), Some(Tie));
        assert_eq!(Outcome::of_both_orders(Some(Loss), Some(Tie)), Some(Tie));
        assert_eq!(Outcome::of_both_orders(Some(Win), None), None);
    }

    #[test]
    fn early_looks_cost_width_and_nothing_else() {
        let prompts: Vec<Vec<Outcome>> =
            (0..40).map(|place| vec![if place % 4 == 0 { Loss } else { Win }, Tie]).collect();
        let (fixed, early) =
            (WinRate::of(&prompts).expect("judged"), WinRate::for_early_looks(&prompts).expect("judged"));
        assert!(early.for_early_looks && !fixed.for_early_looks);
        assert!((early.rate.value - fixed.rate.value).abs() < 1e-12);
        assert!(early.rate.half_width() > fixed.rate.half_width());
        assert_eq!(WinRate { rate: fixed.rate, for_early_looks: false, ..early }, fixed);
    }

    #[test]
    fn no_comparison_is_no_rate() {
        assert!(WinRate::of(&[vec![], vec![]]).is_err());
    }

    const EXPECTED: [f64; 2] = [0.107_935_813, 0.931_797_241];
}
