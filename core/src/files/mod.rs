//! Writing files so that a reader sees the old one or the new one, never half of one.
//!
//! Invariant: every file that the program replaces goes through [`write_atomically`]; every file that it appends to
//! is cut back to its last whole record when it is opened again.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::domain::ToUserMessage;

/// A file could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// Reading failed.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Writing failed; what stood there before is untouched.
    #[error("cannot write {}: {source}", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl ToUserMessage for FileError {
    fn hint(&self) -> Option<String> {
        let (Self::Read { source, .. } | Self::Write { source, .. }) = self;
        Some(match source.kind() {
            io::ErrorKind::NotFound => "check the path: nothing is there".to_owned(),
            io::ErrorKind::PermissionDenied => "choose a place that you may read and write".to_owned(),
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                "the disk is full: free some space and run the same command again; what was written before is whole"
                    .to_owned()
            }
            _ => return None,
        })
    }
}

/// Reads a whole text file.
pub fn read_text(path: &Path) -> Result<String, FileError> {
    fs::read_to_string(path).map_err(|source| FileError::Read { path: path.to_owned(), source })
}

/// Makes a folder and those above it.
pub fn create_folder(path: &Path) -> Result<(), FileError> {
    fs::create_dir_all(path).map_err(|source| FileError::Write { path: path.to_owned(), source })
}

/// Replaces `path` with what `fill` writes: into a temporary file beside it, flushed to the disk, renamed over it,
/// and the folder's entry flushed too. On an error the temporary file is gone and the old file stands.
pub fn write_atomically(path: &Path, fill: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), FileError> {
    let failed = |source| FileError::Write { path: path.to_owned(), source };
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let mut temporary = tempfile::Builder::new().prefix(".writing-").tempfile_in(folder).map_err(failed)?;
    {
        let mut buffered = io::BufWriter::with_capacity(1 << 20, temporary.as_file_mut());
        fill(&mut buffered).map_err(failed)?;
        buffered.flush().map_err(failed)?;
    }
    temporary.as_file().sync_all().map_err(failed)?;
    make_readable(temporary.as_file()).map_err(failed)?;
    temporary.persist(path).map_err(|error| failed(error.error))?;
    sync_folder(folder).map_err(failed)
}

/// Removes what [`write_atomically`] left in `folder` when the process was killed in the middle.
pub fn remove_leftovers(folder: &Path) -> Result<(), FileError> {
    let failed = |source| FileError::Write { path: folder.to_owned(), source };
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        if entry.file_name().to_string_lossy().starts_with(".writing-") {
            fs::remove_file(entry.path()).map_err(failed)?;
        }
    }
    Ok(())
}

/// A temporary file is private; the file that takes its place is as readable as any new file.
#[cfg(unix)]
fn make_readable(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn make_readable(_file: &File) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Windows has no handle on a folder to flush; its rename is journalled.
#[cfg(not(unix))]
fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}
