//! The new program put in the old one's place, step by step, so that a program that runs is there after every one of them:
//! the new file beside the old one; the old one by a second name; a mark that says what is about to happen; one rename.
//!
//! The mark and the lock lie beside the program, not in anybody's data folder: whoever starts the program next, who need not be
//! the one who updated it, finds them. They are trusted as much as the program itself: who may write there could replace it
//! anyway, but for a folder where everybody may put files (see [`Mark::read`]).

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::UpdateError;
use crate::files::{self, FileError};

/// The folder of updates in the user's data folder: what is fetched lies there.
const FOLDER: &str = "update";

/// The name of that folder's lock: one update at a time fetches into it.
pub(super) const LOCK: &str = "lock";

/// Takes a lock; `None` where another process holds it. Its file stays.
pub(super) fn lock(path: &Path) -> Result<Option<fs::File>, FileError> {
    let failed = |source| FileError::Write { path: path.to_owned(), source };
    let opened = fs::OpenOptions::new().create(true).truncate(false).write(true).open(path);
    let lock = match opened {
        // Somebody else updated the program once, and the file is theirs: a lock can be held all the same.
        Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => fs::File::open(path),
        opened => opened,
    };
    let lock = lock.map_err(failed)?;
    match lock.try_lock() {
        Ok(()) => Ok(Some(lock)),
        Err(fs::TryLockError::WouldBlock) => Ok(None),
        Err(fs::TryLockError::Error(source)) => Err(failed(source)),
    }
}

/// That a new program was put in place and has not started yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Mark {
    /// What the new program's bytes come to.
    pub(super) sha256: String,
    /// Its version.
    pub(super) version: String,
    /// The process that began to start it, where one has.
    pub(super) begun: Option<u32>,
}

impl Mark {
    /// The mark of a program, where there is one that can be read. One that cannot says nothing that could be acted on. Nor does
    /// one in a folder where everybody may put files (such as `/tmp`) that is not of the program's own owner: there, a stranger
    /// may set a mark who could not replace the program.
    pub(super) fn read(executable: &Path) -> Option<Self> {
        let path = mark_name(executable);
        let is_believed =
            path.symlink_metadata().is_ok_and(|mark| mark.is_file() && !is_of_a_stranger(&mark, executable));
        let text = is_believed.then(|| fs::read_to_string(&path).ok()).flatten()?;
        serde_json::from_str(&text).ok()
    }

    /// Sets it.
    pub(super) fn write(&self, executable: &Path) -> Result<(), FileError> {
        let path = mark_name(executable);
        let failed = |source| FileError::Write { path: path.clone(), source };
        let text = serde_json::to_vec(self).map_err(|error| failed(error.into()))?;
        // Nothing is written through a link, wherever it leads.
        if path.is_symlink() {
            remove(&path)?;
        }
        files::write_atomically(&path, |out| out.write_all(&text))
    }

    /// Takes it away.
    pub(super) fn remove(executable: &Path) -> Result<(), FileError> {
        remove(&mark_name(executable))
    }

    /// Whether the program's file is the new one already.
    pub(super) fn is_in_place(&self, executable: &Path) -> bool {
        digest_of(executable).is_ok_and(|found| found == self.sha256)
    }
}

/// Whether a file in a folder where everybody may put files belongs to somebody else than the program does.
#[cfg(unix)]
fn is_of_a_stranger(mark: &fs::Metadata, executable: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    /// The bit of a folder where everybody may put files, and replace only their own.
    const STICKY: u32 = 0o1000;
    let is_shared =
        executable.parent().and_then(|folder| folder.metadata().ok()).is_some_and(|it| it.mode() & STICKY != 0);
    is_shared && executable.metadata().is_ok_and(|program| program.uid() != mark.uid())
}

/// Elsewhere the folder's rights are those of what lies in it.
#[cfg(not(unix))]
fn is_of_a_stranger(_mark: &fs::Metadata, _executable: &Path) -> bool {
    false
}

/// Where what is fetched lies.
pub(super) fn folder(data_home: &Path) -> PathBuf {
    data_home.join(FOLDER)
}

/// The new program's name until it takes the old one's.
pub(super) fn new_name(executable: &Path) -> PathBuf {
    with_ending(executable, "new")
}

/// The old program's name until the new one has started.
pub(super) fn previous_name(executable: &Path) -> PathBuf {
    with_ending(executable, "previous")
}

/// The mark's name.
pub(super) fn mark_name(executable: &Path) -> PathBuf {
    with_ending(executable, "placed")
}

/// The lock's name: held while the program is being replaced.
pub(super) fn lock_name(executable: &Path) -> PathBuf {
    with_ending(executable, "lock")
}

