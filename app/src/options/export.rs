use std::path::{Path, PathBuf, absolute};

use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser};
use whetstone_core::domain::GgufType;
use whetstone_core::export::{TARGETS, find_target};
use whetstone_core::job::{ExportSpec, ExportTargetId, JobSpec, RunOfProject};

use super::shared::ComputeOptions;
use super::values::{choice, positive};

/// Options of `export`.
#[derive(Debug, Args)]
#[command(after_help = "What was written is loaded again and must give the same numbers before the command ends \
                        well.\n\n\
                        Example: whetstone export --model models/small --adapter run --to peft --out to-take-away")]
pub(crate) struct ExportOptions {
    /// The model that the adapter was trained on: a folder, or `starter`
    #[arg(long, value_name = "FOLDER")]
    model: PathBuf,

    /// The adapter: the folder that `train` made. Without it the model itself is written, where the format holds one
    #[arg(long, value_name = "FOLDER")]
    adapter: Option<PathBuf>,

    /// The format
    #[arg(long, value_name = "FORMAT", value_parser = PossibleValuesParser::new(target_values()))]
    to: ExportTargetId,

    /// What the weights of a GGUF file are kept in [default: f16]
    #[arg(long, value_parser = choice::<GgufType>(&["f32", "f16", "bf16", "q8_0", "q4_k_m"]))]
    gguf_type: Option<GgufType>,

    /// The most gigabytes of one file of merged weights [default: 50]
    #[arg(long, value_name = "GB", value_parser = positive)]
    shard_gigabytes: Option<f64>,

    /// What the model is told before every conversation [default: the project's, where the adapter is a project's]
    #[arg(long, value_name = "TEXT")]
    system_prompt: Option<String>,

    /// The preference pairs that were trained on [default: the run's own]
    #[arg(long, value_name = "FILE")]
    data: Option<PathBuf>,

    /// Folder to write: not there yet, empty, or an earlier export, which is replaced
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,

    #[command(flatten)]
    compute: ComputeOptions,
}

/// The format whose weights are written in files of a size that can be chosen.
const IN_SHARDS: &str = "merged";

/// The format that holds a training, which is told what stands in its data.
const TRAINING: &str = "trl-job";

impl ExportOptions {
    /// Refuses options that the format has no use for: they would do nothing, and nobody would see it.
    pub(super) fn check(&self) -> Result<(), String> {
        let takes_gguf_type = find_target(&self.to).is_none_or(|target| target.takes_gguf_type);
        let unused = [
            (self.gguf_type.is_some() && !takes_gguf_type, "--gguf-type"),
            (self.shard_gigabytes.is_some() && self.to != IN_SHARDS, "--shard-gigabytes"),
            (self.system_prompt.is_some() && self.to == TRAINING, "--system-prompt"),
        ];
        match unused.into_iter().find(|(is_unused, _)| *is_unused) {
            Some((_, option)) => Err(format!("{option} does nothing with `--to {}`", self.to)),
            None => Ok(()),
        }
    }
}

/// The formats, with what each is for.
fn target_values() -> Vec<PossibleValue> {
    TARGETS.iter().map(|target| PossibleValue::new(target.id).help(target.meaning)).collect()
}

impl From<ExportOptions> for JobSpec {
    fn from(options: ExportOptions) -> Self {
        Self::Export(ExportSpec {
            of_run: options.adapter.as_deref().and_then(run_of_project),
            model: options.model,
            adapter: options.adapter,
            to: options.to,
            gguf_type: options.gguf_type.unwrap_or_default(),
            shard_bytes: options.shard_gigabytes.map(|gigabytes| (gigabytes * 1e9) as u64),
            system_prompt: options.system_prompt,
            data: options.data,
            out: options.out,
            compute: options.compute.into(),
        })
    }
}

/// The run that an adapter's folder belongs to, where that is `PROJECT/runs/ID`: what is exported then stands in the
/// project's list.
fn run_of_project(adapter: &Path) -> Option<RunOfProject> {
    let adapter = absolute(adapter).ok()?;
    let run = adapter.file_name()?.to_str()?.parse().ok()?;
    let runs = adapter.parent().filter(|folder| folder.ends_with("runs"))?;
    let project = runs.parent().filter(|folder| folder.join("project.db").is_file())?;
    Some(RunOfProject { project: project.to_owned(), run })
}
