//! Which model judges where a coach does.

use std::borrow::Cow;

use egui::Ui;
use lucide_icons::Icon;
use whetstone_core::desk::{ProjectCommand, ProjectView};
use whetstone_core::job::ProjectChanges;
use whetstone_core::method::STARTER;

use super::Draft;
use crate::command::PickFor;
use crate::look::space;
use crate::page::Page;
use crate::parts;

/// Which model is the coach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Coach {
    Starter,
    ThisModel,
    Folder,
}

pub(super) fn coach_ui(page: &mut Page<'_>, ui: &mut Ui, draft: &mut Draft, project: &ProjectView) {
    let settings = &project.settings;
    let coach = settings.coach.as_deref().unwrap_or(&settings.model);
    let of_project = match coach {
        STARTER => Coach::Starter,
        coach if coach == settings.model => Coach::ThisModel,
        _ => Coach::Folder,
    };
    parts::text_with_terms(page, ui, &page.say("method-coach"), &["coach"]);
    let mut choices = vec![(Coach::Starter, page.say("method-coach-starter"))];
    if settings.model != STARTER {
        choices.push((Coach::ThisModel, page.say("method-coach-this")));
    }
    choices.push((Coach::Folder, page.say("method-coach-folder")));
    let mut chosen = if draft.wants_folder { Coach::Folder } else { of_project };
    if parts::row_of_choices(ui, &mut chosen, &choices) {
        draft.wants_folder = chosen == Coach::Folder;
        match chosen {
            Coach::Starter => take(page, STARTER),
            Coach::ThisModel => take(page, &settings.model),
            Coach::Folder => {}
        }
    }
    let text = if chosen == Coach::Starter { "method-coach-starter-text" } else { "method-coach-text" };
    parts::soft(page, ui, &page.say(text));
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
            draft.wants_folder = false;
        }
        if is_other {
            draft.coach = Some(folder.into_owned());
        }
    }
}

fn take(page: &mut Page<'_>, coach: &str) {
    let changes = ProjectChanges { coach: Some(coach.to_owned()), ..ProjectChanges::default() };
    page.send(ProjectCommand::Change(Box::new(changes)));
}
