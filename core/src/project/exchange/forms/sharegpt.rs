//! `ShareGPT`'s conversations, with LLaMA-Factory's additions for preferences.

use super::{Form, Understood};
use crate::domain::{ChatMessage, Text};
use crate::project::exchange::drop::DropReason;
use crate::project::exchange::fields::{Fields, Role, truth};
use crate::project::exchange::row::RowKind;
use crate::project::exchange::texts::{checked, demonstration, in_one_form, pair};

/// `conversations`, with `chosen` and `rejected`, or with `kto_tag`.
pub(super) const SHAREGPT: Form = Form {
    id: "sharegpt",
    meaning: "ShareGPT's conversations of `from` and `value`, with `chosen` and `rejected` or `kto_tag` where answers were \
              judged",
    columns: &["conversations", "chosen", "rejected", "kto_tag", "system"],
    example: r#"{"conversations": [{"from": "human", "value": "Why?"}],
        "chosen": {"from": "gpt", "value": "Because."}, "rejected": {"from": "gpt", "value": "No."}}"#,
    fits: |fields| fields.has("conversations"),
    understand,
};

fn understand(fields: &mut Fields<'_>, out: &mut Understood) -> Result<(), DropReason> {
    let conversation = fields.text(&["conversations"], Role::Conversation)?;
    let Text::Messages(mut messages) = conversation else {
        return Err(DropReason::Wrong { column: "conversations", expected: "a list of messages" });
    };
    let system = fields.optional_plain(&["system"], Role::System)?;
    if fields.has("chosen") && fields.has("rejected") {
        let chosen = fields.text(&["chosen"], Role::Chosen)?;
        let rejected = fields.text(&["rejected"], Role::Rejected)?;
        out.push(pair(Some(Text::Messages(messages)), system, chosen, rejected)?);
        return Ok(());
    }
    let Some(tag) = fields.take("kto_tag", Role::Label) else {
        out.push(demonstration(messages, system)?);
        return Ok(());
    };
    let is_desirable = truth(&tag).ok_or(DropReason::Wrong { column: "kto_tag", expected: "true or false" })?;
    let answer = last_answer(&mut messages)?;
    let (prompt, [completion]) = in_one_form(Text::Messages(messages), system, [Text::Messages(vec![answer])]);
    out.push(checked(RowKind::Rated { prompt, completion, is_desirable })?);
    Ok(())
}

fn last_answer(messages: &mut Vec<ChatMessage>) -> Result<ChatMessage, DropReason> {
    messages.pop_if(|last| last.role == "assistant").ok_or(DropReason::NoAnswer)
}
