//! Settings of the window: kept by eframe between two times, never in a project.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use whetstone_core::domain::ComputeSettings;

use crate::look::Scheme;

/// The key that eframe keeps them under.
pub(crate) const STORAGE_KEY: &str = "whetstone-window";

/// Projects that are remembered.
const MOST_RECENT: usize = 12;

/// Smallest and largest size of text, as a share of the usual.
pub const TEXT_SIZES: std::ops::RangeInclusive<f32> = 0.8..=2.0;

/// Settings of the window.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct WindowSettings {
    /// Colours.
    pub scheme: Scheme,
    /// Share of the usual size of everything.
    pub text_size: f32,
    /// The language's id; `None` takes the system's.
    pub language: Option<String>,
    /// Keys of labelling that a person chose: what it does → the key's name, as egui names it.
    pub keys: BTreeMap<String, String>,
    /// Answers stand one below the other.
    pub stacked_answers: bool,
    /// What differs between two answers is marked.
    pub show_differences: bool,
    /// After so many minutes of judging a break is suggested; 0 never.
    pub break_minutes: u32,
    /// The person who judges here.
    pub annotator: String,
    /// Where computing is done.
    pub compute: ComputeSettings,
    /// Where new projects are made; empty takes the usual place.
    pub projects_folder: PathBuf,
    /// Projects that were open, the newest first.
    pub recent: Vec<PathBuf>,
    /// The newest report of a fault that the person was told of, by its file's name.
    pub told_of_crash: String,
}

impl Default for WindowSettings {
    fn default() -> Self {
        Self {
            scheme: Scheme::System,
            text_size: 1.0,
            language: None,
            keys: BTreeMap::new(),
            stacked_answers: false,
            show_differences: false,
            break_minutes: 25,
            annotator: String::new(),
            compute: ComputeSettings::default(),
            projects_folder: PathBuf::new(),
            recent: Vec::new(),
            told_of_crash: String::new(),
        }
    }
}

impl WindowSettings {
    /// Settings that make sense, whatever the file said.
    #[must_use]
    pub fn mended(mut self) -> Self {
        let size = if self.text_size.is_finite() { self.text_size } else { 1.0 };
        self.text_size = size.clamp(*TEXT_SIZES.start(), *TEXT_SIZES.end());
        self.recent.truncate(MOST_RECENT);
        self
    }

    /// Remembers that a project was open.
    pub fn remember(&mut self, folder: &Path) {
        self.recent.retain(|known| known != folder);
        self.recent.insert(0, folder.to_owned());
        self.recent.truncate(MOST_RECENT);
    }
}
