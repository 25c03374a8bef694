//! Sliding windows: how many tokens a query sees.

use serde_json::Value;

use crate::model::config::DecoderConfig;
use crate::model::config_reader::{ConfigError, ConfigReader};

/// `sliding_window`, where it is shorter than the longest sequence. An explicit `null` means no window, an absent key
/// means `default`, transformers' own.
pub fn read_window(
    reader: &ConfigReader,
    default: Option<usize>,
    max_positions: usize,
) -> Result<Option<usize>, ConfigError> {
    let window = match reader.optional_size("sliding_window", usize::MAX >> 1)? {
        None if reader.holds("sliding_window") => None,
        None => default,
        window => window,
    };
    Ok(window.filter(|&window| window < max_positions))
}

/// For families in which some layers may have a window, switched on by `use_sliding_window`: no published model does,
/// and there are no reference numbers for one.
pub fn refuse_switched_on_window(reader: &ConfigReader, config: &DecoderConfig) -> Result<(), ConfigError> {
    if !reader.flag("use_sliding_window", false)? || read_window(reader, Some(4096), config.max_positions)?.is_none() {
        return Ok(());
    }
    let some_layer_slides = match reader.get("layer_types") {
        Some(Value::Array(types)) => types.iter().any(|kind| kind == "sliding_attention"),
        _ => reader.optional_size("max_window_layers", usize::MAX >> 1)?.unwrap_or(28) < config.layers,
    };
    if some_layer_slides {
        return Err(reader.unsupported("use_sliding_window", "false, or a window as long as max_position_embeddings"));
    }
    Ok(())
}
