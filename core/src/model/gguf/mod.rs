//! Models as GGUF files: one file that holds the keys, the tokenizer and the weights, often in blocks of a few bits a
//! number.
//!
//! Invariants: nothing of a file is believed before `header` has checked it. Weights in blocks stay as they are in memory.
//! A file that was cut short after it was opened gives an error, as it does for safetensors.

mod architecture;
mod error;
mod header;
mod kind;
mod metadata;
mod pre_tokenizer;
mod source;
mod special;
mod tokenizer;
mod write;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

pub use architecture::{
    ARCHITECTURES, Architecture, GEMMA3_LOCAL_BASE, GEMMA3_PATTERN, ReadError as GgufReadError, SMOLLM3_INTERVAL,
};
pub use error::{GgufError, HeaderFault};
pub use kind::readable_names;
pub use metadata::{Metadata, Number, NumberKind, Texts, Value};
pub use pre_tokenizer::{PRE_TOKENIZERS, PreTokenizer, recognise};
pub(crate) use source::in_halves;
pub use source::{GgufWeights, KeepAs};
pub use tokenizer::{TOKEN_TYPE, TokenType, tokenizer_json};
pub use write::{NewTensor, TensorForm, write};

use super::config::DecoderConfig;
use super::generation_config::GenerationConfig;
use super::json_file;
use super::kernels::file_view::FileView;
use crate::files::FileError;
use architecture::Found;
use header::{Failure, TensorPlace};

/// Whether a path is that of a GGUF file: by its name, or, where a program keeps files under their digests, by how it
/// begins.
pub fn is_gguf(path: &Path) -> bool {
    let is_named = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("gguf"));
    let begins = || {
        let mut magic = [0; 4];
        let file = json_file::open_regular(path).ok().flatten();
        file.is_some_and(|mut file| file.read_exact(&mut magic).is_ok() && magic == *b"GGUF")
    };
    !path.is_dir() && (is_named || begins())
}

/// A GGUF file: checked, and its weights still on the disk.
#[derive(Debug)]
pub struct GgufFile {
    file: std::fs::File,
    metadata: Metadata,
    tensors: BTreeMap<String, TensorPlace>,
}

impl GgufFile {
    /// Opens a file and checks its header.
    pub fn open(path: &Path) -> Result<Self, GgufError> {
        let failed = |source| FileError::Read { path: path.to_owned(), source };
        let Some(file) = json_file::open_regular(path)? else {
            return Err(failed(std::io::ErrorKind::NotFound.into()).into());
        };
        let length = file.metadata().map_err(failed)?.len();
        let header = match header::parse(BufReader::with_capacity(1 << 16, &file), length) {
            Ok(header) => header,
            Err(Failure::Read(source)) => return Err(failed(source).into()),
            Err(Failure::Fault(fault)) => return Err(GgufError::Header { path: path.to_owned(), fault }),
        };
        let metadata = Metadata { path: path.to_owned(), values: header.values };
        if metadata.whole("split.count")?.is_some_and(|parts| parts > 1) {
            return Err(GgufError::Parts { path: path.to_owned() });
        }
        Ok(Self { file, metadata, tensors: header.tensors })
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.metadata.path
    }

