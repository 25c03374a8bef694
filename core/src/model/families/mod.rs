//! The families of decoders: one file and one row each.
//!
//! A family reads its `config.json` into a [`DecoderConfig`], with the defaults that transformers has where a key is
//! absent, and refuses what would change the numbers and is not computed here.

mod gemma3;
mod llama;
mod mistral;
mod phi3;
mod qwen2;
mod qwen3;
mod smollm3;

mod rotary;
mod window;

use serde_json::Value;

use super::config::{Activation, DecoderConfig, LayerAttention, LayerModules, LayerNorms};
use super::config_reader::{ConfigError, ConfigReader};

/// A family of decoders.
#[derive(Debug)]
pub struct Family {
    /// The configuration's `model_type`.
    pub id: &'static str,
    /// The name of transformers' class.
    pub architecture: &'static str,
    /// What people call it.
    pub title: &'static str,
    /// Reads a configuration of this family.
    pub read: fn(&ConfigReader) -> Result<DecoderConfig, ConfigError>,
}

/// Every family that works.
pub const FAMILIES: &[Family] =
    &[llama::FAMILY, qwen2::FAMILY, qwen3::FAMILY, gemma3::FAMILY, smollm3::FAMILY, phi3::FAMILY, mistral::FAMILY];

/// The family of a configuration.
pub fn find(reader: &ConfigReader) -> Result<&'static Family, ConfigError> {
    let known = || FAMILIES.iter().map(|family| family.id).collect::<Vec<_>>().join(", ");
    let Some(id) = reader.optional_text("model_type")? else {
        return Err(reader.missing("model_type", &format!("one of {}", known())));
    };
    FAMILIES.iter().find(|family| family.id == id).ok_or_else(|| {
        if reader.get("text_config").is_some() {
            let supported = "models of text alone; of Gemma 3 these are 270M and 1B, with the type \"gemma3_text\"";
            return reader.unsupported("model_type", supported);
        }
        reader.unsupported("model_type", &known())
    })
}

/// The module names that most families have.
pub(crate) const USUAL_MODULES: LayerModules = LayerModules {
    query_key_value: &["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"],
    output: "self_attn.o_proj",
    gate_up: &["mlp.gate_proj", "mlp.up_proj"],
    down: "mlp.down_proj",
    norms: LayerNorms {
        input: "input_layernorm",
        query_key: None,
        attention_output: None,
        feed_forward: "post_attention_layernorm",
        feed_forward_output: None,
    },
};

/// The names of the norms on query heads and key heads, in families that have them.
const HEAD_NORMS: [&str; 2] = ["self_attn.q_norm", "self_attn.k_norm"];

