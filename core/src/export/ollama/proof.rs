//! The template that Ollama is given, held against the model's own: the same tokens for the same conversations.

use serde_json::{Map, Value};

use super::super::{ExportError, Proof};
use super::{go_template, refused};
use crate::domain::ChatMessage;
use crate::model::{ChatTemplate, ModelError, TextTokenizer};

/// What people ask, of many kinds.
pub(super) const PROMPTS: [&str; 10] = [
    "Where is my parcel? I ordered it on 12 March and nothing came.",
    "Write a haiku about rain.",
    "What is 17 times 23?",
    "Translate into French: The meeting starts at nine.",
    "List three things to pack for a day at the sea:\n1.",
    "fn main() { let x: Vec<u8> = vec![0; 16]; } // what does {{ this }} do?",
    "Žluťoučký kůň pěl ďábelské ódy – was heißt das?",
    "請用一句話介紹台北。",
    "Say \"hello\" in three languages, please.",
    "🙂 Is that all?",
];

const ANSWERS: [&str; 3] =
    ["It left us yesterday.", "Of course.\nHere you are.", "I do not know; \"maybe\" {{ .System }}."];

const SYSTEM: &str = "You answer briefly.\nYou are kind.";

/// Conversations over the prompts, of one to three turns of the user, with and without a system message.
pub(super) fn conversations(with_system: &[bool]) -> Vec<Vec<ChatMessage>> {
    let mut conversations = Vec::new();
    for (number, prompt) in PROMPTS.iter().enumerate() {
        for &with_system in with_system {
            for turns in 0..3 {
                let mut messages = Vec::new();
                messages.extend(with_system.then(|| ChatMessage::new("system", SYSTEM)));
                for turn in 0..turns {
                    messages.push(ChatMessage::new("user", PROMPTS[(number + turn + 1) % PROMPTS.len()]));
                    messages.push(ChatMessage::new("assistant", ANSWERS[(number + turn) % ANSWERS.len()]));
                }
                messages.push(ChatMessage::new("user", *prompt));
                conversations.push(messages);
            }
        }
    }
    conversations
}

/// Refused where a conversation comes out as other tokens.
pub(super) fn hold(
    go: &str,
    takes_system: bool,
    (template, arguments): (&ChatTemplate, &Map<String, Value>),
    tokenizer: &TextTokenizer,
) -> Result<Proof, ExportError> {
    let ids = |text: &str, with_frame: bool| tokenizer.encode(text, with_frame).map_err(ModelError::from);
    for messages in conversations(if takes_system { &[false, true] } else { &[false] }) {
        let own = template.render(&messages, true, arguments).map_err(ModelError::from)?;
        let Some(ours) = go_template::render(go, &messages) else {
            return Err(refused("a chat template whose texts Go's templates read as something else"));
        };
        // The program around the file puts its own tokens round a prompt, as the tokenizer does.
        if ids(&ours, true)? != ids(&own, false)? {
            return Err(refused("a chat template that does more than put texts around messages"));
        }
    }
    Ok(Proof {
        how: "Conversations of one to three turns, with and without a system message where the model takes one, were put \
              through the template that Ollama is given and through the model's own: the same tokens."
            .to_owned(),
        prompts: PROMPTS.len(),
        same_template: Some(true),
        ..Proof::default()
    })
}
