//! What a decoder is made of. Families are data: one decoder reads this and nothing else of a model's configuration.

use std::f64::consts::PI;
use std::path::Path;

use super::config_reader::{ConfigError, ConfigReader};
use super::families;

/// A decoder's shape and switches, validated: no size is zero or absurd, and no product of them overflows.
#[expect(clippy::struct_excessive_bools, reason = "four independent switches of the architecture")]
#[derive(Debug, Clone, PartialEq)]
pub struct DecoderConfig {
    /// The family's id: the configuration's `model_type`.
    pub family: &'static str,
    /// Tokens the model knows.
    pub vocabulary_size: usize,
    /// Width of the residual stream.
    pub hidden_size: usize,
    /// Width of the gated feed-forward part.
    pub intermediate_size: usize,
    /// Decoder layers.
    pub layers: usize,
    /// Query heads.
    pub attention_heads: usize,
    /// Heads of keys and values; divides `attention_heads`.
    pub key_value_heads: usize,
    /// Width of a head; even.
    pub head_dim: usize,
    /// Added to the mean square inside the RMS norms.
    pub norm_epsilon: f32,
    /// Base of the rotary frequencies.
    pub rope_theta: f64,
    /// What is done to the rotary frequencies.
    pub rope_scaling: RopeScaling,
    /// Longest sequence the model was made for, in tokens.
    pub max_positions: usize,
    /// The output head is the embedding itself.
    pub tied_embeddings: bool,
    /// The query, key and value projections have a bias.
    pub query_key_value_bias: bool,
    /// The attention's output projection has a bias.
    pub output_bias: bool,
    /// The feed-forward projections have a bias.
    pub mlp_bias: bool,
    /// Names of a layer's modules.
    pub modules: LayerModules,
}

/// How rotary frequencies are changed for long sequences.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum RopeScaling {
    /// Not at all.
    None,
    /// Llama 3's rule: low frequencies are divided by a factor, high ones stay, those between are blended.
    Llama3 {
        /// What low frequencies are divided by.
        factor: f64,
        /// Waves longer than `original_max_positions / low_frequency_factor` are low.
        low_frequency_factor: f64,
        /// Waves shorter than `original_max_positions / high_frequency_factor` are high.
        high_frequency_factor: f64,
        /// Longest sequence before the scaling.
        original_max_positions: usize,
    },
}

/// Names of a layer's modules, under `model.layers.{i}.`. A list of several names is several matrices that the decoder
/// stacks in that order; a family with a fused matrix has one name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LayerModules {
    /// Query, key and value projections.
    pub query_key_value: &'static [&'static str],
    /// The attention's output projection.
    pub output: &'static str,
    /// Gate and up projections.
    pub gate_up: &'static [&'static str],
    /// Down projection.
    pub down: &'static str,
    /// The norm before attention.
    pub input_norm: &'static str,
    /// The norm before the feed-forward part.
    pub post_attention_norm: &'static str,
}

/// A linear layer as it stands in the model's files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LinearModule {
    /// Name under `model.layers.{i}.`.
    pub name: &'static str,
    /// Rows of the weight.
    pub out_features: usize,
    /// Columns of the weight.
    pub in_features: usize,
    /// Whether it has a bias, `[out_features]`.
    pub bias: bool,
}

impl DecoderConfig {
    /// Reads `config.json` of a model's folder, in the dialect of transformers 5 or of earlier ones.
    pub fn open(folder: &Path) -> Result<Self, ConfigError> {
        let reader = ConfigReader::open(folder)?;
        let family = families::find(&reader)?;
        let config = (family.read)(&reader)?;
        config.check(&reader)?;
        Ok(config)
    }