/// What transformers takes for a family where its configuration is silent.
struct Defaults {
    family: &'static Family,
    max_positions: usize,
    /// Absent: the hidden size's share of a head.
    head_dim: Option<usize>,
    norm_epsilon: f64,
    theta: f64,
    tied_embeddings: bool,
    /// The key of the activation, and the only one that is computed.
    activation: (&'static str, Activation),
}

impl Defaults {
    /// As most families have them.
    const fn of(family: &'static Family, max_positions: usize) -> Self {
        Self {
            family,
            max_positions,
            head_dim: None,
            norm_epsilon: 1e-6,
            theta: 10_000.0,
            tied_embeddings: false,
            activation: ("hidden_act", Activation::Silu),
        }
    }
}

/// Reads what most families have in common: full attention in all layers, one set of rotary settings, no bias anywhere.
fn read_usual(reader: &ConfigReader, defaults: &Defaults) -> Result<DecoderConfig, ConfigError> {
    let sizes = read_sizes(reader, defaults)?;
    let rotary = rotary::read_rotary(reader, sizes.max_positions, defaults.theta)?;
    let attention = vec![LayerAttention { window: None, rotary: Some(rotary) }; sizes.layers];
    Ok(DecoderConfig { attention, ..sizes })
}

/// Reads what all families have in common; how the layers attend is left open.
fn read_sizes(reader: &ConfigReader, defaults: &Defaults) -> Result<DecoderConfig, ConfigError> {
    refuse_what_is_not_computed(reader, defaults)?;
    let vocabulary_size = reader.size("vocab_size", 1 << 22)?;
    let hidden_size = reader.size("hidden_size", 1 << 17)?;
    let attention_heads = reader.size("num_attention_heads", 1 << 12)?;
    let head_dim = read_head_dim(reader, defaults, hidden_size, attention_heads)?;
    Ok(DecoderConfig {
        family: defaults.family.id,
        vocabulary_size,
        hidden_size,
        intermediate_size: reader.size("intermediate_size", 1 << 19)?,
        layers: reader.size("num_hidden_layers", 10_000)?,
        attention_heads,
        key_value_heads: reader.optional_size("num_key_value_heads", 1 << 12)?.unwrap_or(attention_heads),
        head_dim,
        norm_epsilon: read_norm_epsilon(reader, defaults)?,
        norm_offset: 0.0,
        score_scale: 1.0 / (head_dim as f32).sqrt(),
        attention: Vec::new(),
        activation: defaults.activation.1,
        max_positions: reader.optional_size("max_position_embeddings", 1 << 30)?.unwrap_or(defaults.max_positions),
        scaled_embeddings: false,
        padding_token: read_padding_token(reader, vocabulary_size)?,
        tied_embeddings: reader.flag("tie_word_embeddings", defaults.tied_embeddings)?,
        query_key_value_bias: false,
        output_bias: false,
        mlp_bias: false,
        modules: USUAL_MODULES,
    })
}

/// `pad_token_id`, counted from the end where it is negative; one that is no token of the model is none.
fn read_padding_token(reader: &ConfigReader, vocabulary_size: usize) -> Result<Option<u32>, ConfigError> {
    let Some(value) = reader.get("pad_token_id") else { return Ok(None) };
    let Some(id) = value.as_i64() else { return Err(reader.unfit("pad_token_id", "a whole number")) };
    let id = if id < 0 { id.checked_add(vocabulary_size as i64) } else { Some(id) };
    let id = id.filter(|id| (0..vocabulary_size as i64).contains(id));
    Ok(id.and_then(|id| u32::try_from(id).ok()))
}

fn read_head_dim(
    reader: &ConfigReader,
    defaults: &Defaults,
    hidden_size: usize,
    heads: usize,
) -> Result<usize, ConfigError> {
    match reader.optional_size("head_dim", 1 << 12)?.or(defaults.head_dim) {
        Some(head_dim) => Ok(head_dim),
        None if hidden_size.is_multiple_of(heads) => Ok(hidden_size / heads),
        None => {
            let expected = format!("a divisor of hidden_size, {hidden_size}, where head_dim is absent");
            Err(reader.wrong("num_attention_heads", &heads.to_string(), &expected))
        }
    }
}

fn read_norm_epsilon(reader: &ConfigReader, defaults: &Defaults) -> Result<f32, ConfigError> {
    let epsilon = reader.optional_positive("rms_norm_eps")?.unwrap_or(defaults.norm_epsilon);
    if epsilon < 1.0 { Ok(epsilon as f32) } else { Err(reader.unfit("rms_norm_eps", "a number between 0 and 1")) }
}

fn refuse_what_is_not_computed(reader: &ConfigReader, defaults: &Defaults) -> Result<(), ConfigError> {
    // Code for the family's own class is what transformers has by now itself: Phi-3 came with such code.
    let own_class = |class: &str| class.rsplit('.').next() == Some(defaults.family.architecture);
    if reader.get("auto_map.AutoModelForCausalLM").is_some_and(|class| !class.as_str().is_some_and(own_class)) {
        let supported = "models that need no program code of their own; such code is never run";
        return Err(reader.unsupported("auto_map", supported));
    }
    if let Some(Value::Array(architectures)) = reader.get("architectures") {
        let generates = |name: &Value| name.as_str().is_some_and(|name| name.ends_with("ForCausalLM"));
        if !architectures.is_empty() && !architectures.iter().any(generates) {
            return Err(reader.unsupported("architectures", "models that generate text (…ForCausalLM)"));
        }
    }
    if reader.get("quantization_config").is_some() {
        return Err(reader.unsupported("quantization_config", "weights in float32, float16 or bfloat16"));
    }
    let (key, activation) = defaults.activation;
    let name = match activation {
        Activation::Silu => "silu",
        Activation::GeluTanh => "gelu_pytorch_tanh",
    };
    if reader.optional_text(key)?.is_some_and(|found| found != name) {
        return Err(reader.unsupported(key, &format!("{name:?}")));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
