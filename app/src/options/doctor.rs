use clap::Args;
use whetstone_core::domain::ComputeSettings;
use whetstone_core::job::{DoctorSpec, JobSpec};

use super::values::threads;

/// Options of `doctor`.
#[derive(Debug, Args)]
#[command(
    after_help = "The measurement takes about five seconds. It is kept, and the times that are said of models come of \
                        it; run this again when the machine has nothing else to do, if they seem wrong."
)]
pub(crate) struct DoctorOptions {
    /// Leave the measurement out
    #[arg(long)]
    quick: bool,

    /// Processor threads [default: one a core]
    #[arg(long, value_name = "N", value_parser = threads())]
    threads: Option<usize>,
}

impl From<DoctorOptions> for JobSpec {
    fn from(DoctorOptions { quick, threads }: DoctorOptions) -> Self {
        Self::Doctor(DoctorSpec { quick, compute: ComputeSettings { threads, ..ComputeSettings::default() } })
    }
}
