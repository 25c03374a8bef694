use std::path::PathBuf;

use clap::Args;
use whetstone_core::job::{JobSpec, ScoreSpec};

use super::shared::{ComputeOptions, ModelOptions, TemplateOptions};

/// Options of `score`.
#[derive(Debug, Args)]
#[command(after_help = "A log-probability is the sum over the answer's tokens: nearer to 0 is likelier. Training on \
                        the pairs should make `chosen` gain on `rejected`.\n\n\
                        Example: whetstone score --model models/small --data pairs.jsonl")]
pub(crate) struct ScoreOptions {
    #[command(flatten)]
    model: ModelOptions,

    /// File of preference pairs, a JSON line each: prompt, chosen, rejected
    #[arg(long, value_name = "FILE")]
    data: PathBuf,

    /// File to write, a JSON line a pair: chosen_logp, rejected_logp, chosen_tokens, rejected_tokens; with a preference
    /// model's adapter chosen_reward, rejected_reward, margin [default: print a table]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,

    #[command(flatten)]
    template: TemplateOptions,

    #[command(flatten)]
    compute: ComputeOptions,
}

impl From<ScoreOptions> for JobSpec {
    fn from(options: ScoreOptions) -> Self {
        Self::Score(ScoreSpec {
            model: options.model.model,
            adapter: options.model.adapter,
            data: options.data,
            out: options.out,
            compute: options.compute.into(),
            template_arguments: options.template.into(),
        })
    }
}
