//! How far the training is.

use egui::Ui;
use whetstone_core::desk::{ProjectView, Readiness, Step};
use whetstone_core::domain::{RecordId, UserMessage};
use whetstone_core::project::store::{Run, RunKind, RunState};

use super::Draft;
use crate::page::Page;
use crate::work::{Job, JobKind};

/// Seconds without a sign of life after which a run is thought to have broken off.
const SILENT: f64 = 30.0;

/// How far the training is.
#[derive(Debug)]
pub(super) enum Now<'a> {
    /// Something has to be done on another page first.
    After(Step),
    /// It can begin.
    Ready,
    /// It runs here.
    Running(&'a Job),
    /// It runs, and no job of this window runs it.
    Elsewhere(&'a Run),
    /// It broke off.
    Failed {
        /// Why.
        message: &'a UserMessage,
        /// The run that can be gone on with.
        kept: Option<&'a Run>,
    },
    /// It was stopped and can go on.
    Paused(&'a Run),
    /// The adapter of this round is there.
    Done,
}

/// The newest run of an adapter.
pub(super) fn newest_run(view: &ProjectView) -> Option<&Run> {
    view.runs.iter().rfind(|run| run.kind != RunKind::PreferenceModel)
}

/// How far it is.
pub(super) fn now<'a>(page: &Page<'a>, view: &'a ProjectView) -> Now<'a> {
    let job = page.state.jobs.of(JobKind::Train);
    if let Some(job) = job.filter(|job| job.is_running()) {
        return Now::Running(job);
    }
    let readiness = view.readiness(Step::Train);
    let round = view.standing.rounds.last().map(|round| round.round);
    let run = newest_run(view).filter(|run| run.round.is_none() || run.round == round);
    // A job that has just ended may not have been read yet: its run still stands as running.
    let kept = run.filter(|run| !matches!(run.state, RunState::Finished | RunState::Failed));
    if readiness != Readiness::Done
        && let Some(message) = job.and_then(Job::failure)
    {
        return Now::Failed { message, kept };
    }
    let is_written = page.state.jobs.writing().is_some();
    match kept {
        Some(run) if matches!(run.state, RunState::Running { .. }) && job.is_none() && !is_written => {
            return Now::Elsewhere(run);
        }
        Some(run) if readiness != Readiness::Done && !is_written => return Now::Paused(run),
        _ => {}
    }
    match readiness {
        Readiness::Done => Now::Done,
        Readiness::Ready => Now::Ready,
        Readiness::After(step) => Now::After(step),
    }
}

/// The last sign of life of a run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Heartbeat {
    run: RecordId,
    number: u64,
    /// When it was first seen, in seconds of egui's clock.
    seen_at: f64,
}

/// Whether a run that runs elsewhere has shown no sign of life for long.
pub(super) fn is_silent(draft: &mut Draft, ui: &Ui, run: &Run) -> bool {
    let now = ui.input(|input| input.time);
    let is_known = |known: &Heartbeat| known.run == run.id && known.number == run.heartbeat;
    let heartbeat =
        draft.heartbeat.filter(is_known).unwrap_or(Heartbeat { run: run.id, number: run.heartbeat, seen_at: now });
    draft.heartbeat = Some(heartbeat);
    now - heartbeat.seen_at > SILENT
}
