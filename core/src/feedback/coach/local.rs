//! A model of this machine as a coach's mind: the log-odds of the words that answer the question, read off where it would
//! answer. Nothing is drawn, so the same question has the same answer.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use serde_json::{Map, Value};

use super::CoachError;
use super::ask::{Question, log_odds, log_odds_of_foreign};
use super::mind::{CheckQuestion, CompareQuestion, Explanation, Mind, Said, Writing};
use super::prompt::{Frame, check_prompt, comparison_prompt, rule_text};
use crate::domain::{ComputeSettings, RubricRule, RubricTask, SamplingSettings, Text};
use crate::feedback::FeedbackError;
use crate::generate::{CompletionRequest, GenerateError, Session};
use crate::job::JobContext;
use crate::model::ModelError;
use crate::model::foreign::ForeignModel;
use crate::model::gguf::{GgufFile, is_gguf};
use crate::starter;

/// Comparisons that are asked about together: enough to keep the machine busy, few enough to tell progress.
pub(super) const AT_ONCE: usize = 16;

/// A rule is said to have decided where it weighs at least this share of the weightiest.
const DECIDING_SHARE: f64 = 0.5;

/// Who computes a model.
#[derive(Debug)]
enum Reading {
    /// Our own decoder.
    Own(Box<Session>),
    /// Another library, for families that only it has. It keeps what it read last, so one asks it at a time.
    Foreign(Mutex<Box<ForeignModel>>),
}

/// A model that judges by reading.
#[derive(Debug)]
pub struct LocalMind {
    model: Reading,
    template_arguments: Map<String, Value>,
    /// It was trained on one question in one form: no examples, no other words.
    is_starter: bool,
}

impl LocalMind {
    /// Opens a model's folder or GGUF file, with an adapter on it where one is given.
    pub fn open(
        compute: &ComputeSettings,
        folder: &Path,
        adapter: Option<&Path>,
        template_arguments: Map<String, Value>,
    ) -> Result<Self, FeedbackError> {
        if adapter.is_none() && is_foreign(folder)? {
            let model = ForeignModel::open(folder).map_err(CoachError::from)?;
            let model = Reading::Foreign(Mutex::new(Box::new(model)));
            return Ok(Self { model, template_arguments, is_starter: false });
        }
        let model = match Session::open(compute, folder, adapter) {
            Ok(model) => Reading::Own(Box::new(model)),
            Err(GenerateError::PreferenceModel { adapter }) => {
                return Err(CoachError::PreferenceModel { adapter }.into());
            }
            Err(error) => return Err(CoachError::from(error).into()),
        };
        let is_starter = starter::is_starter(folder);
        Ok(Self { model, template_arguments, is_starter })
    }

    fn ask(&self, questions: &[Question], context: &JobContext<'_>) -> Result<Vec<Said>, FeedbackError> {
        context.check()?;
        let arguments = &self.template_arguments;
        let odds = match &self.model {
            Reading::Own(session) => log_odds(session.model(), arguments, questions, context)?,
            Reading::Foreign(model) => {
                let mut model = model.lock().unwrap_or_else(PoisonError::into_inner);
                log_odds_of_foreign(&mut model, arguments, questions, context)?
            }
        };
        Ok(odds.into_iter().map(|odds| odds.map_or(Said::TooLong, Said::odds)).collect())
    }

    fn frame(&self) -> Frame {
        if self.is_starter { Frame::RulesLast } else { Frame::RulesFirst }
    }

    fn task(&self, task: RubricTask) -> RubricTask {
        if self.is_starter { RubricTask::Conversation } else { task }
    }

    fn text_of(&self, rules: &[&RubricRule]) -> String {
        let texts: Vec<String> = rules.iter().map(|rule| rule_text(rule, !self.is_starter)).collect();
        texts.join(" ")
    }

    fn question(&self, question: &CompareQuestion<'_>, rules: &[&RubricRule]) -> Question {
        let rules = self.text_of(rules);
        let CompareQuestion { request, first, second, .. } = *question;
        Question {
            text: comparison_prompt(self.frame(), self.task(question.task), &rules, request, first, second),
            answers: ["A", "B"],
        }
    }
}

/// Whether another library computes the model of a file.
fn is_foreign(path: &Path) -> Result<bool, FeedbackError> {
    if !is_gguf(path) {
        return Ok(false);
    }
    let file = GgufFile::open(path).map_err(ModelError::from).map_err(CoachError::from)?;
    Ok(ForeignModel::takes(&file).map_err(ModelError::from).map_err(CoachError::from)?)
}

/// Whether some rules count more than others.
fn weighs(rules: &[&RubricRule]) -> bool {
    rules.windows(2).any(|pair| (pair[0].weight - pair[1].weight).abs() > 1e-9)
}

