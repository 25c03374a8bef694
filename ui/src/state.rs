//! What screens read: the project, its parts, the jobs, the machine. Only `App` changes it.

mod endpoints;
mod hub;
mod updates;

use std::path::PathBuf;
use std::sync::Arc;

use whetstone_core::desk::{ProjectCommand, ProjectView, SittingView};
use whetstone_core::doctor::Report as MachineReport;
use whetstone_core::domain::UserMessage;

use crate::command::Place;
use crate::look::Tone;
use crate::settings::WindowSettings;
use crate::work::{JobBoard, Sheets};

pub use endpoints::EndpointsState;
pub use hub::{Found, HubState, OnDisk, called};
pub use updates::UpdatesState;

/// What screens read.
#[derive(Debug)]
pub struct State {
    /// Where the window is.
    pub place: Place,
    /// The project that is open.
    pub project: Option<Arc<ProjectView>>,
    /// The project that is being opened.
    pub opening: Option<PathBuf>,
    /// Why the last project could not be opened, and which it was.
    pub not_opened: Option<(PathBuf, UserMessage)>,
    /// Parts of the project that are shown.
    pub sheets: Sheets,
    /// Who judges now, and what is before them.
    pub sitting: Option<SittingView>,
    /// A key of the sitting is on its way to the disk: the next one waits.
    pub is_keeping: bool,
    /// Every job of this window.
    pub jobs: JobBoard,
    /// What is known of the Hub, and of the models on this machine.
    pub hub: HubState,
    /// What is known of servers that may judge.
    pub endpoints: EndpointsState,
    /// What is known of newer versions of this program.
    pub updates: UpdatesState,
    /// What this machine has, once it was looked at.
    pub machine: Option<MachineReport>,
    /// Things to tell, the newest last.
    pub notices: Vec<Notice>,
    /// Settings of the window.
    pub settings: WindowSettings,
    /// The person wants to close the window although a job runs.
    pub is_closing: bool,
    /// Where the program keeps what is its own, projects among it.
    pub data_home: PathBuf,
}

/// Something to tell.
#[derive(Debug, Clone)]
pub struct Notice {
    /// Its number.
    pub id: u64,
    /// How it is meant.
    pub tone: Tone,
    /// What happened.
    pub what: String,
    /// What to do.
    pub hint: Option<String>,
    /// The technical cause, for a report.
    pub details: Option<String>,
    /// What takes it back.
    pub undo: Option<ProjectCommand>,
    /// A folder that has more to see.
    pub folder: Option<PathBuf>,
    /// When it goes away by itself, in seconds of egui's clock; `None` stays until it is taken away.
    pub until_seconds: Option<f64>,
}

impl State {
    /// Where new projects are made.
    pub fn projects_folder(&self) -> PathBuf {
        if self.settings.projects_folder.as_os_str().is_empty() {
            self.data_home.join("projects")
        } else {
            self.settings.projects_folder.clone()
        }
    }
}
