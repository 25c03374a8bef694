use std::path::PathBuf;

use clap::Args;
use whetstone_core::job::{HubAccess, PushKind, PushSpec};

/// Options of `push`.
#[derive(Debug, Args)]
#[command(
    after_help = "What would be sent is shown first, file by file; it is sent after you agreed, or with --yes. It needs a token that \
                  may write: whetstone token set.\n\n\
                  Example: whetstone push my-shop/exports/peft ada/shop-adapter"
)]
pub(crate) struct PushOptions {
    /// The folder: an exported adapter, a whole model, or with --dataset one with records
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,

    /// Where to: owner/name, or a name for your own account; it is made if it is not there
    #[arg(value_name = "REPOSITORY")]
    repository: String,

    /// The folder holds a dataset
    #[arg(long)]
    dataset: bool,

    /// Everybody may see it; else nobody but you does
    #[arg(long)]
    public: bool,

    /// Send it without asking
    #[arg(long)]
    pub(crate) yes: bool,
}

impl PushOptions {
    /// The job: what would be sent, or sending it.
    pub(crate) fn spec(&self, preview: bool) -> PushSpec {
        PushSpec {
            folder: self.folder.clone(),
            repository: self.repository.clone(),
            kind: if self.dataset { PushKind::Dataset } else { PushKind::Model },
            public: self.public,
            preview,
            agreed: None,
            access: HubAccess::default(),
        }
    }
}
