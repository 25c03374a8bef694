//! Files below a folder, with limits: no link to a folder is followed, and a folder without end comes to one.

use std::collections::HashSet;
use std::fs::{self, File, Metadata};
use std::io::Read;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// Files and folders that are looked at below one folder.
const MOST_ENTRIES: usize = 20_000;

/// A file below a folder.
#[derive(Debug)]
pub(super) struct Found {
    /// Its path.
    pub(super) path: PathBuf,
    /// Its name below the folder, with `/` between the parts.
    pub(super) name: String,
    /// Its size; of a link its target's, and none where it leads nowhere or to what is no file.
    pub(super) bytes: Option<u64>,
    /// Whether it is a link.
    pub(super) is_link: bool,
    metadata: Metadata,
}

impl Found {
    /// What tells a file from another that is the same one under another name.
    #[cfg(unix)]
    fn identity(&self) -> Option<(u64, u64)> {
        use std::os::unix::fs::MetadataExt;
        (self.metadata.nlink() > 1).then(|| (self.metadata.dev(), self.metadata.ino()))
    }

    #[cfg(not(unix))]
    fn identity(&self) -> Option<(u64, u64)> {
        // Windows tells it only of a file that is open; the cache has copies there.
        let _ = &self.metadata;
        None
    }
}

/// Every file at most `deepest` folders below, in the order of names. Names that are no text are left out, and so is what
/// cannot be read.
pub(super) fn files(folder: &Path, deepest: usize) -> Vec<Found> {
    let mut found = Vec::new();
    let mut left = MOST_ENTRIES;
    collect(folder, "", deepest, &mut left, &mut found);
    found
}

fn collect(folder: &Path, prefix: &str, deepest: usize, left: &mut usize, found: &mut Vec<Found>) {
    for (name, path) in entries(folder, *left) {
        let Some(less) = left.checked_sub(1) else { return };
        *left = less;
        let Ok(metadata) = fs::symlink_metadata(&path) else { continue };
        let name = format!("{prefix}{name}");
        if metadata.is_dir() {
            if deepest > 0 {
                collect(&path, &format!("{name}/"), deepest - 1, left, found);
            }
            continue;
        }
        let is_link = metadata.is_symlink();
        let bytes = fs::metadata(&path).ok().filter(Metadata::is_file).map(|target| target.len());
        found.push(Found { path, name, bytes, is_link, metadata });
    }
}

/// What a folder holds, in the order of names.
pub(super) fn entries(folder: &Path, most: usize) -> Vec<(String, PathBuf)> {
    let listing = fs::read_dir(folder).into_iter().flatten().flatten();
    let named = listing.filter_map(|entry| Some((entry.file_name().into_string().ok()?, entry.path())));
    let mut entries: Vec<_> = named.take(most).collect();
    entries.sort();
    entries
}

/// Bytes that files take, links not counted, and one that has several names once.
pub(super) fn bytes_of<'a>(files: impl Iterator<Item = &'a Found>) -> u64 {
    let mut seen = HashSet::new();
    let counted = files.filter(|file| !file.is_link && file.identity().is_none_or(|identity| seen.insert(identity)));
    counted.filter_map(|file| file.bytes).sum()
}

/// The beginning of a file that is neither a folder nor a pipe or device, which would block.
pub(super) fn beginning(path: &Path, most: u64) -> Option<Vec<u8>> {
    fs::metadata(path).ok().filter(Metadata::is_file)?;
    let mut bytes = Vec::new();
    File::open(path).ok()?.take(most).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// A JSON file, where it is there, is JSON, and is no longer than `longest`.
pub(super) fn json(path: &Path, longest: u64) -> Option<Value> {
    let bytes = beginning(path, longest + 1).filter(|bytes| bytes.len() as u64 <= longest)?;
    serde_json::from_slice(&bytes).ok()
}
