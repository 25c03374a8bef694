//! Every form in, every target out and in again, and what a person is told.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use super::*;
use crate::domain::{ChatMessage, Choice, Text, ToUserMessage};

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
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

fn plain(text: &str) -> Text {
    Text::Plain(text.to_owned())
}

fn messages(turns: &[(&str, &str)]) -> Text {
    Text::Messages(turns.iter().map(|(role, content)| ChatMessage::new(*role, *content)).collect())
}

fn pair(prompt: Text, chosen: Text, rejected: Text) -> RowKind {
    RowKind::Pair { prompt, chosen, rejected }
}

fn plain_pair() -> RowKind {
    pair(plain("Why?"), plain("Because."), plain("No."))
}

fn chat_pair(prompt: &[(&str, &str)]) -> RowKind {
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

/// What each form says, as the tools that know it document it.
#[test]
fn records_become_the_rows_that_they_say() {
    let system_pair = || chat_pair(&[("system", "Be brief."), ("user", "Why?")]);
    let demonstration = |prompt, completion| RowKind::Demonstration { prompt: Some(prompt), completion };
    let rated = |prompt, completion, is_desirable| RowKind::Rated { prompt, completion, is_desirable };
    let comparison = |choice| RowKind::Comparison { prompt: plain("Why?"), a: plain("x"), b: plain("y"), choice };
    let user = json!({"role": "user", "content": "Why?"});
    let good = json!({"role": "assistant", "content": "Because."});
    let bad = json!({"role": "assistant", "content": "No."});
    let cases: Vec<(Value, &str, Vec<RowKind>)> = vec![
        (
            json!({"chosen": "Why? Because.", "rejected": "Why? No."}),
            "preference",
            vec![pair(plain("Why?"), plain(" Because."), plain(" No."))],
        ),
        (
            json!({"prompt": [user], "chosen": [good], "rejected": [bad]}),
            "preference",
            vec![chat_pair(&[("user", "Why?")])],
        ),
        (json!({"chosen": [user, good], "rejected": [user, bad]}), "preference", vec![chat_pair(&[("user", "Why?")])]),
        // UltraFeedback repeats the prompt in both conversations.
        (
            json!({"prompt": "Why?", "chosen": [user, good], "rejected": [user, bad]}),
            "preference",
            vec![chat_pair(&[("user", "Why?")])],
        ),
        (
            json!({"prompt": "Why?", "chosen": [good], "rejected": [bad]}),
            "preference",
            vec![chat_pair(&[("user", "Why?")])],
        ),
        (
            json!({"prompt": "Why?", "chosen": "Because.", "rejected": "No.", "system": "Be brief."}),
            "preference",
            vec![system_pair()],
        ),
        (
            json!({"prompt": "Why?", "completion": "No.", "label": false}),
            "kto",
            vec![rated(plain("Why?"), plain("No."), false)],
        ),
        (
            json!({"messages": [user, good]}),
            "demonstrations",
            vec![demonstration(messages(&[("user", "Why?")]), messages(&[("assistant", "Because.")]))],
        ),
        (
            json!({"prompt": "Why?", "completion": "No."}),
            "demonstrations",
            vec![demonstration(plain("Why?"), plain("No."))],
        ),
        (
            json!({"text": "Once."}),
            "demonstrations",
            vec![RowKind::Demonstration { prompt: None, completion: plain("Once.") }],
        ),
        (json!({"prompt": "Why?"}), "prompts", vec![RowKind::Prompt { prompt: plain("Why?") }]),
        (
            json!({"conversations": [{"from": "human", "value": "Why?"}], "chosen": {"from": "gpt", "value": "Because."},
                   "rejected": {"from": "gpt", "value": "No."}, "system": "Be brief."}),
            "sharegpt",
            vec![system_pair()],
        ),
        (
            json!({"conversations": [{"from": "human", "value": "Why?"}, {"from": "gpt", "value": "No."}], "kto_tag": false}),
            "sharegpt",
            vec![rated(messages(&[("user", "Why?")]), messages(&[("assistant", "No.")]), false)],
        ),
        (
            json!({"conversations": [{"from": "human", "value": "a"}, {"from": "gpt", "value": "b"},
                                     {"from": "human", "value": "c"}, {"from": "gpt", "value": "d"}]}),
            "sharegpt",
            vec![demonstration(
                messages(&[("user", "a"), ("assistant", "b"), ("user", "c")]),
                messages(&[("assistant", "d")]),
            )],
        ),
        (
            json!({"instruction": "Say", "input": "it", "output": "x"}),
            "alpaca",
            vec![demonstration(plain("Say\nit"), plain("x"))],
        ),
        (
            json!({"instruction": "Why?", "input": "", "chosen": "Because.", "rejected": "No."}),
            "alpaca",
            vec![plain_pair()],
        ),
        (
            json!({"instruction": "Why?", "output": "x", "history": [["a", "b"]], "kto_tag": true}),
            "alpaca",
            vec![rated(
                messages(&[("user", "a"), ("assistant", "b"), ("user", "Why?")]),
                messages(&[("assistant", "x")]),
                true,
            )],
        ),
        (
            json!({"prompt": "Why?", "chosen_response": "Because.", "rejected_response": "No."}),
            "responses",
            vec![plain_pair()],
        ),
        (
            json!({"system": "Be brief.", "question": "Why?", "chosen": "Because.", "rejected": "No."}),
            "questions",
            vec![system_pair()],
        ),
        (json!({"input": "Why?", "chosen": "Because.", "rejected": "No."}), "questions", vec![plain_pair()]),
        (
            json!({"prompt": "Why?", "answers": [{"answer": "x", "rank": 2}, {"answer": "No.", "rank": 3.0}, {"answer": "Because.", "rank": 1}]}),
            "ranked",
            vec![plain_pair()],
        ),
        (
            json!({"instruction": "Why?", "generations": ["No.", "Because.", "?"], "ratings": [1, 5, null]}),
            "scored",
            vec![plain_pair()],
        ),
        (
            json!({"chosen": "\n\nHuman: Why?\n\nAssistant: Because.", "rejected": "\n\nHuman: Why?\n\nAssistant: No."}),
            "transcripts",
            vec![chat_pair(&[("user", "Why?")])],
        ),
        (
            json!({"prompt": "\n\nHuman: a\n\nAssistant: b\n\nHuman: Why?\n\nAssistant:", "chosen": " Because.", "rejected": " No."}),
            "transcripts",
            vec![chat_pair(&[("user", "a"), ("assistant", "b"), ("user", "Why?")])],
        ),
        (
            json!({"data": {"prompt": "Why?", "answer1": "x", "answer2": "y"}, "annotations": [
                {"completed_by": 3, "result": [{"type": "pairwise", "value": {"selected": "right"}}]},
                {"completed_by": {"email": "a@b.c"}, "result": [{"type": "choices", "value": {"choices": ["tie"]}}]},
                {"was_cancelled": true, "result": []}]}),
            "label_studio",
            vec![comparison(Some(Choice::B)), comparison(Some(Choice::Tie)), comparison(Some(Choice::Skip))],
        ),
        (json!({"data": {"prompt": "Why?", "answer1": "x", "answer2": "y"}}), "label_studio", vec![comparison(None)]),
        (
            json!({"prompt": "Why?", "answer1": "x", "answer2": "y", "choice": "left"}),
            "comparisons",
            vec![comparison(Some(Choice::A))],
        ),
        (
            json!({"prompt": "Why?", "response_a": "x", "response_b": "y", "winner": "model_b"}),
            "comparisons",
            vec![comparison(Some(Choice::B))],
        ),
        (
            json!({"fields": {"prompt": "Why?", "response1": "x", "response2": "y"},
                   "responses": {"preference": [{"value": "response2", "user_id": "u"}, {"value": [{"value": "response1", "rank": 1}, {"value": "response2", "rank": 2}]}]}}),
            "argilla",
            vec![comparison(Some(Choice::B)), comparison(Some(Choice::A))],
        ),
        (
            json!({"fields": {"prompt": "Why?", "response": "x"},
                   "responses": [{"user_id": "u", "status": "submitted", "values": {"rating": {"value": 5}}},
                                 {"user_id": "v", "status": "submitted", "values": {"rating": {"value": 1}}}]}),
            "argilla",
            vec![rated(plain("Why?"), plain("x"), true), rated(plain("Why?"), plain("x"), false)],
        ),
        (
            json!({"fields": {"instruction": "Why?", "chosen": "Because.", "rejected": "No."}}),
            "argilla",
            vec![plain_pair()],
        ),
        (
            json!({"input": {"messages": [user]}, "preferred_output": [good], "non_preferred_output": [bad]}),
            "openai",
            vec![chat_pair(&[("user", "Why?")])],
        ),
    ];
    for (record, form, expected) in cases {
        let folder = Folder::new();
        let path = folder.file("data.jsonl", record.to_string());
        let imported = import(&path, &ImportOptions::default()).unwrap_or_else(|error| panic!("{record}: {error}"));
        let found: Vec<RowKind> = imported.rows.into_iter().map(|row| row.kind).collect();
        assert_eq!((imported.preview.form, found), (form, expected), "{record}");
    }
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
