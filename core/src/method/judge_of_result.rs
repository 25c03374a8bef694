//! Who compares old and new answers of a project in the end, where people do not.

use super::MethodError;
use super::work::Work;
use crate::domain::{ResultJudge, Rule, RuleSet};
use crate::evaluate::job::Machine;
use crate::example;
use crate::feedback::CompiledRules;
use crate::job::JobContext;

/// The judge; `None` where people compare.
pub(super) fn open_machine(
    work: &Work<'_>,
    judge: ResultJudge,
    context: &JobContext<'_>,
) -> Result<Option<Machine>, MethodError> {
    let rubric = || Ok::<_, MethodError>(work.store.rubrics()?.pop().map(|version| version.rubric).unwrap_or_default());
    Ok(match judge {
        ResultJudge::People => None,
        ResultJudge::Rules => {
            let rules: Vec<_> = rubric()?.rules.into_iter().filter_map(|rule| rule.check).collect();
            if rules.is_empty() {
                return Err(MethodError::NoCheckableRules);
            }
            Some(Machine::Rules(compiled(rules)?))
        }
        ResultJudge::Coach => {
            let rubric = rubric()?;
            if rubric.rules.is_empty() {
                return Err(MethodError::NoRubric);
            }
            Some(Machine::Coach(Box::new(work.coach(context)?), rubric))
        }
        ResultJudge::Example => Some(Machine::Example(example::example_rubric())),
    })
}

/// The annotator that a machine's verdicts on the result are kept under: a coach's own, so that it shows where the same one labelled.
pub(super) fn annotator_name(work: &Work<'_>, machine: &Machine) -> String {
    match machine {
        Machine::Coach(..) => work.coach_annotator(),
        Machine::Rules(_) | Machine::Example(_) => machine.name().to_owned(),
    }
}

/// Rules ready to check.
fn compiled(rules: Vec<Rule>) -> Result<CompiledRules, MethodError> {
    CompiledRules::new(&RuleSet { rules, tie_margin: 0.0 })
        .map_err(|problem| MethodError::Record { what: "rubric", reason: problem.to_string() })
}
