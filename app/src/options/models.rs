use std::path::PathBuf;

use clap::{Args, Subcommand};
use whetstone_core::job::{JobSpec, ModelsAction, ModelsSpec};

/// Options of `models`.
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = false,
    subcommand_precedence_over_arg = true,
    after_help = "Models lie in the cache that Hugging Face's tools share (HF_HUB_CACHE or HF_HOME say where), and in the folders of LM \
                  Studio and Ollama, which are only read.\n\n\
                  Example: whetstone models --project my-shop"
)]
pub(crate) struct ModelsOptions {
    #[command(subcommand)]
    command: Option<ModelsCommand>,

    /// A project whose models are in use; may be given several times
    #[arg(long = "project", value_name = "PROJECT", global = true)]
    projects: Vec<PathBuf>,
}

/// What to do with the models; without it they are listed.
#[derive(Debug, Subcommand)]
enum ModelsCommand {
    /// Name them, which is done without a command too
    List,
    /// Delete models from the cache, with what is unfinished of them
    Delete(DeleteOptions),
}

#[derive(Debug, Args)]
struct DeleteOptions {
    /// Names as the list has them
    #[arg(value_name = "NAME", required = true)]
    names: Vec<String>,

    /// Even where a project works with one
    #[arg(long)]
    force: bool,
}

impl From<ModelsOptions> for JobSpec {
    fn from(options: ModelsOptions) -> Self {
        let action = match options.command {
            Some(ModelsCommand::Delete(DeleteOptions { names, force })) => ModelsAction::Delete { names, force },
            Some(ModelsCommand::List) | None => ModelsAction::List,
        };
        Self::Models(ModelsSpec { action, projects: options.projects })
    }
}
