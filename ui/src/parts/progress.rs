//! How far something is.

use egui::{ProgressBar, RichText, Role, Ui, WidgetInfo};

use whetstone_core::job::Progress;

use super::texts::{bytes, duration, whole_number};
use crate::look::shape;
use crate::page::Page;
use crate::work::{Job, JobState};

/// A bar from nothing to all, with its name for those who listen.
pub fn progress_bar(page: &Page<'_>, ui: &mut Ui, name: &str, share: f32) {
    let bar = ProgressBar::new(share).fill(page.colours.accent).desired_height(8.0).corner_radius(shape::CORNER);
    let response = ui.add(bar);
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::ProgressIndicator, true, name);
        info.value = Some(f64::from(share));
        info
    });
}

/// How many bytes went over the network, of how many, and how fast.
fn bytes_said(page: &Page<'_>, job: &Job, done: u64, total: u64) -> String {
    let said = page.say_with("job-bytes", [("done", bytes(done).into()), ("total", bytes(total).into())]);
    match job.speed().filter(|_| job.state == JobState::Running) {
        Some(speed) => page.say_with("job-speed", [("said", said.into()), ("speed", bytes(speed as u64).into())]),
        None => said,
    }
}

/// What a stage does, and how much of it is done.
fn stage_said(page: &Page<'_>, job: &Job, progress: &Progress) -> String {
    let id = progress.stage.replace(' ', "-");
    let stage = page.words.row("stage", &id, "now", &progress.stage).into_owned();
    let Some(total) = progress.total else { return stage };
    if progress.unit == "bytes" {
        return bytes_said(page, job, progress.done, total);
    }
    let values = [
        ("stage", stage.into()),
        ("done", whole_number(progress.done as usize).into()),
        ("total", whole_number(total as usize).into()),
    ];
    page.say_with("job-progress", values)
}

/// A running job's stage: what it does, how much of it is done, how long it will take.
pub fn job_progress_ui(page: &Page<'_>, ui: &mut Ui, job: &Job) {
    let mut said = match (&job.state, &job.paused, &job.progress) {
        (JobState::Stopping, _, _) => page.say("job-stopping"),
        (_, Some(reason), _) => page.say_with("job-paused", [("reason", reason.as_str().into())]),
        (_, None, Some(progress)) => stage_said(page, job, progress),
        (_, None, None) => page.say("job-starting"),
    };
    if let Some(seconds) = job.seconds_left().filter(|_| job.state == JobState::Running) {
        let left = duration(page.words, seconds);
        said = page.say_with("job-left", [("said", said.into()), ("left", left.into())]);
    }
    ui.add(egui::Label::new(RichText::new(said).color(page.colours.text_soft)).wrap());
    progress_bar(page, ui, &page.say(job.kind.word()), job.share().unwrap_or(0.0));
}
