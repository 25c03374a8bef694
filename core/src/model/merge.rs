//! A model's weights with what an adapter learned added to them, in the names, types, shapes and order of the model's own
//! files.
//!
//! Nothing is in memory but the few pieces that are being computed: what is read is mapped, and what is written goes
//! straight through.

use std::io::{self, Write};
use std::ops::Range;

use half::{bf16, f16};
use rayon::prelude::*;
use serde_json::{Map, json};

use super::kernels::matmul::{Threads, View, ViewMut, multiply};
use super::lora::{LoraPair, LoraPairs};
use super::safetensors::{Dtype, StoredTensor, WeightError, WeightFiles, write_header};

/// Bytes of a tensor that one thread reads and computes at a time.
const PIECE_BYTES: usize = 2 << 20;
/// Pieces a thread that are computed before they are written.
const PIECES_A_THREAD: usize = 2;

/// A file of merged weights.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shard {
    /// Its name.
    pub name: String,
    /// Bytes of its tensors.
    pub bytes: u64,
    /// Its tensors: places in the order of the model's files.
    tensors: Range<usize>,
}

/// Weights with an adapter's factors added.
#[derive(Debug)]
pub struct MergedWeights<'a> {
    weights: &'a WeightFiles,
    pairs: Option<&'a LoraPairs>,
    tensors: Vec<StoredTensor<'a>>,
}

/// Merged weights could not be written.
#[derive(Debug, thiserror::Error)]
pub enum MergeError {
    /// The model's own files.
    #[error(transparent)]
    Weights(#[from] WeightError),
    /// What is written to.
    #[error(transparent)]
    Write(#[from] io::Error),
}

impl<'a> MergedWeights<'a> {
    /// The weights of files that were checked against the model, with factors that were.
    pub fn new(weights: &'a WeightFiles, pairs: Option<&'a LoraPairs>) -> Self {
        Self { weights, pairs, tensors: weights.stored() }
    }

    /// The files: one, where it has no more than `most` bytes; otherwise as many as it takes, under the names that
    /// transformers gives them. A tensor that is larger by itself has a file of its own.
    pub fn shards(&self, most: u64) -> Vec<Shard> {
        let mut parts: Vec<(Range<usize>, u64)> = Vec::new();
        for (place, tensor) in self.tensors.iter().enumerate() {
            match parts.last_mut() {
                Some((range, bytes)) if *bytes + tensor.bytes <= most => {
                    range.end = place + 1;
                    *bytes += tensor.bytes;
                }
                _ => parts.push((place..place + 1, tensor.bytes)),
            }
        }
        let count = parts.len();
        let name = |number: usize| match count {
            1 => "model.safetensors".to_owned(),
            _ => format!("model-{:05}-of-{count:05}.safetensors", number + 1),
        };
        let shard = |(number, (tensors, bytes))| Shard { name: name(number), bytes, tensors };
        parts.into_iter().enumerate().map(shard).collect()
    }

    /// `model.safetensors.index.json`, which says in which file each tensor is.
    pub fn index(&self, shards: &[Shard]) -> String {
        let mut map = Map::new();
        for shard in shards {
            for tensor in &self.tensors[shard.tensors.clone()] {
                map.insert(tensor.name.to_owned(), json!(shard.name));
            }
        }
        map.sort_keys();
        let total: u64 = shards.iter().map(|shard| shard.bytes).sum();
        format!("{:#}\n", json!({ "metadata": { "total_size": total }, "weight_map": map }))
    }

    /// Writes a file. `told` is called with the bytes of each piece that was written, and can end it.
    pub fn write(
        &self,
        shard: &Shard,
        out: &mut dyn Write,
        told: &mut dyn FnMut(u64) -> io::Result<()>,
    ) -> Result<(), MergeError> {
        let tensors = &self.tensors[shard.tensors.clone()];
        write_header(out, tensors)?;
        tensors.iter().try_for_each(|tensor| self.write_tensor(tensor, out, told))
    }

    fn write_tensor(
        &self,
        tensor: &StoredTensor<'_>,
        out: &mut dyn Write,
        told: &mut dyn FnMut(u64) -> io::Result<()>,
    ) -> Result<(), MergeError> {
        let pair = tensor.name.strip_suffix(".weight").and_then(|path| self.pairs?.get(path));
        // A piece of a weight that changes is some of its rows.
        let row_bytes = match (pair, tensor.shape) {
            (Some(_), [rows, _]) => (tensor.bytes as usize / (*rows).max(1)).max(1),
            _ => 1,
        };
        let piece = (PIECE_BYTES / row_bytes).max(1) * row_bytes;
        let starts: Vec<usize> = (0..tensor.bytes as usize).step_by(piece).collect();
        let together = PIECES_A_THREAD * rayon::current_num_threads();
        for starts in starts.chunks(together) {
            let pieces = starts.par_iter().map(|&start| {
                let range = start..(start + piece).min(tensor.bytes as usize);
                let bytes = self.weights.stored_bytes(tensor.name, range.clone())?;
                Ok(match pair {
                    Some(pair) => added(pair, tensor, range, &bytes),
                    None => bytes.to_vec(),
                })
            });
            for bytes in pieces.collect::<Result<Vec<Vec<u8>>, WeightError>>()? {
                out.write_all(&bytes)?;
                told(bytes.len() as u64)?;
            }
        }
        Ok(())
    }
}

/// Rows of a weight with those of scale·B·A added, in the weight's own type: computed in f32 and rounded once.
fn added(pair: &LoraPair, tensor: &StoredTensor<'_>, range: Range<usize>, bytes: &[u8]) -> Vec<u8> {
    let size = tensor.dtype.bitsize() / 8;
    let inputs = tensor.shape.last().copied().unwrap_or(1).max(1);
    let rows = range.start / size / inputs..range.end / size / inputs;
    let mut numbers = vec![0.0; bytes.len() / size];
    super::safetensors::decode_f32(tensor.dtype, bytes, &mut numbers);
    let b = View::new(&pair.b[rows.start * pair.rank..rows.end * pair.rank], pair.rank);
    let a = View::new(&pair.a, inputs);
    multiply(pair.scale as f32, b, a, true, &mut ViewMut::new(&mut numbers, inputs), Threads::One);
    let mut out = vec![0; bytes.len()];
    match tensor.dtype {
        Dtype::BF16 => put(&numbers, &mut out, |number| bf16::from_f32(number).to_le_bytes()),
        Dtype::F16 => put(&numbers, &mut out, |number| f16::from_f32(number).to_le_bytes()),
        _ => put(&numbers, &mut out, f32::to_le_bytes),
    }
    out
}

fn put<const SIZE: usize>(numbers: &[f32], out: &mut [u8], bytes: impl Fn(f32) -> [u8; SIZE]) {
    for (number, out) in numbers.iter().zip(out.as_chunks_mut::<SIZE>().0) {
        *out = bytes(*number);
    }
}
