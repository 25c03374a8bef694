//! Who judges in a simulation: a stand-in for a coach, or the real one.

use super::Item;
use whetstone_core::domain::{Choice, Rubric};
use whetstone_core::example::{RuleName, oracle};
use whetstone_core::feedback::coach::{Coach, CoachItem, CoachVerdict};
use whetstone_core::job::{CancelToken, JobContext};
use whetstone_core::random::Random;

/// Judges comparisons by some of the example's rules.
pub trait Judge {
    /// A verdict for each.
    fn verdicts(&self, rules: &[RuleName], items: &[&Item]) -> Vec<CoachVerdict>;
}

/// Counts rules with noise that differs by the order in which the replies stand.
#[derive(Debug, Clone, Copy)]
pub struct StandIn {
    /// Log-odds of a rule that one reply follows and the other does not.
    pub strength: f64,
    /// The noise's deviation in each order.
    pub noise: f64,
    /// Sums of both orders nearer to 0 than this are ties.
    pub threshold: f64,
    /// Same seed, same verdicts.
    pub seed: u64,
}

impl Judge for StandIn {
    fn verdicts(&self, rules: &[RuleName], items: &[&Item]) -> Vec<CoachVerdict> {
        let verdict = |item: &&Item| {
            let met = |reply: &str| oracle::rules_met(rules, &item.request, reply) as f64;
            let truth = self.strength * (met(&item.a) - met(&item.b));
            let address = rules.iter().fold(item.comparison.id as u64, |address, rule| address * 16 + *rule as u64);
            let mut random = Random::new(self.seed, &[4, address]);
            let [first, second] = [(); 2].map(|()| truth + self.noise * random.normal());
            CoachVerdict::decide(first, second, self.threshold)
        };
        items.iter().map(verdict).collect()
    }
}

impl Judge for Coach {
    fn verdicts(&self, rules: &[RuleName], items: &[&Item]) -> Vec<CoachVerdict> {
        let rubric = Rubric::of(rules.iter().map(|rule| rule.rule()).collect());
        let item = |item: &&Item| CoachItem::new(item.request.text.as_str(), item.a.as_str(), item.b.as_str());
        let items: Vec<CoachItem> = items.iter().map(item).collect();
        let cancel = CancelToken::default();
        let judged = self.judge_all(&rubric, &items, &JobContext::new(&|_| {}, &cancel));
        judged.unwrap_or_else(|error| panic!("the coach does not judge: {error}"))
    }
}

/// The share of what it decides that is truly so, and how much it decides.
pub fn rightness(verdicts: &[CoachVerdict], items: &[Item]) -> (f64, f64) {
    let decided: Vec<bool> = verdicts
        .iter()
        .zip(items)
        .filter(|(verdict, _)| verdict.choice.is_decisive())
        .filter(|(_, item)| item.truth != Choice::Tie)
        .map(|(verdict, item)| verdict.choice == item.truth)
        .collect();
    let right = decided.iter().filter(|is_right| **is_right).count() as f64;
    (right / decided.len().max(1) as f64, decided.len() as f64 / items.len().max(1) as f64)
}
