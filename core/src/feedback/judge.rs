//! The job that judges the lines of a file.

use std::path::Path;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::annotator::{ANNOTATORS, Answer, Judge, PairJudgement};
use super::coach::endpoint::{Endpoint, Leaving};
use super::coach::{CheckItem, items, plain_rubric};
use super::error::FeedbackError;
use super::pairs::{BestAndWorst, best_against_worst, is_conversational};
use super::records::{Record, RecordForm, read_records};
use super::rubric_file::read_rubric;
use super::rules::Judgement;
use crate::domain::{ChatMessage, CoachName, PreferencePair, Sample, Text, Verdict};
use crate::files::{check_place, write_atomically};
use crate::job::{JobContext, JobEvent, JudgeSpec};

/// Judges samples or pairs and writes a line for each, in order, to `spec.out` or as [`JobEvent::Output`].
///
/// A sample comes back with all its keys, `score` and what each rule gave (`rules`: name → score). A pair comes back
/// with all its keys, `verdict`, `margin` (score of chosen − score of rejected, or what the annotator measures instead;
/// null where it could not judge) and `reason`. With `spec.pairs`, the best sample of each prompt against its worst goes
/// there as pairs. Files appear whole, once everything is judged.
///
/// The summary of samples has `samples`, `mean_score`, `rules` (name → mean), `not_judged` where some could not be (their
/// score is null, and they make no pair) and, with `spec.pairs`, `prompts`,
/// `pairs`, `prompts_tied` and `prompts_with_one_answer`. The summary of pairs has `pairs`, the number of each verdict
/// and `agreement`: the share of `chosen` among the pairs that are no tie (null where all are). Where the annotator costs
/// something, either has `spent`.
pub fn judge(spec: &JudgeSpec, context: &JobContext<'_>) -> Result<Map<String, Value>, FeedbackError> {
    if let (Some(out), Some(pairs)) = (&spec.out, &spec.pairs)
        && out == pairs
    {
        return Err(FeedbackError::SameFile { path: out.clone() });
    }
    let spec = &with_rules_by_name(spec);
    if spec.rules.is_some() && (spec.rubric.is_some() || spec.threshold.is_some() || spec.explain) {
        context.warn(
            "rules are checked by a program: --rubric, --threshold and --explain are for coaches, and change nothing",
        );
    }
    let annotator = ANNOTATORS.iter().find_map(|row| (row.open)(spec, context)).ok_or(FeedbackError::NoAnnotator)??;
    let (form, records) = read_records(&spec.data)?;
    spec.out.iter().chain(&spec.pairs).try_for_each(|path| check_place(path))?;
    let mut summary = match (form, &spec.pairs) {
        (RecordForm::Samples, _) => judge_samples(spec, context, annotator.as_ref(), records)?,
        (RecordForm::Pairs, None) => judge_pairs(spec, context, annotator.as_ref(), records)?,
        (RecordForm::Pairs, Some(pairs)) => {
            return Err(FeedbackError::PairsOfPairs { data: spec.data.clone(), pairs: pairs.clone() });
        }
    };
    let spent = annotator.spent();
    if spent.requests > 0 {
        summary.insert("spent".to_owned(), json!(spent));
    }
    Ok(summary)
}

/// What that judging would send to an endpoint, at most; `None` where its coach is none.
pub fn leaving(spec: &JudgeSpec) -> Result<Option<Leaving>, FeedbackError> {
    let Some(CoachName::Endpoint(name)) = &spec.coach else { return Ok(None) };
    let endpoint = Endpoint::of_user(name)?;
    let rubric = spec.rubric.as_deref().map(read_rubric).transpose()?.unwrap_or_else(plain_rubric);
    let (form, records) = read_records(&spec.data)?;
    Ok(Some(match form {
        RecordForm::Pairs => {
            Leaving::of_comparisons(&endpoint, &rubric, &items(&records.iter().map(pair_of).collect::<Vec<_>>()))
        }
        RecordForm::Samples => {
            let answers: Vec<Answer> = records.iter().map(answer).collect();
            let replies: Vec<String> = answers.iter().map(|answer| answer.completion.readable()).collect();
            let asked = answers.iter().zip(&replies);
            let items: Vec<CheckItem<'_>> =
                asked.map(|(answer, reply)| CheckItem { prompt: &answer.prompt, reply }).collect();
            Leaving::of_checks(&endpoint, &rubric, &items)
        }
    }))
}