    /// Its keys.
    pub fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// The names of its tensors, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.tensors.keys().map(String::as_str)
    }

    /// A tensor's shape, rows first, and the name of its form.
    pub fn tensor(&self, name: &str) -> Option<(&[u64], &'static str)> {
        self.tensors.get(name).map(|place| (place.shape.as_slice(), place.kind.name))
    }

    /// Bytes of all tensors together.
    pub fn tensor_bytes(&self) -> u64 {
        self.tensors.values().map(|place| place.length).sum()
    }

    /// Bytes before the first tensor: the keys, the tokenizer among them.
    pub fn key_bytes(&self) -> u64 {
        self.tensors.values().map(|place| place.begin).min().unwrap_or_default()
    }

    /// The architecture, where it is one that our own decoder computes.
    pub fn architecture(&self) -> Result<Option<&'static Architecture>, GgufError> {
        Architecture::of(&self.metadata)
    }

    /// What the model is made of, with every tensor's name and shape checked against that.
    pub fn config(&self) -> Result<DecoderConfig, GgufReadError> {
        let Some(architecture) = self.architecture()? else {
            let known = ARCHITECTURES.iter().map(|row| row.id).collect::<Vec<_>>().join(", ");
            return Err(self.metadata.unsupported("general.architecture", &known).into());
        };
        let config = architecture.read(&self.metadata, &self.found()?)?;
        self.check(architecture, &config)?;
        Ok(config)
    }

    /// The tokens that end a completion.
    pub fn generation(&self) -> Result<GenerationConfig, GgufError> {
        Ok(GenerationConfig { eos_token_ids: special::end_tokens(&self.metadata)?, ..GenerationConfig::default() })
    }

    /// The template that the file brings along.
    pub fn chat_template(&self) -> Result<Option<&str>, GgufError> {
        self.metadata.text("tokenizer.chat_template")
    }

    fn found(&self) -> Result<Found, GgufError> {
        let has = |name: &str| self.tensors.contains_key(name);
        let embedding = self.place("token_embd.weight")?;
        let rotary_factors = has("rope_freqs.weight").then(|| self.numbers("rope_freqs.weight")).transpose()?;
        Ok(Found {
            vocabulary: embedding.shape.first().copied().unwrap_or_default(),
            has_head: has("output.weight"),
            attention_bias: has("blk.0.attn_q.bias"),
            mlp_bias: has("blk.0.ffn_up.bias"),
            rotary_factors,
        })
    }

    fn check(&self, architecture: &Architecture, config: &DecoderConfig) -> Result<(), GgufError> {
        let mut surplus: BTreeSet<&str> = self.names().filter(|name| *name != "rope_freqs.weight").collect();
        for (name, shape) in config.tensors() {
            let called = architecture.tensor_name(&name).unwrap_or(name);
            let place = self.place(&called)?;
            let expected: Vec<u64> = shape.iter().map(|&size| size as u64).collect();
            if place.shape != expected {
                let found = place.shape.clone();
                return Err(GgufError::Shape { path: self.path().to_owned(), name: called, found, expected });
            }
            if place.kind.readable.is_none() {
                return Err(GgufError::Kind { path: self.path().to_owned(), name: called, found: place.kind.name });
            }
            surplus.remove(called.as_str());
        }
        match surplus.first() {
            Some(name) => {
                let name = json_file::shown_text(name);
                Err(GgufError::SurplusTensor { path: self.path().to_owned(), name })
            }
            None => Ok(()),
        }
    }

    fn place(&self, name: &str) -> Result<&TensorPlace, GgufError> {
        self.tensors
            .get(name)
            .ok_or_else(|| GgufError::MissingTensor { path: self.path().to_owned(), name: name.to_owned() })
    }

    /// A tensor's bytes. Its length was checked against the file's, and is again.
    fn bytes(&self, place: &TensorPlace) -> Result<FileView, GgufError> {
        let failed = |source| FileError::Read { path: PathBuf::from(self.path()), source }.into();
        FileView::new(&self.file, place.begin, place.length as usize).map_err(failed)
    }

    /// A tensor's numbers in f32, row by row.
    pub fn numbers(&self, name: &str) -> Result<Vec<f32>, GgufError> {
        let place = self.place(name)?;
        let Some(kind) = place.kind.readable else {
            let (name, found) = (name.to_owned(), place.kind.name);
            return Err(GgufError::Kind { path: self.path().to_owned(), name, found });
        };
        let bytes = self.bytes(place)?;
        let mut numbers = vec![0.0; place.shape.iter().product::<u64>() as usize];
        super::kernels::blocks::widen(kind, &bytes, &mut numbers);
        Ok(numbers)
    }
}

#[cfg(test)]
mod mutation_tests;
#[cfg(test)]
pub(in crate::model) mod tests;
