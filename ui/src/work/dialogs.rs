//! The system's dialogs for files and folders, which are waited for in a thread of their own.

use std::path::PathBuf;
use std::pin::Pin;
use std::sync::mpsc::{Receiver, Sender, channel};

use rfd::{AsyncFileDialog, FileHandle};

use super::Waker;
use crate::command::PickFor;

/// What a person picked; empty where they closed the dialog.
#[derive(Debug)]
pub struct Picked {
    /// What it was asked for.
    pub for_what: PickFor,
    /// What was picked.
    pub paths: Vec<PathBuf>,
}

/// Asks for files and folders.
#[derive(Debug)]
pub struct Dialogs {
    sender: Sender<Picked>,
    receiver: Receiver<Picked>,
    waker: Waker,
}

/// Waiting for a person to pick something.
type Picking = Pin<Box<dyn Future<Output = Vec<FileHandle>> + Send>>;

/// What kind of thing is asked for.
enum Way {
    Folder,
    File,
    Files,
    Save,
}

impl Dialogs {
    /// Wakes the window when something was picked.
    pub fn new(waker: Waker) -> Self {
        let (sender, receiver) = channel();
        Self { sender, receiver, waker }
    }

    /// Opens a dialog and returns at once.
    pub fn ask(&self, for_what: PickFor, title: &str) {
        let (way, filter) = kind(for_what);
        // Made here, because some systems want dialogs to come from the window's own thread.
        let mut dialog = AsyncFileDialog::new().set_title(title);
        if let Some((name, endings)) = filter {
            dialog = dialog.add_filter(name, endings);
        }
        let picking: Picking = match way {
            Way::Folder => {
                let pick = dialog.pick_folder();
                Box::pin(async { pick.await.into_iter().collect() })
            }
            Way::File => {
                let pick = dialog.pick_file();
                Box::pin(async { pick.await.into_iter().collect() })
            }
            Way::Files => {
                let pick = dialog.pick_files();
                Box::pin(async { pick.await.unwrap_or_default() })
            }
            Way::Save => {
                let pick = dialog.save_file();
                Box::pin(async { pick.await.into_iter().collect() })
            }
        };
        let (sender, waker) = (self.sender.clone(), self.waker.clone());
        std::thread::spawn(move || {
            let paths = pollster::block_on(picking).into_iter().map(PathBuf::from).collect();
            // The window may be gone by now.
            drop(sender.send(Picked { for_what, paths }));
            waker.wake_now();
        });
    }

    /// What was picked since this was last asked.
    pub fn picked(&self) -> Vec<Picked> {
        self.receiver.try_iter().collect()
    }
}

fn kind(for_what: PickFor) -> (Way, Option<(&'static str, &'static [&'static str])>) {
    match for_what {
        PickFor::OpenProject
        | PickFor::ProjectsFolder
        | PickFor::ModelFolder
        | PickFor::CoachFolder
        | PickFor::CoachAdapter
        | PickFor::ExportFolder
        | PickFor::AdapterFolder => (Way::Folder, None),
        PickFor::OpenArchive => (Way::File, Some(("Whetstone", &["whetstone"]))),
        PickFor::ArchiveOut => (Way::Save, Some(("Whetstone", &["whetstone"]))),
        PickFor::ImportFile => {
            (Way::File, Some(("JSONL, JSON, CSV, Parquet", &["jsonl", "json", "csv", "tsv", "parquet"])))
        }
        PickFor::RubricFile => (Way::File, Some(("TXT, MD, TOML, JSON", &["txt", "md", "toml", "json"]))),
        PickFor::CoachFile => (Way::File, Some(("GGUF", &["gguf", "GGUF"]))),
        PickFor::CoachRules => (Way::File, Some(("TOML, JSON", &["toml", "json"]))),
        PickFor::PackOut => (Way::Save, Some(("Whetstone pack", &["whetstone-pack"]))),
        PickFor::PacksIn => (Way::Files, Some(("Whetstone pack", &["whetstone-pack"]))),
        PickFor::DatasetOut => (Way::Save, None),
    }
}
