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
pub mod endpoint;
mod error;
mod item;
mod local;
pub mod mind;
mod open;
pub mod prompt;
pub mod report_card;
mod scored;
mod threshold;
mod verdict;
pub mod writing;

use std::path::Path;
use std::sync::OnceLock;

use serde_json::{Map, json};

pub use accuracy::{Accuracy, accuracy};
pub(super) use annotator::items;
pub use annotator::{CoachAnnotator, plain_rubric};
pub use ask::log_odds_of_tokens;
pub use error::CoachError;
pub use item::{CheckItem, CoachItem, request_of};
pub use local::LocalMind;
pub use open::{COACHES, CoachKind, Opening, kind_of, open};
pub use scored::{PreferenceMind, RulesMind};
pub use threshold::{ThresholdChoice, choose_threshold};
pub use verdict::{CoachReason, CoachVerdict, DEFAULT_THRESHOLD};

use super::FeedbackError;
use crate::domain::{ComputeSettings, Rubric, RubricRule, RubricTask, Spent, Text};
use crate::job::{JobContext, JobEvent};
#[cfg(test)]
use local::AT_ONCE;
use mind::{CheckQuestion, CompareQuestion, Mind, Said, Writing};

/// Who judges, with what is the same whoever it is: both orders, ties, and a look at the texts before anything is asked.
#[derive(Debug)]
pub struct Coach {
    mind: Box<dyn Mind>,
    threshold: f64,
    explains: bool,
    /// Why the first question stayed unanswered that may be asked again.
    lost: OnceLock<String>,
}

impl Coach {
    /// A coach that thinks with this mind.
    pub fn new(mind: Box<dyn Mind>) -> Self {
        let threshold = mind.usual_threshold();
        Self { mind, threshold, explains: false, lost: OnceLock::new() }
    }

    /// Opens a model's folder, with an adapter on it where one is given.
    pub fn of_folder(compute: &ComputeSettings, folder: &Path, adapter: Option<&Path>) -> Result<Self, FeedbackError> {
        Ok(Self::new(Box::new(LocalMind::open(compute, folder, adapter, Map::new())?)))
    }

    /// Leaves comparisons to people whose log-odds, both orders added up, are nearer to 0 than this.
    #[must_use]
    pub fn with_threshold(self, threshold: f64) -> Self {
        Self { threshold, ..self }
    }

    /// Has the rules named that decided, where the mind has to be asked for them.
    #[must_use]
    pub fn with_explanations(self, explains: bool) -> Self {
        Self { explains, ..self }
    }

    /// What it leaves to people.
    pub fn threshold(&self) -> f64 {
        self.threshold
    }

    /// Whether it reads a rubric.
    pub fn reads_rules(&self) -> bool {
        self.mind.reads_rules()
    }

    /// What it has cost so far.
    pub fn spent(&self) -> Spent {
        self.mind.spent()
    }

    /// What the answers cost that were used, those among them that were paid for before.
    pub fn used(&self) -> Spent {
        self.mind.used()
    }

    /// The currency of what it costs; empty where it costs nothing.
    pub fn currency(&self) -> String {
        self.mind.currency()
    }

    /// Comparisons that are worth asking together.
    pub fn at_once(&self) -> usize {
        self.mind.at_once().max(1)
    }

