//! What runs, below every page: a job outlives the page that began it.

use egui::{Panel, RichText, Ui};
use lucide_icons::Icon;
use whetstone_core::desk::{ProjectCommand, Step};
use whetstone_core::job::Outcome;
use whetstone_core::project::store::{Run, RunState};

use crate::command::{JobCommand, Place};
use crate::look::{SEMIBOLD, Tone, space};
use crate::page::Page;
use crate::parts;
use crate::work::{Job, JobKind, JobState};

/// Draws it at the bottom, where there is something to show.
pub(crate) fn jobs_bar_ui(page: &mut Page<'_>, ui: &mut Ui) {
    // The page that a job belongs to shows it itself.
    let is_elsewhere = |job: &&Job| page.state.place != Place::Step(step_of(job.kind));
    let shown: Vec<&Job> = page.state.jobs.jobs().iter().filter(|job| is_shown(job)).filter(is_elsewhere).collect();
    let of_others = run_of_others(page);
    if shown.is_empty() && of_others.is_none() {
        return;
    }
    let frame = egui::Frame::new()
        .fill(page.colours.surface)
        .inner_margin(egui::Margin::symmetric(space::LARGE as i8, space::SMALL as i8));
    Panel::bottom("jobs").resizable(false).frame(frame).show(ui, |ui| {
        for job in shown {
            ui.push_id(job.id, |ui| job_ui(page, ui, job));
        }
        if let Some(run) = of_others {
            run_of_others_ui(page, ui, run);
        }
    });
}

/// A run of this project that another process trains: one that a closed window left behind, or a command's.
fn run_of_others<'a>(page: &Page<'a>) -> Option<&'a Run> {
    if page.state.jobs.writing().is_some() {
        return None;
    }
    page.project()?.runs.iter().rfind(|run| matches!(run.state, RunState::Running { .. }))
}

fn run_of_others_ui(page: &mut Page<'_>, ui: &mut Ui, run: &Run) {
    ui.horizontal_wrapped(|ui| {
        let family = egui::FontFamily::Name(SEMIBOLD.into());
        ui.label(RichText::new(page.say("job-of-others")).family(family).color(page.colours.text));
        if parts::plain_button(ui, Some(Icon::Eye), &page.say("job-show"), true).clicked() {
            page.go(Place::Step(Step::Train));
        }
        let stop = page.say(if run.is_cancel_requested { "job-stopping" } else { "job-pause" });
        if parts::plain_button(ui, Some(Icon::Square), &stop, !run.is_cancel_requested).clicked() {
            page.send(ProjectCommand::StopRun { run: run.id });
        }
    });
}

/// What runs is shown, and what failed until it is taken away.
fn is_shown(job: &Job) -> bool {
    job.kind.is_in_bar() && (job.is_running() || job.failure().is_some())
}

/// The page that a job belongs to.
pub(crate) fn step_of(kind: JobKind) -> Step {
    match kind {
        JobKind::Look
        | JobKind::Catalogue
        | JobKind::Search
        | JobKind::About
        | JobKind::Download
        | JobKind::Models
        | JobKind::DeleteModel
        | JobKind::Account
        | JobKind::Updates
        | JobKind::Update => Step::Model,
        JobKind::Answer => Step::Answers,
        JobKind::Judge | JobKind::CoachReport | JobKind::Endpoints | JobKind::EndpointTest | JobKind::Leaving => {
            Step::Feedback
        }
        JobKind::Train | JobKind::Forecast => Step::Train,
        JobKind::Compare | JobKind::ChatOld | JobKind::ChatNew => Step::Compare,
        JobKind::Preview | JobKind::Import | JobKind::Suggest => Step::Prompts,
        JobKind::Export | JobKind::ForecastExport | JobKind::ImportAdapter | JobKind::PushPreview | JobKind::Push => {
            Step::Export
        }
    }
}

fn job_ui(page: &mut Page<'_>, ui: &mut Ui, job: &Job) {
    let title = page.say(job.kind.word());
    if let JobState::Ended(Outcome::Failed { message }) = &job.state {
        parts::failure_ui(page, ui, message);
        ui.horizontal(|ui| {
            if parts::plain_button(ui, Some(Icon::Play), &page.say("job-go-on"), true).clicked() {
                let (kind, spec) = (job.kind, Box::new(job.spec.clone()));
                page.send(JobCommand::Start { kind, spec });
            }
            if parts::plain_button(ui, Some(Icon::X), &page.say("dismiss"), true).clicked() {
                page.send(JobCommand::Dismiss(job.id));
            }
        });
        return;
    }
    ui.horizontal(|ui| {
        let buttons = 230.0;
        ui.vertical(|ui| {
            ui.set_width((ui.available_width() - buttons).max(120.0));
            let family = egui::FontFamily::Name(SEMIBOLD.into());
            ui.label(RichText::new(title).family(family).color(page.colours.text));
            parts::job_progress_ui(page, ui, job);
            if let Some(warning) = job.warnings.back() {
                let ink = page.colours.tint(Tone::Warning).ink;
                ui.add(egui::Label::new(RichText::new(warning).small().color(ink)).truncate());
            }
        });
        if parts::plain_button(ui, Some(Icon::Eye), &page.say("job-show"), true).clicked() {
            page.go(Place::Step(step_of(job.kind)));
        }
        let can_stop = job.state == JobState::Running;
        let word = if matches!(job.kind, JobKind::Train | JobKind::Download) { "job-pause" } else { "job-stop" };
        if parts::plain_button(ui, Some(Icon::Square), &page.say(word), can_stop).clicked() {
            page.send(JobCommand::Stop(job.id));
        }
    });
}
