//! What a model's chat template puts around the texts of a conversation, read off conversations whose texts are known.

use serde_json::{Map, Value};

use super::super::ExportError;
use super::refused;
use crate::domain::ChatMessage;
use crate::model::ChatTemplate;

/// Users' turns of the longest conversation that is looked at.
const LONGEST: usize = 4;

/// The literal texts of conversations in which user and assistant take turns, the user first and last.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Turns {
    /// Before the first user's text, where there is no system message.
    pub(super) start: String,
    pub(super) system: System,
    /// From a user's text to the assistant's.
    pub(super) to_assistant: String,
    /// From an assistant's text to the user's.
    pub(super) to_user: String,
    /// After the last user's text, where the assistant is to write.
    pub(super) end: String,
}

/// Where a system message goes.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum System {
    /// The template takes none.
    Unknown,
    /// Before the first user's text.
    First { before: String, after: String },
    /// Right before the last user's text, inside its turn.
    InLastTurn { after: String },
}

/// Texts that no template writes by itself, with nothing at their ends that a template would take off.
fn mark(role: &str, number: usize) -> String {
    format!("Vq{role}{number}Zk")
}

fn conversation(with_system: bool, turns: usize, blank: &str) -> Vec<ChatMessage> {
    let say = |role: &str, number: usize| ChatMessage::new(role, format!("{blank}{}{blank}", mark(role, number)));
    let mut messages = Vec::new();
    messages.extend(with_system.then(|| say("system", 0)));
    for number in 1..=turns {
        messages.push(say("user", number));
        if number < turns {
            messages.push(say("assistant", number));
        }
    }
    messages
}

/// The texts between the marks, as (mark that comes next, text before it); the last has no mark.
fn pieces(text: &str, messages: &[ChatMessage]) -> Result<Vec<(Option<String>, String)>, ExportError> {
    let marks: Vec<&str> = messages.iter().map(|message| message.content.as_str()).collect();
    if marks.iter().any(|mark| text.matches(mark).count() != 1) {
        return Err(refused("a chat template that leaves a message out, or writes one twice"));
    }
    let mut places: Vec<(usize, &str)> =
        marks.iter().filter_map(|mark| text.find(mark).map(|place| (place, *mark))).collect();
    places.sort_unstable();
    let (mut found, mut from) = (Vec::new(), 0);
    for (place, mark) in places {
        found.push((Some(mark.to_owned()), text[from..place].to_owned()));
        from = place + mark.len();
    }
    found.push((None, text[from..].to_owned()));
    Ok(found)
}

impl Turns {
    /// Refused where longer conversations read otherwise than shorter ones.
    pub(super) fn of(template: &ChatTemplate, arguments: &Map<String, Value>) -> Result<Self, ExportError> {
        let render = |with_system: bool, turns: usize| {
            let messages = conversation(with_system, turns, "");
            template.render(&messages, true, arguments).map(|text| pieces(&text, &messages))
        };
        let no_system = render(false, 2).map_err(|error| refused(format!("a chat template that fails: {error}")))??;
        let [(_, start), (_, to_assistant), (_, to_user), (None, end)] = no_system.as_slice() else {
            return Err(refused("a chat template that turns messages round"));
        };
        let mut turns = Self {
            start: start.clone(),
            system: System::Unknown,
            to_assistant: to_assistant.clone(),
            to_user: to_user.clone(),
            end: end.clone(),
        };
        // A template that takes no system message says so by failing.
        if let Ok(found) = render(true, 2) {
            turns.system = Self::system_of(&found?)?;
        }
        for length in 1..=LONGEST {
            for with_system in [false, true] {
                if with_system && turns.system == System::Unknown {
                    continue;
                }
                let found = render(with_system, length);
                let found = found.map_err(|error| refused(format!("a chat template that fails: {error}")))??;
                if found != turns.expected(with_system, length) {
                    return Err(refused("a chat template whose turns read otherwise in longer conversations"));
                }
            }
        }
        Ok(turns)
    }

    fn system_of(found: &[(Option<String>, String)]) -> Result<System, ExportError> {
        let system = mark("system", 0);
        let place = found.iter().position(|(mark, _)| mark.as_ref() == Some(&system));
        match place {
            Some(0) => Ok(System::First { before: found[0].1.clone(), after: found[1].1.clone() }),
            Some(place) if place + 3 == found.len() => Ok(System::InLastTurn { after: found[place + 1].1.clone() }),
            _ => Err(refused("a chat template that puts the system message between other turns")),
        }
    }

    /// What [`pieces`] gives where the template is what this says.
    fn expected(&self, with_system: bool, length: usize) -> Vec<(Option<String>, String)> {
        let mut expected = Vec::new();
        let mut put = |role: &str, number: usize, before: &str| {
            expected.push((Some(mark(role, number)), before.to_owned()));
        };
        for number in 1..=length {
            let before = if number == 1 { &self.start } else { &self.to_user };
            match &self.system {
                System::First { before, after } if with_system && number == 1 => {
                    put("system", 0, before);
                    put("user", number, after);
                }
                System::InLastTurn { after } if with_system && number == length => {
                    put("system", 0, before);
                    put("user", number, after);
                }
                _ => put("user", number, before),
            }
            if number < length {
                put("assistant", number, &self.to_assistant);
            }
        }
        expected.push((None, self.end.clone()));
        expected
    }

    /// Whether the template takes blanks off the ends of texts, which no Go template can.
    pub(super) fn takes_blanks_off(template: &ChatTemplate, arguments: &Map<String, Value>) -> bool {
        let [padded, bare] = ["  ", ""].map(|blank| template.render(&conversation(false, 2, blank), true, arguments));
        match (padded, bare) {
            (Ok(padded), Ok(bare)) => padded.len() < bare.len() + 3 * 4,
            _ => false,
        }
    }

    /// Without `bos` at its beginning, which Ollama puts there by itself; refused where it does not begin so.
    pub(super) fn without_first_token(mut self, bos: &str) -> Result<Self, ExportError> {
        let cut = |text: &str| {
            let rest = text.strip_prefix(bos).map(str::to_owned);
            rest.ok_or_else(|| {
                refused(format!("conversations without the token {bos}, which it puts before every text of this model"))
            })
        };
        self.start = cut(&self.start)?;
        if let System::First { before, .. } = &mut self.system {
            *before = cut(before)?;
        }
        Ok(self)
    }
}
