//! Archives of Windows.

use std::io::{Cursor, Read, Write};

use anyhow::Context;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use super::Entry;

/// An archive as it lies in a file. It knows no owners, and no times that are kept here.
pub fn read_zip(bytes: &[u8]) -> anyhow::Result<Vec<Entry>> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).context("this is no zip archive")?;
    let mut entries = Vec::new();
    for place in 0..archive.len() {
        let mut file = archive.by_index(place)?;
        let path = file.name()?.trim_end_matches('/').to_owned();
        let (is_folder, mode) = (file.is_dir(), file.unix_mode().unwrap_or(0o644) & 0o7777);
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).with_context(|| format!("{path} breaks off"))?;
        entries.push(Entry { path, is_folder, mode, changed: 0, is_roots: true, bytes });
    }
    Ok(entries)
}

/// Writes one. All of it is as old as the format, so that the same contents are the same bytes.
pub fn write_zip(entries: &[Entry]) -> anyhow::Result<Vec<u8>> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for entry in entries {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(9))
            .last_modified_time(DateTime::default())
            .unix_permissions(entry.mode);
        if entry.is_folder {
            archive.add_directory(entry.path.as_str(), options)?;
        } else {
            archive.start_file(entry.path.as_str(), options)?;
            archive.write_all(&entry.bytes)?;
        }
    }
    Ok(archive.finish()?.into_inner())
}

#[cfg(test)]
mod tests {
    use super::super::settled;
    use super::*;

    #[test]
    fn an_archive_comes_back_and_is_the_same_each_time() {
        let file = Entry::file("whetstone/whetstone.exe", 0o755, 5, b"program".to_vec());
        let text = Entry::file("whetstone/text.txt", 0o644, 5, vec![7; 5000]);
        let entries = settled(vec![file, text], 0);
        let packed = write_zip(&entries).expect("memory");
        assert_eq!(write_zip(&entries).expect("memory"), packed);
        assert_eq!(read_zip(&packed).expect("whole"), entries);
        assert!(read_zip(&packed[..packed.len() - 30]).is_err());
    }
}
