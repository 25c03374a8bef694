use std::path::PathBuf;

use clap::Args;
use whetstone_core::domain::{SamplingSettings, Text};
use whetstone_core::job::{GenerateSpec, JobSpec};

use super::shared::{ComputeOptions, ModelOptions, TemplateOptions};
use super::values::{count, not_negative_single, positive_probability, positive_single, probability};

/// Options of `generate`.
#[derive(Debug, Args)]
#[command(after_help = "Without --out the answers are printed. Where --temperature, --top-p, --top-k, --min-p and \
                        --repetition-penalty are not given, the model's own generation_config.json decides.\n\n\
                        Example: whetstone generate --model models/small --prompt \"What is rain?\" --samples 3")]
pub(crate) struct GenerateOptions {
    #[command(flatten)]
    model: ModelOptions,

    #[command(flatten)]
    source: PromptOptions,

    /// Answers to each prompt
    #[arg(long, value_name = "N", default_value = "1", value_parser = count())]
    samples: usize,

    /// File to write, a JSON line an answer: prompt, completion, token_ids, logprobs, finish_reason
    /// [default: print them]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,

    /// Give the prompt to the model as it is, without its chat template
    #[arg(long)]
    raw: bool,

    #[command(flatten)]
    drawing: DrawingOptions,

    #[command(flatten)]
    template: TemplateOptions,

    #[command(flatten)]
    compute: ComputeOptions,
}

/// Where prompts come from: exactly one of the two.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct PromptOptions {
    /// One prompt
    #[arg(long, value_name = "TEXT")]
    prompt: Option<String>,

    /// File of prompts, a JSON line each: {"prompt": "text"} or {"prompt": [messages]}
    #[arg(long, value_name = "FILE")]
    prompts: Option<PathBuf>,
}

/// How words are chosen.
#[derive(Debug, Args)]
#[command(next_help_heading = "How words are chosen")]
pub(super) struct DrawingOptions {
    /// The longest answer, in tokens (a token is a word or a piece of one)
    #[arg(long, value_name = "N", default_value = "256", value_parser = count())]
    max_new_tokens: usize,

    /// Always take the likeliest token: no chance, the same answer every time
    #[arg(long)]
    greedy: bool,

    /// Below 1 safer, above 1 more varied; 0 is the same as --greedy
    #[arg(long, value_name = "T", value_parser = not_negative_single)]
    temperature: Option<f32>,

    /// Draw only from the likeliest tokens that together reach this probability; 1 draws from all
    #[arg(long, value_name = "P", value_parser = positive_probability)]
    top_p: Option<f32>,

    /// Draw only from this many likeliest tokens; 0 draws from all
    #[arg(long, value_name = "K")]
    top_k: Option<usize>,

    /// Leave out tokens that are less likely than this share of the likeliest one; 0 leaves none out
    #[arg(long, value_name = "P", value_parser = probability)]
    min_p: Option<f32>,

    /// Above 1 makes tokens that already occurred less likely; 1 changes nothing
    #[arg(long, value_name = "R", value_parser = positive_single)]
    repetition_penalty: Option<f32>,

    /// The same seed gives the same answers
    #[arg(long, value_name = "S", default_value = "0")]
    seed: u64,

    /// Go on past the model's own end of the answer, up to --max-new-tokens
    #[arg(long)]
    ignore_eos: bool,
}

impl DrawingOptions {
    /// How so many answers to each prompt are drawn.
    pub(super) fn sampling(self, samples: usize, raw: bool) -> SamplingSettings {
        SamplingSettings {
            samples,
            // The limit of ever lower temperatures is the likeliest token; dividing by zero is not the way there.
            greedy: self.greedy || self.temperature == Some(0.0),
            max_new_tokens: self.max_new_tokens,
            temperature: self.temperature.filter(|&temperature| temperature > 0.0),
            top_p: self.top_p,
            top_k: self.top_k,
            min_p: self.min_p,
            repetition_penalty: self.repetition_penalty,
            seed: self.seed,
            raw,
            ignore_eos: self.ignore_eos,
        }
    }
}

impl From<GenerateOptions> for JobSpec {
    fn from(options: GenerateOptions) -> Self {
        Self::Generate(GenerateSpec {
            model: options.model.model,
            adapter: options.model.adapter,
            prompts: options.source.prompts,
            prompt: options.source.prompt.map(Text::Plain),
            sampling: options.drawing.sampling(options.samples, options.raw),
            out: options.out,
            compute: options.compute.into(),
            template_arguments: options.template.into(),
        })
    }
}