/// The program whose old one has this name.
pub(super) fn program_of_previous(path: &Path) -> Option<PathBuf> {
    let program = path.with_extension("");
    (previous_name(&program) == path).then_some(program)
}

fn with_ending(executable: &Path, ending: &str) -> PathBuf {
    let mut name = executable.file_name().unwrap_or_default().to_owned();
    name.push(".");
    name.push(ending);
    executable.with_file_name(name)
}

/// Whether the program's folder takes new files: asked before anything is fetched.
pub(super) fn check_folder(executable: &Path) -> Result<(), UpdateError> {
    files::check_place(&new_name(executable)).map_err(|source| UpdateError::NotWritable { source })
}

/// What a file's bytes come to.
pub(super) fn digest_of(path: &Path) -> std::io::Result<String> {
    files::sha256_of(&mut fs::File::open(path)?)
}

/// Lets the file at [`new_name`] take the program's place.
pub(super) fn swap(executable: &Path, version: &str) -> Result<(), UpdateError> {
    let new = new_name(executable);
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| FileError::Write { path, source }
    };
    let sha256 = digest_of(&new).map_err(|source| FileError::Read { path: new.clone(), source })?;
    keep_previous(executable)?;
    Mark { sha256, version: version.to_owned(), begun: None }.write(executable)?;
    fs::rename(&new, executable).map_err(failed(executable))?;
    files::sync_entry(executable).map_err(failed(executable))?;
    Ok(())
}

/// Gives the old program its second name. Where the disk knows no second names, it gets a copy.
fn keep_previous(executable: &Path) -> Result<(), UpdateError> {
    let previous = previous_name(executable);
    remove(&previous)?;
    if fs::hard_link(executable, &previous).is_ok() {
        files::sync_entry(&previous).map_err(|source| FileError::Write { path: previous.clone(), source })?;
        return Ok(());
    }
    let failed = |source| FileError::Write { path: previous.clone(), source };
    files::make_atomically(&previous, |temporary| {
        let mut old = fs::File::open(executable).map_err(failed)?;
        let rights = old.metadata().map_err(failed)?.permissions();
        let mut copy = fs::OpenOptions::new().write(true).open(temporary).map_err(failed)?;
        std::io::copy(&mut old, &mut copy).map_err(failed)?;
        fs::set_permissions(temporary, rights).map_err(failed)?;
        Ok::<(), UpdateError>(())
    })
}

/// Gives the old program its place back. `false` where it is not there.
pub(super) fn give_back(mark: &Mark, executable: &Path) -> Result<bool, FileError> {
    let previous = previous_name(executable);
    let is_there = previous.is_file();
    if is_there {
        let failed = |source| FileError::Write { path: executable.to_owned(), source };
        // Where both names are of one file, the system would keep both.
        if mark.is_in_place(executable) {
            fs::rename(&previous, executable).map_err(failed)?;
        } else {
            remove(&previous)?;
        }
        files::sync_entry(executable).map_err(failed)?;
    }
    Mark::remove(executable)?;
    Ok(is_there)
}

/// Removes what an update that was broken off left beside the program.
pub(super) fn clear(executable: &Path) -> Result<(), FileError> {
    remove(&new_name(executable))?;
    remove(&previous_name(executable))
}

