//! Reading JSONL a line at a time, and saying where and why it could not be read.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use crate::domain::ToUserMessage;
use crate::files::FileError;

/// Bytes that a line may have. A longer one is no record that anybody wrote.
const LINE_LIMIT: usize = 64 << 20;

/// A dataset could not be read.
#[derive(Debug, thiserror::Error)]
pub enum DatasetError {
    /// The file could not be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// There is no record in the file.
    #[error("{} is empty: {expected} expected on each line", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
        /// What a line should hold.
        expected: &'static str,
    },
    /// The file is one JSON list.
    #[error("{}, line {line}: a JSON list, but one record on each line expected", path.display())]
    List {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: usize,
    },
    /// A line is longer than any record.
    #[error("{}, line {line}: the line has more than {limit} bytes", path.display())]
    LineTooLong {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: usize,
        /// Bytes that a line may have.
        limit: usize,
    },
    /// A line is not UTF-8.
    #[error("{}, line {line}, column {column}: not UTF-8 text", path.display())]
    NotUtf8 {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: usize,
        /// In characters, from 1.
        column: usize,
    },
    /// A line is not JSON.
    #[error("{}, line {line}, column {column}: not valid JSON: {reason}", path.display())]
    NotJson {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: usize,
        /// In characters, from 1.
        column: usize,
        /// What the parser said.
        reason: String,
    },
    /// A line is JSON, but not the record that was expected.
    #[error("{}, line {line}, column {column}: {problem}", path.display())]
    Record {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: usize,
        /// In characters, from 1.
        column: usize,
        /// What was expected and what was found.
        problem: String,
        /// What to do about it.
        cure: String,
    },
}

impl ToUserMessage for DatasetError {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::File(error) => return error.hint(),
            Self::Empty { .. } => "check that the right file was chosen and that it was written completely".to_owned(),
            Self::List { .. } => {
                "write each record on a line of its own, without the brackets round them: jq -c '.[]' OLD > NEW"
                    .to_owned()
            }
            Self::LineTooLong { .. } => {
                "write each record on a line of its own, and end each line with a line feed".to_owned()
            }
            Self::NotUtf8 { .. } => "save the file with the encoding UTF-8".to_owned(),
            Self::NotJson { reason, .. } if reason.starts_with("EOF") => {
                "write each record on one line; if this is the last line, the file was cut off".to_owned()
            }
            Self::NotJson { .. } => {
                "correct the line: names and text stand in double quotes, and quotes within text are written \\\""
                    .to_owned()
            }
            Self::Record { cure, .. } => cure.clone(),
        })
    }
}

/// The lines of a file that hold something, one after the other.
pub(super) struct Lines {
    reader: BufReader<File>,
    path: PathBuf,
    number: usize,
    limit: usize,
}

impl Lines {
    pub(super) fn open(path: &Path) -> Result<Self, DatasetError> {
        let file = File::open(path).map_err(|source| FileError::Read { path: path.to_owned(), source })?;
        Ok(Self { reader: BufReader::new(file), path: path.to_owned(), number: 0, limit: LINE_LIMIT })
    }

    #[cfg(test)]
    pub(super) fn with_limit(mut self, limit: usize) -> Self {
        self.limit = limit;
        self
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The next line that is not blank and its number, without the line's end and a byte order mark.
    pub(super) fn next(&mut self) -> Result<Option<(usize, String)>, DatasetError> {
        loop {
            let mut bytes = Vec::new();
            let most = self.limit as u64 + 1;
            let read = self.reader.by_ref().take(most).read_until(b'\n', &mut bytes);
            read.map_err(|source| FileError::Read { path: self.path.clone(), source })?;
            if bytes.is_empty() {
                return Ok(None);
            }
            self.number += 1;
            if bytes.len() > self.limit {
                return Err(DatasetError::LineTooLong {
                    path: self.path.clone(),
                    line: self.number,
                    limit: self.limit,
                });
            }
            if self.number == 1 && bytes.starts_with(b"\xef\xbb\xbf") {
                bytes.drain(..3);
            }
            let line = String::from_utf8(bytes).map_err(|error| self.not_utf8(&error))?;
            if !line.trim().is_empty() {
                return Ok(Some((self.number, line.trim_end_matches(['\n', '\r']).to_owned())));
            }
        }
    }

    fn not_utf8(&self, error: &std::string::FromUtf8Error) -> DatasetError {
        let valid = error.utf8_error().valid_up_to();
        let before = String::from_utf8_lossy(&error.as_bytes()[..valid]);
        DatasetError::NotUtf8 { path: self.path.clone(), line: self.number, column: before.chars().count() + 1 }
    }
}