    /// A layer's linear modules in the order of the model: what an adapter can be put on.
    pub fn linear_modules(&self) -> Vec<LinearModule> {
        let queries = self.attention_heads * self.head_dim;
        let keys = self.key_value_heads * self.head_dim;
        let parts = |names: &'static [&'static str], sizes: &[usize], bias| {
            let fused = [sizes.iter().sum()];
            let rows = if names.len() == sizes.len() { sizes } else { &fused };
            let linear = |(&name, &out_features): (&&'static str, &usize)| LinearModule {
                name,
                out_features,
                in_features: self.hidden_size,
                bias,
            };
            names.iter().zip(rows).map(linear).collect::<Vec<_>>()
        };
        let back = |name, in_features, bias| LinearModule { name, out_features: self.hidden_size, in_features, bias };
        let modules = &self.modules;
        let mut linears = parts(modules.query_key_value, &[queries, keys, keys], self.query_key_value_bias);
        linears.push(back(modules.output, queries, self.output_bias));
        linears.extend(parts(modules.gate_up, &[self.intermediate_size; 2], self.mlp_bias));
        linears.push(back(modules.down, self.intermediate_size, self.mlp_bias));
        linears
    }

    /// Every tensor that the decoder needs, with its shape, in the order of the model. `lm_head.weight` is among them
    /// only where the embeddings are not tied.
    pub fn tensors(&self) -> Vec<(String, Vec<usize>)> {
        let linears = self.linear_modules();
        let embedding = vec![self.vocabulary_size, self.hidden_size];
        let mut tensors = vec![("model.embed_tokens.weight".to_owned(), embedding.clone())];
        for layer in 0..self.layers {
            for linear in &linears {
                let name = format!("model.layers.{layer}.{}", linear.name);
                tensors.push((format!("{name}.weight"), vec![linear.out_features, linear.in_features]));
                if linear.bias {
                    tensors.push((format!("{name}.bias"), vec![linear.out_features]));
                }
            }
            for norm in [self.modules.input_norm, self.modules.post_attention_norm] {
                tensors.push((format!("model.layers.{layer}.{norm}.weight"), vec![self.hidden_size]));
            }
        }
        tensors.push(("model.norm.weight".to_owned(), vec![self.hidden_size]));
        if !self.tied_embeddings {
            tensors.push(("lm_head.weight".to_owned(), embedding));
        }
        tensors
    }

    /// Numbers in the model; a tied head counts once.
    pub fn parameter_count(&self) -> u64 {
        let linears: usize = self
            .linear_modules()
            .iter()
            .map(|linear| linear.out_features * (linear.in_features + usize::from(linear.bias)))
            .sum();
        let layer = linears + 2 * self.hidden_size;
        let embeddings = self.vocabulary_size * self.hidden_size * if self.tied_embeddings { 1 } else { 2 };
        (embeddings + self.layers * layer + self.hidden_size) as u64
    }

    /// Angle a position turns pair `i` of a head by, `[head_dim / 2]`, in float32 as transformers has it.
    pub fn inverse_frequencies(&self) -> Vec<f32> {
        let frequency = |pair: usize| {
            let exponent = (2 * pair) as f32 / self.head_dim as f32;
            1.0 / (self.rope_theta.powf(f64::from(exponent)) as f32)
        };
        (0..self.head_dim / 2).map(|pair| self.rope_scaling.apply(frequency(pair))).collect()
    }

    /// The sizes' relations, and that what is made of them is of a size that can exist.
    fn check(&self, reader: &ConfigReader) -> Result<(), ConfigError> {
        if !self.attention_heads.is_multiple_of(self.key_value_heads) {
            let expected = format!("a divisor of num_attention_heads, {}", self.attention_heads);
            return Err(reader.wrong("num_key_value_heads", &self.key_value_heads.to_string(), &expected));
        }
        if !self.head_dim.is_multiple_of(2) {
            return Err(reader.wrong("head_dim", &self.head_dim.to_string(), "an even number"));
        }
        // The limits of the single sizes keep these products below 2⁶⁴.
        let parameters = self.parameter_count();
        if parameters > MOST_PARAMETERS {
            let expected = format!("sizes that give at most {MOST_PARAMETERS} parameters");
            return Err(reader.wrong("num_hidden_layers", &format!("{parameters} parameters"), &expected));
        }
        Ok(())
    }
}

/// A trillion: beyond every open model, far below what could overflow.
const MOST_PARAMETERS: u64 = 1 << 40;

impl RopeScaling {
    /// The scaled frequency, in the float32 steps of transformers' `_compute_llama3_parameters`.
    fn apply(self, frequency: f32) -> f32 {
        let Self::Llama3 { factor, low_frequency_factor, high_frequency_factor, original_max_positions } = self else {
            return frequency;
        };
        let original = original_max_positions as f64;
        let wavelength = (2.0 * PI) as f32 / frequency;
        if wavelength > (original / low_frequency_factor) as f32 {
            return frequency / factor as f32;
        }
        if wavelength < (original / high_frequency_factor) as f32 {
            return frequency;
        }
        let range = (high_frequency_factor - low_frequency_factor) as f32;
        let smooth = (original as f32 / wavelength - low_frequency_factor as f32) / range;
        (1.0 - smooth) * frequency / factor as f32 + smooth * frequency
    }
}

#[cfg(test)]
mod tests;
