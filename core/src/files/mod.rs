//! Writing files so that a reader sees the old one or the new one, never half of one.
//!
//! Invariant: every file that the program replaces goes through [`write_atomically`]; every file that it appends to
//! is cut back to its last whole record when it is opened again.

pub(crate) mod contain;
mod home;

use std::fs::{self, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use tempfile::{NamedTempFile, TempDir};

use crate::domain::ToUserMessage;

pub use home::{config_home, data_home};

/// What the names of unfinished files begin with.
pub const LEFTOVER_PREFIX: &str = ".writing-";

/// The rights of a file like any other: a temporary file would be private, and this one becomes as readable as the system
/// makes them.
const AS_READABLE_AS_ANY: u32 = 0o666;

/// The rights of a file that nobody but its owner reads.
const PRIVATE: u32 = 0o600;

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
        let cure = match source.kind() {
            io::ErrorKind::NotFound if matches!(self, Self::Write { .. }) => {
                "the folder that it should stand in is not there: make it, or choose another place"
            }
            io::ErrorKind::NotFound => "check the path: nothing is there",
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                "choose a place that you may read and write"
            }
            io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => {
                "a part of this path is a file, not a folder: choose another place"
            }
            io::ErrorKind::IsADirectory => "this is a folder: give the name of a file",
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                "the disk is full: free some space and run the same command again (a training with `--resume`); what \
                 was written before is whole"
            }
            io::ErrorKind::FileTooLarge => {
                "the disk, or a limit of this system, takes no file of this size: choose another place, or raise the \
                 limit, and run the same command again (a training with `--resume`); what was written before is whole"
            }
            io::ErrorKind::InvalidData => "this is not the text that it should be: check that it is the right file",
            _ => return None,
        };
        Some(cure.to_owned())
    }
}

/// Reads a whole text file.
pub fn read_text(path: &Path) -> Result<String, FileError> {
    fs::read_to_string(path).map_err(|source| FileError::Read { path: path.to_owned(), source })
}

/// Makes a folder and those above it, and flushes their entries: what is flushed inside them cannot be lost with them.
pub fn create_folder(path: &Path) -> Result<(), FileError> {
    let missing: Vec<&Path> =
        path.ancestors().take_while(|folder| !folder.as_os_str().is_empty() && !folder.exists()).collect();
    let made = fs::create_dir_all(path).and_then(|()| missing.iter().try_for_each(|folder| sync_entry(folder)));
    made.map_err(|source| FileError::Write { path: path.to_owned(), source })
}

/// Whether a file could be written at `path`: asked before the work whose result it should hold.
pub fn check_place(path: &Path) -> Result<(), FileError> {
    let failed = |source: io::Error| FileError::Write { path: path.to_owned(), source };
    if path.is_dir() {
        return Err(failed(io::ErrorKind::IsADirectory.into()));
    }
    if is_special(path) {
        return Ok(());
    }
    temporary_in(folder_of(&resolved(path)), AS_READABLE_AS_ANY).map(drop).map_err(failed)
}

/// Replaces `path` with what `fill` writes: into a temporary file beside it, flushed to the disk, renamed over it,
/// and the folder's entry flushed too. On an error the temporary file is gone and the old file stands. A link stays a
/// link; a pipe or a device is written to as it is.
pub fn write_atomically(path: &Path, fill: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), FileError> {
    replace(path, AS_READABLE_AS_ANY, fill)
}

/// The same for a file that nobody but its owner may read.
pub fn write_privately(path: &Path, fill: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), FileError> {
    replace(path, PRIVATE, fill)
}

fn replace(path: &Path, mode: u32, fill: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), FileError> {
    let failed = |source| FileError::Write { path: path.to_owned(), source };
    if is_special(path) {
        return OpenOptions::new().write(true).open(path).and_then(|file| fill_buffered(file, fill)).map_err(failed);
    }
    let path = resolved(path);
    let mut temporary = temporary_in(folder_of(&path), mode).map_err(failed)?;
    fill_buffered(temporary.as_file_mut(), fill).map_err(failed)?;
    temporary.as_file().sync_all().map_err(failed)?;
    temporary.persist(&path).map_err(|error| failed(error.error))?;
    sync_entry(&path).map_err(failed)
}

