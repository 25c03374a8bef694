//! Rows brought into what a form can say.

use crate::domain::{ChatMessage, Choice, Text};
use crate::project::exchange::row::RowKind;
use crate::project::exchange::texts::{checked, demonstration, to_messages, to_plain};

/// The row, if it says something; a conversation to learn from as its prompt and its last answer.
pub(super) fn normal(row: &RowKind) -> Vec<RowKind> {
    let row = match row {
        RowKind::Demonstration { prompt: None, completion: Text::Messages(messages) } => {
            demonstration(messages.clone(), None)
        }
        row => checked(row.clone()),
    };
    row.ok().into_iter().collect()
}

/// Pairs, and comparisons that somebody decided, as pairs.
pub(super) fn pairs(row: &RowKind) -> Vec<RowKind> {
    let pair = match row {
        RowKind::Pair { .. } => row.clone(),
        RowKind::Comparison { prompt, a, b, choice: Some(choice) } => {
            let (chosen, rejected) = match choice {
                Choice::A => (a, b),
                Choice::B => (b, a),
                Choice::Tie | Choice::BothBad | Choice::Skip => return Vec::new(),
            };
            RowKind::Pair { prompt: prompt.clone(), chosen: chosen.clone(), rejected: rejected.clone() }
        }
        _ => return Vec::new(),
    };
    normal(&pair)
}

/// Rated answers; of a pair, both answers.
pub(super) fn rated(row: &RowKind) -> Vec<RowKind> {
    if matches!(row, RowKind::Rated { .. }) {
        return normal(row);
    }
    let mut rows = Vec::new();
    for pair in pairs(row) {
        if let RowKind::Pair { prompt, chosen, rejected } = pair {
            rows.push(RowKind::Rated { prompt: prompt.clone(), completion: chosen, is_desirable: true });
            rows.push(RowKind::Rated { prompt, completion: rejected, is_desirable: false });
        }
    }
    rows
}

/// Demonstrations; of a pair the better answer, of rated answers the good ones.
pub(super) fn demonstrations(row: &RowKind) -> Vec<RowKind> {
    let of = |prompt: &Text, completion: &Text| {
        vec![RowKind::Demonstration { prompt: Some(prompt.clone()), completion: completion.clone() }]
    };
    match row {
        RowKind::Demonstration { .. } => normal(row),
        RowKind::Rated { prompt, completion, is_desirable: true } => of(prompt, completion),
        _ => pairs(row)
            .iter()
            .flat_map(|pair| match pair {
                RowKind::Pair { prompt, chosen, .. } => of(prompt, chosen),
                _ => Vec::new(),
            })
            .collect(),
    }
}

/// Prompts of whatever row.
pub(super) fn prompts(row: &RowKind) -> Vec<RowKind> {
    row.prompt()
        .map(|prompt| RowKind::Prompt { prompt: prompt.clone() })
        .into_iter()
        .flat_map(|row| normal(&row))
        .collect()
}

/// Comparisons; a pair is one whose first answer is the better one.
pub(super) fn comparisons(row: &RowKind) -> Vec<RowKind> {
    match row {
        RowKind::Comparison { .. } => normal(row),
        RowKind::Pair { prompt, chosen, rejected } => normal(&RowKind::Comparison {
            prompt: prompt.clone(),
            a: chosen.clone(),
            b: rejected.clone(),
            choice: Some(Choice::A),
        }),
        _ => Vec::new(),
    }
}

