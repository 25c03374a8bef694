//! Which model judges where a coach does.

use std::borrow::Cow;

use egui::Ui;
use lucide_icons::Icon;
use whetstone_core::desk::{ProjectCommand, ProjectView};
use whetstone_core::domain::{LocalModel, ModelPlace, ModelRole};
use whetstone_core::job::ProjectChanges;
use whetstone_core::method::STARTER;

use super::Draft;
use crate::command::PickFor;
use crate::look::space;
use crate::page::Page;
use crate::parts;
use crate::state::called;

/// Which model is the coach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coach {
    Starter,
    ThisModel,
    OnDisk,
    Folder,
}

pub(super) fn coach_ui(page: &mut Page<'_>, ui: &mut Ui, draft: &mut Draft, project: &ProjectView) {
    let settings = &project.settings;
    let on_disk = models_on_disk(page, &settings.model);
    let coach = settings.coach.as_deref().unwrap_or(&settings.model);
    let of_project = match coach {
        STARTER => Coach::Starter,
        coach if coach == settings.model => Coach::ThisModel,
        coach if on_disk.iter().any(|(_, name)| *name == repository_of(coach)) => Coach::OnDisk,
        _ => Coach::Folder,
    };
    parts::text_with_terms(page, ui, &page.say("method-coach"), &["coach"]);
    let mut choices = vec![(Coach::Starter, page.say("method-coach-starter"))];
    if settings.model != STARTER {
        choices.push((Coach::ThisModel, page.say("method-coach-this")));
    }
    if !on_disk.is_empty() {
        choices.push((Coach::OnDisk, page.say("method-coach-on-disk")));
    }
    choices.push((Coach::Folder, page.say("method-coach-folder")));
    let mut chosen = draft.coach_from.unwrap_or(of_project);
    if parts::row_of_choices(ui, &mut chosen, &choices) {
        draft.coach_from = matches!(chosen, Coach::OnDisk | Coach::Folder).then_some(chosen);
        match chosen {
            Coach::Starter => take(page, STARTER),
            Coach::ThisModel => take(page, &settings.model),
            Coach::OnDisk | Coach::Folder => {}
        }
    }
    let text = if chosen == Coach::Starter { "method-coach-starter-text" } else { "method-coach-text" };
    parts::soft(page, ui, &page.say(text));
    if chosen == Coach::OnDisk {
        let mut picked = on_disk.iter().position(|(_, name)| *name == repository_of(coach));
        let choices: Vec<(Option<usize>, String)> =
            on_disk.iter().enumerate().map(|(place, (_, name))| (Some(place), name.clone())).collect();
        ui.add_space(space::TINY);
        if parts::pick_field(page, ui, &page.say("method-coach-which"), &mut picked, &choices) {
            if let Some((model, _)) = picked.and_then(|place| on_disk.get(place)) {
                take(page, model);
            }
            draft.coach_from = None;
        }
    }
    if chosen == Coach::Folder {
        let known = if of_project == Coach::Folder { coach } else { "" };
        let mut folder: Cow<'_, str> = draft.coach.take().map_or(Cow::Borrowed(known), Cow::Owned);
        let is_other = {
            let folder = folder.to_mut();
            parts::path_field(page, ui, &page.say("method-coach-path"), folder, PickFor::CoachFolder);
            !folder.trim().is_empty() && folder.trim() != known
        };
        ui.add_space(space::TINY);
        if parts::plain_button(ui, Some(Icon::Check), &page.say("method-coach-use"), is_other).clicked() {
            take(page, folder.trim());
            draft.coach_from = None;
        }
        if is_other {
            draft.coach = Some(folder.into_owned());
        }
    }
}

/// The models on this machine that can judge, beside the starter and the project's own: what a project calls each,
/// and its name.
fn models_on_disk(page: &mut Page<'_>, own: &str) -> Vec<(String, String)> {
    let own = repository_of(own);
    let Some(on_disk) = page.on_disk() else { return Vec::new() };
    // Of a repository with several GGUF files none is chosen yet: its place is that of the snapshot.
    let is_one = |model: &LocalModel| model.commit.as_ref().is_none_or(|commit| !model.path.ends_with(commit));
    let can_judge = |model: &&LocalModel| match model.role {
        Some(ModelRole::Train) => model.place != ModelPlace::Starter && model.name != own,
        Some(ModelRole::Coach) => is_one(model),
        None => false,
    };
    let models = on_disk.models.iter().filter(can_judge);
    models.map(|model| (called(model), model.name.clone())).collect()
}

/// The repository of a model of the Hub; anything else as it is.
fn repository_of(model: &str) -> String {
    parts::hub_name(model).map_or_else(|| model.to_owned(), |(repository, _)| repository)
}

fn take(page: &mut Page<'_>, coach: &str) {
    let changes = ProjectChanges { coach: Some(coach.to_owned()), ..ProjectChanges::default() };
    page.send(ProjectCommand::Change(Box::new(changes)));
}
