//! What threads and processes told since the last frame.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use egui::ViewportCommand;
use whetstone_core::desk::{ProjectCommand, Step};
use whetstone_core::domain::UserMessage;
use whetstone_core::hub::HubSettings;
use whetstone_core::job::{JobSpec, UpdateSpec};

use super::{App, Found};
use crate::command::Place;
use crate::look::Tone;
use crate::state::{Notice, UpdatesState};
use crate::work::{DeskReply, JobId, JobKind};

/// Seconds between two looks at the project while a job writes to it.
const BETWEEN_LOOKS: f64 = 0.5;
/// Seconds for which good news stays.
const GOOD_NEWS: f64 = 6.0;
/// Seconds for which something can be taken back by its notice.
const UNDO: f64 = 20.0;

impl App {
    pub(super) fn take_in(&mut self, context: &egui::Context) {
        let now = context.input(|input| input.time);
        for reply in self.desk.replies() {
            self.hear_desk(context, reply);
        }
        let ended = self.state.jobs.take_in();
        for id in &ended {
            let Some(job) = self.state.jobs.find(*id) else { continue };
            self.state.hub.hear(job);
            self.state.endpoints.hear(job);
            self.state.updates.hear(job, now);
            if job.failure().is_some() {
                self.look_for_crashes();
                if job.kind == JobKind::Update {
                    // It may have seen a newer version than the one that the window names.
                    self.look_at_updates();
                }
            }
            self.tell_of_download(context, *id);
        }
        let is_written = self.state.jobs.writing().is_some();
        if !ended.is_empty() || (is_written && now - self.looked_at >= BETWEEN_LOOKS) {
            self.looked_at = now;
            self.desk.look();
        }
        for picked in self.dialogs.picked() {
            if !picked.paths.is_empty() {
                self.picked.push((picked.for_what, picked.paths));
            }
        }
        for found in self.found.1.try_iter().collect::<Vec<_>>() {
            match found {
                Found::Machine(machine) => {
                    self.state.machine.get_or_insert(*machine);
                    #[cfg(test)]
                    {
                        self.looked_around = true;
                    }
                }
                Found::Updates(found) => match *found {
                    Ok(standing) => self.state.updates.know(standing),
                    Err(trouble) => self.state.updates.know_not(trouble),
                },
                Found::Crash(report) => self.tell_of_crash(context, &report),
            }
        }
        for (path, error) in self.reveal_failed.1.try_iter().collect::<Vec<_>>() {
            let what = self.words.say_with("reveal-failed", [("path", path.to_string_lossy().into_owned().into())]);
            let message = UserMessage { what, hint: None, details: Some(error) };
            self.notice(context, Tone::Warning, message, None, None);
        }
        self.look_for_updates(context, now);
        self.watch_runs_of_others(context);
        self.let_notices_go(context, now);
    }

    /// Where the person allowed it, it is asked once a day whether there are newer versions, however long the window stays open.
    /// Whoever leaves the network alone (`HF_HUB_OFFLINE`) leaves it alone here too.
    fn look_for_updates(&mut self, context: &egui::Context, now: f64) {
        if !self.state.updates.may_look() {
            return;
        }
        let is_offline = || HubSettings::of_environment().is_ok_and(|settings| settings.offline);
        let is_asking = self.state.jobs.runs(JobKind::Updates) || self.state.jobs.runs(JobKind::Update);
        if !is_asking && self.state.updates.begins_look(now, SystemTime::now(), is_offline) {
            self.state.jobs.start(JobKind::Updates, JobSpec::Update(UpdateSpec::Look));
        }
        // A window that nobody touches draws nothing, and so asks nothing, until it is woken.
        context.request_repaint_after_secs(UpdatesState::LATER as f32);
    }

    /// Reads again what is known of newer versions.
    fn look_at_updates(&self) {
        self.find(|| Some(Found::updates()));
    }

    /// Whether a job that failed left a report of a fault.
    fn look_for_crashes(&self) {
        let data_home = self.state.data_home.clone();
        self.find(move || Found::crash(&data_home));
    }

    /// Looks at something beside the window.
    fn find(&self, look: impl FnOnce() -> Option<Found> + Send + 'static) {
        let tell = self.found.0.clone();
        std::thread::spawn(move || {
            if let Some(found) = look() {
                // The window may be gone by now.
                drop(tell.send(found));
            }
        });
    }

    /// Says once of each report that it is there.
    fn tell_of_crash(&mut self, context: &egui::Context, report: &Path) {
        let name = report.file_name().unwrap_or_default().to_string_lossy().into_owned();
        // Their names begin with the time.
        if name <= self.state.settings.told_of_crash {
            return;
        }
        self.state.settings.told_of_crash = name;
        let message = UserMessage::new(self.words.say("crash-found")).with_hint(self.words.say("crash-found-hint"));
        self.notice(context, Tone::Warning, message, None, None);
        if let Some(notice) = self.state.notices.last_mut() {
            notice.folder = report.parent().map(Path::to_owned);
        }
    }

    /// Who left the page of the model while one was fetched is told that it is there.
    fn tell_of_download(&mut self, context: &egui::Context, id: JobId) {
        let Some(job) = self.state.jobs.find(id) else { return };
        let (JobSpec::Download(spec), true) = (&job.spec, job.summary().is_some()) else { return };
        if self.state.place != Place::Step(Step::Model) {
            let what = self.words.say_with("hub-download-there", [("model", spec.repository.clone().into())]);
            self.notice(context, Tone::Success, UserMessage::new(what), None, Some(GOOD_NEWS));
        }
    }

