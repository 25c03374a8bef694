//! What can be asked about newer versions of this program.

use serde::{Deserialize, Serialize};

/// Newer versions of this program. The summary of each: `update`
/// ([`Standing`](crate::update::Standing)) and `said` (sentences for people).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum UpdateSpec {
    /// Say what is known, without asking a network.
    Show,
    /// Let the window look for newer versions by itself, or no longer.
    Allow {
        /// Whether it may.
        allowed: bool,
    },
    /// Ask which version is the newest.
    Look,
    /// Fetch the newest version, check it, and put it in place as far as that is this program's to do.
    Install {
        /// The version whose changes a person has read: where the newest is another by now, nothing is fetched.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        version: Option<String>,
    },
}
