//! What people said, as rules that a coach can go on with: of a library of rules (and of what a coach proposes) those are
//! kept that judge as people did.
//!
//! Each candidate judges the comparisons that people decided, a program's check where it has one, else the coach by that
//! rule alone. A rule is kept where it agrees with people more often than chance, and where it adds to those that are kept
//! already: the rules vote, each with the weight that it earned on one half of the comparisons, and are added one by one
//! as long as the vote's agreement on the other half grows.

use serde::{Deserialize, Serialize};

use super::coach::report_card::RuleAdvice;
use super::coach::{Coach, CoachItem};
use super::pairs::is_tie;
use super::{CompiledRules, FeedbackError, Proportion};
use crate::domain::{Choice, Rubric, RubricRule, RubricTask, RuleSet};
use crate::job::JobContext;
use crate::random::Random;

/// How rules are chosen.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct DistillationSettings {
    /// Rules of the rubric at most: a small coach loses track of more.
    pub most_rules: usize,
    /// Comparisons that people and the rule both decided, at least.
    pub fewest_decided: usize,
    /// How many more comparisons of the second half the rules must get right for another rule to be worth having.
    pub least_gain: f64,
    /// Which comparisons are in which half.
    pub seed: u64,
    /// What kind of work is judged.
    pub task: RubricTask,
}

impl Default for DistillationSettings {
    fn default() -> Self {
        Self { most_rules: 4, fewest_decided: 10, least_gain: 1.0, seed: 0, task: RubricTask::default() }
    }
}

/// A candidate's record among the comparisons that people decided.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RuleRecord {
    /// The rule.
    pub rule: RubricRule,
    /// Where it decides: how often as people did.
    pub agreement: Proportion,
    /// How often it decides.
    pub coverage: Proportion,
}

/// Why a candidate is not in the rubric.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum DropReason {
    /// It decides too few comparisons to be known.
    TooFew {
        /// What would be enough.
        needed: usize,
    },
    /// It may be right by chance.
    NoBetterThanChance,
    /// The rules that are kept say the same or better.
    AddsNothing,
    /// There are as many rules as a rubric may have.
    Full {
        /// That many.
        most: usize,
    },
}

impl std::fmt::Display for DropReason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::TooFew { needed } => write!(f, "it tells too few answers apart: fewer than {needed} comparisons"),
            Self::NoBetterThanChance => f.write_str("it agrees with people no more surely than a coin would"),
            Self::AddsNothing => f.write_str("the rules that are kept already say as much"),
            Self::Full { most } => write!(f, "a rubric has {most} rules at most, and others tell more"),
        }
    }
}

/// A candidate that is not in the rubric.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DroppedRule {
    /// Its record.
    pub record: RuleRecord,
    /// Why.
    pub reason: DropReason,
}

/// A rubric made of what people said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Distilled {
    /// The rules of the rubric, the most telling first.
    pub kept: Vec<RuleRecord>,
    /// The other candidates, in their order.
    pub dropped: Vec<DroppedRule>,
    /// The rubric.
    pub rubric: Rubric,
    /// The kept rules' vote on the half of the comparisons that they were chosen by, a tie counting half: somewhat
    /// flattering for that.
    pub agreement: Proportion,
}

/// Chooses among `candidates`, whose `votes` on each comparison stand beside what `people` said of it.
pub fn distill(
    candidates: &[RubricRule],
    votes: &[Vec<Choice>],
    people: &[Choice],
    settings: &DistillationSettings,
) -> Distilled {
    let mut decided: Vec<usize> = (0..people.len()).filter(|&index| people[index].is_decisive()).collect();
    // 1 where a rule says the same as people, −1 where it says the other, 0 where it cannot tell.
    let marks: Vec<Vec<f64>> = (0..candidates.len())
        .map(|rule| (0..people.len()).map(|index| mark(votes[rule].get(index), people[index])).collect())
        .collect();
    let records: Vec<RuleRecord> =
        candidates.iter().zip(&marks).map(|(rule, marks)| record(rule, marks, &decided)).collect();
    let unfit: Vec<Option<DropReason>> = records.iter().map(|record| unfit(record, settings)).collect();
    Random::new(settings.seed, &[decided.len() as u64]).shuffle(&mut decided);
    let (first, second) = decided.split_at(decided.len() / 2);
    let weights: Vec<f64> = marks.iter().map(|marks| weight(marks, first)).collect();
    let fit: Vec<usize> = (0..candidates.len()).filter(|&rule| unfit[rule].is_none()).collect();
    let (kept, agreement) = choose(&fit, &marks, &weights, second, settings);
    let is_full = kept.len() >= settings.most_rules;
    let dropped = (0..candidates.len())
        .filter(|rule| !kept.contains(rule))
        .map(|rule| {
            let full = if is_full { DropReason::Full { most: settings.most_rules } } else { DropReason::AddsNothing };
            DroppedRule { record: records[rule].clone(), reason: unfit[rule].unwrap_or(full) }
        })
        .collect();
    let kept: Vec<RuleRecord> = kept.into_iter().map(|rule| records[rule].clone()).collect();
    let rubric = Rubric { task: settings.task, rules: kept.iter().map(|record| record.rule.clone()).collect() };
    Distilled { kept, dropped, rubric, agreement }
}

