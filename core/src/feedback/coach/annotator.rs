//! The coach as the judge job knows it: with its rubric, on the lines of a file.

use serde_json::{Map, json};

use super::verdict::{CoachReason, CoachVerdict};
use super::{CheckItem, Coach, CoachItem, LocalMind, Opening, kind_of, open};
use crate::domain::{Choice, CoachName, PreferencePair, Rubric, RubricRule, Spent, Verdict};
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
    Rubric::of(vec![RubricRule::new("a good answer", "Answer what was asked, truthfully and clearly.")])
}

impl CoachAnnotator {
    /// Opens the coach and the rubric that a job asks for. The rubric is cheap to read, so it is read first.
    pub fn open(name: &CoachName, spec: &JudgeSpec, context: &JobContext<'_>) -> Opened {
        let rubric = spec.rubric.as_deref().map(read_rubric).transpose()?.unwrap_or_else(|| {
            let rubric = plain_rubric();
            if kind_of(name).reads_rules {
                let rule = rubric.rules.first().map_or("", |rule| rule.text.as_str());
                context.warn(format!(
                    "no rubric was given, so the coach judges by \"{rule}\": say with `--rubric` what better means to you"
                ));
            }
            rubric
        });
        context.progress("opening the coach", 0, None, "files");
        let coach = match (name, &spec.adapter) {
            (CoachName::Model(folder) | CoachName::Gguf(folder), Some(adapter)) => {
                let arguments = spec.template_arguments.clone();
                let mind = LocalMind::open(&spec.compute, folder.as_ref(), Some(adapter), arguments)?;
                Coach::new(Box::new(mind))
            }
            _ => open(name, &Opening::of_judging(spec), context)?,
        };
        let threshold = spec.threshold.unwrap_or(coach.threshold());
        let coach = coach.with_threshold(threshold).with_explanations(spec.explain);
        Ok(Box::new(Self { coach, rubric }))
    }
}

impl Judge for CoachAnnotator {
    fn judge(&self, answers: &[Answer], context: &JobContext<'_>) -> Result<Vec<Judgement>, FeedbackError> {
        let replies: Vec<String> = answers.iter().map(|answer| answer.completion.readable()).collect();
        let items: Vec<CheckItem<'_>> =
            answers.iter().zip(&replies).map(|(answer, reply)| CheckItem { prompt: &answer.prompt, reply }).collect();
        let given = self.coach.checks(&self.rubric, &items, context)?;
        let lost = given.iter().filter(|given| given.iter().any(Option::is_none)).count();
        if lost > 0 {
            context.warn(format!("{lost} of these answers could not be judged: they have no score and make no pair"));
        }
        Ok(given.iter().map(|given| self.judgement(given)).collect())
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

    fn lost_for_now(&self) -> Option<&str> {
        self.coach.lost_for_now()
    }

    fn tie_margin(&self) -> f64 {
        0.0
    }

    fn at_once(&self) -> usize {
        self.coach.at_once()
    }

    fn spent(&self) -> Spent {
        self.coach.spent()
    }
}

impl CoachAnnotator {
    /// From the probability that an answer follows each rule; none where one of them is not known.
    fn judgement(&self, given: &[Option<f64>]) -> Judgement {
        if given.iter().any(Option::is_none) {
            return Judgement { score: f64::NAN, given: Vec::new() };
        }
        let given: Vec<RuleScore> = self
            .rubric
            .rules
            .iter()
            .zip(given)
            .map(|(rule, probability)| RuleScore {
                name: rule.name.clone(),
                score: probability.unwrap_or(0.0),
                weight: rule.weight,
            })
            .collect();
        let weights = given.iter().map(|rule| rule.weight).sum::<f64>().max(f64::MIN_POSITIVE);
        let score = given.iter().map(|rule| rule.weight * rule.score).sum::<f64>() / weights;
        Judgement { score, given }
    }
}

/// Pairs as comparisons: `a` is the chosen answer.
pub(in crate::feedback) fn items(pairs: &[PreferencePair]) -> Vec<CoachItem> {
    let item =
        |pair: &PreferencePair| CoachItem::new(pair.prompt.clone(), pair.chosen.readable(), pair.rejected.readable());
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
            let why = verdict.sentence();
            let why = why.strip_prefix(&CoachReason::Clear.to_string()).unwrap_or_default();
            format!(
                "the coach finds the {name} answer better in both orders (log-odds {:.2}){why}",
                verdict.margin.abs()
            )
        }
        CoachReason::NoWords if verdict.choice.is_decisive() => {
            format!("the {name} answer is better: the other has no letter and no digit")
        }
        _ => verdict.sentence(),
    };
    let mut details = Map::new();
    if said != Verdict::NotJudged {
        details.insert("orders".to_owned(), json!([verdict.first_order, verdict.second_order]));
    }
    if let Some(explanation) = verdict.explanation.as_ref().filter(|_| said != Verdict::NotJudged) {
        details.insert("deciding_rules".to_owned(), json!(explanation.rules));
    }
    let margin = (said != Verdict::NotJudged).then_some(verdict.margin);
    PairJudgement { verdict: said, margin, reason, details }
}
