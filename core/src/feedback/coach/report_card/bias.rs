//! What a coach leans towards, whatever stands there: a place, length, its own words.

use serde::{Deserialize, Serialize};

use super::{Case, was_asked};
use crate::domain::Choice;
use crate::feedback::Proportion;
use crate::feedback::coach::CoachVerdict;

/// A lean of less than this many points is not spoken of.
const WORTH_SAYING: f64 = 0.05;

/// Towards the first place.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct PositionBias {
    /// Of the comparisons in which it changed its mind with the order: how often it chose the first place.
    pub first: Proportion,
    /// The mean log-odds that the first place alone gives an answer.
    pub log_odds: f64,
}

/// How often the coach prefers answers of one kind, beside people: of the comparisons that both decided and in which one
/// answer is of that kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Lean {
    /// How often the coach does.
    pub coach: Proportion,
    /// How often people do.
    pub people: Proportion,
}

/// Everything that a coach leans towards.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Biases {
    /// The first place.
    pub position: PositionBias,
    /// The longer answer.
    pub length: Lean,
    /// What its own model wrote; without trials where it wrote none of the answers.
    pub own_words: Lean,
    /// What that says, a sentence for each lean that is worth one.
    pub sentences: Vec<String>,
}

/// Measures the leans.
pub(super) fn biases(judged: &[(&Case, &CoachVerdict)]) -> Biases {
    let asked = || judged.iter().filter(|(_, verdict)| was_asked(verdict)).map(|(_, verdict)| verdict);
    // With `a` first the log-odds of the first place are those of `a`, with `b` first those of `b`.
    let lean = |verdict: &CoachVerdict| f64::midpoint(verdict.first_order, -verdict.second_order);
    let count = asked().count().max(1) as f64;
    let position = PositionBias {
        first: Proportion::of(asked().filter(|one| !one.in_both_orders).map(|verdict| lean(verdict) > 0.0)),
        log_odds: asked().map(|verdict| lean(verdict)).sum::<f64>() / count,
    };
    let decided: Vec<&(&Case, &CoachVerdict)> =
        judged.iter().filter(|(case, verdict)| case.people.is_decisive() && verdict.choice.is_decisive()).collect();
    let length = preferring(&decided, |case| {
        let [a, b] = [&case.item.a, &case.item.b].map(|text| text.chars().count());
        match a.cmp(&b) {
            std::cmp::Ordering::Greater => Some(Choice::A),
            std::cmp::Ordering::Less => Some(Choice::B),
            std::cmp::Ordering::Equal => None,
        }
    });
    let own_words = preferring(&decided, |case| match case.written_by_coach {
        [true, false] => Some(Choice::A),
        [false, true] => Some(Choice::B),
        _ => None,
    });
    let sentences = sentences(&position, &length, &own_words);
    Biases { position, length, own_words, sentences }
}

/// How often the coach, and people, prefer the answer that `which` names.
fn preferring(decided: &[&(&Case, &CoachVerdict)], which: impl Fn(&Case) -> Option<Choice>) -> Lean {
    let named: Vec<(Choice, Choice, Choice)> =
        decided.iter().filter_map(|(case, verdict)| Some((which(case)?, verdict.choice, case.people))).collect();
    Lean {
        coach: Proportion::of(named.iter().map(|(named, coach, _)| coach == named)),
        people: Proportion::of(named.iter().map(|(named, _, people)| people == named)),
    }
}

fn sentences(position: &PositionBias, length: &Lean, own: &Lean) -> Vec<String> {
    let percent = |share: &Proportion| format!("{:.0}%", 100.0 * share.share);
    let mut said = Vec::new();
    let first = &position.first;
    if first.trials > 0 && (first.low > 0.5 || first.high < 0.5) {
        let place = if first.share > 0.5 { "first" } else { "second" };
        said.push(format!(
            "where it changes its mind with the order, it mostly takes the {place} answer ({} of {}); asking in both orders \
             takes that out",
            if first.share > 0.5 { first.right } else { first.trials as f64 - first.right },
            first.trials
        ));
    }
    for (coach, people, what) in
        [(&length.coach, &length.people, "the longer answer"), (&own.coach, &own.people, "what its own model wrote")]
    {
        let lean = coach.share - people.share;
        let is_sure = coach.low > people.share || coach.high < people.share;
        if coach.trials > 0 && lean.abs() > WORTH_SAYING && is_sure {
            let more = if lean > 0.0 { "more" } else { "less" };
            said.push(format!(
                "it prefers {what} {more} often than people do: {} against {}",
                percent(coach),
                percent(people)
            ));
        }
    }
    said
}
