//! Columns under TRL's names, in every format.

use serde_json::{Map, Value};

use super::DatasetTarget;
use super::encode::Encoding;
use super::turns;
use crate::domain::{Choice, Text};
use crate::project::exchange::row::{ExportRow, RowKind};

pub(super) const PREFERENCE: DatasetTarget = DatasetTarget {
    id: "preference",
    meaning: "preference pairs as messages, for TRL and what reads its form",
    ending: "jsonl",
    encoding: Encoding::JsonLines,
    becomes: |row| turns::as_messages(turns::pairs(row)),
    record,
    companion: None,
};

pub(super) const PREFERENCE_TEXT: DatasetTarget = DatasetTarget {
    id: "preference_text",
    meaning: "preference pairs as plain text, for TRL: only those without a system prompt and without earlier turns",
    becomes: |row| turns::as_text(turns::pairs(row)),
    ..PREFERENCE
};

pub(super) const KTO: DatasetTarget = DatasetTarget {
    id: "kto",
    meaning: "single answers with whether they are good, for TRL's KTO; a pair gives two of them",
    becomes: |row| turns::as_messages(turns::rated(row)),
    ..PREFERENCE
};

pub(super) const DEMONSTRATIONS: DatasetTarget = DatasetTarget {
    id: "demonstrations",
    meaning: "prompts and answers to learn from, for TRL's SFT; of a pair, the better answer",
    becomes: |row| turns::as_messages(turns::demonstrations(row)),
    ..PREFERENCE
};

pub(super) const PROMPTS: DatasetTarget =
    DatasetTarget { id: "prompts", meaning: "prompts without their answers", becomes: turns::prompts, ..PREFERENCE };

pub(super) const COMPARISONS: DatasetTarget = DatasetTarget {
    id: "comparisons",
    meaning: "two answers to each prompt and which one is better, ties and what nobody has judged included",
    becomes: turns::comparisons,
    ..PREFERENCE
};

pub(super) const JSON: DatasetTarget = DatasetTarget {
    id: "json",
    meaning: "any rows as one JSON list",
    ending: "json",
    encoding: Encoding::JsonList,
    becomes: turns::normal,
    ..PREFERENCE
};

pub(super) const CSV: DatasetTarget = DatasetTarget {
    id: "csv",
    meaning: "any rows as a table for spreadsheets; messages stand in their cells as JSON",
    ending: "csv",
    encoding: Encoding::Csv,
    becomes: turns::normal,
    ..PREFERENCE
};

pub(super) const PARQUET: DatasetTarget = DatasetTarget {
    id: "parquet",
    meaning: "any rows as messages in a Parquet file, for Hugging Face's `datasets`",
    ending: "parquet",
    encoding: Encoding::Parquet,
    becomes: |row| turns::as_bare_messages(turns::normal(row)),
    ..PREFERENCE
};

/// A row under TRL's names.
pub(super) fn record(row: &ExportRow) -> Map<String, Value> {
    let mut record = Map::new();
    let mut put = |name: &str, value: Value| drop(record.insert(name.to_owned(), value));
    match &row.kind {
        RowKind::Pair { prompt, chosen, rejected } => {
            put("prompt", value(prompt));
            put("chosen", value(chosen));
            put("rejected", value(rejected));
        }
        RowKind::Comparison { prompt, a, b, choice } => {
            put("prompt", value(prompt));
            put("answer1", value(a));
            put("answer2", value(b));
            put("choice", choice.map_or(Value::Null, |choice| Value::from(choice_word(choice))));
        }
        RowKind::Demonstration { prompt: Some(prompt), completion } => {
            put("prompt", value(prompt));
            put("completion", value(completion));
        }
        RowKind::Demonstration { prompt: None, completion } => put("text", value(completion)),
        RowKind::Rated { prompt, completion, is_desirable } => {
            put("prompt", value(prompt));
            put("completion", value(completion));
            put("label", Value::from(*is_desirable));
        }
        RowKind::Prompt { prompt } => put("prompt", value(prompt)),
    }
    add_origin(&mut record, row);
    record
}

/// Columns that every row may have beside what it says.
pub(super) const ORIGIN: [&str; 3] = ["annotator", "tags", "provenance"];

/// Who said it, tags and provenance, where something is known.
pub(super) fn add_origin(record: &mut Map<String, Value>, row: &ExportRow) {
    if let Some(annotator) = &row.annotator {
        record.insert("annotator".to_owned(), Value::from(annotator.as_str()));
    }
    if !row.tags.is_empty() {
        record.insert("tags".to_owned(), Value::from(row.tags.clone()));
    }
    if !row.provenance.is_empty() {
        record.insert("provenance".to_owned(), Value::Object(row.provenance.clone()));
    }
}

/// A text as it stands in JSON.
pub(super) fn value(text: &Text) -> Value {
    match text {
        Text::Plain(text) => Value::from(text.as_str()),
        Text::Messages(messages) => Value::Array(
            messages
                .iter()
                .map(|message| {
                    let mut entries = Map::new();
                    entries.insert("role".to_owned(), Value::from(message.role.as_str()));
                    entries.insert("content".to_owned(), Value::from(message.content.as_str()));
                    entries.extend(message.extra.clone());
                    Value::Object(entries)
                })
                .collect(),
        ),
    }
}

/// A choice as comparisons write it.
pub(super) fn choice_word(choice: Choice) -> &'static str {
    match choice {
        Choice::A => "a",
        Choice::B => "b",
        Choice::Tie => "tie",
        Choice::BothBad => "both_bad",
        Choice::Skip => "skip",
    }
}
