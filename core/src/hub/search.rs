//! Models found on the Hub, and one of them in full.

use futures_util::StreamExt as _;
use hf_hub::repository::ModelInfo;
use serde_json::{Map, Value, json};

use super::catalogue::CatalogueRow;
use super::http::{Http, Wanted};
use super::listing::{self, Listing};
use super::names::{self, RepositoryName};
use super::{HubError, HubSettings, card, catalogue, licence_of, model_config, select, token};
use crate::domain::{ModelRole, OfferedModel, Refusal};
use crate::job::{AboutSpec, HubAccess, JobContext, SearchSort, SearchSpec};
use crate::model::FAMILIES;
use crate::network::Patience;
use crate::preflight::{FitModel, Fitter};

/// Models that a search asks the Hub for, for each that is wanted: some cannot be used.
const ASKED_FOR_EACH: usize = 3;
/// The most that it asks for.
const MOST_ASKED: usize = 100;
/// Configurations that are asked for at once.
const AT_ONCE: usize = 6;
/// Of a configuration and of a card no more is read.
const LONGEST_TEXT: u64 = 1 << 20;
/// Bytes of a number in the usual files.
const BYTES_OF_A_NUMBER: u64 = 2;
/// Bytes of a usual `tokenizer.json`.
const USUAL_TOKENIZER: u64 = 4 << 20;
/// What is asked of each model that is found.
const EXPANDED: [&str; 12] = [
    "cardData",
    "config",
    "downloads",
    "gated",
    "lastModified",
    "likes",
    "pipeline_tag",
    "safetensors",
    "sha",
    "siblings",
    "tags",
    "trendingScore",
];

/// The job: models of these words on the Hub; or, without words, those of the catalogue, and no network is asked.
pub fn search(spec: &SearchSpec, context: &JobContext<'_>) -> Result<Map<String, Value>, HubError> {
    let mut models = if spec.words.trim().is_empty() {
        suggested(spec, context)?
    } else {
        let fitter = Fitter::of_this_machine(&spec.compute, context)?;
        asked(&spec.access, context, |http| http.block_on(found(http, spec, &fitter, context)))?
    };
    models.retain(|model| spec.role.is_none_or(|role| model.role == role));
    let all = models.len();
    if !spec.all {
        models.retain(|model| model.refused.is_none());
    }
    let left_out = all - models.len();
    models.truncate(spec.limit);
    Ok(summary(json!({ "models": models, "left_out": left_out })))
}

/// The job: one model in full.
pub fn about(spec: &AboutSpec, context: &JobContext<'_>) -> Result<Map<String, Value>, HubError> {
    let repository = RepositoryName::new(&spec.repository)?;
    let revision = spec.revision.as_deref().unwrap_or("main");
    let fitter = Fitter::of_this_machine(&spec.compute, context)?;
    let model = asked(&spec.access, context, |http| {
        context.progress("asking the Hub", 0, None, "models");
        http.block_on(one(http, &repository, revision, &fitter))
    })?;
    Ok(summary(json!({ "model": model })))
}

/// The catalogue, with what of it lies on this machine.
fn suggested(spec: &SearchSpec, context: &JobContext<'_>) -> Result<Vec<OfferedModel>, HubError> {
    let settings = HubSettings::of_environment()?;
    let mut models = catalogue::offered(&spec.compute, context)?;
    for model in &mut models {
        model.on_disk = super::find_local(&settings, &model.repository).ok();
    }
    Ok(models)
}

