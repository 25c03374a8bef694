//! From a coach's numbers to what it says.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::mind::{Explanation, Said};
use crate::domain::Choice;

/// Sums of both orders' log-odds nearer to 0 than this are too close to call, where nobody chose otherwise: the coach is
/// then less than 62% sure of each order.
pub const DEFAULT_THRESHOLD: f64 = 1.0;

/// Why a coach says what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CoachReason {
    /// It prefers the same answer in both orders, clearly.
    Clear,
    /// One answer has no letter and no digit, and the other has.
    NoWords,
    /// It prefers the answer that stands first, or the one that stands second.
    ChangedItsMind,
    /// It prefers the same answer in both orders, but hardly.
    TooClose,
    /// Both answers are the same text.
    SameText,
    /// An answer speaks to its judge, so that a person should look.
    SpeaksToTheCoach,
    /// Request, answers and rules are longer than the model can read.
    TooLong,
    /// It was not judged: the explanation says why.
    NotJudged,
}

impl CoachReason {
    /// Every reason.
    pub const ALL: [Self; 8] = [
        Self::Clear,
        Self::NoWords,
        Self::ChangedItsMind,
        Self::TooClose,
        Self::SameText,
        Self::SpeaksToTheCoach,
        Self::TooLong,
        Self::NotJudged,
    ];
}

impl fmt::Display for CoachReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Clear => "the coach prefers it in both orders",
            Self::NoWords => "an answer has no letter and no digit",
            Self::ChangedItsMind => "the coach changed its mind when the answers changed places",
            Self::TooClose => "too close to call",
            Self::SameText => "both answers are the same",
            Self::SpeaksToTheCoach => "an answer speaks to the coach: a person should look",
            Self::TooLong => "the answers are longer than the coach can read",
            Self::NotJudged => "not judged",
        })
    }
}

/// What a coach says of a comparison. Everything that is no choice is for people.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CoachVerdict {
    /// `A`, `B`, `Tie`, or `Skip` where it could not read the comparison.
    pub choice: Choice,
    /// The log-odds of `a`, both orders added up.
    pub margin: f64,
    /// Whether it prefers the same answer in both orders.
    pub in_both_orders: bool,
    /// The log-odds of `a` where `a` stood first.
    pub first_order: f64,
    /// The log-odds of `a` where `b` stood first.
    pub second_order: f64,
    /// Why.
    pub reason: CoachReason,
    /// What the coach itself says of it, and the rules that decided, where it was asked; or why it was not judged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explanation: Option<Explanation>,
    /// It was not judged, and asking again later may bring a verdict: a budget was spent, or a server did not answer.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub may_be_asked_again: bool,
}

impl CoachVerdict {
    /// What the log-odds of `a` in both orders come to: a choice where both prefer the same answer and their sum is at
    /// least `threshold`, else a tie.
    pub fn decide(first_order: f64, second_order: f64, threshold: f64) -> Self {
        let margin = first_order + second_order;
        let in_both_orders = first_order * second_order > 0.0;
        let (choice, reason) = if !in_both_orders && margin.abs().max(first_order.abs()) > 0.0 {
            (Choice::Tie, CoachReason::ChangedItsMind)
        } else if !in_both_orders || margin.abs() < threshold {
            (Choice::Tie, CoachReason::TooClose)
        } else if margin > 0.0 {
            (Choice::A, CoachReason::Clear)
        } else {
            (Choice::B, CoachReason::Clear)
        };
        let (explanation, may_be_asked_again) = (None, false);
        Self { choice, margin, in_both_orders, first_order, second_order, reason, explanation, may_be_asked_again }
    }

    /// A verdict that needs no numbers.
    pub(super) fn without_numbers(choice: Choice, reason: CoachReason) -> Self {
        let undecided = Self::decide(0.0, 0.0, 0.0);
        Self { choice, in_both_orders: choice.is_decisive(), reason, ..undecided }
    }

    /// A comparison about which nothing could be heard.
    fn unheard(because: String, may_be_asked_again: bool) -> Self {
        let explanation = Some(Explanation { why: because, rules: Vec::new() });
        Self { explanation, may_be_asked_again, ..Self::without_numbers(Choice::Skip, CoachReason::NotJudged) }
    }

    /// What a mind says to both orders: of `a` first, and of `b` first.
    pub(super) fn of_both(first: Said, second: Said, threshold: f64) -> Self {
        match (first, second) {
            (
                Said::Odds { log_odds: a_first, explanation: one },
                Said::Odds { log_odds: b_first, explanation: other },
            ) => {
                let verdict = Self::decide(a_first, -b_first, threshold);
                Self { explanation: both_explanations(one, other), ..verdict }
            }
            (Said::NoVerdict { because }, _) | (_, Said::NoVerdict { because }) => Self::unheard(because, false),
            (Said::NotJudged { because }, _) | (_, Said::NotJudged { because }) => Self::unheard(because, true),
            (Said::TooLong, _) | (_, Said::TooLong) => Self::without_numbers(Choice::Skip, CoachReason::TooLong),
        }
    }

