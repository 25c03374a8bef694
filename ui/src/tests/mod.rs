//! The real program's screens over projects that are made up: by label, by keyboard, as pictures.

mod access;
mod answers;
mod compare;
mod export;
mod faults;
mod feedback;
mod files;
pub(crate) mod fixture;
mod front;
mod gallery;
mod room;
mod hands;
mod hub;
mod licences;
mod method;
mod model;
mod pictures;
mod prompts;
mod push;
mod settings;
mod start;
mod train;

use std::path::PathBuf;

use egui::Vec2;
use egui_kittest::Harness;

use crate::app::{App, AppOptions};
use crate::command::Place;
use crate::look::Scheme;
use crate::settings::WindowSettings;
use fixture::Stage;

/// What a test's window looks like.
#[derive(Debug, Clone)]
pub(crate) struct Window {
    pub(crate) size: Vec2,
    pub(crate) scheme: Scheme,
    pub(crate) language: &'static str,
    pub(crate) text_size: f32,
    pub(crate) stretch: f32,
}

impl Default for Window {
    fn default() -> Self {
        Self { size: Vec2::new(1180.0, 780.0), scheme: Scheme::Light, language: "en", text_size: 1.0, stretch: 1.0 }
    }
}

/// What the program of a test's window is opened with.
pub(crate) fn options(window: &Window) -> AppOptions {
    let settings = WindowSettings {
        scheme: window.scheme,
        text_size: window.text_size,
        language: Some(window.language.to_owned()),
        annotator: "Ada".to_owned(),
        ..WindowSettings::default()
    };
    AppOptions {
        engine: PathBuf::from("/there/is/no/engine"),
        open: None,
        data_home: PathBuf::from("/home/ada/.local/share/whetstone"),
        settings: Some(settings),
        stretch: window.stretch,
    }
}

/// The program, with a project at a stage, at a place.
pub(crate) fn open(window: &Window, stage: Stage, place: Place) -> Harness<'static, App> {
    let (size, options) = (window.size, options(window));
    Harness::builder().with_size(size).with_max_steps(12).build_eframe(move |creation| {
        let mut app = App::new(creation, options);
        fixture::fill(app.state_mut(), stage);
        app.state_mut().place = place;
        app
    })
}
