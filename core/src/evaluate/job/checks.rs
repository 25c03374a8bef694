//! Small questions that have nothing to do with a training, asked of the model before it and after it.

use std::collections::BTreeMap;
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
    /// Lists of rules that several questions are judged by, by their names.
    shared: BTreeMap<String, Vec<Rule>>,
    check: Vec<CheckRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CheckRow {
    kind: String,
    prompt: String,
    /// The name of a shared list.
    #[serde(default)]
    shared: Option<String>,
    /// The question's own rules.
    #[serde(default)]
    rules: Vec<Rule>,
}

static CHECKS: LazyLock<Vec<Check>> = LazyLock::new(|| {
    let file: Option<CheckFile> = toml::from_str(FILE).ok();
    file.into_iter().flat_map(CheckFile::checks).collect()
});

impl CheckFile {
    /// The questions that can be judged. One whose shared list does not exist is none of them.
    fn checks(self) -> Vec<Check> {
        let Self { shared, check: rows } = self;
        let check = |row: CheckRow| {
            let mut rules = match &row.shared {
                Some(name) => shared.get(name)?.clone(),
                None => Vec::new(),
            };
            rules.extend(row.rules);
            let rules = CompiledRules::new(&RuleSet { rules, tie_margin: 0.0 }).ok()?;
            Some(Check { kind: row.kind, prompt: row.prompt, rules })
        };
        rows.into_iter().filter_map(check).collect()
    }
}

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

/// What both models make of questions, kind by kind. Both are asked all of them, so that what was gained is seen as well as what
/// was lost; a question that leaves one of them no room is left out.
pub fn ask(
    models: Policies<'_>,
    checks: &[&Check],
    asking: Asking<'_>,
    context: &JobContext<'_>,
) -> Result<Vec<CheckKind>, EvaluationError> {
    let tell = |done: usize| {
        let total = 2 * checks.len() as u64;
        context.progress("asking both models small questions", done as u64, Some(total), "questions");
    };
    let prompts = prompts_of(checks);
    tell(0);
    let old = models.old.greedy(&prompts, asking, ANSWER_TOKENS, context)?;
    tell(checks.len());
    let new = models.new.greedy(&prompts, asking, ANSWER_TOKENS, context)?;
    tell(2 * checks.len());
    Ok(counted(checks, old, new))
}

/// Both models' answers by kind.
fn counted(checks: &[&Check], old: Vec<Option<Sample>>, new: Vec<Option<Sample>>) -> Vec<CheckKind> {
    let mut kinds: Vec<CheckKind> = Vec::new();
    for (check, (before, after)) in checks.iter().zip(old.into_iter().zip(new)) {
        let (Some(before), Some(after)) = (before, after) else { continue };
        let (before, after) = (before.completion, after.completion);
        let kind = of_kind(&mut kinds, &check.kind);
        kind.asked += 1;
        match (check.passes(&before), check.passes(&after)) {
            (true, true) => (kind.passed_before, kind.still_passed) = (kind.passed_before + 1, kind.still_passed + 1),
            (true, false) => {
                kind.passed_before += 1;
                kind.lost.push(LostCheck { prompt: check.prompt.clone(), before, after });
            }
            (false, true) => kind.gained += 1,
            (false, false) => {}
        }
    }
    kinds
}

fn prompts_of<'c>(checks: &[&'c Check]) -> Vec<&'c str> {
    checks.iter().map(|check| check.prompt.as_str()).collect()
}

fn of_kind<'a>(kinds: &'a mut Vec<CheckKind>, id: &str) -> &'a mut CheckKind {
    let place = kinds.iter().position(|kind| kind.kind == id).unwrap_or_else(|| {
        let new =
            CheckKind { kind: id.to_owned(), asked: 0, passed_before: 0, still_passed: 0, gained: 0, lost: Vec::new() };
        kinds.push(new);
        kinds.len() - 1
    });
    &mut kinds[place]
}

#[cfg(test)]
mod tests;
