//! From a folder's weights to a decoder on a backend.

use half::bf16;

use super::backend::{Backend, BackendError, WeightData};
use super::config::DecoderConfig;
use super::decoder::{Decoder, WeightSource};
use super::gguf::{GgufError, GgufFile, GgufWeights, KeepAs};
use super::quantized::{BlockForm, QuantizedWeight};
use super::safetensors::{Dtype, WeightError, WeightFiles};
use crate::domain::{DtypeChoice, ToUserMessage};

/// A decoder could not be made of a folder's weights.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// A weight file is not as it should be.
    #[error(transparent)]
    Weights(#[from] WeightError),
    /// A GGUF file is not as it should be.
    #[error(transparent)]
    Gguf(#[from] GgufError),
    /// The device failed.
    #[error(transparent)]
    Backend(#[from] BackendError),
}

impl ToUserMessage for LoadError {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Weights(error) => error.hint(),
            Self::Gguf(error) => error.hint(),
            Self::Backend(_) => Some("close other programs that use the device, or choose `--device cpu`".to_owned()),
        }
    }
}

/// What frozen weights are kept in, decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WeightPrecision {
    /// 4 bytes a weight.
    F32,
    /// 2 bytes a weight.
    Bf16,
    /// Blocks of 8 bits a weight.
    Q8_0,
    /// Blocks of 4 bits a weight.
    Q4K,
}

impl WeightPrecision {
    /// What was chosen, or as in the file: f32 stays, half precision is kept in bf16.
    pub fn resolve(choice: DtypeChoice, weights: &WeightFiles) -> Self {
        match choice {
            DtypeChoice::F32 => Self::F32,
            DtypeChoice::Bf16 => Self::Bf16,
            DtypeChoice::Q8_0 => Self::Q8_0,
            DtypeChoice::Q4K => Self::Q4K,
            DtypeChoice::Auto => match weights.dtype("model.embed_tokens.weight") {
                Some(Dtype::F16 | Dtype::BF16) => Self::Bf16,
                _ => Self::F32,
            },
        }
    }

    /// What the weights of a GGUF file are kept in by a choice; `None` where they stay as they are.
    pub(super) fn of_gguf(choice: DtypeChoice) -> Option<Self> {
        match choice {
            DtypeChoice::Auto => None,
            DtypeChoice::F32 => Some(Self::F32),
            DtypeChoice::Bf16 => Some(Self::Bf16),
            DtypeChoice::Q8_0 => Some(Self::Q8_0),
            DtypeChoice::Q4K => Some(Self::Q4K),
        }
    }

    /// What so many bytes of so many weights are nearest to.
    pub(super) fn nearest(bytes: u64, weights: u64) -> Self {
        let bits = 8.0 * bytes as f64 / weights.max(1) as f64;
        match bits {
            24.0.. => Self::F32,
            12.0.. => Self::Bf16,
            6.5.. => Self::Q8_0,
            _ => Self::Q4K,
        }
    }

    /// The choice that comes to this.
    pub fn choice(self) -> DtypeChoice {
        match self {
            Self::F32 => DtypeChoice::F32,
            Self::Bf16 => DtypeChoice::Bf16,
            Self::Q8_0 => DtypeChoice::Q8_0,
            Self::Q4K => DtypeChoice::Q4K,
        }
    }

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        self.choice().name()
    }

    /// Whether weights are kept in blocks, where their rows fill them.
    pub fn is_blocks(self) -> bool {
        matches!(self, Self::Q8_0 | Self::Q4K)
    }

    /// The form of the blocks that rows of so many numbers are kept in: the one asked for, or the next finer one where they
    /// do not fill its blocks. `None` where they are kept number by number.
    pub(super) fn form(self, inputs: usize) -> Option<BlockForm> {
        let forms: &[BlockForm] = match self {
            Self::F32 | Self::Bf16 => &[],
            Self::Q8_0 => &[BlockForm::EIGHT_BITS],
            Self::Q4K => &[BlockForm::FOUR_BITS, BlockForm::EIGHT_BITS],
        };
        forms.iter().copied().find(|form| form.takes(inputs))
    }

    /// Bytes of a matrix.
    pub fn bytes(self, rows: usize, inputs: usize) -> u64 {
        let bytes = match (self.form(inputs), self) {
            (Some(form), _) => form.bytes(rows, inputs),
            (None, Self::F32) => 4 * rows * inputs,
            (None, _) => 2 * rows * inputs,
        };
        bytes as u64
    }

    /// Matrices of the model whose rows do not fill the blocks that were asked for, and what they are kept in, as a sentence
    /// for people; `None` where all are kept as asked for.
    pub fn finer_rows(self, config: &DecoderConfig) -> Option<String> {
        if !self.is_blocks() {
            return None;
        }
        let mut lengths: Vec<usize> = config.linear_modules().iter().map(|module| module.in_features).collect();
        lengths.push(config.hidden_size);
        lengths.sort_unstable();
        lengths.dedup();
        let said = |inputs: &usize| {
            let kept = match self.form(*inputs) {
                Some(form) if self == Self::Q4K && form.is_eight_bits() => "q8_0",
                Some(_) => return None,
                None => "bf16",
            };
            Some(format!("rows of {inputs} numbers are kept in {kept}"))
        };
        let said: Vec<String> = lengths.iter().filter_map(said).collect();
        (!said.is_empty())
            .then(|| format!("not all rows of this model fill whole blocks of {}: {}", self.name(), said.join("; ")))
    }
}

