//! What an export will take of the disk, or what stands against it, before anything is written.

use egui::Ui;
use serde_json::Value;
use whetstone_core::job::{ExportSpec, JobSpec};

use crate::look::Tone;
use crate::page::Page;
use crate::parts;
use crate::work::{Job, JobKind};

/// The job that looked ahead for this export.
fn foreseen<'a>(page: &Page<'a>, spec: &ExportSpec) -> Option<&'a Job> {
    let is_ours = |job: &&Job| matches!(&job.spec, JobSpec::ForecastExport(known) if known == spec);
    page.state.jobs.of(JobKind::ForecastExport).filter(is_ours)
}

/// Says what it takes. Looks ahead once for each export that is asked about.
pub(super) fn room_ui(page: &mut Page<'_>, ui: &mut Ui, spec: &ExportSpec) {
    // A path that is being typed names folders that nobody means.
    if foreseen(page, spec).is_none() && !page.state.jobs.runs(JobKind::ForecastExport) && !ui.ctx().text_edit_focused()
    {
        page.begin(JobKind::ForecastExport, JobSpec::ForecastExport(spec.clone()));
    }
    let Some(job) = foreseen(page, spec) else { return };
    if let Some(message) = job.failure() {
        let (hint, details) = (message.hint.as_deref(), message.details.as_deref());
        parts::message_ui(page, ui, Tone::Warning, &message.what, hint, details);
        return;
    }
    let Some(summary) = job.summary() else {
        parts::soft(page, ui, &page.say("export-room-looking"));
        return;
    };
    let number = |key: &str| summary.get(key).and_then(Value::as_u64);
    let size = parts::bytes(number("bytes").unwrap_or_default());
    let said = match number("free") {
        Some(free) => page.say_with("export-room", [("size", size.into()), ("free", parts::bytes(free).into())]),
        None => page.say_with("export-room-alone", [("size", size.into())]),
    };
    parts::soft(page, ui, &said);
}
