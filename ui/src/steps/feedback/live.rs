//! What a machine says while it says it: its newest labels, each with its reason.

use egui::{CornerRadius, Frame, Margin, Stroke, Ui};
use whetstone_core::desk::{Ask, LabelRow, Sheet};
use whetstone_core::domain::{AnnotatorKind, Choice};

use super::labels;
use crate::look::{shape, space};
use crate::page::Page;
use crate::parts;

/// Labels that are shown.
const SHOWN: usize = 5;
/// Characters of an answer that are shown.
const ANSWER: usize = 120;

/// Draws them.
pub(super) fn live_ui(page: &mut Page<'_>, ui: &mut Ui) {
    let Some(Ok(Sheet::Labels(labels))) = page.sheet(&Ask::Labels) else { return };
    let newest: Vec<&LabelRow> =
        labels.iter().filter(|label| label.kind != AnnotatorKind::Person).take(SHOWN).collect();
    if newest.is_empty() {
        parts::soft(page, ui, &page.say("feedback-live-none"));
        return;
    }
    ui.add_space(space::TINY);
    parts::paragraph(page, ui, &page.say("feedback-live"));
    for label in newest {
        Frame::new()
            .fill(page.colours.well)
            .stroke(Stroke::new(1.0, page.colours.line))
            .corner_radius(CornerRadius::same(shape::CORNER))
            .inner_margin(Margin::same(space::SMALL as i8))
            .show(ui, |ui| {
                ui.set_width(ui.available_width());
                label_ui(page, ui, label);
            });
    }
}

fn label_ui(page: &Page<'_>, ui: &mut Ui, label: &LabelRow) {
    parts::paragraph(page, ui, &parts::shorten(&label.prompt, ANSWER));
    let better = match label.choice {
        Choice::A => Some(&label.a),
        Choice::B => Some(&label.b),
        Choice::Tie | Choice::BothBad | Choice::Skip => None,
    };
    if let Some(better) = better {
        let said = page.say_with("feedback-live-better", [("answer", parts::shorten(better, ANSWER).into())]);
        parts::soft(page, ui, &said);
    }
    labels::marks_ui(page, ui, label);
    labels::why_ui(page, ui, label);
}
