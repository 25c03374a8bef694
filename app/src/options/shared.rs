//! Options that several commands take.

use std::path::PathBuf;

use clap::Args;
use serde_json::{Map, Value};
use whetstone_core::domain::{ComputeSettings, DeviceChoice, DtypeChoice};

use super::values::{choice, named_value, threads};

/// What weights are kept in, by the names of the choices.
pub(super) const DTYPES: [&str; 5] = ["auto", "f32", "bf16", "q8_0", "q4_k"];

const DTYPE_HELP: &str = "How exactly the model's numbers are kept: f32 (4 bytes each), bf16 (2 bytes), or in blocks that share scales: q8_0 \
     (8.5 bits) or q4_k (4.5 bits, the least memory and the least exact). \
     On small models of random weights, gradients of an adapter moved by 3% of their size with q8_0, by 42% with q4_k. Blocks are for the processor: a graphics card \
     widens them. Auto keeps f32 files in f32, half-precision files in bf16 and GGUF files as they are";

/// The model, and an adapter on it.
#[derive(Debug, Args)]
pub(super) struct ModelOptions {
    /// The model: a folder with config.json, tokenizer.json and .safetensors files; a GGUF file; the name of one that was fetched from the Hub
    /// (OWNER/NAME); or `starter` for the one that comes with the program
    #[arg(long, value_name = "MODEL")]
    pub(super) model: PathBuf,

    /// An adapter to use on the model: a folder that `train` made, or another in PEFT's format
    #[arg(long, value_name = "FOLDER")]
    pub(super) adapter: Option<PathBuf>,
}

/// Where and how to compute.
#[derive(Debug, Args)]
#[command(next_help_heading = "Computing")]
pub(super) struct ComputeOptions {
    /// What to compute on; auto takes the fastest that this build and machine have
    #[arg(long, default_value = "auto", value_parser = choice::<DeviceChoice>(&["auto", "cpu", "cuda", "metal"]))]
    device: DeviceChoice,

    #[arg(long, default_value = "auto", value_parser = choice::<DtypeChoice>(&DTYPES), help = DTYPE_HELP)]
    pub(super) dtype: DtypeChoice,

    /// Processor threads [default: one a core]
    #[arg(long, value_name = "N", value_parser = threads())]
    threads: Option<usize>,
}

impl From<ComputeOptions> for ComputeSettings {
    fn from(options: ComputeOptions) -> Self {
        Self { device: options.device, dtype: options.dtype, threads: options.threads }
    }
}

/// What the chat template is told.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "The chat template")]
pub(super) struct TemplateOptions {
    /// A value that the model's chat template sees, such as enable_thinking=false; may be given several times. The
    /// value is read as JSON where it is JSON, else as text
    #[arg(long = "template-argument", value_name = "NAME=VALUE", value_parser = named_value)]
    template_arguments: Vec<(String, Value)>,
}

impl From<TemplateOptions> for Map<String, Value> {
    fn from(options: TemplateOptions) -> Self {
        options.template_arguments.into_iter().collect()
    }
}
