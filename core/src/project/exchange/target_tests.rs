//! Every target out, and in again.

use std::fs;

use serde_json::{Map, Value, json};

use super::tests::{Folder, messages, pair, plain, plain_pair};
use super::*;
use crate::domain::{ChatMessage, Choice, Text, ToUserMessage};
use crate::random::Random;

/// Texts that formats stumble over.
const TEXTS: &[&str] = &[
    "Why?",
    " spaces round it ",
    "two\nlines, \"quotes\"; tab\there | bar",
    "=1+1",
    "'=2",
    "@who",
    "-3",
    "'tis",
    "Grüße 今日は 👋🏽 \u{202e}rtl \u{0}nul",
    "{\"prompt\": 1}",
    "[1, 2]",
    "ends with a return\r\n",
    "\r",
    "Human: not one\n\nAssistant: either",
];

fn sample_rows() -> Vec<ExportRow> {
    let mut rows = Vec::new();
    let mut add = |kind: RowKind| {
        let number = rows.len();
        let mut row = ExportRow::new(kind);
        row.annotator = (number % 3 == 0).then(|| format!("person {number}"));
        row.tags = if number.is_multiple_of(2) { vec!["short".to_owned(), "küche".to_owned()] } else { Vec::new() };
        row.provenance = Map::from_iter([("rubric".to_owned(), json!({"version": number}))]);
        rows.push(row);
    };
    let choices =
        [None, Some(Choice::A), Some(Choice::B), Some(Choice::Tie), Some(Choice::BothBad), Some(Choice::Skip)];
    for (index, text) in TEXTS.iter().enumerate() {
        let prompt = format!("{text}{index}");
        let (good, bad) = (format!("{text} is good"), format!("{text} is bad"));
        let of_user = messages(&[("user", &prompt)]);
        let with_system = messages(&[("system", "Be brief."), ("user", &prompt)]);
        let long = messages(&[("user", text), ("assistant", &good), ("user", &prompt)]);
        let answer = |text: &str| messages(&[("assistant", text)]);
        add(pair(plain(&prompt), plain(&good), plain(&bad)));
        for prompt in [&of_user, &with_system, &long] {
            add(pair(prompt.clone(), answer(&good), answer(&bad)));
            add(RowKind::Rated { prompt: prompt.clone(), completion: answer(&good), is_desirable: index % 2 == 0 });
            add(RowKind::Demonstration { prompt: Some(prompt.clone()), completion: answer(&bad) });
            add(RowKind::Prompt { prompt: prompt.clone() });
        }
        let choice = choices[index % choices.len()];
        add(RowKind::Comparison { prompt: plain(&prompt), a: plain(&good), b: plain(&bad), choice });
        add(RowKind::Comparison { prompt: long, a: answer(&good), b: answer(&bad), choice });
        add(RowKind::Demonstration { prompt: None, completion: plain(&good) });
    }
    let mut tool = ChatMessage::new("assistant", "I look.");
    tool.extra.insert("tool_calls".to_owned(), json!([{"name": "look", "arguments": {"at": 1}}]));
    let prompt = Text::Messages(vec![ChatMessage::new("user", "Look"), tool, ChatMessage::new("tool", "found")]);
    add(pair(prompt, messages(&[("assistant", "a")]), messages(&[("assistant", "b")])));
    rows
}

