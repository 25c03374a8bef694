//! Every form in, and what a person is told.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::*;
use crate::domain::{ChatMessage, Text, ToUserMessage};

pub(super) struct Folder(pub(super) tempfile::TempDir);

impl Folder {
    pub(super) fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    pub(super) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        fs::write(&path, content).expect("written");
        path
    }
}

fn rows_of(path: &Path) -> Vec<RowKind> {
    let imported = import(path, &ImportOptions::default()).unwrap_or_else(|error| panic!("{}", error.user_message()));
    imported.rows.into_iter().map(|row| row.kind).collect()
}

fn rows(name: &str, content: impl AsRef<[u8]>) -> Vec<RowKind> {
    rows_of(&Folder::new().file(name, content))
}

fn look(name: &str, content: impl AsRef<[u8]>) -> Preview {
    let folder = Folder::new();
    preview(&folder.file(name, content), &ImportOptions::default()).unwrap_or_else(|error| panic!("{error}"))
}

fn refusal(name: &str, content: impl AsRef<[u8]>) -> (String, String) {
    let folder = Folder::new();
    let path = folder.file(name, content);
    let error = import(&path, &ImportOptions::default()).expect_err("refused");
    let text = error.to_string();
    let (_, after) = text.split_once(name).unwrap_or_else(|| panic!("{text}: the file is named"));
    (after.to_owned(), error.hint().expect("a cure"))
}

pub(super) fn plain(text: &str) -> Text {
    Text::Plain(text.to_owned())
}

pub(super) fn messages(turns: &[(&str, &str)]) -> Text {
    Text::Messages(turns.iter().map(|(role, content)| ChatMessage::new(*role, *content)).collect())
}

pub(super) fn pair(prompt: Text, chosen: Text, rejected: Text) -> RowKind {
    RowKind::Pair { prompt, chosen, rejected }
}

pub(super) fn plain_pair() -> RowKind {
    pair(plain("Why?"), plain("Because."), plain("No."))
}

pub(super) fn chat_pair(prompt: &[(&str, &str)]) -> RowKind {
    pair(messages(prompt), messages(&[("assistant", "Because.")]), messages(&[("assistant", "No.")]))
}

#[test]
fn every_form_knows_its_own_example() {
    for form in FORMS {
        let example: Value = serde_json::from_str(form.example).unwrap_or_else(|error| panic!("{}: {error}", form.id));
        let found = look("data.jsonl", example.to_string());
        assert_eq!((found.form, found.rows, found.dropped.len()), (form.id, 1, 0), "{found:?}");
        assert_eq!(found.samples.len(), 1);
        let understood = found.columns.iter().filter(|column| column.role.is_some());
        assert!(understood.count() == found.columns.len(), "{}: {:?}", form.id, found.columns);
        assert!(form.meaning.len() > 20 && find_form(form.id).is_some_and(|found| found.id == form.id));
    }
}

#[test]
fn forms_and_targets_have_names_of_their_own() {
    for (index, form) in FORMS.iter().enumerate() {
        assert_eq!(FORMS.iter().position(|other| other.id == form.id), Some(index));
    }
    for (index, target) in DATASET_TARGETS.iter().enumerate() {
        assert_eq!(DATASET_TARGETS.iter().position(|other| other.id == target.id), Some(index));
        assert!(target.meaning.len() > 20 && !target.ending.is_empty());
        assert_eq!(dataset_target(target.id).expect("found").id, target.id);
    }
    let error = dataset_target("excel").expect_err("there is none");
    assert!(error.hint().is_some_and(|cure| cure.contains("parquet")), "{error}");
}

