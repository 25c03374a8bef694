//! The job that judges the lines of a file.

use std::path::Path;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::annotator::{ANNOTATORS, Judge};
use super::error::FeedbackError;
use super::pairs::{best_against_worst, is_tie};
use super::records::{Record, RecordForm, read_records};
use super::rules::Judgement;
use crate::domain::{Text, Verdict};
use crate::files::{check_place, write_atomically};
use crate::job::{JobContext, JobEvent, JudgeSpec};

/// Lines between two tellings of progress.
const PROGRESS_EVERY: usize = 64;

/// Judges samples or pairs and writes a line for each, in order, to `spec.out` or as [`JobEvent::Output`].
///
/// A sample comes back with all its keys, `score` and what each rule gave (`rules`: name → score). A pair comes back
/// with all its keys, `verdict`, `margin` (score of chosen − score of rejected) and `reason`. With `spec.pairs`, the
/// best sample of each prompt against its worst goes there as pairs. Files appear whole, once everything is judged.
///
/// The summary of samples has `samples`, `mean_score`, `rules` (name → mean) and, with `spec.pairs`, `prompts`,
/// `pairs`, `prompts_tied` and `prompts_with_one_answer`. The summary of pairs has `pairs`, the number of each verdict
/// and `agreement`: the share of `chosen` among the pairs that are no tie (null where all are).
pub fn judge(spec: &JudgeSpec, context: &JobContext<'_>) -> Result<Map<String, Value>, FeedbackError> {
    if let (Some(out), Some(pairs)) = (&spec.out, &spec.pairs)
        && out == pairs
    {
        return Err(FeedbackError::SameFile { path: out.clone() });
    }
    let annotator = ANNOTATORS.iter().find_map(|row| (row.open)(spec)).ok_or(FeedbackError::NoAnnotator)??;
    let (form, records) = read_records(&spec.data)?;
    spec.out.iter().chain(&spec.pairs).try_for_each(|path| check_place(path))?;
    match (form, &spec.pairs) {
        (RecordForm::Samples, _) => judge_samples(spec, context, annotator.as_ref(), records),
        (RecordForm::Pairs, None) => judge_pairs(spec, context, annotator.as_ref(), records),
        (RecordForm::Pairs, Some(pairs)) => {
            Err(FeedbackError::PairsOfPairs { data: spec.data.clone(), pairs: pairs.clone() })
        }
    }
}

