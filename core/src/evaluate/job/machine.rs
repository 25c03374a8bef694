//! Judges that are no people: programs and coaches, asked which of two answers is better and which rules an answer follows.

use std::cmp::Ordering;
use std::collections::BTreeMap;

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

/// Which rules an answer follows; `None` where the judge could not say.
pub type Followed = Vec<Option<bool>>;

/// Comparisons that a coach could not judge for now, by why: another time it may.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Unjudged {
    reasons: BTreeMap<String, usize>,
}

impl Unjudged {
    /// Takes in why one was not judged.
    pub fn add(&mut self, because: String) {
        *self.reasons.entry(because).or_default() += 1;
    }

    /// Whether everything was judged.
    pub fn is_empty(&self) -> bool {
        self.reasons.is_empty()
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.reasons.values().sum()
    }

    /// Tells of them, of so many that were asked about.
    pub fn tell(&self, of: usize, context: &JobContext<'_>) {
        for (reason, count) in &self.reasons {
            context.warn(format!(
                "{count} of {of} comparisons: {reason}; what was not paid for is asked again by the next run"
            ));
        }
    }
}

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
                    rules.judge(answer).given.iter().map(|rule| Some(rule.score > 1.0 - 1e-9)).collect()
                };
                Ok(answers.iter().map(one).collect())
            }
            Self::Coach(coach, rubric) => {
                let prompts: Vec<Text> =
                    answers.iter().map(|(request, _)| Text::Plain((*request).to_owned())).collect();
                let items: Vec<CheckItem<'_>> =
                    prompts.iter().zip(answers).map(|(prompt, &(_, reply))| CheckItem { prompt, reply }).collect();
                let follows = |given: Vec<Option<f64>>| given.into_iter().map(|yes| yes.map(|yes| yes > 0.5)).collect();
                Ok(coach.checks(rubric, &items, context)?.into_iter().map(follows).collect())
            }
            Self::Example(rubric) => {
                let one = |(request, answer): &(&str, &str)| {
                    let request = Request::parse(request);
                    let meets = |name: &str| match (example::RuleName::find(name), &request) {
                        (Some(rule), Some(request)) => oracle::meets(rule, request, answer),
                        _ => false,
                    };
                    rubric.rules.iter().map(|rule| Some(meets(&rule.name))).collect()
                };
                Ok(answers.iter().map(one).collect())
            }
        }
    }

    /// Asks about comparisons. `on_said` is told of each, in order, as it is there, so that it can be kept before the next is
    /// asked; an error of its own ends the judging. What a coach could not judge for now is not told but given back: it waits.
    pub fn compare<E: From<FeedbackError>>(
        &self,
        questions: &[Question<'_>],
        context: &JobContext<'_>,
        mut on_said: impl FnMut(usize, Said) -> Result<(), E>,
    ) -> Result<Unjudged, E> {
        let mut unjudged = Unjudged::default();
        if let Self::Coach(coach, rubric) = self {
            let owned = |question: &Question<'_>| CoachItem::new(question.request, question.a, question.b);
            let items: Vec<CoachItem> = questions.iter().map(owned).collect();
            coach.judge(rubric, &items, context, |place, verdict| {
                if verdict.may_be_asked_again {
                    unjudged.add(verdict.sentence());
                    return Ok(());
                }
                on_said(
                    place,
                    Said {
                        choice: verdict.choice,
                        margin: Some(verdict.margin),
                        reason: Some(verdict.sentence()),
                        changed_with_order: verdict.first_order * verdict.second_order < 0.0,
                    },
                )
            })?;
            return Ok(unjudged);
        }
        // What a program checks does not depend on the order that the answers stand in.
        for (place, question) in questions.iter().enumerate() {
            context.check().map_err(FeedbackError::from)?;
            let pair = [(question.request, question.a), (question.request, question.b)];
            if let [a, b] = self.followed(&pair, context)?.as_slice() {
                on_said(place, of_counts(a, b))?;
            }
        }
        Ok(unjudged)
    }
}

/// The answer that follows more rules is better.
fn of_counts(a: &Followed, b: &Followed) -> Said {
    let count = |followed: &Followed| followed.iter().filter(|holds| **holds == Some(true)).count();
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::RubricRule;
    use crate::feedback::coach::mind::{CheckQuestion, CompareQuestion, Mind, Said as Heard};
    use crate::job::CancelToken;

    /// A mind whose budget ends after some questions, and which says nothing that can be read of requests with an `x`.
    #[derive(Debug)]
    struct Bounded(std::sync::Mutex<usize>);

    impl Bounded {
        fn heard(&self, request: &str) -> Heard {
            let mut left = self.0.lock().expect("no panic while asking");
            match left.checked_sub(1) {
                None => Heard::NotJudged { because: "the budget is spent".to_owned() },
                Some(fewer) => {
                    *left = fewer;
                    if request.contains('x') {
                        Heard::NoVerdict { because: "its answer is empty".to_owned() }
                    } else {
                        Heard::odds(3.0)
                    }
                }
            }
        }
    }

    impl Mind for Bounded {
        fn compare(
            &self,
            questions: &[CompareQuestion<'_>],
            _context: &JobContext<'_>,
        ) -> Result<Vec<Heard>, FeedbackError> {
            Ok(questions.iter().map(|question| self.heard(question.request)).collect())
        }

        fn check(
            &self,
            questions: &[CheckQuestion<'_>],
            _context: &JobContext<'_>,
        ) -> Result<Vec<Heard>, FeedbackError> {
            Ok(questions.iter().map(|question| self.heard(question.request)).collect())
        }

        fn at_once(&self) -> usize {
            1
        }
    }

    fn bounded(questions: usize) -> Machine {
        let rule = RubricRule::new("kind", "Be kind.");
        let rubric = Rubric { rules: vec![rule], ..Rubric::default() };
        Machine::Coach(Box::new(Coach::new(Box::new(Bounded(questions.into())))), rubric)
    }

    #[test]
    fn what_a_coach_could_not_judge_for_now_is_given_back_and_not_said() {
        let (cancel, silent) = (CancelToken::default(), |_| {});
        let context = JobContext::new(&silent, &cancel);
        let question = |request| Question { request, a: "one answer", b: "another" };
        let questions = ["first", "x", "third", "fourth"].map(question);
        let mut said = Vec::new();
        // Two questions a comparison: the budget ends within the third.
        let unjudged = bounded(5).compare(&questions, &context, |place, one| {
            said.push((place, one.choice));
            Ok::<_, FeedbackError>(())
        });
        let unjudged = unjudged.expect("it judges");
        // An answer that cannot be read is a verdict that will not come: it waits for nothing.
        assert_eq!(said, [(0, Choice::Tie), (1, Choice::Skip)]);
        assert_eq!((unjudged.count(), unjudged.is_empty()), (2, false));
    }

    #[test]
    fn a_check_without_an_answer_is_not_known() {
        let (cancel, silent) = (CancelToken::default(), |_| {});
        let context = JobContext::new(&silent, &cancel);
        let answers = [("first", "one answer"), ("second", "another")];
        let followed = bounded(1).followed(&answers, &context).expect("it judges");
        assert_eq!(followed, [vec![Some(true)], vec![None]]);
    }
}
