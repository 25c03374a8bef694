//! Judges that are no people: programs and coaches, asked which of two answers is better and which rules an answer follows.

use std::cmp::Ordering;

use crate::domain::{AnnotatorKind, Choice, Rubric, Text};
use crate::example::{self, Request, oracle};
use crate::feedback::coach::{CheckItem, Coach, CoachItem};
use crate::feedback::{CompiledRules, FeedbackError};
use crate::job::JobContext;

/// What is asked of a judge.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// What was asked of the models.
    pub request: &'a str,
    /// One answer.
    pub a: &'a str,
    /// The other.
    pub b: &'a str,
}

/// What a judge says of a comparison.
#[derive(Debug, Clone, PartialEq)]
pub struct Said {
    /// Which is better.
    pub choice: Choice,
    /// How much.
    pub margin: Option<f64>,
    /// Why.
    pub reason: Option<String>,
    /// In the other order it said otherwise.
    pub changed_with_order: bool,
}

/// Which rules an answer follows.
pub type Followed = Vec<bool>;

/// A judge that is no person.
#[derive(Debug)]
pub enum Machine {
    /// Rules that a program checks: the answer that follows more of them is better.
    Rules(CompiledRules),
    /// A coach with its rubric, asked in both orders.
    Coach(Box<Coach>, Rubric),
    /// The program that wrote the example, which knows each of its sentences.
    Example(Rubric),
}

impl Machine {
    /// What kind of annotator it is.
    pub fn kind(&self) -> AnnotatorKind {
        match self {
            Self::Rules(_) | Self::Example(_) => AnnotatorKind::Rules,
            Self::Coach(..) => AnnotatorKind::Coach,
        }
    }

    /// What people call it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Rules(_) => "the rubric's rules, checked by a program",
            Self::Coach(..) => "the coach",
            Self::Example(_) => "the program that wrote the example, which knows each of its sentences",
        }
    }

    /// The names of the rules that [`Self::followed`] tells of.
    pub fn rules(&self) -> Vec<String> {
        match self {
            Self::Rules(rules) => rules.judge("").given.into_iter().map(|rule| rule.name).collect(),
            Self::Coach(coach, _) if !coach.reads_rules() => Vec::new(),
            Self::Coach(_, rubric) | Self::Example(rubric) => {
                rubric.rules.iter().map(|rule| rule.name.clone()).collect()
            }
        }
    }

    /// Which rules answers follow; each answer stands behind what was asked.
    pub fn followed(&self, answers: &[(&str, &str)], context: &JobContext<'_>) -> Result<Vec<Followed>, FeedbackError> {
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

    /// Asks about comparisons. `on_said` is told of each, in order, as it is there, so that it can be kept before the next is
    /// asked; an error of its own ends the judging.
    pub fn compare<E: From<FeedbackError>>(
        &self,
        questions: &[Question<'_>],
        context: &JobContext<'_>,
        mut on_said: impl FnMut(usize, Said) -> Result<(), E>,
    ) -> Result<(), E> {
        if let Self::Coach(coach, rubric) = self {
            let owned = |question: &Question<'_>| CoachItem::new(question.request, question.a, question.b);
            let items: Vec<CoachItem> = questions.iter().map(owned).collect();
            return coach.judge(rubric, &items, context, |place, verdict| {
                on_said(
                    place,
                    Said {
                        choice: verdict.choice,
                        margin: Some(verdict.margin),
                        reason: Some(verdict.sentence()),
                        changed_with_order: verdict.first_order * verdict.second_order < 0.0,
                    },
                )
            });
        }
        // What a program checks does not depend on the order that the answers stand in.
        for (place, question) in questions.iter().enumerate() {
            context.check().map_err(FeedbackError::from)?;
            let pair = [(question.request, question.a), (question.request, question.b)];
            if let [a, b] = self.followed(&pair, context)?.as_slice() {
                on_said(place, of_counts(a, b))?;
            }
        }
        Ok(())
    }
}

/// The answer that follows more rules is better.
fn of_counts(a: &Followed, b: &Followed) -> Said {
    let count = |followed: &Followed| followed.iter().filter(|&&holds| holds).count();
    let (count_a, count_b) = (count(a), count(b));
    let choice = match count_a.cmp(&count_b) {
        Ordering::Greater => Choice::A,
        Ordering::Less => Choice::B,
        Ordering::Equal => Choice::Tie,
    };
    let (more, less) = (count_a.max(count_b), count_a.min(count_b));
    Said {
        choice,
        margin: Some(count_a as f64 - count_b as f64),
        reason: Some(format!("follows {more} of {} rules, the other {less}", a.len())),
        changed_with_order: false,
    }
}

/// The share of a request's answers that are fluent, where the example's program can tell: 1 or 0 of each answer.
pub fn fluency_of_example(answers: &[String]) -> Vec<f64> {
    answers.iter().map(|answer| f64::from(u8::from(oracle::is_fluent(answer)))).collect()
}