/// How a comparison is asked of a model that reads all rules as alike: together where they weigh the same, and one by one
/// where they do not or where it is to be known which of them decided.
#[derive(Debug, Clone, Copy)]
struct Plan {
    together: bool,
    singly: bool,
}

impl Plan {
    fn of(question: &CompareQuestion<'_>) -> Self {
        let singly = weighs(question.rules);
        Self { together: !singly, singly: singly || (question.explain && question.rules.len() > 1) }
    }

    /// The answer, from the log-odds by all rules together and by each.
    fn said(question: &CompareQuestion<'_>, together: Option<Said>, each: &[Said]) -> Said {
        let known: Option<Vec<f64>> = each
            .iter()
            .map(|said| if let Said::Odds { log_odds, .. } = said { Some(*log_odds) } else { None })
            .collect();
        let Some(each) = known else { return Said::TooLong };
        let log_odds = match together {
            Some(Said::Odds { log_odds, .. }) => log_odds,
            Some(other) => return other,
            None => weighted_mean(question.rules, &each),
        };
        let explanation = question.explain.then(|| Explanation {
            why: String::new(),
            rules: match question.rules {
                [only] => vec![only.name.clone()],
                rules => deciding(rules, &each, log_odds),
            },
        });
        Said::Odds { log_odds, explanation }
    }
}

fn weighted_mean(rules: &[&RubricRule], odds: &[f64]) -> f64 {
    let sum: f64 = rules.iter().zip(odds).map(|(rule, odds)| rule.weight * odds).sum();
    sum / rules.iter().map(|rule| rule.weight).sum::<f64>().max(f64::MIN_POSITIVE)
}

/// The rules that speak for what was chosen, and weigh enough to have decided it; the weightiest first.
fn deciding(rules: &[&RubricRule], odds: &[f64], log_odds: f64) -> Vec<String> {
    let mut weights: Vec<(f64, &str)> = rules
        .iter()
        .zip(odds)
        .map(|(rule, odds)| (rule.weight * odds * log_odds.signum(), rule.name.as_str()))
        .filter(|(weight, _)| *weight > 0.0)
        .collect();
    weights.sort_by(|one, other| other.0.total_cmp(&one.0));
    let least = weights.first().map_or(0.0, |(most, _)| DECIDING_SHARE * most);
    weights.into_iter().filter(|(weight, _)| *weight >= least).map(|(_, name)| name.to_owned()).collect()
}

impl Mind for LocalMind {
    fn compare(&self, questions: &[CompareQuestion<'_>], context: &JobContext<'_>) -> Result<Vec<Said>, FeedbackError> {
        let plans: Vec<Plan> = questions.iter().map(Plan::of).collect();
        let mut asked = Vec::with_capacity(questions.len());
        for (question, plan) in questions.iter().zip(&plans) {
            if plan.together {
                asked.push(self.question(question, question.rules));
            }
            if plan.singly {
                asked.extend(question.rules.iter().map(|&rule| self.question(question, &[rule])));
            }
        }
        let mut answers = self.ask(&asked, context)?.into_iter();
        let mut said = Vec::with_capacity(questions.len());
        for (question, plan) in questions.iter().zip(plans) {
            let together = if plan.together { answers.next() } else { None };
            let each: Vec<Said> =
                if plan.singly { answers.by_ref().take(question.rules.len()).collect() } else { Vec::new() };
            said.push(Plan::said(question, together, &each));
        }
        Ok(said)
    }

    fn check(&self, questions: &[CheckQuestion<'_>], context: &JobContext<'_>) -> Result<Vec<Said>, FeedbackError> {
        let question = |question: &CheckQuestion<'_>| Question {
            text: check_prompt(
                self.frame(),
                self.task(question.task),
                &self.text_of(&[question.rule]),
                question.request,
                question.reply,
            ),
            answers: ["yes", "no"],
        };
        self.ask(&questions.iter().map(question).collect::<Vec<_>>(), context)
    }

    fn write(
        &self,
        prompts: &[Text],
        writing: Writing,
        context: &JobContext<'_>,
    ) -> Result<Vec<Option<String>>, FeedbackError> {
        let sampling = SamplingSettings {
            max_new_tokens: writing.most_tokens,
            greedy: writing.temperature <= 0.0,
            temperature: Some(writing.temperature).filter(|temperature| *temperature > 0.0),
            seed: writing.seed,
            ..SamplingSettings::default()
        };
        let request = CompletionRequest {
            template_arguments: &self.template_arguments,
            ..CompletionRequest::new(prompts, &sampling)
        };
        let Reading::Own(session) = &self.model else {
            return Err(CoachError::WritesNothing { coach: "a model of this family" }.into());
        };
        let samples = session.complete_all(&request, context).map_err(CoachError::from)?;
        Ok(samples.into_iter().map(|samples| samples.into_iter().next().map(|sample| sample.completion)).collect())
    }

    fn at_once(&self) -> usize {
        AT_ONCE
    }
}
