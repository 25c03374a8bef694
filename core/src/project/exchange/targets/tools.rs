//! The forms of other tools.

use serde_json::{Map, Value, json};

use super::DatasetTarget;
use super::encode::Encoding;
use super::plain::{add_origin, choice_word, value};
use super::turns::{self, turns_of};
use crate::domain::{ChatMessage, Choice, Text};
use crate::project::exchange::row::{ExportRow, RowKind};
use crate::project::exchange::texts::to_plain;

pub(super) const SHAREGPT: DatasetTarget = DatasetTarget {
    id: "sharegpt",
    meaning: "conversations of `from` and `value`, with `chosen` and `rejected` or `kto_tag` where answers were judged",
    ending: "json",
    encoding: Encoding::JsonList,
    becomes: |row| {
        let rows = match row {
            RowKind::Comparison { .. } => turns::pairs(row),
            RowKind::Demonstration { prompt: None, .. } | RowKind::Prompt { .. } => Vec::new(),
            row => turns::normal(row),
        };
        turns::as_bare_messages(rows)
            .into_iter()
            .filter(|row| row.answers().iter().all(|answer| is_one_answer(answer)))
            .collect()
    },
    record: sharegpt,
    companion: None,
};

/// A conversation's answer is its last turn: one message.
fn is_one_answer(answer: &Text) -> bool {
    matches!(answer, Text::Messages(messages) if matches!(messages.as_slice(), [only] if only.role == "assistant"))
}

fn sharegpt(row: &ExportRow) -> Map<String, Value> {
    let mut record = Map::new();
    let mut turns: Vec<Value> = Vec::new();
    if let Some(Text::Messages(messages)) = row.kind.prompt() {
        let mut messages = messages.as_slice();
        if let [first, rest @ ..] = messages
            && first.role == "system"
        {
            record.insert("system".to_owned(), Value::from(first.content.as_str()));
            messages = rest;
        }
        turns.extend(messages.iter().map(sharegpt_turn));
    }
    let turn = |text: &Text| match text {
        Text::Messages(messages) => messages.first().map(sharegpt_turn).unwrap_or_default(),
        Text::Plain(text) => Value::from(text.as_str()),
    };
    match &row.kind {
        RowKind::Pair { chosen, rejected, .. } => {
            record.insert("chosen".to_owned(), turn(chosen));
            record.insert("rejected".to_owned(), turn(rejected));
        }
        RowKind::Rated { completion, is_desirable, .. } => {
            turns.push(turn(completion));
            record.insert("kto_tag".to_owned(), Value::from(*is_desirable));
        }
        RowKind::Demonstration { completion, .. } => turns.push(turn(completion)),
        RowKind::Comparison { .. } | RowKind::Prompt { .. } => {}
    }
    record.insert("conversations".to_owned(), Value::Array(turns));
    add_origin(&mut record, row);
    record
}

fn sharegpt_turn(message: &ChatMessage) -> Value {
    let from = match message.role.as_str() {
        "user" => "human",
        "assistant" => "gpt",
        "tool" => "observation",
        other => other,
    };
    json!({"from": from, "value": message.content})
}

pub(super) const H2O: DatasetTarget = DatasetTarget {
    id: "h2o",
    meaning: "preference pairs as a table for H2O LLM Studio: `prompt`, `chosen_response`, `rejected_response`",
    ending: "csv",
    encoding: Encoding::Csv,
    becomes: |row| turns::as_turns(turns::pairs(row), false),
    record: h2o,
    companion: None,
};

fn h2o(row: &ExportRow) -> Map<String, Value> {
    let mut record = Map::new();
    if let RowKind::Pair { prompt, chosen, rejected } = &row.kind
        && let Some(turns) = turns_of(prompt)
    {
        record.insert("system".to_owned(), turns.system.map_or(Value::Null, Value::from));
        record.insert("prompt".to_owned(), Value::from(turns.asked));
        record.insert("chosen_response".to_owned(), answer(chosen));
        record.insert("rejected_response".to_owned(), answer(rejected));
    }
    add_origin(&mut record, row);
    record
}

/// An answer's text.
pub(super) fn answer(text: &Text) -> Value {
    to_plain(text, "assistant").map_or(Value::Null, Value::from)
}

/// A prompt's text where it is a single turn, else its messages.
fn asked(text: &Text) -> Value {
    to_plain(text, "user").map_or_else(|| value(text), Value::from)
}

