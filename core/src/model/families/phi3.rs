//! Phi-3: Llama with one matrix for queries, keys and values, one for gate and up, and maybe a window in every layer.

use super::window::read_window;
use super::{Defaults, Family, USUAL_MODULES, read_usual};
use crate::model::config::{DecoderConfig, LayerModules};
use crate::model::config_reader::{ConfigError, ConfigReader};

pub const FAMILY: Family = Family { id: "phi3", architecture: "Phi3ForCausalLM", title: "Phi-3", read };

fn read(reader: &ConfigReader) -> Result<DecoderConfig, ConfigError> {
    let mut config = read_usual(reader, &Defaults { norm_epsilon: 1e-5, ..Defaults::of(&FAMILY, 4096) })?;
    let window = read_window(reader, None, config.max_positions)?;
    config.attention.iter_mut().for_each(|layer| layer.window = window);
    config.modules =
        LayerModules { query_key_value: &["self_attn.qkv_proj"], gate_up: &["mlp.gate_up_proj"], ..USUAL_MODULES };
    Ok(config)
}
