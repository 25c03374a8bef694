//! From an archive, which anybody may have made, to a project.

use std::collections::{BTreeMap, HashSet};
use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::Path;

use serde_json::json;
use zip::{CompressionMethod, ZipArchive};

use super::super::error::StoreError;
use super::super::lock::{LOCK_FILE, OWNER_FILE};
use super::super::open::{Access, DATABASE, EXPORTS, RUNS, Store};
use super::{Entry, FORMAT, MANIFEST, Manifest, copy, names, unless_full};
use crate::doctor;
use crate::files::{self, FileError};

/// Files that an archive may have.
const MOST_FILES: usize = 100_000;

/// What is unpacked may be this many times the archive, and this many bytes beyond.
const MOST_RATIO: u64 = 200;
const MOST_BEYOND: u64 = 64 << 20;

/// Bytes of the list of files.
const LARGEST_MANIFEST: u64 = 64 << 20;

type Archive = ZipArchive<BufReader<File>>;

/// One file of an archive, as its directory has it.
#[derive(Debug)]
struct Part {
    index: usize,
    name: String,
    bytes: u64,
}

/// Unpacks an archive into a new project at `folder`, which must not be there yet or be empty. Everything is checked before
/// the folder gets its name: on an error nothing is left. Runs that were going on when it was packed stand as stopped.
pub fn unpack(archive: &Path, folder: &Path) -> Result<(), StoreError> {
    if fs::read_dir(folder).map_or(folder.exists(), |mut entries| entries.next().is_some()) {
        return Err(StoreError::NotEmpty { folder: folder.to_owned() });
    }
    let file = File::open(archive).map_err(|source| FileError::Read { path: archive.to_owned(), source })?;
    let size = files::size(archive);
    let mut zip = ZipArchive::new(BufReader::new(file)).map_err(|error| refused(archive, &error.to_string()))?;
    let parts = survey(archive, &mut zip, size)?;
    let needed: u64 = parts.iter().map(|part| part.bytes).sum();
    let free = doctor::free_on_disk(folder);
    if free.is_some_and(|free| free < needed) {
        return Err(StoreError::DiskFull { path: folder.to_owned(), needed, free });
    }
    let above = folder.parent().filter(|above| !above.as_os_str().is_empty());
    above.map_or(Ok(()), files::create_folder)?;
    let temporary = files::temporary_folder_beside(folder)?;
    let manifest = extract(archive, &mut zip, &parts, temporary.path(), needed)?;
    compare(archive, &manifest.0, &manifest.1)?;
    adopt(archive, temporary.path())?;
    Ok(files::settle_folder(temporary, folder)?)
}

/// What the archive says that it has, if all of it may be unpacked.
fn survey(path: &Path, archive: &mut Archive, size: u64) -> Result<Vec<Part>, StoreError> {
    if archive.len() > MOST_FILES {
        return Err(refused(path, &format!("it has more than {MOST_FILES} files")));
    }
    if archive.has_overlapping_files().map_err(|error| refused(path, &error.to_string()))? {
        return Err(refused(path, "its files overlap"));
    }
    let most = size.saturating_mul(MOST_RATIO).saturating_add(MOST_BEYOND);
    let (mut parts, mut seen, mut total) = (Vec::new(), HashSet::new(), 0_u64);
    for index in 0..archive.len() {
        let file = archive.by_index_raw(index).map_err(|error| refused(path, &error.to_string()))?;
        let name = file.name().map_err(|error| refused(path, &error.to_string()))?.into_owned();
        if file.is_dir() {
            // Made where a file stands in it; a name that leads elsewhere has no such file.
            continue;
        }
        if let Some(fault) = names::fault(&name) {
            return Err(refused(path, &format!("the name {name:?} {fault}")));
        }
        if file.is_symlink() || file.encrypted() {
            return Err(refused(path, &format!("{name:?} is a link or is encrypted")));
        }
        if ![CompressionMethod::Stored, CompressionMethod::Deflated].contains(&file.compression()) {
            return Err(refused(path, &format!("{name:?} is compressed in a way that is not known here")));
        }
        // Two names that are one file on a system that does not tell capitals.
        if !seen.insert(name.to_lowercase()) {
            return Err(refused(path, &format!("it has {name:?} twice")));
        }
        total = total.saturating_add(file.size());
        if total > most || (name == MANIFEST && file.size() > LARGEST_MANIFEST) {
            return Err(refused(path, "it would be far larger unpacked than any project of its size"));
        }
        parts.push(Part { index, bytes: file.size(), name });
    }
    for wanted in [DATABASE, MANIFEST] {
        if !seen.contains(wanted) {
            return Err(refused(path, &format!("it has no {wanted}")));
        }
    }
    Ok(parts)
}

