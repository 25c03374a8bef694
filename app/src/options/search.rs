use clap::Args;
use whetstone_core::domain::ModelRole;
use whetstone_core::job::{AboutSpec, HubAccess, JobSpec, SearchSort, SearchSpec};

use super::shared::ComputeOptions;
use super::values::choice;

/// Options of `search`.
#[derive(Debug, Args)]
#[command(
    after_help = "Without words it shows the models that are suggested, and asks no network. Each has a badge that says how it \
                  fits this machine: trains comfortably, trains slowly, answers only, too big.\n\n\
                  Examples:\n  whetstone search\n  whetstone search smollm2 instruct\n  whetstone search --about \
                  Qwen/Qwen2.5-0.5B-Instruct"
)]
pub(crate) struct SearchOptions {
    /// Words of the model's name; none for the suggestions
    #[arg(value_name = "WORDS")]
    words: Vec<String>,

    /// One model in full: its fit, its licence in plain words, its card
    #[arg(long, value_name = "OWNER/NAME", conflicts_with = "words")]
    about: Option<String>,

    /// What the model is for: to be trained, or only to judge (a GGUF file)
    #[arg(long, value_parser = choice::<ModelRole>(&["train", "coach"]))]
    role: Option<ModelRole>,

    /// What stands first
    #[arg(long, default_value = "downloads", value_parser = choice::<SearchSort>(&["downloads", "likes", "trending", "changed"]))]
    sort: SearchSort,

    /// Models at most
    #[arg(long, value_name = "N", default_value = "20", value_parser = clap::value_parser!(u16).range(1..=100))]
    limit: u16,

    /// Those that cannot be used here, too, with the reason
    #[arg(long)]
    all: bool,

    #[command(flatten)]
    compute: ComputeOptions,
}

impl From<SearchOptions> for JobSpec {
    fn from(options: SearchOptions) -> Self {
        let (access, compute) = (HubAccess::default(), options.compute.into());
        match options.about {
            Some(repository) => Self::About(AboutSpec { repository, revision: None, access, compute }),
            None => Self::Search(SearchSpec {
                words: options.words.join(" "),
                role: options.role,
                sort: options.sort,
                limit: usize::from(options.limit),
                all: options.all,
                access,
                compute,
            }),
        }
    }
}
