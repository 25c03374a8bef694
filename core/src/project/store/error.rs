//! What goes wrong with a project, and its cure.

use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

use super::lock::LockOwner;
use crate::doctor;
use crate::domain::{RecordId, ToUserMessage};
use crate::files::FileError;

/// A project could not be opened, read or changed. A change that failed left nothing behind.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A file could not be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// There is no project here.
    #[error("there is no project in {}", folder.display())]
    NotAProject {
        /// The folder.
        folder: PathBuf,
    },
    /// A new project needs an empty folder.
    #[error("a project cannot be made in {}: something is there already", folder.display())]
    NotEmpty {
        /// The folder.
        folder: PathBuf,
    },
    /// Another window or command has the project.
    #[error("another program has this project open: {}{}", folder.display(), owner_in_words(owner.as_ref()))]
    Locked {
        /// The project's folder.
        folder: PathBuf,
        /// Who has it, where that could be read.
        owner: Option<LockOwner>,
    },
    /// A newer program made it.
    #[error("{} is of version {version}, which a newer Whetstone made; this one knows versions up to {known}", path.display())]
    Newer {
        /// The database.
        path: PathBuf,
        /// Its version.
        version: i64,
        /// The newest version that this program knows.
        known: i64,
    },
    /// An older program made it, and only the project's owner may change its form.
    #[error("{} is of version {version}, from an older Whetstone, and has to be brought to version {known} first", path.display())]
    Older {
        /// The database.
        path: PathBuf,
        /// Its version.
        version: i64,
        /// The version of this program.
        known: i64,
    },
    /// It is a file of another program, or somebody changed its form.
    #[error("{} is not a project of Whetstone: {reason}", path.display())]
    Foreign {
        /// The database.
        path: PathBuf,
        /// What was found.
        reason: String,
    },
    /// Its contents contradict themselves.
    #[error("{} is damaged: {reason}", path.display())]
    Damaged {
        /// The database.
        path: PathBuf,
        /// What was found.
        reason: String,
    },
    /// This build's `SQLite` has faults that lose data.
    #[error("this build has SQLite {version}, which is too old to keep a project safely")]
    SqliteTooOld {
        /// Its version.
        version: String,
    },
    /// A record that was named is not there.
    #[error("{} has no {what} {id}", path.display())]
    Unknown {
        /// The database.
        path: PathBuf,
        /// What kind of record.
        what: &'static str,
        /// The record that was asked for.
        id: RecordId,
    },
    /// What should be kept contradicts what is there.
    #[error("this cannot be kept in the project: {reason}")]
    Contradiction {
        /// What is wrong with it.
        reason: String,
    },
    /// A verdict's key names another verdict already.
    #[error("the key {key} belongs to verdict {sequence} already, which says something else")]
    KeyUsed {
        /// The key.
        key: String,
        /// The verdict that has it.
        sequence: RecordId,
    },
    /// The disk is full. Nothing of the change was kept, and nothing from before it was lost.
    #[error(
        "the disk is full: {} needs about {} more, and {} there",
        path.display(), size_in_words(*needed), free.map_or("it is not known how much is free".to_owned(), |free| format!("{} is free", size_in_words(free)))
    )]
    DiskFull {
        /// The database, or the file that was being written.
        path: PathBuf,
        /// Bytes that the change takes, about.
        needed: u64,
        /// Bytes that are free.
        free: Option<u64>,
    },
    /// Others wrote all the while.
    #[error("{} was in use by other writers for {seconds} seconds", path.display())]
    Busy {
        /// The database.
        path: PathBuf,
        /// How long it was waited.
        seconds: u64,
    },
    /// It was opened for reading, or may not be written to.
    #[error("{} is open for reading alone", path.display())]
    ReadOnly {
        /// The database.
        path: PathBuf,
    },
    /// An archive cannot be unpacked.
    #[error("{} is not a project that can be unpacked: {reason}", path.display())]
    Archive {
        /// The archive.
        path: PathBuf,
        /// What was found.
        reason: String,
    },
    /// `SQLite` could not do it.
    #[error("{} could not be used: {source}", path.display())]
    Sqlite {
        /// The database.
        path: PathBuf,
        /// What `SQLite` said.
        source: rusqlite::Error,
    },
}

