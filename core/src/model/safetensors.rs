//! Weights on the disk: one safetensors file, or an index with its shards.
//!
//! Invariants: nothing of a file is believed before `header` has checked it. What is read is mapped a chunk a thread at
//! a time and goes from there straight into the form it is kept in: no weight is ever in memory twice. A file that was
//! cut short after it was opened gives an error; `kernels::file_view` tells of the moment in which it cannot.

mod element;
mod error;
mod header;
mod write;

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use half::bf16;
use rayon::prelude::*;
use serde::Deserialize;

pub use error::WeightError;
pub use header::HeaderFault;
pub use safetensors::Dtype;
pub use write::{TensorRef, write_f32, write_header};

use super::json_file::{self, shown_text};
use super::kernels::file_view::FileView;
use crate::files::FileError;
use element::Element;
use header::TensorPlace;

/// In bytes; the largest known are a tenth of it.
const LONGEST_INDEX: u64 = 16 << 20;

/// Elements that one thread maps and converts at a time.
const CHUNK: usize = 1 << 18;

/// The tensors of a file.
type Places = BTreeMap<String, TensorPlace>;

/// A model's weights: checked, and still on the disk.
#[derive(Debug)]
pub struct WeightFiles {
    /// The single file, or the index.
    path: PathBuf,
    files: Vec<WeightFile>,
    tensors: BTreeMap<String, (usize, TensorPlace)>,
}

/// A tensor as a file has it.
#[derive(Debug, Clone, Copy)]
pub struct StoredTensor<'a> {
    /// Its name.
    pub name: &'a str,
    /// The type of its elements.
    pub dtype: Dtype,
    /// Its shape.
    pub shape: &'a [usize],
    /// Its bytes.
    pub bytes: u64,
}

#[derive(Debug)]
struct WeightFile {
    path: PathBuf,
    file: File,
    /// Where the data begins.
    data: u64,
}

#[derive(Deserialize)]
struct Index {
    weight_map: BTreeMap<String, String>,
}

impl WeightFiles {
    /// Opens a model's folder: `model.safetensors`, or `model.safetensors.index.json` and its shards.
    pub fn open(folder: &Path) -> Result<Self, WeightError> {
        Self::open_named(folder, "model.safetensors", &["pytorch_model.bin", "pytorch_model.bin.index.json"])
    }

    /// Opens `file` in a folder, or its index; `pickles` are the names under which older tools left such weights.
    pub fn open_named(folder: &Path, file: &str, pickles: &[&str]) -> Result<Self, WeightError> {
        if let Some(weights) = Self::open_file(&folder.join(file))? {
            return Ok(weights);
        }
        let index = folder.join(format!("{file}.index.json"));
        if let Some(Index { weight_map }) = json_file::read(&index, LONGEST_INDEX)? {
            return Self::open_shards(folder, index, weight_map);
        }
        match pickles.iter().map(|name| folder.join(name)).find(|path| path.exists()) {
            Some(path) => Err(WeightError::Pickle { path }),
            None => Err(WeightError::NoWeights { folder: folder.to_owned(), file: file.to_owned() }),
        }
    }

    /// Opens one file; `None` where there is no such file.
    pub fn open_file(path: &Path) -> Result<Option<Self>, WeightError> {
        let Some((file, tensors)) = WeightFile::open(path)? else { return Ok(None) };
        let tensors = tensors.into_iter().map(|(name, place)| (name, (0, place))).collect();
        Ok(Some(Self { path: path.to_owned(), files: vec![file], tensors }))
    }

    fn open_shards(folder: &Path, index: PathBuf, map: BTreeMap<String, String>) -> Result<Self, WeightError> {
        let mut files = Vec::new();
        let mut shards: HashMap<String, (usize, Places)> = HashMap::new();
        let mut tensors = BTreeMap::new();
        for (name, shard) in map {
            if !shards.contains_key(&shard) {
                if !is_plain_file_name(&shard) {
                    return Err(WeightError::ShardName { path: index, shard: shown_text(&shard) });
                }
                let path = folder.join(&shard);
                let Some((file, places)) = WeightFile::open(&path)? else {
                    let source = io::Error::from(io::ErrorKind::NotFound);
                    return Err(FileError::Read { path, source }.into());
                };
                shards.insert(shard.clone(), (files.len(), places));
                files.push(file);
            }
            let place = shards.get_mut(&shard).and_then(|(file, places)| Some((*file, places.remove(&name)?)));
            let Some(place) = place else {
                return Err(WeightError::NotInShard { path: index, name: shown_text(&name), shard });
            };
            tensors.insert(name, place);
        }
        Ok(Self { path: index, files, tensors })
    }

