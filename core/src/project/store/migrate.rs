//! Bringing a database of an older program to this one's form, with a copy of it kept.

use std::path::Path;
use std::time::Duration;

use rusqlite::backup::Backup;
use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::connection::{Way, connect};
use super::error::{StoreError, sqlite_error};
use super::schema::{STEPS, VERSION};
use crate::files;

/// The folder of copies from before a change of form.
pub(super) const BACKUPS: &str = "backups";

/// Pages that are copied between two looks at whether somebody else wants the database.
const PAGES_A_STEP: i32 = 1024;

/// Brings the database from `version` to this program's, a step and a transaction at a time. Killed in between, it stands
/// at one of the versions, and opening it again goes on from there.
pub(super) fn migrate(folder: &Path, path: &Path, connection: &Connection, version: i64) -> Result<(), StoreError> {
    for from in version..VERSION {
        keep_copy(folder, path, connection, from)?;
        apply(connection, from).map_err(|error| sqlite_error(path, error, files::size(path)))?;
    }
    settle(connection).map_err(|error| sqlite_error(path, error, 0))
}

/// One step, and the number that says that it was taken, or neither.
pub(super) fn apply(connection: &Connection, from: i64) -> rusqlite::Result<()> {
    let transaction = Transaction::new_unchecked(connection, TransactionBehavior::Immediate)?;
    if let Some(step) = usize::try_from(from).ok().and_then(|from| STEPS.get(from)) {
        transaction.execute_batch(step)?;
        transaction.pragma_update(None, "user_version", from + 1)?;
    }
    transaction.commit()
}

/// Brings the log into the database, so that its header, which is read first, tells its version.
pub(super) fn settle(connection: &Connection) -> rusqlite::Result<()> {
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
}

fn keep_copy(folder: &Path, path: &Path, connection: &Connection, version: i64) -> Result<(), StoreError> {
    let backups = folder.join(BACKUPS);
    files::create_folder(&backups)?;
    files::remove_leftovers(&backups)?;
    let at: String = super::audit::now().chars().filter(|&c| c != ':' && c != '-').collect();
    let name = format!("project-v{version}-{at}.db");
    files::make_atomically(&backups.join(name), |temporary| snapshot(path, connection, temporary))
}

/// A copy of the database as it is at one moment, in one file without a log.
pub(super) fn snapshot(path: &Path, connection: &Connection, to: &Path) -> Result<(), StoreError> {
    let needed = files::size(path);
    let copied = (|| {
        let mut copy = connect(to, Way::Create)?;
        let backup = Backup::new(connection, &mut copy)?;
        backup.run_to_completion(PAGES_A_STEP, Duration::ZERO, None)
    })();
    copied.map_err(|error| sqlite_error(path, error, needed))
}