pub(super) const ARGILLA: DatasetTarget = DatasetTarget {
    id: "argilla",
    meaning: "records for Argilla: `fields`, and what was said as `responses`",
    ending: "json",
    encoding: Encoding::JsonList,
    becomes: |row| {
        let rows = match row {
            RowKind::Pair { .. } => turns::comparisons(row),
            RowKind::Demonstration { prompt: None, .. } => Vec::new(),
            row => turns::normal(row),
        };
        single_answers(rows)
    },
    record: argilla,
    companion: None,
};

/// Rows whose answers are single texts, as they come back: all plain where the prompt is a single turn.
fn single_answers(rows: Vec<RowKind>) -> Vec<RowKind> {
    let one = |row: RowKind| {
        let plain = row.prompt().and_then(|prompt| to_plain(prompt, "user")).map(str::to_owned);
        turns::map_texts(row, &|text, role| match (role, &plain) {
            ("user", Some(plain)) => Some(Text::Plain(plain.clone())),
            ("user", None) => Some(text),
            (_, Some(_)) => Some(Text::Plain(to_plain(&text, role)?.to_owned())),
            (_, None) => Some(Text::Messages(vec![ChatMessage::new(role, to_plain(&text, role)?)])),
        })
    };
    rows.into_iter().filter_map(one).collect()
}

fn argilla(row: &ExportRow) -> Map<String, Value> {
    let mut fields = Map::new();
    if let Some(prompt) = row.kind.prompt() {
        fields.insert("prompt".to_owned(), asked(prompt));
    }
    let said = |value: &str| match &row.annotator {
        Some(annotator) => json!([{"value": value, "user_id": annotator}]),
        None => json!([{"value": value}]),
    };
    let mut responses = Map::new();
    match &row.kind {
        RowKind::Comparison { a, b, choice, .. } => {
            fields.insert("response1".to_owned(), answer(a));
            fields.insert("response2".to_owned(), answer(b));
            if let Some(choice) = choice {
                let word = match choice {
                    Choice::A => "response1",
                    Choice::B => "response2",
                    other => choice_word(*other),
                };
                responses.insert("preference".to_owned(), said(word));
            }
        }
        RowKind::Rated { completion, is_desirable, .. } => {
            fields.insert("response".to_owned(), answer(completion));
            responses.insert("quality".to_owned(), said(if *is_desirable { "good" } else { "bad" }));
        }
        RowKind::Demonstration { completion, .. } => drop(fields.insert("response".to_owned(), answer(completion))),
        RowKind::Pair { .. } | RowKind::Prompt { .. } => {}
    }
    let mut record = Map::new();
    record.insert("fields".to_owned(), Value::Object(fields));
    record.insert("responses".to_owned(), Value::Object(responses));
    add_origin(&mut record, row);
    record
}

pub(super) const LABEL_STUDIO: DatasetTarget = DatasetTarget {
    id: "label_studio",
    meaning: "tasks for Label Studio: a prompt and two answers to tell apart, with what was said as annotations",
    ending: "json",
    encoding: Encoding::JsonList,
    becomes: |row| single_answers(turns::comparisons(row)),
    record: label_studio,
    companion: None,
};

fn label_studio(row: &ExportRow) -> Map<String, Value> {
    let mut data = Map::new();
    let mut annotations = Vec::new();
    if let RowKind::Comparison { prompt, a, b, choice } = &row.kind {
        data.insert("prompt".to_owned(), asked(prompt));
        data.insert("answer1".to_owned(), answer(a));
        data.insert("answer2".to_owned(), answer(b));
        annotations.extend(choice.map(annotation));
    }
    // Label Studio knows its own people only: names of others stand with the data.
    add_origin(&mut data, row);
    let mut record = Map::new();
    record.insert("data".to_owned(), Value::Object(data));
    if !annotations.is_empty() {
        record.insert("annotations".to_owned(), Value::Array(annotations));
    }
    record
}

fn annotation(choice: Choice) -> Value {
    let pairwise = |side: &str| {
        json!({"result": [{
            "from_name": "preference", "to_name": "answer1,answer2", "type": "pairwise", "value": {"selected": side}
        }]})
    };
    match choice {
        Choice::A => pairwise("left"),
        Choice::B => pairwise("right"),
        Choice::Skip => json!({"was_cancelled": true, "result": []}),
        Choice::Tie | Choice::BothBad => json!({"result": [{
            "from_name": "verdict", "to_name": "prompt", "type": "choices", "value": {"choices": [choice_word(choice)]}
        }]}),
    }
}
