//! Small JSON files that came with a model: read whole, within a limit, and never trusted.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

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
    /// It is not JSON.
    #[error("{} is not valid JSON: {source}", path.display())]
    NotJson {
        /// The file.
        path: PathBuf,
        /// What is wrong, with line and column.
        source: serde_json::Error,
    },
    /// It is JSON, but no object.
    #[error("{} is not a JSON object", path.display())]
    NotAnObject {
        /// The file.
        path: PathBuf,
    },
}

impl ToUserMessage for JsonFileError {
    fn hint(&self) -> Option<String> {
        match self {
            Self::File(error) => error.hint(),
            Self::TooLong { .. } | Self::NotJson { .. } | Self::NotAnObject { .. } => {
                Some("the file is damaged or was edited by hand: download it again".to_owned())
            }
        }
    }
}

/// Reads an object; `Ok(None)` where there is no such file. Nesting deeper than 128 is refused by the parser.
pub fn read_object(path: &Path, limit: u64) -> Result<Option<Map<String, Value>>, JsonFileError> {
    let Some(bytes) = read_limited(path, limit)? else { return Ok(None) };
    match serde_json::from_slice(&bytes) {
        Ok(Value::Object(object)) => Ok(Some(object)),
        Ok(_) => Err(JsonFileError::NotAnObject { path: path.to_owned() }),
        Err(source) => Err(JsonFileError::NotJson { path: path.to_owned(), source }),
    }
}

fn read_limited(path: &Path, limit: u64) -> Result<Option<Vec<u8>>, JsonFileError> {
    let failed = |source| FileError::Read { path: path.to_owned(), source };
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error).into()),
    };
    let mut bytes = Vec::new();
    file.take(limit + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > limit {
        return Err(JsonFileError::TooLong { path: path.to_owned(), limit });
    }
    Ok(Some(bytes))
}

/// A value as it is shown in an error: JSON, cut when long. JSON escapes control characters, so a stranger's text
/// cannot move the cursor of a terminal.
pub fn shown(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() <= 60 { text } else { text.chars().take(60).chain("…".chars()).collect() }
}
