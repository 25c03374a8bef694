//! The header of a GGUF file, checked before a single weight is read.
//!
//! A file is `GGUF`, a version, the counts of tensors and of keys, the keys with their values, the tensors' names, shapes,
//! forms and offsets, then, on a boundary of the file's alignment, the data. Nothing that a file claims is believed before
//! it was held against the file's length: what is allocated is at most a few times what was read.

use std::collections::BTreeMap;
use std::io::{self, Read};

use super::error::HeaderFault;
use super::kind::{self, TensorKind};
use super::metadata::{Number, NumberKind, Texts, Value};
use crate::model::json_file::shown_text;

/// Tensors; the largest models have a few thousand.
const MOST_TENSORS: u64 = 1 << 16;
/// Keys; real files have some fifty.
const MOST_KEYS: u64 = 1 << 14;
/// Bytes of a key's name: the format's own limit.
const LONGEST_KEY: u64 = 65_535;
/// Bytes of a tensor's name; the format's own limit is 64.
const LONGEST_NAME: u64 = 255;
/// Bytes of a text: chat templates have some ten thousand.
const LONGEST_TEXT: u64 = 4 << 20;
/// Elements of a list: a vocabulary has a few hundred thousand tokens, and about as many merges.
const MOST_ELEMENTS: u64 = 1 << 23;
/// Lists within lists.
const DEEPEST: u32 = 4;
/// Sizes of a tensor's shape: the format's own limit.
const MOST_DIMENSIONS: u32 = 4;
/// Bytes of a whole header: a vocabulary of a million long tokens.
const LONGEST_HEADER: u64 = 512 << 20;

/// Where a tensor is.
#[derive(Debug, Clone)]
pub struct TensorPlace {
    /// The form of its numbers.
    pub kind: &'static TensorKind,
    /// Its shape, rows first, as tensors are written elsewhere: the last is the length of a row.
    pub shape: Vec<u64>,
    /// Its first byte in the file.
    pub begin: u64,
    /// Its bytes.
    pub length: u64,
}

/// What a header says.
#[derive(Debug)]
pub struct Header {
    /// Keys and values.
    pub values: BTreeMap<String, Value>,
    /// Tensors by name.
    pub tensors: BTreeMap<String, TensorPlace>,
}

/// A header could not be read, or is not to be believed.
#[derive(Debug)]
pub enum Failure {
    /// The disk.
    Read(io::Error),
    /// The file.
    Fault(HeaderFault),
}

impl From<HeaderFault> for Failure {
    fn from(fault: HeaderFault) -> Self {
        Self::Fault(fault)
    }
}

/// What is left to read of a file whose length is known.
struct Cursor<R> {
    input: R,
    at: u64,
    length: u64,
}

impl<R: Read> Cursor<R> {
    /// The next bytes. The file's length is asked before memory is.
    fn take(&mut self, length: u64, what: &'static str) -> Result<Vec<u8>, Failure> {
        if length > self.length - self.at {
            return Err(HeaderFault::CutShort { length: self.length, what }.into());
        }
        let mut bytes = vec![0; length as usize];
        self.fill(&mut bytes, what)?;
        Ok(bytes)
    }

