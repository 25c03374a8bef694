//! What can be asked of the Hub and of the models on this machine: one struct a request.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::domain::{ComputeSettings, ModelRole, PushFile, Secret};

/// How the Hub is reached, besides what the environment says (`HF_ENDPOINT`, `HF_TOKEN`, `HF_HOME`, `HF_HUB_OFFLINE`…).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HubAccess {
    /// A token for this sitting alone. `None` takes `HF_TOKEN`, the keyring's, or the one that `hf auth login` left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<Secret>,
}

/// Looking for models: on the Hub, or in the catalogue that comes with the program.
/// Its summary: `models` ([`OfferedModel`](crate::domain::OfferedModel)s, the best first) and `left_out` (how many were found that
/// cannot be used here).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SearchSpec {
    /// Words of the name; none gives the catalogue, without a network.
    #[serde(default)]
    pub words: String,
    /// What the model is for.
    #[serde(default)]
    pub role: Option<ModelRole>,
    /// What stands first.
    #[serde(default)]
    pub sort: SearchSort,
    /// Models at most.
    pub limit: usize,
    /// Models that cannot be used here are told, too, with the reason.
    #[serde(default)]
    pub all: bool,
    /// How the Hub is reached.
    #[serde(default)]
    pub access: HubAccess,
    /// What would train it.
    #[serde(default)]
    pub compute: ComputeSettings,
}

/// What stands first in what a search found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SearchSort {
    /// What is fetched most.
    #[default]
    Downloads,
    /// What is liked most.
    Likes,
    /// What many look at now.
    Trending,
    /// What was changed last.
    Changed,
}

/// Comparing the catalogue that comes with the program with the Hub: an `Output` record for each difference (`repository`,
/// `what`, `catalogue`, `hub`), and a failure where there is one.
/// Its summary: `models` (rows that were compared), `differences` (0), `shapes_not_read` (rows whose gate kept their shape from
/// being compared).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckCatalogueSpec {
    /// How the Hub is reached.
    #[serde(default)]
    pub access: HubAccess,
}

/// One model of the Hub in full. Its summary: `model`, an [`OfferedModel`](crate::domain::OfferedModel) with its card.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AboutSpec {
    /// `owner/name`.
    pub repository: String,
    /// A branch, a tag or a commit; `None` is `main`.
    #[serde(default)]
    pub revision: Option<String>,
    /// How the Hub is reached.
    #[serde(default)]
    pub access: HubAccess,
    /// What would train it.
    #[serde(default)]
    pub compute: ComputeSettings,
}

/// Fetching a model into the cache that Hugging Face's tools share.
/// Its summary: `repository`, `commit`, `path` (the folder of the files, or the one GGUF file), `files`, `bytes` (all of them),
/// `fetched_bytes` (what came over the network this time), `seconds`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DownloadSpec {
    /// `owner/name`.
    pub repository: String,
    /// A branch, a tag or a commit; `None` is `main`.
    #[serde(default)]
    pub revision: Option<String>,
    /// One file to fetch, such as a GGUF file; `None` takes what a model needs.
    #[serde(default)]
    pub file: Option<String>,
    /// How the Hub is reached.
    #[serde(default)]
    pub access: HubAccess,
}

/// The models that lie on this machine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelsSpec {
    /// What to do with them.
    pub action: ModelsAction,
    /// Projects whose models are in use.
    #[serde(default)]
    pub projects: Vec<PathBuf>,
}

/// What to do with the models on this machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum ModelsAction {
    /// Name them. The summary: `models` ([`LocalModel`](crate::domain::LocalModel)s), `cache` (the folder), `bytes` (of it).
    List,
    /// Delete some, with their unfinished files. The summary: `deleted` (names), `freed_bytes`.
    Delete {
        /// As `List` names them.
        names: Vec<String>,
        /// Even where a project works with one.
        #[serde(default)]
        force: bool,
    },
}

/// Putting an exported folder on the Hub.
/// Its summary: `preview` ([`PushPreview`](crate::domain::PushPreview)); and, where it was sent, `url` and `commit`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PushSpec {
    /// The folder that was exported.
    pub folder: PathBuf,
    /// `owner/name`, or `name` for one's own account.
    pub repository: String,
    /// What it is.
    pub kind: PushKind,
    /// Others see it, too. Unless it is asked for, they do not.
    #[serde(default)]
    pub public: bool,
    /// Only say what would leave this machine.
    pub preview: bool,
    /// What a preview showed and a person agreed to: where anything else would be sent, nothing is.
    #[serde(default)]
    pub agreed: Option<Vec<PushFile>>,
    /// How the Hub is reached.
    #[serde(default)]
    pub access: HubAccess,
}

/// What is pushed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PushKind {
    /// An adapter or a model.
    Model,
    /// A dataset.
    Dataset,
}

/// The person's account on the Hub. Its summary: `account`, a [`HubAccount`](crate::domain::HubAccount).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountSpec {
    /// What to do.
    pub action: AccountAction,
    /// How the Hub is reached.
    #[serde(default)]
    pub access: HubAccess,
}

/// What to do with the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountAction {
    /// Say whose token it is; asks the Hub unless it is offline.
    Show,
    /// Put `access.token` into the system's keyring, after the Hub has known it.
    Keep,
    /// Take it out of the keyring.
    Forget,
}
