use std::path::PathBuf;

use clap::Args;
use clap::builder::PossibleValuesParser;
use whetstone_core::job::{ImportAdapterSpec, ImportSpec, JobSpec, RunSpec};
use whetstone_core::method::StageKind;

use super::EndpointOptions;
use super::shared::ComputeOptions;
use super::values::{named_text, share_below_one};

/// Options of `import`.
#[derive(Debug, Args)]
#[command(after_help = "The file may be JSON lines, JSON, CSV or Parquet, in the forms of TRL, KTO, SFT, ShareGPT, \
                        LLaMA-Factory, H2O, Argilla, Label Studio, or transcripts. --preview says how it is understood \
                        and changes nothing.\n\n\
                        Example: whetstone import --project my-shop questions.csv --holdout-share 0.2")]
pub(crate) struct ImportOptions {
    /// The file: prompts, preference pairs, rated answers or ideal answers
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// The project to bring it into
    #[arg(long, value_name = "PROJECT", required_unless_present = "preview")]
    project: Option<PathBuf>,

    /// Only tell how the file is understood: which column is what, how many rows are in, which are left out and why
    #[arg(long)]
    preview: bool,

    /// The form of its records, where it is not understood by itself; --preview names them
    #[arg(long, value_name = "FORM")]
    form: Option<String>,

    /// Which column is what, such as prompt=question; may be given several times
    #[arg(long = "column", value_name = "ROLE=COLUMN", value_parser = named_text)]
    columns: Vec<(String, String)>,

    /// Set its prompts aside: they are never trained on and serve to compare old and new
    #[arg(long, conflicts_with = "holdout_share")]
    holdout: bool,

    /// Share of its prompts to set aside
    #[arg(long, value_name = "P", default_value = "0", value_parser = share_below_one)]
    holdout_share: f64,
}

impl From<ImportOptions> for JobSpec {
    fn from(options: ImportOptions) -> Self {
        Self::Import(ImportSpec {
            project: options.project,
            file: options.file,
            form: options.form,
            columns: options.columns.into_iter().collect(),
            holdout: options.holdout,
            holdout_share: options.holdout_share,
            preview: options.preview,
            beside: false,
        })
    }
}

/// Options of `import-adapter`.
#[derive(Debug, Args)]
#[command(
    after_help = "The folder holds adapter_config.json and adapter_model.safetensors, as PEFT writes them: what a job \
                        written by `export --to trl-job` leaves in its folder `result`, or any other LoRA adapter of the \
                        project's model. The figures of its training come along where they lie beside it. The adapter \
                        becomes a run of the newest round, and `run` compares it with the old model.\n\n\
                        Example: whetstone import-adapter --project my-shop job/result"
)]
pub(crate) struct ImportAdapterOptions {
    /// The adapter's folder
    #[arg(value_name = "FOLDER")]
    adapter: PathBuf,

    /// The project to bring it into
    #[arg(long, value_name = "PROJECT")]
    project: PathBuf,
}

impl From<ImportAdapterOptions> for JobSpec {
    fn from(ImportAdapterOptions { adapter, project }: ImportAdapterOptions) -> Self {
        Self::ImportAdapter(ImportAdapterSpec { project, adapter, beside: false })
    }
}

/// Options of `run`.
#[derive(Debug, Args)]
#[command(
    after_help = "What a machine can do is done: answers, the coach's verdicts, training, the comparison of old and \
                        new. Where people are needed it stops and says what it waits for. Ctrl-C stops without loss; the \
                        same command goes on.\n\n\
                        Example: whetstone run my-shop"
)]
pub(crate) struct RunOptions {
    /// The project's folder
    #[arg(value_name = "PROJECT")]
    project: PathBuf,

    /// Where all is done: another round, from the adapter that is there
    #[arg(long)]
    again: bool,

    /// Go no further than this stage of the round
    #[arg(long, value_name = "STAGE", value_parser = PossibleValuesParser::new(StageKind::ALL.map(StageKind::id)))]
    until: Option<String>,

    #[command(flatten)]
    endpoint: EndpointOptions,

    #[command(flatten)]
    compute: ComputeOptions,
}

impl From<RunOptions> for RunSpec {
    fn from(options: RunOptions) -> Self {
        Self {
            project: options.project,
            again: options.again,
            until: options.until,
            beside: false,
            endpoint: options.endpoint.means(None),
            compute: options.compute.into(),
        }
    }
}
