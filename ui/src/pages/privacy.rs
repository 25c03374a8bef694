//! The page `privacy`.

use egui::Ui;

use crate::page::Page;
use crate::parts;

/// Draws the page.
pub(super) fn page_ui(page: &mut Page<'_>, ui: &mut Ui) {
    parts::page_heading(page, ui, "privacy");
}
