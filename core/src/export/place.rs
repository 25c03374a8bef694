//! Where an export comes into being, and how it gets its name.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Value, json};

use super::{ExportError, Proof};
use crate::doctor;
use crate::files::{self, FileError};

/// The file that says of a folder that it is an export, of what form, and how it was proved.
const MANIFEST: &str = "whetstone-export.json";

/// Room that is left on the disk beside what is written.
const SPARE_BYTES: u64 = 64 << 20;

/// Files that file managers put into every folder by themselves.
const DROPPED: [&str; 3] = [".DS_Store", "Thumbs.db", "desktop.ini"];

/// Ends of the names of folders beside the one that was asked for: what comes into being, and what it takes the place of.
const UNFINISHED: &str = "unfinished";
const EARLIER: &str = "earlier";

/// Tells apart what one process writes.
static NUMBER: AtomicU64 = AtomicU64::new(0);

/// Refuses a folder that holds something else, and a disk without room for `bytes`.
pub(super) fn check(out: &Path, bytes: u64) -> Result<(), ExportError> {
    check_free(out)?;
    let wanted = bytes.saturating_add(SPARE_BYTES);
    match doctor::free_on_disk(out) {
        Some(free) if free < wanted => Err(ExportError::NoRoom { folder: out.to_owned(), wanted, free }),
        _ => Ok(()),
    }
}

/// Refuses a folder that holds anything but an earlier export: what a person or a training put there stays.
fn check_free(out: &Path) -> Result<(), ExportError> {
    match fs::read_dir(out).map(|mut entries| entries.next().is_none()) {
        Ok(true) => return Ok(()),
        Ok(false) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(source) => return Err(FileError::Read { path: out.to_owned(), source }.into()),
    }
    let manifest = out.join(MANIFEST);
    let manifest = if manifest.is_file() { serde_json::from_str(&files::read_text(&manifest)?).ok() } else { None };
    let Some::<Value>(manifest) = manifest else { return Err(ExportError::Taken { folder: out.to_owned() }) };
    let listed = manifest["files"].as_array().into_iter().flatten();
    let listed: BTreeSet<&str> = listed.filter_map(|file| file["name"].as_str()).collect();
    let is_own = |name: &str| {
        name == MANIFEST || listed.contains(name) || DROPPED.contains(&name.rsplit('/').next().unwrap_or(name))
    };
    let mut found = Vec::new();
    list(out, "", &mut found)?;
    match found.into_iter().find(|file| !is_own(&file.name)) {
        Some(file) => Err(ExportError::TakenByMore { folder: out.to_owned(), file: file.name }),
        None => Ok(()),
    }
}

/// A file of an export.
pub(super) struct ExportedFile {
    /// Its name, with the folders that it lies in.
    pub(super) name: String,
    pub(super) bytes: u64,
}

/// The folder in which an export comes into being. It goes with all that is in it unless it is settled.
pub(super) struct Place {
    out: PathBuf,
    unfinished: PathBuf,
    /// Where an earlier export lies while the new one takes its name.
    earlier: PathBuf,
}

impl Place {
    /// A new folder beside `out`, another one for each export. What a kill left of an earlier one goes, and an export
    /// whose place a killed one was about to take gets its name back.
    pub(super) fn open(out: &Path) -> Result<Self, ExportError> {
        let out = std::path::absolute(out).map_err(|source| FileError::Write { path: out.to_owned(), source })?;
        let name = out.file_name().unwrap_or_default().to_string_lossy();
        tidy(&out, &name)?;
        let own = format!(".{name}.{}-{}", process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let [unfinished, earlier] = [UNFINISHED, EARLIER].map(|end| out.with_file_name(format!("{own}.{end}")));
        files::create_folder(&unfinished)?;
        Ok(Self { out, unfinished, earlier })
    }

    pub(super) fn folder(&self) -> PathBuf {
        self.unfinished.clone()
    }

    /// Gives the folder its name. An earlier export of that name goes, after the new one is whole.
    pub(super) fn settle(&self, target: &str, proofs: &[Proof]) -> Result<Vec<ExportedFile>, ExportError> {
        let mut found = Vec::new();
        list(&self.unfinished, "", &mut found)?;
        found.sort_by(|one, other| one.name.cmp(&other.name));
        let listed: Vec<_> = found.iter().map(|file| json!({"name": file.name, "bytes": file.bytes})).collect();
        let manifest = json!({
            "made_by": format!("Whetstone {}", env!("CARGO_PKG_VERSION")),
            "format": target,
            "files": listed,
            "proofs": proofs,
        });
        files::write_atomically(&self.unfinished.join(MANIFEST), |out| {
            Ok(serde_json::to_writer_pretty(out, &manifest)?)
        })?;
        let failed = |source| FileError::Write { path: self.out.clone(), source };
        // Something may have been put there while the export was written.
        check_free(&self.out)?;
        replace(&self.out, &self.unfinished, &self.earlier).map_err(failed)?;
        files::sync_entry(&self.out).map_err(failed)?;
        remove(&self.earlier)?;
        Ok(found)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // What stays is removed by the next export to the same place.
        let _unremoved = fs::remove_dir_all(&self.unfinished);
    }
}

/// Gives `unfinished` the name `out`. What had it lies in `earlier` then, or has it back where that fails.
fn replace(out: &Path, unfinished: &Path, earlier: &Path) -> io::Result<()> {
    let is_replaced = out.exists();
    if is_replaced {
        fs::rename(out, earlier)?;
    }
    fs::rename(unfinished, out).inspect_err(|_| {
        if is_replaced {
            // Where this fails too, the next export to the same place does it.
            let _unrestored = fs::rename(earlier, out);
        }
    })
}

/// Looks after what killed exports to `out` left beside it. Those of processes that are still there are left alone.
fn tidy(out: &Path, name: &str) -> Result<(), ExportError> {
    let Some(beside) = out.parent().filter(|folder| folder.is_dir()) else { return Ok(()) };
    let failed = |source| FileError::Read { path: beside.to_owned(), source };
    for entry in fs::read_dir(beside).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let found = path.file_name().unwrap_or_default().to_string_lossy();
        let rest = found.strip_prefix('.').and_then(|rest| rest.strip_prefix(name)?.strip_prefix('.'));
        let Some((whose, kind)) = rest.and_then(|rest| rest.split_once('.')) else { continue };
        let Some(process) = whose.split_once('-').and_then(|(process, _)| process.parse().ok()) else { continue };
        if ![UNFINISHED, EARLIER].contains(&kind) || doctor::is_running(process) {
            continue;
        }
        if kind == EARLIER && !out.exists() {
            fs::rename(&path, out).map_err(|source| FileError::Write { path: out.to_owned(), source })?;
        } else {
            remove(&path)?;
        }
    }
    Ok(())
}

