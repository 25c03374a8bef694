use std::path::PathBuf;

use clap::{Args, Subcommand};
use whetstone_core::domain::CoachName;
use whetstone_core::job::{WriteSpec, WriteWhat};

use super::EndpointOptions;
use super::shared::ComputeOptions;
use super::values::count;

/// Options of `write`.
#[derive(Debug, Args)]
pub(crate) struct WriteOptions {
    #[command(subcommand)]
    what: WriteCommand,
}

/// What is written.
#[derive(Debug, Subcommand)]
enum WriteCommand {
    /// Let a coach answer the prompts, and prefer its answers to the model's own: the model learns from a larger one
    #[command(
        after_help = "The model must have answered already (`whetstone run PROJECT --until answer`). What is written becomes \
                            preference pairs of the newest round. Stopped, the same command goes on; what is there is not \
                            written again.\n\n\
                            Example: whetstone write answers --project my-shop --coach models/large --check"
    )]
    Answers(AnswersOptions),
    /// Let a coach write new prompts of the kind of those that are there; repetitions are left out
    #[command(
        after_help = "Prompts that are set aside are never shown to the coach, and nothing that repeats them is taken.\n\n\
                            Example: whetstone write prompts --project my-shop --coach models/large --count 50"
    )]
    Prompts(TextOptions),
}

/// Who writes how much for which project.
#[derive(Debug, Args)]
struct TextOptions {
    /// The project's folder
    #[arg(long, value_name = "PROJECT")]
    project: PathBuf,

    /// Who writes: `starter`, a model's folder or its name on the Hub, a file ending in .gguf, `endpoint:NAME`, or `policy`
    /// [default: the project's coach]
    #[arg(long, value_name = "COACH")]
    coach: Option<CoachName>,

    /// How many texts of this coach the project is to have, those that are there counted [default: an answer to every
    /// prompt; 20 prompts]
    #[arg(long, value_name = "N", value_parser = count())]
    count: Option<usize>,

    #[command(flatten)]
    endpoint: EndpointOptions,

    #[command(flatten)]
    compute: ComputeOptions,
}

/// The same, of answers.
#[derive(Debug, Args)]
struct AnswersOptions {
    #[command(flatten)]
    text: TextOptions,

    /// Take only what the coach itself finds better than the model's own answer, in both orders
    #[arg(long)]
    check: bool,
}

impl From<WriteOptions> for WriteSpec {
    fn from(options: WriteOptions) -> Self {
        let (what, text, check) = match options.what {
            WriteCommand::Answers(AnswersOptions { text, check }) => (WriteWhat::Answers, text, check),
            WriteCommand::Prompts(text) => (WriteWhat::Prompts, text, false),
        };
        Self {
            project: text.project,
            what,
            coach: text.coach,
            count: text.count,
            check,
            beside: false,
            endpoint: text.endpoint.means(None),
            compute: text.compute.into(),
        }
    }
}
