//! The parts of a project that are tables of its records.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::Path;

use super::coach::{because, rules_in};
use super::error::DeskError;
use super::sheet::{AnswerRow, LabelRow, PairRow, PromptRow, WaitingReview};
use crate::domain::{
    Annotator, AnnotatorKind, Comparison, Completion, CompletionOrigin, Prompt, RecordId, ResolvedPair, Round,
};
use crate::feedback::people::{ReviewReason, confidence_of};
use crate::method;
use crate::project::exchange::{DuplicateOptions, find_duplicates};
use crate::project::store::{CompletionFilter, Store};

/// Characters that a table shows of a text.
const SHOWN: usize = 160;

/// Characters that are read of a text to show its first words: it may begin with much white space.
const READ: usize = 1000;

/// More prompts than this are not compared with each other.
const MOST_COMPARED: usize = 20_000;

/// The first 160 characters of a text, in which all white space is single spaces.
pub(super) fn first_words(text: &str) -> String {
    let mut words = String::new();
    let mut left = SHOWN;
    for word in text.split_whitespace() {
        if !words.is_empty() {
            if left < 2 {
                break;
            }
            words.push(' ');
            left -= 1;
        }
        let end = word.char_indices().nth(left).map_or(word.len(), |(end, _)| end);
        words.push_str(&word[..end]);
        left -= word[..end].chars().count();
        if left == 0 {
            break;
        }
    }
    words
}

/// Which prompts say nearly the same as an earlier one.
#[derive(Debug, Default)]
pub(super) struct Likes {
    /// Among how many prompts.
    prompts: usize,
    earlier: BTreeMap<RecordId, RecordId>,
}

pub(super) fn prompts(store: &Store, likes: &mut Likes) -> Result<Vec<PromptRow>, DeskError> {
    let prompts = store.prompts(None)?;
    let newest = store.rounds()?.pop();
    let with_imported = newest.as_ref().is_none_or(|round| round.number == 1);
    let answers = store.answers_by_prompt(newest.map(|round| round.id), with_imported)?;
    if likes.prompts != prompts.len() {
        *likes = Likes { prompts: prompts.len(), earlier: nearly_equal(&prompts) };
    }
    let row = |prompt: Prompt| PromptRow {
        id: prompt.id,
        text: first_words(&prompt.text.readable()),
        split: prompt.split,
        source: prompt.source,
        answers: answers.get(&prompt.id).copied().unwrap_or(0),
        nearly_equal_to: likes.earlier.get(&prompt.id).copied(),
    };
    Ok(prompts.into_iter().map(row).collect())
}

/// Of each prompt that says nearly the same as an earlier one, that one's place.
fn nearly_equal(prompts: &[Prompt]) -> BTreeMap<RecordId, RecordId> {
    if prompts.len() > MOST_COMPARED {
        return BTreeMap::new();
    }
    let texts: Vec<String> = prompts.iter().map(|prompt| prompt.text.readable()).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let mut equal = BTreeMap::new();
    for group in find_duplicates(&texts, &DuplicateOptions::default()) {
        let mut members = group.members.iter().filter_map(|&place| prompts.get(place)).map(|prompt| prompt.id);
        let Some(first) = members.next() else { continue };
        equal.extend(members.map(|member| (member, first)));
    }
    equal
}

pub(super) fn answers_to(store: &Store, prompt: RecordId) -> Result<Vec<AnswerRow>, DeskError> {
    let filter = CompletionFilter { prompt: Some(prompt), ..CompletionFilter::default() };
    answer_rows(store, store.completions(&filter)?)
}

pub(super) fn newest_answers(store: &Store, most: usize) -> Result<Vec<AnswerRow>, DeskError> {
    match store.rounds()?.pop() {
        Some(round) => answer_rows(store, store.newest_completions(round.id, most)?),
        None => Ok(Vec::new()),
    }
}

fn answer_rows(store: &Store, answers: Vec<Completion>) -> Result<Vec<AnswerRow>, DeskError> {
    let annotators = store.annotators()?;
    let mut prompts: BTreeMap<RecordId, String> = BTreeMap::new();
    for answer in &answers {
        if let Entry::Vacant(entry) = prompts.entry(answer.prompt) {
            entry.insert(first_words(&store.prompt(answer.prompt)?.text.readable()));
        }
    }
    let row = |answer: Completion| AnswerRow {
        id: answer.id,
        prompt: answer.prompt,
        prompt_text: prompts.get(&answer.prompt).cloned().unwrap_or_default(),
        origin: origin_in_words(&answer.origin, &annotators),
        text: answer.text,
        is_finished: answer.is_finished,
        is_discarded: answer.is_discarded,
    };
    Ok(answers.into_iter().map(row).collect())
}

fn origin_in_words(origin: &CompletionOrigin, annotators: &[Annotator]) -> String {
    let name = |id: RecordId| annotators.iter().find(|one| one.id == id).map_or("somebody", |one| one.name.as_str());
    match origin {
        CompletionOrigin::Model { model, run, .. } => {
            let model = Path::new(model).file_name().map_or_else(|| model.into(), |name| name.to_string_lossy());
            run.map_or_else(|| model.to_string(), |run| format!("{model} after run {run}"))
        }
        CompletionOrigin::Coach { coach, .. } => format!("written by the coach {coach}"),
        CompletionOrigin::Edit { annotator, .. } => format!("corrected by {}", name(*annotator)),
        CompletionOrigin::Ideal { annotator: Some(annotator) } => format!("written by {}", name(*annotator)),
        CompletionOrigin::Ideal { annotator: None } => "written by a person".to_owned(),
        CompletionOrigin::Import { file } => format!("from {file}"),
    }
}