fn remove(folder: &Path) -> Result<(), FileError> {
    match fs::remove_dir_all(folder) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => {
            Err(FileError::Write { path: folder.to_owned(), source })
        }
        _ => Ok(()),
    }
}

fn list(folder: &Path, before: &str, found: &mut Vec<ExportedFile>) -> Result<(), FileError> {
    let failed = |source| FileError::Read { path: folder.to_owned(), source };
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = format!("{before}{}", entry.file_name().to_string_lossy());
        if entry.file_type().map_err(failed)?.is_dir() {
            list(&entry.path(), &format!("{name}/"), found)?;
        } else {
            found.push(ExportedFile { bytes: files::size(&entry.path()), name });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A process number that no system gives.
    const GONE: u32 = 3_999_999_999;

    fn exported(out: &Path, text: &str) -> Result<Vec<ExportedFile>, ExportError> {
        let place = Place::open(out)?;
        files::create_folder(&place.folder().join("data"))?;
        fs::write(place.folder().join("data").join("model"), text).expect("written");
        place.settle("peft", &[])
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("a folder");
        let mut names: Vec<String> =
            entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    #[test]
    fn an_earlier_export_is_replaced_and_what_else_lies_in_it_is_never_deleted() {
        let folder = tempfile::tempdir().expect("a folder");
        let out = folder.path().join("out");
        assert_eq!(exported(&out, "one").expect("written").len(), 1);
        exported(&out, "two").expect("replaced");
        assert_eq!(fs::read_to_string(out.join("data/model")).expect("a file"), "two");
        assert_eq!(names(folder.path()), ["out"]);
        // A training that was run in the folder.
        fs::create_dir(out.join("result")).expect("a folder");
        fs::write(out.join("result").join("adapter"), "hours of work").expect("written");
        let error = check(&out, 0).expect_err("it is not ours");
        assert!(matches!(&error, ExportError::TakenByMore { file, .. } if file == "result/adapter"), "{error}");
        // What came while an export was written is found at its end.
        assert!(matches!(exported(&out, "three"), Err(ExportError::TakenByMore { .. })));
        assert_eq!(fs::read_to_string(out.join("result/adapter")).expect("it is there"), "hours of work");
        assert_eq!(names(folder.path()), ["out"]);
        fs::remove_dir_all(out.join("result")).expect("removed");
        fs::write(out.join(".DS_Store"), "a file manager's").expect("written");
        check(&out, 0).expect("only an export and what file managers leave");
        // A list that nobody can read says nothing of what lies there.
        fs::write(out.join(MANIFEST), "{").expect("written");
        assert!(matches!(check(&out, 0), Err(ExportError::Taken { .. })));
    }

    #[test]
    fn what_a_kill_left_goes_and_an_export_that_had_lost_its_name_gets_it_back() {
        let folder = tempfile::tempdir().expect("a folder");
        let out = folder.path().join("out");
        exported(&out, "one").expect("written");
        let beside = |end: &str| folder.path().join(format!(".out.{GONE}-0.{end}"));
        fs::rename(&out, beside(EARLIER)).expect("moved");
        fs::create_dir(beside(UNFINISHED)).expect("a folder");
        drop(Place::open(&out).expect("a place"));
        assert_eq!(names(folder.path()), ["out"]);
        assert_eq!(fs::read_to_string(out.join("data/model")).expect("a file"), "one");
        // Two at once do not write into each other's folder, nor take each other's away.
        let [first, second] = [Place::open(&out), Place::open(&out)].map(|place| place.expect("a place"));
        assert!(first.folder() != second.folder() && first.folder().is_dir() && second.folder().is_dir());
    }

    #[test]
    fn an_export_that_cannot_get_its_name_leaves_the_earlier_one_where_it_was() {
        let folder = tempfile::tempdir().expect("a folder");
        let out = folder.path().join("out");
        exported(&out, "one").expect("written");
        let [new, earlier] = ["new", "earlier"].map(|name| folder.path().join(name));
        assert!(replace(&out, &new, &earlier).is_err() && !earlier.exists());
        assert_eq!(fs::read_to_string(out.join("data/model")).expect("a file"), "one");
    }
}
