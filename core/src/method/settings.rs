//! A project made and set: what a person may choose, and what is refused.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::json;

use super::MethodError;
use super::demo;
use super::recipe::find_recipe;
use super::work::{STARTER, model_folder, with_folder};
use crate::domain::{CoachName, RecordId, ResultJudge, Split};
use crate::feedback::{read_rubric, read_rules};
use crate::hub::{self, HubSettings};
use crate::job::ProjectChanges;
use crate::model::gguf::is_gguf;
use crate::model::{ConfigError, ModelError};
use crate::project::store::{CompletionFilter, ProjectSettings, Store};
use crate::random;
use crate::train::presets::find_preset;
use crate::train::{self, TrainError};

/// Makes a project, and hands it out open.
pub(crate) fn make(folder: &Path, changes: &ProjectChanges) -> Result<Store, MethodError> {
    let name = folder.file_name().map(|name| name.to_string_lossy().into_owned());
    let mut settings = if changes.example {
        demo::settings(changes.method.as_deref().unwrap_or("rlhf"), changes.seed.unwrap_or(0), false)
    } else {
        let mut settings = ProjectSettings { name: name.unwrap_or_default(), ..ProjectSettings::default() };
        apply_preset(&mut settings, "balanced");
        settings
    };
    // Whoever begins with the example is a person of their own.
    settings.other.clear();
    apply(&mut settings, changes)?;
    let rubric = changes.rubric.as_deref().map(read_rubric).transpose()?;
    let store = Store::create(folder, &settings)?;
    if changes.example {
        demo::add_example(&store, false)?;
    }
    if let Some(rubric) = rubric {
        store.add_rubric(&rubric, "written")?;
    }
    Ok(store)
}

/// Changes some settings; a wrong value changes none of them.
pub(crate) fn set(store: &Store, changes: &ProjectChanges) -> Result<(), MethodError> {
    let mut settings = store.settings()?;
    apply(&mut settings, changes)?;
    let rubric = changes.rubric.as_deref().map(read_rubric).transpose()?;
    if let Some(rubric) = rubric {
        store.add_rubric(&rubric, "written")?;
    }
    store.set_settings(&settings)?;
    if let Some(share) = changes.holdout_share {
        set_aside(store, settings.seed, share)?;
    }
    Ok(())
}

/// Changes every setting, where all of them make sense. What packs know the project by stays.
pub(crate) fn set_all(store: &Store, settings: &ProjectSettings) -> Result<(), MethodError> {
    let before = store.settings()?;
    let settings = ProjectSettings { id: before.id.clone(), ..settings.clone() };
    if let Some(method) = &settings.method {
        find_recipe(method).ok_or_else(|| MethodError::UnknownMethod { method: method.clone() })?;
    }
    // A model that was moved away keeps nobody from changing something else.
    if settings.model != before.model {
        trained_folder(&settings.model)?;
    }
    if let Some(coach) = settings.coach.as_ref().filter(|coach| before.coach.as_ref() != Some(*coach)) {
        with_folder(&coach.parse()?)?;
    }
    if let Some(preset) = settings.training.preset.as_deref().filter(|preset| find_preset(preset).is_none()) {
        return wrong("the training's preset", &preset, "one that this program knows");
    }
    check_ranges(&settings)?;
    train::check_settings(&settings.training)?;
    Ok(store.set_settings(&settings)?)
}

fn wrong(setting: &'static str, found: &dyn ToString, expected: &str) -> Result<(), MethodError> {
    Err(MethodError::Setting { setting, found: found.to_string(), expected: expected.to_owned() })
}

/// Whether numbers make sense.
fn check_ranges(settings: &ProjectSettings) -> Result<(), MethodError> {
    let sampling = &settings.sampling;
    if !(2..=64).contains(&settings.samples) {
        return wrong("the number of answers to a prompt", &settings.samples, "from 2 to 64");
    }
    if !(1..=64).contains(&settings.comparisons) {
        return wrong("the number of comparisons of a prompt", &settings.comparisons, "from 1 to 64");
    }
    if !(1..=4096).contains(&sampling.max_new_tokens) {
        return wrong("the length of an answer in tokens", &sampling.max_new_tokens, "from 1 to 4096");
    }
    if let Some(temperature) = sampling.temperature.filter(|temperature| !(0.0..=5.0).contains(temperature)) {
        return wrong("the temperature", &temperature, "from 0 to 5");
    }
    if !(0.0..=1.0).contains(&settings.audit_share) {
        return wrong("the share of the coach's sure verdicts that people check", &settings.audit_share, "from 0 to 1");
    }
    if !(0.0..=0.9).contains(&settings.holdout_share) {
        return wrong("the share of the prompts that is set aside", &settings.holdout_share, "from 0 to 0.9");
    }
    Ok(())
}

/// Sets a share of the prompts that nobody has worked on aside.
fn set_aside(store: &Store, seed: u64, share: f64) -> Result<(), MethodError> {
    let worked_on: BTreeSet<RecordId> =
        store.completions(&CompletionFilter::default())?.iter().map(|completion| completion.prompt).collect();
    let prompts = store.prompts(Some(Split::Train))?;
    let free: Vec<RecordId> = prompts.iter().map(|prompt| prompt.id).filter(|id| !worked_on.contains(id)).collect();
    let count = share_of(share, free.len());
    store.set_splits(&drawn(free, seed, count), Split::Holdout)?;
    Ok(())
}

