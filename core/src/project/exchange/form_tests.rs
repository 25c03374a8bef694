//! What each form says, as the tools that know it document it.

use serde_json::{Value, json};

use super::tests::{Folder, chat_pair, messages, pair, plain, plain_pair};
use super::*;
use crate::domain::{Choice, Text};

/// A record, its form, and what it says.
type Case = (Value, &'static str, Vec<RowKind>);

fn check(cases: Vec<Case>) {
    for (record, form, expected) in cases {
        let folder = Folder::new();
        let path = folder.file("data.jsonl", record.to_string());
        let imported = import(&path, &ImportOptions::default()).unwrap_or_else(|error| panic!("{record}: {error}"));
        let found: Vec<RowKind> = imported.rows.into_iter().map(|row| row.kind).collect();
        assert_eq!((imported.preview.form, found), (form, expected), "{record}");
    }
}

fn system_pair() -> RowKind {
    chat_pair(&[("system", "Be brief."), ("user", "Why?")])
}

fn demonstration(prompt: Text, completion: Text) -> RowKind {
    RowKind::Demonstration { prompt: Some(prompt), completion }
}

fn rated(prompt: Text, completion: Text, is_desirable: bool) -> RowKind {
    RowKind::Rated { prompt, completion, is_desirable }
}

fn comparison(choice: Option<Choice>) -> RowKind {
    RowKind::Comparison { prompt: plain("Why?"), a: plain("x"), b: plain("y"), choice }
}

/// Messages as records have them: a question, a good answer, a bad one.
fn said() -> [Value; 3] {
    [("user", "Why?"), ("assistant", "Because."), ("assistant", "No.")]
        .map(|(role, content)| json!({"role": role, "content": content}))
}

#[test]
fn trl_records_become_the_rows_that_they_say() {
    let [user, good, bad] = said();
    check(vec![
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
    ]);
}

#[test]
fn conversations_and_instructions_become_the_rows_that_they_say() {
    check(vec![
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
    ]);
}

#[test]
fn records_of_other_tools_become_the_rows_that_they_say() {
    let [user, good, bad] = said();
    check(vec![
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
    ]);
}
