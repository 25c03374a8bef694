//! Two answers to tell apart, judged or not: Label Studio's tasks, and plain columns.

use serde_json::{Map, Value};

use super::Form;
use crate::domain::{Choice, Text};
use crate::project::exchange::drop::DropReason;
use crate::project::exchange::fields::{Fields, Role, name};
use crate::project::exchange::row::RowKind;
use crate::project::exchange::texts::{checked, in_one_form};

const ANSWER_A: &[&str] = &["answer1", "answer_a", "response1", "response_a"];
const ANSWER_B: &[&str] = &["answer2", "answer_b", "response2", "response_b"];
const CHOICE: &[&str] = &["choice", "preference", "winner", "pairwise", "comparison", "selected"];

/// Tasks of Label Studio.
pub(super) const LABEL_STUDIO: Form = Form {
    id: "label_studio",
    meaning: "tasks of Label Studio: `data` with a prompt and two answers, and annotations that choose left or right",
    columns: &["data", "annotations", "prompt", "answer1", "answer2"],
    example: r#"{"data": {"prompt": "Why?", "answer1": "Because.", "answer2": "No."}, "annotations":
        [{"completed_by": 7, "result": [{"type": "pairwise", "value": {"selected": "left"}}]}]}"#,
    fits: |fields| {
        fields.peek("data").is_some_and(|data| {
            [ANSWER_A, ANSWER_B].iter().all(|names| names.iter().any(|name| data.get(*name).is_some()))
        })
    },
    understand: |fields, out| {
        fields.lift("data");
        let (prompt, a, b) = prompt_and_answers(fields)?;
        let annotations = match fields.take("annotations", Role::Choice) {
            None => Vec::new(),
            Some(Value::Array(annotations)) => annotations,
            Some(_) => return Err(DropReason::Wrong { column: "annotations", expected: "a list" }),
        };
        let judged =
            |choice| checked(RowKind::Comparison { prompt: prompt.clone(), a: a.clone(), b: b.clone(), choice });
        if annotations.is_empty() {
            out.push(judged(None)?);
        }
        for annotation in &annotations {
            match annotation_choice(annotation) {
                Some(choice) => {
                    let annotator = annotation.get("completed_by").and_then(name);
                    out.rows.push((judged(Some(choice))?, annotator));
                }
                None => {
                    out.dropped.push(DropReason::Wrong { column: "annotations", expected: "a choice of one answer" });
                }
            }
        }
        Ok(())
    },
};

fn annotation_choice(annotation: &Value) -> Option<Choice> {
    if annotation.get("was_cancelled").and_then(Value::as_bool) == Some(true) {
        return Some(Choice::Skip);
    }
    annotation.get("result")?.as_array()?.iter().find_map(|result| choice_of(result.get("value")?))
}

/// Columns with two answers and a choice.
pub(super) const COMPARISONS: Form = Form {
    id: "comparisons",
    meaning: "two answers to each prompt, `answer1` and `answer2`, and in `choice` which one is better, where that is said",
    columns: &["prompt", "answer1", "answer2", "choice", "system"],
    example: r#"{"prompt": "Why?", "answer1": "No.", "answer2": "Because.", "choice": "b"}"#,
    fits: |fields| {
        fields.has("prompt") && [ANSWER_A, ANSWER_B].iter().all(|names| names.iter().any(|name| fields.has(name)))
    },
    understand: |fields, out| {
        let (prompt, a, b) = prompt_and_answers(fields)?;
        let choice = match fields.take_first(CHOICE, Role::Choice) {
            Some((_, Value::String(text))) if text.trim().is_empty() => None,
            Some((column, value)) => {
                let wrong = DropReason::Wrong { column, expected: "a, b, tie, both_bad or skip" };
                Some(choice_of(&value).ok_or(wrong)?)
            }
            None => None,
        };
        out.push(checked(RowKind::Comparison { prompt, a, b, choice })?);
        Ok(())
    },
};

fn prompt_and_answers(fields: &mut Fields<'_>) -> Result<(Text, Text, Text), DropReason> {
    let prompt = fields.text(&["prompt"], Role::Prompt)?;
    let a = fields.text(ANSWER_A, Role::Answers)?;
    let b = fields.text(ANSWER_B, Role::Answers)?;
    let system = fields.optional_plain(&["system"], Role::System)?;
    let (prompt, [a, b]) = in_one_form(prompt, system, [a, b]);
    Ok((prompt, a, b))
}

/// A choice in one of the usual writings.
pub(super) fn choice_of(value: &Value) -> Option<Choice> {
    match value {
        Value::String(text) => choice_word(text),
        Value::Number(number) => choice_word(&number.to_string()),
        Value::Object(entries) => choice_in(entries),
        Value::Array(items) => match items.as_slice() {
            [only @ Value::String(_)] => choice_of(only),
            _ => None,
        },
        _ => None,
    }
}

fn choice_in(entries: &Map<String, Value>) -> Option<Choice> {
    ["selected", "choices", "value"].iter().find_map(|key| match entries.get(*key)? {
        // One step down and no further, so that the depth of a file is not the depth of our stack.
        Value::Object(_) => None,
        inner => choice_of(inner),
    })
}

fn choice_word(text: &str) -> Option<Choice> {
    let word: String = text.chars().take(40).collect::<String>().trim().to_lowercase().replace([' ', '-'], "_");
    Some(match word.as_str() {
        "a" | "left" | "1" | "answer1" | "answer_a" | "response1" | "response_a" | "model_a" => Choice::A,
        "b" | "right" | "2" | "answer2" | "answer_b" | "response2" | "response_b" | "model_b" => Choice::B,
        "tie" | "same" | "equal" | "both" | "both_good" | "none" => Choice::Tie,
        "both_bad" | "bothbad" | "neither" | "tie_(bothbad)" => Choice::BothBad,
        "skip" | "skipped" | "unsure" => Choice::Skip,
        _ => return None,
    })
}
