use std::path::PathBuf;

use clap::Args;
use clap::builder::PossibleValuesParser;
use whetstone_core::job::{DemoSpec, JobSpec};
use whetstone_core::method::RECIPES;

use super::shared::ComputeOptions;

/// Options of `demo`.
#[derive(Debug, Args)]
#[command(
    after_help = "The model is a small one that comes with the program; it answers customers of a made-up shop. \
                        Where people are needed, simulated ones stand in, and the report says so. Nothing leaves this \
                        machine.\n\
                        The folder is a project like any other: `whetstone status FOLDER` says what is in it. A demo that \
                        was stopped goes on with the same command.\n\n\
                        Example: whetstone demo --method hybrid-d"
)]
pub(crate) struct DemoOptions {
    /// Which method to show: people judge (rlhf), a coach judges (rlaif), or one of the four mixtures
    #[arg(long, default_value = "rlhf", value_parser = PossibleValuesParser::new(RECIPES.iter().map(|recipe| recipe.id)))]
    method: String,

    /// The same seed gives the same adapter and the same figures
    #[arg(long, value_name = "S", default_value = "0")]
    seed: u64,

    /// Fewer prompts, answers and steps: to see that it works, not how well
    #[arg(long)]
    short: bool,

    /// Folder of the project and the report [default: whetstone-demo/METHOD]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,

    #[command(flatten)]
    compute: ComputeOptions,
}

impl From<DemoOptions> for JobSpec {
    fn from(options: DemoOptions) -> Self {
        let out = options.out.unwrap_or_else(|| {
            let short = if options.short { "-short" } else { "" };
            PathBuf::from("whetstone-demo").join(format!("{}{short}", options.method))
        });
        Self::Demo(DemoSpec {
            method: options.method,
            seed: options.seed,
            short: options.short,
            out,
            compute: options.compute.into(),
        })
    }
}
