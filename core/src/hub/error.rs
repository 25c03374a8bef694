//! What can go wrong between this machine and the Hub, with the cure.

use std::path::PathBuf;
use std::time::Duration;

use super::names::shown;
use crate::domain::{ModelPlace, Refusal, ToUserMessage};
use crate::files::FileError;
use crate::job::{Cancelled, JobError};
use crate::preflight::size;

/// Something of the Hub, or with the models on this machine, could not be done. What was fetched before is kept.
#[derive(Debug, thiserror::Error)]
pub enum HubError {
    /// Somebody asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    /// A file of this machine.
    #[error(transparent)]
    File(#[from] FileError),
    /// The Hub's address is none.
    #[error("HF_ENDPOINT is {endpoint:?}, which is no address of a Hub")]
    Endpoint {
        /// What the variable holds.
        endpoint: String,
    },
    /// A name that no repository has.
    #[error("{name:?} is no name of a repository")]
    RepositoryName {
        /// As it was given.
        name: String,
    },
    /// A name that no revision has.
    #[error("{revision:?} is no name of a revision")]
    Revision {
        /// As it was given.
        revision: String,
    },
    /// A file's name that would lead out of its folder, or means something else to some system.
    #[error("the repository has a file named {name:?}, which is not safe to write: nothing of it was fetched")]
    FileName {
        /// As the Hub has it.
        name: String,
    },
    /// The network is to be left alone.
    #[error("{what} is not on this machine, and HF_HUB_OFFLINE says to leave the network alone")]
    Offline {
        /// What was wanted.
        what: String,
    },
    /// A model that was never fetched.
    #[error("the model {name} is not on this machine")]
    NotHere {
        /// `owner/name`, with its revision where one was asked for.
        name: String,
        /// What was begun of it.
        begun: bool,
    },
    /// A token that no header takes.
    #[error("the token has characters that no token has")]
    BadToken,
    /// A token that is none: of a form that no token has, so that it goes nowhere.
    #[error("the token in {place} has characters that no token has, or is far too long")]
    TokenForm {
        /// Where it was found.
        place: String,
    },
    /// No answer.
    #[error("cannot reach {host}")]
    Network {
        /// Who was asked.
        host: String,
        /// What the system said.
        #[source]
        source: reqwest::Error,
    },
    /// Nothing of this name, or nothing that this account may see.
    #[error("{host} has no {what}, or none that you may see")]
    NotFound {
        /// Who was asked.
        host: String,
        /// What for.
        what: String,
    },
    /// A token is needed, or the one that was sent is not known.
    #[error("{host} asks for a token to show {what}{}", if *sent { ", and does not know the one that was sent" } else { "" })]
    TokenNeeded {
        /// Who was asked.
        host: String,
        /// What for.
        what: String,
        /// Whether one was sent.
        sent: bool,
    },
    /// Its owners want their terms to be accepted first.
    #[error("{repository} is given out only after its terms are accepted")]
    Gated {
        /// `owner/name`.
        repository: String,
        /// Where that is done.
        page: String,
    },
    /// Not allowed.
    #[error("{host} does not allow {what}")]
    Forbidden {
        /// Who was asked.
        host: String,
        /// What for.
        what: String,
        /// What it said.
        said: Option<String>,
    },
    /// Too many requests, and a long wait.
    #[error("{host} wants no more requests for {} minutes", wait.as_secs().div_ceil(60))]
    TooManyRequests {
        /// Who was asked.
        host: String,
        /// How long it wants to be left alone.
        wait: Duration,
    },
    /// An answer that says no in another way.
    #[error("{host} answered {status} for {what}")]
    Status {
        /// Who was asked.
        host: String,
        /// Its answer's number.
        status: u16,
        /// What for.
        what: String,
    },
    /// An answer that is none.
    #[error("{host} gave an answer for {what} that is not to be used: {fault}")]
    Answer {
        /// Who was asked.
        host: String,
        /// What for.
        what: String,
        /// What is wrong with it.
        fault: String,
    },
    /// Nothing came for too long.
    #[error("{host} sends almost nothing any more: {what} stopped after {} seconds", limit.as_secs())]
    Stalled {
        /// Who was asked.
        host: String,
        /// What for.
        what: String,
        /// How long almost nothing came.
        limit: Duration,
    },
    /// The connection ended before the file did.
    #[error("{host} broke off {what}: {fault}")]
    CutOff {
        /// Who was asked.
        host: String,
        /// What for.
        what: String,
        /// How much came.
        fault: String,
    },
    /// A file that came is not the one that was promised.
    #[error("{file} came damaged: {fault}; it was not put into the cache")]
    Damaged {
        /// Its name in the repository.
        file: String,
        /// What is wrong with it.
        fault: String,
    },
    /// Sent somewhere that is less safe.
    #[error("{host} sends us on to {target}, without encryption: that was not done")]
    Downgrade {
        /// Who was asked.
        host: String,
        /// Where to.
        target: String,
    },
    /// The disk is short.
    #[error("{}: {} are needed, and {} are free: nothing was fetched", folder.display(), size(*needed), size(*free))]
    DiskFull {
        /// The cache.
        folder: PathBuf,
        /// Bytes.
        needed: u64,
        /// Bytes.
        free: u64,
    },
    /// Another program fetches the same file and does not come to an end.
    #[error("another program has been fetching {file} for {} minutes", waited.as_secs() / 60)]
    Busy {
        /// Its name in the repository.
        file: String,
        /// How long it was waited for.
        waited: Duration,
    },
    /// The Hub says other things than the catalogue.
    #[error("the catalogue and the Hub differ in {differences} {}", if *differences == 1 { "place" } else { "places" })]
    CatalogueDiffers {
        /// How many facts are others.
        differences: u64,
    },
    /// Another program holds a lock of this model.
    #[error("another program is fetching {name}: nothing was deleted")]
    BeingFetched {
        /// `owner/name`.
        name: String,
    },
    /// A model that is to be deleted and is in use.
    #[error("{name} is what {} works with: nothing was deleted", listed(projects))]
    ModelInUse {
        /// `owner/name`.
        name: String,
        /// Whose it is.
        projects: Vec<PathBuf>,
    },
    /// A project whose models cannot be seen.
    #[error("cannot see which model {} works with ({reason}): nothing was deleted", project.display())]
    UnknownUse {
        /// Its folder.
        project: PathBuf,
        /// Why not.
        reason: String,
    },
    /// A model that lies somewhere else than in the cache.
    #[error("the folder of {name} in the cache is a link to somewhere else: nothing was deleted")]
    LinkedModel {
        /// `owner/name`.
        name: String,
        /// The link.
        folder: PathBuf,
    },
    /// A model that is to be deleted and is not in the cache.
    #[error("{name} {}: nothing was deleted", not_ours(*owner))]
    NotOursToDelete {
        /// As it was given.
        name: String,
        /// Whose it is, where there is one of this name.
        owner: Option<ModelPlace>,
    },
    /// A folder that is not what is to be pushed.
    #[error("{} is nothing to put on the Hub: {reason}", folder.display())]
    NothingToPush {
        /// The folder.
        folder: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// What would be sent is not what was shown.
    #[error("{}: its files are others now than those that were shown: nothing was sent", folder.display())]
    OtherThanAgreed {
        /// The folder.
        folder: PathBuf,
    },
    /// A repository that everybody sees, where that was not asked for.
    #[error("everybody sees {repository}: nothing was sent")]
    PublicRepository {
        /// `owner/name`.
        repository: String,
    },
    /// A repository that is of no use here.
    #[error("{repository} cannot be used here: {}", refusal.reason)]
    Refused {
        /// `owner/name`.
        repository: String,
        /// Why, and what instead.
        refusal: Refusal,
    },
}

/// Paths in a sentence.
fn listed(paths: &[PathBuf]) -> String {
    paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ")
}

/// Why a model is not this program's to delete, as the rest of a sentence.
fn not_ours(owner: Option<ModelPlace>) -> &'static str {
    match owner {
        Some(ModelPlace::LmStudio) => "belongs to LM Studio",
        Some(ModelPlace::Ollama) => "belongs to Ollama",
        Some(ModelPlace::Starter) => "comes with the program",
        Some(ModelPlace::HubCache) | None => "is not in the cache",
    }
}

impl HubError {
    /// Whether it is a trouble of the way, or of the Hub for now: nothing is said of what was asked for.
    pub fn is_of_the_way(&self) -> bool {
        match self {
            Self::Network { .. } | Self::Stalled { .. } | Self::CutOff { .. } | Self::TooManyRequests { .. } => true,
            Self::Status { status, .. } => *status >= 500 || *status == 429,
            _ => false,
        }
    }
}

impl ToUserMessage for HubError {
    fn hint(&self) -> Option<String> {
        let cure = match self {
            Self::Cancelled(_) => return None,
            Self::File(error) => return error.hint(),
            Self::Endpoint { .. } => "give an address such as https://huggingface.co, or leave the variable away".to_owned(),
            Self::RepositoryName { .. } => {
                "a name is an owner and a model, such as HuggingFaceTB/SmolLM2-135M-Instruct; `whetstone search` finds some".to_owned()
            }
            Self::Revision { .. } => "give a branch, a tag or a commit of the repository, or none for the newest".to_owned(),
            Self::FileName { .. } => "choose another model, and tell its owner".to_owned(),
            Self::Offline { .. } => "fetch it while the network may be used: leave HF_HUB_OFFLINE away once".to_owned(),
            Self::BadToken => "copy it again from https://huggingface.co/settings/tokens: it begins with hf_".to_owned(),
            Self::TokenForm { place } => {
                format!("put a new one into {place}, from https://huggingface.co/settings/tokens: it begins with hf_")
            }
            Self::NotHere { name, begun } => {
                let first = name.split('@').next().unwrap_or(name);
                let go_on = if *begun { "its download is not whole: go on with it" } else { "fetch it" };
                format!("{go_on} with `whetstone download {first}`, which needs a network; or give the path of a folder")
            }
            Self::Network { .. } => {
                "check the network, and HTTPS_PROXY where there is a proxy; what was fetched is kept, and the same command goes \
                 on from there"
                    .to_owned()
            }
            Self::NotFound { .. } => {
                "check the name; a private repository needs a token of an account that may see it".to_owned()
            }
            Self::TokenNeeded { sent: false, .. } => {
                "make a token (one that may write, to put something there) on https://huggingface.co/settings/tokens, and give it with `whetstone token set`, \
                 in the window, or as HF_TOKEN"
                    .to_owned()
            }
            Self::TokenNeeded { sent: true, .. } => {
                "the token is old, or was taken back: make a new one on https://huggingface.co/settings/tokens".to_owned()
            }
            Self::Gated { page, .. } => {
                format!("open {page} in a browser, sign in, accept the terms, and try again with a token of that account")
            }
            Self::Forbidden { said, .. } => match said {
                Some(said) => format!("it says: {}; check what your token may do", shown(said)),
                None => "check what your token may do".to_owned(),
            },
            Self::TooManyRequests { .. } => {
                "wait so long and run the same command again: what was fetched is kept; with a token more is allowed".to_owned()
            }
            Self::Status { status, .. } if *status >= 500 => {
                "the Hub has trouble: try again later; what was fetched is kept".to_owned()
            }
            Self::Status { .. } => "try again later, or look at the repository's page in a browser".to_owned(),
            Self::Answer { .. } => {
                "try again; where HF_ENDPOINT or a proxy stands between, check that it passes the Hub on".to_owned()
            }
            Self::Stalled { .. } | Self::CutOff { .. } => "run the same command again: what was fetched is kept, and it goes on from there".to_owned(),
            Self::Damaged { .. } => {
                "run the same command again; where it comes damaged twice, something between you and the Hub changes files"
                    .to_owned()
            }
            Self::Downgrade { .. } => "check HF_ENDPOINT and the proxy".to_owned(),
            Self::DiskFull { .. } => {
                "make room (`whetstone models` says what lies in the cache), or set HF_HUB_CACHE to a folder on another disk"
                    .to_owned()
            }
            Self::Busy { .. } => "wait for that program, or end it, and run the same command again".to_owned(),
            Self::CatalogueDiffers { .. } => "look at each, and put it right in assets/catalog.toml".to_owned(),
            Self::BeingFetched { .. } => "wait for that program, or end it, and delete the model then".to_owned(),
            Self::ModelInUse { .. } => {
                "choose another model for the project first; or delete it all the same with --force, and it has to be fetched \
                 again before the project goes on"
                    .to_owned()
            }
            Self::OtherThanAgreed { .. } => "look once more at what would be sent".to_owned(),
            Self::UnknownUse { .. } => "check the project's folder, or delete all the same with --force".to_owned(),
            Self::LinkedModel { folder, .. } => {
                format!("take the link {} away yourself, and what it leads to if nobody else needs it", folder.display())
            }
            Self::NotOursToDelete { owner, .. } => match owner {
                Some(ModelPlace::LmStudio) => "delete it in LM Studio, under My Models".to_owned(),
                Some(ModelPlace::Ollama) => "delete it with `ollama rm`".to_owned(),
                Some(ModelPlace::Starter) => "leave it: it is small, and the program needs it".to_owned(),
                Some(ModelPlace::HubCache) | None => "`whetstone models` names those that lie here".to_owned(),
            },
            Self::NothingToPush { .. } => {
                "give the folder that `whetstone export` wrote, that of a whole model, or with --dataset one with records".to_owned()
            }
            Self::PublicRepository { .. } => {
                "choose another name, which becomes a private repository; or say --public if everybody may see it".to_owned()
            }
            Self::Refused { refusal, .. } => refusal.instead.clone(),
        };
        Some(cure)
    }
}

impl JobError for HubError {
    fn is_cancelled(&self) -> bool {
        matches!(self, Self::Cancelled(_))
    }
}
