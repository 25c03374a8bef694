//! Weights that are made up: a model's shape can be measured where its weights are not there.

use std::path::Path;

use half::bf16;
use rayon::prelude::*;

use super::backend::{BackendError, WeightData};
use super::decoder::WeightSource;
use super::quantized::QuantizedWeight;
use super::{Adapter, AdapterConfig, AdapterError, DecoderConfig, LoraPair, LoraPairs, WeightPrecision};
use crate::domain::LoraSettings;
use crate::random::Random;

/// A number between −1 and 1.
fn even(random: &mut Random) -> f32 {
    (random.next_u64() >> 40) as f32 / (1u64 << 23) as f32 - 1.0
}

/// Rows that are made and packed of a weight in blocks; the others repeat them, since packing takes its time and what is
/// measured does not depend on the numbers.
const PACKED_ROWS: usize = 64;

/// Random weights of a fitting size.
#[derive(Debug, Clone, Copy)]
pub struct RandomWeights {
    /// What they are kept in.
    pub precision: WeightPrecision,
}

impl RandomWeights {
    fn seed(names: &[String]) -> u64 {
        let bytes = names.iter().flat_map(|name| name.bytes());
        bytes.fold(7u64, |seed, byte| crate::random::mix(seed ^ u64::from(byte)))
    }

    fn values<T: Send + Copy>(names: &[String], zeros: Vec<T>, scale: f32, make: impl Fn(f32) -> T + Sync) -> Vec<T> {
        let seed = Self::seed(names);
        let mut values = zeros;
        values.par_chunks_mut(4096).enumerate().for_each(|(index, chunk)| {
            let mut random = Random::new(seed, &[index as u64]);
            chunk.fill_with(|| make(even(&mut random) * scale));
        });
        values
    }
}

impl WeightSource for RandomWeights {
    type Error = BackendError;

    fn stacked(&self, names: &[String], outputs: &[usize], inputs: usize) -> Result<WeightData, BackendError> {
        let count = outputs.iter().sum::<usize>() * inputs;
        let scale = (3.0 / inputs as f32).sqrt();
        if let Some(form) = self.precision.form(inputs) {
            let (seed, mut weight) = (Self::seed(names), QuantizedWeight::new(inputs));
            let read = |first: usize, out: &mut [f32]| -> Result<(), BackendError> {
                let mut random = Random::new(seed, &[first as u64]);
                out.fill_with(|| even(&mut random) * scale);
                Ok(())
            };
            let outputs = outputs.iter().sum();
            weight.push_packed(form, PACKED_ROWS.min(outputs), read)?;
            return Ok(WeightData::Quantized(weight.repeated(outputs)));
        }
        Ok(if self.precision == WeightPrecision::F32 {
            WeightData::F32(Self::values(names, vec![0.0; count], scale, |value| value))
        } else {
            WeightData::Bf16(Self::values(names, vec![bf16::ZERO; count], scale, bf16::from_f32))
        })
    }

    fn joined(&self, _names: &[String], lengths: &[usize]) -> Result<Vec<f32>, BackendError> {
        Ok(vec![1.0; lengths.iter().sum()])
    }
}

/// A new adapter for the model, on every linear module, with a B that is not zero.
pub fn random_adapter(config: &DecoderConfig, rank: usize) -> Result<Adapter, AdapterError> {
    let settings = LoraSettings { rank, alpha: 2.0 * rank as f64, ..LoraSettings::default() };
    let mut tensors = LoraPairs::new();
    let mut random = Random::new(3, &[]);
    let adapter_config = AdapterConfig::new(&settings, config, Path::new("random"))?;
    for target in adapter_config.targets(config)? {
        let mut values = |count: usize| (0..count).map(|_| random.uniform() as f32 * 0.02 - 0.01).collect();
        let (a, b) = (values(rank * target.module.in_features), values(target.module.out_features * rank));
        tensors.insert(target.path, LoraPair { a, b, rank, scale: target.scale });
    }
    Ok(Adapter { config: adapter_config, tensors, score_head: None })
}
