//! Small JSON files that came with a model: read whole, within a limit, and never trusted.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::domain::ToUserMessage;
use crate::files::FileError;

/// A JSON file of a model or an adapter could not be read.
#[derive(Debug, thiserror::Error)]
pub enum JsonFileError {
    /// The file could not be read at all.
    #[error(transparent)]
    File(#[from] FileError),
    /// It is longer than such a file ever is.
    #[error("{} is longer than {limit} bytes, which no such file is", path.display())]
    TooLong {
        /// The file.
        path: PathBuf,
        /// What is allowed, in bytes.
        limit: u64,
    },
    /// It is not JSON, or not an object of the right kind.
    #[error("{} is not the JSON that it should be: {source}", path.display())]
    NotJson {
        /// The file.
        path: PathBuf,
        /// What is wrong, with line and column.
        source: serde_json::Error,
    },
}

impl ToUserMessage for JsonFileError {
    fn hint(&self) -> Option<String> {
        match self {
            Self::File(error) => error.hint(),
            Self::TooLong { .. } | Self::NotJson { .. } => {
                Some("the file is damaged or was edited by hand: download it again".to_owned())
            }
        }
    }
}

/// Reads a JSON file of at most `limit` bytes; `Ok(None)` where there is no such file. Nesting deeper than 128 is
/// refused by the parser.
pub fn read<T: DeserializeOwned>(path: &Path, limit: u64) -> Result<Option<T>, JsonFileError> {
    let Some(bytes) = read_limited(path, limit)? else { return Ok(None) };
    match serde_json::from_slice(&bytes) {
        Ok(value) => Ok(Some(value)),
        Err(source) => Err(JsonFileError::NotJson { path: path.to_owned(), source }),
    }
}

fn read_limited(path: &Path, limit: u64) -> Result<Option<Vec<u8>>, JsonFileError> {
    let Some(file) = open_regular(path)? else { return Ok(None) };
    let mut bytes = Vec::new();
    file.take(limit + 1).read_to_end(&mut bytes).map_err(|source| FileError::Read { path: path.to_owned(), source })?;
    if bytes.len() as u64 > limit {
        return Err(JsonFileError::TooLong { path: path.to_owned(), limit });
    }
    Ok(Some(bytes))
}

/// Opens a file that is neither a folder nor a pipe or device, which would block; `Ok(None)` where there is nothing.
pub fn open_regular(path: &Path) -> Result<Option<File>, FileError> {
    let failed = |source| FileError::Read { path: path.to_owned(), source };
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_file() => File::open(path).map(Some).map_err(failed),
        Ok(_) => Err(failed(io::Error::new(io::ErrorKind::InvalidInput, "it is no regular file"))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed(error)),
    }
}

/// A value as it is shown in an error: JSON, cut when long. JSON escapes control characters, so a stranger's text
/// cannot move the cursor of a terminal.
pub fn shown(value: &Value) -> String {
    cut(&value.to_string())
}

/// A stranger's text as it is shown in an error: quoted, escaped, cut when long.
pub fn shown_text(text: &str) -> String {
    cut(&format!("{text:?}"))
}

fn cut(text: &str) -> String {
    if text.chars().count() <= 80 { text.to_owned() } else { text.chars().take(80).chain("…".chars()).collect() }
}

#[cfg(test)]
pub mod mutation;
