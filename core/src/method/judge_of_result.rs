//! Who compares old and new answers in the end, where people do not: programs and the coach.

use super::MethodError;
use super::work::Work;
use crate::domain::{AnnotatorKind, Choice, ResultJudge, Rubric, Rule, RuleSet, Text};
use crate::example::{self, Request, oracle};
use crate::feedback::CompiledRules;
use crate::feedback::coach::{CheckItem, Coach, CoachItem};
use crate::job::JobContext;

/// What is asked of a judge.
#[derive(Debug, Clone, Copy)]
pub(super) struct Question<'a> {
    pub(super) request: &'a str,
    pub(super) a: &'a str,
    pub(super) b: &'a str,
}

/// What a judge says of a comparison.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Said {
    pub(super) choice: Choice,
    pub(super) margin: Option<f64>,
    pub(super) reason: Option<String>,
    pub(super) changed_with_order: bool,
}

/// Which rules of the rubric an answer follows.
pub(super) type Followed = Vec<bool>;

/// A judge that is no person.
#[derive(Debug)]
pub(super) enum Machine {
    Rules(CompiledRules),
    Coach(Box<Coach>, Rubric),
    Example(Rubric),
}

impl Machine {
    /// The judge; `None` where people compare.
    pub(super) fn open(
        work: &Work<'_>,
        judge: ResultJudge,
        context: &JobContext<'_>,
    ) -> Result<Option<Self>, MethodError> {
        let rubric =
            || Ok::<_, MethodError>(work.store.rubrics()?.pop().map(|version| version.rubric).unwrap_or_default());
        Ok(match judge {
            ResultJudge::People => None,
            ResultJudge::Rules => {
                let rules: Vec<_> = rubric()?.rules.into_iter().filter_map(|rule| rule.check).collect();
                if rules.is_empty() {
                    return Err(MethodError::NoCheckableRules);
                }
                Some(Self::Rules(compiled(rules)?))
            }
            ResultJudge::Coach => {
                let rubric = rubric()?;
                if rubric.rules.is_empty() {
                    return Err(MethodError::NoRubric);
                }
                Some(Self::Coach(Box::new(work.coach(context)?), rubric))
            }
            ResultJudge::Example => Some(Self::Example(example::example_rubric())),
        })
    }

    pub(super) fn kind(&self) -> AnnotatorKind {
        match self {
            Self::Rules(_) | Self::Example(_) => AnnotatorKind::Rules,
            Self::Coach(..) => AnnotatorKind::Coach,
        }
    }

    /// What people call it.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Rules(_) => "the rubric's rules, checked by a program",
            Self::Coach(..) => "the coach",
            Self::Example(_) => "the program that wrote the example, which knows each of its sentences",
        }
    }

    /// The names of the rules that [`Self::followed`] tells of.
    pub(super) fn rules(&self) -> Vec<String> {
        match self {
            Self::Rules(rules) => rules.judge("").given.into_iter().map(|rule| rule.name).collect(),
            Self::Coach(_, rubric) | Self::Example(rubric) => {
                rubric.rules.iter().map(|rule| rule.name.clone()).collect()
            }
        }
    }

    /// Which rules answers follow.
    pub(super) fn followed(
        &self,
        answers: &[(&str, &str)],
        context: &JobContext<'_>,
    ) -> Result<Vec<Followed>, MethodError> {
        match self {
            Self::Rules(rules) => {
                let one = |(_, answer): &(&str, &str)| {
                    rules.judge(answer).given.iter().map(|rule| rule.score > 1.0 - 1e-9).collect()
                };
                Ok(answers.iter().map(one).collect())
            }
            Self::Coach(coach, rubric) => {
                let prompts: Vec<Text> =
                    answers.iter().map(|(request, _)| Text::Plain((*request).to_owned())).collect();
                let items: Vec<CheckItem<'_>> =
                    prompts.iter().zip(answers).map(|(prompt, &(_, reply))| CheckItem { prompt, reply }).collect();
                let follows =
                    |given: Vec<Option<f64>>| given.into_iter().map(|yes| yes.is_some_and(|yes| yes > 0.5)).collect();
                Ok(coach.checks(rubric, &items, context)?.into_iter().map(follows).collect())
            }
            Self::Example(rubric) => {
                let one = |(request, answer): &(&str, &str)| {
                    let request = Request::parse(request);
                    let meets = |name: &str| match (example::RuleName::find(name), &request) {
                        (Some(rule), Some(request)) => oracle::meets(rule, request, answer),
                        _ => false,
                    };
                    rubric.rules.iter().map(|rule| meets(&rule.name)).collect()
                };
                Ok(answers.iter().map(one).collect())
            }
        }
    }

    /// What it says of comparisons.
    pub(super) fn compare(
        &self,
        questions: &[Question<'_>],
        context: &JobContext<'_>,
    ) -> Result<Vec<Said>, MethodError> {
        if let Self::Coach(coach, rubric) = self {
            let owned = |question: &Question<'_>| CoachItem::new(question.request, question.a, question.b);
            let items: Vec<CoachItem> = questions.iter().map(owned).collect();
            let mut all = Vec::with_capacity(items.len());
            coach.judge(rubric, &items, context, |_, verdict| {
                all.push(Said {
                    choice: verdict.choice,
                    margin: Some(verdict.margin),
                    reason: Some(verdict.sentence()),
                    changed_with_order: verdict.first_order * verdict.second_order < 0.0,
                });
                Ok::<_, MethodError>(())
            })?;
            return Ok(all);
        }
        // What a program checks does not depend on the order that the answers stand in.
        let answers = |of: fn(&Question<'_>) -> (String, String)| questions.iter().map(of).collect::<Vec<_>>();
        let (a, b) = (
            answers(|question| (question.request.to_owned(), question.a.to_owned())),
            answers(|question| (question.request.to_owned(), question.b.to_owned())),
        );
        let followed = |answers: &[(String, String)]| {
            let borrowed: Vec<(&str, &str)> =
                answers.iter().map(|(request, answer)| (request.as_str(), answer.as_str())).collect();
            self.followed(&borrowed, context)
        };
        let (of_a, of_b) = (followed(&a)?, followed(&b)?);
        let count = |followed: &Followed| followed.iter().filter(|&&holds| holds).count();
        let said = |(a, b): (&Followed, &Followed)| {
            let (count_a, count_b) = (count(a), count(b));
            let choice = match count_a.cmp(&count_b) {
                std::cmp::Ordering::Greater => Choice::A,
                std::cmp::Ordering::Less => Choice::B,
                std::cmp::Ordering::Equal => Choice::Tie,
            };
            let (more, less) = (count_a.max(count_b), count_a.min(count_b));
            Said {
                choice,
                margin: Some(count_a as f64 - count_b as f64),
                reason: Some(format!("follows {more} of {} rules, the other {less}", a.len())),
                changed_with_order: false,
            }
        };
        Ok(of_a.iter().zip(&of_b).map(said).collect())
    }
}

/// Rules ready to check.
fn compiled(rules: Vec<Rule>) -> Result<CompiledRules, MethodError> {
    CompiledRules::new(&RuleSet { rules, tie_margin: 0.0 })
        .map_err(|problem| MethodError::Record { what: "rubric", reason: problem.to_string() })
}

/// The share of a request's answers that are fluent, where a program can tell: 1 or 0 of each answer.
pub(super) fn fluency_of_example(answers: &[String]) -> Vec<f64> {
    answers.iter().map(|answer| f64::from(u8::from(oracle::is_fluent(answer)))).collect()
}
