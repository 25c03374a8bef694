//! The coach as the judge job knows it: with its rubric, on the lines of a file.

use std::path::Path;

use super::verdict::{CoachReason, CoachVerdict};
use super::{AT_ONCE, CheckItem, Coach, CoachItem, request_of};
use crate::domain::{Choice, PreferencePair, Rubric, RubricRule, Verdict};
use crate::feedback::annotator::{Answer, Judge, Opened, PairJudgement};
use crate::feedback::{FeedbackError, Judgement, RuleScore, read_rubric};
use crate::job::{JobContext, JudgeSpec};

/// A coach that judges by one rubric.
#[derive(Debug)]
pub struct CoachAnnotator {
    /// The model.
    pub coach: Coach,
    /// What it judges by.
    pub rubric: Rubric,
}

/// What a coach judges by where nobody says what better means.
pub fn plain_rubric() -> Rubric {
    let text = "Answer what was asked, truthfully and clearly.".to_owned();
    Rubric { rules: vec![RubricRule { name: "a good answer".to_owned(), text, check: None }] }
}

impl CoachAnnotator {
    /// Opens the coach and the rubric that a job asks for. The rubric is cheap to read, so it is read first.
    pub fn open(folder: &Path, spec: &JudgeSpec, context: &JobContext<'_>) -> Opened {
        let rubric = spec.rubric.as_deref().map(read_rubric).transpose()?.unwrap_or_else(|| {
            let rubric = plain_rubric();
            let rule = rubric.rules.first().map_or("", |rule| rule.text.as_str());
            context.warn(format!(
                "no rubric was given, so the coach judges by \"{rule}\": say with `--rubric` what better means to you"
            ));
            rubric
        });
        context.progress("opening the coach", 0, None, "files");
        let coach = Coach::open(&spec.compute, folder, spec.adapter.as_deref())?;
        let threshold = spec.threshold.unwrap_or(coach.threshold());
        let coach = coach.with_threshold(threshold).with_template_arguments(spec.template_arguments.clone());
        Ok(Box::new(Self { coach, rubric }))
    }
}

impl Judge for CoachAnnotator {
    fn judge(&self, answers: &[Answer], context: &JobContext<'_>) -> Result<Vec<Judgement>, FeedbackError> {
        let texts: Vec<(String, String)> =
            answers.iter().map(|answer| (request_of(&answer.prompt), answer.completion.readable())).collect();
        let checks: Vec<CheckItem<'_>> = texts
            .iter()
            .flat_map(|(request, reply)| {
                self.rubric.rules.iter().map(move |rule| CheckItem { rule: &rule.text, request, reply })
            })
            .collect();
        let probabilities = self.coach.checks(&checks, context)?;
        let unread = probabilities.iter().filter(|probability| probability.is_none()).count();
        if unread > 0 {
            context.warn(format!(
                "{} of these answers are longer than the coach can read: they count as following no rule",
                unread.div_ceil(self.rubric.rules.len().max(1))
            ));
        }
        Ok(probabilities.chunks(self.rubric.rules.len().max(1)).map(|given| self.judgement(given)).collect())
    }

    fn compare(&self, pairs: &[PreferencePair], context: &JobContext<'_>) -> Result<Vec<PairJudgement>, FeedbackError> {
        let verdicts = self.coach.judge_all(&self.rubric, &items(pairs), context)?;
        Ok(verdicts.iter().map(pair_judgement).collect())
    }

    /// Single answers are judged worse than pairs, so the coach looks at each pair in both orders.
    fn confirm(&self, pairs: &[PreferencePair], context: &JobContext<'_>) -> Result<Vec<bool>, FeedbackError> {
        let total = Some(pairs.len() as u64);
        let mut confirmed = Vec::with_capacity(pairs.len());
        self.coach.judge(&self.rubric, &items(pairs), context, |_, verdict| {
            confirmed.push(verdict.choice == Choice::A);
            context.progress("looking at the pairs in both orders", confirmed.len() as u64, total, "pairs");
            Ok::<_, FeedbackError>(())
        })?;
        Ok(confirmed)
    }

    fn tie_margin(&self) -> f64 {
        0.0
    }

    fn at_once(&self) -> usize {
        AT_ONCE
    }
}

impl CoachAnnotator {
    /// From the probability that an answer follows each rule.
    fn judgement(&self, given: &[Option<f64>]) -> Judgement {
        let given: Vec<RuleScore> = self
            .rubric
            .rules
            .iter()
            .zip(given)
            .map(|(rule, probability)| RuleScore {
                name: rule.name.clone(),
                score: probability.unwrap_or(0.0),
                weight: 1.0,
            })
            .collect();
        let score = given.iter().map(|rule| rule.score).sum::<f64>() / given.len().max(1) as f64;
        Judgement { score, given }
    }
}

/// Pairs as comparisons: `a` is the chosen answer.
fn items(pairs: &[PreferencePair]) -> Vec<CoachItem> {
    let item = |pair: &PreferencePair| CoachItem {
        request: request_of(&pair.prompt),
        a: pair.chosen.readable(),
        b: pair.rejected.readable(),
    };
    pairs.iter().map(item).collect()
}

/// A verdict on a comparison whose `a` is the chosen answer.
fn pair_judgement(verdict: &CoachVerdict) -> PairJudgement {
    let (said, name) = match verdict.choice {
        Choice::A => (Verdict::Chosen, "chosen"),
        Choice::B => (Verdict::Rejected, "rejected"),
        Choice::Tie | Choice::BothBad => (Verdict::Tie, ""),
        Choice::Skip => (Verdict::NotJudged, ""),
    };
    let reason = match verdict.reason {
        CoachReason::Clear => {
            format!("the coach finds the {name} answer better in both orders (log-odds {:.2})", verdict.margin.abs())
        }
        CoachReason::NoWords if verdict.choice.is_decisive() => {
            format!("the {name} answer is better: the other has no letter and no digit")
        }
        reason => reason.to_string(),
    };
    PairJudgement { verdict: said, margin: (said != Verdict::NotJudged).then_some(verdict.margin), reason }
}
