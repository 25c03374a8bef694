//! Minds that read no rubric: a preference model, which scores answers as the people did whose verdicts it was trained on,
//! and rules that a program checks. To them both orders are one.

use std::collections::HashMap;
use std::path::Path;

use super::mind::{CheckQuestion, CompareQuestion, Explanation, Mind, Said};
use crate::domain::{ChatMessage, ComputeSettings, Text};
use crate::feedback::{CompiledRules, FeedbackError, Judgement, PreferenceModel, RuleScore};
use crate::job::JobContext;

/// A difference of rules' scores this large decides, where the rules name no margin of their own.
const LEAST_DIFFERENCE: f64 = 1e-9;

/// A preference model as a mind.
#[derive(Debug)]
pub struct PreferenceMind {
    model: PreferenceModel,
}

impl PreferenceMind {
    /// Thinks with this model.
    pub fn new(model: PreferenceModel) -> Self {
        Self { model }
    }

    /// Opens a model's folder and the adapter that makes it score answers.
    pub fn open(compute: &ComputeSettings, folder: &Path, adapter: &Path) -> Result<Self, FeedbackError> {
        PreferenceModel::open(compute, folder, adapter).map(Self::new)
    }
}

/// A reply in the form of its prompt.
fn in_form_of(prompt: &Text, reply: &str) -> Text {
    match prompt {
        Text::Plain(_) => Text::Plain(reply.to_owned()),
        Text::Messages(_) => Text::Messages(vec![ChatMessage::new("assistant", reply)]),
    }
}

impl Mind for PreferenceMind {
    fn compare(&self, questions: &[CompareQuestion<'_>], context: &JobContext<'_>) -> Result<Vec<Said>, FeedbackError> {
        // Both orders ask about the same two replies: each is scored once.
        let mut places: HashMap<(&str, &str), usize> = HashMap::new();
        let mut replies: Vec<(&Text, Text)> = Vec::new();
        let mut asked = Vec::with_capacity(questions.len());
        for question in questions {
            asked.push([question.first, question.second].map(|reply| {
                *places.entry((question.request, reply)).or_insert_with(|| {
                    replies.push((question.prompt, in_form_of(question.prompt, reply)));
                    replies.len() - 1
                })
            }));
        }
        let borrowed: Vec<(&Text, &Text)> = replies.iter().map(|(prompt, reply)| (*prompt, reply)).collect();
        let scores = self.model.scores(&borrowed, context)?;
        Ok(asked.into_iter().map(|[first, second]| Said::odds(scores[first] - scores[second])).collect())
    }

    fn check(&self, questions: &[CheckQuestion<'_>], _context: &JobContext<'_>) -> Result<Vec<Said>, FeedbackError> {
        let because = || Said::NotJudged { because: "a preference model reads no rules".to_owned() };
        Ok(questions.iter().map(|_| because()).collect())
    }

    fn at_once(&self) -> usize {
        16
    }

    fn usual_threshold(&self) -> f64 {
        2.0 * self.model.tie_margin()
    }

    fn reads_rules(&self) -> bool {
        false
    }
}

/// Rules that a program checks, as a mind.
#[derive(Debug)]
pub struct RulesMind {
    rules: CompiledRules,
}

impl RulesMind {
    /// Thinks by these rules.
    pub fn new(rules: CompiledRules) -> Self {
        Self { rules }
    }

    /// The rules that speak for the better reply, the weightiest first.
    fn deciding(better: &Judgement, worse: &Judgement) -> Vec<String> {
        let gain = |(one, other): (&RuleScore, &RuleScore)| ((one.score - other.score) * one.weight, one.name.clone());
        let mut gains: Vec<(f64, String)> = better.given.iter().zip(&worse.given).map(gain).collect();
        gains.retain(|(gain, _)| *gain > 0.0);
        gains.sort_by(|one, other| other.0.total_cmp(&one.0));
        gains.into_iter().map(|(_, name)| name).collect()
    }
}

impl Mind for RulesMind {
    fn compare(&self, questions: &[CompareQuestion<'_>], context: &JobContext<'_>) -> Result<Vec<Said>, FeedbackError> {
        context.check()?;
        let one = |question: &CompareQuestion<'_>| {
            let (first, second) = (self.rules.judge(question.first), self.rules.judge(question.second));
            let difference = first.score - second.score;
            let rules =
                if difference > 0.0 { Self::deciding(&first, &second) } else { Self::deciding(&second, &first) };
            Said::Odds { log_odds: difference, explanation: Some(Explanation { why: String::new(), rules }) }
        };
        Ok(questions.iter().map(one).collect())
    }

    fn check(&self, questions: &[CheckQuestion<'_>], _context: &JobContext<'_>) -> Result<Vec<Said>, FeedbackError> {
        let one = |question: &CheckQuestion<'_>| {
            let given = self.rules.judge(question.reply).given;
            let found = given.iter().find(|rule| rule.name == question.rule.name);
            found.map_or_else(
                || Said::NotJudged { because: format!("no rule is called `{}`", question.rule.name) },
                |rule| Said::odds(if rule.score > 0.5 { 10.0 } else { -10.0 }),
            )
        };
        Ok(questions.iter().map(one).collect())
    }

    fn at_once(&self) -> usize {
        64
    }

    fn usual_threshold(&self) -> f64 {
        2.0 * self.rules.tie_margin().max(LEAST_DIFFERENCE)
    }

    fn reads_rules(&self) -> bool {
        false
    }
}
