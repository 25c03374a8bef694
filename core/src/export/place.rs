//! Where an export comes into being, and how it gets its name.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::{ExportError, Proof};
use crate::doctor;
use crate::files::{self, FileError};

/// The file that says of a folder that it is an export, of what form, and how it was proved.
const MANIFEST: &str = "whetstone-export.json";

/// Room that is left on the disk beside what is written.
const SPARE_BYTES: u64 = 64 << 20;

/// Refuses a folder that holds something else, and a disk without room for `bytes`.
pub(super) fn check(out: &Path, bytes: u64) -> Result<(), ExportError> {
    let is_free = match fs::read_dir(out) {
        Ok(mut entries) => entries.next().is_none() || out.join(MANIFEST).is_file(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => true,
        Err(source) => return Err(FileError::Read { path: out.to_owned(), source }.into()),
    };
    if !is_free {
        return Err(ExportError::Taken { folder: out.to_owned() });
    }
    let wanted = bytes.saturating_add(SPARE_BYTES);
    match doctor::free_on_disk(out) {
        Some(free) if free < wanted => Err(ExportError::NoRoom { folder: out.to_owned(), wanted, free }),
        _ => Ok(()),
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
}

impl Place {
    /// A new folder beside `out`; what a kill left of an earlier one goes.
    pub(super) fn open(out: &Path) -> Result<Self, ExportError> {
        let out = std::path::absolute(out).map_err(|source| FileError::Write { path: out.to_owned(), source })?;
        let name = out.file_name().unwrap_or_default().to_string_lossy();
        let unfinished = out.with_file_name(format!(".{name}.unfinished"));
        remove(&unfinished)?;
        files::create_folder(&unfinished)?;
        Ok(Self { out, unfinished })
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
        let earlier = self.unfinished.with_extension("earlier");
        remove(&earlier)?;
        if self.out.exists() {
            fs::rename(&self.out, &earlier).map_err(failed)?;
        }
        fs::rename(&self.unfinished, &self.out).map_err(failed)?;
        files::sync_entry(&self.out).map_err(failed)?;
        remove(&earlier)?;
        Ok(found)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // What stays is removed by the next export to the same place.
        let _unremoved = fs::remove_dir_all(&self.unfinished);
    }
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