    /// The names of all tensors, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.tensors.keys().map(String::as_str)
    }

    /// A tensor's shape.
    pub fn shape(&self, name: &str) -> Option<&[usize]> {
        self.tensors.get(name).map(|(_, place)| place.shape.as_slice())
    }

    /// The type a tensor is stored as.
    pub fn dtype(&self, name: &str) -> Option<Dtype> {
        self.tensors.get(name).map(|(_, place)| place.dtype)
    }

    /// Every tensor as it is stored, file by file in the order of their names, in each in the order of its bytes.
    pub fn stored(&self) -> Vec<StoredTensor<'_>> {
        let mut places: Vec<_> = self.tensors.iter().collect();
        places.sort_by_key(|(_, (file, place))| (self.files.get(*file).map(|file| &file.path), place.begin, place.end));
        places
            .into_iter()
            .map(|(name, (_, place))| StoredTensor {
                name,
                dtype: place.dtype,
                shape: &place.shape,
                bytes: place.end - place.begin,
            })
            .collect()
    }

    /// Some bytes of a tensor, as they are stored.
    pub(super) fn stored_bytes(&self, name: &str, range: Range<usize>) -> Result<FileView, WeightError> {
        let found = self.tensors.get(name).and_then(|(file, place)| Some((self.files.get(*file)?, place)));
        let Some((file, place)) = found else {
            return Err(WeightError::Missing { path: self.path.clone(), name: name.to_owned() });
        };
        let start = file.data + place.begin + range.start as u64;
        FileView::new(&file.file, start, range.len())
            .map_err(|source| FileError::Read { path: file.path.clone(), source }.into())
    }

    /// Bytes of all tensors together.
    pub fn bytes(&self) -> u64 {
        self.tensors.values().map(|(_, place)| place.end - place.begin).sum()
    }

    /// Checks that every one of these tensors is there, with this shape and a type that can be read.
    pub fn check_against(&self, tensors: &[(String, Vec<usize>)]) -> Result<(), WeightError> {
        tensors.iter().try_for_each(|(name, shape)| self.place(name, shape).map(|_| ()))
    }

    /// Reads a tensor of this shape in float32, row by row.
    pub fn read_f32(&self, name: &str, expected: &[usize]) -> Result<Vec<f32>, WeightError> {
        self.read(name, expected)
    }

    /// Reads a tensor of this shape in bfloat16, rounded to the nearest, ties to even.
    pub fn read_bf16(&self, name: &str, expected: &[usize]) -> Result<Vec<bf16>, WeightError> {
        self.read(name, expected)
    }

    /// As [`Self::read_f32`], into memory that is there; its length must be the shape's product.
    pub fn read_f32_into(&self, name: &str, expected: &[usize], out: &mut [f32]) -> Result<(), WeightError> {
        self.read_into(name, expected, out)
    }

    /// As [`Self::read_bf16`], into memory that is there; its length must be the shape's product.
    pub fn read_bf16_into(&self, name: &str, expected: &[usize], out: &mut [bf16]) -> Result<(), WeightError> {
        self.read_into(name, expected, out)
    }

    /// Rows of a matrix of this shape in float32, from `first` on, as many as `out` takes. Reads in this thread alone.
    ///
    /// # Panics
    ///
    /// If `out` takes more than there is from `first` on.
    pub fn read_f32_rows(
        &self,
        name: &str,
        [rows, columns]: [usize; 2],
        first: usize,
        out: &mut [f32],
    ) -> Result<(), WeightError> {
        let (file, place) = self.place(name, &[rows, columns])?;
        let (start, size) = (first * columns, place.dtype.bitsize() / 8);
        assert!(start + out.len() <= rows * columns, "{} numbers from row {first} of {rows}", out.len());
        let start = file.data + place.begin + (start * size) as u64;
        let bytes = FileView::new(&file.file, start, out.len() * size)
            .map_err(|source| FileError::Read { path: file.path.clone(), source })?;
        f32::decode(place.dtype, &bytes, out);
        Ok(())
    }

    /// A tensor's file and place, if it is what is expected.
    fn place(&self, name: &str, expected: &[usize]) -> Result<(&WeightFile, &TensorPlace), WeightError> {
        let found = self.tensors.get(name).and_then(|(file, place)| Some((self.files.get(*file)?, place)));
        let Some((file, place)) = found else {
            return Err(WeightError::Missing { path: self.path.clone(), name: name.to_owned() });
        };
        let (path, name) = (file.path.clone(), name.to_owned());
        if place.shape != expected {
            let (found, expected) = (place.shape.clone(), expected.to_vec());
            return Err(WeightError::Shape { path, name, found, expected });
        }
        if !element::is_readable(place.dtype) {
            return Err(WeightError::Dtype { path, name, found: place.dtype.to_string() });
        }
        Ok((file, place))
    }

    fn read<T: Element>(&self, name: &str, expected: &[usize]) -> Result<Vec<T>, WeightError> {
        // The shape is the file's own by now, so what is allocated is no more than the file holds.
        self.place(name, expected)?;
        let mut out = vec![T::default(); expected.iter().product()];
        self.read_into(name, expected, &mut out)?;
        Ok(out)
    }

    fn read_into<T: Element>(&self, name: &str, expected: &[usize], out: &mut [T]) -> Result<(), WeightError> {
        let (file, place) = self.place(name, expected)?;
        if out.len() != expected.iter().product::<usize>() {
            let (path, name, found) = (file.path.clone(), name.to_owned(), vec![out.len()]);
            return Err(WeightError::Shape { path, name, found, expected: expected.to_vec() });
        }
        let size = place.dtype.bitsize() / 8;
        let start = file.data + place.begin;
        let read_chunk = |(index, chunk): (usize, &mut [T])| {
            let bytes = FileView::new(&file.file, start + (index * CHUNK * size) as u64, chunk.len() * size)?;
            T::decode(place.dtype, &bytes, chunk);
            Ok(())
        };
        out.par_chunks_mut(CHUNK)
            .enumerate()
            .try_for_each(read_chunk)
            .map_err(|source| FileError::Read { path: file.path.clone(), source }.into())
    }
}

