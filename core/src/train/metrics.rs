//! The files that a run's figures are appended to.

use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use crate::files::{self, FileError};

/// A file of JSON lines that grows with the run.
#[derive(Debug)]
pub struct LineFile {
    path: PathBuf,
    file: File,
    bytes: u64,
}

impl LineFile {
    /// Opens `path` and cuts it back to its first `bytes` bytes: what a checkpoint vouches for. Where somebody has
    /// shortened it meanwhile, the lines that are left stay.
    pub fn open(path: &Path, bytes: u64) -> Result<Self, FileError> {
        let failed = |source| FileError::Write { path: path.to_owned(), source };
        let is_new = !path.exists();
        let mut file =
            OpenOptions::new().create(true).truncate(false).read(true).write(true).open(path).map_err(failed)?;
        if is_new {
            files::sync_entry(path).map_err(failed)?;
        }
        let bytes =
            if file.metadata().map_err(failed)?.len() < bytes { whole_lines(&file).map_err(failed)? } else { bytes };
        file.set_len(bytes).map_err(failed)?;
        file.seek(SeekFrom::End(0)).map_err(failed)?;
        Ok(Self { path: path.to_owned(), file, bytes })
    }

    /// Appends a line: all of it, or nothing.
    pub fn push(&mut self, values: &Map<String, Value>) -> Result<(), FileError> {
        let line = format!("{}\n", json!(values));
        if let Err(source) = self.file.write_all(line.as_bytes()) {
            // Where this fails too, the file is cut when the run is gone on with.
            drop(self.file.set_len(self.bytes));
            return Err(self.failed(source));
        }
        self.bytes += line.len() as u64;
        Ok(())
    }

    /// Flushes to the disk; returns the bytes so far.
    pub fn sync(&self) -> Result<u64, FileError> {
        self.file.sync_data().map_err(|source| self.failed(source))?;
        Ok(self.bytes)
    }

    fn failed(&self, source: std::io::Error) -> FileError {
        FileError::Write { path: self.path.clone(), source }
    }
}

/// Bytes up to the end of the last whole line.
fn whole_lines(file: &File) -> io::Result<u64> {
    let mut text = Vec::new();
    BufReader::new(file).read_to_end(&mut text)?;
    Ok(text.iter().rposition(|&byte| byte == b'\n').map_or(0, |end| end as u64 + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(step: u64) -> Map<String, Value> {
        Map::from_iter([("step".to_owned(), json!(step))])
    }

    #[test]
    fn a_file_is_cut_back_to_what_a_checkpoint_vouches_for() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("metrics.jsonl");
        let mut file = LineFile::open(&path, 0).expect("it opens");
        file.push(&line(1)).expect("it is written");
        let vouched = file.sync().expect("it is flushed");
        file.push(&line(2)).expect("it is written");
        let mut file = LineFile::open(&path, vouched).expect("it opens");
        file.push(&line(3)).expect("it is written");
        assert_eq!(files::read_text(&path).expect("text"), "{\"step\":1}\n{\"step\":3}\n");
    }

    #[test]
    fn a_file_that_was_shortened_keeps_its_whole_lines() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("metrics.jsonl");
        std::fs::write(&path, "{\"step\":1}\n{\"st").expect("it is written");
        let mut file = LineFile::open(&path, 1000).expect("it opens");
        file.push(&line(2)).expect("it is written");
        assert_eq!(file.sync().expect("it is flushed"), 22);
        assert_eq!(files::read_text(&path).expect("text"), "{\"step\":1}\n{\"step\":2}\n");
    }
}
