//! Datasets of 100,000 pairs brought in and searched for duplicates: `cargo bench -p whetstone-core --bench datasets`.

use std::path::PathBuf;

use divan::Bencher;
use whetstone_core::domain::Text;
use whetstone_core::project::exchange::{
    ExportRow, ImportOptions, RowKind, dataset_target, import, preview, write_dataset,
};
use whetstone_core::random::Random;

fn main() {
    divan::main();
}

/// Pairs in a file.
const PAIRS: u64 = 100_000;

/// Words of a prompt and of an answer, about as long as those of the usual preference sets.
const PROMPT_WORDS: usize = 40;
const ANSWER_WORDS: usize = 80;

/// Words that are drawn from.
const VOCABULARY: usize = 20_000;

const TARGETS: [&str; 4] = ["preference_text", "json", "csv", "parquet"];

fn text(random: &mut Random, words: usize) -> Text {
    let words: Vec<String> = (0..words).map(|_| format!("w{}", random.below(VOCABULARY))).collect();
    Text::Plain(words.join(" "))
}

fn pair(number: u64) -> ExportRow {
    let mut random = Random::new(1, &[number]);
    ExportRow::new(RowKind::Pair {
        prompt: text(&mut random, PROMPT_WORDS),
        chosen: text(&mut random, ANSWER_WORDS),
        rejected: text(&mut random, ANSWER_WORDS),
    })
}

/// The file of a target, written once.
fn file(target: &str) -> PathBuf {
    let target = dataset_target(target).expect("a known target");
    let path = std::env::temp_dir().join(format!("whetstone-bench-{}.{}", target.id, target.ending));
    if !path.exists() {
        write_dataset(target, &mut (0..PAIRS).map(pair), &path).expect("written");
    }
    path
}

/// Read, understood, checked and kept, and duplicates found.
#[divan::bench(args = TARGETS, sample_count = 3, sample_size = 1)]
fn import_pairs(bencher: Bencher<'_, '_>, target: &str) {
    let path = file(target);
    bencher.bench_local(|| import(&path, &ImportOptions::default()).expect("read").rows.len());
}

/// Read, understood and checked, without keeping the rows.
#[divan::bench(args = TARGETS, sample_count = 3, sample_size = 1)]
fn preview_pairs(bencher: Bencher<'_, '_>, target: &str) {
    let path = file(target);
    bencher.bench_local(|| preview(&path, &ImportOptions::default()).expect("read").rows);
}
