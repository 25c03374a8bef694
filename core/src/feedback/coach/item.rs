//! What a coach is asked about.

use crate::domain::Text;

/// Two answers to one request.
#[derive(Debug, Clone, PartialEq)]
pub struct CoachItem {
    /// What was asked, as the model that answered read it.
    pub prompt: Text,
    /// One answer.
    pub a: String,
    /// The other.
    pub b: String,
}

impl CoachItem {
    /// Two answers to a prompt.
    pub fn new(prompt: impl Into<Text>, a: impl Into<String>, b: impl Into<String>) -> Self {
        Self { prompt: prompt.into(), a: a.into(), b: b.into() }
    }
}

/// One answer, whose rules are checked one by one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CheckItem<'a> {
    /// What was asked, as the model that answered read it.
    pub prompt: &'a Text,
    /// What was answered.
    pub reply: &'a str,
}

/// What a prompt asks, as a coach reads it: a plain text or a single turn as it is; of a longer conversation every turn
/// with who speaks. The system prompt is not part of the request.
pub fn request_of(prompt: &Text) -> String {
    match prompt {
        Text::Plain(text) => text.clone(),
        Text::Messages(messages) => {
            let turns: Vec<_> = messages.iter().filter(|message| message.role != "system").collect();
            match turns.as_slice() {
                [only] => only.content.clone(),
                turns => {
                    let said = turns.iter().map(|turn| format!("{}: {}", turn.role, turn.content));
                    said.collect::<Vec<_>>().join("\n")
                }
            }
        }
    }
}