fn mark(vote: Option<&Choice>, people: Choice) -> f64 {
    match vote {
        Some(vote) if vote.is_decisive() && people.is_decisive() => {
            if *vote == people {
                1.0
            } else {
                -1.0
            }
        }
        _ => 0.0,
    }
}

fn record(rule: &RubricRule, marks: &[f64], decided: &[usize]) -> RuleRecord {
    let marks = || decided.iter().map(|&index| marks[index]);
    RuleRecord {
        rule: rule.clone(),
        agreement: Proportion::of(marks().filter(|&mark| mark != 0.0).map(|mark| mark > 0.0)),
        coverage: Proportion::of(marks().map(|mark| mark != 0.0)),
    }
}

fn unfit(record: &RuleRecord, settings: &DistillationSettings) -> Option<DropReason> {
    match RuleAdvice::of(&record.agreement, settings.fewest_decided) {
        RuleAdvice::Keep => None,
        RuleAdvice::TooFew => Some(DropReason::TooFew { needed: settings.fewest_decided }),
        RuleAdvice::Drop | RuleAdvice::TurnAround => Some(DropReason::NoBetterThanChance),
    }
}

/// The log-odds that a rule is right, with one right and one wrong added so that few comparisons say little.
fn weight(marks: &[f64], members: &[usize]) -> f64 {
    let count = |wanted: f64| members.iter().filter(|&&index| marks[index] * wanted > 0.0).count() as f64;
    ((count(1.0) + 1.0) / (count(-1.0) + 1.0)).ln().max(0.0)
}

/// Adds the rule that helps the vote most, again and again. Returns the rules in that order and how the vote does.
fn choose(
    fit: &[usize],
    marks: &[Vec<f64>],
    weights: &[f64],
    members: &[usize],
    settings: &DistillationSettings,
) -> (Vec<usize>, Proportion) {
    let mut sums = vec![0.0; members.len()];
    let right = |sums: &[f64]| {
        sums.iter().map(|&sum| if is_tie(sum, 0.0, 0.0) { 0.5 } else { f64::from(u8::from(sum > 0.0)) }).sum::<f64>()
    };
    let mut kept: Vec<usize> = Vec::new();
    let mut best = right(&sums);
    while kept.len() < settings.most_rules {
        let with = |rule: usize| -> Vec<f64> {
            members.iter().zip(&sums).map(|(&index, sum)| sum + weights[rule] * marks[rule][index]).collect()
        };
        let left = fit.iter().copied().filter(|rule| !kept.contains(rule));
        // Of equal rules the first in the library is taken.
        let next =
            left.map(|rule| (rule, right(&with(rule)))).reduce(|one, other| if other.1 > one.1 { other } else { one });
        match next {
            Some((rule, count)) if count >= best + settings.least_gain => {
                sums = with(rule);
                kept.push(rule);
                best = count;
            }
            _ => break,
        }
    }
    (kept, Proportion::new(best, members.len()))
}

/// What each candidate says of each comparison: by its check where a program can check it, else by the coach with that
/// rule alone. Without a coach, rules that a program cannot check say nothing.
pub fn votes(
    task: RubricTask,
    candidates: &[RubricRule],
    items: &[CoachItem],
    coach: Option<&Coach>,
    context: &JobContext<'_>,
) -> Result<Vec<Vec<Choice>>, FeedbackError> {
    let mut votes = vec![vec![Choice::Skip; items.len()]; candidates.len()];
    let mut by_coach = Vec::new();
    for (place, rule) in candidates.iter().enumerate() {
        let Some(check) = &rule.check else {
            by_coach.push(place);
            continue;
        };
        let set = RuleSet { rules: vec![check.clone()], tie_margin: 0.0 };
        let compiled = CompiledRules::new(&set)
            .map_err(|problem| FeedbackError::Candidate { name: rule.name.clone(), problem: Box::new(problem) })?;
        votes[place] = items.iter().map(|item| checked(&compiled, item)).collect();
    }
    let (Some(coach), false) = (coach, by_coach.is_empty()) else { return Ok(votes) };
    let sets: Vec<Vec<&RubricRule>> = by_coach.iter().map(|&place| vec![&candidates[place]]).collect();
    let total = Some(items.len() as u64);
    coach.judge_by_each(task, &sets, items, context, |index, verdicts| {
        for (&place, verdict) in by_coach.iter().zip(verdicts) {
            votes[place][index] = verdict.choice;
        }
        context.progress("trying the rules on people's verdicts", index as u64 + 1, total, "comparisons");
        Ok::<_, FeedbackError>(())
    })?;
    Ok(votes)
}

fn checked(rules: &CompiledRules, item: &CoachItem) -> Choice {
    let (a, b) = (rules.judge(&item.a).score, rules.judge(&item.b).score);
    if is_tie(a, b, 0.0) {
        Choice::Tie
    } else if a > b {
        Choice::A
    } else {
        Choice::B
    }
}

#[cfg(test)]
mod tests;
