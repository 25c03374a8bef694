//! The coach: a model that reads a rubric and says which of two answers follows it better (RLAIF's judge).
//!
//! Any model that can be opened is asked, with the question of [`prompt`], which answer is better, and the log-odds of
//! the words `A` and `B` are read off where it would answer. Judges prefer one place whatever stands there, so each
//! comparison is asked in both orders: the log-odds are added up, and a coach that changes its mind says nothing. What
//! it cannot tell is a tie, for people.

mod accuracy;
mod annotator;
mod ask;
mod caution;
mod error;
pub mod prompt;
mod threshold;
mod verdict;

use std::path::Path;

use serde_json::{Map, Value};

pub use accuracy::{Accuracy, accuracy};
pub use annotator::{CoachAnnotator, plain_rubric};
pub use error::CoachError;
pub use threshold::{ThresholdChoice, choose_threshold};
pub use verdict::{CoachReason, CoachVerdict, DEFAULT_THRESHOLD};

use super::FeedbackError;
use crate::domain::{ComputeSettings, Rubric, Text};
use crate::job::JobContext;
use crate::model::AnyModel;
use ask::{Question, log_odds};
use prompt::{check_prompt, comparison_prompt};

/// Comparisons, or answers, that are asked about together: enough to keep the machine busy, few enough to tell progress.
pub(super) const AT_ONCE: usize = 16;

/// Two answers to one request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CoachItem {
    /// What was asked.
    pub request: String,
    /// One answer.
    pub a: String,
    /// The other.
    pub b: String,
}

/// One answer and one rule that it may follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CheckItem<'a> {
    /// The rule's sentence.
    pub rule: &'a str,
    /// What was asked.
    pub request: &'a str,
    /// What was answered.
    pub reply: &'a str,
}

/// A model that judges.
#[derive(Debug)]
pub struct Coach {
    model: AnyModel,
    threshold: f64,
    template_arguments: Map<String, Value>,
}

impl Coach {
    /// Opens a model's folder, with an adapter on it where one is given.
    pub fn open(compute: &ComputeSettings, folder: &Path, adapter: Option<&Path>) -> Result<Self, FeedbackError> {
        let model = AnyModel::open(compute, folder, adapter).map_err(CoachError::from)?;
        match (adapter, model.adapter()) {
            (Some(folder), Some(opened)) if opened.score_head.is_some() => {
                Err(CoachError::PreferenceModel { adapter: folder.to_owned() }.into())
            }
            _ => Ok(Self { model, threshold: DEFAULT_THRESHOLD, template_arguments: Map::new() }),
        }
    }

    /// Leaves comparisons to people whose log-odds, both orders added up, are nearer to 0 than this.
    #[must_use]
    pub fn with_threshold(self, threshold: f64) -> Self {
        Self { threshold, ..self }
    }

    /// Named values that the chat template sees.
    #[must_use]
    pub fn with_template_arguments(self, template_arguments: Map<String, Value>) -> Self {
        Self { template_arguments, ..self }
    }

    /// Where the model lies.
    pub fn folder(&self) -> &Path {
        self.model.folder()
    }

    /// What it leaves to people.
    pub fn threshold(&self) -> f64 {
        self.threshold
    }

    /// Judges comparisons by all rules of a rubric together. `on_verdict` is told of each, in order, as they are there;
    /// an error of its own ends the judging.
    pub fn judge<E: From<FeedbackError>>(
        &self,
        rubric: &Rubric,
        items: &[CoachItem],
        context: &JobContext<'_>,
        mut on_verdict: impl FnMut(usize, CoachVerdict) -> Result<(), E>,
    ) -> Result<(), E> {
        let rules: Vec<&str> = rubric.rules.iter().map(|rule| rule.text.as_str()).collect();
        self.judge_by_each(&[rules], items, context, |index, verdicts| {
            verdicts.into_iter().try_for_each(|verdict| on_verdict(index, verdict))
        })
    }

    /// The verdicts of [`Self::judge`] at once.
    pub fn judge_all(
        &self,
        rubric: &Rubric,
        items: &[CoachItem],
        context: &JobContext<'_>,
    ) -> Result<Vec<CoachVerdict>, FeedbackError> {
        let mut verdicts = Vec::with_capacity(items.len());
        self.judge(rubric, items, context, |_, verdict| {
            verdicts.push(verdict);
            Ok::<_, FeedbackError>(())
        })?;
        Ok(verdicts)
    }

