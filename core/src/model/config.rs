//! What a decoder is made of. Families are data: one decoder reads this and nothing else of a model's configuration.

mod norms;
mod rotary;

use std::path::Path;

use half::bf16;

pub use norms::LayerNorms;
pub use rotary::{RopeScaling, Rotary};

use super::config_reader::{ConfigError, ConfigReader};
use super::families;

/// A decoder's shape and switches, validated: no size is zero or absurd, and no product of them overflows.
#[expect(clippy::struct_excessive_bools, reason = "five independent switches of the architecture")]
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
    /// Added to every norm's weight: 1 where the weights are kept around 0, else 0.
    pub norm_offset: f32,
    /// Attention scores are multiplied with this before the softmax.
    pub score_scale: f32,
    /// How each of the layers attends.
    pub attention: Vec<LayerAttention>,
    /// What the feed-forward part's gates go through.
    pub activation: Activation,
    /// Longest sequence the model was made for, in tokens.
    pub max_positions: usize,
    /// Embeddings are multiplied with √`hidden_size` on their way in.
    pub scaled_embeddings: bool,
    /// The token whose embedding is no parameter: PyTorch's embedding gives the row of the padding token no gradient,
    /// wherever that token stands. (The head, where it is the same matrix, does.)
    pub padding_token: Option<u32>,
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

/// How a layer attends.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerAttention {
    /// Tokens that a query sees, itself and those just before it; all before it where there is no window.
    pub window: Option<usize>,
    /// How queries and keys are turned; not at all in a layer without positions.
    pub rotary: Option<Rotary>,
}

/// What the feed-forward part's gates go through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activation {
    /// x·sigmoid(x). Elfwing et al. 2017.
    Silu,
    /// x·½(1 + tanh(√(2/π)·(x + 0.044715·x³))), the approximation of Hendrycks and Gimpel 2016.
    GeluTanh,
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
    /// Norms.
    pub norms: LayerNorms<&'static str>,
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
        Self::read(&ConfigReader::open(folder)?)
    }

    /// Reads the keys of a `config.json`.
    pub fn read(reader: &ConfigReader) -> Result<Self, ConfigError> {
        let family = families::find(reader)?;
        let config = (family.read)(reader)?;
        config.check(reader)?;
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

    /// A layer's norms: name under `model.layers.{i}.` and width.
    pub fn norms(&self) -> LayerNorms<(&'static str, usize)> {
        let names = self.modules.norms;
        let of_rows = |name: &'static str| (name, self.hidden_size);
        LayerNorms {
            input: of_rows(names.input),
            query_key: names.query_key.map(|names| names.map(|name| (name, self.head_dim))),
            attention_output: names.attention_output.map(of_rows),
            feed_forward: of_rows(names.feed_forward),
            feed_forward_output: names.feed_forward_output.map(of_rows),
        }
    }

    /// Every tensor that the decoder needs, with its shape, in the order of the model. `lm_head.weight` is among them
    /// only where the embeddings are not tied.
    pub fn tensors(&self) -> Vec<(String, Vec<usize>)> {
        let (linears, norms) = (self.linear_modules(), self.norms());
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
            for (norm, width) in norms.into_vec() {
                tensors.push((format!("model.layers.{layer}.{norm}.weight"), vec![width]));
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
        let layer = linears + self.norms().into_vec().iter().map(|(_, width)| width).sum::<usize>();
        let embeddings = self.vocabulary_size * self.hidden_size * if self.tied_embeddings { 1 } else { 2 };
        (embeddings + self.layers * layer + self.hidden_size) as u64
    }

    /// What embeddings are multiplied with. Transformers has the factor in the type of the weights, so it is rounded
    /// where they are kept in half precision: √640 is 25.25 then, as it was while the model was made.
    pub fn embedding_scale(&self, half: bool) -> f32 {
        let scale = if self.scaled_embeddings { (self.hidden_size as f64).sqrt() as f32 } else { 1.0 };
        if half { bf16::from_f32(scale).to_f32() } else { scale }
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

#[cfg(test)]
mod tests;
