//! The store as a whole.

mod records;

use tempfile::TempDir;
use uuid::Uuid;

use super::*;
use crate::domain::{
    Annotator, AnnotatorKind, Choice, CompletionOrigin, NewVerdict, RecordId, Split, Text, VerdictForm,
};
use crate::random::Random;

/// A project with prompts of two answers each, one comparison a prompt, and a person.
struct Small {
    folder: TempDir,
    store: Store,
    ada: Annotator,
    round: RecordId,
    comparisons: Vec<RecordId>,
}

fn settings() -> ProjectSettings {
    ProjectSettings { name: "letters".to_owned(), seed: u64::MAX, ..ProjectSettings::default() }
}

fn prompts(count: usize) -> Vec<NewPrompt> {
    (0..count)
        .map(|number| NewPrompt {
            text: Text::Plain(format!("prompt {number}")),
            split: if number % 5 == 4 { Split::Holdout } else { Split::Train },
            tags: vec!["short".to_owned()],
            source: "typed".to_owned(),
        })
        .collect()
}

fn answer(prompt: RecordId, round: RecordId, text: &str) -> NewCompletion {
    let origin = CompletionOrigin::Model { model: "starter".to_owned(), run: None, seed: u64::MAX - 1 };
    NewCompletion { prompt, round: Some(round), text: text.to_owned(), origin, is_finished: true }
}

fn small(count: usize) -> Small {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::create(&folder.path().join("project"), &settings()).expect("a project");
    let ids = store.add_prompts(&prompts(count)).expect("prompts").ids;
    let round = store.begin_round(None).expect("a round").id;
    let answers: Vec<_> = ids.iter().flat_map(|&id| [answer(id, round, "one"), answer(id, round, "two")]).collect();
    let answers = store.add_completions(&answers).expect("answers");
    let comparisons: Vec<_> = ids
        .iter()
        .zip(answers.chunks_exact(2))
        .map(|(&prompt, pair)| NewComparison { prompt, round: Some(round), a: pair[0], b: pair[1] })
        .collect();
    let comparisons = store.add_comparisons(&comparisons).expect("comparisons");
    let ada = store.annotator("Ada", AnnotatorKind::Person, false).expect("a person");
    Small { folder, store, ada, round, comparisons }
}

/// A verdict whose key is made of a number, so that it can be asked for again.
fn verdict(number: u64, comparison: RecordId, annotator: RecordId, choice: Choice) -> NewVerdict {
    let mut random = Random::new(number, &[]);
    let key = Uuid::from_u64_pair(random.next_u64(), random.next_u64()).to_string();
    NewVerdict {
        key,
        comparison,
        annotator,
        choice,
        form: VerdictForm::Comparison,
        shown_swapped: number % 2 == 1,
        seconds: Some(2.5),
        reason: Some("clearer".to_owned()),
        margin: Some(-0.25),
        rubric: None,
        model: None,
        seed: Some(u64::MAX),
    }
}
