//! The models that are suggested, with what is known of them: `assets/catalog.toml`. Nothing here asks the network but
//! [`check()`].

mod check;

use std::path::Path;
use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::{Map, Value};

pub use check::check;

use super::{HubError, licence_of};
use crate::domain::{ComputeSettings, FitBadge, Gate, ModelRole, OfferedModel};
use crate::job::JobContext;
use crate::model::{ConfigError, ConfigReader, DecoderConfig, FAMILIES, WeightPrecision};
use crate::preflight::{FitModel, Fitter};

/// The catalogue as it stands in the program.
const TEXT: &str = include_str!("../../../assets/catalog.toml");

/// Where a model's terms are accepted.
const PAGES: &str = "https://huggingface.co";

/// Files beside the weights and the tokenizer's: small ones.
const SMALL_FILES: u64 = 60_000;

/// A model of the catalogue.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CatalogueRow {
    /// `owner/name`.
    pub repository: String,
    /// The one file to have of it, where it is a GGUF file.
    #[serde(default)]
    pub file: Option<String>,
    /// What people call it.
    pub title: String,
    /// What it can be used for.
    pub role: ModelRole,
    /// Numbers that it is made of.
    pub parameters: u64,
    /// Bytes of the files with its weights, or of its GGUF file.
    pub weight_bytes: u64,
    /// Bytes of `tokenizer.json`; a GGUF file has its tokenizer inside.
    #[serde(default)]
    pub tokenizer_bytes: u64,
    /// Whether its files hold the head once more although it is the embeddings' own.
    #[serde(default)]
    pub stored_head: bool,
    /// The licence's id.
    pub licence: String,
    /// Languages that it is made for, as ISO 639-1 codes.
    pub languages: Vec<String>,
    /// Whether somebody has to agree first.
    pub gate: Gate,
    /// What it is good at, in a sentence.
    pub good_at: String,
    /// The keys of its `config.json` that decide its shape.
    config: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    model: Vec<CatalogueRow>,
}

/// Every row of the catalogue, as it stands there: models to train first, by their sizes, then coaches.
pub fn rows() -> &'static [CatalogueRow] {
    /// A catalogue that cannot be read is a fault that a test finds; the program goes on without suggestions.
    static ROWS: LazyLock<Vec<CatalogueRow>> =
        LazyLock::new(|| toml::from_str::<File>(TEXT).map(|file| file.model).unwrap_or_default());
    &ROWS
}

/// The row of a repository.
pub fn find(repository: &str) -> Option<&'static CatalogueRow> {
    rows().iter().find(|row| row.repository == repository)
}

impl CatalogueRow {
    /// What the model is made of.
    pub fn config(&self) -> Result<DecoderConfig, ConfigError> {
        let keys: Map<String, Value> = serde_json::from_str(&self.config).unwrap_or_default();
        DecoderConfig::read(&ConfigReader::of_keys(Path::new(&self.repository), keys))
    }

    /// Bytes that are fetched of it.
    pub fn download_bytes(&self) -> u64 {
        if self.file.is_some() { self.weight_bytes } else { self.weight_bytes + self.tokenizer_bytes + SMALL_FILES }
    }

    /// The row as its fit is reckoned.
    fn to_fit<'a>(&self, config: &'a DecoderConfig, precision: WeightPrecision) -> FitModel<'a> {
        FitModel {
            config,
            precision,
            kept_bytes: self.file.is_some().then_some(self.weight_bytes),
            weight_bytes: self.weight_bytes,
            tokenizer_bytes: self.tokenizer_bytes,
            download_bytes: self.download_bytes(),
            trains: self.file.is_none(),
        }
    }

    /// As it is offered; nothing is said of its fit, nor of what lies on this machine.
    fn offered(&self, config: &DecoderConfig) -> OfferedModel {
        let family = FAMILIES.iter().find(|family| family.id == config.family);
        let page = || format!("{PAGES}/{}", self.repository);
        OfferedModel {
            repository: self.repository.clone(),
            file: self.file.clone(),
            title: self.title.clone(),
            role: self.role,
            family: family.map(|family| family.title.to_owned()),
            parameters: Some(self.parameters),
            download_bytes: Some(self.download_bytes()),
            context_tokens: Some(config.max_positions as u64),
            languages: self.languages.clone(),
            licence: Some(licence_of(&self.licence)),
            gate: self.gate,
            gate_page: (self.gate != Gate::Open).then(page),
            good_at: Some(self.good_at.clone()),
            downloads: None,
            changed: None,
            refused: None,
            fit: None,
            on_disk: None,
            card: None,
            commit: None,
        }
    }
}

/// The catalogue with how each model fits this machine: what fits best first. Measures the machine where it never was.
pub fn offered(compute: &ComputeSettings, context: &JobContext<'_>) -> Result<Vec<OfferedModel>, HubError> {
    let fitter = Fitter::of_this_machine(compute, context)?;
    let mut offered: Vec<OfferedModel> = rows()
        .iter()
        .filter_map(|row| {
            let config = row.config().ok()?;
            let fit = fitter.fit(&row.to_fit(&config, fitter.precision()));
            Some(OfferedModel { fit, ..row.offered(&config) })
        })
        .collect();
    offered.sort_by_key(order);
    Ok(offered)
}

/// Models to train before coaches; the best badge first, and within it what can do most: the larger of those that train
/// comfortably, the smaller of those that are a burden.
fn order(model: &OfferedModel) -> (bool, FitBadge, u64) {
    let badge = model.fit.as_ref().map_or(FitBadge::TooBig, |fit| fit.badge);
    let parameters = model.parameters.unwrap_or(0);
    let size = if badge == FitBadge::Comfortable { u64::MAX - parameters } else { parameters };
    (model.role == ModelRole::Coach, badge, size)
}

#[cfg(test)]
mod tests;
