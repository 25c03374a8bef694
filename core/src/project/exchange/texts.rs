//! Prompts and answers brought into one form: text or messages, the prompt apart from the answers.

use super::drop::DropReason;
use super::row::RowKind;
use crate::domain::{ChatMessage, Text};
use crate::project::dataset::{split_messages, split_text};

/// Whether there is nothing to read in it.
pub(super) fn is_blank(text: &Text) -> bool {
    match text {
        Text::Plain(text) => text.trim().is_empty(),
        Text::Messages(messages) => {
            messages.iter().all(|message| message.content.trim().is_empty() && message.extra.is_empty())
        }
    }
}

/// The same as messages: plain text is a turn of `role`.
pub(super) fn to_messages(text: Text, role: &str) -> Vec<ChatMessage> {
    match text {
        Text::Plain(text) => vec![ChatMessage::new(role, text)],
        Text::Messages(messages) => messages,
    }
}

/// The same as plain text, where it is a single turn of `role` that carries nothing but its text.
pub(super) fn to_plain<'a>(text: &'a Text, role: &str) -> Option<&'a str> {
    match text {
        Text::Plain(text) => Some(text),
        Text::Messages(messages) => match messages.as_slice() {
            [only] if only.role == role && only.extra.is_empty() => Some(&only.content),
            _ => None,
        },
    }
}

/// A prompt and its answers in one form: all plain text, or all messages where one of them is, or a system prompt is.
pub(super) fn in_one_form<const N: usize>(
    prompt: Text,
    system: Option<String>,
    answers: [Text; N],
) -> (Text, [Text; N]) {
    let is_plain = |text: &Text| matches!(text, Text::Plain(_));
    let system = system.filter(|system| !system.trim().is_empty());
    if system.is_none() && is_plain(&prompt) && answers.iter().all(is_plain) {
        return (prompt, answers);
    }
    let mut messages = to_messages(prompt, "user");
    if let Some(system) = system
        && messages.first().is_none_or(|first| first.role != "system")
    {
        messages.insert(0, ChatMessage::new("system", system));
    }
    (Text::Messages(messages), answers.map(|answer| Text::Messages(to_messages(answer, "assistant"))))
}

/// A preference pair. Where the answers hold the whole conversation, the prompt is what they have in common.
pub(super) fn pair(
    prompt: Option<Text>,
    system: Option<String>,
    chosen: Text,
    rejected: Text,
) -> Result<RowKind, DropReason> {
    if is_blank(&chosen) || is_blank(&rejected) {
        return Err(DropReason::EmptyAnswer);
    }
    if chosen == rejected {
        return Err(DropReason::SameAnswers);
    }
    let (prompt, chosen, rejected) = match (prompt, chosen, rejected) {
        (_, Text::Messages(chosen), Text::Messages(rejected)) if hold_prompt(&chosen, &rejected) => {
            let split = split_messages(chosen, rejected).ok().ok_or(DropReason::NothingShared)?;
            (split.prompt, split.chosen, split.rejected)
        }
        (Some(prompt), chosen, rejected) => (prompt, chosen, rejected),
        (None, Text::Plain(chosen), Text::Plain(rejected)) => {
            let split = split_text(&chosen, &rejected).ok().ok_or(DropReason::NothingShared)?;
            (split.prompt, split.chosen, split.rejected)
        }
        (None, _, _) => return Err(DropReason::Missing { column: "prompt" }),
    };
    let (prompt, [chosen, rejected]) = in_one_form(prompt, system, [chosen, rejected]);
    checked(RowKind::Pair { prompt, chosen, rejected })
}

/// Whether conversations begin with what was asked, and alike.
fn hold_prompt(chosen: &[ChatMessage], rejected: &[ChatMessage]) -> bool {
    match (chosen, rejected) {
        ([first, _, ..], [other, _, ..]) => first == other && first.role != "assistant",
        _ => false,
    }
}

/// A conversation as what was asked and the last answer.
pub(super) fn demonstration(mut messages: Vec<ChatMessage>, system: Option<String>) -> Result<RowKind, DropReason> {
    let Some(answer) = messages.pop_if(|last| last.role == "assistant") else { return Err(DropReason::NoAnswer) };
    if messages.is_empty() {
        return Err(DropReason::EmptyPrompt);
    }
    let (prompt, [completion]) = in_one_form(Text::Messages(messages), system, [Text::Messages(vec![answer])]);
    checked(RowKind::Demonstration { prompt: Some(prompt), completion })
}

/// The row, if it says something: nothing in it is empty, and answers that are told apart differ.
pub(super) fn checked(row: RowKind) -> Result<RowKind, DropReason> {
    if row.prompt().is_some_and(is_blank) {
        return Err(DropReason::EmptyPrompt);
    }
    let answers = row.answers();
    if answers.iter().any(|answer| is_blank(answer)) {
        return Err(DropReason::EmptyAnswer);
    }
    match answers.as_slice() {
        [a, b] if same(a, b) => Err(DropReason::SameAnswers),
        _ => Ok(row),
    }
}

fn same(a: &Text, b: &Text) -> bool {
    match (a, b) {
        (Text::Plain(a), Text::Plain(b)) => a.trim() == b.trim(),
        (Text::Messages(a), Text::Messages(b)) => {
            a.len() == b.len()
                && a.iter()
                    .zip(b)
                    .all(|(a, b)| a.role == b.role && a.extra == b.extra && a.content.trim() == b.content.trim())
        }
        _ => false,
    }
}