/// The first words of the texts of comparisons.
struct Beginnings {
    prompts: BTreeMap<RecordId, String>,
    answers: BTreeMap<RecordId, String>,
}

impl Beginnings {
    fn read(store: &Store, comparisons: &[Comparison]) -> Result<Self, DeskError> {
        let prompts = store.prompts(None)?;
        let prompts = prompts.into_iter().map(|prompt| (prompt.id, first_words(&prompt.text.readable()))).collect();
        let places = || comparisons.iter().flat_map(|one| [one.a, one.b]);
        let mut answers = match (places().min(), places().max()) {
            (Some(first), Some(last)) => store.beginnings(first, last, READ)?,
            _ => BTreeMap::new(),
        };
        for text in answers.values_mut() {
            *text = first_words(text);
        }
        Ok(Self { prompts, answers })
    }

    fn prompt(&self, id: RecordId) -> String {
        self.prompts.get(&id).cloned().unwrap_or_default()
    }

    fn answer(&self, id: RecordId) -> String {
        self.answers.get(&id).cloned().unwrap_or_default()
    }
}

fn newest_round(store: &Store) -> Result<Option<Round>, DeskError> {
    Ok(store.rounds()?.pop())
}

pub(super) fn labels(store: &Store) -> Result<Vec<LabelRow>, DeskError> {
    let round = newest_round(store)?;
    let comparisons = method::training_comparisons(store, round.as_ref())?;
    let beginnings = Beginnings::read(store, &comparisons)?;
    let comparisons: BTreeMap<RecordId, Comparison> = comparisons.into_iter().map(|one| (one.id, one)).collect();
    let annotators: BTreeMap<RecordId, Annotator> = store.annotators()?.into_iter().map(|one| (one.id, one)).collect();
    let versions: BTreeMap<RecordId, u32> = store.rubrics()?.into_iter().map(|one| (one.id, one.version)).collect();
    let mut rows = Vec::new();
    for stored in method::verdicts_in(store, round.as_ref())?.into_iter().rev() {
        let verdict = stored.verdict;
        let (Some(comparison), Some(annotator)) =
            (comparisons.get(&verdict.comparison), annotators.get(&verdict.annotator))
        else {
            continue;
        };
        let reason = verdict.reason.as_deref().filter(|_| annotator.kind == AnnotatorKind::Coach);
        rows.push(LabelRow {
            sequence: stored.sequence,
            comparison: comparison.id,
            prompt: beginnings.prompt(comparison.prompt),
            a: beginnings.answer(comparison.a),
            b: beginnings.answer(comparison.b),
            choice: verdict.choice,
            annotator: annotator.name.clone(),
            kind: annotator.kind,
            is_simulated: annotator.is_simulated,
            confidence: confidence_of(annotator.kind, verdict.margin),
            rubric: verdict.rubric.and_then(|rubric| versions.get(&rubric).copied()),
            because: reason.and_then(because),
            rules: reason.map(rules_in).unwrap_or_default(),
            reason: verdict.reason,
        });
    }
    Ok(rows)
}

pub(super) fn comparison(store: &Store, id: RecordId) -> Result<[String; 3], DeskError> {
    let Comparison { prompt, a, b, .. } = store.comparison(id)?;
    Ok([store.prompt(prompt)?.text.readable(), store.completion(a)?.text, store.completion(b)?.text])
}

pub(super) fn pairs(store: &Store) -> Result<Vec<PairRow>, DeskError> {
    let round = newest_round(store)?;
    let comparisons = method::training_comparisons(store, round.as_ref())?;
    let beginnings = Beginnings::read(store, &comparisons)?;
    let prompts: BTreeMap<RecordId, RecordId> = comparisons.iter().map(|one| (one.id, one.prompt)).collect();
    let row = |pair: ResolvedPair| PairRow {
        comparison: pair.comparison,
        prompt: prompts.get(&pair.comparison).map(|&prompt| beginnings.prompt(prompt)).unwrap_or_default(),
        chosen: beginnings.answer(pair.chosen),
        rejected: beginnings.answer(pair.rejected),
        by_people: pair.by_people,
    };
    Ok(method::pairs_in(store, round.as_ref())?.into_iter().map(row).collect())
}

/// Every reason that something waits for, the most pressing first.
pub(super) fn waiting(store: &Store) -> Result<Vec<WaitingReview>, DeskError> {
    let entries = method::waiting_reviews(store)?;
    let count = |why: ReviewReason| entries.iter().filter(|entry| entry.why == Some(why)).count();
    let waiting = ReviewReason::ALL.map(|why| WaitingReview { why, count: count(why) });
    Ok(waiting.into_iter().filter(|waiting| waiting.count > 0).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_words_are_short_and_on_one_line() {
        assert_eq!(first_words("  one\n\n two\tthree "), "one two three");
        assert_eq!(first_words(" \n "), "");
        let long = first_words(&"ä".repeat(400));
        assert_eq!((long.chars().count(), long.len()), (160, 320));
        let words = first_words(&"four ".repeat(100));
        assert_eq!(words.chars().count(), 159, "a space that nothing follows is left out");
        assert!(words.ends_with("four"));
        assert_eq!(first_words(&format!("{} b c", "a".repeat(158))), format!("{} b", "a".repeat(158)));
    }
}
