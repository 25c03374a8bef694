//! An adapter that was trained on another machine becomes a run of the project.

use std::path::PathBuf;

use egui::Ui;
use lucide_icons::Icon;
use serde_json::{Map, Value};
use whetstone_core::desk::ProjectView;
use whetstone_core::job::{ImportAdapterSpec, JobSpec};
use whetstone_core::project::store::RunKind;

use crate::command::{JobCommand, PickFor};
use crate::look::{Tone, space};
use crate::page::Page;
use crate::parts;
use crate::work::{Job, JobKind, JobState};

/// What was typed and not yet sent.
#[derive(Debug, Default)]
pub(super) struct Draft {
    folder: String,
}

/// Draws the field, the job, and what came of it.
pub(super) fn bring_back_ui(page: &mut Page<'_>, ui: &mut Ui, draft: &mut Draft, project: &ProjectView) {
    ui.add_space(space::LARGE);
    parts::section(page.colours, ui, &page.say("adapter-back"), |ui| {
        parts::text_with_terms(page, ui, &page.say("adapter-back-text"), &["adapter", "run"]);
        ui.add_space(space::SMALL);
        let is_ours = |job: &&Job| matches!(&job.spec, JobSpec::ImportAdapter(spec) if spec.project == project.folder);
        let job = page.state.jobs.of(JobKind::ImportAdapter).filter(is_ours);
        if let Some(job) = job.filter(|job| job.is_running()) {
            parts::job_progress_ui(page, ui, job);
            let can_stop = job.state == JobState::Running;
            if parts::plain_button(ui, Some(Icon::Square), &page.say("job-stop"), can_stop).clicked() {
                page.send(JobCommand::Stop(job.id));
            }
            return;
        }
        if let Some(summary) = job.and_then(Job::summary) {
            done_ui(page, ui, project, summary);
            ui.add_space(space::MEDIUM);
        }
        if let Some(message) = job.and_then(Job::failure) {
            parts::failure_ui(page, ui, message);
            ui.add_space(space::SMALL);
        }
        parts::path_field(page, ui, &page.say("adapter-back-folder"), &mut draft.folder, PickFor::AdapterFolder);
        ui.add_space(space::SMALL);
        let is_free = page.state.jobs.writing().is_none();
        let can_bring = is_free && !draft.folder.trim().is_empty();
        if parts::plain_button(ui, Some(Icon::Undo2), &page.say("adapter-back-go"), can_bring).clicked() {
            let adapter = PathBuf::from(draft.folder.trim());
            let spec = ImportAdapterSpec { project: project.folder.clone(), adapter, beside: true };
            page.begin(JobKind::ImportAdapter, JobSpec::ImportAdapter(spec));
        }
        if !is_free {
            parts::soft(page, ui, &page.say("compare-busy"));
        }
    });
}

/// Which run it became, what is to be known of it, and what comes next.
fn done_ui(page: &mut Page<'_>, ui: &mut Ui, project: &ProjectView, summary: &Map<String, Value>) {
    let id = summary.get("run").and_then(Value::as_i64).unwrap_or_default();
    let run = project.runs.iter().find(|run| run.id == id);
    // What only learned to imitate is where the next training begins.
    let only_imitates = run.is_some_and(|run| run.kind == RunKind::Sft);
    let word = if only_imitates { "adapter-back-done-imitates" } else { "adapter-back-done" };
    parts::notice_box(page, ui, Tone::Success, &page.say_with(word, [("run", id.into())]), |_| ());
    for warning in super::written::texts_of(summary, "warnings") {
        ui.add_space(space::SMALL);
        parts::message_ui(page, ui, Tone::Warning, &warning, None, None);
    }
    if !only_imitates {
        super::compare_button(page, ui);
    }
}