    /// A run that a closed window left behind is looked at now and then.
    fn watch_runs_of_others(&self, context: &egui::Context) {
        use whetstone_core::project::store::RunState;
        let is_running = |project: &whetstone_core::desk::ProjectView| {
            project.runs.iter().any(|run| matches!(run.state, RunState::Running { .. }))
        };
        if self.state.project.as_deref().is_some_and(is_running) && self.state.jobs.writing().is_none() {
            self.desk.look();
            context.request_repaint_after_secs(1.0);
        }
    }

    fn let_notices_go(&mut self, context: &egui::Context, now: f64) {
        self.state.notices.retain(|notice| notice.until_seconds.is_none_or(|until| until > now));
        if let Some(next) = self.state.notices.iter().filter_map(|notice| notice.until_seconds).reduce(f64::min) {
            context.request_repaint_after_secs((next - now).max(0.0) as f32 + 0.05);
        }
    }

    fn hear_desk(&mut self, context: &egui::Context, reply: DeskReply) {
        match reply {
            DeskReply::Opened(folder) => self.opened(&folder),
            DeskReply::NotOpened { folder, message } => {
                self.state.opening = None;
                // The one that was open was let go of first.
                self.open_folder = None;
                self.state.project = None;
                self.state.sitting = None;
                self.state.sheets.clear();
                self.state.not_opened = Some((folder, message));
                self.state.place = Place::Step(Step::Start);
            }
            DeskReply::Applied { command, applied } => {
                if command.is_of_sitting() {
                    self.state.is_keeping = false;
                }
                if matches!(*command, ProjectCommand::Change(_)) {
                    self.state.hub.disk_changed();
                }
                self.state.sitting = applied.sitting;
                let until = if applied.undo.is_some() { UNDO } else { GOOD_NEWS };
                if !applied.said.is_empty() || applied.undo.is_some() {
                    let what = if applied.said.is_empty() { self.words.say("done") } else { applied.said.join(" ") };
                    self.notice(context, Tone::Success, UserMessage::new(what), applied.undo, Some(until));
                }
            }
            DeskReply::Refused { command, message } => {
                if command.is_of_sitting() {
                    self.state.is_keeping = false;
                }
                self.notice(context, Tone::Danger, message, None, None);
            }
            DeskReply::View(view) if self.open_folder.as_ref() != Some(&view.folder) => {}
            DeskReply::View(view) => {
                if self.state.project.is_none() && self.state.place == Place::Step(Step::Start) {
                    self.state.place = Place::Step(crate::steps::first_step(&view));
                }
                self.state.project = Some(view);
            }
            DeskReply::Sheet(ask, sheet) => self.state.sheets.put(ask, Ok(sheet)),
            DeskReply::SheetFailed(ask, message) => self.state.sheets.put(ask, Err(message)),
            DeskReply::ReadFailed(message) => self.notice(context, Tone::Danger, message, None, None),
        }
    }

    fn opened(&mut self, folder: &Path) {
        self.open_folder = Some(folder.to_owned());
        self.state.opening = None;
        self.state.not_opened = None;
        self.state.project = None;
        self.state.sitting = None;
        self.state.is_keeping = false;
        self.state.sheets.clear();
        self.state.jobs.forget_ended();
        self.state.hub.disk_changed();
        self.drafts = crate::steps::Drafts::default();
        self.state.settings.remember(folder);
    }

    /// Tells the person something.
    pub(super) fn notice(
        &mut self,
        context: &egui::Context,
        tone: Tone,
        message: UserMessage,
        undo: Option<ProjectCommand>,
        for_seconds: Option<f64>,
    ) {
        let now = context.input(|input| input.time);
        let UserMessage { what, hint, details } = message;
        let id = self.next_notice;
        self.next_notice += 1;
        // What can be taken back is the last thing that was done.
        if undo.is_some() {
            self.state.notices.retain(|notice| notice.undo.is_none());
        }
        let until_seconds = for_seconds.map(|seconds| now + seconds);
        self.state.notices.push(Notice { id, tone, what, hint, details, undo, folder: None, until_seconds });
    }

    /// Opens a project's folder, or offers to unpack an archive.
    pub(super) fn open_path(&mut self, path: PathBuf) {
        if path.is_file() {
            self.picked.push((crate::command::PickFor::OpenArchive, vec![path]));
        } else {
            self.state.opening = Some(path.clone());
            self.desk.open(path);
        }
    }

    pub(super) fn ask_before_closing(&mut self, context: &egui::Context) {
        // What ran has ended while the person was asked: nothing keeps the window open any more.
        if self.state.is_closing && self.state.jobs.lasting().is_none() {
            self.state.is_closing = false;
            self.may_close = true;
            context.send_viewport_cmd(ViewportCommand::Close);
        }
        let must = || context.data(|data| data.get_temp(egui::Id::unique(crate::window::MUST_CLOSE))).unwrap_or(false);
        if !context.input(|input| input.viewport().close_requested()) || self.may_close || must() {
            return;
        }
        if self.state.jobs.lasting().is_some() {
            context.send_viewport_cmd(ViewportCommand::CancelClose);
            self.state.is_closing = true;
        }
    }
}
