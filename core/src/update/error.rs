//! What can go wrong with an update. Whatever it is, the program that runs stays as it is.

use std::path::PathBuf;
use std::time::Duration;

use crate::domain::ToUserMessage;
use crate::files::FileError;
use crate::job::{Cancelled, JobError};

/// An update that was not looked for, or not put in place. The program that runs was not touched.
#[derive(Debug, thiserror::Error)]
pub enum UpdateError {
    /// Somebody asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    /// A file of this machine.
    #[error(transparent)]
    File(#[from] FileError),
    /// The build knows no list of versions.
    #[error(
        "this build of Whetstone cannot look for newer versions: it was built without a signing key and an address"
    )]
    NoOrigin,
    /// The build was made with a key or an address that is none.
    #[error("this build of Whetstone cannot look for newer versions: its {part} is not usable ({fault})")]
    BadOrigin {
        /// `key` or `address`.
        part: &'static str,
        /// What is wrong with it.
        fault: String,
    },
    /// It came out of no package.
    #[error("this Whetstone was built from its sources, not installed from a package, so there is nothing to update")]
    NotInstalled,
    /// The file that says which package this is.
    #[error("{} does not say which package this is: {fault}", path.display())]
    BadInstalled {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        fault: String,
    },
    /// What is kept of newer versions.
    #[error("{} cannot be understood at line {line}: {fault}", path.display())]
    BadSettings {
        /// The file.
        path: PathBuf,
        /// The line.
        line: usize,
        /// What is wrong with it.
        fault: String,
    },
    /// The server, or the way to it.
    #[error("{host} could not be asked: {fault}")]
    Network {
        /// Who was asked.
        host: String,
        /// What happened.
        fault: String,
    },
    /// The server wants to be left alone.
    #[error("{host} wants to be left alone for {} seconds", wait.as_secs())]
    Busy {
        /// Who said so.
        host: String,
        /// For how long.
        wait: Duration,
    },
    /// An address without encryption.
    #[error("the way to the update leads to {host} without encryption, and is not followed")]
    PlainHttp {
        /// Where it leads.
        host: String,
    },
    /// The signature is not that of this build's key.
    #[error("the list of versions is not signed by this program's makers: {fault}")]
    Signature {
        /// What does not hold.
        fault: String,
    },
    /// A list that is signed and yet not to be used.
    #[error("the signed list of versions is not usable: {fault}")]
    Feed {
        /// What does not hold.
        fault: String,
    },
    /// A list that is older than one that was seen.
    #[error(
        "the list of versions is older than the one that was seen before ({seen}): somebody offers an old version again"
    )]
    Replayed {
        /// The newest version that was seen.
        seen: String,
    },
    /// It has no file for this machine.
    #[error("version {version} has no file for this machine ({platform}, {kind}, {variant})")]
    NoFile {
        /// The version.
        version: String,
        /// The machine.
        platform: String,
        /// The package's kind.
        kind: String,
        /// What it computes on.
        variant: String,
    },
    /// There is nothing newer.
    #[error("there is no newer version than {version}")]
    NothingNewer {
        /// The one that runs.
        version: String,
    },
    /// There is a newer version than the one that was asked for.
    #[error("version {newest} is there by now, and not {wanted} any more")]
    AnotherVersion {
        /// The one that was asked for.
        wanted: String,
        /// The newest one.
        newest: String,
    },
    /// What came is not what was signed.
    #[error("the file {file} is not the one that was signed: {fault}")]
    Damaged {
        /// Its name.
        file: String,
        /// What does not hold.
        fault: String,
    },
    /// The program's folder takes no new file.
    #[error("the program's folder cannot be written to: {source}")]
    NotWritable {
        /// What the system said.
        source: FileError,
    },
    /// What is fetched would lie where no text can name it.
    #[error("the folder of what is fetched, {}, has a name that is no text (UTF-8)", path.display())]
    OddFolder {
        /// The folder.
        path: PathBuf,
    },
    /// Another process of the program runs.
    #[error("Whetstone is running ({processes})")]
    Running {
        /// Which processes.
        processes: String,
    },
    /// The new program does not start.
    #[error("the new version {version} does not start on this machine: {fault}")]
    DoesNotStart {
        /// The version.
        version: String,
        /// What happened.
        fault: String,
    },
    /// The system's program for packages could not be started.
    #[error("the installer {} could not be opened: {fault}", path.display())]
    Installer {
        /// The file.
        path: PathBuf,
        /// What happened.
        fault: String,
    },
}

impl ToUserMessage for UpdateError {
    fn hint(&self) -> Option<String> {
        let cure = match self {
            Self::File(error) => return error.hint(),
            Self::NoOrigin | Self::BadOrigin { .. } => {
                "look where you got this program from; the version is in `whetstone --version`"
            }
            Self::NotInstalled => "fetch the newer sources and build them",
            Self::BadInstalled { .. } => "install the package again",
            Self::BadSettings { .. } => {
                "set right what stands there, or delete the file: then the window looks for no newer versions until you \
                 allow it again, and which versions were seen is forgotten, so that an old list of versions that is \
                 offered again is not known as one"
            }
            Self::Network { .. } | Self::Busy { .. } => "try again later; this program goes on as it is",
            Self::PlainHttp { .. } | Self::Signature { .. } | Self::Feed { .. } | Self::Replayed { .. } => {
                "nothing was fetched, and this program goes on as it is; somebody between you and the server may have \
                 changed what it says: try again in another network, and tell the makers if it stays"
            }
            Self::NoFile { .. } => "look where you got this program from whether there is another package",
            Self::NothingNewer { .. } | Self::Cancelled(_) => return None,
            Self::AnotherVersion { .. } => "nothing was fetched: read what changed in it, and choose it",
            Self::Damaged { .. } => "what came was thrown away, and this program goes on as it is: try again",
            Self::NotWritable { .. } => {
                "nothing was fetched: move the program into a folder of your own, or run the update as the person whom \
                 the folder belongs to"
            }
            Self::OddFolder { .. } => {
                "nothing was fetched: name another folder for the program's data in the variable WHETSTONE_DATA_HOME"
            }
            Self::Running { .. } => "let its jobs end, close its windows, and run the same command again",
            Self::DoesNotStart { .. } => {
                "it was thrown away, and this program goes on as it is; it may need a newer system"
            }
            Self::Installer { .. } => "open the file by hand: it was checked",
        };
        Some(cure.to_owned())
    }
}

impl JobError for UpdateError {
    fn is_cancelled(&self) -> bool {
        matches!(self, Self::Cancelled(_))
    }
}