    /// Why, in a sentence for people: the reason, the rules that decided and what the coach says.
    pub fn sentence(&self) -> String {
        let said = self.explanation.as_ref();
        let why = said.map(|said| said.why.as_str()).filter(|why| !why.is_empty());
        if self.reason == CoachReason::NotJudged {
            return format!("not judged, because {}", why.unwrap_or("nobody says why"));
        }
        let mut sentence = self.reason.to_string();
        let rules = said.map_or(&[][..], |said| said.rules.as_slice());
        if self.choice.is_decisive() && !rules.is_empty() {
            let rules: Vec<String> = rules.iter().map(|rule| format!("`{rule}`")).collect();
            sentence = format!("{sentence}, by {}", rules.join(", "));
        }
        why.map_or(sentence.clone(), |why| format!("{sentence}: {why}"))
    }

    /// What the same numbers say at another threshold.
    #[must_use]
    pub fn at_threshold(&self, threshold: f64) -> Self {
        match self.reason {
            CoachReason::Clear | CoachReason::ChangedItsMind | CoachReason::TooClose => {
                let explanation = self.explanation.clone();
                Self { explanation, ..Self::decide(self.first_order, self.second_order, threshold) }
            }
            CoachReason::NoWords
            | CoachReason::SameText
            | CoachReason::SpeaksToTheCoach
            | CoachReason::TooLong
            | CoachReason::NotJudged => self.clone(),
        }
    }
}

/// What was said in both orders, as one: the first words, and every rule once.
fn both_explanations(one: Option<Explanation>, other: Option<Explanation>) -> Option<Explanation> {
    let (Some(mut one), Some(other)) = (one.clone(), other.clone()) else { return one.or(other) };
    if one.why.is_empty() {
        one.why = other.why;
    }
    for rule in other.rules {
        if !one.rules.contains(&rule) {
            one.rules.push(rule);
        }
    }
    Some(one)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_orders_must_agree_and_be_clear() {
        let said = |first, second| {
            let verdict = CoachVerdict::decide(first, second, 1.0);
            (verdict.choice, verdict.reason)
        };
        assert_eq!(said(2.0, 0.5), (Choice::A, CoachReason::Clear));
        assert_eq!(said(-0.5, -0.5), (Choice::B, CoachReason::Clear));
        assert_eq!(said(0.5, 0.25), (Choice::Tie, CoachReason::TooClose));
        // However sure it is of the first place, that is no preference.
        assert_eq!(said(9.0, -1.0), (Choice::Tie, CoachReason::ChangedItsMind));
        assert_eq!(said(9.0, -9.0), (Choice::Tie, CoachReason::ChangedItsMind));
        assert_eq!(said(0.0, 0.0), (Choice::Tie, CoachReason::TooClose));
    }

    #[test]
    fn exchanged_answers_exchange_the_verdict() {
        for (first, second) in [(2.0, 0.5), (-3.0, 1.0), (0.1, 0.2), (-0.7, -0.8)] {
            let (one, other) = (CoachVerdict::decide(first, second, 1.0), CoachVerdict::decide(-second, -first, 1.0));
            assert_eq!((one.choice, one.reason), (other.choice.swapped(), other.reason));
            assert!((one.margin + other.margin).abs() < 1e-12);
        }
    }

    #[test]
    fn the_sentence_says_why_and_by_which_rules() {
        let explanation = |why: &str, rules: &[&str]| {
            Some(Explanation { why: why.to_owned(), rules: rules.iter().map(|&rule| rule.to_owned()).collect() })
        };
        let odds = |log_odds, explanation| Said::Odds { log_odds, explanation };
        let said = |first, second| CoachVerdict::of_both(first, second, 1.0).sentence();
        let first = odds(2.0, explanation("It says when.", &["next step"]));
        let clear = said(first.clone(), odds(-2.0, explanation("", &["next step", "kind"])));
        assert_eq!(clear, "the coach prefers it in both orders, by `next step`, `kind`: It says when.");
        let changed = said(first, odds(2.0, None));
        assert_eq!(changed, "the coach changed its mind when the answers changed places: It says when.");
        let lost = said(Said::NotJudged { because: "the server is down".to_owned() }, Said::odds(1.0));
        assert_eq!(lost, "not judged, because the server is down");
        assert_eq!(said(Said::odds(1.0), Said::TooLong), CoachReason::TooLong.to_string());
    }

    #[test]
    fn only_what_may_change_is_worth_asking_again() {
        let down = || Said::NotJudged { because: "the server is down".to_owned() };
        let unreadable = || Said::NoVerdict { because: "its answer is empty".to_owned() };
        let again = |first, second| CoachVerdict::of_both(first, second, 1.0).may_be_asked_again;
        assert!(again(down(), Said::odds(1.0)) && again(Said::TooLong, down()));
        // One order will never be heard, so the other need not be waited for.
        for second in [Said::odds(1.0), Said::TooLong, down(), unreadable()] {
            assert!(!again(unreadable(), second));
        }
        assert!(!again(Said::TooLong, Said::odds(1.0)) && !again(Said::odds(1.0), Said::odds(-2.0)));
    }

    #[test]
    fn a_stricter_threshold_leaves_more_to_people() {
        let verdict = CoachVerdict::decide(2.0, 0.5, 1.0);
        assert_eq!(verdict.at_threshold(3.0).choice, Choice::Tie);
        assert_eq!(verdict.at_threshold(3.0).at_threshold(1.0), verdict);
        let short = CoachVerdict::without_numbers(Choice::B, CoachReason::NoWords);
        assert_eq!(short.at_threshold(9.0), short);
    }
}