    /// Writes an answer to each prompt; `None` where it could not.
    pub fn write(
        &self,
        prompts: &[Text],
        writing: Writing,
        context: &JobContext<'_>,
    ) -> Result<Vec<Option<String>>, FeedbackError> {
        self.mind.write(prompts, writing, context)
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
        let rules: Vec<&RubricRule> = rubric.rules.iter().collect();
        self.judge_by_each(rubric.task, &[rules], items, context, |index, verdicts| {
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
        task: RubricTask,
        rule_sets: &[Vec<&RubricRule>],
        items: &[CoachItem],
        context: &JobContext<'_>,
        mut on_verdicts: impl FnMut(usize, Vec<CoachVerdict>) -> Result<(), E>,
    ) -> Result<(), E> {
        if self.reads_rules() && rule_sets.iter().any(Vec::is_empty) {
            return Err(FeedbackError::from(CoachError::NoRules).into());
        }
        let at_once = self.at_once();
        for (number, chunk) in items.chunks(at_once).enumerate() {
            let glances: Vec<Option<CoachVerdict>> = chunk.iter().map(|item| self.glance(item)).collect();
            let requests: Vec<String> = chunk.iter().map(|item| request_of(&item.prompt)).collect();
            let asked = chunk.iter().zip(&requests).zip(&glances).filter(|(_, glance)| glance.is_none());
            let questions: Vec<CompareQuestion<'_>> =
                asked.flat_map(|((item, request), _)| self.comparisons(task, rule_sets, item, request)).collect();
            context.check().map_err(FeedbackError::from)?;
            let mut said = self.mind.compare(&questions, context)?.into_iter();
            for (place, glance) in glances.into_iter().enumerate() {
                let verdicts = match glance {
                    Some(verdict) => vec![verdict; rule_sets.len()],
                    None => self.verdicts(said.by_ref().take(2 * rule_sets.len()).collect()),
                };
                on_verdicts(number * at_once + place, verdicts)?;
            }
            self.tell_cost(context);
        }
        Ok(())
    }

    /// Tells what it has cost so far, where it costs something.
    fn tell_cost(&self, context: &JobContext<'_>) {
        let Spent { requests, prompt_tokens, completion_tokens, money } = self.spent();
        if requests > 0 {
            let values = json!({
                "requests": requests,
                "prompt_tokens": prompt_tokens,
                "completion_tokens": completion_tokens,
                "money": money,
                "currency": self.currency(),
            });
            context.emit(JobEvent::Metrics { values: values.as_object().cloned().unwrap_or_default() });
        }
    }

    /// The probability that each answer follows each rule, answer by answer; `None` where the mind cannot tell.
    pub fn checks(
        &self,
        rubric: &Rubric,
        items: &[CheckItem<'_>],
        context: &JobContext<'_>,
    ) -> Result<Vec<Vec<Option<f64>>>, FeedbackError> {
        let requests: Vec<String> = items.iter().map(|item| request_of(item.prompt)).collect();
        // What says nothing follows no rule: that need not be asked.
        let questions: Vec<CheckQuestion<'_>> = items
            .iter()
            .zip(&requests)
            .filter(|(item, _)| caution::has_words(item.reply))
            .flat_map(|(item, request)| {
                rubric.rules.iter().map(move |rule| CheckQuestion {
                    task: rubric.task,
                    rule,
                    prompt: item.prompt,
                    request,
                    reply: item.reply,
                })
            })
            .collect();
        context.check()?;
        let mut said = self.mind.check(&questions, context)?.into_iter().inspect(|said| self.hear(said));
        let probability = |said: Said| match said {
            Said::Odds { log_odds, .. } => Some(1.0 / (1.0 + (-log_odds).exp())),
            Said::TooLong | Said::NotJudged { .. } | Said::NoVerdict { .. } => None,
        };
        let of_item = |item: &CheckItem<'_>| -> Vec<Option<f64>> {
            if caution::has_words(item.reply) {
                said.by_ref().take(rubric.rules.len()).map(probability).collect()
            } else {
                vec![Some(0.0); rubric.rules.len()]
            }
        };
        Ok(items.iter().map(of_item).collect())
    }

    /// What is said of two answers without asking. A mind that reads no rules can be talked into nothing.
    fn glance(&self, item: &CoachItem) -> Option<CoachVerdict> {
        if self.reads_rules() { caution::without_asking(&item.a, &item.b) } else { None }
    }

    /// The questions of a comparison: each set of rules with `a` first, then each with `b` first.
    fn comparisons<'a>(
        &self,
        task: RubricTask,
        rule_sets: &'a [Vec<&'a RubricRule>],
        item: &'a CoachItem,
        request: &'a str,
    ) -> Vec<CompareQuestion<'a>> {
        let orders = [(&item.a, &item.b), (&item.b, &item.a)];
        let both = orders.iter().flat_map(|(first, second)| rule_sets.iter().map(move |rules| (rules, first, second)));
        both.map(|(rules, first, second)| CompareQuestion {
            task,
            rules,
            prompt: &item.prompt,
            request,
            first,
            second,
            explain: self.explains,
        })
        .collect()
    }

    /// Why questions stayed unanswered so far that may be asked again later: a server that is down, a budget that is spent.
    pub fn lost_for_now(&self) -> Option<&str> {
        self.lost.get().map(String::as_str)
    }

    /// Remembers what was not answered for now.
    fn hear(&self, said: &Said) {
        if let Said::NotJudged { because } = said {
            self.lost.get_or_init(|| because.clone());
        }
    }

    /// From what is said to [`Self::comparisons`] to a verdict for each set of rules.
    fn verdicts(&self, mut said: Vec<Said>) -> Vec<CoachVerdict> {
        for said in &said {
            self.hear(said);
        }
        let second = said.split_off(said.len() / 2);
        said.into_iter().zip(second).map(|(a, b)| CoachVerdict::of_both(a, b, self.threshold)).collect()
    }
}

#[cfg(test)]
pub(super) use tests::golden;
#[cfg(test)]
mod tests;