/// Every target is read back by the way in, and gives the rows that the target said they become.
#[test]
fn what_a_target_writes_is_read_back() {
    let folder = Folder::new();
    for target in DATASET_TARGETS {
        for shape in RowShape::ALL {
            // A whole text stands in other columns than a prompt and an answer.
            for has_prompt in [true, false] {
                let rows: Vec<ExportRow> = sample_rows()
                    .into_iter()
                    .filter(|row| row.kind.shape() == shape && row.kind.prompt().is_some() == has_prompt)
                    .collect();
                let expected: Vec<(RowKind, Option<String>, Vec<String>)> = rows
                    .iter()
                    .flat_map(|row| {
                        let origin = (row.annotator.clone(), row.tags.clone());
                        target
                            .becomes(&row.kind)
                            .into_iter()
                            .map(move |kind| (kind, origin.0.clone(), origin.1.clone()))
                    })
                    .collect();
                if expected.is_empty() {
                    continue;
                }
                let path = folder.0.path().join(format!("{}.{}", target.id, target.ending));
                let written =
                    write_dataset(target, &mut rows.into_iter(), &path).unwrap_or_else(|error| panic!("{error}"));
                assert_eq!(written.records, expected.len(), "{target:?} {shape:?}");
                let options = ImportOptions { drops_duplicates: false, ..ImportOptions::default() };
                let imported = import(&path, &options).unwrap_or_else(|error| panic!("{target:?} {shape:?}: {error}"));
                assert_eq!(imported.preview.dropped, [], "{target:?} {shape:?}");
                for (found, expected) in imported.rows.iter().zip(&expected) {
                    // What nobody said was said by nobody: a skipped or missing verdict keeps its row's annotator alone.
                    let found = (found.kind.clone(), found.annotator.clone(), found.tags.clone());
                    assert_eq!(&found, expected, "{target:?} {shape:?}");
                }
                assert_eq!(imported.rows.len(), expected.len(), "{target:?} {shape:?}");
            }
        }
    }
}

#[test]
fn every_kind_of_row_has_a_target_and_a_pair_can_be_written_in_most() {
    for row in sample_rows() {
        assert!(DATASET_TARGETS.iter().any(|target| !target.becomes(&row.kind).is_empty()), "{row:?}");
    }
    let takers = DATASET_TARGETS.iter().filter(|target| !target.becomes(&plain_pair()).is_empty());
    assert_eq!(takers.count(), DATASET_TARGETS.len());
}

#[test]
fn a_file_holds_one_kind_of_rows_and_the_rest_is_counted() {
    let folder = Folder::new();
    let path = folder.0.path().join("a.json");
    let rows = [RowKind::Prompt { prompt: plain("p") }, plain_pair(), RowKind::Prompt { prompt: plain("q") }];
    let target = dataset_target("json").expect("known");
    let written = write_dataset(target, &mut rows.map(ExportRow::new).into_iter(), &path).expect("written");
    assert_eq!((written.records, written.skipped, written.shape), (2, 1, RowShape::Prompt));

    let target = dataset_target("kto").expect("known");
    let before = fs::read(&path).expect("there");
    let prompt = || [ExportRow::new(RowKind::Prompt { prompt: plain("p") })].into_iter();
    let error = write_dataset(target, &mut prompt(), &path).expect_err("nothing to write");
    assert!(error.hint().is_some_and(|cure| cure.contains("`prompts`")), "{error}");
    assert_eq!(fs::read(&path).expect("there"), before);
    let error = write_dataset(target, &mut prompt(), &folder.0.path().join("no/folder.jsonl")).expect_err("no folder");
    assert!(matches!(error, ExchangeError::File(_)), "{error}");
}

#[test]
fn cells_that_spreadsheets_would_compute_are_guarded_and_told() {
    let folder = Folder::new();
    let path = folder.0.path().join("a.csv");
    let row = pair(plain("=HYPERLINK(\"http://x\")"), plain("+1"), plain("fine"));
    let target = dataset_target("csv").expect("known");
    let written = write_dataset(target, &mut [ExportRow::new(row)].into_iter(), &path).expect("written");
    assert!(written.notes[0].starts_with("2 cells begin with"), "{:?}", written.notes);
    let text = fs::read_to_string(&path).expect("text");
    assert!(text.contains("\"'=HYPERLINK(\"\"http://x\"\")\",'+1,fine"), "{text}");
    let found = preview(&path, &ImportOptions::default()).expect("read");
    assert!(found.warnings[0].contains("2 cells"), "{:?}", found.warnings);
}

