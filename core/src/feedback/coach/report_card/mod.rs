//! A coach's report card: how it judges beside people, before it labels in bulk.
//!
//! A coach is tried on comparisons that people have decided. What counts is where both decided: the coach may leave the
//! rest to people, and how much it leaves is its coverage. All figures come with their interval, since twenty comparisons
//! are enough to begin with but not to be sure.

mod bias;
mod rules;
mod trust;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use bias::{Biases, Lean, PositionBias};
pub use rules::{RuleAdvice, RuleCard, rule_cards};
pub use trust::{FEWEST, Trust};

use super::mind::Explanation;
use super::threshold::{ThresholdChoice, choose_threshold};
use super::verdict::{CoachReason, CoachVerdict};
use super::{CoachItem, request_of};
use crate::domain::{Choice, Spent};
use crate::feedback::Proportion;
use crate::feedback::people::agreement::{bootstrap, cohen_kappa};
use crate::feedback::preference_model::{Calibration, calibration};

/// Disagreements that are shown.
const SHOWN: usize = 12;

/// The agreement with people that a threshold is looked for.
const WANTED_AGREEMENT: f64 = 0.9;

/// A comparison that people decided.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// What was compared.
    pub item: CoachItem,
    /// What people said of it.
    pub people: Choice,
    /// What it is about, where that is known.
    pub topic: Option<String>,
    /// Whether the coach's own model wrote `a`, and `b`.
    pub written_by_coach: [bool; 2],
}

/// A coach and what it said of the cases, in their order.
#[derive(Debug, Clone, Copy)]
pub struct Trial<'a> {
    /// What people call the coach.
    pub coach: &'a str,
    /// What it judged by, in words.
    pub judged_by: &'a str,
    /// What it said.
    pub verdicts: &'a [CoachVerdict],
    /// What it says by each rule alone.
    pub rules: &'a [RuleCard],
    /// How long that took.
    pub seconds: f64,
    /// What that cost.
    pub spent: Spent,
    /// The currency of the cost.
    pub currency: &'a str,
    /// Same seed, same intervals.
    pub seed: u64,
}

/// What a coach costs.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Cost {
    /// Seconds that a hundred labels take.
    pub seconds_a_hundred: f64,
    /// Money that a hundred labels cost; 0 on this machine.
    pub money_a_hundred: f64,
    /// The currency of it.
    pub currency: String,
    /// Tokens that a hundred labels take, as far as they are counted.
    pub tokens_a_hundred: f64,
}

/// Agreement on one part of the cases.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PartAgreement {
    /// Which part.
    pub name: String,
    /// Where both decided: how often alike.
    pub agreement: Proportion,
    /// Where people decided: how often the coach did too.
    pub coverage: Proportion,
}

/// A coefficient with its interval of 95%.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Coefficient {
    /// The value.
    pub value: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// A comparison on which people and the coach differ.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Disagreement {
    /// Its place among the cases, from 0.
    pub case: usize,
    /// What was asked.
    pub request: String,
    /// One answer.
    pub a: String,
    /// The other.
    pub b: String,
    /// What people said.
    pub people: Choice,
    /// What the coach said.
    pub coach: Choice,
    /// The sum of both orders' log-odds of `a`.
    pub margin: f64,
    /// Why, in a sentence.
    pub reason: String,
}

/// A coach beside people.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReportCard {
    /// What people call the coach.
    pub coach: String,
    /// What it judged by.
    pub judged_by: String,
    /// Comparisons that it was tried on.
    pub cases: usize,
    /// Whether it can be trusted.
    pub trust: Trust,
    /// The same in a sentence, with its reason.
    pub sentence: String,
    /// Where both decided: how often alike.
    pub agreement: Proportion,
    /// Where people decided: how often the coach did too.
    pub coverage: Proportion,
    /// Agreement beyond chance (Cohen's kappa) where both decided; `None` where it has no value.
    pub kappa: Option<Coefficient>,
    /// How often it prefers the same answer when the answers change places.
    pub consistency: Proportion,
    /// What it leans towards.
    pub biases: Biases,
    /// Whether it is as often right as its log-odds say.
    pub calibration: Calibration,
    /// From which log-odds on it should decide.
    pub threshold: Option<ThresholdChoice>,
    /// By topic, where topics are known.
    pub topics: Vec<PartAgreement>,
    /// By rule alone.
    pub rules: Vec<RuleCard>,
    /// Comparisons that were not judged, and why, each reason once.
    pub not_judged: Vec<(String, usize)>,
    /// Time and money.
    pub cost: Cost,
    /// Where it is surest and people say otherwise, the surest first.
    pub disagreements: Vec<Disagreement>,
}

