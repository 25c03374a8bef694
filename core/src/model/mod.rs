//! A model's folder as numbers: its configuration, its weights, its adapters, its decoder.
//!
//! What a stranger wrote is checked here before any tensor code sees it.

pub mod backend;
pub mod batch;
pub mod config;
mod config_reader;
pub mod cpu_backend;
pub mod decoder;
pub mod families;
mod generation_config;
mod json_file;
mod kernels;
mod load;
pub mod lora;
pub mod peft;
pub mod safetensors;
pub mod tensor_backend;

pub use batch::Batch;
pub use config::{DecoderConfig, LayerModules, LinearModule, RopeScaling};
pub use config_reader::{ConfigError, ConfigReader};
pub use families::{FAMILIES, Family};
pub use generation_config::GenerationConfig;
pub use json_file::JsonFileError;
pub use load::{LoadError, WeightPrecision, load_decoder};
pub use peft::{Adapter, AdapterCard, AdapterConfig, AdapterError, AdapterTarget, LoraPair};
pub use safetensors::{WeightError, WeightFiles};
//! A language model: its text side (tokenizer, chat template, prompts).
mod chat_template;
mod contain;
mod jinja;
mod prompt;
mod tokenizer;
pub use chat_template::{ChatTemplate, ChatTemplateError};
pub use prompt::{PromptError, prompt_ids, uses_chat_template};
pub use tokenizer::{TextTokenizer, TokenizerError};
