//! The families of decoders: one file and one row each.
//!
//! A family reads its `config.json` into a [`DecoderConfig`], with the defaults that transformers has where a key is
//! absent, and refuses what would change the numbers and is not computed here.

mod llama;
mod qwen2;

use serde_json::Value;

use super::config::{DecoderConfig, LayerModules, RopeScaling};
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
pub const FAMILIES: &[Family] = &[llama::FAMILY, qwen2::FAMILY];

/// The family of a configuration.
pub fn find(reader: &ConfigReader) -> Result<&'static Family, ConfigError> {
    let known = || FAMILIES.iter().map(|family| family.id).collect::<Vec<_>>().join(", ");
    let Some(id) = reader.optional_text("model_type")? else {
        return Err(reader.missing("model_type", &format!("one of {}", known())));
    };
    FAMILIES.iter().find(|family| family.id == id).ok_or_else(|| reader.unsupported("model_type", &known()))
}

/// The module names that most families have.
pub(crate) const USUAL_MODULES: LayerModules = LayerModules {
    query_key_value: &["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"],
    output: "self_attn.o_proj",
    gate_up: &["mlp.gate_proj", "mlp.up_proj"],
    down: "mlp.down_proj",
    input_norm: "input_layernorm",
    post_attention_norm: "post_attention_layernorm",
};

/// What a family has by default where its configuration is silent.
struct Defaults {
    family: &'static str,
    max_positions: usize,
}

/// Reads what the families have in common; no bias anywhere.
fn read_usual(reader: &ConfigReader, defaults: &Defaults) -> Result<DecoderConfig, ConfigError> {
    refuse_what_is_not_computed(reader)?;
    let hidden_size = reader.size("hidden_size", 1 << 17)?;
    let attention_heads = reader.size("num_attention_heads", 1 << 12)?;
    let max_positions = reader.optional_size("max_position_embeddings", 1 << 30)?.unwrap_or(defaults.max_positions);
    let (rope_theta, rope_scaling) = read_rope(reader, max_positions)?;
    Ok(DecoderConfig {
        family: defaults.family,
        vocabulary_size: reader.size("vocab_size", 1 << 22)?,
        hidden_size,
        intermediate_size: reader.size("intermediate_size", 1 << 19)?,
        layers: reader.size("num_hidden_layers", 10_000)?,
        attention_heads,
        key_value_heads: reader.optional_size("num_key_value_heads", 1 << 12)?.unwrap_or(attention_heads),
        head_dim: read_head_dim(reader, hidden_size, attention_heads)?,
        norm_epsilon: read_norm_epsilon(reader)?,
        rope_theta,
        rope_scaling,
        max_positions,
        tied_embeddings: reader.flag("tie_word_embeddings", false)?,
        query_key_value_bias: false,
        output_bias: false,
        mlp_bias: false,
        modules: USUAL_MODULES,
    })
}

fn read_head_dim(reader: &ConfigReader, hidden_size: usize, heads: usize) -> Result<usize, ConfigError> {
    match reader.optional_size("head_dim", 1 << 12)? {
        Some(head_dim) => Ok(head_dim),
        None if hidden_size.is_multiple_of(heads) => Ok(hidden_size / heads),
        None => {
            let expected = format!("a divisor of hidden_size, {hidden_size}, where head_dim is absent");
            Err(reader.wrong("num_attention_heads", &heads.to_string(), &expected))
        }
    }
}

fn read_norm_epsilon(reader: &ConfigReader) -> Result<f32, ConfigError> {
    let epsilon = reader.optional_positive("rms_norm_eps")?.unwrap_or(1e-6);
    if epsilon < 1.0 { Ok(epsilon as f32) } else { Err(reader.unfit("rms_norm_eps", "a number between 0 and 1")) }
}

fn refuse_what_is_not_computed(reader: &ConfigReader) -> Result<(), ConfigError> {
    if reader.get("auto_map.AutoModelForCausalLM").is_some() {
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
    if reader.optional_text("hidden_act")?.is_some_and(|activation| activation != "silu") {
        return Err(reader.unsupported("hidden_act", "\"silu\""));
    }
    Ok(())
}

/// The rotary settings: in one object (`rope_parameters` of transformers 5), or as `rope_theta` beside an object
/// `rope_scaling` whose type may stand under its old name. Where there are both objects, transformers reads the old.
fn read_rope(reader: &ConfigReader, max_positions: usize) -> Result<(f64, RopeScaling), ConfigError> {
    let filled =
        |key: &&str| reader.get(key).is_some_and(|value| value.as_object().is_none_or(|keys| !keys.is_empty()));
    let object = ["rope_scaling", "rope_parameters"].into_iter().find(filled).unwrap_or("rope_parameters");
    let key = |name: &str| format!("{object}.{name}");
    match reader.get(object) {
        Some(Value::Object(keys)) => {
            if let Some((nested, _)) = keys.iter().find(|(_, value)| value.is_object()) {
                return Err(reader.unsupported(&key(nested), "one set of rotary parameters for all layers"));
            }
        }
        Some(_) => return Err(reader.unfit(object, "an object")),
        None => {}
    }
    for name in ["partial_rotary_factor".to_owned(), key("partial_rotary_factor")] {
        if reader.optional_positive(&name)?.is_some_and(|factor| (factor - 1.0).abs() > f64::EPSILON) {
            return Err(reader.unsupported(&name, "1"));
        }
    }
    let theta = match reader.optional_positive(&key("rope_theta"))? {
        Some(theta) => Some(theta),
        None => reader.optional_positive("rope_theta")?,
    };
    let named = ["rope_type", "type"].map(key).into_iter().find(|name| reader.get(name).is_some());
    let kind = named.as_deref().map_or(Ok(None), |name| reader.optional_text(name))?;
    let scaling = match (kind, named) {
        (None | Some("default"), _) => RopeScaling::None,
        (Some("llama3"), _) => read_llama3(reader, object, max_positions)?,
        (Some(_), named) => {
            return Err(reader.unsupported(&named.unwrap_or_default(), "\"default\" and \"llama3\""));
        }
    };
    Ok((theta.unwrap_or(10_000.0), scaling))
}

fn read_llama3(reader: &ConfigReader, object: &str, max_positions: usize) -> Result<RopeScaling, ConfigError> {
    let positive = |name: &str| reader.positive(&format!("{object}.{name}"));
    let (low_frequency_factor, high_frequency_factor) = (positive("low_freq_factor")?, positive("high_freq_factor")?);
    if low_frequency_factor >= high_frequency_factor {
        let expected = format!("more than low_freq_factor, {low_frequency_factor}");
        let key = format!("{object}.high_freq_factor");
        return Err(reader.wrong(&key, &high_frequency_factor.to_string(), &expected));
    }
    let original = reader.optional_size(&format!("{object}.original_max_position_embeddings"), 1 << 30)?;
    Ok(RopeScaling::Llama3 {
        factor: positive("factor")?,
        low_frequency_factor,
        high_frequency_factor,
        original_max_positions: original.unwrap_or(max_positions),
    })
}
