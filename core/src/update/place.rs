//! The new program put in the old one's place, step by step, so that a program that runs is there after every one of them:
//! the new file beside the old one; the old one by a second name; a mark that says what is about to happen; one rename.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::UpdateError;
use crate::files::{self, FileError};

/// The folder of updates in the user's data folder.
const FOLDER: &str = "update";
/// The mark's name in it.
pub(super) const MARK: &str = "placed.json";

/// Held while an update is under way.
pub(super) const LOCK: &str = "lock";

/// Takes the lock of a data folder's updates; `None` where another process holds it.
pub(super) fn lock(data_home: &Path) -> Result<Option<fs::File>, FileError> {
    let folder = folder(data_home);
    files::create_folder(&folder)?;
    let path = folder.join(LOCK);
    let failed = |source| FileError::Write { path: path.clone(), source };
    let lock = fs::OpenOptions::new().create(true).truncate(false).write(true).open(&path).map_err(failed)?;
    match lock.try_lock() {
        Ok(()) => Ok(Some(lock)),
        Err(fs::TryLockError::WouldBlock) => Ok(None),
        Err(fs::TryLockError::Error(source)) => Err(failed(source)),
    }
}

/// That a new program was put in place and has not started yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Mark {
    /// The program's file.
    pub(super) executable: PathBuf,
    /// What the new program's bytes come to.
    pub(super) sha256: String,
    /// Its version.
    pub(super) version: String,
    /// The process that began to start it, where one has.
    pub(super) begun: Option<u32>,
}

impl Mark {
    /// Where it lies below the user's data folder.
    fn path(data_home: &Path) -> PathBuf {
        folder(data_home).join(MARK)
    }

    /// The mark, where there is one that can be read. One that cannot says nothing that could be acted on.
    pub(super) fn read(data_home: &Path) -> Option<Self> {
        let text = fs::read_to_string(Self::path(data_home)).ok()?;
        serde_json::from_str(&text).ok()
    }

    /// Sets it.
    pub(super) fn write(&self, data_home: &Path) -> Result<(), FileError> {
        files::create_folder(&folder(data_home))?;
        let text = serde_json::to_vec(self).unwrap_or_default();
        files::write_atomically(&Self::path(data_home), |out| out.write_all(&text))
    }

    /// Takes it away.
    pub(super) fn remove(data_home: &Path) -> Result<(), FileError> {
        remove(&Self::path(data_home))
    }

    /// Whether the program's file is the new one already.
    pub(super) fn is_in_place(&self) -> bool {
        digest_of(&self.executable).is_ok_and(|found| found == self.sha256)
    }
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
pub(super) fn swap(executable: &Path, version: &str, data_home: &Path) -> Result<(), UpdateError> {
    let new = new_name(executable);
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| FileError::Write { path, source }
    };
    let sha256 = digest_of(&new).map_err(|source| FileError::Read { path: new.clone(), source })?;
    keep_previous(executable)?;
    let mark = Mark { executable: executable.to_owned(), sha256, version: version.to_owned(), begun: None };
    mark.write(data_home)?;
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
pub(super) fn give_back(mark: &Mark, data_home: &Path) -> Result<bool, FileError> {
    let previous = previous_name(&mark.executable);
    let is_there = previous.is_file();
    if is_there {
        let failed = |source| FileError::Write { path: mark.executable.clone(), source };
        // Where both names are of one file, the system would keep both.
        if mark.is_in_place() {
            fs::rename(&previous, &mark.executable).map_err(failed)?;
        } else {
            remove(&previous)?;
        }
        files::sync_entry(&mark.executable).map_err(failed)?;
    }
    Mark::remove(data_home)?;
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

    /// A folder with an old program, and a data folder.
    fn bench() -> (tempfile::TempDir, PathBuf, PathBuf) {
        let folder = tempfile::tempdir().expect("a folder");
        let executable = folder.path().join("whetstone");
        fs::write(&executable, "old").expect("written");
        let data_home = folder.path().join("data");
        (folder, executable, data_home)
    }

    #[test]
    fn the_old_program_is_kept_and_given_back() {
        let (_folder, executable, data_home) = bench();
        fs::write(new_name(&executable), "new").expect("written");
        // What an earlier update left is no hindrance.
        fs::write(previous_name(&executable), "older").expect("written");
        swap(&executable, "0.2.0", &data_home).expect("in place");
        assert_eq!(fs::read_to_string(&executable).expect("text"), "new");
        assert_eq!(fs::read_to_string(previous_name(&executable)).expect("text"), "old");
        assert!(!new_name(&executable).exists());
        let mark = Mark::read(&data_home).expect("a mark");
        assert!(mark.is_in_place() && mark.begun.is_none());
        assert!(give_back(&mark, &data_home).expect("given back"));
        assert_eq!(fs::read_to_string(&executable).expect("text"), "old");
        assert!(!previous_name(&executable).exists() && Mark::read(&data_home).is_none());
    }

    #[test]
    fn an_update_that_stopped_before_its_last_step_leaves_the_old_program() {
        let (_folder, executable, data_home) = bench();
        // As it stands between the mark and the rename.
        fs::write(new_name(&executable), "new").expect("written");
        keep_previous(&executable).expect("kept");
        let sha256 = digest_of(&new_name(&executable)).expect("a digest");
        let mark = Mark { executable: executable.clone(), sha256, version: "0.2.0".to_owned(), begun: None };
        mark.write(&data_home).expect("a mark");
        assert!(!mark.is_in_place());
        assert!(give_back(&mark, &data_home).expect("nothing to give"));
        clear(&executable).expect("cleared");
        assert_eq!(fs::read_to_string(&executable).expect("text"), "old");
        assert!(!previous_name(&executable).exists() && !new_name(&executable).exists());
    }

    #[test]
    fn a_mark_that_cannot_be_read_is_none() {
        let (_folder, _executable, data_home) = bench();
        assert_eq!(Mark::read(&data_home), None);
        fs::create_dir_all(folder(&data_home)).expect("made");
        fs::write(Mark::path(&data_home), "{\"executable\":").expect("written");
        assert_eq!(Mark::read(&data_home), None);
        Mark::remove(&data_home).expect("gone");
        Mark::remove(&data_home).expect("gone already");
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_that_takes_nothing_is_said_before() {
        use std::os::unix::fs::PermissionsExt as _;
        let (folder, executable, _data_home) = bench();
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
