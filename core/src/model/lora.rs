//! LoRA factors of a decoder: put on, taken off, and their gradients read back by module.

use std::collections::BTreeMap;

use super::backend::{Backend, BackendError, LoraFactors, LoraGradients, LoraPart};
use super::config::{DecoderConfig, LinearModule};
use super::decoder::{Decoder, GROUPS};

/// The two factors of one adapted module, or their gradients.
#[derive(Debug, Clone, PartialEq)]
pub struct LoraPair {
    /// \[rank, inputs\], row-major.
    pub a: Vec<f32>,
    /// \[outputs, rank\], row-major.
    pub b: Vec<f32>,
    /// Rows of A and columns of B.
    pub rank: usize,
    /// What B·A is multiplied with.
    pub scale: f64,
}

/// Factors by module path, such as `model.layers.0.self_attn.q_proj`. The map's order is the order of the parameters
/// everywhere: in the optimizer, in checkpoints and in files.
pub type LoraPairs = BTreeMap<String, LoraPair>;

impl DecoderConfig {
    /// The modules of a layer's stack of linears: 0 queries, keys and values; 1 output; 2 gate and up; 3 down.
    pub(super) fn group(&self, group: usize) -> Vec<LinearModule> {
        let modules = self.linear_modules();
        let sizes = [self.modules.query_key_value.len(), 1, self.modules.gate_up.len(), 1];
        let start: usize = sizes[..group].iter().sum();
        modules[start..start + sizes[group]].to_vec()
    }
}

fn module_path(layer: usize, module: &LinearModule) -> String {
    format!("model.layers.{layer}.{}", module.name)
}

impl<B: Backend> Decoder<B> {
    /// Puts `pairs` on the decoder in place of what was on it. Their shapes must fit the model (the reader of adapters
    /// sees to it); modules without a pair stay as they are in the base model.
    pub fn set_lora(&mut self, pairs: &LoraPairs) -> Result<(), BackendError> {
        for layer in 0..self.layers.len() {
            for group in 0..GROUPS {
                let factors = self.stack(layer, group, pairs)?;
                self.layers[layer].linears[group].lora = factors;
            }
        }
        Ok(())
    }

    fn stack(&self, layer: usize, group: usize, pairs: &LoraPairs) -> Result<Option<LoraFactors<B>>, BackendError> {
        let (mut a, mut parts) = (Vec::new(), Vec::new());
        let (mut output, mut rank) = (0, 0);
        let modules = self.config.group(group);
        for module in &modules {
            let outputs = output..output + module.out_features;
            output = outputs.end;
            let Some(pair) = pairs.get(&module_path(layer, module)) else { continue };
            a.extend_from_slice(&pair.a);
            let b = self.backend.matrix(&pair.b, pair.rank)?;
            parts.push(LoraPart { b, outputs, ranks: rank..rank + pair.rank, scale: pair.scale as f32 });
            rank += pair.rank;
        }
        if parts.is_empty() {
            return Ok(None);
        }
        Ok(Some(LoraFactors { a: self.backend.matrix(&a, modules[0].in_features)?, parts }))
    }

    /// Zero gradients for the factors that are on a layer.
    pub(super) fn zero_lora_gradients(&self, layer: usize) -> Result<[Option<LoraGradients<B>>; GROUPS], BackendError> {
        let zeros = |group: usize| -> Result<Option<LoraGradients<B>>, BackendError> {
            let Some(lora) = &self.layers[layer].linears[group].lora else { return Ok(None) };
            let ranks = lora.parts.iter().map(|part| part.ranks.len()).sum();
            let b = lora.parts.iter().map(|part| self.backend.zeros(part.outputs.len(), part.ranks.len()));
            let inputs = self.config.group(group)[0].in_features;
            Ok(Some(LoraGradients { a: self.backend.zeros(ranks, inputs)?, b: b.collect::<Result<_, _>>()? }))
        };
        Ok([zeros(0)?, zeros(1)?, zeros(2)?, zeros(3)?])
    }

    pub(super) fn unstack(
        &self,
        layer: usize,
        group: usize,
        gradients: &LoraGradients<B>,
        by_module: &mut LoraPairs,
    ) -> Result<(), BackendError> {
        let Some(lora) = &self.layers[layer].linears[group].lora else { return Ok(()) };
        let modules = self.config.group(group);
        let inputs = modules[0].in_features;
        let a = self.backend.values(&gradients.a)?;
        let mut output = 0;
        for module in &modules {
            let first_output = output;
            output += module.out_features;
            let Some(index) = lora.parts.iter().position(|part| part.outputs.start == first_output) else { continue };
            let part = &lora.parts[index];
            let pair = LoraPair {
                a: a[part.ranks.start * inputs..part.ranks.end * inputs].to_vec(),
                b: self.backend.values(&gradients.b[index])?,
                rank: part.ranks.len(),
                scale: f64::from(part.scale),
            };
            by_module.insert(module_path(layer, module), pair);
        }
        Ok(())
    }
}
