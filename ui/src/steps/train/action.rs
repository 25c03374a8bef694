//! What can be done now: begin, pause, go on, begin anew, or go to the next page.

use egui::Ui;
use lucide_icons::Icon;
use whetstone_core::desk::{ProjectCommand, ProjectView, Step};
use whetstone_core::method::StageKind;
use whetstone_core::project::store::{Run, RunState};

use super::standing::{self, Now};
use super::{Draft, preset};
use crate::command::{JobCommand, Place};
use crate::look::{Tone, space};
use crate::page::Page;
use crate::parts;
use crate::work::{Job, JobKind, JobState};

fn start(page: &mut Page<'_>) {
    page.go_on_until(JobKind::Train, Some(StageKind::Train), false);
}

/// A run that was given up stands as failed once that is on the disk: only then can another begin.
pub(super) fn begin_what_waits(page: &mut Page<'_>, draft: &mut Draft, view: &ProjectView) {
    if page.state.jobs.runs(JobKind::Train) {
        draft.given_up = None;
    }
    let Some(given_up) = draft.given_up else { return };
    let is_given_up = |run: &Run| run.id == given_up && run.state == RunState::Failed;
    if view.runs.iter().any(is_given_up) {
        draft.given_up = None;
        start(page);
    }
}

/// Draws what can be done now.
pub(super) fn action_ui(page: &mut Page<'_>, ui: &mut Ui, draft: &mut Draft, view: &ProjectView, now: &Now<'_>) {
    match now {
        Now::After(_) => {}
        Now::Ready => ready_ui(page, ui, view),
        Now::Running(job) => running_ui(page, ui, job),
        Now::Elsewhere(run) => elsewhere_ui(page, ui, draft, run),
        Now::Failed { message, kept: Some(run) } => {
            parts::failure_ui(page, ui, message);
            ui.add_space(space::MEDIUM);
            parts::paragraph(page, ui, &page.say("train-kept"));
            go_on_ui(page, ui, draft, run, "train-go-on-kept");
        }
        // What went wrong stands above what can be chosen.
        Now::Failed { kept: None, .. } => {
            ui.add_space(space::LARGE);
            start_button(page, ui, "train-start-again");
        }
        Now::Paused(run) => {
            let title = page.say("train-paused-title");
            let text = page.say("train-paused");
            parts::section(page.colours, ui, &title, |ui| {
                parts::paragraph(page, ui, &text);
                go_on_ui(page, ui, draft, run, "train-go-on");
            });
        }
        Now::Done => done_ui(page, ui, view),
    }
}

fn start_button(page: &mut Page<'_>, ui: &mut Ui, word: &str) {
    let is_free = page.state.jobs.writing().is_none();
    ui.add_space(space::SMALL);
    if parts::main_button(page.colours, ui, Some(Icon::Play), &page.say(word), is_free).clicked() {
        start(page);
    }
    if !is_free {
        parts::soft(page, ui, &page.say("train-busy"));
    }
}

fn ready_ui(page: &mut Page<'_>, ui: &mut Ui, view: &ProjectView) {
    ui.add_space(space::LARGE);
    if let Some(takes) = preset::chosen_takes(page, view) {
        parts::paragraph(page, ui, &page.say_with("train-start-takes", [("takes", takes.into())]));
    }
    parts::soft(page, ui, &page.say("train-start-text"));
    start_button(page, ui, "train-start");
}

fn running_ui(page: &mut Page<'_>, ui: &mut Ui, job: &Job) {
    let title = page.say("train-running-title");
    parts::section(page.colours, ui, &title, |ui| {
        parts::job_progress_ui(page, ui, job);
        if let Some(warning) = job.warnings.back() {
            parts::message_ui(page, ui, Tone::Warning, warning, None, None);
        }
        ui.add_space(space::SMALL);
        let can_stop = job.state == JobState::Running;
        if parts::plain_button(ui, Some(Icon::Pause), &page.say("train-pause"), can_stop).clicked() {
            page.send(JobCommand::Stop(job.id));
        }
        parts::soft(page, ui, &page.say("train-running"));
    });
}

fn elsewhere_ui(page: &mut Page<'_>, ui: &mut Ui, draft: &mut Draft, run: &Run) {
    let is_silent = standing::is_silent(draft, ui, run);
    let (tone, word) =
        if is_silent { (Tone::Warning, "train-elsewhere-silent") } else { (Tone::Accent, "train-elsewhere") };
    parts::notice_box(page, ui, tone, &page.say(word), |_| {});
    if is_silent {
        go_on_ui(page, ui, draft, run, "train-go-on-kept");
    }
}

/// Going on as the main thing, and beginning anew with what that loses.
fn go_on_ui(page: &mut Page<'_>, ui: &mut Ui, draft: &mut Draft, run: &Run, word: &str) {
    start_button(page, ui, word);
    ui.add_space(space::LARGE);
    parts::soft(page, ui, &page.say("train-anew-text"));
    let can_begin = page.state.jobs.writing().is_none();
    let anew = page.say("train-anew");
    if parts::danger_button(page.colours, ui, Some(Icon::RotateCcw), &anew, can_begin).clicked() {
        page.send(ProjectCommand::GiveUpRun { run: run.id });
        draft.given_up = Some(run.id);
    }
}

fn done_ui(page: &mut Page<'_>, ui: &mut Ui, view: &ProjectView) {
    let pairs = standing::newest_run(view).map_or(0, |run| run.pairs);
    let said = page.say_with("train-done", [("pairs", parts::whole_number(pairs).into())]);
    let mut is_next = false;
    parts::notice_box(page, ui, Tone::Success, &said, |ui| {
        parts::soft(page, ui, &page.say("train-done-text"));
        ui.add_space(space::SMALL);
        let next = page.say("train-done-next");
        is_next = parts::main_button(page.colours, ui, Some(Icon::ArrowRight), &next, true).clicked();
    });
    if is_next {
        page.go(Place::Step(Step::Compare));
    }
}
