//! A project as one file: for backup, sending and moving.
//!
//! A `.whetstone` file is a zip of `project.db` as it is at one moment, of `runs/` without checkpoints, of `exports/`, and of
//! `whetstone.json`, which stands last and has the length and the SHA-256 of each of the others.

mod names;
mod unpack;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::error::{StoreError, full};
use super::migrate::snapshot;
use super::open::{DATABASE, EXPORTS, RUNS, Store};
use crate::files::{self, FileError};

pub use unpack::unpack;

/// The list of what is in an archive.
const MANIFEST: &str = "whetstone.json";

/// The form of archives that this program writes, and the newest that it reads.
const FORMAT: u32 = 1;

/// What a run needs to go on and nobody else needs: large, and left out.
const CHECKPOINTS: &str = "checkpoints";

/// What is in an archive.
#[derive(Debug, Serialize, Deserialize)]
struct Manifest {
    format: u32,
    program: String,
    files: BTreeMap<String, Entry>,
}

/// One file of an archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    bytes: u64,
    sha256: String,
}

/// Packs a project into the file `out`: the database as it is now, the runs without their checkpoints, and the exports. Others
/// may go on working meanwhile. What stood at `out` before is replaced when all is written.
pub fn pack(store: &Store, out: &Path) -> Result<(), StoreError> {
    let folder = files::temporary_folder_beside(out)?;
    let database = folder.path().join(DATABASE);
    snapshot(store.path(), &store.connection(), &database)?;
    let mut parts = vec![(DATABASE.to_owned(), database)];
    for room in [RUNS, EXPORTS] {
        collect(&store.folder().join(room), room, &mut parts)?;
    }
    parts.sort();
    let needed = parts.iter().map(|(_, path)| files::size(path)).sum();
    files::write_atomically(out, |file| write(file, &parts)).map_err(|error| unless_full(error, needed))
}

/// Every file under a folder, with the name that it has in an archive.
fn collect(folder: &Path, name: &str, parts: &mut Vec<(String, PathBuf)>) -> Result<(), StoreError> {
    let failed = |source| FileError::Read { path: folder.to_owned(), source };
    if !folder.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let file_name = entry.file_name();
        let Some(file_name) = file_name.to_str() else {
            let reason = format!("{} has a name that is no text", entry.path().display());
            return Err(StoreError::Contradiction { reason });
        };
        let kind = entry.file_type().map_err(failed)?;
        let is_checkpoints = file_name == CHECKPOINTS && name.starts_with(RUNS);
        if file_name.starts_with(files::LEFTOVER_PREFIX) || is_checkpoints {
            continue;
        }
        let name = format!("{name}/{file_name}");
        // A link leads out of the project, and is left out.
        if kind.is_dir() {
            collect(&entry.path(), &name, parts)?;
        } else if kind.is_file() {
            if let Some(fault) = names::fault(&name) {
                let reason = format!("{} cannot be packed: its name {fault}", entry.path().display());
                return Err(StoreError::Contradiction { reason });
            }
            parts.push((name, entry.path()));
        }
    }
    Ok(())
}

fn write(file: &mut dyn Write, parts: &[(String, PathBuf)]) -> io::Result<()> {
    let mut archive = ZipWriter::new_stream(file);
    let options = SimpleFileOptions::default().large_file(true);
    let mut files = BTreeMap::new();
    for (name, path) in parts {
        archive.start_file(name.as_str(), options)?;
        let mut from = File::open(path).map_err(|error| io::Error::new(error.kind(), within(path, &error)))?;
        files.insert(name.clone(), copy(&mut from, &mut archive)?);
    }
    let manifest = Manifest { format: FORMAT, program: env!("CARGO_PKG_VERSION").to_owned(), files };
    archive.start_file(MANIFEST, options)?;
    serde_json::to_writer_pretty(&mut archive, &manifest)?;
    archive.finish().map(drop).map_err(io::Error::from)
}

fn within(path: &Path, error: &io::Error) -> String {
    format!("{}: {error}", path.display())
}

/// Copies all that comes, and says what it was.
fn copy(from: &mut dyn Read, to: &mut dyn Write) -> io::Result<Entry> {
    let mut digest = Sha256::new();
    let mut buffer = vec![0_u8; 1 << 16];
    let mut bytes = 0;
    loop {
        let read = from.read(&mut buffer)?;
        if read == 0 {
            break;
        }
        digest.update(&buffer[..read]);
        to.write_all(&buffer[..read])?;
        bytes += read as u64;
    }
    let mut sha256 = String::with_capacity(64);
    for byte in digest.finalize() {
        // Two digits a byte.
        sha256.extend([byte >> 4, byte & 15].map(|digit| char::from_digit(u32::from(digit), 16).unwrap_or('0')));
    }
    Ok(Entry { bytes, sha256 })
}

/// A full disk is told with what is needed.
fn unless_full(error: FileError, needed: u64) -> StoreError {
    match error {
        FileError::Write { path, source }
            if matches!(source.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded) =>
        {
            full(path, needed)
        }
        other => other.into(),
    }
}
