//! Connections to the database, with everything off that a project does not need.

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{Connection, OpenFlags};

use super::error::StoreError;

/// How long a writer waits for others.
pub(super) const BUSY_TIMEOUT: Duration = Duration::from_secs(30);

/// The first version of `SQLite` without the fault that could lose a write-ahead log's newest pages.
const OLDEST_SQLITE: i32 = 3_051_003;

/// Bytes that one value may have.
const LARGEST_VALUE: i32 = 64 << 20;

/// How a database is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// To read and write.
    Write,
    /// To make it.
    Create,
    /// To read, beside others that may write.
    Read,
    /// To read a file that nobody writes to: nothing is made beside it, not even a lock.
    ReadUntouched,
}

pub(super) fn connect(path: &Path, way: Way) -> Result<Connection, rusqlite::Error> {
    let common = OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_EXRESCODE;
    let connection = match way {
        Way::Write => Connection::open_with_flags(path, common | OpenFlags::SQLITE_OPEN_READ_WRITE),
        Way::Create => {
            let create = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
            Connection::open_with_flags(path, common | create)
        }
        Way::Read => Connection::open_with_flags(path, common | OpenFlags::SQLITE_OPEN_READ_ONLY),
        Way::ReadUntouched => {
            let read = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
            Connection::open_with_flags(immutable_uri(path), common | read)
        }
    }?;
    harden(&connection)?;
    Ok(connection)
}

/// Nothing in a file makes this program do anything: no triggers, no views, no functions that are not harmless, no
/// changes to the file behind SQL's back.
fn harden(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(BUSY_TIMEOUT)?;
    for (config, is_on) in [
        (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
        (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_FKEY, true),
        (DbConfig::SQLITE_DBCONFIG_DQS_DML, false),
        (DbConfig::SQLITE_DBCONFIG_DQS_DDL, false),
    ] {
        connection.set_db_config(config, is_on)?;
    }
    for (limit, most) in [
        (Limit::SQLITE_LIMIT_LENGTH, LARGEST_VALUE),
        (Limit::SQLITE_LIMIT_SQL_LENGTH, 100_000),
        (Limit::SQLITE_LIMIT_COLUMN, 64),
        (Limit::SQLITE_LIMIT_EXPR_DEPTH, 50),
        (Limit::SQLITE_LIMIT_COMPOUND_SELECT, 10),
        (Limit::SQLITE_LIMIT_FUNCTION_ARG, 16),
        (Limit::SQLITE_LIMIT_ATTACHED, 0),
        (Limit::SQLITE_LIMIT_VARIABLE_NUMBER, 64),
        (Limit::SQLITE_LIMIT_TRIGGER_DEPTH, 1),
        (Limit::SQLITE_LIMIT_WORKER_THREADS, 0),
    ] {
        connection.set_limit(limit, most)?;
    }
    connection.set_prepared_statement_cache_capacity(128);
    connection.execute_batch(
        "PRAGMA synchronous = FULL;
         PRAGMA foreign_keys = ON;
         PRAGMA cell_size_check = ON;
         PRAGMA mmap_size = 0;
         PRAGMA cache_size = -65536;
         PRAGMA temp_store = MEMORY;",
    )
}

/// A path as `SQLite`'s address of a file that does not change: every byte that may mean something stands as its number.
fn immutable_uri(path: &Path) -> String {
    let bytes = path.as_os_str().as_encoded_bytes();
    let is_drive = cfg!(windows) && bytes.get(1) == Some(&b':');
    let is_absolute = bytes.first().is_some_and(|&first| first == b'/' || (cfg!(windows) && first == b'\\'));
    let mut address = match (is_drive, is_absolute) {
        (true, _) => "file:///".to_owned(),
        (false, true) => "file://".to_owned(),
        (false, false) => "file:".to_owned(),
    };
    for &byte in bytes {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' => address.push(char::from(byte)),
            b':' if is_drive => address.push(':'),
            b'\\' if cfg!(windows) => address.push('/'),
            other => {
                address.push('%');
                let digits = [other >> 4, other & 15];
                address.extend(digits.map(|digit| char::from_digit(u32::from(digit), 16).unwrap_or('0')));
            }
        }
    }
    address.push_str("?immutable=1");
    address
}

/// Whether this build's `SQLite` is one that a project is safe with.
pub(super) fn check_sqlite() -> Result<(), StoreError> {
    if rusqlite::version_number() < OLDEST_SQLITE {
        return Err(StoreError::SqliteTooOld { version: rusqlite::version().to_owned() });
    }
    Ok(())
}
