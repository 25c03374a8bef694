//! Conversations written as one text, as the HH-RLHF data set has them.

use super::Form;
use crate::domain::{ChatMessage, Text};
use crate::project::exchange::drop::DropReason;
use crate::project::exchange::fields::{Fields, Role};
use crate::project::exchange::texts::pair;

const HUMAN: &str = "\n\nHuman:";
const ASSISTANT: &str = "\n\nAssistant:";

/// `chosen` and `rejected` as transcripts.
pub(super) const TRANSCRIPTS: Form = Form {
    id: "transcripts",
    meaning: "conversations written as one text with `Human:` and `Assistant:` before each turn, as in HH-RLHF",
    columns: &["prompt", "chosen", "rejected"],
    example: r#"{"chosen": "\n\nHuman: Why?\n\nAssistant: Because.", "rejected": "\n\nHuman: Why?\n\nAssistant: No."}"#,
    fits: |fields| {
        let is_transcript = |name: &str| peek_text(fields, name).is_some_and(is_transcript);
        fields.has("chosen")
            && fields.has("rejected")
            && (is_transcript("prompt") || (is_transcript("chosen") && is_transcript("rejected")))
    },
    understand: |fields, out| {
        let chosen = turns_of(fields.text(&["chosen"], Role::Chosen)?);
        let rejected = turns_of(fields.text(&["rejected"], Role::Rejected)?);
        let prompt = fields.optional_text(&["prompt"], Role::Prompt)?.map(turns_of);
        if prompt.is_none() && [&chosen, &rejected].into_iter().any(|answer| matches!(answer, Text::Plain(_))) {
            return Err(DropReason::NothingShared);
        }
        out.push(pair(prompt, None, chosen, rejected)?);
        Ok(())
    },
};

fn peek_text<'a>(fields: &'a Fields<'_>, name: &str) -> Option<&'a str> {
    fields.peek(name)?.as_str()
}

fn is_transcript(text: &str) -> bool {
    text.trim_start().starts_with("Human:") && text.contains(ASSISTANT)
}

/// The turns of a transcript. An empty last turn, where the answer would begin, is left out.
fn turns_of(text: Text) -> Text {
    let Text::Plain(transcript) = &text else { return text };
    if !is_transcript(transcript) {
        return Text::Plain(transcript.trim().to_owned());
    }
    let mut rest = transcript.trim_start();
    rest = rest.strip_prefix("Human:").unwrap_or(rest);
    let mut role = "user";
    let mut turns = Vec::new();
    loop {
        let next = [(HUMAN, "user"), (ASSISTANT, "assistant")]
            .into_iter()
            .filter_map(|(mark, role)| Some((rest.find(mark)?, mark, role)))
            .min_by_key(|(at, _, _)| *at);
        let Some((at, mark, next_role)) = next else { break };
        turns.push(ChatMessage::new(role, rest[..at].trim()));
        (rest, role) = (&rest[at + mark.len()..], next_role);
    }
    if !rest.trim().is_empty() {
        turns.push(ChatMessage::new(role, rest.trim()));
    }
    Text::Messages(turns)
}