#[test]
fn llama_factory_finds_its_file() {
    let folder = Folder::new();
    folder.file("dataset_info.json", "{\"mine\": {\"file_name\": \"mine.json\"}}");
    let path = folder.0.path().join("pairs.json");
    let target = dataset_target("llama_factory").expect("known");
    let rows = || [ExportRow::new(plain_pair())].into_iter();
    let written = write_dataset(target, &mut rows(), &path).expect("written");
    let info = fs::read_to_string(&written.files[1]).expect("written beside it");
    let info: Value = serde_json::from_str(&info).expect("JSON");
    assert_eq!(info["mine"]["file_name"], "mine.json");
    assert_eq!(info["pairs"]["ranking"], true);
    assert_eq!(info["pairs"]["columns"]["chosen"], "chosen");
    folder.file("dataset_info.json", "not JSON");
    let written = write_dataset(target, &mut rows(), &path).expect("written");
    assert_eq!(fs::read_to_string(folder.0.path().join("dataset_info.json")).expect("there"), "not JSON");
    assert!(written.notes[0].contains("left as it is"));
}

/// Files that pyarrow 26 wrote, with lists of messages, of tags and of nothing, in two groups of rows:
/// `pq.write_table(table, path, compression=…, row_group_size=2)`.
#[test]
fn what_pyarrow_writes_is_read() {
    let files: [&[u8]; 4] = [
        include_bytes!("fixtures/pyarrow_snappy.parquet"),
        include_bytes!("fixtures/pyarrow_gzip.parquet"),
        include_bytes!("fixtures/pyarrow_zstd.parquet"),
        include_bytes!("fixtures/pyarrow_lz4.parquet"),
    ];
    let expected = |prompt: &str, chosen: &str, rejected: &str| {
        let answer = |text: &str| messages(&[("assistant", text)]);
        pair(messages(&[("user", prompt)]), answer(chosen), answer(rejected))
    };
    let folder = Folder::new();
    for (index, bytes) in files.into_iter().enumerate() {
        let path = folder.file("data.parquet", bytes);
        let imported = import(&path, &ImportOptions::default()).unwrap_or_else(|error| panic!("{index}: {error}"));
        let found: Vec<_> = imported.rows.iter().map(|row| (row.kind.clone(), row.tags.join(","))).collect();
        let rows = [
            (expected("Why?", "Because.", "No."), "a,b".to_owned()),
            (expected("How?", "So.", "Grüße 👋"), String::new()),
        ];
        assert_eq!(found, rows, "{index}");
        let dropped = &imported.preview.dropped[0];
        assert_eq!((dropped.reason, dropped.places[0].record), (DropReason::Missing { column: "rejected" }, 3));
        let ignored = imported.preview.columns.iter().filter(|column| column.role.is_none());
        assert_eq!(ignored.map(|column| column.column.as_str()).collect::<Vec<_>>(), ["score"]);
    }
}

/// What a large file takes: `WHETSTONE_PAIRS=100000` and the same test under `/usr/bin/time -v` give the figures of the
/// real size, for the target that `WHETSTONE_TARGET` names.
#[test]
fn many_pairs_are_brought_in() {
    let set = |name: &str| std::env::var(name).ok();
    let pairs: u64 = set("WHETSTONE_PAIRS").and_then(|count| count.parse().ok()).unwrap_or(5_000);
    let target =
        dataset_target(&set("WHETSTONE_TARGET").unwrap_or_else(|| "preference_text".to_owned())).expect("known");
    let row = |number: u64| {
        // The last row but one says nearly the same as the first.
        let mut random = Random::new(1, &[if number == pairs - 2 { 0 } else { number }]);
        let mut text = |words: usize| {
            let words: Vec<String> = (0..words).map(|_| format!("w{}", random.below(20_000))).collect();
            plain(&words.join(" "))
        };
        let (prompt, chosen, rejected) = (text(40), text(80), text(80));
        let prompt = if number == pairs - 2 { plain(&format!("{} now", prompt.readable())) } else { prompt };
        ExportRow::new(pair(prompt, chosen, rejected))
    };
    let folder = Folder::new();
    let path = folder.0.path().join(format!("large.{}", target.ending));
    write_dataset(target, &mut (0..pairs).map(row), &path).expect("written");
    let imported = import(&path, &ImportOptions::default()).expect("read");
    assert_eq!((imported.rows.len() as u64, imported.near_duplicates.len()), (pairs, 1));
}
