//! A GGUF file's tensors as a decoder's weights.

use half::bf16;

use super::architecture::Architecture;
use super::{GgufError, GgufFile};
use crate::model::backend::WeightData;
use crate::model::config::DecoderConfig;
use crate::model::decoder::WeightSource;
use crate::model::kernels::blocks::{self, BlockKind};
use crate::model::load::{LoadError, WeightPrecision};
use crate::model::quantized::QuantizedWeight;

/// What weights are kept in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeepAs {
    /// As the file has them.
    Stored,
    /// 4 bytes each.
    F32,
    /// 2 bytes each.
    Bf16,
    /// In blocks of another form, where rows fill them, else in 2 bytes each.
    Packed(WeightPrecision),
}

/// The weights of a file whose configuration was read, which checks every name and shape.
#[derive(Debug)]
pub struct GgufWeights<'a> {
    /// The file.
    pub file: &'a GgufFile,
    /// Its architecture.
    pub architecture: &'static Architecture,
    /// Its configuration.
    pub config: &'a DecoderConfig,
    /// What to keep them in.
    pub keep: KeepAs,
}

/// A tensor's form and its rows, in the order of the model.
type Rows = (BlockKind, Vec<u8>);

impl GgufWeights<'_> {
    fn rows(&self, name: &str, outputs: usize, inputs: usize) -> Result<Rows, GgufError> {
        let called = self.architecture.tensor_name(name).unwrap_or_else(|| name.to_owned());
        let (path, place) = (self.file.path().to_owned(), self.file.place(&called)?);
        let Some(kind) = place.kind.readable else {
            return Err(GgufError::Kind { path, name: called, found: place.kind.name });
        };
        let row = kind.row_bytes(inputs).filter(|row| (row * outputs) as u64 == place.length);
        let Some(row) = row else {
            let expected = vec![outputs as u64, inputs as u64];
            return Err(GgufError::Shape { path, name: called, found: place.shape.clone(), expected });
        };
        let bytes = self.file.bytes(place)?;
        let rows = match self.architecture.reordered_heads(name, self.config) {
            Some(heads) => in_halves(&bytes, row, outputs / heads),
            None => bytes.to_vec(),
        };
        Ok((kind, rows))
    }
}

/// Rows of heads whose rotary pairs stand side by side, brought into the order in which the first of all pairs come before
/// the second. Rows may be of numbers or of bytes: blocks lie along a row, so that they stay whole.
pub fn in_halves<T: Copy>(rows: &[T], row: usize, head_dim: usize) -> Vec<T> {
    let mut ordered = Vec::with_capacity(rows.len());
    for head in rows.chunks_exact(row * head_dim) {
        for first in 0..2 {
            for pair in 0..head_dim / 2 {
                ordered.extend_from_slice(&head[(2 * pair + first) * row..][..row]);
            }
        }
    }
    ordered
}

impl WeightSource for GgufWeights<'_> {
    type Error = LoadError;

    fn stacked(&self, names: &[String], outputs: &[usize], inputs: usize) -> Result<WeightData, LoadError> {
        let parts = names.iter().zip(outputs).map(|(name, &rows)| self.rows(name, rows, inputs));
        let parts = parts.collect::<Result<Vec<Rows>, _>>()?;
        let all = |kind: BlockKind| parts.iter().all(|(found, _)| *found == kind);
        let keep = match self.keep {
            KeepAs::Stored if all(BlockKind::F32) => KeepAs::F32,
            KeepAs::Stored if all(BlockKind::Bf16) => KeepAs::Bf16,
            KeepAs::Packed(precision) if precision.form(inputs).is_none() => KeepAs::Bf16,
            keep => keep,
        };
        let mut weight = QuantizedWeight::new(inputs);
        for (index, (kind, bytes)) in parts.into_iter().enumerate() {
            if !weight.push(kind, bytes) {
                let (path, name) = (self.file.path().to_owned(), names[index].clone());
                return Err(GgufError::MissingTensor { path, name }.into());
            }
        }
        Ok(match keep {
            KeepAs::Stored => WeightData::Quantized(weight),
            KeepAs::Packed(precision) => WeightData::Quantized(match precision.form(inputs) {
                Some(form) => weight.repacked(form),
                None => weight,
            }),
            KeepAs::F32 => WeightData::F32(weight.widened()),
            KeepAs::Bf16 => WeightData::Bf16(weight.widened().into_iter().map(bf16::from_f32).collect()),
        })
    }

    fn joined(&self, names: &[String], lengths: &[usize]) -> Result<Vec<f32>, LoadError> {
        let mut values = Vec::new();
        for (name, &length) in names.iter().zip(lengths) {
            // A bias is one number a row: it goes with the rows of its weight.
            let heads = self.architecture.reordered_heads(name, self.config);
            let (inputs, outputs) = if heads.is_some() { (1, length) } else { (length, 1) };
            let (kind, bytes) = self.rows(name, outputs, inputs)?;
            let start = values.len();
            values.resize(start + length, 0.0);
            blocks::widen(kind, &bytes, &mut values[start..]);
        }
        Ok(values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_pairs_come_into_halves() {
        // Two heads of four rows of two bytes; a row is its number.
        let bytes: Vec<u8> = (0..8).flat_map(|row| [row, row]).collect();
        let ordered = in_halves(&bytes, 2, 4);
        assert_eq!(ordered, [0, 0, 2, 2, 1, 1, 3, 3, 4, 4, 6, 6, 5, 5, 7, 7]);
    }
}
