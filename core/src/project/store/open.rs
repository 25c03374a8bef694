//! Making and opening a project, and the ways in and out of its database.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::audit::Change;
use super::check;
use super::connection::{self, Way, connect};
use super::error::{Problem, StoreError, sqlite_error};
use super::lock::{LOCK_FILE, Lock, OWNER_FILE};
use super::migrate;
use super::schema::{APPLICATION_ID, VERSION};
use super::settings::ProjectSettings;
use crate::files::{self, FileError};

/// The database's name in a project's folder.
pub(super) const DATABASE: &str = "project.db";

/// The folder of runs.
pub(super) const RUNS: &str = "runs";

/// The folder of exports.
pub(super) const EXPORTS: &str = "exports";

/// Bytes that a transaction takes on the disk beside its contents: the pages of its indexes, twice.
const TRANSACTION_BYTES: u64 = 256 << 10;

/// As whom a project is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// One window or command: takes the project's lock, and brings an older project to this program's form.
    Owner,
    /// An engine beside the owner: writes without the lock, in transactions that wait for each other.
    Beside,
    /// Nothing is changed.
    ReadOnly,
}

impl Access {
    /// What the audit trail calls it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Beside => "engine",
            Self::ReadOnly => "reader",
        }
    }
}

/// A project that is open. It may be shared by threads; its changes happen one after the other.
#[derive(Debug)]
pub struct Store {
    folder: PathBuf,
    path: PathBuf,
    access: Access,
    connection: Mutex<Connection>,
    pub(super) clock: fn() -> String,
    _lock: Option<Lock>,
}

impl Store {
    /// Makes a project in a folder that is new or empty, and opens it as its owner.
    pub fn create(folder: &Path, settings: &ProjectSettings) -> Result<Self, StoreError> {
        connection::check_sqlite()?;
        files::create_folder(folder)?;
        check_empty(folder)?;
        let lock = Lock::take(folder)?;
        check_empty(folder)?;
        files::remove_leftovers(folder)?;
        for part in [RUNS, EXPORTS] {
            files::create_folder(&folder.join(part))?;
        }
        let path = folder.join(DATABASE);
        let mut settings = settings.clone();
        if settings.id.is_empty() {
            settings.id = uuid::Uuid::new_v4().to_string();
        }
        files::make_atomically(&path, |temporary| {
            make_database(temporary, &settings).map_err(|error| sqlite_error(&path, error, TRANSACTION_BYTES))
        })?;
        let connection = open_to_write(&path)?;
        let store = Self::new(folder, path, Access::Owner, connection, Some(lock));
        store.write(0, |change| change.note("made the project", None, &serde_json::json!({})))?;
        Ok(store)
    }

    /// Opens a project. What is not a project, damaged, or newer than this program is refused, and stays as it is.
    pub fn open(folder: &Path, access: Access) -> Result<Self, StoreError> {
        connection::check_sqlite()?;
        let path = folder.join(DATABASE);
        if !path.is_file() {
            return Err(StoreError::NotAProject { folder: folder.to_owned() });
        }
        // Before the lock, so that nothing is left in a folder that is not ours.
        check::header(&path)?;
        let lock = if access == Access::Owner { Some(Lock::take(folder)?) } else { None };
        let version = check::database(&path)?;
        if version < VERSION && access != Access::Owner {
            return Err(StoreError::Older { path, version, known: VERSION });
        }
        let connection = match access {
            Access::Owner => open_whole(&path)?,
            Access::Beside => open_to_write(&path)?,
            Access::ReadOnly => open_to_read(&path)?,
        };
        // Asked again of the database that is worked with: somebody may have put another one there in between.
        let version = check::form(&path, &connection)?;
        if version < VERSION && access == Access::Owner {
            migrate::migrate(folder, &path, &connection, version)?;
        }
        Ok(Self::new(folder, path, access, connection, lock))
    }

