//! What a job that asks an endpoint is given for it.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::domain::{Budget, Secret};

/// How an endpoint may be asked. Where it stands and what it costs is the machine's to know, and in no job.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct EndpointMeans {
    /// How much it may cost, with what the ledger already holds.
    pub budget: Budget,
    /// The file that every answer is kept in before it is used: what was paid for once is not asked again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ledger: Option<PathBuf>,
    /// A key for this sitting, ahead of the one in `WHETSTONE_COACH_KEY` and of the keyring's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_key: Option<Secret>,
    /// The project's id, whose agreement to send its texts is kept on this machine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
    /// Whether a person agreed, just now, that the texts leave this machine.
    pub agreed: bool,
}
