//! Llama, and what is built like it: `SmolLM2`, `TinyLlama`, many others.

use super::{Defaults, Family, read_usual};
use crate::model::config::DecoderConfig;
use crate::model::config_reader::{ConfigError, ConfigReader};

pub const FAMILY: Family = Family { id: "llama", architecture: "LlamaForCausalLM", title: "Llama", read };

fn read(reader: &ConfigReader) -> Result<DecoderConfig, ConfigError> {
    let attention_bias = reader.flag("attention_bias", false)?;
    Ok(DecoderConfig {
        query_key_value_bias: attention_bias,
        output_bias: attention_bias,
        mlp_bias: reader.flag("mlp_bias", false)?,
        ..read_usual(reader, &Defaults::of(&FAMILY, 2048))?
    })
}