/// How many of so many a share is.
pub(crate) fn share_of(share: f64, of: usize) -> usize {
    ((share * of as f64).round() as usize).min(of)
}

/// So many of these, by a chance that is the same whenever it is asked.
pub(crate) fn drawn(mut ids: Vec<RecordId>, seed: u64, count: usize) -> Vec<RecordId> {
    ids.sort_by_key(|&id| random::mix(seed ^ random::mix(id as u64)));
    ids.truncate(count);
    ids
}

fn apply_preset(settings: &mut ProjectSettings, preset: &str) {
    if let Some(preset) = find_preset(preset) {
        preset.apply(&mut settings.training);
    }
}

/// Changes settings; a wrong value changes none of them.
fn apply(settings: &mut ProjectSettings, changes: &ProjectChanges) -> Result<(), MethodError> {
    if let Some(method) = &changes.method {
        find_recipe(method).ok_or_else(|| MethodError::UnknownMethod { method: method.clone() })?;
        settings.method = Some(method.clone());
    }
    if let Some(judge) = &changes.judge {
        settings.judge = serde_json::from_value::<ResultJudge>(json!(judge))
            .map_err(|error| MethodError::Record { what: "judge", reason: error.to_string() })?;
    }
    // A folder is kept by its whole path: the project may be gone on with from elsewhere.
    let place = |name: &String| match std::fs::canonicalize(name) {
        Ok(path) if path.is_dir() || is_gguf(&path) => Ok(path.to_string_lossy().into_owned()),
        // A model of the Hub by its commit: a branch may move on.
        _ if name != STARTER && hub::looks_like_name(name) => Ok(hub::pinned(&HubSettings::of_environment()?, name)?),
        _ => Ok::<_, MethodError>(name.clone()),
    };
    if let Some(name) = &changes.model {
        trained_folder(name)?;
        settings.model = place(name)?;
    }
    if let Some(name) = &changes.coach {
        settings.coach = Some(placed_coach(name, place)?);
    }
    settings.coach_threshold = changes.coach_threshold.or(settings.coach_threshold);
    if let Some(is_trusted) = changes.trust_coach {
        let coach = settings.coach.clone().unwrap_or_else(|| settings.model.clone());
        settings.coach_trusted_anyway = is_trusted.then_some(coach);
    }
    if let Some(name) = &changes.name {
        settings.name.clone_from(name);
    }
    if let Some(text) = &changes.system_prompt {
        settings.system_prompt = Some(text.clone()).filter(|text| !text.trim().is_empty());
    }
    if let Some(preset) = &changes.preset {
        apply_preset(settings, preset);
    }
    settings.audit_share = changes.audit_share.unwrap_or(settings.audit_share);
    settings.seed = changes.seed.unwrap_or(settings.seed);
    settings.samples = changes.samples.unwrap_or(settings.samples);
    settings.comparisons = changes.comparisons.unwrap_or(settings.comparisons);
    settings.sampling.max_new_tokens = changes.max_new_tokens.unwrap_or(settings.sampling.max_new_tokens);
    settings.sampling.temperature = changes.temperature.or(settings.sampling.temperature);
    settings.training.max_steps = changes.steps.or(settings.training.max_steps);
    settings.training.learning_rate = changes.learning_rate.unwrap_or(settings.training.learning_rate);
    Ok(())
}

/// A coach as a project keeps it: with whole paths, and where it is one of the Hub, with its commit.
fn placed_coach(
    name: &str,
    place_model: impl Fn(&String) -> Result<String, MethodError>,
) -> Result<String, MethodError> {
    let name: CoachName = name.parse()?;
    with_folder(&name)?;
    let placed = match name {
        CoachName::Model(model) => CoachName::Model(place_model(&model)?),
        CoachName::Gguf(file) => CoachName::Gguf(whole_path(&file)?),
        CoachName::Rules(file) => {
            read_rules(Path::new(&file))?;
            CoachName::Rules(whole_path(&file)?)
        }
        CoachName::PreferenceModel(folder) => CoachName::PreferenceModel(whole_path(&folder)?),
        // Where an endpoint is, this machine knows.
        same @ (CoachName::Starter | CoachName::Policy | CoachName::Endpoint(_)) => same,
    };
    Ok(placed.to_string())
}

/// A path by which the project finds it from elsewhere too.
fn whole_path(path: &str) -> Result<String, MethodError> {
    match std::fs::canonicalize(path) {
        Ok(path) => Ok(path.to_string_lossy().into_owned()),
        Err(_missing) => Err(MethodError::NoModel { name: path.to_owned() }),
    }
}

/// The folder of the model that is to be trained: a GGUF file only answers and judges.
fn trained_folder(name: &str) -> Result<(), MethodError> {
    let path = model_folder(name)?;
    if is_gguf(&path) { Err(TrainError::from(ModelError::from(ConfigError::Gguf { path })).into()) } else { Ok(()) }
}