#[test]
fn the_same_records_are_read_from_every_format() {
    let expected = vec![plain_pair(), pair(plain("How, so?"), plain("Line 1\nline 2"), plain("\"x\""))];
    let records = [
        json!({"prompt": "Why?", "chosen": "Because.", "rejected": "No."}),
        json!({"prompt": "How, so?", "chosen": "Line 1\nline 2", "rejected": "\"x\""}),
    ];
    let [first, second] = &records;
    let list = Value::Array(records.to_vec());
    let cases = [
        ("a.jsonl", format!("\u{feff}{first}\r\n\n{second}\n")),
        ("a.json", format!("\u{feff}{list:#}")),
        ("b.json", json!({"version": [1, 2], "data": list, "n": {"a": []}}).to_string()),
        // A file of lines under the name of another format.
        ("c.json", format!("{first}\n{second}\n")),
        ("d.json", format!("{first:#},\n{second:#}\n")),
        ("a.data", format!("{first}\n{second}\n")),
        (
            "a.csv",
            "\u{feff}prompt,chosen,rejected\nWhy?,Because.,No.\n\"How, so?\",\"Line 1\nline 2\",\"\"\"x\"\"\"\n"
                .to_owned(),
        ),
        (
            "b.csv",
            "prompt;chosen;rejected\r\nWhy?;Because.;No.\r\nHow, so?;\"Line 1\nline 2\";\"\"\"x\"\"\"\r\n".to_owned(),
        ),
        (
            "a.tsv",
            "prompt\tchosen\trejected\nWhy?\tBecause.\tNo.\nHow, so?\t\"Line 1\nline 2\"\t\"\"\"x\"\"\"\n".to_owned(),
        ),
        (
            "a.unknown",
            "prompt|chosen|rejected\nWhy?|Because.|No.\nHow, so?|\"Line 1\nline 2\"|\"\"\"x\"\"\"\n".to_owned(),
        ),
    ];
    for (name, content) in cases {
        assert_eq!(rows(name, content), expected, "{name}");
    }
    assert_eq!(rows("prompts.txt", "one\n\ntwo\n"), ["one", "two"].map(|text| RowKind::Prompt { prompt: plain(text) }));
    assert_eq!(rows("prompts.json", "[\"one\"]"), [RowKind::Prompt { prompt: plain("one") }]);
}

#[test]
fn rows_know_their_lines() {
    let lines = |name: &str, content: &str| -> Vec<Option<usize>> {
        let folder = Folder::new();
        let imported = import(&folder.file(name, content), &ImportOptions::default()).expect("read");
        imported.rows.iter().map(|row| row.place.line).collect()
    };
    assert_eq!(
        lines("a.csv", "prompt,x\n\"one\nmore\",1\ntwo,2\n\"three\n\n\",3\nfour,4\n"),
        [Some(2), Some(4), Some(5), Some(8)]
    );
    assert_eq!(lines("a.jsonl", "{\"prompt\":\"a\"}\n\n{\"prompt\":\"b\"}"), [Some(1), Some(3)]);
    assert_eq!(
        lines("a.json", "[\n {\"prompt\":\"a\"},\n {\n\"prompt\":\"b\"},{\"prompt\":\"c\"}]"),
        [Some(2), Some(3), Some(4)]
    );
}