/// Rules that are named as a coach are rules.
pub(crate) fn with_rules_by_name(spec: &JudgeSpec) -> JudgeSpec {
    let mut spec = spec.clone();
    if let Some(CoachName::Rules(file)) = &spec.coach {
        spec.rules = Some(file.into());
        spec.coach = None;
    }
    spec
}

fn judge_samples(
    spec: &JudgeSpec,
    context: &JobContext<'_>,
    annotator: &dyn Judge,
    mut samples: Vec<Record>,
) -> Result<Map<String, Value>, FeedbackError> {
    let mut scores = Vec::with_capacity(samples.len());
    let mut sums: Vec<(String, f64)> = Vec::new();
    judge_each(spec, context, (RecordForm::Samples, annotator.at_once()), &mut samples, |samples| {
        let answers: Vec<Answer> = samples.iter().map(answer).collect();
        for (sample, Judgement { score, given }) in samples.iter_mut().zip(annotator.judge(&answers, context)?) {
            if sums.is_empty() {
                sums = given.iter().map(|rule| (rule.name.clone(), 0.0)).collect();
            }
            for ((_, sum), rule) in sums.iter_mut().zip(&given) {
                *sum += rule.score;
            }
            scores.push(score);
            let rules: Map<String, Value> = given.into_iter().map(|rule| (rule.name, rule.score.into())).collect();
            sample.insert("score".to_owned(), score.into());
            sample.insert("rules".to_owned(), rules.into());
        }
        Ok(())
    })?;
    let judged: Vec<f64> = scores.iter().copied().filter(|score| score.is_finite()).collect();
    let count = judged.len() as f64;
    let means: Map<String, Value> = sums.into_iter().map(|(name, sum)| (name, (sum / count).into())).collect();
    let mut summary = Map::new();
    summary.insert("samples".to_owned(), scores.len().into());
    summary.insert("mean_score".to_owned(), (judged.iter().sum::<f64>() / count).into());
    if judged.len() < scores.len() {
        summary.insert("not_judged".to_owned(), (scores.len() - judged.len()).into());
    }
    summary.insert("rules".to_owned(), means.into());
    if let Some(path) = &spec.pairs {
        let mut found = best_against_worst(&samples, &scores, annotator.tie_margin());
        confirm(annotator, &mut found, context)?;
        write_lines(path, &found.pairs)?;
        summary.insert("prompts".to_owned(), found.prompts.into());
        summary.insert("pairs".to_owned(), found.pairs.len().into());
        summary.insert("prompts_tied".to_owned(), found.tied.into());
        summary.insert("prompts_with_one_answer".to_owned(), found.single.into());
        tell_lost(&found, context);
    }
    Ok(summary)
}

/// Takes out the pairs that the annotator does not stand by when it looks again: they are ties.
fn confirm(annotator: &dyn Judge, found: &mut BestAndWorst, context: &JobContext<'_>) -> Result<(), FeedbackError> {
    let pairs: Vec<PreferencePair> = found.pairs.iter().filter_map(|pair| pair.as_object()).map(pair_of).collect();
    let mut confirmed = annotator.confirm(&pairs, context)?.into_iter();
    let before = found.pairs.len();
    found.pairs.retain(|_| confirmed.next().unwrap_or(false));
    found.tied += before - found.pairs.len();
    Ok(())
}

fn tell_lost(found: &BestAndWorst, context: &JobContext<'_>) {
    if found.pairs.is_empty() {
        context.warn(
            "no prompt has two answers that the rules tell apart: no pairs were written. Sample more answers a prompt, \
             or sharpen the rules",
        );
    } else if found.tied + found.single > 0 {
        context.warn(format!(
            "{} of {} prompts gave no pair: the answers of {} are a tie, and {} have only one answer",
            found.tied + found.single,
            found.prompts,
            found.tied,
            found.single
        ));
    }
}

