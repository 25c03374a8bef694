//! What a project's next training would take of this machine, before anything of it is begun.

use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

use super::MethodError;
use super::gather::{comparisons_of, preference_pairs, resolved_pairs};
use super::stages::{DATA, adapter_settings, adapter_start, training_spec, write_lines};
use super::work::{Means, Work};
use crate::domain::{Comparison, Forecast, RecordId, ResolvedPair, Round, Split, ToUserMessage, TrainSettings};
use crate::files::FileError;
use crate::job::{ForecastSpec, JobContext};
use crate::preflight::{Foresight, PreflightError};
use crate::project::store::{Access, RunKind, Store};
use crate::train::presets::find_preset;

/// The job: what the next training would take by each preset that is named, or by the project's own settings.
pub fn forecast(spec: &ForecastSpec, context: &JobContext<'_>) -> Result<Map<String, Value>, MethodError> {
    let store = Store::open(&spec.project, Access::ReadOnly)?;
    let work = Work::open(&store, Means::here(&spec.compute))?;
    let round = newest_round(&store)?;
    let mut pairs = resolved_pairs(&work, &round)?;
    if pairs.is_empty() {
        pairs = pairs_to_come(&work, &round)?;
        context.note(format!(
            "nothing is judged yet: this is foreseen as if each of the {} comparisons became a preference pair",
            pairs.len()
        ));
    }
    let folder = tempfile::tempdir().map_err(|source| FileError::Write { path: std::env::temp_dir(), source })?;
    let data = folder.path().join(DATA);
    let lines: Vec<Value> = preference_pairs(&work, &pairs)?.into_iter().map(|pair| pair.line).collect();
    write_lines(&data, &lines)?;
    let start = adapter_start(&work, &round)?;
    // The folder of the run to come: its disk is the one that must have room.
    let out = store.run_folder(store.runs()?.last().map_or(1, |run| run.id + 1));
    let mut foresight = Foresight::default();
    let (mut forecasts, mut said) = (Vec::new(), Vec::new());
    for (preset, settings) in settings(spec, &work.settings.training)? {
        let settings = adapter_settings(settings, start, pairs.len());
        let spec = training_spec(&work, data.clone(), out.clone(), RunKind::Dpo, start, settings)?;
        let (forecast, refusal) = foresight.forecast(&spec, context).map_err(failed)?;
        said.push(sentence(preset, &forecast, refusal.as_ref()));
        forecasts.push(json!({
            "preset": preset,
            "forecast": forecast,
            "refusal": refusal.map(|refusal| refusal.user_message()),
        }));
    }
    Ok(Map::from_iter([("forecasts".to_owned(), json!(forecasts)), ("said".to_owned(), json!(said))]))
}

fn failed(error: PreflightError) -> MethodError {
    match error {
        PreflightError::Cancelled(cancelled) => cancelled.into(),
        error => MethodError::Preflight(Box::new(error)),
    }
}

/// The settings that are looked at, each with its preset's id.
fn settings<'a>(
    spec: &'a ForecastSpec,
    own: &TrainSettings,
) -> Result<Vec<(Option<&'a str>, TrainSettings)>, MethodError> {
    if spec.presets.is_empty() {
        return Ok(vec![(None, own.clone())]);
    }
    let by_preset = |id: &'a String| {
        let preset = find_preset(id).ok_or_else(|| MethodError::UnknownPreset { preset: id.clone() })?;
        let mut settings = own.clone();
        preset.apply(&mut settings);
        Ok((Some(id.as_str()), settings))
    };
    spec.presets.iter().map(by_preset).collect()
}

/// The round whose labels would be trained on: the newest, or where nothing was begun, the first, with what was imported.
fn newest_round(store: &Store) -> Result<Round, MethodError> {
    Ok(store.rounds()?.pop().unwrap_or(Round { id: 0, number: 1, start_run: None }))
}

/// The round's comparisons as if each were judged for its first answer: texts of the same lengths.
fn pairs_to_come(work: &Work<'_>, round: &Round) -> Result<Vec<ResolvedPair>, MethodError> {
    let trained: BTreeSet<RecordId> = work.store.prompts(Some(Split::Train))?.iter().map(|prompt| prompt.id).collect();
    let comparisons = comparisons_of(work.store, Some(round))?;
    let pair = |comparison: &Comparison| ResolvedPair {
        comparison: comparison.id,
        chosen: comparison.a,
        rejected: comparison.b,
        verdicts: Vec::new(),
        by_people: false,
    };
    let pairs: Vec<ResolvedPair> =
        comparisons.iter().filter(|comparison| trained.contains(&comparison.prompt)).map(pair).collect();
    if pairs.is_empty() { Err(MethodError::NothingToForesee) } else { Ok(pairs) }
}

fn sentence(preset: Option<&str>, forecast: &Forecast, refusal: Option<&PreflightError>) -> String {
    let named = preset.map_or_else(String::new, |preset| format!("{preset}: "));
    match refusal {
        Some(refusal) => format!("{named}{refusal}"),
        None => format!("{named}{}", forecast.said),
    }
}