/// Makes a coach's report card.
pub fn report_card(cases: &[Case], trial: &Trial<'_>) -> ReportCard {
    let judged: Vec<(&Case, &CoachVerdict)> = cases.iter().zip(trial.verdicts).collect();
    let (agreement, coverage) = agreement_and_coverage(judged.iter().copied());
    let asked = || judged.iter().filter(|(_, verdict)| was_asked(verdict));
    let consistency = Proportion::of(asked().map(|(_, verdict)| verdict.in_both_orders));
    let by_people = || asked().filter(|(case, _)| case.people.is_decisive());
    let calibration =
        calibration(&by_people().map(|(case, verdict)| (verdict.margin, case.people == Choice::A)).collect::<Vec<_>>());
    let pairs: Vec<(CoachVerdict, Choice)> =
        judged.iter().map(|(case, verdict)| ((*verdict).clone(), case.people)).collect();
    let threshold = choose_threshold(&pairs, WANTED_AGREEMENT);
    let biases = bias::biases(&judged);
    let not_judged = not_judged(&judged);
    let (trust, sentence) = match &not_judged[..] {
        // Whoever could not be asked is neither good nor bad.
        [(why, count), ..] if *count == judged.len() => (Trust::TooFew, format!("It could not be tried: {why}.")),
        _ => trust::judge(&agreement, &coverage, &consistency, threshold.as_ref()),
    };
    ReportCard {
        coach: trial.coach.to_owned(),
        judged_by: trial.judged_by.to_owned(),
        cases: judged.len(),
        trust,
        sentence,
        agreement,
        coverage,
        kappa: kappa(&judged, trial.seed),
        consistency,
        biases,
        calibration,
        threshold,
        topics: topics(&judged),
        rules: trial.rules.to_vec(),
        not_judged,
        cost: cost(trial, judged.len()),
        disagreements: disagreements(&judged),
    }
}

/// Whether the coach's numbers are of this comparison, rather than a glance or a failure.
fn was_asked(verdict: &CoachVerdict) -> bool {
    matches!(verdict.reason, CoachReason::Clear | CoachReason::ChangedItsMind | CoachReason::TooClose)
}

fn agreement_and_coverage<'a>(
    judged: impl Iterator<Item = (&'a Case, &'a CoachVerdict)> + Clone,
) -> (Proportion, Proportion) {
    let by_people = judged.filter(|(case, _)| case.people.is_decisive());
    let coverage = Proportion::of(by_people.clone().map(|(_, verdict)| verdict.choice.is_decisive()));
    let by_both = by_people.filter(|(_, verdict)| verdict.choice.is_decisive());
    (Proportion::of(by_both.map(|(case, verdict)| case.people == verdict.choice)), coverage)
}

fn kappa(judged: &[(&Case, &CoachVerdict)], seed: u64) -> Option<Coefficient> {
    let place = |choice: Choice| match choice {
        Choice::A => Some(0),
        Choice::B => Some(1),
        Choice::Tie | Choice::BothBad | Choice::Skip => None,
    };
    let cells: Vec<(usize, usize)> =
        judged.iter().filter_map(|(case, verdict)| Some((place(case.people)?, place(verdict.choice)?))).collect();
    let of = |drawn: &[usize]| {
        let mut table = [[0.0; 2]; 2];
        for &unit in drawn {
            let (people, coach) = cells[unit];
            table[people][coach] += 1.0;
        }
        cohen_kappa(&table)
    };
    let found = bootstrap(cells.len(), seed, &[0x6361_7264], (-1.0, 1.0), of)?;
    Some(Coefficient { value: found.value, low: found.low, high: found.high })
}

fn topics(judged: &[(&Case, &CoachVerdict)]) -> Vec<PartAgreement> {
    let mut names: Vec<&str> = judged.iter().filter_map(|(case, _)| case.topic.as_deref()).collect();
    names.sort_unstable();
    names.dedup();
    let part = |name: &str| {
        let of_part = judged.iter().copied().filter(|(case, _)| case.topic.as_deref() == Some(name));
        let (agreement, coverage) = agreement_and_coverage(of_part);
        PartAgreement { name: name.to_owned(), agreement, coverage }
    };
    names.into_iter().map(part).collect()
}

fn not_judged(judged: &[(&Case, &CoachVerdict)]) -> Vec<(String, usize)> {
    let mut reasons: Vec<(String, usize)> = Vec::new();
    for (_, verdict) in judged.iter().filter(|(_, verdict)| verdict.choice == Choice::Skip) {
        let reason = verdict.sentence();
        match reasons.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, count)) => *count += 1,
            None => reasons.push((reason, 1)),
        }
    }
    reasons
}

fn cost(trial: &Trial<'_>, cases: usize) -> Cost {
    let a_hundred = |value: f64| if cases == 0 { 0.0 } else { 100.0 * value / cases as f64 };
    Cost {
        seconds_a_hundred: a_hundred(trial.seconds),
        money_a_hundred: a_hundred(trial.spent.money),
        currency: trial.currency.to_owned(),
        tokens_a_hundred: a_hundred((trial.spent.prompt_tokens + trial.spent.completion_tokens) as f64),
    }
}

fn disagreements(judged: &[(&Case, &CoachVerdict)]) -> Vec<Disagreement> {
    let differ = |(_, (case, verdict)): &(usize, (&Case, &CoachVerdict))| {
        case.people.is_decisive() && verdict.choice.is_decisive() && case.people != verdict.choice
    };
    let mut found: Vec<Disagreement> = judged
        .iter()
        .copied()
        .enumerate()
        .filter(differ)
        .map(|(place, (case, verdict))| Disagreement {
            case: place,
            request: request_of(&case.item.prompt),
            a: case.item.a.clone(),
            b: case.item.b.clone(),
            people: case.people,
            coach: verdict.choice,
            margin: verdict.margin,
            reason: verdict.sentence(),
        })
        .collect();
    found.sort_by(|one, other| other.margin.abs().total_cmp(&one.margin.abs()).then(one.case.cmp(&other.case)));
    found.truncate(SHOWN);
    found
}

/// The names of the rules that a verdict rests on.
pub fn deciding_rules(verdict: &CoachVerdict) -> &[String] {
    verdict.explanation.as_ref().map_or(&[], |Explanation { rules, .. }| rules)
}
