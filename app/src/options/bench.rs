use clap::Args;
use clap::builder::PossibleValuesParser;
use whetstone_core::bench::SHAPES;
use whetstone_core::domain::{DeviceChoice, DtypeChoice, MemoryMode};
use whetstone_core::job::{BenchSpec, JobSpec};

use super::shared::DTYPES;
use super::values::{choice, count, threads};

/// Options of `bench`.
#[derive(Debug, Args)]
#[command(after_help = "Without options but --threads, everything is measured and told as a table; that takes some \
                        minutes.\n\
                        The models have the shapes of well-known ones; their weights are made up, so nothing is \
                        downloaded. Compare figures of one machine only, and of a machine with nothing else to do.")]
pub(crate) struct BenchOptions {
    /// The shape of the model to measure [default: the first]
    #[arg(long, value_parser = PossibleValuesParser::new(SHAPES.iter().map(|shape| shape.id)))]
    model: Option<String>,

    /// Preference pairs to train on; 0 leaves training out [default: 8]
    #[arg(long, value_name = "N")]
    pairs: Option<usize>,

    /// Preference pairs of a training step [default: 2]
    #[arg(long, value_name = "N", value_parser = count())]
    batch: Option<usize>,

    /// Lengths, in tokens, whose cost in training is measured, such as 128,512,2048
    #[arg(long, value_name = "N", value_delimiter = ',', value_parser = count())]
    lengths: Vec<usize>,

    /// Tokens to write in each answer; 0 leaves answering out [default: 128]
    #[arg(long, value_name = "N")]
    new_tokens: Option<usize>,

    /// Comparisons to judge in both orders, as a coach does; 0 leaves judging out [default: 0]
    #[arg(long, value_name = "N")]
    comparisons: Option<usize>,

    /// How exactly the model's numbers are kept; auto is f32
    #[arg(long, value_parser = choice::<DtypeChoice>(&DTYPES))]
    dtype: Option<DtypeChoice>,

    /// What training keeps in memory; auto is fast
    #[arg(long, value_parser = choice::<MemoryMode>(&["auto", "fast", "small"]))]
    memory: Option<MemoryMode>,

    /// What to measure [default: cpu]
    #[arg(long, value_parser = choice::<DeviceChoice>(&["auto", "cpu", "cuda", "metal"]))]
    device: Option<DeviceChoice>,

    /// Processor threads [default: one a core]
    #[arg(long, value_name = "N", value_parser = threads())]
    threads: Option<usize>,
}

impl From<BenchOptions> for JobSpec {
    fn from(options: BenchOptions) -> Self {
        let BenchOptions { model, pairs, batch, lengths, new_tokens, comparisons, dtype, memory, device, threads } =
            options;
        let numbers = [pairs.is_some(), batch.is_some(), new_tokens.is_some(), comparisons.is_some()];
        let chosen = [model.is_some(), dtype.is_some(), memory.is_some(), device.is_some()];
        Self::Bench(BenchSpec {
            table: lengths.is_empty() && !numbers.contains(&true) && !chosen.contains(&true),
            model,
            pairs: pairs.unwrap_or(8),
            batch,
            lengths,
            new_tokens: new_tokens.unwrap_or(128),
            comparisons: comparisons.unwrap_or(0),
            dtype: dtype.unwrap_or_default(),
            small: memory == Some(MemoryMode::Small),
            device,
            threads,
        })
    }
}
