//! The page `feedback`.

use egui::Ui;

use crate::page::Page;
use crate::parts;

/// What was typed and not yet sent.
#[derive(Debug, Default)]
pub struct Draft {}

/// Draws the page.
pub(super) fn page_ui(page: &mut Page<'_>, ui: &mut Ui) {
    parts::page_heading(page, ui, "feedback");
}
