//! The forms of TRL's documentation, `dataset_formats.md`.

use super::{Form, Understood};
use crate::domain::Text;
use crate::project::exchange::drop::DropReason;
use crate::project::exchange::fields::{Fields, Role, truth};
use crate::project::exchange::row::RowKind;
use crate::project::exchange::texts::{checked, demonstration, in_one_form, pair};

const SYSTEM: &[&str] = &["system", "system_prompt"];

/// `prompt`, `chosen`, `rejected`.
pub(super) const PREFERENCE: Form = Form {
    id: "preference",
    meaning: "TRL's preference pairs: a better and a worse answer, as text or as messages, with the prompt apart or as \
              their shared beginning",
    columns: &["prompt", "chosen", "rejected", "system"],
    example: r#"{"prompt": "Why?", "chosen": "Because.", "rejected": "No."}"#,
    fits: |fields| fields.has("chosen") && fields.has("rejected"),
    understand: |fields, out| {
        let chosen = fields.text(&["chosen"], Role::Chosen)?;
        let rejected = fields.text(&["rejected"], Role::Rejected)?;
        let prompt = fields.optional_text(&["prompt"], Role::Prompt)?;
        let system = fields.optional_plain(SYSTEM, Role::System)?;
        out.push(pair(prompt, system, chosen, rejected)?);
        Ok(())
    },
};

/// `prompt`, `completion`, `label`.
pub(super) const KTO: Form = Form {
    id: "kto",
    meaning: "TRL's unpaired preferences: an answer and whether it is good",
    columns: &["prompt", "completion", "label", "system"],
    example: r#"{"prompt": "Why?", "completion": "Because.", "label": true}"#,
    fits: |fields| fields.has("completion") && fields.has("label"),
    understand: |fields, out| {
        let (prompt, completion) = prompt_and_completion(fields)?;
        let label = fields.take("label", Role::Label).ok_or(DropReason::Missing { column: "label" })?;
        let is_desirable = truth(&label).ok_or(DropReason::Wrong { column: "label", expected: "true or false" })?;
        out.push(checked(RowKind::Rated { prompt, completion, is_desirable })?);
        Ok(())
    },
};

/// `messages`, `prompt` and `completion`, or `text`.
pub(super) const DEMONSTRATIONS: Form = Form {
    id: "demonstrations",
    meaning: "answers to learn from: `messages`, `prompt` and `completion`, or whole `text`",
    columns: &["messages", "prompt", "completion", "text", "system"],
    example: r#"{"messages": [{"role": "user", "content": "Why?"}, {"role": "assistant", "content": "Because."}]}"#,
    fits: |fields| {
        fields.peek("messages").is_some_and(|messages| messages.is_array() || fields.is_table)
            || (fields.has("prompt") && fields.has("completion"))
            || (fields.has("text") && !fields.has("prompt"))
    },
    understand: understand_demonstration,
};

fn understand_demonstration(fields: &mut Fields<'_>, out: &mut Understood) -> Result<(), DropReason> {
    if fields.has("completion") {
        let (prompt, completion) = prompt_and_completion(fields)?;
        out.push(checked(RowKind::Demonstration { prompt: Some(prompt), completion })?);
        return Ok(());
    }
    if let Some(messages) = fields.optional_text(&["messages"], Role::Conversation)? {
        let Text::Messages(messages) = messages else {
            return Err(DropReason::Wrong { column: "messages", expected: "a list of messages" });
        };
        let system = fields.optional_plain(SYSTEM, Role::System)?;
        out.push(demonstration(messages, system)?);
        return Ok(());
    }
    let completion = match fields.text(&["text"], Role::Conversation)? {
        text @ Text::Plain(_) => text,
        Text::Messages(messages) => {
            out.push(demonstration(messages, None)?);
            return Ok(());
        }
    };
    out.push(checked(RowKind::Demonstration { prompt: None, completion })?);
    Ok(())
}

/// `prompt` alone.
pub(super) const PROMPTS: Form = Form {
    id: "prompts",
    meaning: "prompts without answers: `prompt` as text or as messages",
    columns: &["prompt", "question", "instruction", "query", "system"],
    example: r#"{"prompt": "Why?"}"#,
    fits: |fields| ["prompt", "question", "instruction", "query"].iter().any(|name| fields.has(name)),
    understand: |fields, out| {
        let prompt = fields.text(&["prompt", "question", "instruction", "query"], Role::Prompt)?;
        let system = fields.optional_plain(SYSTEM, Role::System)?;
        let (prompt, []) = in_one_form(prompt, system, []);
        out.push(checked(RowKind::Prompt { prompt })?);
        Ok(())
    },
};

fn prompt_and_completion(fields: &mut Fields<'_>) -> Result<(Text, Text), DropReason> {
    let prompt = fields.text(&["prompt"], Role::Prompt)?;
    let completion = fields.text(&["completion"], Role::Answer)?;
    let system = fields.optional_plain(SYSTEM, Role::System)?;
    let (prompt, [completion]) = in_one_form(prompt, system, [completion]);
    Ok((prompt, completion))
}
