//! Alpaca's instructions, with LLaMA-Factory's additions.

use serde_json::Value;

use super::{Form, Understood};
use crate::domain::{ChatMessage, Text};
use crate::project::exchange::drop::DropReason;
use crate::project::exchange::fields::{Fields, Role, truth};
use crate::project::exchange::row::RowKind;
use crate::project::exchange::texts::{checked, in_one_form, pair};

/// `instruction`, `input`, `output`; or `chosen` and `rejected`; or `kto_tag`.
pub(super) const ALPACA: Form = Form {
    id: "alpaca",
    meaning: "Alpaca's instructions, as LLaMA-Factory reads them: `instruction` and `input`, answered by `output`, or by \
              `chosen` and `rejected`, or judged by `kto_tag`",
    columns: &["instruction", "input", "output", "chosen", "rejected", "kto_tag", "system", "history"],
    example: r#"{"instruction": "Translate.", "input": "Guten Tag", "output": "Good day"}"#,
    fits: |fields| {
        fields.has("instruction") && (fields.has("output") || (fields.has("chosen") && fields.has("rejected")))
    },
    understand,
};

fn understand(fields: &mut Fields<'_>, out: &mut Understood) -> Result<(), DropReason> {
    let instruction = fields.optional_plain(&["instruction"], Role::Prompt)?.unwrap_or_default();
    let input = fields.optional_plain(&["input"], Role::Prompt)?;
    let asked = match input {
        Some(input) if instruction.is_empty() => input,
        Some(input) => format!("{instruction}\n{input}"),
        None => instruction,
    };
    let system = fields.optional_plain(&["system"], Role::System)?;
    let prompt = match history(fields)? {
        _ if asked.trim().is_empty() => return Err(DropReason::EmptyPrompt),
        turns if turns.is_empty() => Text::Plain(asked),
        mut turns => {
            turns.push(ChatMessage::new("user", asked));
            Text::Messages(turns)
        }
    };
    if fields.has("chosen") && fields.has("rejected") {
        let chosen = fields.text(&["chosen"], Role::Chosen)?;
        let rejected = fields.text(&["rejected"], Role::Rejected)?;
        out.push(pair(Some(prompt), system, chosen, rejected)?);
        return Ok(());
    }
    let completion = fields.text(&["output"], Role::Answer)?;
    let (prompt, [completion]) = in_one_form(prompt, system, [completion]);
    let row = match fields.take("kto_tag", Role::Label) {
        Some(tag) => {
            let is_desirable = truth(&tag).ok_or(DropReason::Wrong { column: "kto_tag", expected: "true or false" })?;
            RowKind::Rated { prompt, completion, is_desirable }
        }
        None => RowKind::Demonstration { prompt: Some(prompt), completion },
    };
    out.push(checked(row)?);
    Ok(())
}

/// Earlier turns: a list of what was asked and answered.
fn history(fields: &mut Fields<'_>) -> Result<Vec<ChatMessage>, DropReason> {
    let wrong = DropReason::Wrong { column: "history", expected: "a list of pairs of texts" };
    let mut turns = Vec::new();
    let rounds = match fields.take("history", Role::Conversation) {
        None => return Ok(turns),
        Some(Value::Array(rounds)) => rounds,
        Some(Value::String(text)) if text.trim().is_empty() => return Ok(turns),
        Some(_) => return Err(wrong),
    };
    for round in rounds {
        let Value::Array(round) = round else { return Err(wrong) };
        let Ok([Value::String(asked), Value::String(answered)]) = <[Value; 2]>::try_from(round) else {
            return Err(wrong);
        };
        turns.extend([ChatMessage::new("user", asked), ChatMessage::new("assistant", answered)]);
    }
    Ok(turns)
}
