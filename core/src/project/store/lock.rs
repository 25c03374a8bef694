//! One window or command a project.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::error::StoreError;
use crate::files::{self, FileError};

/// The file whose lock is the project's. The system lets go of it when its holder ends, however it ends.
pub(super) const LOCK_FILE: &str = "project.lock";

/// Who has the lock. A file of its own, because a locked file cannot be read on every system.
pub(super) const OWNER_FILE: &str = "project.owner.json";

/// Who has a project open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LockOwner {
    /// The process.
    pub process: u32,
    /// The program's name.
    pub program: String,
    /// Since when, for people to read.
    pub since: String,
}

/// The project is ours for as long as this lives.
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
}

impl Lock {
    pub(super) fn take(folder: &Path) -> Result<Self, StoreError> {
        let path = folder.join(LOCK_FILE);
        let failed = |source: io::Error| FileError::Write { path: path.clone(), source };
        let file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(StoreError::Locked { folder: folder.to_owned(), owner: read_owner(folder) });
            }
            Err(TryLockError::Error(source)) => return Err(failed(source).into()),
        }
        let owner = LockOwner { process: std::process::id(), program: program(), since: super::audit::now() };
        let text = serde_json::to_string(&owner).unwrap_or_default();
        let path = folder.join(OWNER_FILE);
        // Words for a person, which a full disk does not keep anybody from working for; what another owner wrote goes.
        if files::write_atomically(&path, |out| writeln!(out, "{text}")).is_err() {
            drop(std::fs::remove_file(&path));
        }
        Ok(Self { file })
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Said, not left to the closing of the file: a process that is just being started has the same file open for a
        // moment. Where it cannot be said, closing does it.
        drop(self.file.unlock());
    }
}

fn program() -> String {
    let path = std::env::current_exe().unwrap_or_default();
    path.file_stem().map_or_else(|| "a program".to_owned(), |name| name.to_string_lossy().into_owned())
}

/// What the holder wrote of itself. It is words for a person: what cannot be read is left out.
fn read_owner(folder: &Path) -> Option<LockOwner> {
    serde_json::from_str(&files::read_text(&folder.join(OWNER_FILE)).ok()?).ok()
}
