//! The rules of the example: a library to choose from, and the rubric of two that the example judges by.

use super::oracle;
use super::request::Request;
use crate::domain::{Choice, Rubric, RubricRule, Rule, RuleKind, TextUnit};
use crate::random::Random;

/// Names of the library's rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RuleName {
    /// Say a kind word.
    Kind,
    /// Say what happens next.
    NextStep,
    /// Make no promise that cannot be kept.
    NoEmptyPromise,
    /// Stay short.
    Short,
    /// Answer what was asked.
    Answer,
    /// Name the order or the product.
    NameIt,
    /// Blame nobody.
    NoBlame,
    /// Offer more help.
    MoreHelp,
    /// Begin with a greeting.
    Greeting,
    /// Mention the weather.
    Weather,
    /// Use an exclamation mark.
    Exclamation,
}

/// Names of the rules of the example's rubric.
pub const EXAMPLE_RUBRIC: [RuleName; 2] = [RuleName::NextStep, RuleName::Short];

/// Words of a reply that is short, at most.
pub(super) const MOST_WORDS: usize = 30;

pub(super) const KIND_WORDS: &[&str] = &["sorry", "thank you", "thanks", "glad", "happy"];
pub(super) const PROMISE_WORDS: &[&str] = &["guarantee", "promise", "without fail"];
pub(super) const BLAME_WORDS: &[&str] =
    &["should have", "own mistake", "did not read", "your fault", "other customers"];
pub(super) const NEXT_STEP_WORDS: &[&str] = &["I will", "we will", "please"];
pub(super) const OFFER_WORDS: &[&str] = &["anything else"];
pub(super) const GREETING_WORDS: &[&str] = &["Hello", "Hi", "Good day"];
pub(super) const WEATHER_WORDS: &[&str] = &["weather", "rain", "snow", "sun"];

impl RuleName {
    /// Every rule. The last three have nothing to do with what the example's people want.
    pub const ALL: [Self; 11] = [
        Self::Kind,
        Self::NextStep,
        Self::NoEmptyPromise,
        Self::Short,
        Self::Answer,
        Self::NameIt,
        Self::NoBlame,
        Self::MoreHelp,
        Self::Greeting,
        Self::Weather,
        Self::Exclamation,
    ];

    /// As a rubric calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Kind => "kind",
            Self::NextStep => "next step",
            Self::NoEmptyPromise => "no empty promise",
            Self::Short => "short",
            Self::Answer => "answer",
            Self::NameIt => "name it",
            Self::NoBlame => "no blame",
            Self::MoreHelp => "more help",
            Self::Greeting => "greeting",
            Self::Weather => "weather",
            Self::Exclamation => "exclamation",
        }
    }

    /// What the coach reads.
    pub fn text(self) -> &'static str {
        match self {
            Self::Kind => "Say a kind word.",
            Self::NextStep => "Say what happens next.",
            Self::NoEmptyPromise => "Promise nothing you cannot keep.",
            Self::Short => "Use at most thirty words.",
            Self::Answer => "Answer the question.",
            Self::NameIt => "Name the order or the product.",
            Self::NoBlame => "Do not blame the customer.",
            Self::MoreHelp => "Offer more help.",
            Self::Greeting => "Begin with a greeting.",
            Self::Weather => "Mention the weather.",
            Self::Exclamation => "Use an exclamation mark.",
        }
    }

    /// The rule that a rubric calls so.
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.name() == name)
    }

    /// The rule as a rubric has it.
    pub fn rule(self) -> RubricRule {
        let check = self.check().map(|kind| Rule { name: Some(self.name().to_owned()), weight: 1.0, kind });
        RubricRule { check, ..RubricRule::new(self.name(), self.text()) }
    }

    /// As a program checks it without knowing the request; two rules need the request.
    fn check(self) -> Option<RuleKind> {
        let texts = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>();
        let contains = |words| RuleKind::Contains { any_of: texts(words), all_of: Vec::new(), case_sensitive: false };
        let excludes = |words| RuleKind::Excludes { any_of: texts(words), case_sensitive: false };
        match self {
            Self::Kind => Some(contains(KIND_WORDS)),
            Self::NextStep => Some(contains(NEXT_STEP_WORDS)),
            Self::NoEmptyPromise => Some(excludes(PROMISE_WORDS)),
            Self::Short => Some(RuleKind::Length { unit: TextUnit::Words, min: None, max: Some(MOST_WORDS) }),
            Self::Answer | Self::NameIt => None,
            Self::NoBlame => Some(excludes(BLAME_WORDS)),
            Self::MoreHelp => Some(contains(OFFER_WORDS)),
            Self::Greeting => Some(RuleKind::StartsWith { any_of: texts(GREETING_WORDS), case_sensitive: true }),
            Self::Weather => Some(contains(WEATHER_WORDS)),
            Self::Exclamation => Some(RuleKind::Regex { pattern: "!".to_owned(), negate: false }),
        }
    }
}

/// Every rule of the library.
pub fn rule_library() -> Vec<RubricRule> {
    RuleName::ALL.into_iter().map(RuleName::rule).collect()
}

/// The rubric that the example judges by.
pub fn example_rubric() -> Rubric {
    Rubric::of(EXAMPLE_RUBRIC.into_iter().map(RuleName::rule).collect())
}

/// What a simulated person says of two replies: the one that follows more of the example's rubric is better. With the
/// probability `noise` the person errs and says the other.
pub fn simulated_choice(request: &Request, a: &str, b: &str, noise: f64, random: &mut Random) -> Choice {
    let [met_by_a, met_by_b] = [a, b].map(|reply| oracle::rules_met(&EXAMPLE_RUBRIC, request, reply));
    let choice = match met_by_a.cmp(&met_by_b) {
        std::cmp::Ordering::Greater => Choice::A,
        std::cmp::Ordering::Less => Choice::B,
        std::cmp::Ordering::Equal => Choice::Tie,
    };
    if random.uniform() < noise { choice.swapped() } else { choice }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_found_by_their_names() {
        assert!(RuleName::ALL.iter().all(|rule| RuleName::find(rule.name()) == Some(*rule)));
        assert_eq!(rule_library().len(), 11);
        assert_eq!(example_rubric().rules[1].name, "short");
    }

    #[test]
    fn simulated_people_err_as_often_as_they_are_said_to() {
        let request = Request::parse("I want to cancel order 48.").expect("a request of the example");
        let (good, bad) = ("Order 48 is cancelled. I will pay the money back on Friday.", "Order 48 is cancelled.");
        let choices = |first: &str, second: &str, noise: f64| -> Vec<Choice> {
            (0..2000).map(|i| simulated_choice(&request, first, second, noise, &mut Random::new(5, &[i]))).collect()
        };
        assert!(choices(good, bad, 0.0).iter().all(|choice| *choice == Choice::A));
        assert!(choices(bad, bad, 0.1).iter().all(|choice| *choice == Choice::Tie));
        let errors = choices(bad, good, 0.1).iter().filter(|choice| **choice == Choice::A).count();
        assert!((150..250).contains(&errors), "{errors}");
    }
}