fn judge_pairs(
    spec: &JudgeSpec,
    context: &JobContext<'_>,
    annotator: &dyn Judge,
    mut pairs: Vec<Record>,
) -> Result<Map<String, Value>, FeedbackError> {
    let mut verdicts = Vec::with_capacity(pairs.len());
    judge_each(spec, context, (RecordForm::Pairs, annotator.at_once()), &mut pairs, |pairs| {
        let compared = annotator.compare(&pairs.iter().map(pair_of).collect::<Vec<_>>(), context)?;
        for (pair, PairJudgement { verdict, margin, reason, details }) in pairs.iter_mut().zip(compared) {
            verdicts.push(verdict);
            pair.insert("verdict".to_owned(), json!(verdict));
            pair.insert("margin".to_owned(), margin.into());
            pair.insert("reason".to_owned(), reason.into());
            pair.extend(details);
        }
        Ok(())
    })?;
    let count = |wanted: Verdict| verdicts.iter().filter(|&&verdict| verdict == wanted).count();
    let (chosen_count, rejected_count) = (count(Verdict::Chosen), count(Verdict::Rejected));
    let decided = chosen_count + rejected_count;
    let agreement = (decided > 0).then(|| chosen_count as f64 / decided as f64);
    let mut summary = Map::new();
    summary.insert("pairs".to_owned(), pairs.len().into());
    summary.insert("chosen".to_owned(), chosen_count.into());
    summary.insert("rejected".to_owned(), rejected_count.into());
    summary.insert("tie".to_owned(), count(Verdict::Tie).into());
    summary.insert("not_judged".to_owned(), count(Verdict::NotJudged).into());
    summary.insert("agreement".to_owned(), agreement.into());
    Ok(summary)
}

/// Judges every record in place, some at a time, tells progress, and puts the records out.
fn judge_each(
    spec: &JudgeSpec,
    context: &JobContext<'_>,
    (form, at_once): (RecordForm, usize),
    records: &mut [Record],
    mut judge_some: impl FnMut(&mut [Record]) -> Result<(), FeedbackError>,
) -> Result<(), FeedbackError> {
    let total = Some(records.len() as u64);
    for (number, some) in records.chunks_mut(at_once.max(1)).enumerate() {
        context.check()?;
        context.progress("judging", (number * at_once.max(1)) as u64, total, form.name());
        judge_some(some)?;
        if spec.out.is_none() {
            for record in some {
                context.emit(JobEvent::Output { record: Value::Object(record.clone()) });
            }
        }
    }
    context.progress("judging", records.len() as u64, total, form.name());
    context.check()?;
    spec.out.as_ref().map_or(Ok(()), |path| write_lines(path, records))
}

fn write_lines<T: serde::Serialize>(path: &Path, lines: &[T]) -> Result<(), FeedbackError> {
    Ok(write_atomically(path, |out| {
        for line in lines {
            serde_json::to_writer(&mut *out, line)?;
            out.write_all(b"\n")?;
        }
        Ok(())
    })?)
}

/// The text under a key; the reader made sure that it is one.
fn text(record: &Record, key: &str) -> Text {
    record.get(key).and_then(|value| Text::deserialize(value).ok()).unwrap_or_else(|| Text::Plain(String::new()))
}

/// A plain text as one message; messages as they are.
fn messages(role: &str, text: Text) -> Text {
    match text {
        Text::Plain(text) => Text::Messages(vec![ChatMessage::new(role, text)]),
        messages @ Text::Messages(_) => messages,
    }
}

/// A sample as the model read and wrote it.
fn answer(record: &Record) -> Answer {
    let (prompt, completion) = (text(record, "prompt"), text(record, "completion"));
    answer_in_form(prompt, completion, is_conversational(record))
}

fn answer_in_form(prompt: Text, completion: Text, is_conversational: bool) -> Answer {
    if is_conversational || matches!(completion, Text::Messages(_)) {
        return Answer { prompt: messages("user", prompt), completion: messages("assistant", completion) };
    }
    Answer { prompt, completion }
}

/// The same of a sample that a caller holds.
pub fn answer_of(sample: &Sample) -> Answer {
    let is_conversational = sample.chat_template || matches!(sample.prompt, Text::Messages(_));
    answer_in_form(sample.prompt.clone(), Text::Plain(sample.completion.clone()), is_conversational)
}

/// A pair in one form.
pub(super) fn pair_of(record: &Record) -> PreferencePair {
    let [prompt, chosen, rejected] = ["prompt", "chosen", "rejected"].map(|key| text(record, key));
    if [&prompt, &chosen, &rejected].iter().any(|text| matches!(text, Text::Messages(_))) {
        let [chosen, rejected] = [chosen, rejected].map(|text| messages("assistant", text));
        return PreferencePair { prompt: messages("user", prompt), chosen, rejected };
    }
    PreferencePair { prompt, chosen, rejected }
}

#[cfg(test)]
mod tests;
