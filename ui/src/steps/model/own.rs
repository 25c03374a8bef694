//! A model's folder of one's own.

use std::path::{Path, PathBuf};

use egui::Ui;
use lucide_icons::Icon;
use whetstone_core::desk::ProjectView;
use whetstone_core::job::{JobSpec, LookSpec};
use whetstone_core::method::STARTER;

use super::{Draft, facts, use_ui};
use crate::command::{JobCommand, PickFor};
use crate::look::space;
use crate::page::Page;
use crate::parts;
use crate::work::{Job, JobKind};

/// Names it, looks at it, takes it.
pub(super) fn own_ui(page: &mut Page<'_>, ui: &mut Ui, draft: &mut Draft, project: &ProjectView) {
    let model = project.settings.model.as_str();
    let of_project = if model == STARTER || parts::hub_name(model).is_some() { "" } else { model };
    let mut folder = draft.folder.clone().unwrap_or_else(|| of_project.to_owned());
    let picked = page.take_picked(PickFor::ModelFolder).and_then(|paths| paths.into_iter().next());
    let is_picked = picked.is_some();
    if let Some(picked) = picked {
        folder = picked.to_string_lossy().into_owned();
    }
    parts::section(page.colours, ui, &page.say("model-folder"), |ui| {
        parts::path_field(page, ui, &page.say("model-folder-field"), &mut folder, PickFor::ModelFolder);
        parts::soft(page, ui, &page.say("model-folder-holds"));
        let looked = page.state.jobs.of(JobKind::Look).filter(|job| is_of(job, &folder));
        let is_looking = page.state.jobs.of(JobKind::Look).is_some_and(Job::is_running);
        ui.add_space(space::TINY);
        let can_look = !folder.trim().is_empty() && !is_looking;
        let wants = parts::plain_button(ui, Some(Icon::Search), &page.say("model-look"), can_look).clicked();
        if wants || (is_picked && can_look) {
            let spec = LookSpec { model: PathBuf::from(folder.trim()), compute: page.state.settings.compute.clone() };
            page.send(JobCommand::Start { kind: JobKind::Look, spec: Box::new(JobSpec::Look(spec)) });
        }
        if let Some(job) = looked {
            ui.add_space(space::SMALL);
            looked_ui(page, ui, job);
        }
    });
    ui.add_space(space::LARGE);
    let is_known = page.state.jobs.of(JobKind::Look).is_some_and(|job| is_of(job, &folder) && job.summary().is_some());
    let is_of_project = !of_project.is_empty() && folder.trim() == of_project;
    if is_known || is_of_project {
        use_ui(page, ui, draft, project, folder.trim());
    } else {
        parts::soft(page, ui, &page.say("model-look-first"));
    }
    if folder != of_project {
        draft.folder = Some(folder);
    }
}

fn looked_ui(page: &Page<'_>, ui: &mut Ui, job: &Job) {
    if job.is_running() {
        parts::job_progress_ui(page, ui, job);
    } else if let Some(message) = job.failure() {
        parts::failure_ui(page, ui, message);
    } else if let Some(summary) = job.summary() {
        facts::facts_ui(page, ui, summary);
    }
}

/// Whether a job looked at this folder.
fn is_of(job: &Job, folder: &str) -> bool {
    matches!(&job.spec, JobSpec::Look(spec) if spec.model == Path::new(folder.trim()))
}
