//! Records exported from Argilla.

use serde_json::Value;

use super::comparisons::choice_of;
use super::{Form, Understood};
use crate::domain::{Choice, Text};
use crate::project::exchange::drop::DropReason;
use crate::project::exchange::fields::{Fields, Role, name, number, truth};
use crate::project::exchange::row::RowKind;
use crate::project::exchange::texts::{checked, in_one_form, pair};

const PROMPT: &[&str] = &["prompt", "instruction", "question", "input"];
const ANSWER_A: &[&str] = &["response1", "response_1", "response_a", "chosen", "generation-1"];
const ANSWER_B: &[&str] = &["response2", "response_2", "response_b", "rejected", "generation-2"];
const ANSWER: &[&str] = &["response", "completion", "output", "answer"];

/// Records with `fields` and `responses`.
pub(super) const RECORDS: Form = Form {
    id: "argilla",
    meaning: "records of Argilla: `fields` with a prompt and one or two answers, and `responses` that choose or rate them",
    columns: &["fields", "responses"],
    example: r#"{"fields": {"prompt": "Why?", "response1": "No.", "response2": "Because."},
        "responses": {"preference": [{"value": "response2", "user_id": "anna"}]}}"#,
    fits: |fields| {
        fields
            .peek("fields")
            .and_then(Value::as_object)
            .is_some_and(|inner| PROMPT.iter().any(|name| inner.contains_key(*name)))
    },
    understand,
};

fn understand(fields: &mut Fields<'_>, out: &mut Understood) -> Result<(), DropReason> {
    fields.lift("fields");
    let responses = said(fields.take("responses", Role::Choice))?;
    let prompt = fields.text(PROMPT, Role::Prompt)?;
    let system = fields.optional_plain(&["system", "system_prompt"], Role::System)?;
    let are_ordered = fields.has("chosen") && fields.has("rejected");
    let (a, b) = (fields.optional_text(ANSWER_A, Role::Answers)?, fields.optional_text(ANSWER_B, Role::Answers)?);
    if let (Some(a), Some(b)) = (a, b) {
        if are_ordered && responses.is_empty() {
            out.push(pair(Some(prompt), system, a, b)?);
            return Ok(());
        }
        let (prompt, [a, b]) = in_one_form(prompt, system, [a, b]);
        return compare(&prompt, &a, &b, &responses, out);
    }
    if let Some(completion) = fields.optional_text(ANSWER, Role::Answer)? {
        let (prompt, [completion]) = in_one_form(prompt, system, [completion]);
        return rate(&prompt, &completion, &responses, out);
    }
    let (prompt, []) = in_one_form(prompt, system, []);
    out.push(checked(RowKind::Prompt { prompt })?);
    Ok(())
}

/// What one person said.
struct Said {
    by: Option<String>,
    value: Value,
}

/// Responses in both of Argilla's writings: by question, or (before 2.0) by person.
fn said(responses: Option<Value>) -> Result<Vec<Said>, DropReason> {
    let wrong = DropReason::Wrong { column: "responses", expected: "what people said, question by question" };
    let mut said = Vec::new();
    match responses {
        None => {}
        Some(Value::Object(questions)) => {
            for (_, answers) in questions {
                let Value::Array(answers) = answers else { return Err(wrong) };
                said.extend(answers.into_iter().filter_map(one_said));
            }
        }
        Some(Value::Array(people)) => {
            for person in people {
                let by = person.get("user_id").and_then(name);
                let is_discarded = person.get("status").and_then(Value::as_str) == Some("discarded");
                if let Some(Value::Object(values)) = person.get("values").filter(|_| !is_discarded) {
                    let values = values.values().filter_map(|value| value.get("value"));
                    said.extend(values.map(|value| Said { by: by.clone(), value: value.clone() }));
                }
            }
        }
        Some(_) => return Err(wrong),
    }
    Ok(said)
}

fn one_said(answer: Value) -> Option<Said> {
    let Value::Object(mut answer) = answer else { return None };
    let by = answer.get("user_id").and_then(name);
    Some(Said { by, value: answer.remove("value").filter(|value| !value.is_null())? })
}

fn compare(prompt: &Text, a: &Text, b: &Text, responses: &[Said], out: &mut Understood) -> Result<(), DropReason> {
    let judged = |choice| checked(RowKind::Comparison { prompt: prompt.clone(), a: a.clone(), b: b.clone(), choice });
    if responses.is_empty() {
        out.push(judged(None)?);
    }
    for said in responses {
        match choice_of(&named_answer(&said.value)).or_else(|| ranking(&said.value)) {
            Some(choice) => out.rows.push((judged(Some(choice))?, said.by.clone())),
            None => out.dropped.push(DropReason::Wrong { column: "responses", expected: "a choice of one answer" }),
        }
    }
    Ok(())
}

/// A field's name as a choice.
fn named_answer(value: &Value) -> Value {
    let position = |names: &[&str]| value.as_str().is_some_and(|value| names.contains(&value));
    if position(ANSWER_A) {
        Value::from("a")
    } else if position(ANSWER_B) {
        Value::from("b")
    } else {
        value.clone()
    }
}

/// A ranking question: a list of names with ranks, the first rank the best.
fn ranking(value: &Value) -> Option<Choice> {
    let rank = |names: &[&str]| {
        let entry = value
            .as_array()?
            .iter()
            .find(|entry| entry.get("value").and_then(Value::as_str).is_some_and(|value| names.contains(&value)))?;
        entry.get("rank").and_then(number)
    };
    let (a, b) = (rank(ANSWER_A)?, rank(ANSWER_B)?);
    Some(match a.total_cmp(&b) {
        std::cmp::Ordering::Less => Choice::A,
        std::cmp::Ordering::Greater => Choice::B,
        std::cmp::Ordering::Equal => Choice::Tie,
    })
}

/// Points that stand for a bad answer, a middling one (nothing is learned from it) and a good one, of 1 to 5.
const BAD_UP_TO: f64 = 2.0;
const GOOD_FROM: f64 = 4.0;

fn rate(prompt: &Text, completion: &Text, responses: &[Said], out: &mut Understood) -> Result<(), DropReason> {
    if responses.is_empty() {
        let row = RowKind::Demonstration { prompt: Some(prompt.clone()), completion: completion.clone() };
        out.push(checked(row)?);
    }
    for said in responses {
        let label = match (&said.value, number(&said.value)) {
            (_, Some(points)) if points >= GOOD_FROM => Some(true),
            (_, Some(points)) if points <= BAD_UP_TO => Some(false),
            (_, Some(_)) => None,
            (value, None) => truth(value),
        };
        match label {
            Some(is_desirable) => {
                let row = RowKind::Rated { prompt: prompt.clone(), completion: completion.clone(), is_desirable };
                out.rows.push((checked(row)?, said.by.clone()));
            }
            None => out.dropped.push(DropReason::NotDecisive),
        }
    }
    Ok(())
}
