//! What a window does with a project of 50,000 comparisons: `cargo bench -p whetstone-core --bench desk`. From a key to
//! the next comparison it should be a few milliseconds beside the disk's own, and a table should be there in a moment.

use std::sync::{Mutex, OnceLock};

use divan::Bencher;
use tempfile::TempDir;
use uuid::Uuid;
use whetstone_core::desk::{Ask, Desk, ProjectCommand, Reader};
use whetstone_core::domain::{AnnotatorKind, Choice, CompletionOrigin, NewVerdict, RecordId, Split, Text, VerdictForm};
use whetstone_core::feedback::people::{Key, ReviewFilter};
use whetstone_core::job::ProjectChanges;
use whetstone_core::method::Asked;
use whetstone_core::project::store::{Access, NewComparison, NewCompletion, NewPrompt, Store};
use whetstone_core::random::Random;

const PROMPTS: usize = 10_000;
const ANSWERS: usize = 6;
const COMPARISONS: usize = 5;

struct Large {
    /// Holds the folder until the program ends.
    _folder: TempDir,
    desk: Mutex<Desk>,
    reader: Mutex<Reader>,
}

fn main() {
    divan::main();
}

/// One round of 50,000 comparisons: the coach has judged all, and a person the first half.
fn large() -> &'static Large {
    static LARGE: OnceLock<Large> = OnceLock::new();
    LARGE.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        let changes = ProjectChanges { method: Some("hybrid-d".to_owned()), ..ProjectChanges::default() };
        let desk = Desk::create(&folder.path().join("project"), &changes).expect("a project");
        let store = Store::open(desk.folder(), Access::Beside).expect("an engine");
        let comparisons = compared(&store);
        let judges = [("the coach", AnnotatorKind::Coach, 1.0), ("Ada", AnnotatorKind::Person, 0.5)];
        for (name, kind, share) in judges {
            let annotator = store.annotator(name, kind, false).expect("an annotator").id;
            let judged = (share * comparisons.len() as f64) as usize;
            let verdicts: Vec<NewVerdict> = comparisons[..judged].iter().map(|&one| verdict(one, annotator)).collect();
            store.record_verdicts(&verdicts).expect("verdicts");
        }
        let reader = Reader::open(desk.folder()).expect("a reader");
        Large { _folder: folder, desk: Mutex::new(desk), reader: Mutex::new(reader) }
    })
}

fn compared(store: &Store) -> Vec<RecordId> {
    let round = Some(store.begin_round(None).expect("a round").id);
    let words = "a reply of the length that replies to customers have, with some words more ".repeat(6);
    let prompts: Vec<NewPrompt> = (0..PROMPTS)
        .map(|number| NewPrompt {
            text: Text::Plain(request(number)),
            split: Split::Train,
            tags: Vec::new(),
            source: "typed".to_owned(),
        })
        .collect();
    let prompts = store.add_prompts(&prompts).expect("prompts").ids;
    let answers: Vec<NewCompletion> = prompts
        .iter()
        .flat_map(|&prompt| (0..ANSWERS).map(move |number| (prompt, number)))
        .map(|(prompt, number)| NewCompletion {
            prompt,
            round,
            text: format!("answer {number}: {words}"),
            origin: CompletionOrigin::Model { model: "starter".to_owned(), run: None, seed: 0 },
            is_finished: true,
        })
        .collect();
    let answers = store.add_completions(&answers).expect("answers");
    let comparisons: Vec<NewComparison> = prompts
        .iter()
        .zip(answers.chunks_exact(ANSWERS))
        .flat_map(|(&prompt, of)| (0..COMPARISONS).map(move |place| (prompt, of[place], of[place + 1])))
        .map(|(prompt, a, b)| NewComparison { prompt, round, a, b })
        .collect();
    store.add_comparisons(&comparisons).expect("comparisons")
}

/// Thirty words by chance.
fn request(number: usize) -> String {
    let mut random = Random::new(2, &[number as u64]);
    let words: Vec<String> = (0..30).map(|_| format!("word{}", random.below(2_000))).collect();
    words.join(" ")
}

