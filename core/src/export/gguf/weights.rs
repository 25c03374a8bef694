//! The model's tensors as the file has them: the adapter added, queries and keys in the order of rotary pairs.

use rayon::prelude::*;

use super::{ExportError, Source, forms, refused};
use crate::domain::GgufType;
use crate::model::gguf::{Architecture, NewTensor, TensorForm};
use crate::model::{DecoderConfig, LoraPair, ModelError};

const FACTORS: &str = "rope_freqs.weight";

/// Every tensor of the file, in the order of the model. Norms, biases and factors are small, and stay in f32.
pub(super) fn tensors(
    config: &DecoderConfig,
    architecture: &Architecture,
    kind: GgufType,
    rotary_factors: Option<&[f32]>,
) -> Result<Vec<NewTensor>, ExportError> {
    let mut all = Vec::new();
    if let Some(factors) = rotary_factors {
        all.push(NewTensor { name: FACTORS.to_owned(), shape: vec![factors.len()], form: TensorForm::F32 });
    }
    for (name, shape) in config.tensors() {
        let form = forms::of(kind, &name, &shape, config)?;
        all.push(NewTensor { name: architecture.tensor_name(&name).unwrap_or(name), form, shape });
    }
    Ok(all)
}

/// A tensor's numbers.
pub(super) fn numbers(source: &Source, tensor: &NewTensor) -> Result<Vec<f32>, ExportError> {
    if tensor.name == FACTORS {
        return Ok(source.rotary_factors.clone().unwrap_or_default());
    }
    let config = &source.config;
    let is_it = |name: &str| source.architecture.tensor_name(name).as_deref() == Some(&tensor.name);
    let Some((name, shape)) = config.tensors().into_iter().find(|(name, _)| is_it(name)) else {
        return Err(refused(format!("the tensor {}", tensor.name)));
    };
    let mut numbers = source.weights.read_f32(&name, &shape).map_err(ModelError::from)?;
    let pair = source.adapter.as_ref().and_then(|adapter| adapter.tensors.get(name.strip_suffix(".weight")?));
    if let (Some(pair), [_, inputs]) = (pair, shape.as_slice()) {
        add(pair, *inputs, &mut numbers);
    }
    if name.ends_with("norm.weight") {
        for number in &mut numbers {
            *number += config.norm_offset;
        }
    }
    if let Some(heads) = source.architecture.reordered_heads(&name, config) {
        let rows = shape[0];
        numbers = in_pairs(&numbers, numbers.len() / rows, rows / heads);
    }
    Ok(numbers)
}

/// W += scale·B·A.
fn add(pair: &LoraPair, inputs: usize, weight: &mut [f32]) {
    weight.par_chunks_mut(inputs).zip(pair.b.par_chunks(pair.rank)).for_each(|(row, b)| {
        for (factor, a) in b.iter().zip(pair.a.chunks(inputs)) {
            let factor = (f64::from(*factor) * pair.scale) as f32;
            row.iter_mut().zip(a).for_each(|(weight, a)| *weight += factor * a);
        }
    });
}

/// Rows of heads in which the first of all rotary pairs come before the second, brought into pairs side by side.
pub(in crate::export) fn in_pairs(numbers: &[f32], row: usize, head_dim: usize) -> Vec<f32> {
    let mut ordered = Vec::with_capacity(numbers.len());
    for head in numbers.chunks_exact(row * head_dim) {
        for pair in 0..head_dim / 2 {
            for first in 0..2 {
                ordered.extend_from_slice(&head[(first * (head_dim / 2) + pair) * row..][..row]);
            }
        }
    }
    ordered
}
