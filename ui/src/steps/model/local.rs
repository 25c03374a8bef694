//! The models that lie on this machine: how large they are, who uses them, what can be done with them.

use egui::{Label, RichText, Ui};
use lucide_icons::Icon;
use whetstone_core::desk::{ProjectCommand, ProjectView};
use whetstone_core::domain::{LocalModel, ModelPlace, ModelRole};
use whetstone_core::job::ProjectChanges;
use whetstone_core::method::STARTER;

use super::{Draft, fetch};
use crate::command::UiCommand;
use crate::look::{SEMIBOLD, Tone, space};
use crate::page::Page;
use crate::parts;
use crate::state::called;
use crate::work::JobKind;

/// Draws them.
pub(super) fn local_ui(page: &mut Page<'_>, ui: &mut Ui, draft: &mut Draft, project: &ProjectView) {
    let failure = page.state.jobs.of(JobKind::Models).and_then(|job| job.failure());
    let Some(on_disk) = page.on_disk() else {
        match failure {
            Some(message) => parts::failure_ui(page, ui, message),
            None => parts::soft(page, ui, &page.say("data-reading")),
        }
        return;
    };
    let said = page.say_with("hub-disk-said", [("size", parts::bytes(on_disk.bytes).into())]);
    parts::paragraph(page, ui, &said);
    ui.horizontal_wrapped(|ui| {
        let path = on_disk.cache.to_string_lossy();
        ui.add(Label::new(RichText::new(path).monospace().color(page.colours.text_soft)).wrap().selectable(true));
        if parts::plain_button(ui, Some(Icon::FolderOpen), &page.say("data-show-folder"), true).clicked() {
            page.send(UiCommand::Reveal(on_disk.cache.clone()));
        }
    });
    ui.add_space(space::MEDIUM);
    // A coach's own form of model cannot be used yet.
    let shown = on_disk.models.iter().filter(|model| model.role != Some(ModelRole::Coach));
    let mut has_any = false;
    for model in shown {
        has_any = true;
        ui.push_id((&model.name, &model.commit), |ui| model_ui(page, ui, draft, project, model));
        ui.add_space(space::SMALL);
    }
    if !has_any {
        parts::empty_state(page, ui, Icon::HardDrive, &page.say("hub-disk-none"));
    }
}

fn model_ui(page: &mut Page<'_>, ui: &mut Ui, draft: &mut Draft, project: &ProjectView, model: &LocalModel) {
    let colours = page.colours;
    parts::card(colours, ui, |ui| {
        let name = if model.name == STARTER { page.say("model-starter") } else { model.name.clone() };
        ui.spacing_mut().interact_size.y = 0.0;
        ui.horizontal_wrapped(|ui| {
            let family = egui::FontFamily::Name(SEMIBOLD.into());
            ui.add(Label::new(RichText::new(&name).family(family).color(colours.text)).wrap());
            ui.add(Label::new(RichText::new(parts::bytes(model.bytes)).color(colours.text_soft)));
        });
        if is_of(project, model) {
            parts::badge(colours, ui, Tone::Success, Some(Icon::Check), &page.say("model-is-used"));
        } else if model.role.is_none() && model.unfinished_bytes == 0 {
            parts::badge(colours, ui, Tone::Warning, Some(Icon::TriangleAlert), &page.say("hub-disk-unusable"));
        }
        parts::soft(page, ui, &format!("{} · {}", page.say(place_word(model.place)), model.said));
        let others: Vec<String> = model
            .used_by
            .iter()
            .filter(|folder| **folder != project.folder)
            .map(|folder| folder.file_name().unwrap_or_default().to_string_lossy().into_owned())
            .collect();
        if !others.is_empty() {
            parts::soft(page, ui, &page.say_with("hub-disk-used", [("projects", others.join(", ").into())]));
        }
        if model.unfinished_bytes > 0 {
            let size = parts::bytes(model.unfinished_bytes);
            parts::soft(page, ui, &page.say_with("hub-unfinished", [("size", size.into())]));
        }
        let running = fetch::job_of(page, &model.name).filter(|job| job.is_running());
        if let Some(job) = running {
            fetch::running_ui(page, ui, draft, job, &model.name);
        } else {
            actions_ui(page, ui, draft, project, model, &name);
        }
    });
}

/// What can be done with a model that nothing is happening to.
fn actions_ui(
    page: &mut Page<'_>,
    ui: &mut Ui,
    draft: &mut Draft,
    project: &ProjectView,
    model: &LocalModel,
    name: &str,
) {
    let is_used = is_of(project, model);
    if !model.can_delete && (is_used || model.role != Some(ModelRole::Train)) {
        return;
    }
    let is_free = page.state.jobs.writing().is_none();
    ui.horizontal_wrapped(|ui| {
        if model.role == Some(ModelRole::Train) && !is_used {
            let named = page.say_with("hub-use-named", [("model", name.into())]);
            if parts::named_button(ui, Some(Icon::Check), &page.say("model-use"), &named, is_free).clicked() {
                let changes = ProjectChanges { model: Some(called(model)), ..ProjectChanges::default() };
                page.send(ProjectCommand::Change(Box::new(changes)));
                draft.before = Some(project.settings.model.clone());
            }
        }
        if model.unfinished_bytes > 0 {
            let can_go_on = !page.state.jobs.runs(JobKind::Download) && !page.state.hub.is_offline;
            let named = page.say_with("hub-go-on-named", [("model", name.into())]);
            if parts::named_button(ui, Some(Icon::Play), &page.say("hub-go-on"), &named, can_go_on).clicked() {
                fetch::begin(page, &model.name, model.commit.clone());
            }
        }
        fetch::delete_button(page, ui, draft, model);
    });
    fetch::sure_ui(page, ui, draft, model);
}

/// Whether the project works with it.
fn is_of(project: &ProjectView, model: &LocalModel) -> bool {
    let of_project = &project.settings.model;
    *of_project == called(model)
        || *of_project == model.name
        || parts::hub_name(of_project).is_some_and(|(repository, _)| repository == model.name)
}

fn place_word(place: ModelPlace) -> &'static str {
    match place {
        ModelPlace::Starter => "hub-place-starter",
        ModelPlace::HubCache => "hub-place-cache",
        ModelPlace::LmStudio => "hub-place-lm-studio",
        ModelPlace::Ollama => "hub-place-ollama",
    }
}