fn verdict(comparison: RecordId, annotator: RecordId) -> NewVerdict {
    let mut random = Random::new(1, &[comparison as u64, annotator as u64]);
    let key = Uuid::from_u64_pair(random.next_u64(), random.next_u64()).to_string();
    let choice = if random.below(2) == 0 { Choice::A } else { Choice::B };
    let bare = NewVerdict::bare(key, comparison, annotator, choice, VerdictForm::Comparison);
    NewVerdict {
        seconds: Some(4.0),
        reason: Some("the coach prefers it in both orders".to_owned()),
        margin: Some(random.uniform()),
        ..bare
    }
}

fn sit_down(asked: Asked) {
    let mut desk = large().desk.lock().expect("a desk");
    let filter = ReviewFilter::default();
    let command = ProjectCommand::SitDown { annotator: "Ben".to_owned(), asked, filter };
    let applied = desk.apply(&command).expect("a sitting");
    assert!(applied.sitting.is_some_and(|view| view.item.is_some()));
}

/// The label is on the disk when the next comparison shows, so this has the disk's own time in it.
#[divan::bench]
fn from_a_key_to_the_next_comparison(bencher: Bencher<'_, '_>) {
    sit_down(Asked::Fresh);
    bencher.bench_local(|| {
        let mut desk = large().desk.lock().expect("a desk");
        desk.apply(&ProjectCommand::Press { key: Key::First, seconds: 3.0 }).expect("kept")
    });
}

/// The same without a label: what the disk has no part in.
#[divan::bench]
fn from_enter_to_the_next_comparison(bencher: Bencher<'_, '_>) {
    sit_down(Asked::Fresh);
    bencher.bench_local(|| {
        let mut desk = large().desk.lock().expect("a desk");
        desk.apply(&ProjectCommand::Press { key: Key::Next, seconds: 3.0 }).expect("passed")
    });
}

#[divan::bench(sample_count = 3, args = [false, true])]
fn sitting_down(bencher: Bencher<'_, '_>, is_doubtful: bool) {
    large();
    bencher.bench_local(|| sit_down(if is_doubtful { Asked::Doubtful } else { Asked::Fresh }));
}

#[divan::bench(sample_count = 10)]
fn the_project_in_short(bencher: Bencher<'_, '_>) {
    bencher.bench_local(|| large().reader.lock().expect("a reader").view().expect("a view"));
}

#[divan::bench]
fn whether_it_has_changed(bencher: Bencher<'_, '_>) {
    bencher.bench_local(|| large().reader.lock().expect("a reader").has_changed());
}

fn sheet(bencher: Bencher<'_, '_>, ask: &Ask) {
    bencher.bench_local(|| large().reader.lock().expect("a reader").sheet(ask).expect("a sheet"));
}

#[divan::bench(sample_count = 5)]
fn prompts(bencher: Bencher<'_, '_>) {
    sheet(bencher, &Ask::Prompts);
}

/// By a reader that has not compared them with each other yet.
#[divan::bench(sample_count = 3)]
fn prompts_for_the_first_time(bencher: Bencher<'_, '_>) {
    let folder = large().desk.lock().expect("a desk").folder().to_owned();
    bencher
        .with_inputs(|| Reader::open(&folder).expect("a reader"))
        .bench_local_values(|reader| reader.sheet(&Ask::Prompts).expect("a sheet"));
}

#[divan::bench(sample_count = 5)]
fn labels(bencher: Bencher<'_, '_>) {
    sheet(bencher, &Ask::Labels);
}

#[divan::bench(sample_count = 5)]
fn pairs(bencher: Bencher<'_, '_>) {
    sheet(bencher, &Ask::Pairs);
}

#[divan::bench(sample_count = 5)]
fn waiting_reviews(bencher: Bencher<'_, '_>) {
    sheet(bencher, &Ask::WaitingReviews);
}

#[divan::bench(sample_count = 3)]
fn agreement(bencher: Bencher<'_, '_>) {
    sheet(bencher, &Ask::Agreement);
}

#[divan::bench]
fn newest_answers(bencher: Bencher<'_, '_>) {
    sheet(bencher, &Ask::NewestAnswers { most: 50 });
}
