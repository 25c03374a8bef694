//! How each rule of a rubric does by itself: what is kept, and what is dropped.

use serde::{Deserialize, Serialize};

use super::Case;
use crate::domain::{Choice, RubricRule};
use crate::feedback::Proportion;

/// Decided comparisons below which nothing is said of a rule.
const FEWEST: usize = 10;

/// What is advised for a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleAdvice {
    /// By this rule alone the coach agrees with people more surely than a coin.
    Keep,
    /// It agrees no more surely than a coin: people want something else, or the coach does not understand it.
    Drop,
    /// By this rule the coach says the opposite of people.
    TurnAround,
    /// It decides too few comparisons to be known.
    TooFew,
}

/// A coach by one rule alone, beside people.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RuleCard {
    /// The rule's name.
    pub name: String,
    /// Its sentence.
    pub text: String,
    /// Where both decided: how often alike.
    pub agreement: Proportion,
    /// Where people decided: how often the coach did too.
    pub coverage: Proportion,
    /// What is advised.
    pub advice: RuleAdvice,
}

/// The card of each rule, from what the coach said of the cases by that rule alone.
pub fn rule_cards(rules: &[RubricRule], choices: &[Vec<Choice>], cases: &[Case]) -> Vec<RuleCard> {
    rules.iter().zip(choices).map(|(rule, choices)| rule_card(rule, choices, cases)).collect()
}

fn rule_card(rule: &RubricRule, choices: &[Choice], cases: &[Case]) -> RuleCard {
    let by_people = || cases.iter().zip(choices).filter(|(case, _)| case.people.is_decisive());
    let coverage = Proportion::of(by_people().map(|(_, choice)| choice.is_decisive()));
    let by_both = by_people().filter(|(_, choice)| choice.is_decisive());
    let agreement = Proportion::of(by_both.map(|(case, choice)| case.people == *choice));
    let advice = match agreement {
        Proportion { trials, .. } if trials < FEWEST => RuleAdvice::TooFew,
        Proportion { low, .. } if low > 0.5 => RuleAdvice::Keep,
        Proportion { high, .. } if high < 0.5 => RuleAdvice::TurnAround,
        _ => RuleAdvice::Drop,
    };
    RuleCard { name: rule.name.clone(), text: rule.text.clone(), agreement, coverage, advice }
}
