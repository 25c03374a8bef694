//! Whether a database is one of ours and whole, found out without writing a byte into it.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode};

use super::connection::{Way, connect};
use super::error::{StoreError, sqlite_error};
use super::schema::{self, APPLICATION_ID, VERSION};
use crate::files::{self, FileError};

/// What `SQLite`'s files begin with.
const MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// Faults that are told; one is enough to refuse.
const FAULTS_TOLD: usize = 3;

/// Reads the header alone: what is not ours, or is newer than this program, goes no further. Gives its version.
pub(super) fn header(path: &Path) -> Result<i64, StoreError> {
    let mut bytes = [0_u8; 100];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut bytes));
    match read {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            return Err(foreign(path, "it is too short for a database"));
        }
        Err(source) => return Err(FileError::Read { path: path.to_owned(), source }.into()),
    }
    // The file format's page: the number of the form at 60, the application's at 68, both with the high byte first.
    let number = |at: usize| i32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
    if bytes[..16] != *MAGIC {
        return Err(foreign(path, "it is no SQLite database"));
    }
    if number(68) != APPLICATION_ID {
        return Err(foreign(path, "another program made it"));
    }
    known_version(path, i64::from(number(60)))
}

fn known_version(path: &Path, version: i64) -> Result<i64, StoreError> {
    if version > VERSION {
        return Err(StoreError::Newer { path: path.to_owned(), version, known: VERSION });
    }
    if version < 1 {
        return Err(foreign(path, "it has no version"));
    }
    Ok(version)
}

/// Whether a database is one of ours, before it is opened for writing. Gives its version.
pub(super) fn database(path: &Path) -> Result<i64, StoreError> {
    header(path)?;
    // We keep a log, never a journal. One that lies there would be brought into the database.
    if beside(path, "-journal").exists() {
        return Err(foreign(path, "a journal of another program lies beside it"));
    }
    let found = look(path);
    // A writer that came and went in the meantime looks like damage to one who reads without locks.
    if matches!(found, Err(StoreError::Damaged { .. } | StoreError::Foreign { .. })) && has_log(path) {
        return look(path);
    }
    found
}

fn look(path: &Path) -> Result<i64, StoreError> {
    // Where a write-ahead log lies beside it, a writer is there or was killed: the log belongs to the contents, and is
    // read under SQLite's locks. Neither the database nor the log is written to.
    let way = if has_log(path) { Way::Read } else { Way::ReadUntouched };
    let failed = |error| unreadable(path, error);
    let connection = connect(path, way).map_err(failed)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).map_err(failed)?;
    form(path, &connection)
}

/// Whether a write-ahead log with something in it lies beside a database.
pub(super) fn has_log(path: &Path) -> bool {
    files::size(&beside(path, "-wal")) > 0
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Whether a database is made of exactly what its version is made of.
pub(super) fn form(path: &Path, connection: &Connection) -> Result<i64, StoreError> {
    let failed = |error| unreadable(path, error);
    let number = |name: &str| connection.query_row(&format!("PRAGMA {name}"), [], |row| row.get::<_, i64>(0));
    if number("application_id").map_err(failed)? != i64::from(APPLICATION_ID) {
        return Err(foreign(path, "another program made it"));
    }
    let version = known_version(path, number("user_version").map_err(failed)?)?;
    let found = schema::parts(connection).map_err(failed)?;
    let expected = schema::expected_parts(version).map_err(failed)?;
    if let Some((kind, name, _, _)) = found.iter().find(|part| !expected.contains(part)) {
        return Err(foreign(path, &format!("it has the {kind} {name:?}, which does not belong there in this form")));
    }
    if let Some((kind, name, _, _)) = expected.iter().find(|part| !found.contains(part)) {
        return Err(foreign(path, &format!("the {kind} {name:?} is missing")));
    }
    Ok(version)
}

/// Looks at every page, index, condition and reference. The connection must be one that may write: `SQLite` forgets a table's
/// conditions where it reads alone.
pub(super) fn whole(path: &Path, connection: &Connection) -> Result<(), StoreError> {
    let faults = (|| {
        let mut faults: Vec<String> = Vec::new();
        let mut query = connection.prepare(&format!("PRAGMA integrity_check({FAULTS_TOLD})"))?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            faults.push(row.get(0)?);
        }
        faults.retain(|fault| fault != "ok");
        let mut query = connection.prepare("PRAGMA foreign_key_check")?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let (table, parent): (String, String) = (row.get(0)?, row.get(2)?);
            faults.push(format!("a row of {table} names a row of {parent} that is not there"));
            if faults.len() >= FAULTS_TOLD {
                break;
            }
        }
        Ok(faults)
    })();
    match faults {
        Ok(faults) if faults.is_empty() => Ok(()),
        Ok(faults) => Err(StoreError::Damaged { path: path.to_owned(), reason: faults.join("; ") }),
        Err(error) => Err(unreadable(path, error)),
    }
}

/// While a database is looked at, what `SQLite` makes nothing of is the database's fault.
fn unreadable(path: &Path, error: rusqlite::Error) -> StoreError {
    match sqlite_error(path, error, 0) {
        StoreError::Sqlite { path, source } if source.sqlite_error_code() == Some(ErrorCode::Unknown) => {
            StoreError::Damaged { path, reason: source.to_string() }
        }
        other => other,
    }
}

fn foreign(path: &Path, reason: &str) -> StoreError {
    StoreError::Foreign { path: path.to_owned(), reason: reason.to_owned() }
}