/// Numbers of a type that can be read, widened.
pub(super) fn decode_f32(dtype: Dtype, bytes: &[u8], out: &mut [f32]) {
    f32::decode(dtype, bytes, out);
}

impl WeightFile {
    /// Opens a file and checks its header; `None` where there is no such file.
    fn open(path: &Path) -> Result<Option<(Self, Places)>, WeightError> {
        let failed = |source| FileError::Read { path: path.to_owned(), source };
        let Some(file) = json_file::open_regular(path)? else { return Ok(None) };
        let length = file.metadata().map_err(failed)?.len();
        let wrong = |fault| WeightError::Header { path: path.to_owned(), fault };
        if length < 8 {
            return Err(wrong(HeaderFault::TooShort { length }));
        }
        let first = FileView::new(&file, 0, 8).map_err(failed)?;
        let header_length =
            header::header_length(first.first_chunk().copied().unwrap_or_default(), length).map_err(wrong)?;
        let data = 8 + header_length;
        // The view begins with the header's length, so that it is never empty.
        let header = FileView::new(&file, 0, data as usize).map_err(failed)?;
        let tensors = header::parse(&header[8..], length - data).map_err(wrong)?;
        Ok(Some((Self { path: path.to_owned(), file, data }, tensors)))
    }
}

/// Whether a name stays in its folder, and means the same file, under the rules of every system.
fn is_plain_file_name(name: &str) -> bool {
    const DEVICES: [&str; 4] = ["CON", "PRN", "AUX", "NUL"];
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_ascii_uppercase();
    let numbered = |prefix| stem.strip_prefix(prefix).is_some_and(|rest: &str| rest.chars().count() == 1);
    let forbidden = |letter: char| letter.is_control() || r#"/\:*?"<>|"#.contains(letter);
    name.ends_with(".safetensors")
        && name.len() <= 255
        && !name.starts_with('.')
        && !name.contains(forbidden)
        && !DEVICES.contains(&stem.as_str())
        && !numbered("COM")
        && !numbered("LPT")
}

#[cfg(test)]
mod tests;
