use clap::Args;
use clap::builder::PossibleValuesParser;
use whetstone_core::domain::{DtypeChoice, MemoryMode};
use whetstone_core::job::{BenchSpec, JobSpec};
use whetstone_core::model::shapes::SHAPES;

use super::values::{choice, threads};

/// Options of `bench`.
#[derive(Debug, Args)]
#[command(
    after_help = "The model has the shape of a well-known one; its weights are made up, so nothing is downloaded. \
                        Compare figures of one machine only."
)]
pub(crate) struct BenchOptions {
    /// The shape of the model
    #[arg(long, default_value = SHAPES[0].id, value_parser = PossibleValuesParser::new(SHAPES.iter().map(|shape| shape.id)))]
    model: String,

    /// Preference pairs to train on; 0 leaves training out
    #[arg(long, value_name = "N", default_value_t = 8)]
    pairs: usize,

    /// Tokens to write in each answer; 0 leaves answering out
    #[arg(long, value_name = "N", default_value_t = 128)]
    new_tokens: usize,

    /// How exactly the model's numbers are kept; auto is f32
    #[arg(long, default_value = "auto", value_parser = choice::<DtypeChoice>(&["auto", "f32", "bf16"]))]
    dtype: DtypeChoice,

    /// What training keeps in memory; auto is fast
    #[arg(long, default_value = "auto", value_parser = choice::<MemoryMode>(&["auto", "fast", "small"]))]
    memory: MemoryMode,

    /// Processor threads [default: one a core]
    #[arg(long, value_name = "N", value_parser = threads())]
    threads: Option<usize>,
}

impl From<BenchOptions> for JobSpec {
    fn from(options: BenchOptions) -> Self {
        Self::Bench(BenchSpec {
            model: Some(options.model),
            pairs: options.pairs,
            new_tokens: options.new_tokens,
            dtype: options.dtype,
            small: options.memory == MemoryMode::Small,
            threads: options.threads,
        })
    }
}
