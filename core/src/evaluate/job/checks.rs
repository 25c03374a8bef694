//! Small questions that a model answered rightly before it was trained on something else.

use std::sync::LazyLock;

use serde::Deserialize;

use super::EvaluationError;
use super::policy::{Asking, Policies};
use crate::domain::{Rule, RuleSet, Sample};
use crate::evaluate::{CheckKind, LostCheck};
use crate::feedback::CompiledRules;
use crate::job::JobContext;

const FILE: &str = include_str!("../../../../assets/evaluation/checks.toml");

/// Tokens of an answer at most.
const ANSWER_TOKENS: usize = 48;

/// What each rule must give to an answer: languages give a share.
const PASSES: f64 = 0.5;

/// One question.
#[derive(Debug)]
pub struct Check {
    /// `formats`, `arithmetic`, `refusals` or `languages`.
    pub kind: String,
    /// What is asked.
    pub prompt: String,
    rules: CompiledRules,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CheckFile {
    check: Vec<CheckRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CheckRow {
    kind: String,
    prompt: String,
    rules: Vec<Rule>,
}

static CHECKS: LazyLock<Vec<Check>> = LazyLock::new(|| {
    let file: Option<CheckFile> = toml::from_str(FILE).ok();
    let check = |row: CheckRow| {
        let rules = CompiledRules::new(&RuleSet { rules: row.rules, tie_margin: 0.0 }).ok()?;
        Some(Check { kind: row.kind, prompt: row.prompt, rules })
    };
    file.into_iter().flat_map(|file| file.check).filter_map(check).collect()
});

/// The program's questions. A test holds the file to its form.
pub fn checks() -> Vec<&'static Check> {
    CHECKS.iter().collect()
}

impl Check {
    /// Whether an answer is right.
    pub fn passes(&self, answer: &str) -> bool {
        self.rules.judge(answer.trim()).given.iter().all(|rule| rule.score >= PASSES)
    }
}

/// What both models make of questions, kind by kind. The new model is asked only what the old one answers rightly.
pub fn ask(
    models: Policies<'_>,
    checks: &[&Check],
    asking: Asking<'_>,
    context: &JobContext<'_>,
) -> Result<Vec<CheckKind>, EvaluationError> {
    let tell = |done: usize, total: usize| {
        context.progress("asking both models small questions", done as u64, Some(total as u64), "questions");
    };
    // An unknown number of them is asked twice.
    tell(0, 2 * checks.len());
    let old = models.old.greedy(&prompts_of(checks), asking, ANSWER_TOKENS, context)?;
    let answered: Vec<(&Check, Sample)> =
        checks.iter().copied().zip(old).filter_map(|(check, sample)| Some((check, sample?))).collect();
    let passed: Vec<(&Check, &Sample)> = answered
        .iter()
        .filter(|(check, sample)| check.passes(&sample.completion))
        .map(|(check, sample)| (*check, sample))
        .collect();
    tell(checks.len(), checks.len() + passed.len());
    let again: Vec<&Check> = passed.iter().map(|(check, _)| *check).collect();
    let new = models.new.greedy(&prompts_of(&again), asking, ANSWER_TOKENS, context)?;
    tell(checks.len() + passed.len(), checks.len() + passed.len());
    let mut kinds: Vec<CheckKind> = Vec::new();
    for (check, _) in &answered {
        of_kind(&mut kinds, &check.kind).asked += 1;
    }
    for ((check, before), after) in passed.iter().zip(new) {
        let kind = of_kind(&mut kinds, &check.kind);
        kind.passed_before += 1;
        match after {
            Some(after) if !check.passes(&after.completion) => kind.lost.push(LostCheck {
                prompt: check.prompt.clone(),
                before: before.completion.clone(),
                after: after.completion,
            }),
            _ => kind.still_passed += 1,
        }
    }
    Ok(kinds)
}

fn prompts_of<'c>(checks: &[&'c Check]) -> Vec<&'c str> {
    checks.iter().map(|check| check.prompt.as_str()).collect()
}

fn of_kind<'a>(kinds: &'a mut Vec<CheckKind>, id: &str) -> &'a mut CheckKind {
    let place = kinds.iter().position(|kind| kind.kind == id).unwrap_or_else(|| {
        let new = CheckKind { kind: id.to_owned(), asked: 0, passed_before: 0, still_passed: 0, lost: Vec::new() };
        kinds.push(new);
        kinds.len() - 1
    });
    &mut kinds[place]
}

#[cfg(test)]
mod tests;
