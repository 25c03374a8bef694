//! What screens ask of a project with 200,000 verdicts: `cargo bench -p whetstone-core --bench store`. Each question
//! should be answered within 50 ms.

use std::sync::OnceLock;

use divan::Bencher;
use tempfile::TempDir;
use uuid::Uuid;
use whetstone_core::domain::{AnnotatorKind, Choice, CompletionOrigin, NewVerdict, RecordId, Split, Text, VerdictForm};
use whetstone_core::method::standing_of;
use whetstone_core::project::store::{
    Access, NewComparison, NewCompletion, NewPrompt, ProjectSettings, Store, VerdictFilter,
};
use whetstone_core::random::Random;

const PROMPTS: usize = 5_000;
const ROUNDS: usize = 5;
const ANNOTATORS: usize = 4;

struct Large {
    /// Holds the folder until the program ends.
    _folder: TempDir,
    store: Store,
    round: RecordId,
    annotator: RecordId,
}

fn main() {
    divan::main();
}

/// Five rounds of 10,000 comparisons, each judged by four annotators.
fn large() -> &'static Large {
    static LARGE: OnceLock<Large> = OnceLock::new();
    LARGE.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::create(&folder.path().join("project"), &ProjectSettings::default()).expect("a project");
        let prompts: Vec<NewPrompt> = (0..PROMPTS)
            .map(|number| NewPrompt {
                text: Text::Plain(format!("prompt {number}")),
                split: Split::Train,
                tags: Vec::new(),
                source: "typed".to_owned(),
            })
            .collect();
        let prompts = store.add_prompts(&prompts).expect("prompts").ids;
        let annotators: Vec<RecordId> = (0..ANNOTATORS)
            .map(|number| {
                let kind = if number == 0 { AnnotatorKind::Coach } else { AnnotatorKind::Person };
                store.annotator(&format!("annotator {number}"), kind, false).expect("an annotator").id
            })
            .collect();
        let mut round = 0;
        for _ in 0..ROUNDS {
            round = store.begin_round(None).expect("a round").id;
            let comparisons = compared(&store, round, &prompts);
            let verdicts: Vec<NewVerdict> = comparisons
                .iter()
                .flat_map(|&comparison| annotators.iter().map(move |&annotator| verdict(comparison, annotator)))
                .collect();
            store.record_verdicts(&verdicts).expect("verdicts");
        }
        Large { _folder: folder, store, round, annotator: annotators[0] }
    })
}

fn compared(store: &Store, round: RecordId, prompts: &[RecordId]) -> Vec<RecordId> {
    let answers: Vec<NewCompletion> = prompts
        .iter()
        .flat_map(|&prompt| (0..3).map(move |number| (prompt, number)))
        .map(|(prompt, number)| NewCompletion {
            prompt,
            round: Some(round),
            text: format!("answer {number}"),
            origin: CompletionOrigin::Model { model: "starter".to_owned(), run: None, seed: 0 },
            is_finished: true,
        })
        .collect();
    let answers = store.add_completions(&answers).expect("answers");
    let comparisons: Vec<NewComparison> = prompts
        .iter()
        .zip(answers.chunks_exact(3))
        .flat_map(|(&prompt, of)| [(prompt, of[0], of[1]), (prompt, of[1], of[2])])
        .map(|(prompt, a, b)| NewComparison { prompt, round: Some(round), a, b })
        .collect();
    store.add_comparisons(&comparisons).expect("comparisons")
}

fn verdict(comparison: RecordId, annotator: RecordId) -> NewVerdict {
    let mut random = Random::new(1, &[comparison as u64, annotator as u64]);
    NewVerdict {
        key: Uuid::from_u64_pair(random.next_u64(), random.next_u64()).to_string(),
        comparison,
        annotator,
        choice: Choice::A,
        form: VerdictForm::Comparison,
        shown_swapped: false,
        seconds: Some(4.0),
        reason: None,
        margin: None,
        rubric: None,
        model: None,
        seed: None,
    }
}

#[divan::bench]
fn counts_of_the_project(bencher: Bencher<'_, '_>) {
    let large = large();
    bencher.bench_local(|| large.store.counts(None).expect("counts"));
}

#[divan::bench]
fn where_it_stands(bencher: Bencher<'_, '_>) {
    let large = large();
    bencher.bench_local(|| standing_of(&large.store).expect("a standing"));
}

#[divan::bench]
fn the_next_comparison(bencher: Bencher<'_, '_>) {
    let large = large();
    bencher.bench_local(|| large.store.next_open(large.annotator, Some(large.round), 1).expect("asked"));
}

#[divan::bench]
fn the_verdicts_of_a_comparison(bencher: Bencher<'_, '_>) {
    let large = large();
    let filter = VerdictFilter { comparison: Some(25_000), ..VerdictFilter::default() };
    bencher.bench_local(|| large.store.verdicts(&filter).expect("verdicts"));
}

#[divan::bench]
fn the_last_verdict(bencher: Bencher<'_, '_>) {
    let large = large();
    bencher.bench_local(|| large.store.last_verdict_of(large.annotator).expect("asked"));
}

#[divan::bench]
fn the_votes_of_a_round(bencher: Bencher<'_, '_>) {
    let large = large();
    bencher.bench_local(|| large.store.votes(Some(large.round)).expect("votes"));
}

#[divan::bench]
fn the_trail(bencher: Bencher<'_, '_>) {
    let large = large();
    bencher.bench_local(|| large.store.audit(100).expect("the trail"));
}

#[divan::bench(sample_count = 5)]
fn opening(bencher: Bencher<'_, '_>) {
    let large = large();
    bencher.bench_local(|| Store::open(large.store.folder(), Access::ReadOnly).expect("a project"));
}
