//! `SmolLM3`: Llama in which some layers do not turn queries and keys by their positions. Yang et al. 2025.

use serde_json::Value;

use super::window::read_window;
use super::{Defaults, Family, read_usual};
use crate::model::config::DecoderConfig;
use crate::model::config_reader::{ConfigError, ConfigReader};

pub const FAMILY: Family = Family { id: "smollm3", architecture: "SmolLM3ForCausalLM", title: "SmolLM3", read };

const DEFAULTS: Defaults = Defaults { theta: 2_000_000.0, tied_embeddings: true, ..Defaults::of(&FAMILY, 32_768) };

fn read(reader: &ConfigReader) -> Result<DecoderConfig, ConfigError> {
    let attention_bias = reader.flag("attention_bias", false)?;
    let mut config = DecoderConfig {
        query_key_value_bias: attention_bias,
        output_bias: attention_bias,
        mlp_bias: reader.flag("mlp_bias", false)?,
        ..read_usual(reader, &DEFAULTS)?
    };
    refuse_window(reader, &config)?;
    let turned = read_turned_layers(reader, config.layers)?;
    for (layer, turned) in config.attention.iter_mut().zip(turned) {
        layer.rotary = layer.rotary.take().filter(|_| turned);
    }
    Ok(config)
}

/// Which layers turn queries and keys. In `no_rope_layers` the 1 stands for those that do, whatever the key's name says.
fn read_turned_layers(reader: &ConfigReader, layers: usize) -> Result<Vec<bool>, ConfigError> {
    let Some(value) = reader.get("no_rope_layers") else {
        let interval = reader.optional_size("no_rope_layer_interval", 1 << 20)?.unwrap_or(4);
        return Ok((1..=layers).map(|layer| !layer.is_multiple_of(interval)).collect());
    };
    let turned = value.as_array().filter(|list| list.len() >= layers).and_then(|list| {
        list.iter()
            .take(layers)
            .map(|entry| entry.as_u64().filter(|&entry| entry <= 1).map(|entry| entry == 1))
            .collect()
    });
    turned.ok_or_else(|| reader.unfit("no_rope_layers", &format!("a list of {layers} numbers, each 0 or 1")))
}

/// No published model has a window, and there are no reference numbers for one.
fn refuse_window(reader: &ConfigReader, config: &DecoderConfig) -> Result<(), ConfigError> {
    let named = matches!(reader.get("layer_types"), Some(Value::Array(types)) if types.iter().any(|kind| kind == "sliding_attention"));
    let switched_on = reader.flag("use_sliding_window", false)?;
    if named || switched_on && read_window(reader, None, config.max_positions)?.is_some() {
        let key = if named { "layer_types" } else { "use_sliding_window" };
        return Err(reader.unsupported(key, "attention to all tokens in every layer"));
    }
    Ok(())
}
