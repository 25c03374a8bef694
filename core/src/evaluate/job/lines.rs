//! A file that lines are added to, each on the disk before the next thing happens.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::marker::PhantomData;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::EvaluationError;
use crate::files::{self, FileError};

/// The file, open at its end.
#[derive(Debug)]
pub(super) struct Lines<T> {
    path: PathBuf,
    file: File,
    of: PhantomData<T>,
}

impl<T: Serialize + DeserializeOwned> Lines<T> {
    /// Opens it or begins it, with what it holds. A last line that was torn is cut off.
    pub(super) fn open(path: &Path) -> Result<(Self, Vec<T>), EvaluationError> {
        let failed = |source| FileError::Write { path: path.to_owned(), source };
        let is_new = !path.exists();
        let mut options = OpenOptions::new();
        let mut file = options.create(true).truncate(false).read(true).write(true).open(path).map_err(failed)?;
        if is_new {
            files::sync_entry(path).map_err(failed)?;
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(failed)?;
        let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        bytes.truncate(whole);
        file.set_len(whole as u64).and_then(|()| file.seek(SeekFrom::End(0))).map_err(failed)?;
        let lines = bytes.split(|byte| *byte == b'\n').enumerate().filter(|(_, line)| !line.is_empty());
        let read = lines.map(|(index, line)| {
            let damaged = |_| EvaluationError::Damaged { path: path.to_owned(), line: index + 1 };
            serde_json::from_slice(line).map_err(damaged)
        });
        let read = read.collect::<Result<_, _>>()?;
        Ok((Self { path: path.to_owned(), file, of: PhantomData }, read))
    }

    /// Adds a line. It is on the disk when this returns.
    pub(super) fn add(&mut self, line: &T) -> Result<(), EvaluationError> {
        let failed = |source| FileError::Write { path: self.path.clone(), source };
        let mut bytes = serde_json::to_vec(line).map_err(|error| failed(error.into()))?;
        bytes.push(b'\n');
        self.file.write_all(&bytes).and_then(|()| self.file.sync_data()).map_err(failed)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_added_is_there_and_a_torn_line_is_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("l.jsonl");
        let (mut lines, read) = Lines::<(u32, String)>::open(&path).expect("begun");
        assert!(read.is_empty());
        lines.add(&(1, "a\nb".to_owned())).expect("kept");
        lines.add(&(2, "c".to_owned())).expect("kept");
        drop(lines);
        let whole = std::fs::read(&path).expect("read");
        std::fs::write(&path, [&whole[..], b"[3, \"to"].concat()).expect("torn");
        let (mut lines, read) = Lines::<(u32, String)>::open(&path).expect("opened");
        assert_eq!(read, [(1, "a\nb".to_owned()), (2, "c".to_owned())]);
        lines.add(&(3, "d".to_owned())).expect("kept");
        assert_eq!(Lines::<(u32, String)>::open(&path).expect("opened").1.len(), 3);
        std::fs::write(&path, [&whole[..], b"nothing\n"].concat()).expect("damaged");
        let error = Lines::<(u32, String)>::open(&path).expect_err("no line");
        assert!(error.to_string().contains("line 3"), "{error}");
    }
}
