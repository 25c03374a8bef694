//! Models deleted from the Hub's cache, so that none ever looks whole when half of it is gone.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use super::super::HubError;
use super::super::walk;
use super::hub_cache::CachedModel;
use crate::files::{FileError, sync_entry};

/// What the folder of a repository is called while it is deleted: no tool takes that for a model.
const DELETING: &str = ".deleting-";
/// Where locks lie in the cache.
const LOCKS: &str = ".locks";

/// Locks that other programs would want before they fetch a file; held, so that nobody fetches what is being deleted.
#[derive(Debug)]
pub(super) struct Locks {
    folder: PathBuf,
    held: Vec<File>,
}

impl Locks {
    /// Takes every lock of a repository; fails where another program holds one.
    pub(super) fn take(cache: &Path, repository: &CachedModel) -> Result<Self, HubError> {
        let folder = cache.join(LOCKS).join(repository.name.cache_folder());
        let mut held = Vec::new();
        let files = walk::files(&folder, 1);
        let is_lock = |file: &&walk::Found| !file.is_link && file.path.extension().is_some_and(|end| end == "lock");
        for file in files.iter().filter(is_lock) {
            let Ok(lock) = File::options().read(true).write(true).open(&file.path) else { continue };
            match lock.try_lock() {
                Ok(()) => held.push(lock),
                Err(fs::TryLockError::WouldBlock) => {
                    return Err(HubError::BeingFetched { name: repository.name.to_string() });
                }
                // A file system without locks holds none.
                Err(fs::TryLockError::Error(_)) => {}
            }
        }
        Ok(Self { folder, held })
    }

    /// Lets go of them, and takes their files away. That one cannot be taken away does no harm.
    fn remove(self) {
        // Windows deletes no file that is open; elsewhere they are held, so that nobody takes one that nobody else sees.
        let mut held = self.held;
        if cfg!(windows) {
            held.clear();
        }
        let is_folder = fs::symlink_metadata(&self.folder).is_ok_and(|metadata| metadata.is_dir());
        if is_folder {
            drop(fs::remove_dir_all(&self.folder));
        }
        drop(held);
    }
}

/// Takes a repository out of the cache: first its name, so that it is no model any more, then its files.
pub(super) fn delete(cache: &Path, repository: &CachedModel, locks: Locks) -> Result<(), HubError> {
    let failed = |source| FileError::Write { path: repository.folder.clone(), source };
    let target = cache.join(format!("{DELETING}{}", uuid::Uuid::new_v4()));
    fs::rename(&repository.folder, &target).map_err(failed)?;
    sync_entry(&target).map_err(failed)?;
    remove(&target)?;
    locks.remove();
    Ok(())
}

/// Takes away what an earlier deletion left when it was killed.
pub(super) fn remove_leftovers(cache: &Path) -> Result<(), HubError> {
    for (name, folder) in walk::entries(cache, usize::MAX) {
        let is_ours = name.strip_prefix(DELETING).is_some_and(|rest| uuid::Uuid::try_parse(rest).is_ok());
        if is_ours && fs::symlink_metadata(&folder).is_ok_and(|metadata| metadata.is_dir()) {
            remove(&folder)?;
        }
    }
    Ok(())
}

/// What says which files belong together goes first. No link is followed: it is taken away as a link.
fn remove(folder: &Path) -> Result<(), HubError> {
    let failed = |path: &Path, source| HubError::from(FileError::Write { path: path.to_owned(), source });
    for part in ["refs", "snapshots"] {
        let part = folder.join(part);
        if fs::symlink_metadata(&part).is_ok_and(|metadata| metadata.is_dir()) {
            fs::remove_dir_all(&part).map_err(|source| failed(&part, source))?;
        }
    }
    match fs::remove_dir_all(folder) {
        // Another process has taken it away meanwhile.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        removed => removed.map_err(|source| failed(folder, source)),
    }
}
