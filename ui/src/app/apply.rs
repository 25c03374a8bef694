//! What screens asked for, done.

use std::path::PathBuf;

use egui::ViewportCommand;
use whetstone_core::domain::UserMessage;

use super::App;
use crate::command::{Command, DeskCommand, JobCommand, PickFor, UiCommand};
use crate::look::Tone;
use crate::work::JobKind;

impl App {
    pub(super) fn apply(&mut self, context: &egui::Context, command: Command) {
        #[cfg(test)]
        self.sent.push(command.clone());
        match command {
            Command::Project(command) => {
                if command.is_of_sitting() {
                    self.state.is_keeping = true;
                }
                self.desk.apply(command);
            }
            Command::Desk(command) => self.apply_desk(command),
            Command::Job(command) => self.apply_job(context, command),
            Command::Ui(command) => self.apply_ui(context, command),
        }
        context.request_repaint();
    }

    fn apply_desk(&mut self, command: DeskCommand) {
        // What runs belongs to the project that is open, and goes on with it.
        self.state.not_opened = None;
        match command {
            DeskCommand::Open(folder) => {
                self.state.opening = Some(folder.clone());
                self.desk.open(folder);
            }
            DeskCommand::Create { folder, changes } => {
                self.state.opening = Some(folder.clone());
                self.desk.create(folder, changes);
            }
            DeskCommand::CreateFree { folder, changes } => {
                self.state.opening = Some(folder.clone());
                self.desk.create_free(folder, changes);
            }
            DeskCommand::Unpack { archive, folder } => {
                self.state.opening = Some(folder.clone());
                self.desk.unpack(archive, folder);
            }
            DeskCommand::Close => {
                self.desk.close();
                self.open_folder = None;
                self.state.project = None;
                self.state.sitting = None;
                self.state.sheets.clear();
            }
        }
    }

    fn apply_job(&mut self, context: &egui::Context, command: JobCommand) {
        match command {
            JobCommand::Start { kind, .. } if kind != JobKind::Updates && self.is_being_updated() => {
                let words = &self.words;
                let message =
                    UserMessage::new(words.say("update-in-the-way")).with_hint(words.say("update-in-the-way-hint"));
                self.notice(context, Tone::Warning, message, None, Some(8.0));
            }
            JobCommand::Start { kind, spec } => {
                if self.state.jobs.start(kind, *spec).is_none() {
                    let busy = UserMessage::new(self.words.say("job-busy")).with_hint(self.words.say("job-busy-hint"));
                    self.notice(context, Tone::Warning, busy, None, Some(8.0));
                }
            }
            JobCommand::Stop(id) => self.state.jobs.stop(id),
            JobCommand::Dismiss(id) => self.state.jobs.dismiss(id),
        }
    }

    /// Whether the program's file is about to be another one, or is one already: no job is begun by that one.
    fn is_being_updated(&self) -> bool {
        self.state.jobs.runs(JobKind::Update) || self.state.updates.is_in_place()
    }

    fn apply_ui(&mut self, context: &egui::Context, command: UiCommand) {
        match command {
            UiCommand::Go(place) => self.state.place = place,
            UiCommand::Pick(for_what) => {
                let title = self.words.say(title_of(for_what));
                self.dialogs.ask(for_what, &title);
            }
            UiCommand::Reveal(path) => self.reveal(context, path),
            UiCommand::OpenPage(address) => {
                // Nothing else: an address may name a program of this machine.
                if address.starts_with("https://") {
                    self.reveal(context, PathBuf::from(address));
                }
            }
            UiCommand::Token(token) => {
                self.state.hub.token = token.filter(|token| !token.is_empty());
                self.state.hub.account = None;
            }
            UiCommand::Copy(text) => {
                context.copy_text(text);
                let copied = UserMessage::new(self.words.say("copied"));
                self.notice(context, Tone::Success, copied, None, Some(3.0));
            }
            UiCommand::Settings(settings) => {
                if settings.compute != self.state.settings.compute {
                    self.state.hub.machine_changed();
                }
                self.state.settings = settings.mended();
            }
            UiCommand::Undo => {
                let Some(place) = self.state.notices.iter().rposition(|notice| notice.undo.is_some()) else { return };
                if let Some(undo) = self.state.notices.remove(place).undo {
                    self.desk.apply(undo);
                }
            }
            UiCommand::DismissNotice(id) => self.state.notices.retain(|notice| notice.id != id),
            UiCommand::ForgetRecent(folder) => self.state.settings.recent.retain(|known| *known != folder),
            UiCommand::CloseAnyway { go_on } => {
                if go_on {
                    self.state.jobs.let_go();
                }
                self.may_close = true;
                self.state.is_closing = false;
                context.send_viewport_cmd(ViewportCommand::Close);
            }
            UiCommand::StayOpen => self.state.is_closing = false,
        }
    }

    /// Shows a file or a folder with the system's own program, which is waited for in a thread of its own.
    fn reveal(&self, context: &egui::Context, path: PathBuf) {
        let (tell, context) = (self.reveal_failed.0.clone(), context.clone());
        std::thread::spawn(move || {
            if let Err(error) = open::that(&path) {
                // The window may be gone by now.
                drop(tell.send((path, error.to_string())));
                context.request_repaint();
            }
        });
    }
}

fn title_of(for_what: PickFor) -> &'static str {
    match for_what {
        PickFor::OpenProject => "pick-project",
        PickFor::OpenArchive => "pick-archive",
        PickFor::ProjectsFolder => "pick-projects-folder",
        PickFor::ModelFolder => "pick-model",
        PickFor::CoachFolder => "pick-coach",
        PickFor::CoachFile => "pick-coach-file",
        PickFor::CoachRules => "pick-coach-rules",
        PickFor::CoachAdapter => "pick-coach-adapter",
        PickFor::ImportFile => "pick-data",
        PickFor::PackOut => "pick-pack-out",
        PickFor::PacksIn => "pick-packs",
        PickFor::RubricFile => "pick-rubric",
        PickFor::DatasetOut => "pick-dataset-out",
        PickFor::ArchiveOut => "pick-archive-out",
        PickFor::ExportFolder => "pick-export",
        PickFor::AdapterFolder => "pick-adapter",
    }
}
