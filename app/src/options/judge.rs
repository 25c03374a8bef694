use std::path::PathBuf;

use clap::{ArgGroup, Args};
use whetstone_core::domain::CoachName;
use whetstone_core::job::JudgeSpec;

use super::EndpointOptions;
use super::shared::{ComputeOptions, TemplateOptions};
use super::values::not_negative;

/// Options of `judge`.
#[derive(Debug, Args)]
#[command(
    group = ArgGroup::new("annotator").required(true).args(["rules", "coach"]),
    after_help = "A file of rules, for answers of 5 to 40 words that do not apologise:\n\n  \
                  [[rules]]\n  kind = \"length\"\n  min = 5\n  max = 40\n\n  \
                  [[rules]]\n  kind = \"excludes\"\n  any_of = [\"sorry\", \"as an AI\"]\n  weight = 2\n\n\
                  Kinds: length, contains, excludes, regex, valid_json, starts_with, ends_with, language.\n\n\
                  A rubric, which a coach reads:\n\n  \
                  [[rules]]\n  name = \"next step\"\n  text = \"Say what happens next.\"\n\n\
                  Example: whetstone judge --rules rules.toml --data answers.jsonl --pairs pairs.jsonl\n\
                  Example: whetstone judge --coach models/large --rubric rubric.toml --data pairs.jsonl"
)]
pub(crate) struct JudgeOptions {
    /// File of rules that a program checks: TOML, or JSON where its name ends in .json
    #[arg(long, value_name = "FILE")]
    rules: Option<PathBuf>,

    /// Who judges: `starter`, a model's folder or its name on the Hub, a file ending in .gguf, `endpoint:NAME`,
    /// `preference-model:FOLDER`, `rules:FILE`, or `policy`: the model of --model itself
    #[arg(long, value_name = "COACH")]
    coach: Option<CoachName>,

    /// The model whose answers are judged, for the coaches `policy` and `preference-model:FOLDER`
    #[arg(long, value_name = "FOLDER", requires = "coach", conflicts_with = "rules")]
    model: Option<PathBuf>,

    /// File of the rubric that the coach judges by: TOML, or JSON where its name ends in .json
    #[arg(long, value_name = "FILE", requires = "coach", conflicts_with = "rules")]
    rubric: Option<PathBuf>,

    /// An adapter on the coach; one that `train --task preference-model` made scores the answers and needs no rubric
    #[arg(long, value_name = "FOLDER", requires = "coach", conflicts_with = "rules")]
    adapter: Option<PathBuf>,

    /// Name the rules that decided, with each verdict
    #[arg(long, requires = "coach", conflicts_with = "rules")]
    explain: bool,

    /// How far apart the coach must find two answers to choose one: the log-odds of both orders together, or the
    /// difference of a preference model's scores [default: 1, or 0.2]
    #[arg(long, value_name = "MARGIN", requires = "coach", conflicts_with = "rules", value_parser = not_negative)]
    threshold: Option<f64>,

    /// What to judge: answers (what `generate --out` wrote), or preference pairs (prompt, chosen, rejected)
    #[arg(long, value_name = "FILE")]
    data: PathBuf,

    /// File for preference pairs to train on: the best against the worst answer to each prompt
    #[arg(long, value_name = "FILE")]
    pairs: Option<PathBuf>,

    /// File to write, a JSON line for each line of the data, with what was found of it [default: print a line each]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,

    #[command(flatten)]
    endpoint: EndpointOptions,

    #[command(flatten)]
    template: TemplateOptions,

    #[command(flatten)]
    compute: ComputeOptions,
}

impl From<JudgeOptions> for JudgeSpec {
    fn from(options: JudgeOptions) -> Self {
        let endpoint = options.endpoint.means(options.out.as_deref().or(options.pairs.as_deref()));
        Self {
            rules: options.rules,
            coach: options.coach,
            model: options.model,
            explain: options.explain,
            adapter: options.adapter,
            rubric: options.rubric,
            threshold: options.threshold,
            data: options.data,
            pairs: options.pairs,
            out: options.out,
            endpoint,
            compute: options.compute.into(),
            template_arguments: options.template.into(),
        }
    }
}
