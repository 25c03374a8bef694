//! The keys and values of a GGUF file, kept about as small as they are in the file.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::error::GgufError;
use crate::model::json_file::shown_text;

/// A number of a GGUF file.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Number {
    /// Not negative.
    Whole(u64),
    /// Below zero.
    Negative(i64),
    /// With a point.
    Real(f64),
}

/// A kind of number, by its number in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NumberKind(pub u32);

impl NumberKind {
    /// Bytes of one; `None` where it is no kind of number (a truth value counts as one).
    pub fn size(self) -> Option<usize> {
        Some(match self.0 {
            0 | 1 | 7 => 1,
            2 | 3 => 2,
            4..=6 => 4,
            10..=12 => 8,
            _ => return None,
        })
    }

    /// The number in as many bytes as one takes.
    pub fn read(self, bytes: &[u8]) -> Number {
        let mut wide = [0; 8];
        let length = bytes.len().min(8);
        wide[..length].copy_from_slice(&bytes[..length]);
        let whole = u64::from_le_bytes(wide);
        let signed = |value: i64| u64::try_from(value).map_or(Number::Negative(value), Number::Whole);
        match self.0 {
            1 => signed(i64::from((whole as u8).cast_signed())),
            3 => signed(i64::from((whole as u16).cast_signed())),
            5 => signed(i64::from((whole as u32).cast_signed())),
            11 => signed(whole.cast_signed()),
            6 => Number::Real(f64::from(f32::from_bits(whole as u32))),
            12 => Number::Real(f64::from_bits(whole)),
            _ => Number::Whole(whole),
        }
    }
}

/// Many texts in one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Texts {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Texts {
    /// Takes in one more.
    pub fn push(&mut self, text: &[u8]) {
        self.bytes.extend_from_slice(text);
        self.ends.push(self.bytes.len());
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Each as its bytes: a tokenizer may have pieces that are no text.
    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.ends.iter().scan(0, |start, &end| Some(&self.bytes[std::mem::replace(start, end)..end]))
    }
}

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A number.
    Number(Number),
    /// True or false.
    Flag(bool),
    /// A text.
    Text(String),
    /// A list of texts.
    Texts(Texts),
    /// A list of numbers or of truth values, as they stand in the file.
    Numbers(NumberKind, Vec<u8>),
    /// A list of lists, which no key that is read has.
    Nested,
}

impl Value {
    /// A whole number.
    pub fn whole(number: u32) -> Self {
        Self::Number(Number::Whole(u64::from(number)))
    }

    /// The numbers of a list; none of other values.
    pub fn numbers(&self) -> impl Iterator<Item = Number> {
        let (kind, bytes) = match self {
            Self::Numbers(kind, bytes) => (*kind, bytes.as_slice()),
            _ => (NumberKind(0), &[][..]),
        };
        bytes.chunks_exact(kind.size().unwrap_or(1)).map(move |bytes| kind.read(bytes))
    }

    /// As an error shows it.
    pub fn shown(&self) -> String {
        match self {
            Self::Number(Number::Whole(number)) => number.to_string(),
            Self::Number(Number::Negative(number)) => number.to_string(),
            Self::Number(Number::Real(number)) => number.to_string(),
            Self::Flag(flag) => flag.to_string(),
            Self::Text(text) => shown_text(text),
            Self::Texts(texts) => format!("a list of {} texts", texts.len()),
            Self::Numbers(..) => format!("a list of {} numbers", self.numbers().count()),
            Self::Nested => "a list of lists".to_owned(),
        }
    }
}

/// The keys of a file, with errors that name it.
#[derive(Debug)]
pub struct Metadata {
    pub(super) path: PathBuf,
    pub(super) values: BTreeMap<String, Value>,
}

impl Metadata {
    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.values.get(key)
    }

    /// Every key.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.values.keys().map(String::as_str)
    }

    /// A text, or nothing.
    pub fn text(&self, key: &str) -> Result<Option<&str>, GgufError> {
        match self.get(key) {
            None => Ok(None),
            Some(Value::Text(text)) => Ok(Some(text)),
            Some(_) => Err(self.wrong(key, "a text")),
        }
    }

    /// A whole number, or nothing.
    pub fn whole(&self, key: &str) -> Result<Option<u64>, GgufError> {
        match self.get(key) {
            None => Ok(None),
            Some(Value::Number(Number::Whole(number))) => Ok(Some(*number)),
            Some(_) => Err(self.wrong(key, "a whole number")),
        }
    }

    /// A number, or nothing.
    pub fn real(&self, key: &str) -> Result<Option<f64>, GgufError> {
        match self.get(key) {
            None => Ok(None),
            Some(Value::Number(Number::Real(number))) if number.is_finite() => Ok(Some(*number)),
            Some(Value::Number(Number::Whole(number))) => Ok(Some(*number as f64)),
            Some(_) => Err(self.wrong(key, "a number")),
        }
    }

    /// True or false, or nothing.
    pub fn flag(&self, key: &str) -> Result<Option<bool>, GgufError> {
        match self.get(key) {
            None => Ok(None),
            Some(Value::Flag(flag)) => Ok(Some(*flag)),
            Some(_) => Err(self.wrong(key, "true or false")),
        }
    }

    /// A list of texts, or nothing.
    pub fn texts(&self, key: &str) -> Result<Option<&Texts>, GgufError> {
        match self.get(key) {
            None => Ok(None),
            Some(Value::Texts(texts)) => Ok(Some(texts)),
            Some(_) => Err(self.wrong(key, "a list of texts")),
        }
    }

    /// A list of numbers, or nothing.
    pub fn numbers(&self, key: &str) -> Result<Option<impl Iterator<Item = Number>>, GgufError> {
        match self.get(key) {
            None => Ok(None),
            Some(list @ Value::Numbers(..)) => Ok(Some(list.numbers())),
            Some(_) => Err(self.wrong(key, "a list of numbers")),
        }
    }

    /// The error for a key that has to be there.
    pub fn missing(&self, key: &str, expected: &'static str) -> GgufError {
        GgufError::MissingKey { path: self.path.clone(), key: key.to_owned(), expected }
    }

    /// The error for a value that cannot be.
    pub fn wrong(&self, key: &str, expected: &'static str) -> GgufError {
        GgufError::WrongKey { path: self.path.clone(), key: key.to_owned(), found: self.shown(key), expected }
    }

    /// The error for a value that no code here computes.
    pub fn unsupported(&self, key: &str, supported: &str) -> GgufError {
        let (path, found) = (self.path.clone(), self.shown(key));
        GgufError::Unsupported { path, key: shown_key(key), found, supported: supported.to_owned() }
    }

    /// The error for a tokenizer that cannot be made.
    pub fn no_tokenizer(&self, reason: impl Into<String>) -> GgufError {
        GgufError::Tokenizer { path: self.path.clone(), reason: reason.into() }
    }

    fn shown(&self, key: &str) -> String {
        self.get(key).map_or_else(|| "absent".to_owned(), Value::shown)
    }
}

/// A stranger's key, made harmless for a terminal.
fn shown_key(key: &str) -> String {
    let shown = shown_text(key);
    shown.strip_prefix('"').and_then(|shown| shown.strip_suffix('"')).map_or_else(|| shown.clone(), str::to_owned)
}
