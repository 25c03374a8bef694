//! From a folder's weights to a decoder on a backend.

use half::bf16;

use super::backend::{Backend, BackendError, WeightData};
use super::config::DecoderConfig;
use super::decoder::{Decoder, WeightSource};
use super::gguf::{GgufError, GgufFile, GgufWeights, KeepAs};
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
}

impl WeightPrecision {
    /// What was chosen, or as in the file: f32 stays, half precision is kept in bf16.
    pub fn resolve(choice: DtypeChoice, weights: &WeightFiles) -> Self {
        match choice {
            DtypeChoice::F32 => Self::F32,
            DtypeChoice::Bf16 => Self::Bf16,
            DtypeChoice::Auto => match weights.dtype("model.embed_tokens.weight") {
                Some(Dtype::F16 | Dtype::BF16) => Self::Bf16,
                _ => Self::F32,
            },
        }
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
        let size = outputs.iter().sum::<usize>() * inputs;
        Ok(match self.precision {
            WeightPrecision::F32 => {
                let mut values = vec![0.0; size];
                fill(names, outputs, inputs, &mut values, |n, s, out| self.weights.read_f32_into(n, s, out))?;
                WeightData::F32(values)
            }
            WeightPrecision::Bf16 => {
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
    let keep = match choice {
        DtypeChoice::Auto => KeepAs::Stored,
        DtypeChoice::F32 => KeepAs::F32,
        DtypeChoice::Bf16 => KeepAs::Bf16,
    };
    let Some(architecture) = file.architecture()? else {
        return Err(file.metadata().unsupported("general.architecture", "those of our own families").into());
    };
    let weights_config = config.clone();
    Decoder::load(backend, config, &GgufWeights { file, architecture, config: &weights_config, keep })
}