/// Removes a file, which need not be there.
pub(super) fn remove(path: &Path) -> Result<(), FileError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(FileError::Write { path: path.to_owned(), source: error })
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder with an old program.
    fn bench() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().expect("a folder");
        let executable = folder.path().join("whetstone");
        fs::write(&executable, "old").expect("written");
        (folder, executable)
    }

    #[test]
    fn the_old_program_is_kept_and_given_back() {
        let (_folder, executable) = bench();
        fs::write(new_name(&executable), "new").expect("written");
        // What an earlier update left is no hindrance.
        fs::write(previous_name(&executable), "older").expect("written");
        swap(&executable, "0.2.0").expect("in place");
        assert_eq!(fs::read_to_string(&executable).expect("text"), "new");
        assert_eq!(fs::read_to_string(previous_name(&executable)).expect("text"), "old");
        assert!(!new_name(&executable).exists());
        let mark = Mark::read(&executable).expect("a mark");
        assert!(mark.is_in_place(&executable) && mark.begun.is_none());
        assert!(give_back(&mark, &executable).expect("given back"));
        assert_eq!(fs::read_to_string(&executable).expect("text"), "old");
        assert!(!previous_name(&executable).exists() && Mark::read(&executable).is_none());
    }

    #[test]
    fn an_update_that_stopped_before_its_last_step_leaves_the_old_program() {
        let (_folder, executable) = bench();
        // As it stands between the mark and the rename.
        fs::write(new_name(&executable), "new").expect("written");
        keep_previous(&executable).expect("kept");
        let sha256 = digest_of(&new_name(&executable)).expect("a digest");
        let mark = Mark { sha256, version: "0.2.0".to_owned(), begun: None };
        mark.write(&executable).expect("a mark");
        assert!(!mark.is_in_place(&executable));
        assert!(give_back(&mark, &executable).expect("nothing to give"));
        clear(&executable).expect("cleared");
        assert_eq!(fs::read_to_string(&executable).expect("text"), "old");
        assert!(!previous_name(&executable).exists() && !new_name(&executable).exists());
    }

    #[test]
    fn a_mark_that_cannot_be_read_is_none() {
        let (_folder, executable) = bench();
        assert_eq!(Mark::read(&executable), None);
        fs::write(mark_name(&executable), "{\"sha256\":").expect("written");
        assert_eq!(Mark::read(&executable), None);
        Mark::remove(&executable).expect("gone");
        Mark::remove(&executable).expect("gone already");
    }

    #[cfg(unix)]
    #[test]
    fn nothing_is_read_or_written_through_a_link() {
        let (folder, executable) = bench();
        let elsewhere = folder.path().join("elsewhere");
        let mark = Mark { sha256: "0".to_owned(), version: "0.2.0".to_owned(), begun: None };
        fs::write(&elsewhere, serde_json::to_vec(&mark).expect("JSON")).expect("written");
        std::os::unix::fs::symlink(&elsewhere, mark_name(&executable)).expect("linked");
        assert_eq!(Mark::read(&executable), None);
        fs::write(&elsewhere, "of somebody else").expect("written");
        mark.write(&executable).expect("set");
        assert_eq!(fs::read_to_string(&elsewhere).expect("text"), "of somebody else");
        assert_eq!(Mark::read(&executable), Some(mark));
    }

    #[cfg(unix)]
    #[test]
    fn a_strangers_mark_is_not_believed_where_everybody_may_put_files() {
        use std::os::unix::fs::PermissionsExt as _;
        let (folder, executable) = bench();
        let mark = Mark { sha256: "0".to_owned(), version: "0.2.0".to_owned(), begun: None };
        mark.write(&executable).expect("set");
        let is_believed = |mode| {
            fs::set_permissions(folder.path(), fs::Permissions::from_mode(mode)).expect("changed");
            Mark::read(&executable).is_some()
        };
        assert!(is_believed(0o755) && is_believed(0o1777), "one's own is");
        // Only whoever may everything can give a file away.
        if std::os::unix::fs::chown(mark_name(&executable), Some(12_345), None).is_ok() {
            assert!(is_believed(0o755) && !is_believed(0o1777));
        }
    }

    #[test]
    fn the_old_programs_second_name_says_whose_it_is() {
        for name in ["whetstone", "whetstone.exe", "Whetstone-0.1.0.AppImage"] {
            let program = Path::new("/opt/w").join(name);
            assert_eq!(program_of_previous(&previous_name(&program)), Some(program.clone()));
            assert_eq!(program_of_previous(&program), None);
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_program_in_a_folder_whose_name_is_no_text_is_replaced_like_any_other() {
        use std::os::unix::ffi::OsStrExt as _;
        let (folder, _) = bench();
        let odd = folder.path().join(std::ffi::OsStr::from_bytes(b"odd \xff"));
        // Some disks keep no such names.
        if fs::create_dir(&odd).is_err() {
            return;
        }
        let executable = odd.join("whetstone");
        fs::write(&executable, "old").expect("written");
        fs::write(new_name(&executable), "new").expect("written");
        swap(&executable, "0.2.0").expect("in place");
        let mark = Mark::read(&executable).expect("a mark");
        assert!(mark.is_in_place(&executable) && give_back(&mark, &executable).expect("given back"));
        assert_eq!(fs::read_to_string(&executable).expect("text"), "old");
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_that_takes_nothing_is_said_before() {
        use std::os::unix::fs::PermissionsExt as _;
        let (folder, executable) = bench();
        check_folder(&executable).expect("it takes files");
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o555)).expect("closed");
        // Whoever may everything may this, too.
        if fs::File::create(folder.path().join("probe")).is_err() {
            assert!(matches!(check_folder(&executable), Err(UpdateError::NotWritable { .. })));
        }
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).expect("open again");
        let nowhere = Path::new("/no/such/folder/whetstone");
        assert!(matches!(check_folder(nowhere), Err(UpdateError::NotWritable { .. })));
    }
}
