//! The store as a whole.

mod clocks;
mod faults_tests;
mod old_versions_tests;
mod opening_tests;
mod records;

use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::types::Value;
use tempfile::TempDir;
use uuid::Uuid;

use super::*;
use crate::domain::{
    Annotator, AnnotatorKind, Choice, CompletionOrigin, NewVerdict, RecordId, ResolvedPair, Rubric, Split, Text,
    VerdictForm,
};
use crate::random::Random;

/// A project with prompts of two answers each, one comparison a prompt, and a person.
pub(super) struct Small {
    pub(super) folder: TempDir,
    pub(super) store: Store,
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

/// One with something in every table.
pub(super) fn full() -> Small {
    let small = small(12);
    let store = &small.store;
    let coach = store.annotator("coach", AnnotatorKind::Coach, false).expect("a coach").id;
    let rubric = store.add_rubric(&Rubric::default(), "written").expect("a rubric").id;
    let mut pairs = Vec::new();
    for (number, &id) in (0_u64..).zip(&small.comparisons) {
        let by_people = number % 2 == 0;
        let annotator = if by_people { small.ada.id } else { coach };
        let given = NewVerdict { rubric: Some(rubric), ..verdict(number, id, annotator, Choice::A) };
        let verdicts = vec![store.record_verdict(&given).expect("kept").sequence];
        let comparison = store.comparisons(None).expect("comparisons")[number as usize];
        pairs.push(ResolvedPair { comparison: id, chosen: comparison.a, rejected: comparison.b, verdicts, by_people });
    }
    let settings = serde_json::json!({});
    let run =
        NewRun { kind: RunKind::Dpo, round: Some(small.round), start_run: None, settings, rubric: Some(rubric), pairs };
    let run = store.begin_run(&run).expect("a run").id;
    let summary = serde_json::json!({ "win_rate": 0.5 });
    store.add_evaluation(&NewEvaluation { run, round: None, judge: "Ada".to_owned(), summary }).expect("kept");
    store.add_export(&NewExport { run, target: "peft".to_owned(), path: "x".into() }).expect("kept");
    store.approve_round(small.round, small.ada.id).expect("approved");
    small
}

/// Every row of every table, as it stands there, through a connection that knows nothing of us.
/// An answer that a coach wrote to the first prompt, better than the first answer.
fn new_written() -> NewWritten {
    let key = "00000000-0000-4000-8000-00000000c0ac".to_owned();
    NewWritten {
        prompt: 1,
        round: Some(1),
        text: "It will be with you on Friday.".to_owned(),
        coach: "models/large".to_owned(),
        seed: u64::MAX,
        own: 1,
        verdict: NewVerdict::bare(key, 0, 2, Choice::A, VerdictForm::Comparison),
    }
}

fn write_answer(store: &Store) -> RecordedWritten {
    store.record_written(&new_written()).expect("kept")
}

pub(super) fn content(path: &Path) -> BTreeMap<String, Vec<Vec<Value>>> {
    try_content(path).expect("a database")
}

fn try_content(path: &Path) -> rusqlite::Result<BTreeMap<String, Vec<Vec<Value>>>> {
    let connection = rusqlite::Connection::open(path)?;
    let mut names = connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")?;
    let names: Vec<String> = names.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let mut tables = BTreeMap::new();
    for name in names {
        let mut query = connection.prepare(&format!("SELECT * FROM {name}"))?;
        let columns = query.column_count();
        let rows = query.query_map([], |row| (0..columns).map(|column| row.get(column)).collect())?;
        tables.insert(name, rows.collect::<Result<_, _>>()?);
    }
    Ok(tables)
}