struct Source<'a> {
    weights: &'a WeightFiles,
    precision: WeightPrecision,
}

/// Calls `read` with each tensor's name, shape and place in the stack.
fn fill<T: Copy>(
    names: &[String],
    outputs: &[usize],
    inputs: usize,
    out: &mut [T],
    read: impl Fn(&str, &[usize], &mut [T]) -> Result<(), WeightError>,
) -> Result<(), WeightError> {
    let mut start = 0;
    for (name, &rows) in names.iter().zip(outputs) {
        read(name, &[rows, inputs], &mut out[start..start + rows * inputs])?;
        start += rows * inputs;
    }
    Ok(())
}

impl WeightSource for Source<'_> {
    type Error = LoadError;

    fn stacked(&self, names: &[String], outputs: &[usize], inputs: usize) -> Result<WeightData, LoadError> {
        if let Some(form) = self.precision.form(inputs) {
            let mut weight = QuantizedWeight::new(inputs);
            for (name, &rows) in names.iter().zip(outputs) {
                let read = |first: usize, out: &mut [f32]| self.weights.read_f32_rows(name, [rows, inputs], first, out);
                weight.push_packed(form, rows, read)?;
            }
            return Ok(WeightData::Quantized(weight));
        }
        let size = outputs.iter().sum::<usize>() * inputs;
        Ok(match self.precision {
            WeightPrecision::F32 => {
                let mut values = vec![0.0; size];
                fill(names, outputs, inputs, &mut values, |n, s, out| self.weights.read_f32_into(n, s, out))?;
                WeightData::F32(values)
            }
            WeightPrecision::Bf16 | WeightPrecision::Q8_0 | WeightPrecision::Q4K => {
                let mut values = vec![bf16::ZERO; size];
                fill(names, outputs, inputs, &mut values, |n, s, out| self.weights.read_bf16_into(n, s, out))?;
                WeightData::Bf16(values)
            }
        })
    }

    fn joined(&self, names: &[String], lengths: &[usize]) -> Result<Vec<f32>, LoadError> {
        let mut values = Vec::new();
        for (name, &length) in names.iter().zip(lengths) {
            values.extend(self.weights.read_f32(name, &[length])?);
        }
        Ok(values)
    }

    fn is_half(&self, data: &WeightData) -> bool {
        match data {
            WeightData::F32(_) => false,
            WeightData::Bf16(_) => true,
            // Blocks stand for the weights of the file, and so does what goes with those.
            WeightData::Quantized(_) => {
                WeightPrecision::resolve(DtypeChoice::Auto, self.weights) == WeightPrecision::Bf16
            }
        }
    }
}

/// Reads a model's weights onto `backend`. Every tensor's name and shape is checked before the first is read.
pub fn load_decoder<B: Backend>(
    backend: B,
    config: DecoderConfig,
    weights: &WeightFiles,
    precision: WeightPrecision,
) -> Result<Decoder<B>, LoadError> {
    weights.check_against(&config.tensors())?;
    Decoder::load(backend, config, &Source { weights, precision })
}

/// Reads the weights of a GGUF file onto `backend`. `config` is the file's own, which checked every tensor's name and shape.
pub fn load_gguf<B: Backend>(
    backend: B,
    config: DecoderConfig,
    file: &GgufFile,
    choice: DtypeChoice,
) -> Result<Decoder<B>, LoadError> {
    let keep = match WeightPrecision::of_gguf(choice) {
        None => KeepAs::Stored,
        Some(WeightPrecision::F32) => KeepAs::F32,
        Some(WeightPrecision::Bf16) => KeepAs::Bf16,
        Some(blocks @ (WeightPrecision::Q8_0 | WeightPrecision::Q4K)) => KeepAs::Packed(blocks),
    };
    let Some(architecture) = file.architecture()? else {
        return Err(file.metadata().unsupported("general.architecture", "those of our own families").into());
    };
    let weights_config = config.clone();
    Decoder::load(backend, config, &GgufWeights { file, architecture, config: &weights_config, keep })
}