fn owner_in_words(owner: Option<&LockOwner>) -> String {
    owner.map_or(String::new(), |owner| {
        format!(" ({}, process {}, since {})", owner.program, owner.process, owner.since)
    })
}

fn size_in_words(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{:.0} KB", bytes as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.0} MB", bytes as f64 / 1e6),
        _ => format!("{:.1} GB", bytes as f64 / 1e9),
    }
}

impl ToUserMessage for StoreError {
    fn hint(&self) -> Option<String> {
        let cure = match self {
            Self::File(error) => return error.hint(),
            Self::NotAProject { .. } => "choose a project's folder, or make a new project there",
            Self::NotEmpty { .. } => "choose an empty folder, or a name that is not taken",
            Self::Locked { .. } => "close the other window, or wait until the other command has ended",
            Self::Newer { .. } => "update Whetstone; nothing in the project was changed",
            Self::Older { .. } => "open the project once in a window, or with a command that owns it",
            Self::Foreign { .. } => "choose another folder; nothing in this one was changed",
            Self::Damaged { .. } => {
                "unpack the last archive of the project, or copy the newest file of its folder `backups` over \
                 project.db; nothing in it was changed"
            }
            Self::SqliteTooOld { .. } => "use a build of Whetstone as it is released",
            Self::Unknown { .. } => "look again: the list that it was chosen from may be of another project",
            Self::Contradiction { .. } => "correct it and try again; nothing was kept of it",
            Self::KeyUsed { .. } => {
                "make a new key for each verdict, and use it again only to repeat that very verdict"
            }
            Self::DiskFull { .. } => "free some space and do it again; what was kept before is whole",
            Self::Busy { .. } => "try again; if it stays so, close the other programs that use the project",
            Self::ReadOnly { .. } => "open it where you may write, or make a copy of the folder",
            Self::Archive { .. } => "ask for the archive again, or pack it anew; nothing was unpacked",
            Self::Sqlite { .. } => return None,
        };
        Some(cure.to_owned())
    }
}

/// What goes wrong within a transaction, before it is told where.
#[derive(Debug)]
pub(super) enum Problem {
    Sqlite(rusqlite::Error),
    Told(StoreError),
}

impl Problem {
    pub(super) fn contradiction(reason: impl Into<String>) -> Self {
        Self::Told(StoreError::Contradiction { reason: reason.into() })
    }

    /// The same with its place. `needed` is what the change takes on the disk, in bytes.
    pub(super) fn at(self, path: &Path, needed: u64) -> StoreError {
        match self {
            Self::Told(error) => error,
            Self::Sqlite(source) => sqlite_error(path, source, needed),
        }
    }
}

impl From<rusqlite::Error> for Problem {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        Self::Told(error)
    }
}

impl From<FileError> for Problem {
    fn from(error: FileError) -> Self {
        Self::Told(error.into())
    }
}

pub(super) fn sqlite_error(path: &Path, source: rusqlite::Error, needed: u64) -> StoreError {
    let path = path.to_owned();
    let unreadable = matches!(
        source,
        rusqlite::Error::FromSqlConversionFailure(_, _, _)
            | rusqlite::Error::IntegralValueOutOfRange(_, _)
            | rusqlite::Error::InvalidColumnType(_, _, _)
            | rusqlite::Error::Utf8Error(_, _)
    );
    if unreadable {
        return StoreError::Damaged { path, reason: source.to_string() };
    }
    match source.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => full(path, needed),
        // Some systems tell a full disk as a failed write: what is free tells them apart.
        Some(ErrorCode::SystemIoFailure) if doctor::free_on_disk(&path).is_some_and(|free| free < needed) => {
            full(path, needed)
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            StoreError::Busy { path, seconds: super::connection::BUSY_TIMEOUT.as_secs() }
        }
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => StoreError::ReadOnly { path },
        Some(ErrorCode::DatabaseCorrupt) => StoreError::Damaged { path, reason: source.to_string() },
        Some(ErrorCode::NotADatabase) => StoreError::Foreign { path, reason: source.to_string() },
        _ => StoreError::Sqlite { path, source },
    }
}

pub(super) fn full(path: PathBuf, needed: u64) -> StoreError {
    // Some places are not in the system's list of disks, and are taken for the one around them: it has room.
    let free = doctor::free_on_disk(&path).filter(|&free| free < needed);
    StoreError::DiskFull { path, needed, free }
}
