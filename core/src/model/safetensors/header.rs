//! The header of a safetensors file, checked before a single weight is read.
//!
//! A file is eight bytes (the header's length, little-endian), the header (a JSON object: tensor name → dtype, shape,
//! offsets into the data), then the data. What is accepted is what the format's own reader accepts, and less: names
//! are unique, shapes have few dimensions, and offsets tile the data without a hole or an overlap.

use std::collections::BTreeMap;
use std::fmt;

use safetensors::Dtype;
use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};

use crate::model::json_file::shown_text;

/// The format's own limit, in bytes.
pub const LONGEST_HEADER: u64 = 100_000_000;

/// No model has more; bounds what a hostile header makes us allocate.
const MOST_DIMENSIONS: usize = 16;

/// What is wrong with a safetensors file's header.
#[derive(Debug, thiserror::Error)]
pub enum HeaderFault {
    /// Fewer than the eight bytes of the header's length.
    #[error("it has {length} bytes, fewer than the shortest such file")]
    TooShort {
        /// Bytes in the file.
        length: u64,
    },
    /// The header's length is beyond the format's limit.
    #[error("its header claims {length} bytes, more than the {LONGEST_HEADER} that are allowed")]
    HeaderTooLong {
        /// What the file claims.
        length: u64,
    },
    /// The header ends after the file.
    #[error("its header claims {header} bytes, but the file has only {file}")]
    HeaderBeyondFile {
        /// What the file claims.
        header: u64,
        /// Bytes in the file.
        file: u64,
    },
    /// The header is not an object of tensors.
    #[error("its header is not valid: {source}")]
    NotValid {
        /// What is wrong, with line and column within the header.
        source: serde_json::Error,
    },
    /// Shape times size of an element is beyond any memory, or no whole number of bytes.
    #[error("tensor {name} has an impossible shape {shape:?}")]
    ImpossibleShape {
        /// The tensor.
        name: String,
        /// Its shape.
        shape: Vec<usize>,
    },
    /// The offsets do not hold what the shape needs.
    #[error("tensor {name} needs {needed} bytes, but its data goes from {begin} to {end}")]
    WrongLength {
        /// The tensor.
        name: String,
        /// What shape and dtype need.
        needed: u64,
        /// First byte of its data.
        begin: u64,
        /// Byte after its data.
        end: u64,
    },
    /// A hole before a tensor, or two tensors that share bytes.
    #[error("the data of tensor {name} begins at byte {begin}, where {expected} was expected")]
    NotContiguous {
        /// The tensor.
        name: String,
        /// Where it begins.
        begin: u64,
        /// Where the tensor before it ends.
        expected: u64,
    },
    /// The data ends before or after the file does.
    #[error("its tensors take {needed} bytes, but {found} follow the header")]
    WrongFileLength {
        /// What the header says.
        needed: u64,
        /// What the file has.
        found: u64,
    },
}

/// Where a tensor is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TensorPlace {
    /// Type of its elements.
    pub dtype: Dtype,
    /// Its shape.
    pub shape: Vec<usize>,
    /// Its first byte, counted from the end of the header.
    pub begin: u64,
    /// The byte after its last.
    pub end: u64,
}

/// The header's length, from the file's first eight bytes and the file's length.
pub fn header_length(first: [u8; 8], file: u64) -> Result<u64, HeaderFault> {
    let header = u64::from_le_bytes(first);
    if header > LONGEST_HEADER {
        return Err(HeaderFault::HeaderTooLong { length: header });
    }
    // Both terms are small by now.
    if header + 8 > file { Err(HeaderFault::HeaderBeyondFile { header, file }) } else { Ok(header) }
}

/// Reads and checks a header that is followed by `data` bytes.
pub fn parse(header: &[u8], data: u64) -> Result<BTreeMap<String, TensorPlace>, HeaderFault> {
    let Entries(tensors) = serde_json::from_slice(header).map_err(|source| HeaderFault::NotValid { source })?;
    for (name, place) in &tensors {
        check_length(name, place)?;
    }
    let mut order: Vec<_> = tensors.iter().collect();
    order.sort_by_key(|(_, place)| (place.begin, place.end));
    let mut expected = 0;
    for (name, place) in order {
        if place.begin != expected {
            return Err(HeaderFault::NotContiguous { name: shown_text(name), begin: place.begin, expected });
        }
        expected = place.end;
    }
    if expected != data {
        return Err(HeaderFault::WrongFileLength { needed: expected, found: data });
    }
    Ok(tensors)
}

fn check_length(name: &str, place: &TensorPlace) -> Result<(), HeaderFault> {
    let bits = place.shape.iter().try_fold(place.dtype.bitsize() as u64, |bits, &size| bits.checked_mul(size as u64));
    let Some(needed) = bits.filter(|bits| bits % 8 == 0).map(|bits| bits / 8) else {
        return Err(HeaderFault::ImpossibleShape { name: shown_text(name), shape: place.shape.clone() });
    };
    let (begin, end) = (place.begin, place.end);
    if end.checked_sub(begin) == Some(needed) {
        Ok(())
    } else {
        Err(HeaderFault::WrongLength { name: shown_text(name), needed, begin, end })
    }
}

/// The header's object, every name once.
struct Entries(BTreeMap<String, TensorPlace>);

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(EntriesVisitor)
    }
}

struct EntriesVisitor;

impl<'de> Visitor<'de> for EntriesVisitor {
    type Value = Entries;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of tensors")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries, A::Error> {
        let mut tensors = BTreeMap::new();
        let mut metadata = false;
        while let Some(name) = map.next_key::<String>()? {
            let doubled = if name == "__metadata__" {
                let Metadata = map.next_value()?;
                std::mem::replace(&mut metadata, true)
            } else {
                let Entry { dtype, shape: Shape(shape), data_offsets: (begin, end) } = map.next_value()?;
                tensors.insert(name.clone(), TensorPlace { dtype, shape, begin, end }).is_some()
            };
            if doubled {
                return Err(A::Error::custom(format!("{} is there twice", shown_text(&name))));
            }
        }
        Ok(Entries(tensors))
    }
}

#[derive(Deserialize)]
struct Entry {
    dtype: Dtype,
    shape: Shape,
    data_offsets: (u64, u64),
}

struct Shape(Vec<usize>);

impl<'de> Deserialize<'de> for Shape {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(ShapeVisitor)
    }
}

struct ShapeVisitor;

impl<'de> Visitor<'de> for ShapeVisitor {
    type Value = Shape;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a list of at most {MOST_DIMENSIONS} sizes")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Shape, A::Error> {
        let mut shape = Vec::new();
        while let Some(size) = list.next_element()? {
            if shape.len() == MOST_DIMENSIONS {
                return Err(A::Error::invalid_length(shape.len() + 1, &self));
            }
            shape.push(size);
        }
        Ok(Shape(shape))
    }
}

/// Texts by name; checked to be that, and dropped.
struct Metadata;

impl<'de> Deserialize<'de> for Metadata {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MetadataVisitor)
    }
}

struct MetadataVisitor;

impl<'de> Visitor<'de> for MetadataVisitor {
    type Value = Metadata;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of texts")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Metadata, A::Error> {
        while map.next_entry::<String, String>()?.is_some() {}
        Ok(Metadata)
    }
}
