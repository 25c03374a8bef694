//! What a person is told when something could not be done.

use serde::{Deserialize, Serialize};

/// A failure in the user's words. Built once, at the edge of the program, from a room's typed error.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserMessage {
    /// What happened and where: one sentence that names the file and the place in it.
    pub what: String,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// Technical cause, for a report; never needed to act.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<String>,
}

impl UserMessage {
    /// A message without a hint.
    pub fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), hint: None, details: None }
    }

    /// The same message with the cure.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl std::fmt::Display for UserMessage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.what)?;
        if let Some(hint) = &self.hint {
            write!(f, "\n  {hint}")?;
        }
        Ok(())
    }
}

/// Every room's error knows its message.
pub trait ToUserMessage: std::error::Error {
    /// The cure, where there is one.
    fn hint(&self) -> Option<String> {
        None
    }

    /// The message a person reads: the error's own sentence, its chain of causes, and the cure.
    fn user_message(&self) -> UserMessage {
        let mut causes = Vec::new();
        let mut source = self.source();
        while let Some(cause) = source {
            causes.push(cause.to_string());
            source = cause.source();
        }
        UserMessage {
            what: self.to_string(),
            hint: self.hint(),
            details: (!causes.is_empty()).then(|| causes.join("; ")),
        }
    }
}
