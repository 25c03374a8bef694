//! What is known of newer versions, as screens and the command line tell it.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::{Installed, UpdateError};

/// What is known of newer versions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// The version that runs.
    pub version: String,
    /// The package that it came out of; `None` where it was built from sources.
    pub installed: Option<Installed>,
    /// Whether this build knows where to look.
    pub can_look: bool,
    /// Whether the window may look by itself.
    pub allowed: bool,
    /// When was last looked, in seconds since 1970.
    pub looked_at: Option<u64>,
    /// The newest version, where it is newer than the one that runs.
    pub newest: Option<Offer>,
    /// What was put in place, or lies ready.
    pub ready: Option<Ready>,
}

/// A newer version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// The version.
    pub version: String,
    /// What changed, as plain text.
    pub notes: String,
}

/// A newer version that was fetched and checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "how", rename_all = "snake_case")]
pub enum Ready {
    /// It stands in the old one's place and starts next time.
    InPlace {
        /// The version.
        version: String,
    },
    /// The system's package manager installs it.
    Package {
        /// The version.
        version: String,
        /// The package.
        path: PathBuf,
        /// The command to type.
        command: String,
    },
    /// Its own installer puts it in place.
    Installer {
        /// The version.
        version: String,
        /// The installer.
        path: PathBuf,
    },
    /// It is unpacked over the old one by hand.
    Archive {
        /// The version.
        version: String,
        /// The archive.
        path: PathBuf,
    },
}

/// The same in a sentence.
pub(super) fn said_of(standing: &Standing) -> String {
    if !standing.can_look {
        return UpdateError::NoOrigin.to_string();
    }
    if standing.installed.is_none() {
        return UpdateError::NotInstalled.to_string();
    }
    match (&standing.ready, &standing.newest) {
        (Some(Ready::InPlace { version }), _) => format!("Version {version} is in place and starts next time."),
        (_, Some(newest)) => format!("Version {} is there; this is {}.", newest.version, standing.version),
        (_, None) if standing.looked_at.is_some() => {
            format!("This is {}, and no newer version is known.", standing.version)
        }
        _ => format!("This is {}. Nobody has looked for newer versions yet.", standing.version),
    }
}

/// What is left to do, in a sentence.
pub(super) fn said_of_ready(ready: &Ready) -> String {
    match ready {
        Ready::InPlace { version } => {
            format!(
                "Version {version} is in place and starts next time. The old one is kept until then: should the new one \
                 not start, start again, and the old one is back."
            )
        }
        Ready::Package { version, command, .. } => {
            format!("Version {version} was fetched and checked. Install it with: {command}")
        }
        Ready::Installer { version, path } => {
            format!("Version {version} was fetched and checked. Its installer is {}", path.display())
        }
        Ready::Archive { version, path } => {
            format!(
                "Version {version} was fetched and checked. Close the program and unpack {} over it.",
                path.display()
            )
        }
    }
}
