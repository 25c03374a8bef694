//! Coaches that are known here: what lies on this computer, and what the project has.

use whetstone_core::desk::ProjectView;
use whetstone_core::domain::{CoachName, LocalModel, ModelPlace, ModelRole};
use whetstone_core::method::STARTER;
use whetstone_core::project::store::{Run, RunKind, RunState};

use crate::page::Page;
use crate::parts;
use crate::state::called;

/// The project's coach: where none was named, the model that is trained, as it was.
pub(in crate::steps) fn coach_of(project: &ProjectView) -> CoachName {
    let settings = &project.settings;
    let named = settings.coach.as_deref().unwrap_or(&settings.model);
    named.parse().unwrap_or(CoachName::Starter)
}

/// Every coach that is known here without a path being typed, the project's first.
pub(in crate::steps) fn known_coaches(page: &mut Page<'_>, project: &ProjectView) -> Vec<CoachName> {
    let mut known = vec![coach_of(project), CoachName::Starter, CoachName::Policy];
    if project.settings.model != STARTER {
        known.push(CoachName::Model(project.settings.model.clone()));
    }
    if let Some(on_disk) = page.on_disk() {
        known.extend(on_disk.models.iter().filter_map(of_model));
    }
    let servers = page.endpoints().unwrap_or_default();
    known.extend(servers.iter().map(|endpoint| CoachName::Endpoint(endpoint.name.clone())));
    let learned = |run: &&Run| run.kind == RunKind::PreferenceModel && run.state == RunState::Finished;
    let folder = |run: &Run| project.folder.join("runs").join(run.id.to_string()).to_string_lossy().into_owned();
    known.extend(project.runs.iter().filter(learned).rev().map(|run| CoachName::PreferenceModel(folder(run))));
    let mut different: Vec<CoachName> = Vec::with_capacity(known.len());
    for name in known {
        if !different.iter().any(|other| is_same(other, &name)) {
            different.push(name);
        }
    }
    different
}

/// A model of the Hub is the same whether it is named by its commit, by its folder or by neither.
fn is_same(one: &CoachName, other: &CoachName) -> bool {
    let repository = |name: &CoachName| match name {
        CoachName::Model(model) => Some(parts::hub_name(model).map_or_else(|| model.clone(), |(name, _)| name)),
        _ => None,
    };
    one == other || (repository(one).is_some() && repository(one) == repository(other))
}

/// A model of this computer as a coach, where it can judge.
fn of_model(model: &LocalModel) -> Option<CoachName> {
    let path = model.path.to_string_lossy();
    match model.role {
        _ if model.place == ModelPlace::Starter => None,
        Some(ModelRole::Train) => Some(CoachName::Model(called(model))),
        Some(ModelRole::Coach) if path.to_lowercase().ends_with(".gguf") => Some(CoachName::Gguf(path.into_owned())),
        _ => None,
    }
}

/// What people call a coach.
pub(in crate::steps) fn coach_title(page: &Page<'_>, project: &ProjectView, name: &CoachName) -> String {
    let subject = name.subject().unwrap_or_default();
    let file = || parts::model_name(page.words, subject);
    match name {
        CoachName::Starter => page.say("coach-title-starter"),
        CoachName::Policy => page.say("coach-title-policy"),
        CoachName::Model(model) if *model == project.settings.model => {
            page.say_with("coach-title-own", [("name", file().into())])
        }
        CoachName::Model(_) | CoachName::Gguf(_) => file(),
        CoachName::Endpoint(name) => page.say_with("coach-title-endpoint", [("name", name.as_str().into())]),
        CoachName::Rules(_) => page.say_with("coach-title-rules", [("name", file().into())]),
        CoachName::PreferenceModel(_) => page.say_with("coach-title-preference", [("name", file().into())]),
    }
}