/// Makes the file `path` by what `make` writes at a temporary place beside it, for what writes its files itself: flushed to
/// the disk, renamed, and the folder's entry flushed too. On an error nothing is left.
pub fn make_atomically<E: From<FileError>>(path: &Path, make: impl FnOnce(&Path) -> Result<(), E>) -> Result<(), E> {
    let failed = |source| FileError::Write { path: path.to_owned(), source };
    let temporary = temporary_in(folder_of(path), AS_READABLE_AS_ANY).map_err(failed)?;
    make(temporary.path())?;
    // Windows flushes a file only through a handle that may write.
    let flushed = OpenOptions::new().write(true).open(temporary.path()).and_then(|file| file.sync_all());
    flushed.map_err(failed)?;
    temporary.persist(path).map_err(|error| failed(error.error))?;
    sync_entry(path).map_err(failed)?;
    Ok(())
}

/// A folder beside `path` for what becomes `path` in the end. It goes with all that is in it unless it is kept.
pub fn temporary_folder_beside(path: &Path) -> Result<TempDir, FileError> {
    let made = tempfile::Builder::new().prefix(LEFTOVER_PREFIX).tempdir_in(folder_of(path));
    made.map_err(|source| FileError::Write { path: path.to_owned(), source })
}

/// Gives a folder that was made at a temporary place its name, which must be free or that of an empty folder.
pub fn settle_folder(temporary: TempDir, path: &Path) -> Result<(), FileError> {
    let failed = |source| FileError::Write { path: path.to_owned(), source };
    if path.is_dir() {
        fs::remove_dir(path).map_err(failed)?;
    }
    // A temporary folder is private; this one becomes a folder like any other.
    #[cfg(unix)]
    {
        let permissions = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        fs::set_permissions(temporary.path(), permissions).map_err(failed)?;
    }
    fs::rename(temporary.path(), path).map_err(failed)?;
    // Nothing is there any more that would have to be removed.
    drop(temporary.keep());
    sync_entry(path).map_err(failed)
}

/// Bytes as hexadecimal digits in small letters: a digest as people and tools write it.
pub fn hexadecimal(bytes: impl AsRef<[u8]>) -> String {
    bytes.as_ref().iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

/// SHA-256 of everything that is read, as hexadecimal digits.
pub fn sha256_of(reader: &mut impl Read) -> io::Result<String> {
    let (mut hasher, mut buffer) = (Sha256::new(), vec![0; 1 << 20]);
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => return Ok(hexadecimal(hasher.finalize())),
            Ok(read) => hasher.update(&buffer[..read]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// The line, from 1, of the byte at `offset`.
pub fn line_of(text: &str, offset: usize) -> usize {
    1 + text.bytes().take(offset).filter(|byte| *byte == b'\n').count()
}

/// Bytes of a file; 0 where it cannot be asked.
pub fn size(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |metadata| metadata.len())
}

/// Removes what [`write_atomically`] and [`make_atomically`] left in `folder` when the process was killed in the middle.
pub fn remove_leftovers(folder: &Path) -> Result<(), FileError> {
    let failed = |source| FileError::Write { path: folder.to_owned(), source };
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        if entry.file_name().to_string_lossy().starts_with(LEFTOVER_PREFIX) {
            fs::remove_file(entry.path()).map_err(failed)?;
        }
    }
    Ok(())
}

fn fill_buffered(file: impl Write, fill: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut buffered = io::BufWriter::with_capacity(1 << 20, file);
    fill(&mut buffered)?;
    buffered.flush()
}

/// What is there and is neither a file nor a folder: a pipe, a device.
fn is_special(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir())
}