    /// Judges comparisons by several sets of rules, one verdict a set. What the questions share is computed once.
    pub fn judge_by_each<E: From<FeedbackError>>(
        &self,
        rule_sets: &[Vec<&str>],
        items: &[CoachItem],
        context: &JobContext<'_>,
        mut on_verdicts: impl FnMut(usize, Vec<CoachVerdict>) -> Result<(), E>,
    ) -> Result<(), E> {
        if rule_sets.iter().any(Vec::is_empty) {
            return Err(FeedbackError::from(CoachError::NoRules).into());
        }
        for (number, chunk) in items.chunks(AT_ONCE).enumerate() {
            let glances: Vec<Option<CoachVerdict>> =
                chunk.iter().map(|item| caution::without_asking(&item.a, &item.b)).collect();
            let asked = chunk.iter().zip(&glances).filter(|(_, glance)| glance.is_none());
            let questions: Vec<Question> = asked.flat_map(|(item, _)| comparisons(item, rule_sets)).collect();
            let odds = self.log_odds(&questions, context)?;
            let mut odds = odds.chunks(2 * rule_sets.len().max(1));
            for (place, glance) in glances.into_iter().enumerate() {
                let verdicts = match glance {
                    Some(verdict) => vec![verdict; rule_sets.len()],
                    None => odds.next().map(|odds| self.verdicts(odds)).unwrap_or_default(),
                };
                on_verdicts(number * AT_ONCE + place, verdicts)?;
            }
        }
        Ok(())
    }

    /// The probability that an answer follows a rule, of each; `None` where the model cannot read so long an answer.
    pub fn checks(&self, items: &[CheckItem<'_>], context: &JobContext<'_>) -> Result<Vec<Option<f64>>, FeedbackError> {
        let question = |item: &CheckItem<'_>| Question {
            text: check_prompt(item.rule, item.request, item.reply),
            answers: ["yes", "no"],
        };
        let odds = self.log_odds(&items.iter().map(question).collect::<Vec<_>>(), context)?;
        let probability = |(item, odds): (&CheckItem<'_>, Option<f64>)| {
            if caution::has_words(item.reply) { odds.map(|odds| 1.0 / (1.0 + (-odds).exp())) } else { Some(0.0) }
        };
        Ok(items.iter().zip(odds).map(probability).collect())
    }

    /// The probability that an answer follows a rule; `None` where the model cannot read so long an answer.
    pub fn check(
        &self,
        rule: &str,
        request: &str,
        reply: &str,
        context: &JobContext<'_>,
    ) -> Result<Option<f64>, FeedbackError> {
        Ok(self.checks(&[CheckItem { rule, request, reply }], context)?.first().copied().flatten())
    }

    fn log_odds(&self, questions: &[Question], context: &JobContext<'_>) -> Result<Vec<Option<f64>>, FeedbackError> {
        context.check()?;
        log_odds(&self.model, &self.template_arguments, questions, context)
    }

    /// From the answers to [`comparisons`] to a verdict for each set of rules.
    fn verdicts(&self, odds: &[Option<f64>]) -> Vec<CoachVerdict> {
        let (first, second) = odds.split_at(odds.len() / 2);
        let verdict = |(first, second): (&Option<f64>, &Option<f64>)| match (first, second) {
            (Some(first), Some(second)) => CoachVerdict::decide(*first, -second, self.threshold),
            _ => CoachVerdict::without_numbers(crate::domain::Choice::Skip, CoachReason::TooLong),
        };
        first.iter().zip(second).map(verdict).collect()
    }
}

/// The questions of a comparison: each set of rules with `a` first, then each with `b` first.
fn comparisons(item: &CoachItem, rule_sets: &[Vec<&str>]) -> Vec<Question> {
    let orders = [(&item.a, &item.b), (&item.b, &item.a)];
    let both = orders.iter().flat_map(|(first, second)| rule_sets.iter().map(move |rules| (rules, first, second)));
    both.map(|(rules, first, second)| Question {
        text: comparison_prompt(rules, &item.request, first, second),
        answers: ["A", "B"],
    })
    .collect()
}

/// What a prompt asks, as a coach reads it: a plain text or a single turn as it is; of a longer conversation every turn
/// with who speaks. The system prompt is not part of the request.
pub fn request_of(prompt: &Text) -> String {
    match prompt {
        Text::Plain(text) => text.clone(),
        Text::Messages(messages) => {
            let turns: Vec<_> = messages.iter().filter(|message| message.role != "system").collect();
            match turns.as_slice() {
                [only] => only.content.clone(),
                turns => {
                    let said = turns.iter().map(|turn| format!("{}: {}", turn.role, turn.content));
                    said.collect::<Vec<_>>().join("\n")
                }
            }
        }
    }
}

#[cfg(test)]
pub(super) use tests::golden;
#[cfg(test)]
mod tests;
