//! Qwen2 and Qwen2.5: Llama with a bias on queries, keys and values.

use super::window::refuse_switched_on_window;
use super::{Defaults, Family, read_usual};
use crate::model::config::DecoderConfig;
use crate::model::config_reader::{ConfigError, ConfigReader};

pub const FAMILY: Family = Family { id: "qwen2", architecture: "Qwen2ForCausalLM", title: "Qwen2", read };

fn read(reader: &ConfigReader) -> Result<DecoderConfig, ConfigError> {
    let usual = read_usual(reader, &Defaults::of(&FAMILY, 32_768))?;
    refuse_switched_on_window(reader, &usual)?;
    Ok(DecoderConfig { query_key_value_bias: true, ..usual })
}
