//! How sure a coach must be, from people's verdicts.

use serde::{Deserialize, Serialize};

use super::verdict::CoachVerdict;
use crate::domain::Choice;
use crate::feedback::Proportion;

/// Below this many decided comparisons an agreement says too little to choose by.
const FEWEST: usize = 20;

/// A threshold and what it leads to on the comparisons that it was chosen by.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ThresholdChoice {
    /// The sum of both orders' log-odds from which on the coach decides.
    pub threshold: f64,
    /// Where both decide: how often alike.
    pub agreement: Proportion,
    /// Where people decide: how often the coach does too.
    pub coverage: Proportion,
    /// Whether the agreement is what was wanted.
    pub is_reached: bool,
}

/// The lowest threshold at which the coach agrees with people as often as `wanted` (a share), so that it decides as much
/// as it can; where none reaches it, the one whose agreement is surest. `None` where there are too few comparisons that
/// both could decide.
pub fn choose_threshold(verdicts: &[(CoachVerdict, Choice)], wanted: f64) -> Option<ThresholdChoice> {
    let decided: Vec<&(CoachVerdict, Choice)> = verdicts.iter().filter(|(_, people)| people.is_decisive()).collect();
    let mut candidates: Vec<f64> = decided.iter().map(|(verdict, _)| verdict.margin.abs()).chain([0.0]).collect();
    candidates.sort_by(f64::total_cmp);
    candidates.dedup();
    let at = |threshold: f64| {
        let choices = || decided.iter().map(move |(verdict, people)| (verdict.at_threshold(threshold).choice, *people));
        let agreement =
            Proportion::of(choices().filter(|(coach, _)| coach.is_decisive()).map(|(coach, people)| coach == people));
        let coverage = Proportion::of(choices().map(|(coach, _)| coach.is_decisive()));
        ThresholdChoice { threshold, agreement, coverage, is_reached: agreement.share >= wanted }
    };
    let choices = || candidates.iter().map(|&threshold| at(threshold)).filter(|found| found.agreement.trials >= FEWEST);
    let surest = || choices().max_by(|one, other| one.agreement.low.total_cmp(&other.agreement.low));
    choices().find(|found| found.is_reached).or_else(surest)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A coach that is right from a margin of 2 on, and at random below.
    fn verdicts(count: usize) -> Vec<(CoachVerdict, Choice)> {
        let one = |index: usize| {
            let margin = 0.05 * (index + 1) as f64;
            let right = margin >= 2.0 || index.is_multiple_of(2);
            let verdict = CoachVerdict::decide(margin / 2.0, margin / 2.0, 0.0);
            (verdict, if right { Choice::A } else { Choice::B })
        };
        (0..count).map(one).collect()
    }

    #[test]
    fn the_lowest_threshold_that_is_good_enough_is_chosen() {
        let found = choose_threshold(&verdicts(100), 0.9).expect("enough");
        assert!(found.is_reached && found.agreement.share >= 0.9, "{found:?}");
        // Margins are 0.05·k. From k = 25 on, 69 of 76 are right; from 24 on 69 of 77, and from there down no more than
        // 70 of 78.
        assert!((found.threshold - 1.25).abs() < 1e-9, "{found:?}");
        assert_eq!((found.agreement.right, found.agreement.trials), (69.0, 76));
        let easy = choose_threshold(&verdicts(100), 0.5).expect("enough");
        assert!(easy.threshold.abs() < 1e-12, "{easy:?}");
        assert_eq!((easy.coverage.right, easy.coverage.trials), (100.0, 100));
    }

    #[test]
    fn where_it_is_never_good_enough_the_surest_is_named() {
        let never: Vec<_> = verdicts(100).into_iter().map(|(verdict, choice)| (verdict, choice.swapped())).collect();
        let found = choose_threshold(&never, 0.9).expect("enough");
        assert!(!found.is_reached, "{found:?}");
        assert!(choose_threshold(&verdicts(19), 0.5).is_none());
        assert!(choose_threshold(&[], 0.5).is_none());
    }
}
