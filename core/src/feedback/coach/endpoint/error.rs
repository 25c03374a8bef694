//! What can be wrong with an endpoint before anything is asked of it, and the cure.

use std::path::PathBuf;

use crate::domain::ToUserMessage;
use crate::files::FileError;
use crate::job::Cancelled;

/// An endpoint cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum EndpointError {
    /// Somebody asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    /// A file of this machine.
    #[error(transparent)]
    File(#[from] FileError),
    /// The system names no folder for settings.
    #[error("there is no folder for this program's settings: {reason}")]
    NoConfigFolder {
        /// What was looked for.
        reason: String,
    },
    /// The file of endpoints says something that cannot be used.
    #[error("{}, line {line}: {problem}", path.display())]
    Settings {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: usize,
        /// What is wrong.
        problem: String,
    },
    /// Nothing of this name.
    #[error("this machine knows no endpoint called `{name}`")]
    Unknown {
        /// As it was given.
        name: String,
        /// Those that it knows.
        known: Vec<String>,
    },
    /// A name that an endpoint cannot have.
    #[error("an endpoint cannot be called {name:?}")]
    Name {
        /// As it was given.
        name: String,
    },
    /// An address that is none.
    #[error("{address:?} is no address of an endpoint: {problem}")]
    Address {
        /// As it was given, without what may be a secret in it.
        address: String,
        /// What is wrong.
        problem: &'static str,
    },
    /// A number that makes no sense.
    #[error("the endpoint `{name}` has {what} that cannot be")]
    Number {
        /// The endpoint.
        name: String,
        /// Which one.
        what: &'static str,
    },
    /// Without encryption to anywhere.
    #[error("{host} would be asked without encryption: everybody on the way could read the texts and the key")]
    PlainHttp {
        /// The host.
        host: String,
    },
    /// Without encryption to a machine near by, and nobody confirmed it.
    #[error("{host} is another machine of this network, and would be asked without encryption")]
    NotConfirmed {
        /// The endpoint.
        name: String,
        /// The host.
        host: String,
    },
    /// A host that is not to be found.
    #[error("cannot find {host}: {reason}")]
    NoSuchHost {
        /// The host.
        host: String,
        /// What the system said.
        reason: String,
    },
    /// A key that no header takes.
    #[error("the key in {place} has characters that no key has, or is far too long")]
    KeyForm {
        /// Where it was found.
        place: &'static str,
    },
    /// It was tried, and did not judge.
    #[error("`{name}` did not judge: {because}")]
    DidNotJudge {
        /// What it is called.
        name: String,
        /// Why.
        because: String,
    },
    /// Nobody agreed that texts leave this machine.
    #[error("nobody agreed yet that {} may be sent to {host}", if *of_project { "this project's texts" } else { "these texts" })]
    NotAgreed {
        /// The endpoint.
        name: String,
        /// Where they would go.
        host: String,
        /// Whether a project is asked for.
        of_project: bool,
    },
    /// Requests cannot be made at all.
    #[error("requests to {host} cannot be made: {reason}")]
    Client {
        /// The host.
        host: String,
        /// Why not.
        reason: String,
    },
}

impl ToUserMessage for EndpointError {
    fn hint(&self) -> Option<String> {
        let cure = match self {
            Self::Cancelled(_) => return None,
            Self::File(error) => return error.hint(),
            Self::NoConfigFolder { .. } => "set WHETSTONE_CONFIG to a folder that you may write".to_owned(),
            Self::Settings { .. } => {
                "put the line right, or take the endpoint out of the file and add it anew with `whetstone endpoint add`".to_owned()
            }
            Self::Unknown { known, .. } if known.is_empty() => {
                "add it with `whetstone endpoint add NAME --address URL --model MODEL`".to_owned()
            }
            Self::Unknown { known, .. } => {
                format!("it knows {}; another is added with `whetstone endpoint add`", known.join(", "))
            }
            Self::Name { .. } => "take up to 40 letters, digits, dots, `-` and `_`".to_owned(),
            Self::Address { .. } => {
                "give the address up to `/v1`, such as http://localhost:11434/v1 or https://api.example.com/v1".to_owned()
            }
            Self::Number { .. } => {
                "prices are 0 or more, of a million tokens; requests at once are 1 to 64; a context has 256 tokens or more".to_owned()
            }
            Self::PlainHttp { .. } => {
                "give its https:// address; without encryption only this machine, private addresses such as 192.168.1.20 and \
                 names that end in .local are asked"
                    .to_owned()
            }
            Self::NotConfirmed { name, .. } => {
                format!("if you trust this network, confirm it once with `whetstone endpoint add {name} … --yes`")
            }
            Self::NoSuchHost { .. } => "check the address and the network".to_owned(),
            Self::KeyForm { place } => format!("put a new one into {place}: copy it again, in one piece"),
            Self::NotAgreed { of_project: true, .. } => {
                "look at what would be sent and agree: add --yes, or agree in the window; it is asked once a project".to_owned()
            }
            Self::DidNotJudge { .. } => {
                "check the address, the model's name and the key; `whetstone endpoint add` puts them right".to_owned()
            }
            Self::NotAgreed { .. } => "look at what would be sent and agree, or add --yes".to_owned(),
            Self::Client { .. } => "try again; where it stays so, report it with what is said here".to_owned(),
        };
        Some(cure)
    }
}
