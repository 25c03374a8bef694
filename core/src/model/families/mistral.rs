//! Mistral 7B: Llama in whose first version every layer has a window.

use super::window::read_window;
use super::{Defaults, Family, read_usual};
use crate::model::config::DecoderConfig;
use crate::model::config_reader::{ConfigError, ConfigReader};

pub const FAMILY: Family = Family { id: "mistral", architecture: "MistralForCausalLM", title: "Mistral", read };

fn read(reader: &ConfigReader) -> Result<DecoderConfig, ConfigError> {
    let mut config = read_usual(reader, &Defaults::of(&FAMILY, 131_072))?;
    let window = read_window(reader, Some(4096), config.max_positions)?;
    config.attention.iter_mut().for_each(|layer| layer.window = window);
    Ok(config)
}
