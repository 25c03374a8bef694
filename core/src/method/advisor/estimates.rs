//! What a method takes: labels, hours, money.

use serde::Serialize;

use super::methods::MethodRow;
use super::{Answers, Shown};

/// From and to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Range {
    /// At least.
    pub low: f64,
    /// At most, as a rule.
    pub high: f64,
}

impl Range {
    fn of((low, high): (f64, f64)) -> Self {
        Self { low, high }
    }

    fn times(self, factor: f64) -> Self {
        Self { low: self.low * factor, high: self.high * factor }
    }

    /// What is left of it when some is there already.
    fn less(self, there: f64) -> Self {
        Self { low: (self.low - there).max(0.0), high: (self.high - there).max(0.0) }
    }

    fn plus(self, other: Self) -> Self {
        Self { low: self.low + other.low, high: self.high + other.high }
    }
}

/// What a method takes from here on.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Estimates {
    /// Verdicts of all kinds.
    pub labels: Range,
    /// Verdicts of people that are still to be given.
    pub people_labels: Range,
    /// Hours of people's time for them.
    pub people_hours: Range,
    /// Times that a coach is asked; each comparison in both orders.
    pub coach_calls: Range,
    /// Hours that the coach computes; `None` where its speed is not known.
    pub coach_hours: Option<Range>,
    /// What the coach costs, in the currency of the price; `None` where the price is not known.
    pub coach_cost: Option<Range>,
    /// The hours that were promised are fewer than the least that it takes.
    pub hours_are_short: bool,
}

/// Hours that an answer to the question of hours stands for, at most.
const HOURS: &[(&str, f64)] = &[("none", 0.5), ("few", 2.5), ("some", 10.0)];

/// What a method takes, less what the project has already.
pub(super) fn of(row: &MethodRow, answers: &Answers, shown: &Shown) -> Estimates {
    let there = shown.people_verdicts.unwrap_or(0) as f64;
    let people = Range::of(row.people_verdicts).less(there);
    let judged = Range::of(row.model_verdicts);
    // Rules that a program checks ask no coach.
    let rules_judge = answers.chosen("check") == Some("all");
    let coach_calls = if rules_judge { Range::default() } else { judged.times(row.coach_calls) };
    let people_hours = people.times(shown.person_seconds.unwrap_or(row.person_seconds) / 3600.0);
    let promised = HOURS.iter().find(|(answer, _)| answers.chosen("hours") == Some(answer)).map(|(_, hours)| *hours);
    Estimates {
        labels: people.plus(judged),
        people_labels: people,
        people_hours,
        coach_calls,
        coach_hours: shown.coach_seconds.map(|seconds| coach_calls.times(seconds / 3600.0)),
        coach_cost: shown.coach_price.map(|price| coach_calls.times(price)),
        hours_are_short: promised.is_some_and(|hours| hours < people_hours.low),
    }
}