/// The file that a path means, behind a link.
fn resolved(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

fn temporary_in(folder: &Path, mode: u32) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(LEFTOVER_PREFIX);
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(mode));
    // Other systems have other rights, which a file has from its folder.
    #[cfg(not(unix))]
    let _ = mode;
    builder.tempfile_in(folder)
}

/// Flushes the entry of `path` in its folder to the disk.
#[cfg(unix)]
pub fn sync_entry(path: &Path) -> io::Result<()> {
    fs::File::open(folder_of(path))?.sync_all()
}

/// Windows has no handle on a folder to flush; its rename is journalled.
#[cfg(not(unix))]
pub fn sync_entry(_path: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(path: &Path, text: &str) -> Result<(), FileError> {
        write_atomically(path, |out| out.write_all(text.as_bytes()))
    }

    #[test]
    fn what_makes_its_file_itself_leaves_it_whole_or_not_at_all() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("made");
        let made: Result<(), FileError> = make_atomically(&path, |temporary| write(temporary, "new"));
        made.expect("made");
        assert_eq!(read_text(&path).expect("text"), "new");
        let failed = make_atomically(&path, |temporary| {
            write(temporary, "half")?;
            write(&folder.path().join("nowhere").join("x"), "")
        });
        assert!(failed.is_err());
        assert_eq!(read_text(&path).expect("text"), "new");
        assert_eq!(names(folder.path()), ["made"]);
    }

    #[test]
    fn a_folder_is_settled_where_nothing_or_an_empty_one_stands() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("settled");
        fs::create_dir(&path).expect("an empty folder");
        for is_free in [true, false] {
            let temporary = temporary_folder_beside(&path).expect("a folder");
            write(&temporary.path().join("file"), "text").expect("a file");
            assert_eq!(settle_folder(temporary, &path).is_ok(), is_free);
            assert_eq!(names(folder.path()), ["settled"]);
        }
        assert_eq!(read_text(&path.join("file")).expect("text"), "text");
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("a folder");
        let mut names: Vec<_> =
            entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_failed_write_leaves_the_old_file_and_nothing_else() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.txt");
        write(&path, "old").expect("it can be written");
        let failed = write_atomically(&path, |out| {
            out.write_all(b"new")?;
            Err(io::ErrorKind::StorageFull.into())
        });
        let hint = failed.expect_err("it failed").hint().expect("a cure");
        assert!(hint.starts_with("the disk is full"), "{hint}");
        assert_eq!(read_text(&path).expect("it is there"), "old");
        assert_eq!(names(folder.path()), ["a.txt"]);
    }

    #[test]
    fn a_place_is_checked_without_a_trace() {
        let folder = tempfile::tempdir().expect("a folder");
        check_place(&folder.path().join("new.txt")).expect("there is room");
        assert_eq!(names(folder.path()), Vec::<String>::new());
        for (path, hint) in [("no/folder/new.txt", "the folder that it should stand in"), ("", "this is a folder")] {
            let error = check_place(&folder.path().join(path)).expect_err("no place");
            assert!(error.hint().is_some_and(|cure| cure.starts_with(hint)), "{error}: {:?}", error.hint());
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_stay_links_and_devices_devices() {
        let folder = tempfile::tempdir().expect("a folder");
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        write(&file, "old").expect("it can be written");
        std::os::unix::fs::symlink("file", &link).expect("a link");
        write(&link, "new").expect("it can be written");
        assert_eq!(read_text(&file).expect("it is there"), "new");
        assert!(fs::symlink_metadata(&link).expect("it is there").is_symlink());
        write(Path::new("/dev/null"), "gone").expect("a device takes everything");
        assert!(is_special(Path::new("/dev/null")));
    }

    #[cfg(unix)]
    #[test]
    fn a_written_file_is_as_readable_as_any_new_one() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a folder");
        let (ours, plain) = (folder.path().join("ours"), folder.path().join("plain"));
        write(&ours, "").expect("it can be written");
        fs::write(&plain, "").expect("it can be written");
        let mode = |path: &Path| fs::metadata(path).expect("it is there").permissions().mode();
        assert_eq!(mode(&ours), mode(&plain));
    }
}
