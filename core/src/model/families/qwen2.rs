//! Qwen2 and Qwen2.5: Llama with a bias on queries, keys and values.

use serde_json::Value;

use super::{Defaults, Family, read_usual};
use crate::model::config::DecoderConfig;
use crate::model::config_reader::{ConfigError, ConfigReader};

pub const FAMILY: Family = Family { id: "qwen2", architecture: "Qwen2ForCausalLM", title: "Qwen2", read };

fn read(reader: &ConfigReader) -> Result<DecoderConfig, ConfigError> {
    let usual = read_usual(reader, &Defaults { family: FAMILY.id, max_positions: 32_768 })?;
    refuse_sliding_window(reader, &usual)?;
    Ok(DecoderConfig { query_key_value_bias: true, ..usual })
}

/// A window is of no effect when it is as long as the longest sequence, or when no layer has it.
fn refuse_sliding_window(reader: &ConfigReader, config: &DecoderConfig) -> Result<(), ConfigError> {
    if !reader.flag("use_sliding_window", false)? {
        return Ok(());
    }
    // An explicit `null` means no window, an absent key transformers' default.
    let window = match reader.get("sliding_window") {
        None if reader.holds("sliding_window") => return Ok(()),
        None => 4096,
        Some(_) => reader.size("sliding_window", usize::MAX >> 1)?,
    };
    let some_layer_slides = match reader.get("layer_types") {
        Some(Value::Array(types)) => types.iter().any(|kind| kind == "sliding_attention"),
        _ => reader.optional_size("max_window_layers", usize::MAX >> 1)?.unwrap_or(28) < config.layers,
    };
    if some_layer_slides && window < config.max_positions {
        return Err(reader.unsupported("use_sliding_window", "false, or a window as long as max_position_embeddings"));
    }
    Ok(())
}
