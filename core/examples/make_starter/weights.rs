//! The starter's shape, its first weights and its file.

use std::path::Path;

use half::bf16;
use safetensors::Dtype;
use safetensors::tensor::{TensorView, serialize};
use serde_json::json;
use whetstone_core::files;
use whetstone_core::model::backend::{BackendError, WeightData};
use whetstone_core::model::decoder::WeightSource;
use whetstone_core::model::{DecoderConfig, Parameter, Parameters};
use whetstone_core::random::Random;

use super::Anything;
use super::text_side::{END_ID, PAD_ID, VOCABULARY};

pub const MAX_POSITIONS: usize = 512;

pub fn write_config(folder: &Path) -> Result<(), Anything> {
    let config = json!({
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "hidden_size": 192,
        "intermediate_size": 512,
        "num_hidden_layers": 5,
        "num_attention_heads": 6,
        "num_key_value_heads": 6,
        "head_dim": 32,
        "hidden_act": "silu",
        "vocab_size": VOCABULARY,
        "max_position_embeddings": MAX_POSITIONS,
        "rms_norm_eps": 1e-5,
        "rope_theta": 10000.0,
        "attention_bias": false,
        "mlp_bias": false,
        "tie_word_embeddings": true,
        "eos_token_id": END_ID,
        "pad_token_id": PAD_ID,
        "torch_dtype": "bfloat16",
    });
    Ok(files::write_atomically(&folder.join("config.json"), |out| writeln!(out, "{config:#}"))?)
}

/// Random weights: what a layer adds to the stream is small at first.
pub fn first(config: &DecoderConfig, seed: u64) -> Parameters {
    let tensors = config.tensors().into_iter().enumerate();
    let one = |(index, (name, shape)): (usize, (String, Vec<usize>))| {
        let mut random = Random::new(seed, &[1, index as u64]);
        let deviation = match shape.as_slice() {
            [_, _] if name.contains("embed_tokens") => 0.1,
            [_, inputs] if name.contains("o_proj") || name.contains("down_proj") => 0.1 / (*inputs as f64).sqrt(),
            [_, inputs] => 1.0 / (*inputs as f64).sqrt(),
            _ => 0.0,
        };
        let value = |_| if shape.len() == 1 { 1.0 } else { (random.normal() * deviation) as f32 };
        let values = (0..shape.iter().product::<usize>()).map(value).collect();
        (name, Parameter { shape, values })
    };
    tensors.map(one).collect()
}

/// Writes `model.safetensors` in bf16.
pub fn write(folder: &Path, values: &Parameters) -> Result<(), Anything> {
    let bytes: Vec<Vec<u8>> = values
        .values()
        .map(|parameter| parameter.values.iter().flat_map(|value| bf16::from_f32(*value).to_le_bytes()).collect())
        .collect();
    let views = values.iter().zip(&bytes).map(|((name, parameter), bytes)| {
        Ok((name.as_str(), TensorView::new(Dtype::BF16, parameter.shape.clone(), bytes)?))
    });
    let views = views.collect::<Result<Vec<_>, safetensors::SafeTensorError>>()?;
    let metadata = [("format".to_owned(), "pt".to_owned())].into();
    let file = serialize(views, Some(metadata))?;
    Ok(files::write_atomically(&folder.join("model.safetensors"), |out| out.write_all(&file))?)
}

/// Weights by name as a decoder loads them.
pub struct InMemory<'a>(pub &'a Parameters);

impl WeightSource for InMemory<'_> {
    type Error = BackendError;

    fn stacked(&self, names: &[String], outputs: &[usize], inputs: usize) -> Result<WeightData, BackendError> {
        let lengths: Vec<usize> = outputs.iter().map(|rows| rows * inputs).collect();
        self.joined(names, &lengths).map(WeightData::F32)
    }

    fn joined(&self, names: &[String], _lengths: &[usize]) -> Result<Vec<f32>, BackendError> {
        Ok(names.iter().filter_map(|name| self.0.get(name)).flat_map(|given| given.values.iter().copied()).collect())
    }
}
