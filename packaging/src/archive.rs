//! Archives: read to be looked at, and written so that the same contents are the same bytes.

pub mod deb;
pub mod rpm;
pub mod zip;

use std::collections::BTreeSet;
use std::io::{Read, Write};

use anyhow::{Context, bail};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};
use whetstone_core::files;

/// A file or a folder of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its path inside, with `/` between names and none before the first.
    pub path: String,
    /// Whether it is a folder.
    pub is_folder: bool,
    /// Who may do what, as Unix counts it.
    pub mode: u32,
    /// When it was changed, in seconds since 1970.
    pub changed: u64,
    /// Whether it belongs to the system's first user and group.
    pub is_roots: bool,
    /// What is in it.
    pub bytes: Vec<u8>,
}

impl Entry {
    /// A file that belongs to the system.
    pub fn file(path: impl Into<String>, mode: u32, changed: u64, bytes: Vec<u8>) -> Self {
        Self { path: path.into(), is_folder: false, mode, changed, is_roots: true, bytes }
    }

    fn folder(path: &str, changed: u64) -> Self {
        Self { path: path.to_owned(), is_folder: true, mode: 0o755, changed, is_roots: true, bytes: Vec::new() }
    }

    /// The same with nothing left to chance: its time, its owner, and whether it may be run.
    fn settled(self, changed: u64) -> Self {
        let may_be_run = self.is_folder || self.mode & 0o111 != 0;
        Self { mode: if may_be_run { 0o755 } else { 0o644 }, changed, is_roots: true, ..self }
    }
}

/// The SHA-256 of bytes, in hexadecimal digits.
pub fn digest(bytes: &[u8]) -> String {
    files::hexadecimal(Sha256::digest(bytes))
}

/// Entries in the order of their paths, with every folder that they lie in, and nothing left to chance.
pub fn settled(entries: Vec<Entry>, changed: u64) -> Vec<Entry> {
    let mut folders = BTreeSet::new();
    for entry in &entries {
        let mut path = entry.path.as_str();
        while let Some((folder, _)) = path.rsplit_once('/') {
            folders.insert(folder.to_owned());
            path = folder;
        }
    }
    let given: BTreeSet<&str> = entries.iter().map(|entry| entry.path.as_str()).collect();
    let missing: Vec<Entry> = folders
        .iter()
        .filter(|folder| !given.contains(folder.as_str()))
        .map(|folder| Entry::folder(folder, changed))
        .collect();
    let mut all: Vec<Entry> = entries.into_iter().chain(missing).map(|entry| entry.settled(changed)).collect();
    all.sort_by(|one, other| one.path.cmp(&other.path));
    all
}

/// A compressed archive of `tar` as it lies in a file.
pub fn read_tar_gz(bytes: &[u8]) -> anyhow::Result<Vec<Entry>> {
    let mut archive = tar::Archive::new(GzDecoder::new(bytes));
    let mut entries = Vec::new();
    for entry in archive.entries().context("this is no archive of tar")? {
        let mut entry = entry.context("the archive breaks off")?;
        let header = entry.header();
        let (kind, mode, changed) = (header.entry_type(), header.mode()?, header.mtime()?);
        if !kind.is_dir() && !kind.is_file() {
            bail!("{} is neither a file nor a folder", entry.path()?.display());
        }
        let is_roots = (header.uid()?, header.gid()?) == (0, 0);
        let path = entry.path()?.to_string_lossy().into_owned();
        let path = path.trim_start_matches("./").trim_end_matches('/').to_owned();
        let mut contents = Vec::new();
        entry.read_to_end(&mut contents).with_context(|| format!("{path} breaks off"))?;
        if !path.is_empty() && path != "." {
            let is_folder = kind.is_dir();
            entries.push(Entry { path, is_folder, mode, changed, is_roots, bytes: contents });
        }
    }
    Ok(entries)
}

/// Writes one.
pub fn write_tar_gz(entries: &[Entry]) -> anyhow::Result<Vec<u8>> {
    let mut archive = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::best()));
    for entry in entries {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(if entry.is_folder { tar::EntryType::Directory } else { tar::EntryType::Regular });
        header.set_mode(entry.mode);
        header.set_mtime(entry.changed);
        header.set_uid(0);
        header.set_gid(0);
        header.set_username("root")?;
        header.set_groupname("root")?;
        header.set_size(entry.bytes.len() as u64);
        let path = if entry.is_folder { format!("{}/", entry.path) } else { entry.path.clone() };
        archive
            .append_data(&mut header, &path, entry.bytes.as_slice())
            .with_context(|| format!("{path} does not go into the archive"))?;
    }
    Ok(archive.into_inner()?.finish()?)
}

/// A compressed file.
pub fn gzip(bytes: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(bytes)?;
    Ok(packed.finish()?)
}

/// What a compressed file holds.
pub fn gunzip(bytes: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut unpacked = Vec::new();
    GzDecoder::new(bytes).read_to_end(&mut unpacked).context("this is no gzip, or it breaks off")?;
    Ok(unpacked)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Vec<Entry> {
        let mut run = Entry::file("usr/bin/whetstone", 0o775, 7, b"program".to_vec());
        run.is_roots = false;
        let long = format!("usr/share/{}/text", "a-long-name".repeat(12));
        vec![run, Entry::file(long, 0o600, 9, vec![0; 70_000])]
    }

    #[test]
    fn an_archive_is_settled_and_comes_back() {
        let entries = settled(sample(), 1_000_000);
        let paths: Vec<&str> = entries.iter().map(|entry| entry.path.as_str()).collect();
        assert_eq!(&paths[..4], ["usr", "usr/bin", "usr/bin/whetstone", "usr/share"]);
        assert!(entries.iter().all(|entry| entry.is_roots && entry.changed == 1_000_000));
        let modes: Vec<u32> = entries.iter().map(|entry| entry.mode).collect();
        assert_eq!(modes, [0o755, 0o755, 0o755, 0o755, 0o755, 0o644]);
        let packed = write_tar_gz(&entries).expect("memory");
        assert_eq!(read_tar_gz(&packed).expect("whole"), entries);
        let mut turned = sample();
        turned.reverse();
        assert_eq!(write_tar_gz(&settled(turned, 1_000_000)).expect("memory"), packed, "the order does not matter");
    }

    #[test]
    fn what_breaks_off_is_an_error() {
        let packed = write_tar_gz(&settled(sample(), 1)).expect("memory");
        assert!(read_tar_gz(&packed[..packed.len() / 2]).is_err());
        assert!(gunzip(&packed[..packed.len() - 9]).is_err());
        assert_eq!(gunzip(&gzip(b"text").expect("memory")).expect("whole"), b"text");
    }

    #[test]
    fn a_digest_is_that_of_the_standard() {
        // From NIST's examples for SHA-256.
        assert_eq!(digest(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
