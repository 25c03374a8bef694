use std::path::PathBuf;

use clap::Args;
use whetstone_core::domain::{LoraSettings, ReferenceChoice};

use super::values::{positive, rank, share_below_one};

/// A new adapter, or the one to go on from.
#[derive(Debug, Args)]
pub(super) struct LoraOptions {
    /// Go on from this adapter, with its rank, alpha, targets and rsLoRA, rather than from a new one
    #[arg(long, value_name = "FOLDER", conflicts_with_all = ["rank", "alpha", "target_modules", "rslora"])]
    pub(super) adapter: Option<PathBuf>,

    /// How much the adapter can learn: its factors' rank (PEFT's r)
    #[arg(long, value_name = "N", default_value = "16", value_parser = rank())]
    rank: usize,

    /// How strongly the adapter acts: it is scaled by alpha / rank
    #[arg(long, value_name = "A", default_value = "32", value_parser = positive)]
    alpha: f64,

    /// Share of the adapter's inputs left out at random in each step, against learning by heart
    #[arg(long, value_name = "P", default_value = "0", value_parser = share_below_one)]
    dropout: f64,

    /// Which parts of the model get an adapter: all-linear, or names such as q_proj,v_proj
    #[arg(long, value_name = "NAMES", default_value = "all-linear", value_delimiter = ',')]
    target_modules: Vec<String>,

    /// Scale by alpha / √rank instead (rank-stabilised LoRA): for high ranks
    #[arg(long)]
    rslora: bool,
}

impl LoraOptions {
    /// What a single option cannot say of itself.
    pub(super) fn check(&self, reference: ReferenceChoice) -> Result<(), String> {
        if reference == ReferenceChoice::Start && self.adapter.is_none() {
            return Err(
                "`--reference start` needs `--adapter`: without one there is no adapter to start from".to_owned()
            );
        }
        if self.target_modules.iter().any(String::is_empty) {
            return Err("`--target-modules` holds an empty name".to_owned());
        }
        Ok(())
    }

    pub(super) fn settings(&self) -> LoraSettings {
        LoraSettings {
            rank: self.rank,
            alpha: self.alpha,
            dropout: self.dropout,
            target_modules: self.target_modules.clone(),
            rslora: self.rslora,
        }
    }
}
