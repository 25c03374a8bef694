//! A model's folder as numbers: its configuration, its weights, its adapters, its decoder.
//!
//! What a stranger wrote is checked here before any tensor code sees it.

pub mod config;
mod config_reader;
pub mod families;
mod generation_config;
mod json_file;
pub mod peft;
pub mod safetensors;

pub use config::{DecoderConfig, LayerModules, LinearModule, RopeScaling};
pub use config_reader::{ConfigError, ConfigReader};
pub use families::{FAMILIES, Family};
pub use generation_config::GenerationConfig;
pub use json_file::JsonFileError;
pub use peft::{Adapter, AdapterCard, AdapterConfig, AdapterError, AdapterTarget, LoraPair};
pub use safetensors::{WeightError, WeightFiles};
