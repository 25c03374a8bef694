use clap::{Args, Subcommand};
use whetstone_core::job::{CheckCatalogueSpec, JobSpec};

/// Options of `catalogue`.
#[derive(Debug, Args)]
pub(crate) struct CatalogueOptions {
    #[command(subcommand)]
    action: CatalogueAction,
}

/// What to do with the catalogue.
#[derive(Debug, Subcommand)]
enum CatalogueAction {
    /// Say where the Hub has other licences, gates, sizes or shapes; the exit status is 1 where it has
    Check,
}

impl From<CatalogueOptions> for JobSpec {
    fn from(CatalogueOptions { action: CatalogueAction::Check }: CatalogueOptions) -> Self {
        Self::CheckCatalogue(CheckCatalogueSpec::default())
    }
}