/// Writes every file below `folder`, and says what the archive's list has and what came.
fn extract(
    path: &Path,
    archive: &mut Archive,
    parts: &[Part],
    folder: &Path,
    needed: u64,
) -> Result<(Manifest, BTreeMap<String, Entry>), StoreError> {
    for room in [RUNS, EXPORTS] {
        files::create_folder(&folder.join(room))?;
    }
    let (mut manifest, mut found) = (None, BTreeMap::new());
    for part in parts {
        let file = archive.by_index(part.index).map_err(|error| refused(path, &error.to_string()))?;
        // What comes is counted: the directory may say less than there is.
        let mut limited = file.take(part.bytes.saturating_add(1));
        if part.name == MANIFEST {
            let mut text = Vec::new();
            limited.read_to_end(&mut text).map_err(|error| refused(path, &error.to_string()))?;
            manifest = Some(read_manifest(path, &text)?);
            continue;
        }
        let to = folder.join(&part.name);
        to.parent().map_or(Ok(()), files::create_folder)?;
        let mut entry = None;
        let mut unreadable = None;
        let written = files::write_atomically(&to, |out| {
            let mut from = Told { from: &mut limited, error: &mut unreadable };
            entry = Some(copy(&mut from, out)?);
            Ok(())
        });
        if let Some(reason) = unreadable {
            return Err(refused(path, &format!("{:?} is damaged: {reason}", part.name)));
        }
        written.map_err(|error| unless_full(error, needed))?;
        found.extend(entry.map(|entry| (part.name.clone(), entry)));
    }
    let manifest = manifest.ok_or_else(|| refused(path, &format!("it has no {MANIFEST}")))?;
    Ok((manifest, found))
}

/// Tells a fault of the archive from one of the disk that is written to.
struct Told<'a, R> {
    from: R,
    error: &'a mut Option<String>,
}

impl<R: Read> Read for Told<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.from.read(buffer).inspect_err(|error| *self.error = Some(error.to_string()))
    }
}

fn read_manifest(path: &Path, text: &[u8]) -> Result<Manifest, StoreError> {
    let manifest: Manifest =
        serde_json::from_slice(text).map_err(|error| refused(path, &format!("{MANIFEST}: {error}")))?;
    if manifest.format > FORMAT {
        return Err(refused(path, "a newer Whetstone packed it: update Whetstone"));
    }
    Ok(manifest)
}

fn compare(path: &Path, manifest: &Manifest, found: &BTreeMap<String, Entry>) -> Result<(), StoreError> {
    for (name, entry) in found {
        match manifest.files.get(name) {
            None => return Err(refused(path, &format!("{name:?} is not in its list"))),
            Some(listed) if listed != entry => return Err(refused(path, &format!("{name:?} is not what was packed"))),
            Some(_) => {}
        }
    }
    match manifest.files.keys().find(|name| !found.contains_key(*name)) {
        Some(missing) => Err(refused(path, &format!("{missing:?} is missing"))),
        None => Ok(()),
    }
}

/// The database passes the checks that every project passes, and its runs are nobody's any more.
fn adopt(path: &Path, folder: &Path) -> Result<(), StoreError> {
    let store = Store::open(folder, Access::Owner).map_err(|error| of_archive(path, error))?;
    store.write(0, |change| {
        change
            .transaction
            .execute("UPDATE runs SET state = 'cancelled', process = NULL WHERE state = 'running'", [])?;
        change.note("unpacked the project", None, &json!({}))
    })?;
    drop(store);
    for name in [LOCK_FILE, OWNER_FILE] {
        let path = folder.join(name);
        fs::remove_file(&path).map_err(|source| FileError::Write { path, source })?;
    }
    Ok(())
}

/// What is wrong with the database is wrong with the archive: nobody knows the folder that it was unpacked to.
fn of_archive(archive: &Path, error: StoreError) -> StoreError {
    let archive = archive.to_owned();
    match error {
        StoreError::Foreign { reason, .. } | StoreError::Damaged { reason, .. } => {
            StoreError::Archive { path: archive, reason }
        }
        StoreError::Newer { version, known, .. } => StoreError::Newer { path: archive, version, known },
        other => other,
    }
}

fn refused(path: &Path, reason: &str) -> StoreError {
    StoreError::Archive { path: path.to_owned(), reason: reason.to_owned() }
}
