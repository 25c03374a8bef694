//! What a screen asks for. Screens change nothing themselves: they send one of these, and `App` has it done.

use std::path::PathBuf;

use whetstone_core::desk::{ProjectCommand, Step};
use whetstone_core::domain::Secret;
use whetstone_core::job::{JobSpec, ProjectChanges};

use crate::settings::WindowSettings;
use crate::work::{JobId, JobKind};

/// Something to be done.
#[derive(Debug, Clone)]
pub enum Command {
    /// With the project that is open.
    Project(ProjectCommand),
    /// Which project is open.
    Desk(DeskCommand),
    /// In an engine process.
    Job(JobCommand),
    /// With the window alone.
    Ui(UiCommand),
}

/// Which project is open.
#[derive(Debug, Clone, PartialEq)]
pub enum DeskCommand {
    /// Open this one.
    Open(PathBuf),
    /// Make one and open it.
    Create {
        /// Its folder, new or empty.
        folder: PathBuf,
        /// Its settings.
        changes: Box<ProjectChanges>,
    },
    /// Make one and open it, in the first folder of this name that is free: NAME, NAME-2, NAME-3…
    CreateFree {
        /// The folder to begin with.
        folder: PathBuf,
        /// Its settings.
        changes: Box<ProjectChanges>,
    },
    /// Unpack an archive into a folder and open it.
    Unpack {
        /// The `.whetstone` file.
        archive: PathBuf,
        /// The folder, new or empty.
        folder: PathBuf,
    },
    /// Close the one that is open.
    Close,
}

/// Something for an engine process.
#[derive(Debug, Clone)]
pub enum JobCommand {
    /// Begin a job. One of the same kind that is running stays, and this one is not begun.
    Start {
        /// What it is for.
        kind: JobKind,
        /// What it does.
        spec: Box<JobSpec>,
    },
    /// Stop it at its next step; what it acknowledged is kept.
    Stop(JobId),
    /// Take an ended job off the list.
    Dismiss(JobId),
}

/// A place in the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// A question of the wizard.
    Step(Step),
    /// Settings of the window.
    Settings,
    /// Where every file is, and what was done.
    Files,
    /// What left this machine.
    Privacy,
    /// What the words mean.
    Glossary,
    /// What is inside the program, and under which licences.
    Licences,
}

/// Something with the window alone.
#[derive(Debug, Clone, PartialEq)]
pub enum UiCommand {
    /// Show a place.
    Go(Place),
    /// Ask the person for a file or a folder.
    Pick(PickFor),
    /// Show a file or a folder with the system's own program.
    Reveal(PathBuf),
    /// Show a page of the web in the system's browser. Only `https://` is opened.
    OpenPage(String),
    /// A token for this sitting alone; `None` forgets it.
    Token(Option<Secret>),
    /// Put a text into the clipboard.
    Copy(String),
    /// Change the window's settings.
    Settings(Box<WindowSettings>),
    /// Take back what was done last, by the notice that offers it.
    Undo,
    /// Take a notice away.
    DismissNotice(u64),
    /// Forget a project that was opened before; its files stay.
    ForgetRecent(PathBuf),
    /// Close the window although something is running: it goes on without the window, or stops.
    CloseAnyway {
        /// Whether what is running goes on.
        go_on: bool,
    },
    /// Do not close the window after all.
    StayOpen,
}

/// What a file or a folder is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PickFor {
    /// A project to open: its folder.
    OpenProject,
    /// A `.whetstone` file to unpack.
    OpenArchive,
    /// A folder that projects are made in.
    ProjectsFolder,
    /// A model's folder.
    ModelFolder,
    /// A coach's folder.
    CoachFolder,
    /// A coach's GGUF file.
    CoachFile,
    /// A file of rules that a program checks.
    CoachRules,
    /// A preference model's folder.
    CoachAdapter,
    /// A file of data.
    ImportFile,
    /// A pack to write.
    PackOut,
    /// Packs that came back.
    PacksIn,
    /// A rubric's file.
    RubricFile,
    /// A dataset to write.
    DatasetOut,
    /// An archive to write.
    ArchiveOut,
    /// A folder to export into.
    ExportFolder,
    /// The folder of an adapter that was trained elsewhere.
    AdapterFolder,
}

impl From<ProjectCommand> for Command {
    fn from(command: ProjectCommand) -> Self {
        Self::Project(command)
    }
}

impl From<DeskCommand> for Command {
    fn from(command: DeskCommand) -> Self {
        Self::Desk(command)
    }
}

impl From<JobCommand> for Command {
    fn from(command: JobCommand) -> Self {
        Self::Job(command)
    }
}

impl From<UiCommand> for Command {
    fn from(command: UiCommand) -> Self {
        Self::Ui(command)
    }
}
