//! Qwen3: Llama with a norm on each query head and each key head.

use super::window::refuse_switched_on_window;
use super::{Defaults, Family, HEAD_NORMS, USUAL_MODULES, read_usual};
use crate::model::config::{DecoderConfig, LayerModules, LayerNorms};
use crate::model::config_reader::{ConfigError, ConfigReader};

pub const FAMILY: Family = Family { id: "qwen3", architecture: "Qwen3ForCausalLM", title: "Qwen3", read };

fn read(reader: &ConfigReader) -> Result<DecoderConfig, ConfigError> {
    let attention_bias = reader.flag("attention_bias", false)?;
    let usual = read_usual(reader, &Defaults { head_dim: Some(128), ..Defaults::of(&FAMILY, 32_768) })?;
    refuse_switched_on_window(reader, &usual)?;
    Ok(DecoderConfig {
        query_key_value_bias: attention_bias,
        output_bias: attention_bias,
        modules: LayerModules {
            norms: LayerNorms { query_key: Some(HEAD_NORMS), ..USUAL_MODULES.norms },
            ..USUAL_MODULES
        },
        ..usual
    })
}