    fn fill(&mut self, bytes: &mut [u8], what: &'static str) -> Result<(), Failure> {
        if bytes.len() as u64 > self.length - self.at {
            return Err(HeaderFault::CutShort { length: self.length, what }.into());
        }
        self.at += bytes.len() as u64;
        if self.at > LONGEST_HEADER {
            let (what, found) = ("the header's bytes", self.at);
            return Err(HeaderFault::TooMany { what, found, most: LONGEST_HEADER }.into());
        }
        match self.input.read_exact(bytes) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                Err(HeaderFault::CutShort { length: self.length, what }.into())
            }
            other => other.map_err(Failure::Read),
        }
    }

    fn u32(&mut self, what: &'static str) -> Result<u32, Failure> {
        let mut bytes = [0; 4];
        self.fill(&mut bytes, what)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn u64(&mut self, what: &'static str) -> Result<u64, Failure> {
        let mut bytes = [0; 8];
        self.fill(&mut bytes, what)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn count(&mut self, what: &'static str, most: u64) -> Result<u64, Failure> {
        let found = self.u64(what)?;
        if found > most { Err(HeaderFault::TooMany { what, found, most }.into()) } else { Ok(found) }
    }

    fn bytes(&mut self, what: &'static str, longest: u64) -> Result<Vec<u8>, Failure> {
        let length = self.count(what, longest)?;
        self.take(length, what)
    }

    fn text(&mut self, what: &'static str, longest: u64) -> Result<String, Failure> {
        let bytes = self.bytes(what, longest)?;
        let at = self.at;
        String::from_utf8(bytes).ok().ok_or_else(|| HeaderFault::NotText { what, at }.into())
    }
}

/// Reads and checks the header of a file of `length` bytes.
pub fn parse(input: impl Read, length: u64) -> Result<Header, Failure> {
    let mut cursor = Cursor { input, at: 0, length };
    let mut magic = [0; 4];
    cursor.fill(&mut magic, "its first bytes")?;
    if magic != *b"GGUF" {
        return Err(HeaderFault::NotGguf.into());
    }
    match cursor.u32("its version")? {
        2 | 3 => {}
        version if matches!(version.swap_bytes(), 1..=3) => return Err(HeaderFault::BigEndian.into()),
        version => return Err(HeaderFault::Version { version }.into()),
    }
    let tensors = cursor.count("the number of tensors", MOST_TENSORS)?;
    let keys = cursor.count("the number of keys", MOST_KEYS)?;
    let values = read_values(&mut cursor, keys)?;
    let alignment = alignment(&values)?;
    let tensors = read_tensors(&mut cursor, tensors, alignment)?;
    check_apart(&tensors)?;
    Ok(Header { values, tensors })
}

fn read_values<R: Read>(cursor: &mut Cursor<R>, count: u64) -> Result<BTreeMap<String, Value>, Failure> {
    let mut values = BTreeMap::new();
    for _ in 0..count {
        let key = cursor.text("a key's name", LONGEST_KEY)?;
        let kind = cursor.u32("the kind of a value")?;
        let value = read_value(cursor, &key, kind)?;
        if values.insert(key.clone(), value).is_some() {
            return Err(HeaderFault::Twice { what: "key", name: shown_text(&key) }.into());
        }
    }
    Ok(values)
}

const FLAG: u32 = 7;
const TEXT: u32 = 8;
const LIST: u32 = 9;

fn read_value<R: Read>(cursor: &mut Cursor<R>, key: &str, kind: u32) -> Result<Value, Failure> {
    Ok(match kind {
        TEXT => Value::Text(cursor.text("a text", LONGEST_TEXT)?),
        LIST => read_list(cursor, key, 1)?,
        _ => {
            let Some(size) = NumberKind(kind).size() else { return Err(unknown_kind(key, kind)) };
            let bytes = cursor.take(size as u64, "a number")?;
            if kind == FLAG { Value::Flag(bytes[0] != 0) } else { Value::Number(NumberKind(kind).read(&bytes)) }
        }
    })
}

fn unknown_kind(key: &str, kind: u32) -> Failure {
    HeaderFault::ValueKind { key: shown_text(key), kind }.into()
}

fn read_list<R: Read>(cursor: &mut Cursor<R>, key: &str, depth: u32) -> Result<Value, Failure> {
    if depth > DEEPEST {
        return Err(HeaderFault::TooDeep { key: shown_text(key) }.into());
    }
    let kind = cursor.u32("the kind of a list")?;
    let count = cursor.count("the elements of a list", MOST_ELEMENTS)?;
    match kind {
        TEXT => {
            let mut texts = Texts::default();
            for _ in 0..count {
                texts.push(&cursor.bytes("a text of a list", LONGEST_TEXT)?);
            }
            Ok(Value::Texts(texts))
        }
        LIST => {
            for _ in 0..count {
                read_list(cursor, key, depth + 1)?;
            }
            Ok(Value::Nested)
        }
        _ => {
            let Some(size) = NumberKind(kind).size() else { return Err(unknown_kind(key, kind)) };
            Ok(Value::Numbers(NumberKind(kind), cursor.take(count * size as u64, "a list of numbers")?))
        }
    }
}

fn alignment(values: &BTreeMap<String, Value>) -> Result<u64, HeaderFault> {
    match values.get("general.alignment") {
        None => Ok(32),
        Some(Value::Number(Number::Whole(found))) if found.is_power_of_two() && (8..=65_536).contains(found) => {
            Ok(*found)
        }
        Some(found) => Err(HeaderFault::Alignment { found: found.shown() }),
    }
}

/// A tensor as the header has it, its offset counted from where the data begins.
struct Entry {
    name: String,
    kind: &'static TensorKind,
    shape: Vec<u64>,
    offset: u64,
    length: u64,
}

fn read_tensors<R: Read>(
    cursor: &mut Cursor<R>,
    count: u64,
    alignment: u64,
) -> Result<BTreeMap<String, TensorPlace>, Failure> {
    let mut entries = Vec::new();
    for _ in 0..count {
        entries.push(read_entry(cursor, alignment)?);
    }
    // The header is at most as long as `LONGEST_HEADER`, so that this does not overflow.
    let data = cursor.at.next_multiple_of(alignment);
    let mut tensors = BTreeMap::new();
    for Entry { name, kind, shape, offset, length } in entries {
        let end = u128::from(data) + u128::from(offset) + u128::from(length);
        if end > u128::from(cursor.length) {
            return Err(HeaderFault::BeyondFile { name: shown_text(&name), end, length: cursor.length }.into());
        }
        let place = TensorPlace { kind, shape, begin: data + offset, length };
        if tensors.insert(name.clone(), place).is_some() {
            return Err(HeaderFault::Twice { what: "tensor", name: shown_text(&name) }.into());
        }
    }
    Ok(tensors)
}

fn read_entry<R: Read>(cursor: &mut Cursor<R>, alignment: u64) -> Result<Entry, Failure> {
    let name = cursor.text("a tensor's name", LONGEST_NAME)?;
    let dimensions = cursor.u32("a tensor's shape")?;
    if dimensions > MOST_DIMENSIONS {
        let (what, most) = ("the sizes of a tensor's shape", u64::from(MOST_DIMENSIONS));
        return Err(HeaderFault::TooMany { what, found: u64::from(dimensions), most }.into());
    }
    let mut shape = Vec::new();
    for _ in 0..dimensions {
        shape.push(cursor.u64("a tensor's shape")?);
    }
    let id = cursor.u32("a tensor's form")?;
    let offset = cursor.u64("a tensor's offset")?;
    let Some(kind) = kind::find(id) else {
        return Err(HeaderFault::TensorKind { name: shown_text(&name), kind: id }.into());
    };
    let length = bytes_of(&name, kind, &shape)?;
    if !offset.is_multiple_of(alignment) {
        return Err(HeaderFault::Misplaced { name: shown_text(&name), offset, alignment }.into());
    }
    // The file has the length of a row first.
    shape.reverse();
    Ok(Entry { name, kind, shape, offset, length })
}

fn bytes_of(name: &str, kind: &'static TensorKind, shape: &[u64]) -> Result<u64, HeaderFault> {
    let impossible = || HeaderFault::ImpossibleShape { name: shown_text(name), shape: shape.to_vec() };
    let Some((&row, others)) = shape.split_first() else { return Err(impossible()) };
    let (values, bytes) = (kind.block.0 as u64, kind.block.1 as u64);
    if !row.is_multiple_of(values) {
        return Err(HeaderFault::NoWholeBlocks { name: shown_text(name), row, kind: kind.name });
    }
    let first = (row / values).checked_mul(bytes);
    let total = first.and_then(|first| others.iter().try_fold(first, |total, &size| total.checked_mul(size)));
    // A product that is nought has a size that is, which no tensor of a model has.
    total.filter(|&total| total > 0).ok_or_else(impossible)
}

fn check_apart(tensors: &BTreeMap<String, TensorPlace>) -> Result<(), HeaderFault> {
    let mut order: Vec<_> = tensors.iter().collect();
    order.sort_by_key(|(_, place)| place.begin);
    for pair in order.windows(2) {
        let [(first, before), (second, after)] = pair else { continue };
        if before.begin + before.length > after.begin {
            return Err(HeaderFault::Overlap { first: shown_text(first), second: shown_text(second) });
        }
    }
    Ok(())
}
