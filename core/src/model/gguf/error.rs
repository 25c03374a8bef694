//! What can be wrong with a GGUF file.

use std::path::PathBuf;

use super::kind;
use crate::domain::ToUserMessage;
use crate::files::FileError;

/// A GGUF file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum GgufError {
    /// It could not be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// Its header is not to be believed.
    #[error("{} is not a sound GGUF file: {fault}", path.display())]
    Header {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        fault: HeaderFault,
    },
    /// It is one of several parts.
    #[error("{} is one of several parts of a model", path.display())]
    Parts {
        /// The file.
        path: PathBuf,
    },
    /// A key that a model needs is absent.
    #[error("{}: `{key}` is missing, expected {expected}", path.display())]
    MissingKey {
        /// The file.
        path: PathBuf,
        /// The key.
        key: String,
        /// What should be there.
        expected: &'static str,
    },
    /// A key's value is of the wrong kind or outside its limits.
    #[error("{}: `{key}` is {found}, expected {expected}", path.display())]
    WrongKey {
        /// The file.
        path: PathBuf,
        /// The key.
        key: String,
        /// What stands there.
        found: String,
        /// What should be there.
        expected: &'static str,
    },
    /// A value would change the numbers and is not computed.
    #[error("{}: `{key}` is {found}, which is not supported; supported: {supported}", path.display())]
    Unsupported {
        /// The file.
        path: PathBuf,
        /// The key.
        key: String,
        /// What stands there.
        found: String,
        /// What works.
        supported: String,
    },
    /// A tensor that the model needs is not there.
    #[error("{} has no tensor {name}", path.display())]
    MissingTensor {
        /// The file.
        path: PathBuf,
        /// The tensor.
        name: String,
    },
    /// A tensor that nothing here computes with.
    #[error("{}: nothing here computes with the tensor {name}", path.display())]
    SurplusTensor {
        /// The file.
        path: PathBuf,
        /// The tensor.
        name: String,
    },
    /// A tensor has another shape than the metadata says.
    #[error("{}: tensor {name} has shape {found:?}, expected {expected:?}", path.display())]
    Shape {
        /// The file.
        path: PathBuf,
        /// The tensor.
        name: String,
        /// Its shape, rows first.
        found: Vec<u64>,
        /// What it should be.
        expected: Vec<u64>,
    },
    /// A tensor is in a form that is not read.
    #[error("{}: tensor {name} is stored as {found}", path.display())]
    Kind {
        /// The file.
        path: PathBuf,
        /// The tensor.
        name: String,
        /// Its form.
        found: &'static str,
    },
    /// No tokenizer could be made of what the file has.
    #[error("{}: its tokenizer cannot be used: {reason}", path.display())]
    Tokenizer {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// The library that computes the model failed on it.
    #[error("{}: the model cannot be computed: {reason}", path.display())]
    Computation {
        /// The file.
        path: PathBuf,
        /// What it said.
        reason: String,
    },
}

impl ToUserMessage for GgufError {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::File(error) => return error.hint(),
            Self::Header { fault: HeaderFault::BigEndian | HeaderFault::Version { .. }, .. } => {
                "get the file anew from its makers: what is read is GGUF of version 2 or 3, little-endian".to_owned()
            }
            Self::Header { .. } => "the file is damaged, or its download was cut short: download it again".to_owned(),
            Self::Parts { .. } => {
                "take a model that is one file, or join the parts with llama.cpp's `llama-gguf-split --merge`"
                    .to_owned()
            }
            Self::Kind { .. } => format!(
                "take another file of the same model, such as the one with Q4_K_M or Q8_0 in its name: the forms that \
                 are read are {}",
                kind::readable_names()
            ),
            Self::Unsupported { .. } | Self::SurplusTensor { .. } | Self::Computation { .. } => {
                "choose another model, or the same one as a folder of safetensors".to_owned()
            }
            Self::MissingKey { .. }
            | Self::WrongKey { .. }
            | Self::MissingTensor { .. }
            | Self::Shape { .. }
            | Self::Tokenizer { .. } => {
                "the file was not made as models are: download it again, or take it from somebody else".to_owned()
            }
        })
    }
}

/// What is wrong with a GGUF file's header.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum HeaderFault {
    /// It does not begin with `GGUF`.
    #[error("it does not begin with GGUF")]
    NotGguf,
    /// Its numbers stand the other way round.
    #[error("its numbers are big-endian")]
    BigEndian,
    /// A version that is not known.
    #[error("it is of version {version}")]
    Version {
        /// What it says.
        version: u32,
    },
    /// It ends inside something.
    #[error("it ends at byte {length}, inside {what}")]
    CutShort {
        /// Bytes in the file.
        length: u64,
        /// What goes on beyond.
        what: &'static str,
    },
    /// More of something than any model has.
    #[error("it claims {found} for {what}, where at most {most} are allowed")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// What it claims.
        found: u64,
        /// The limit.
        most: u64,
    },
    /// A name is no text.
    #[error("{what} at byte {at} is not text")]
    NotText {
        /// Whose.
        what: &'static str,
        /// Where it ends.
        at: u64,
    },
    /// A name is there twice.
    #[error("the {what} {name} is there twice")]
    Twice {
        /// Of what kind.
        what: &'static str,
        /// The name.
        name: String,
    },
    /// A value of no known kind.
    #[error("the value of {key} is of the kind {kind}, which is not known")]
    ValueKind {
        /// The key.
        key: String,
        /// Its kind.
        kind: u32,
    },
    /// Lists within lists.
    #[error("the value of {key} is a list of lists that goes too deep")]
    TooDeep {
        /// The key.
        key: String,
    },
    /// An alignment that cannot be.
    #[error("its alignment is {found}, not a power of two from 8 to 65536")]
    Alignment {
        /// What it says.
        found: String,
    },
    /// A shape that cannot be.
    #[error("tensor {name} has an impossible shape {shape:?}")]
    ImpossibleShape {
        /// The tensor.
        name: String,
        /// Its shape, as the file has it: the length of a row first.
        shape: Vec<u64>,
    },
    /// Rows that do not fill blocks.
    #[error("tensor {name} has rows of {row}, which do not fill the blocks of {kind}")]
    NoWholeBlocks {
        /// The tensor.
        name: String,
        /// Length of its rows.
        row: u64,
        /// Its form.
        kind: &'static str,
    },
    /// A form that is not known.
    #[error("tensor {name} is of the form {kind}, which is not known")]
    TensorKind {
        /// The tensor.
        name: String,
        /// Its form's number.
        kind: u32,
    },
    /// A tensor that does not begin on a boundary.
    #[error("tensor {name} begins at byte {offset} of the data, which is no multiple of {alignment}")]
    Misplaced {
        /// The tensor.
        name: String,
        /// Where it begins.
        offset: u64,
        /// The file's alignment.
        alignment: u64,
    },
    /// A tensor that goes on beyond the file.
    #[error("tensor {name} needs bytes up to {end}, but the file has {length}")]
    BeyondFile {
        /// The tensor.
        name: String,
        /// Where it would end.
        end: u128,
        /// Bytes in the file.
        length: u64,
    },
    /// Two tensors that share bytes.
    #[error("the tensors {first} and {second} share bytes")]
    Overlap {
        /// One.
        first: String,
        /// The other.
        second: String,
    },
}
