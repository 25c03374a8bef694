//! `config.json`, key by key: a missing, misplaced or unsupported value becomes an error that names it.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::json_file::{self, JsonFileError, shown};
use crate::domain::ToUserMessage;

/// In bytes. Real ones have a few kilobytes; parsed, a hostile one takes seventy times its length.
const LONGEST_CONFIG: u64 = 1 << 20;

/// A configuration of a model or an adapter cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The folder has no `config.json`.
    #[error("{} is not a model folder: it has no config.json", folder.display())]
    NoConfig {
        /// The folder.
        folder: PathBuf,
    },
    /// It is a GGUF file, where a folder is needed.
    #[error("{} is a GGUF file: here a model's folder is needed", path.display())]
    Gguf {
        /// The file.
        path: PathBuf,
    },
    /// The file could not be read as JSON.
    #[error(transparent)]
    Json(#[from] JsonFileError),
    /// A key that has no default is absent.
    #[error("{}: `{key}` is missing, expected {expected}", path.display())]
    MissingKey {
        /// The file.
        path: PathBuf,
        /// The key.
        key: String,
        /// What should be there.
        expected: String,
    },
    /// A value is of the wrong kind or outside its limits.
    #[error("{}: `{key}` is {found}, expected {expected}", path.display())]
    WrongValue {
        /// The file.
        path: PathBuf,
        /// The key.
        key: String,
        /// The value.
        found: String,
        /// What should be there.
        expected: String,
    },
    /// A value is valid, but means something that would change the numbers and is not supported.
    #[error("{}: `{key}` is {found}, which is not supported; supported: {supported}", path.display())]
    Unsupported {
        /// The file.
        path: PathBuf,
        /// The key.
        key: String,
        /// The value.
        found: String,
        /// What works.
        supported: String,
    },
}

impl ToUserMessage for ConfigError {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Json(error) => error.hint(),
            Self::NoConfig { .. } => {
                Some("give the folder that holds config.json and model.safetensors of a Hugging Face model".to_owned())
            }
            Self::Gguf { .. } => Some(
                "give the folder with safetensors that it was made from: a project works with it and exports are made \
                 from there, and it can be written as GGUF afterwards"
                    .to_owned(),
            ),
            Self::MissingKey { .. } | Self::WrongValue { .. } => {
                Some("the file is damaged or was edited by hand: download it again".to_owned())
            }
            Self::Unsupported { .. } => {
                Some("choose another model or adapter, or another version of this one".to_owned())
            }
        }
    }
}

/// Typed access to the keys of a `config.json`, or of a file like it. `null` counts as absent, as it does for transformers.
#[derive(Debug)]
pub struct ConfigReader {
    path: PathBuf,
    keys: Map<String, Value>,
}

impl ConfigReader {
    /// Reads `config.json` of a model's folder.
    pub fn open(folder: &Path) -> Result<Self, ConfigError> {
        if super::gguf::is_gguf(folder) {
            return Err(ConfigError::Gguf { path: folder.to_owned() });
        }
        Self::open_optional(&folder.join("config.json"))?
            .ok_or_else(|| ConfigError::NoConfig { folder: folder.to_owned() })
    }

    /// Reads a file of the same kind; nothing where there is no such file.
    pub fn open_optional(path: &Path) -> Result<Option<Self>, ConfigError> {
        let keys = json_file::read(path, LONGEST_CONFIG)?;
        Ok(keys.map(|keys| Self { path: path.to_owned(), keys }))
    }

    /// Of keys that came from elsewhere than a file; errors call them by `path`.
    pub fn of_keys(path: &Path, keys: Map<String, Value>) -> Self {
        Self { path: path.to_owned(), keys }
    }

    /// The value of a key; `scale.factor` is the key `factor` of the object `scale`.
    pub fn get(&self, key: &str) -> Option<&Value> {
        let mut parts = key.split('.');
        let first = self.keys.get(parts.next()?)?;
        parts.try_fold(first, |value, part| value.get(part)).filter(|value| !value.is_null())
    }

    /// The keys and values of the outermost object.
    pub fn entries(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.keys.iter()
    }

    /// Whether a key of the outermost object is there, be it `null`.
    pub fn holds(&self, key: &str) -> bool {
        self.keys.contains_key(key)
    }

    /// A whole number from 1 to `limit`.
    pub fn size(&self, key: &str, limit: usize) -> Result<usize, ConfigError> {
        self.optional_size(key, limit)?.ok_or_else(|| self.missing(key, &format!("a whole number from 1 to {limit}")))
    }

    /// A whole number from 1 to `limit`, or nothing.
    pub fn optional_size(&self, key: &str, limit: usize) -> Result<Option<usize>, ConfigError> {
        let Some(value) = self.get(key) else { return Ok(None) };
        let size = value.as_u64().and_then(|size| usize::try_from(size).ok());
        match size.filter(|size| (1..=limit).contains(size)) {
            Some(size) => Ok(Some(size)),
            None => Err(self.wrong(key, &shown(value), &format!("a whole number from 1 to {limit}"))),
        }
    }

    /// A number above zero, or nothing.
    pub fn optional_positive(&self, key: &str) -> Result<Option<f64>, ConfigError> {
        let Some(value) = self.get(key) else { return Ok(None) };
        match value.as_f64().filter(|number| number.is_finite() && *number > 0.0) {
            Some(number) => Ok(Some(number)),
            None => Err(self.wrong(key, &shown(value), "a number above 0")),
        }
    }

    /// A number above zero.
    pub fn positive(&self, key: &str) -> Result<f64, ConfigError> {
        self.optional_positive(key)?.ok_or_else(|| self.missing(key, "a number above 0"))
    }

    /// `true` or `false`; `default` where it is absent.
    pub fn flag(&self, key: &str, default: bool) -> Result<bool, ConfigError> {
        match self.get(key) {
            None => Ok(default),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(value) => Err(self.wrong(key, &shown(value), "true or false")),
        }
    }

    /// A text, or nothing.
    pub fn optional_text(&self, key: &str) -> Result<Option<&str>, ConfigError> {
        match self.get(key) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(value) => Err(self.wrong(key, &shown(value), "a text")),
        }
    }

    /// The error for a key that has to be there.
    pub fn missing(&self, key: &str, expected: &str) -> ConfigError {
        ConfigError::MissingKey { path: self.path.clone(), key: key.to_owned(), expected: expected.to_owned() }
    }

    /// The error for a value that cannot be.
    pub fn wrong(&self, key: &str, found: &str, expected: &str) -> ConfigError {
        let (path, key) = (self.path.clone(), key.to_owned());
        ConfigError::WrongValue { path, key, found: found.to_owned(), expected: expected.to_owned() }
    }

    /// The error for the value that a key has.
    pub fn unfit(&self, key: &str, expected: &str) -> ConfigError {
        self.wrong(key, &self.get(key).map_or_else(|| "absent".to_owned(), shown), expected)
    }

    /// The error for a value that no code here computes.
    pub fn unsupported(&self, key: &str, supported: &str) -> ConfigError {
        let found = self.get(key).map_or_else(|| "absent".to_owned(), shown);
        ConfigError::Unsupported {
            path: self.path.clone(),
            key: key.to_owned(),
            found,
            supported: supported.to_owned(),
        }
    }
}