    fn new(folder: &Path, path: PathBuf, access: Access, connection: Connection, lock: Option<Lock>) -> Self {
        Self {
            folder: folder.to_owned(),
            path,
            access,
            connection: Mutex::new(connection),
            clock: super::audit::now,
            _lock: lock,
        }
    }

    /// The project's folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Whether nothing can be changed through this.
    pub(super) fn is_read_only(&self) -> bool {
        self.access == Access::ReadOnly
    }

    /// The database's file.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn connection(&self) -> MutexGuard<'_, Connection> {
        // A thread that panicked left no transaction open: it was rolled back as the stack unwound.
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks something.
    pub(super) fn read<T>(&self, ask: impl FnOnce(&Connection) -> Result<T, Problem>) -> Result<T, StoreError> {
        ask(&self.connection()).map_err(|problem| problem.at(&self.path, 0))
    }

    /// Changes something, wholly or not at all; `bytes` is what is to be kept, about. Returns after it is on the disk.
    pub(super) fn write<T>(
        &self,
        bytes: usize,
        change: impl FnOnce(&Change<'_>) -> Result<T, Problem>,
    ) -> Result<T, StoreError> {
        if self.access == Access::ReadOnly {
            return Err(StoreError::ReadOnly { path: self.path.clone() });
        }
        let connection = self.connection();
        let changed = (|| {
            let transaction = Transaction::new_unchecked(&connection, TransactionBehavior::Immediate)?;
            let value = change(&Change::new(&transaction, &self.path, self.access, (self.clock)()))?;
            transaction.commit()?;
            Ok(value)
        })();
        // Once into the log and once into the database.
        let needed = TRANSACTION_BYTES + 2 * bytes as u64;
        changed.map_err(|problem: Problem| problem.at(&self.path, needed))
    }
}

/// What a killed attempt to make a project leaves is nothing.
fn check_empty(folder: &Path) -> Result<(), StoreError> {
    let failed = |source| FileError::Read { path: folder.to_owned(), source };
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_empty_folder = || std::fs::read_dir(entry.path()).is_ok_and(|mut entries| entries.next().is_none());
        let is_leftover = match name.as_str() {
            LOCK_FILE | OWNER_FILE => true,
            RUNS | EXPORTS => is_empty_folder(),
            _ => name.starts_with(files::LEFTOVER_PREFIX),
        };
        if !is_leftover {
            return Err(StoreError::NotEmpty { folder: folder.to_owned() });
        }
    }
    Ok(())
}

fn make_database(path: &Path, settings: &ProjectSettings) -> rusqlite::Result<()> {
    let connection = connect(path, Way::Create)?;
    connection.pragma_update(None, "application_id", APPLICATION_ID)?;
    connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
    for from in 0..VERSION {
        migrate::apply(&connection, from)?;
    }
    super::settings::keep(&connection, settings)?;
    migrate::settle(&connection)
}

fn open_to_write(path: &Path) -> Result<Connection, StoreError> {
    connect(path, Way::Write).map_err(|error| sqlite_error(path, error, TRANSACTION_BYTES))
}

/// Nothing is brought from the log into the database before all of it is found whole.
fn open_whole(path: &Path) -> Result<Connection, StoreError> {
    let had_log = check::has_log(path);
    let connection = open_to_write(path)?;
    let keep_log = |is_kept| {
        let set = connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, is_kept);
        set.map(drop).map_err(|error| sqlite_error(path, error, 0))
    };
    keep_log(had_log)?;
    check::form(path, &connection)?;
    check::whole(path, &connection)?;
    keep_log(false)?;
    Ok(connection)
}

/// Beside others that may write; where the folder is not ours to write to, nobody writes.
fn open_to_read(path: &Path) -> Result<Connection, StoreError> {
    let usable = |connection: Connection| {
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
        Ok(connection)
    };
    connect(path, Way::Read)
        .and_then(usable)
        .or_else(|_| connect(path, Way::ReadUntouched).and_then(usable))
        .map_err(|error| sqlite_error(path, error, 0))
}
