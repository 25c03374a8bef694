//! The catalogue compared with the Hub: whether each model is there, under the same licence, behind the same gate, with
//! files of the same sizes and of the same shape.

use std::path::Path;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{CatalogueRow, rows};
use crate::domain::{Gate, Secret};
use crate::hub::http::{Http, Wanted};
use crate::hub::names::RepositoryName;
use crate::hub::search::wait_said;
use crate::hub::{HubError, HubSettings, token};
use crate::job::{CheckCatalogueSpec, JobContext, JobEvent};
use crate::model::{ConfigReader, DecoderConfig};
use crate::network::Patience;

/// Sizes may differ by so much: the catalogue rounds some.
const SIZE_TOLERANCE: f64 = 0.01;

/// What the Hub says of a repository, as far as it is compared.
#[derive(Deserialize)]
struct Repository {
    #[serde(default)]
    gated: Value,
    #[serde(default, rename = "cardData")]
    card: Map<String, Value>,
    #[serde(default)]
    siblings: Vec<Sibling>,
}

#[derive(Deserialize)]
struct Sibling {
    #[serde(rename = "rfilename")]
    name: String,
    #[serde(default)]
    size: Option<u64>,
}

/// A fact that is another on the Hub.
#[derive(Debug, PartialEq, Eq)]
struct Difference {
    what: String,
    catalogue: String,
    hub: String,
}

impl Difference {
    /// Where the two say different things.
    fn between(what: &str, catalogue: impl Into<String>, hub: impl Into<String>) -> Option<Self> {
        let (catalogue, hub) = (catalogue.into(), hub.into());
        (catalogue != hub).then(|| Self { what: what.to_owned(), catalogue, hub })
    }
}

/// The job: a record for each difference. Fails where there is one.
pub fn check(spec: &CheckCatalogueSpec, context: &JobContext<'_>) -> Result<Map<String, Value>, HubError> {
    let settings = HubSettings::of_environment()?;
    let token = token::find(&settings, &spec.access)?.map(|(token, _)| token);
    check_with(&settings, token, Patience::default(), context)
}

fn check_with(
    settings: &HubSettings,
    token: Option<Secret>,
    patience: Patience,
    context: &JobContext<'_>,
) -> Result<Map<String, Value>, HubError> {
    let cancel = context.switch_of_a_part();
    let http = Http::new(settings, token, &cancel, patience, |host, wait| context.note(wait_said(host, wait)))?;
    let (mut differences, mut unread) = (0, 0);
    for (index, row) in rows().iter().enumerate() {
        context.progress("comparing the catalogue with the Hub", index as u64, Some(rows().len() as u64), "models");
        let (found, whole) = http.block_on(compare(&http, row))?;
        unread += u64::from(!whole);
        for Difference { what, catalogue, hub } in found {
            differences += 1;
            let record = json!({ "repository": row.repository, "what": what, "catalogue": catalogue, "hub": hub });
            context.emit(JobEvent::Output { record });
        }
    }
    if differences > 0 {
        return Err(HubError::CatalogueDiffers { differences });
    }
    let summary = json!({ "models": rows().len(), "differences": 0, "shapes_not_read": unread });
    Ok(summary.as_object().cloned().unwrap_or_default())
}

/// What differs, and whether the shape could be compared: behind a gate it is not shown to everybody.
async fn compare(http: &Http<'_>, row: &CatalogueRow) -> Result<(Vec<Difference>, bool), HubError> {
    let name = RepositoryName::new(&row.repository)?;
    let wanted = |segments: &[&str], query: &[(&str, &str)]| http.url(segments, query);
    let parts: Vec<&str> = row.repository.split('/').collect();
    let url = wanted(&[&["api", "models"], &parts[..]].concat(), &[("blobs", "true")]);
    let request = Wanted { url, what: &row.repository, repository: Some(&name), from_byte: 0 };
    let repository: Repository = match http.json(&request).await {
        Ok((repository, _)) => repository,
        Err(HubError::NotFound { .. } | HubError::TokenNeeded { .. }) => {
            return Ok((Difference::between("the repository", "there", "not there").into_iter().collect(), true));
        }
        Err(error) => return Err(error),
    };
    let mut found = of_repository(row, &repository);
    if row.file.is_some() {
        return Ok((found, true));
    }
    let url = wanted(&[&parts[..], &["resolve", "main", "config.json"]].concat(), &[]);
    let request = Wanted { url, what: &row.repository, repository: Some(&name), from_byte: 0 };
    match http.json::<Map<String, Value>>(&request).await {
        Ok((keys, _)) => {
            found.extend(of_config(row, keys));
            Ok((found, true))
        }
        Err(HubError::Gated { .. } | HubError::TokenNeeded { .. } | HubError::Forbidden { .. }) => Ok((found, false)),
        Err(HubError::NotFound { .. }) => {
            found.extend(Difference::between("config.json", "there", "not there"));
            Ok((found, true))
        }
        Err(error) => Err(error),
    }
}