/// What `ask` learns of the Hub, as this process's environment reaches it.
fn asked<T>(
    access: &HubAccess,
    context: &JobContext<'_>,
    ask: impl FnOnce(&Http<'_>) -> Result<T, HubError>,
) -> Result<T, HubError> {
    let settings = HubSettings::of_environment()?;
    let token = token::find(&settings, access)?.map(|(token, _)| token);
    let cancel = context.switch_of_a_part();
    ask(&Http::new(&settings, token, &cancel, Patience::default(), |host, wait| context.note(wait_said(host, wait)))?)
}

/// What is told while a host wants to be left alone.
pub fn wait_said(host: &str, wait: std::time::Duration) -> String {
    format!("{host} asks to be left alone for {} seconds; it goes on then", wait.as_secs().max(1))
}

/// Models of these words, the best first.
async fn found(
    http: &Http<'_>,
    spec: &SearchSpec,
    fitter: &Fitter,
    context: &JobContext<'_>,
) -> Result<Vec<OfferedModel>, HubError> {
    context.progress("asking the Hub", 0, None, "models");
    let sort = match spec.sort {
        SearchSort::Downloads => "downloads",
        SearchSort::Likes => "likes",
        SearchSort::Trending => "trendingScore",
        SearchSort::Changed => "lastModified",
    };
    let limit = (spec.limit * ASKED_FOR_EACH).clamp(1, MOST_ASKED).to_string();
    let mut query = vec![("search", spec.words.trim()), ("sort", sort), ("direction", "-1"), ("limit", &limit)];
    query.push(("filter", if spec.role == Some(ModelRole::Coach) { "gguf" } else { "text-generation" }));
    query.extend(EXPANDED.map(|name| ("expand[]", name)));
    let url = http.url(&["api", "models"], &query);
    let wanted = Wanted { url, what: "models of these words", repository: None, from_byte: 0 };
    let (infos, _): (Vec<ModelInfo>, _) = http.json(&wanted).await?;
    // What the Hub does not call by a name of its own is nothing that could be asked for.
    let named = infos.into_iter().filter_map(|info| Some((RepositoryName::new(&info.id).ok()?, info)));
    let mut models: Vec<(RepositoryName, OfferedModel)> =
        named.map(|(name, info)| (name.clone(), offered(http, &name, &info))).collect();
    // Of those that the list does not speak against, so many are looked into; what was not looked into is not offered.
    let mut usable = 0;
    models.retain(|(_, model)| {
        usable += usize::from(model.refused.is_none());
        model.refused.is_some() || usable <= spec.limit
    });
    let usable = usable.min(spec.limit);
    let mut looked = futures_util::stream::iter(models.iter_mut().filter(|(_, model)| model.refused.is_none()))
        .map(|(name, model)| look_inside(http, name, model, fitter))
        .buffer_unordered(AT_ONCE);
    let mut done = 0;
    while let Some(looked) = looked.next().await {
        match looked {
            // What could not be looked into now is offered without its fit.
            Err(error) if error.is_of_the_way() => context.warn(error.to_string()),
            looked => looked?,
        }
        done += 1;
        context.progress("looking at the models", done, Some(usable as u64), "models");
    }
    drop(looked);
    Ok(models.into_iter().map(|(_, model)| model).collect())
}

/// One model, with everything that is known of it.
async fn one(
    http: &Http<'_>,
    repository: &RepositoryName,
    revision: &str,
    fitter: &Fitter,
) -> Result<OfferedModel, HubError> {
    let listing = Listing::ask(http, repository, revision).await?;
    let mut model = offered(http, repository, &listing.info);
    model.commit = Some(listing.commit.clone());
    model.refused =
        model.refused.or_else(|| select::refusal_of_files(&listing.files.iter().map(|file| file.name.as_str())));
    if model.refused.is_none() {
        model.download_bytes = Some(select::needed(&listing).iter().map(|file| file.bytes).sum());
        look_inside(http, repository, &mut model, fitter).await?;
    }
    if listing.file("README.md").is_some() {
        model.card =
            text_of(http, repository, &listing.commit, "README.md").await?.map(|text| card::as_plain_text(&text));
    }
    Ok(model)
}

/// A small text of a repository; `None` where it may not be seen.
async fn text_of(
    http: &Http<'_>,
    repository: &RepositoryName,
    revision: &str,
    file: &str,
) -> Result<Option<String>, HubError> {
    let mut segments: Vec<&str> = repository.as_str().split('/').collect();
    segments.extend(["resolve", revision, file]);
    let wanted = Wanted { url: http.url(&segments, &[]), what: file, repository: Some(repository), from_byte: 0 };
    match http.text(&wanted, LONGEST_TEXT).await {
        Ok((text, ..)) => Ok(Some(text)),
        // A card of many megabytes, or one that is no text, is none.
        Err(
            HubError::Gated { .. }
            | HubError::TokenNeeded { .. }
            | HubError::Forbidden { .. }
            | HubError::NotFound { .. }
            | HubError::Answer { .. },
        ) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Reads a model's configuration: whether its family computes it, how large it is, how it fits. One that may not be seen yet is judged
/// by the catalogue, where it stands there.
async fn look_inside(
    http: &Http<'_>,
    repository: &RepositoryName,
    model: &mut OfferedModel,
    fitter: &Fitter,
) -> Result<(), HubError> {
    let revision = model.commit.clone().unwrap_or_else(|| "main".to_owned());
    let read = match text_of(http, repository, &revision, "config.json").await? {
        Some(text) => model_config::read(&text),
        None => match catalogue::find(repository.as_str()).map(CatalogueRow::config) {
            Some(Ok(config)) => Ok(config),
            _ => return Ok(()),
        },
    };
    match read {
        Ok(config) => {
            model.parameters = Some(config.parameter_count());
            model.context_tokens = Some(config.max_positions as u64);
            model.family = title_of(config.family);
            let bytes = model.download_bytes.unwrap_or_else(|| BYTES_OF_A_NUMBER * config.parameter_count());
            model.fit = fitter.fit(&FitModel {
                config: &config,
                precision: fitter.precision(),
                kept_bytes: None,
                weight_bytes: bytes,
                tokenizer_bytes: USUAL_TOKENIZER,
                download_bytes: if model.on_disk.is_some() { 0 } else { bytes },
                trains: true,
            });
        }
        Err(refusal) => model.refused = Some(refusal),
    }
    Ok(())
}

/// What the Hub's own words say of a model.
fn offered(http: &Http<'_>, repository: &RepositoryName, info: &ModelInfo) -> OfferedModel {
    let gate = listing::gate(info.gated.as_ref());
    let page = || http.url(&repository.as_str().split('/').collect::<Vec<_>>(), &[]).to_string();
    let licence = card::value_of(info, "license", "license:");
    let (bytes, parameters) = sizes(info);
    let known = catalogue::find(repository.as_str());
    OfferedModel {
        repository: repository.to_string(),
        file: None,
        title: known.map_or_else(|| repository.parts().1.to_owned(), |row| row.title.clone()),
        role: if is_gguf(info) { ModelRole::Coach } else { ModelRole::Train },
        family: info.config.as_ref().and_then(|config| title_of(config.get("model_type")?.as_str()?)),
        parameters,
        download_bytes: bytes,
        context_tokens: None,
        languages: card::languages(info),
        licence: licence.map(|id| licence_of(&id)),
        gate,
        gate_page: (gate != crate::domain::Gate::Open).then(page),
        good_at: known.map(|row| row.good_at.clone()),
        downloads: info.downloads,
        changed: info.last_modified.clone(),
        refused: refusal(info),
        fit: None,
        on_disk: super::find_local(http.settings(), repository.as_str()).ok(),
        card: None,
        commit: info.sha.clone().filter(|commit| names::is_commit(commit)),
    }
}

fn title_of(family: &str) -> Option<String> {
    FAMILIES.iter().find(|known| known.id == family).map(|known| known.title.to_owned())
}

fn has_tag(info: &ModelInfo, tag: &str) -> bool {
    info.tags.iter().flatten().any(|known| known == tag)
}

fn is_gguf(info: &ModelInfo) -> bool {
    has_tag(info, "gguf") && !has_tag(info, "safetensors")
}

/// Why a model cannot be used here, as far as the list tells.
fn refusal(info: &ModelInfo) -> Option<Refusal> {
    if has_tag(info, "custom_code") {
        return select::refusal_of_config(&Map::from_iter([("auto_map".to_owned(), json!({}))]));
    }
    if let Some(siblings) = info.siblings.as_ref().filter(|siblings| !siblings.is_empty()) {
        let refusal = select::refusal_of_files(&siblings.iter().map(|file| file.rfilename.as_str()));
        if refusal.is_some() {
            return refusal;
        }
    }
    let config = info.config.as_ref()?.as_object().filter(|config| config.contains_key("model_type"))?;
    select::refusal_of_config(config)
}

/// Bytes of the weights, and how many numbers they are, as the Hub counted them.
fn sizes(info: &ModelInfo) -> (Option<u64>, Option<u64>) {
    let Some(counted) = &info.safetensors else { return (None, None) };
    let bytes_each = |kind: &str| match kind {
        "F64" | "I64" | "U64" => 8,
        "F32" | "I32" | "U32" => 4,
        "F16" | "BF16" | "I16" | "U16" => 2,
        _ => 1,
    };
    let of = |(kind, count): (&String, &u64)| count.saturating_mul(bytes_each(kind));
    let bytes = counted.parameters.iter().map(of).fold(0, u64::saturating_add);
    (Some(bytes), Some(counted.total))
}

fn summary(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(summary) => summary,
        _ => Map::new(),
    }
}
