//! Pages beside the wizard: settings, files, what left this machine, the glossary, licences.

mod files;
pub mod glossary;
pub mod licences;
mod privacy;
pub mod settings;

use egui::Ui;

use crate::command::Place;
use crate::page::Page;
use crate::steps;

/// Draws the place where the window is.
pub(crate) fn place_ui(page: &mut Page<'_>, ui: &mut Ui) {
    match page.state.place {
        Place::Step(step) => (steps::row_of(step).draw)(page, ui),
        Place::Settings => settings::page_ui(page, ui),
        Place::Files => files::page_ui(page, ui),
        Place::Privacy => privacy::page_ui(page, ui),
        Place::Glossary => glossary::page_ui(page, ui),
        Place::Licences => licences::page_ui(page, ui),
    }
}