#[test]
fn a_person_is_told_what_was_understood_and_what_was_left_out() {
    let content = [
        json!({"prompt": "Why?", "chosen": "Because.", "rejected": "No.", "annotator": "anna", "tags": ["x"], "score": 3}),
        json!({"prompt": "Why?", "chosen": "Because.", "rejected": "No."}),
        json!({"prompt": "  ", "chosen": "Because.", "rejected": "No."}),
        json!({"prompt": "Why?", "chosen": "Same", "rejected": " Same "}),
        json!({"prompt": "Why?", "chosen": "", "rejected": "No."}),
        json!({"prompt": "Why?", "chosen": "a"}),
        json!({"prompt": "Why?", "chosen": "a", "rejected": 5}),
        json!({"prompt": "How?", "chosen": "a", "rejected": "b"}),
    ];
    let found = look("data.jsonl", content.map(|record| record.to_string()).join("\n"));
    assert_eq!((found.records, found.rows, found.form), (8, 2, "preference"));
    assert_eq!(found.shapes, BTreeMap::from([(RowShape::Pair, 2)]));
    let uses: Vec<_> = found.columns.iter().map(|column| (column.column.as_str(), column.role)).collect();
    assert_eq!(
        uses,
        [
            ("chosen", Some(Role::Chosen)),
            ("rejected", Some(Role::Rejected)),
            ("prompt", Some(Role::Prompt)),
            ("annotator", Some(Role::Annotator)),
            ("tags", Some(Role::Tags)),
            ("score", None),
        ]
    );
    let mut dropped: Vec<_> = found.dropped.iter().map(|dropped| (dropped.reason, dropped.places[0].line)).collect();
    dropped.sort();
    assert_eq!(
        dropped,
        [
            (DropReason::EmptyPrompt, Some(3)),
            (DropReason::EmptyAnswer, Some(5)),
            (DropReason::SameAnswers, Some(4)),
            (DropReason::Duplicate, Some(2)),
            (DropReason::Missing { column: "rejected" }, Some(6)),
            (DropReason::Wrong { column: "rejected", expected: "text or a list of messages" }, Some(7)),
        ]
    );
    let first = &found.samples[0];
    assert_eq!((first.annotator.as_deref(), first.tags.as_slice()), (Some("anna"), ["x".to_owned()].as_slice()));
    assert!(found.other_forms.contains(&"prompts"));
    serde_json::to_string(&found).expect("a script can read it");
}

#[test]
fn columns_and_forms_can_be_named() {
    let folder = Folder::new();
    let path = folder.file("a.csv", "frage,gut,schlecht\nWhy?,Because.,No.\n");
    let error = preview(&path, &ImportOptions::default()).expect_err("unknown");
    assert!(error.to_string().contains("`frage`, `gut`, `schlecht`"), "{error}");
    let columns = |named: &[(&str, &str)]| {
        named.iter().map(|(role, column)| ((*role).to_owned(), (*column).to_owned())).collect::<BTreeMap<_, _>>()
    };
    let options = ImportOptions {
        columns: columns(&[("prompt", "frage"), ("chosen", "gut"), ("rejected", "schlecht")]),
        ..ImportOptions::default()
    };
    let imported = import(&path, &options).expect("named");
    assert_eq!(imported.rows[0].kind, plain_pair());
    let uses: Vec<_> = imported.preview.columns.iter().map(|column| (column.column.as_str(), column.role)).collect();
    assert_eq!(uses, [("gut", Some(Role::Chosen)), ("schlecht", Some(Role::Rejected)), ("frage", Some(Role::Prompt))]);

    let asked = |form: Option<&str>, named: &[(&str, &str)]| {
        let options =
            ImportOptions { form: form.map(str::to_owned), columns: columns(named), ..ImportOptions::default() };
        preview(&path, &options).expect_err("refused").to_string()
    };
    assert!(asked(Some("excel"), &[]).starts_with("there is no form `excel`"));
    assert!(asked(None, &[("frage", "gut")]).starts_with("no form knows a column `frage`"));
    assert!(asked(None, &[("prompt", "question")]).ends_with("there is no column `question`"));

    let path = folder.file("b.jsonl", "{\"prompt\": \"p\", \"completion\": \"c\", \"label\": 1}");
    let options = ImportOptions { form: Some("prompts".to_owned()), ..ImportOptions::default() };
    assert_eq!(import(&path, &options).expect("read").rows[0].kind, RowKind::Prompt { prompt: plain("p") });
}