fn judge_samples(
    spec: &JudgeSpec,
    context: &JobContext<'_>,
    annotator: &dyn Judge,
    mut samples: Vec<Record>,
) -> Result<Map<String, Value>, FeedbackError> {
    let mut scores = Vec::with_capacity(samples.len());
    let mut sums: Vec<(String, f64)> = Vec::new();
    judge_each(spec, context, RecordForm::Samples, &mut samples, |sample| {
        let Judgement { score, given } = annotator.judge(&answer(sample, "completion"));
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
    })?;
    let count = scores.len() as f64;
    let means: Map<String, Value> = sums.into_iter().map(|(name, sum)| (name, (sum / count).into())).collect();
    let mut summary = Map::new();
    summary.insert("samples".to_owned(), scores.len().into());
    summary.insert("mean_score".to_owned(), (scores.iter().sum::<f64>() / count).into());
    summary.insert("rules".to_owned(), means.into());
    if let Some(path) = &spec.pairs {
        let found = best_against_worst(&samples, &scores, annotator.tie_margin());
        write_lines(path, &found.pairs)?;
        summary.insert("prompts".to_owned(), found.prompts.into());
        summary.insert("pairs".to_owned(), found.pairs.len().into());
        summary.insert("prompts_tied".to_owned(), found.tied.into());
        summary.insert("prompts_with_one_answer".to_owned(), found.single.into());
        if found.pairs.is_empty() {
            context.warn(
                "no prompt has two answers that the rules tell apart: no pairs were written. Sample more answers a \
                 prompt, or sharpen the rules",
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
    Ok(summary)
}

fn judge_pairs(
    spec: &JudgeSpec,
    context: &JobContext<'_>,
    annotator: &dyn Judge,
    mut pairs: Vec<Record>,
) -> Result<Map<String, Value>, FeedbackError> {
    let (mut chosen_count, mut rejected_count, mut tie_count) = (0u64, 0u64, 0u64);
    let tie_margin = annotator.tie_margin();
    judge_each(spec, context, RecordForm::Pairs, &mut pairs, |pair| {
        let chosen = annotator.judge(&answer(pair, "chosen"));
        let rejected = annotator.judge(&answer(pair, "rejected"));
        let margin = chosen.score - rejected.score;
        let (verdict, count) = if is_tie(chosen.score, rejected.score, tie_margin) {
            (Verdict::Tie, &mut tie_count)
        } else if margin > 0.0 {
            (Verdict::Chosen, &mut chosen_count)
        } else {
            (Verdict::Rejected, &mut rejected_count)
        };
        *count += 1;
        pair.insert("verdict".to_owned(), json!(verdict));
        pair.insert("margin".to_owned(), margin.into());
        pair.insert("reason".to_owned(), reason(&chosen, &rejected, verdict, tie_margin).into());
    })?;
    let decided = chosen_count + rejected_count;
    let agreement = (decided > 0).then(|| chosen_count as f64 / decided as f64);
    let mut summary = Map::new();
    summary.insert("pairs".to_owned(), pairs.len().into());
    summary.insert("chosen".to_owned(), chosen_count.into());
    summary.insert("rejected".to_owned(), rejected_count.into());
    summary.insert("tie".to_owned(), tie_count.into());
    // Rules can always say; annotators that read meaning cannot.
    summary.insert("not_judged".to_owned(), 0.into());
    summary.insert("agreement".to_owned(), agreement.into());
    Ok(summary)
}

/// Judges every record in place, tells progress, and puts the records out.
fn judge_each(
    spec: &JudgeSpec,
    context: &JobContext<'_>,
    form: RecordForm,
    records: &mut [Record],
    mut judge_one: impl FnMut(&mut Record),
) -> Result<(), FeedbackError> {
    let total = Some(records.len() as u64);
    for (index, record) in records.iter_mut().enumerate() {
        context.check()?;
        if index % PROGRESS_EVERY == 0 {
            context.progress("judging", index as u64, total, form.name());
        }
        judge_one(record);
        if spec.out.is_none() {
            context.emit(JobEvent::Output { record: Value::Object(record.clone()) });
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

/// The text of an answer; the reader made sure that it is one.
fn answer(record: &Record, key: &str) -> String {
    record.get(key).and_then(|value| Text::deserialize(value).ok()).map(|text| text.readable()).unwrap_or_default()
}

/// Why the verdict is what it is: the rules that decided, the heaviest difference first.
fn reason(chosen: &Judgement, rejected: &Judgement, verdict: Verdict, tie_margin: f64) -> String {
    let mut differences: Vec<(f64, String)> = chosen
        .given
        .iter()
        .zip(&rejected.given)
        .filter(|(chosen, rejected)| !is_tie(chosen.score, rejected.score, 0.0))
        .map(|(chosen, rejected)| {
            let (better, worse) = (chosen.score.max(rejected.score), chosen.score.min(rejected.score));
            let rule = format!("`{}` ({} against {})", chosen.name, plain(better), plain(worse));
            ((chosen.score - rejected.score) * chosen.weight, rule)
        })
        .collect();
    differences.sort_by(|a, b| b.0.abs().total_cmp(&a.0.abs()));
    let list = |for_chosen: bool| {
        let rules = differences.iter().filter(|(difference, _)| (*difference > 0.0) == for_chosen);
        rules.map(|(_, rule)| rule.as_str()).collect::<Vec<_>>().join(", ")
    };
    let sides = match (list(true), list(false)) {
        (chosen, rejected) if chosen.is_empty() && rejected.is_empty() => {
            return "every rule gives both answers the same".to_owned();
        }
        (chosen, rejected) if rejected.is_empty() => format!("the chosen answer is better by {chosen}"),
        (chosen, rejected) if chosen.is_empty() => format!("the rejected answer is better by {rejected}"),
        (chosen, rejected) if verdict == Verdict::Rejected => {
            format!("the rejected answer is better by {rejected}, which outweighs {chosen} of the chosen one")
        }
        (chosen, rejected) if verdict == Verdict::Chosen => {
            format!("the chosen answer is better by {chosen}, which outweighs {rejected} of the rejected one")
        }
        (chosen, rejected) => {
            format!("the chosen answer is better by {chosen}, the rejected one by {rejected}")
        }
    };
    if verdict != Verdict::Tie {
        return sides;
    }
    let difference = (chosen.score - rejected.score).abs();
    if is_tie(difference, 0.0, 0.0) {
        format!("{sides}; together that is equal")
    } else {
        format!("{sides}; the scores differ by {}, within the tie margin {}", plain(difference), plain(tie_margin))
    }
}

/// A share as people write it: at most two decimals, more where it would round to nothing.
fn plain(value: f64) -> String {
    let rounded = (value * 100.0).round() / 100.0;
    if rounded == 0.0 && value > 0.0 { format!("{value:.1e}") } else { rounded.to_string() }
}

#[cfg(test)]
mod tests;
