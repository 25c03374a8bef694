//! Gemma 3, the models of text alone (270M and 1B): four norms a layer, norms on query and key heads, scaled embeddings,
//! and layers with a window between those that see everything, each kind with its own rotary base.

use serde_json::Value;

use super::rotary::{is_filled, read_scaling};
use super::window::read_window;
use super::{Defaults, Family, HEAD_NORMS, USUAL_MODULES, read_sizes};
use crate::model::config::{Activation, DecoderConfig, LayerAttention, LayerModules, LayerNorms, Rotary};
use crate::model::config_reader::{ConfigError, ConfigReader};

pub const FAMILY: Family = Family { id: "gemma3_text", architecture: "Gemma3ForCausalLM", title: "Gemma 3", read };

const DEFAULTS: Defaults = Defaults {
    head_dim: Some(256),
    tied_embeddings: true,
    activation: ("hidden_activation", Activation::GeluTanh),
    ..Defaults::of(&FAMILY, 131_072)
};

const MODULES: LayerModules = LayerModules {
    norms: LayerNorms {
        input: "input_layernorm",
        query_key: Some(HEAD_NORMS),
        attention_output: Some("post_attention_layernorm"),
        feed_forward: "pre_feedforward_layernorm",
        feed_forward_output: Some("post_feedforward_layernorm"),
    },
    ..USUAL_MODULES
};

fn read(reader: &ConfigReader) -> Result<DecoderConfig, ConfigError> {
    for key in ["attn_logit_softcapping", "final_logit_softcapping"] {
        if reader.get(key).is_some() {
            return Err(reader.unsupported(key, "null: no capping"));
        }
    }
    if reader.flag("use_bidirectional_attention", false)? {
        return Err(reader.unsupported("use_bidirectional_attention", "false: a token sees those before it"));
    }
    let sizes = read_sizes(reader, &DEFAULTS)?;
    let attention_bias = reader.flag("attention_bias", false)?;
    let query_scalar = reader.optional_positive("query_pre_attn_scalar")?.unwrap_or(256.0);
    Ok(DecoderConfig {
        norm_offset: 1.0,
        score_scale: query_scalar.powf(-0.5) as f32,
        attention: read_attention(reader, &sizes)?,
        scaled_embeddings: true,
        query_key_value_bias: attention_bias,
        output_bias: attention_bias,
        modules: MODULES,
        ..sizes
    })
}

fn read_attention(reader: &ConfigReader, sizes: &DecoderConfig) -> Result<Vec<LayerAttention>, ConfigError> {
    let window = read_window(reader, Some(4096), sizes.max_positions)?;
    let (full, sliding) = read_rotaries(reader, sizes.max_positions)?;
    let full = LayerAttention { window: None, rotary: Some(full) };
    let sliding = LayerAttention { window, rotary: Some(sliding) };
    let Some(value) = reader.get("layer_types") else {
        let pattern = reader.optional_size("sliding_window_pattern", 1 << 20)?.unwrap_or(6);
        return Ok((1..=sizes.layers)
            .map(|layer| if layer.is_multiple_of(pattern) { full.clone() } else { sliding.clone() })
            .collect());
    };
    let kind = |kind: &Value| match kind.as_str() {
        Some("full_attention") => Some(full.clone()),
        Some("sliding_attention") => Some(sliding.clone()),
        _ => None,
    };
    let layers = value.as_array().filter(|list| list.len() == sizes.layers);
    layers.and_then(|list| list.iter().map(kind).collect()).ok_or_else(|| {
        let expected = format!("a list of {}, each \"full_attention\" or \"sliding_attention\"", sizes.layers);
        reader.unfit("layer_types", &expected)
    })
}

/// The rotary settings of layers that see everything, and of those with a window: an object each in the newer dialect,
/// `rope_theta` and `rope_scaling` beside `rope_local_base_freq` in the older.
fn read_rotaries(reader: &ConfigReader, max_positions: usize) -> Result<(Rotary, Rotary), ConfigError> {
    if let Some(Value::Object(keys)) = reader.get("rope_parameters")
        && let Some(key) = keys.keys().find(|key| !["full_attention", "sliding_attention"].contains(&key.as_str()))
    {
        let key = format!("rope_parameters.{key}");
        return Err(reader.unsupported(&key, "full_attention and sliding_attention, an object each"));
    }
    let theta = |new: &str, old: &str, default: f64| -> Result<f64, ConfigError> {
        let new = reader.optional_positive(&format!("{new}.rope_theta"))?;
        Ok(new.or(reader.optional_positive(old)?).unwrap_or(default))
    };
    let (full, sliding) = ("rope_parameters.full_attention", "rope_parameters.sliding_attention");
    // Where there are both, the older object overrules the newer.
    let scaled = if is_filled(reader, "rope_scaling") { "rope_scaling" } else { full };
    Ok((
        Rotary {
            theta: theta(full, "rope_theta", 1_000_000.0)?,
            scaling: read_scaling(reader, scaled, max_positions)?,
        },
        Rotary {
            theta: theta(sliding, "rope_local_base_freq", 10_000.0)?,
            scaling: read_scaling(reader, sliding, max_positions)?,
        },
    ))
}
