use clap::Args;
use whetstone_core::job::{DownloadSpec, HubAccess, JobSpec};

/// Options of `download`.
#[derive(Debug, Args)]
#[command(
    after_help = "The files go into the cache that Hugging Face's tools share (HF_HOME, HF_HUB_CACHE), each only after its \
                  size and digest were found right. A download that was stopped goes on with the same command. Afterwards \
                  the model is used by its name: `--model OWNER/NAME`, without a network.\n\
                  HF_ENDPOINT, HF_TOKEN, HF_HUB_OFFLINE and HTTPS_PROXY are honoured.\n\n\
                  Example: whetstone download HuggingFaceTB/SmolLM2-135M-Instruct"
)]
pub(crate) struct DownloadOptions {
    /// The model's name on the Hub
    #[arg(value_name = "OWNER/NAME")]
    repository: String,

    /// A branch, a tag or a commit [default: main]
    #[arg(long, value_name = "R")]
    revision: Option<String>,

    /// One file alone, such as a GGUF file; without it, what a model needs
    #[arg(long, value_name = "NAME")]
    file: Option<String>,
}

impl From<DownloadOptions> for JobSpec {
    fn from(options: DownloadOptions) -> Self {
        Self::Download(DownloadSpec {
            repository: options.repository,
            revision: options.revision,
            file: options.file,
            access: HubAccess::default(),
        })
    }
}
