use std::path::PathBuf;

use clap::{Args, Subcommand};
use whetstone_core::domain::CoachName;
use whetstone_core::job::CoachReportSpec;

use super::EndpointOptions;
use super::shared::{ComputeOptions, TemplateOptions};
use super::values::not_negative;

/// Options of `coach`.
#[derive(Debug, Args)]
pub(crate) struct CoachOptions {
    #[command(subcommand)]
    pub(crate) command: CoachCommand,
}

/// What to do with coaches.
#[derive(Debug, Subcommand)]
pub(crate) enum CoachCommand {
    /// Try coaches on comparisons that people decided, before they label in bulk: can they be trusted, what do they lean
    /// towards, what do they cost
    Report(Box<ReportOptions>),
    /// Show the ready-made rubrics, or one of them as a file to begin with
    Rubrics(RubricsOptions),
}

/// Options of `coach report`.
#[derive(Debug, Args)]
#[command(after_help = "Twenty comparisons suffice to begin with; intervals say how sure the figures are.\n\n\
                        Example: whetstone coach report\n\
                        Example: whetstone coach report --project my-shop --coach starter --coach models/judge.gguf \
                        --out report\n\
                        Example: whetstone coach report --coach models/large --data verdicts.jsonl --rubric rubric.toml")]
pub(crate) struct ReportOptions {
    /// Who is tried, as for `judge --coach`; several are shown side by side [default: the project's coach, or the model itself where it has none; without a project, starter]
    #[arg(long = "coach", value_name = "COACH")]
    coaches: Vec<CoachName>,

    /// A project whose people's verdicts count
    #[arg(long, value_name = "FOLDER", conflicts_with = "data")]
    project: Option<PathBuf>,

    /// Pairs of which people chose `chosen`: JSON lines with prompt, chosen, rejected and, where known, topic
    /// [default: the example's]
    #[arg(long, value_name = "FILE")]
    data: Option<PathBuf>,

    /// File of the rubric [default: the project's, or the example's]
    #[arg(long, value_name = "FILE")]
    rubric: Option<PathBuf>,

    /// The model whose answers are judged, for the coaches `policy` and `preference-model:FOLDER` [default: the project's]
    #[arg(long, value_name = "FOLDER")]
    model: Option<PathBuf>,

    /// The adapter that this model has so far [default: the project's newest]
    #[arg(long, value_name = "FOLDER", requires = "model")]
    adapter: Option<PathBuf>,

    /// Comparisons at most, drawn by chance
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    most: Option<u64>,

    /// Try each rule alone too, where that costs money
    #[arg(long, overrides_with = "no_by_rule")]
    by_rule: bool,

    /// Try the rules only together
    #[arg(long)]
    no_by_rule: bool,

    /// How far apart the coach must find two answers to choose one [default: the coach's own]
    #[arg(long, value_name = "MARGIN", value_parser = not_negative)]
    threshold: Option<f64>,

    /// Folder for coach-report.html and coach-report.json [default: the project's reports, or none]
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,

    /// Same seed, same comparisons and intervals
    #[arg(long, value_name = "S", default_value_t = 0)]
    seed: u64,

    #[command(flatten)]
    endpoint: EndpointOptions,

    #[command(flatten)]
    template: TemplateOptions,

    #[command(flatten)]
    compute: ComputeOptions,
}

impl From<ReportOptions> for CoachReportSpec {
    fn from(options: ReportOptions) -> Self {
        // The answers are kept in the folder of the report, where it has one.
        let report = options.out.as_ref().map(|folder| folder.join("coach-report"));
        let endpoint = options.endpoint.means(report.as_deref());
        let by_rule = (options.by_rule || options.no_by_rule).then_some(options.by_rule);
        Self {
            coaches: options.coaches,
            model: options.model,
            adapter: options.adapter,
            project: options.project,
            data: options.data,
            rubric: options.rubric,
            most: options.most.map(|most| usize::try_from(most).unwrap_or(usize::MAX)),
            by_rule,
            threshold: options.threshold,
            out: options.out,
            seed: options.seed,
            endpoint,
            compute: options.compute.into(),
            template_arguments: options.template.into(),
        }
    }
}

/// Options of `coach rubrics`.
#[derive(Debug, Args)]
#[command(after_help = "Example: whetstone coach rubrics support > rubric.toml")]
pub(crate) struct RubricsOptions {
    /// Which one to show as a file; without a name, what there is
    #[arg(value_name = "NAME")]
    pub(crate) name: Option<String>,
}