/// The same row with every text changed; `None` where one cannot be.
pub(super) fn map_texts(row: RowKind, change: &dyn Fn(Text, &'static str) -> Option<Text>) -> Option<RowKind> {
    const ASKED: &str = "user";
    const ANSWERED: &str = "assistant";
    Some(match row {
        RowKind::Pair { prompt, chosen, rejected } => RowKind::Pair {
            prompt: change(prompt, ASKED)?,
            chosen: change(chosen, ANSWERED)?,
            rejected: change(rejected, ANSWERED)?,
        },
        RowKind::Comparison { prompt, a, b, choice } => RowKind::Comparison {
            prompt: change(prompt, ASKED)?,
            a: change(a, ANSWERED)?,
            b: change(b, ANSWERED)?,
            choice,
        },
        RowKind::Demonstration { prompt: Some(prompt), completion } => {
            RowKind::Demonstration { prompt: Some(change(prompt, ASKED)?), completion: change(completion, ANSWERED)? }
        }
        // A whole text is no answer to anything: it stays as it is.
        whole @ RowKind::Demonstration { prompt: None, .. } => whole,
        RowKind::Rated { prompt, completion, is_desirable } => {
            RowKind::Rated { prompt: change(prompt, ASKED)?, completion: change(completion, ANSWERED)?, is_desirable }
        }
        RowKind::Prompt { prompt } => RowKind::Prompt { prompt: change(prompt, ASKED)? },
    })
}

/// Rows as messages.
pub(super) fn as_messages(rows: Vec<RowKind>) -> Vec<RowKind> {
    let change = |text: Text, role: &'static str| Some(Text::Messages(to_messages(text, role)));
    rows.into_iter().filter_map(|row| map_texts(row, &change)).collect()
}

/// Rows as messages of nothing but a role and a text.
pub(super) fn as_bare_messages(rows: Vec<RowKind>) -> Vec<RowKind> {
    let change = |text: Text, role: &'static str| {
        let messages = to_messages(text, role).into_iter();
        Some(Text::Messages(messages.map(|message| ChatMessage::new(message.role, message.content)).collect()))
    };
    let rows = rows.into_iter().filter_map(|row| map_texts(row, &change));
    rows.filter_map(|row| checked(row).ok()).collect()
}

/// Rows as plain text: those without a system prompt and without earlier turns.
pub(super) fn as_text(rows: Vec<RowKind>) -> Vec<RowKind> {
    let change = |text: Text, role: &'static str| to_plain(&text, role).map(|text| Text::Plain(text.to_owned()));
    rows.into_iter().filter_map(|row| map_texts(row, &change)).collect()
}

/// A prompt taken apart: for forms that have a column for each part.
pub(super) struct Turns {
    pub(super) system: Option<String>,
    /// Earlier turns: what was asked and answered.
    pub(super) history: Vec<(String, String)>,
    /// What was asked last.
    pub(super) asked: String,
}

/// Takes a prompt apart; `None` where it is more than a system prompt and turns that alternate.
pub(super) fn turns_of(prompt: &Text) -> Option<Turns> {
    let mut messages = match prompt {
        Text::Plain(asked) => return Some(Turns { system: None, history: Vec::new(), asked: asked.clone() }),
        Text::Messages(messages) => messages.as_slice(),
    };
    if messages.iter().any(|message| !message.extra.is_empty()) {
        return None;
    }
    let mut system = None;
    if let [first, rest @ ..] = messages
        && first.role == "system"
    {
        (system, messages) = (Some(first.content.clone()), rest);
    }
    let (last, earlier) = messages.split_last()?;
    if last.role != "user" || earlier.len() % 2 != 0 {
        return None;
    }
    let rounds = earlier.chunks(2).map(|round| match round {
        [asked, answered] if asked.role == "user" && answered.role == "assistant" => {
            Some((asked.content.clone(), answered.content.clone()))
        }
        _ => None,
    });
    Some(Turns { system, history: rounds.collect::<Option<_>>()?, asked: last.content.clone() })
}

/// Rows whose prompts can be taken apart and whose answers are single texts, as they come back: plain text where there is
/// neither a system prompt nor an earlier turn.
pub(super) fn as_turns(rows: Vec<RowKind>, has_history: bool) -> Vec<RowKind> {
    rows.into_iter().filter_map(|row| one_as_turns(row, has_history)).collect()
}

fn one_as_turns(row: RowKind, has_history: bool) -> Option<RowKind> {
    let turns = turns_of(row.prompt()?)?;
    if !has_history && !turns.history.is_empty() {
        return None;
    }
    let is_plain = turns.system.is_none() && turns.history.is_empty();
    let change = |text: Text, role: &'static str| match (role, is_plain) {
        ("user", true) => Some(Text::Plain(turns.asked.clone())),
        ("user", false) => Some(text),
        (_, true) => to_plain(&text, role).map(|answer| Text::Plain(answer.to_owned())),
        (_, false) => to_plain(&text, role).map(|answer| Text::Messages(vec![ChatMessage::new(role, answer)])),
    };
    map_texts(row, &change)
}
