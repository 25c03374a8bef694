//! A language model, from its folder to a decoder: its text side (tokenizer, chat template, prompts), its configuration,
//! its weights, its adapters.
//!
//! What a stranger wrote is checked here before any tensor code sees it.

mod open;
mod outline;
mod tokenizer;
mod chat_template;
mod jinja;
mod prompt;
mod encoder;
pub mod config;
mod config_reader;
pub mod families;
mod generation_config;
mod json_file;
pub mod safetensors;
pub mod peft;
pub mod base_name;
pub mod batch;
pub mod decoder;
pub mod lora;
pub mod parameters;
pub mod foreign;
pub mod gguf;
mod quantized;
mod card;
mod terms;
mod save_model;
mod merge;
pub mod score_head;
mod load;
pub mod shapes;
mod stand_in;
pub mod backend;
pub mod tensor_backend;
pub mod cpu_backend;
#[cfg(feature = "cuda")]
pub mod cuda_backend;
mod kernels;

pub use batch::Batch;
pub use card::TrainingCard;
pub use chat_template::{ChatTemplate, ChatTemplateError};
pub use config::{
    Activation, DecoderConfig, LayerAttention, LayerModules, LayerNorms, LinearModule, RopeScaling, Rotary,
};
pub use config_reader::{ConfigError, ConfigReader};
pub use encoder::{Encoder, RowError, common_prefix_length};
pub use families::{FAMILIES, Family};
pub use generation_config::GenerationConfig;
pub use json_file::JsonFileError;
pub(crate) use kernels::crew::share;
pub(crate) use kernels::vector::{exponentials, largest_of_finite, sum_of_exponentials};
pub use load::{LoadError, WeightPrecision, load_decoder};
pub use lora::{LoraPair, LoraPairs};
pub use merge::{MergeError, MergedWeights, Shard};
pub(crate) use open::text_side;
pub use open::{AnyBackend, AnyModel, DeviceError, GraphicsBackend, ModelError, OpenModel, choose_backend};
pub use outline::ModelOutline;
pub use parameters::{Parameter, Parameters};
pub use peft::{Adapter, AdapterConfig, AdapterError, AdapterTarget, adapter_makes_scores, lora_parameters};
pub(crate) use prompt::chat_ids;
pub use prompt::{PromptError, prompt_ids, uses_chat_template};
pub use quantized::QuantizedWeight;
pub use safetensors::{WeightError, WeightFiles};
pub use save_model::{copied_bytes, copy_text_side, save_model};
pub use stand_in::{RandomWeights, random_adapter};
pub use terms::{FrontMatter, copy_terms, files_of_terms};
pub use tokenizer::{TextTokenizer, TokenizerError};