#[test]
fn bad_files_are_refused_with_their_place_and_a_cure() {
    let cases: &[(&str, &[u8], &str, &str)] = &[
        ("a.jsonl", b"{\"prompt\": \"a\"}\n{\"prompt\": x}", ", line 2, column 12: not valid JSON", "correct the line"),
        ("a.jsonl", b"{\"prompt\": \"a\"}\n[1]", ", line 2, column 1: expected an object", "write each record"),
        ("a.jsonl", b"{\"prompt\": \"a\xff\"}", ", line 1, column 14: not UTF-8", "save the file"),
        (
            "a.json",
            b"[{\"prompt\": \"a\"},\n {\"prompt\": x}]",
            ", line 2, column 13: not valid JSON",
            "correct the record",
        ),
        ("a.json", b"[{\"prompt\": \"a\"}", ", line 1, column 17: the file ends", "the file was cut off"),
        ("a.json", b"[{\"prompt\": \"a\"}] x", ", line 1, column 19: expected the end", "correct the file"),
        (
            "a.json",
            b"{\"a\": [{\"prompt\": \"a\"}], \"b\": [{\"prompt\": \"a\"}]}",
            ": a second list of records, `b`",
            "write each list",
        ),
        ("a.csv", b"prompt,chosen\na,b\nc\n", ", line 3, column 1: 1 cells, but the first line names 2", "put cells"),
        ("a.csv", b"prompt,x\na,b\nc,\"d\ne,f\n", ", line 3, column 2: a quote is opened", "close the quote"),
        ("a.csv", b"prompt,x\na,b\xff\n", ", line 2, column 2: not UTF-8", "save the table"),
        ("a.csv", b"x,x\na,b\n", ", line 1, column 2: the column `x` is there twice", "give each column"),
        ("a.csv", b"name,age\nA,3\n", ", line 2: no known form fits the columns `name`, `age`", "say which column"),
        ("a.csv", b"  \n", " is empty", "check that"),
        ("a.csv", b"prompt\n", " is empty", "check that"),
        ("a.xlsx", b"PK\x03\x04", " is a zip archive or a spreadsheet", "unpack it, or save"),
        ("a.csv", b"\xff\xfep\0", " is text with the encoding UTF-16", "save it"),
        ("a.parquet", b"PAR1 and no more", ", the end of the file: `PAR1` expected", "copy or download"),
        (
            "a.jsonl",
            b"{\"chosen\": \"same\", \"rejected\": \"same\"}",
            ", line 1: none of 1 records can be used: both answers",
            "check that",
        ),
    ];
    for (name, content, problem, cure) in cases {
        let (found, hint) = refusal(name, content);
        assert!(found.starts_with(problem) || found.contains(problem), "{name}: {found}");
        assert!(hint.starts_with(cure), "{name}: {found}: {hint}");
    }
    let missing = import(Path::new("/no/such/file.jsonl"), &ImportOptions::default()).expect_err("missing");
    assert!(matches!(missing, ExchangeError::File(_)), "{missing}");
}

#[test]
fn rows_that_say_nearly_the_same_are_told_and_kept() {
    let long =
        "please explain to a curious child of ten years how the moon comes to have its phases and why it looks red";
    let content = format!("prompt\n{long}\n{long} now\nsomething else entirely\n");
    let folder = Folder::new();
    let imported = import(&folder.file("a.csv", content), &ImportOptions::default()).expect("read");
    assert_eq!(imported.rows.len(), 3);
    assert_eq!(imported.near_duplicates[0].members, [0, 1]);
    assert!(imported.preview.warnings.iter().any(|warning| warning.starts_with("1 rows say nearly the same")));
}

#[test]
fn reading_can_be_stopped() {
    let folder = Folder::new();
    let path = folder.file("a.txt", "a\nb\nc\n");
    let mut seen = 0;
    let found = read_rows(&path, &ImportOptions::default(), &mut |_| {
        seen += 1;
        if seen == 2 { std::ops::ControlFlow::Break(()) } else { std::ops::ControlFlow::Continue(()) }
    });
    assert_eq!((seen, found.expect("read").rows), (2, 2));
}
