//! Answers by a coach, to be preferred to the model's own: the small model learns from the larger one.

use super::super::mind::Writing;
use super::super::{Coach, CoachItem, CoachVerdict};
use super::clean;
use crate::domain::{Choice, Rubric, Text};
use crate::feedback::FeedbackError;
use crate::job::JobContext;

/// A prompt that a coach is to answer better.
#[derive(Debug, Clone, PartialEq)]
pub struct ToAnswer {
    /// What the coach is asked.
    pub asked: Text,
    /// The prompt itself, as it is judged.
    pub prompt: Text,
    /// The model's own answer.
    pub own: String,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq)]
pub enum WrittenAnswer {
    /// It is to be preferred.
    Better {
        /// The coach's answer.
        text: String,
        /// What the coach says of both, where it was asked.
        verdict: Option<CoachVerdict>,
    },
    /// The coach does not find it better in both orders: no pair comes of it.
    NotBetter {
        /// The coach's answer.
        text: String,
        /// What it says of both.
        verdict: CoachVerdict,
    },
    /// Nothing was written, or the same as the model's own.
    Nothing,
}

/// Lets the coach answer, a few prompts at a time. With a rubric the coach then compares its answer with the model's own,
/// in both orders, and only one that it finds better counts. `on_written` is told of each, in order; an error of its own
/// ends the writing.
pub fn write_answers<E: From<FeedbackError>>(
    coach: &Coach,
    check: Option<&Rubric>,
    prompts: &[ToAnswer],
    writing: Writing,
    context: &JobContext<'_>,
    mut on_written: impl FnMut(usize, WrittenAnswer) -> Result<(), E>,
) -> Result<(), E> {
    for (number, chunk) in prompts.chunks(coach.at_once()).enumerate() {
        context.check().map_err(FeedbackError::from)?;
        let asked: Vec<Text> = chunk.iter().map(|prompt| prompt.asked.clone()).collect();
        let writing = Writing { seed: writing.seed.wrapping_add(number as u64), ..writing };
        let mut texts = coach.write(&asked, writing, context)?;
        texts.resize(chunk.len(), None);
        let texts: Vec<Option<String>> = texts
            .into_iter()
            .zip(chunk)
            .map(|(text, prompt)| text.map(|text| clean(&text)).filter(|text| is_new(text, &prompt.own)))
            .collect();
        let verdicts = checked(coach, check, chunk, &texts, context)?;
        for (place, (text, verdict)) in texts.into_iter().zip(verdicts).enumerate() {
            let written = match (text, verdict) {
                (None, _) => WrittenAnswer::Nothing,
                (Some(text), Some(verdict)) if verdict.choice != Choice::A => {
                    WrittenAnswer::NotBetter { text, verdict }
                }
                (Some(text), verdict) => WrittenAnswer::Better { text, verdict },
            };
            on_written(number * coach.at_once() + place, written)?;
        }
    }
    Ok(())
}

/// Whether there are words in it, and others than in the model's own answer.
fn is_new(text: &str, own: &str) -> bool {
    text.chars().any(char::is_alphanumeric) && text.split_whitespace().ne(own.split_whitespace())
}

/// What the coach says of its answers (`a`) beside the model's own (`b`).
fn checked(
    coach: &Coach,
    check: Option<&Rubric>,
    prompts: &[ToAnswer],
    texts: &[Option<String>],
    context: &JobContext<'_>,
) -> Result<Vec<Option<CoachVerdict>>, FeedbackError> {
    let Some(rubric) = check else { return Ok(vec![None; prompts.len()]) };
    let item = |(prompt, text): (&ToAnswer, &Option<String>)| {
        Some(CoachItem::new(prompt.prompt.clone(), text.clone()?, prompt.own.as_str()))
    };
    let items: Vec<CoachItem> = prompts.iter().zip(texts).filter_map(item).collect();
    let mut verdicts = coach.judge_all(rubric, &items, context)?.into_iter();
    Ok(texts.iter().map(|text| text.as_ref().and_then(|_| verdicts.next())).collect())
}
