use std::path::PathBuf;

use clap::{ArgGroup, Args};
use whetstone_core::domain::CoachName;
use whetstone_core::job::{ComparedBy, EvaluateSpec};

use super::EndpointOptions;
use super::generate::DrawingOptions;
use super::shared::{ComputeOptions, ModelOptions, TemplateOptions};
use super::values::{count, not_negative, positive};

/// Options of `evaluate`.
#[derive(Debug, Args)]
#[command(
    group = ArgGroup::new("judge").required(true).args(["coach", "rules", "people"]),
    after_help = "Both models answer each prompt with the same draws of chance; the answers are compared without saying which is \
                  whose, a coach in both orders. It is also measured how well both foretell general text, which small questions \
                  the new one no longer answers, and how far it has moved on ordinary prompts.\n\n\
                  With --people you compare in this terminal, with the keys of `whetstone label`; each verdict is on the disk \
                  before the next comparison shows. Whoever stops goes on with the same command and --resume.\n\n\
                  Example: whetstone evaluate --model models/small --adapter run --data held-out.jsonl --people --out evaluation\n\
                  Example: whetstone evaluate --model models/small --adapter run --against older-run --data prompts.jsonl \
                  --coach models/large --rubric rubric.toml --samples 2 --look-early --out evaluation"
)]
pub(crate) struct EvaluateOptions {
    #[command(flatten)]
    model: ModelOptions,

    /// What to compare with: an older adapter on the same model, or another model's folder [default: the model without an adapter]
    #[arg(long, value_name = "FOLDER")]
    against: Option<PathBuf>,

    /// JSON lines that were not trained on: prompts, or preference pairs (prompt, chosen, rejected), which also show how
    /// the new model ranks verdicts that it has not seen
    #[arg(long, value_name = "FILE")]
    data: PathBuf,

    /// Who compares, in both orders: as for `judge --coach`
    #[arg(long, value_name = "COACH")]
    coach: Option<CoachName>,

    /// File of the rubric that the coach judges by [default: which answer is better in general]
    #[arg(long, value_name = "FILE", conflicts_with_all = ["rules", "people"])]
    rubric: Option<PathBuf>,

    /// How far apart the coach must find two answers to choose one [default: the coach's own]
    #[arg(long, value_name = "MARGIN", conflicts_with_all = ["rules", "people"], value_parser = not_negative)]
    threshold: Option<f64>,

    /// File of rules that a program checks: the answer that follows more of them is better
    #[arg(long, value_name = "FILE")]
    rules: Option<PathBuf>,

    /// You compare, in this terminal
    #[arg(long, requires = "out")]
    people: bool,

    /// Answers of each model to each prompt
    #[arg(long, value_name = "N", default_value = "1", value_parser = count())]
    samples: usize,

    #[command(flatten)]
    extent: ExtentOptions,

    /// What both models are told before every prompt, where they know conversations
    #[arg(long, value_name = "TEXT")]
    system_prompt: Option<String>,

    /// Give the prompts to the models as they are, without their chat template
    #[arg(long)]
    raw: bool,

    #[command(flatten)]
    place: PlaceOptions,

    #[command(flatten)]
    drawing: DrawingOptions,

    #[command(flatten)]
    endpoint: EndpointOptions,

    #[command(flatten)]
    template: TemplateOptions,

    #[command(flatten)]
    compute: ComputeOptions,
}

/// How much is compared and measured.
#[derive(Debug, Args)]
struct ExtentOptions {
    /// Comparisons at most, of prompts that are drawn by chance; with --resume there may be more than before [default: all]
    #[arg(long, value_name = "N", value_parser = count())]
    comparisons: Option<usize>,

    /// End as soon as the result is sure, with an interval that is valid however often one looks
    #[arg(long)]
    look_early: bool,

    /// What log-ratios are multiplied by where pairs are given [default: that of the training, or 0.1]
    #[arg(long, value_name = "B", value_parser = positive)]
    beta: Option<f64>,

    /// Do not measure what was forgotten
    #[arg(long)]
    no_forgetting: bool,
}

/// Where what comes of it is kept.
#[derive(Debug, Args)]
struct PlaceOptions {
    /// Folder for report.html, report.md and report.json, and for everything that was answered and judged [default: the figures
    /// are only printed]
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,

    /// Go on with the evaluation in --out where it stopped, or after lines were added to the end of --data
    #[arg(long, requires = "out")]
    resume: bool,
}

impl From<EvaluateOptions> for EvaluateSpec {
    fn from(options: EvaluateOptions) -> Self {
        let verdicts = options.place.out.as_ref().map(|out| out.join("verdicts.jsonl"));
        let endpoint = options.endpoint.means(verdicts.as_deref());
        let judge = match (options.coach, options.rules) {
            (Some(coach), _) => ComparedBy::Coach { coach, rubric: options.rubric, threshold: options.threshold },
            (None, Some(file)) => ComparedBy::Rules { file },
            (None, None) => ComparedBy::People,
        };
        Self {
            model: options.model.model,
            adapter: options.model.adapter,
            against: options.against,
            data: options.data,
            judge,
            comparisons: options.extent.comparisons,
            look_early: options.extent.look_early,
            beta: options.extent.beta,
            forgetting: !options.extent.no_forgetting,
            system_prompt: options.system_prompt,
            sampling: options.drawing.sampling(options.samples, options.raw),
            out: options.place.out,
            resume: options.place.resume,
            endpoint,
            compute: options.compute.into(),
            template_arguments: options.template.into(),
        }
    }
}
