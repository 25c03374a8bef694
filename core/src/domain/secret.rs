//! A text that must not be seen: it has no `Display`, and `Debug` says nothing of it.

use serde::{Deserialize, Serialize};

/// A secret, such as a token. It is written where one process hands it to another, and nowhere else.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Takes a text as a secret; white space around it is what a paste brings along.
    pub fn new(text: &str) -> Self {
        Self(text.trim().to_owned())
    }

    /// The text itself, for the one place that needs it.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_it_is_printed() {
        let secret = Secret::new("  hf_canary\n");
        assert_eq!(secret.reveal(), "hf_canary");
        assert!(!format!("{secret:?} {:#?}", Some(&secret)).contains("canary"));
        assert!(Secret::new(" \n").is_empty());
    }
}
