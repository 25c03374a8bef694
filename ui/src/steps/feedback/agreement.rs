//! How far people agree.

use egui::Ui;
use whetstone_core::desk::{Ask, Sheet};
use whetstone_core::feedback::people::Figure;

use crate::look::Tone;
use crate::page::Page;
use crate::parts;

/// Draws the figures: what something should be done about, and the rest folded away.
pub(super) fn agreement_ui(page: &mut Page<'_>, ui: &mut Ui) {
    match page.sheet(&Ask::Agreement) {
        Some(Ok(Sheet::Agreement(figures))) => figures_ui(page, ui, figures),
        Some(Err(message)) => parts::failure_ui(page, ui, message),
        _ => parts::soft(page, ui, &page.say("feedback-reading")),
    }
}

fn figures_ui(page: &Page<'_>, ui: &mut Ui, figures: &[Figure]) {
    if figures.is_empty() {
        parts::soft(page, ui, &page.say("feedback-agreement-none"));
        return;
    }
    let (concerns, calm): (Vec<&Figure>, Vec<&Figure>) = figures.iter().partition(|figure| figure.concern);
    for figure in &concerns {
        parts::notice_box(page, ui, Tone::Warning, &figure.title, |ui| parts::soft(page, ui, &figure.sentence));
    }
    if concerns.is_empty() {
        parts::paragraph(page, ui, &page.say("feedback-agreement-good"));
    }
    if !calm.is_empty() {
        parts::fold(ui, &page.say("feedback-agreement-all"), |ui| {
            for figure in calm {
                parts::paragraph(page, ui, &figure.title);
                parts::soft(page, ui, &figure.sentence);
            }
        });
    }
}