fn of_repository(row: &CatalogueRow, repository: &Repository) -> Vec<Difference> {
    let gate = match &repository.gated {
        Value::String(kind) if kind == "manual" => Gate::Ask,
        Value::String(_) | Value::Bool(true) => Gate::Accept,
        _ => Gate::Open,
    };
    let size_of = |wanted: &dyn Fn(&str) -> bool| {
        let sizes = repository.siblings.iter().filter(|file| wanted(&file.name)).map(|file| file.size.unwrap_or(0));
        sizes.sum::<u64>()
    };
    let weights = match &row.file {
        Some(file) => size_of(&|name| name == file),
        // Some repositories have the same weights once more, in other tools' layouts.
        None if repository.siblings.iter().any(|file| file.name == "model.safetensors.index.json") => {
            size_of(&|name| name.starts_with("model-") && name.ends_with(".safetensors"))
        }
        None => size_of(&|name| name == "model.safetensors"),
    };
    let mut found = vec![
        Difference::between("the gate", format!("{:?}", row.gate), format!("{gate:?}")),
        Difference::between("the licence", &row.licence, licence(&repository.card)),
        size("the weights' size", row.weight_bytes, weights),
    ];
    if row.file.is_none() {
        found.push(size("the tokenizer's size", row.tokenizer_bytes, size_of(&|name| name == "tokenizer.json")));
    }
    found.into_iter().flatten().collect()
}

fn size(what: &str, catalogue: u64, hub: u64) -> Option<Difference> {
    let is_near = (catalogue as f64 - hub as f64).abs() <= SIZE_TOLERANCE * catalogue as f64;
    if is_near { None } else { Difference::between(what, format!("{catalogue} bytes"), format!("{hub} bytes")) }
}

/// The licence of a card: its id, or the name that it has where it is none of the usual.
fn licence(card: &Map<String, Value>) -> String {
    let text = |key: &str| card.get(key).and_then(Value::as_str).unwrap_or_default();
    match (text("license"), text("license_name")) {
        ("other", name) if !name.is_empty() => name.to_owned(),
        (id, _) => id.to_owned(),
    }
}

/// What the family makes of the Hub's configuration, beside what it makes of the catalogue's.
fn of_config(row: &CatalogueRow, keys: Map<String, Value>) -> Vec<Difference> {
    let path = Path::new(&row.repository).join("config.json");
    let hub = DecoderConfig::read(&ConfigReader::of_keys(&path, keys));
    let (own, hub) = match (row.config(), hub) {
        (Ok(own), Ok(hub)) => (own, hub),
        (_, Err(error)) => {
            return vec![Difference {
                what: "config.json".to_owned(),
                catalogue: "read".to_owned(),
                hub: error.to_string(),
            }];
        }
        (Err(error), _) => {
            return vec![Difference {
                what: "config.json".to_owned(),
                catalogue: error.to_string(),
                hub: "read".to_owned(),
            }];
        }
    };
    // How it is trained does not hang on the padding.
    let hub = DecoderConfig { padding_token: own.padding_token, ..hub };
    let fields = [
        ("family", own.family.to_owned(), hub.family.to_owned()),
        ("vocabulary", own.vocabulary_size.to_string(), hub.vocabulary_size.to_string()),
        ("width", own.hidden_size.to_string(), hub.hidden_size.to_string()),
        ("width between", own.intermediate_size.to_string(), hub.intermediate_size.to_string()),
        ("layers", own.layers.to_string(), hub.layers.to_string()),
        ("heads", own.attention_heads.to_string(), hub.attention_heads.to_string()),
        ("key heads", own.key_value_heads.to_string(), hub.key_value_heads.to_string()),
        ("head's width", own.head_dim.to_string(), hub.head_dim.to_string()),
        ("positions", own.max_positions.to_string(), hub.max_positions.to_string()),
        ("tied embeddings", own.tied_embeddings.to_string(), hub.tied_embeddings.to_string()),
        ("attention", format!("{:?}", own.attention), format!("{:?}", hub.attention)),
    ];
    let mut found: Vec<Difference> =
        fields.into_iter().filter_map(|(what, own, hub)| Difference::between(what, own, hub)).collect();
    if found.is_empty() && own != hub {
        found.extend(Difference::between("config.json", format!("{own:?}"), format!("{hub:?}")));
    }
    found
}

#[cfg(test)]
mod tests;
