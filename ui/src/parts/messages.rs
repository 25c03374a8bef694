//! What went well, what went wrong, and what to do about it.

use egui::{CornerRadius, Frame, Margin, RichText, Stroke, Ui};
use lucide_icons::Icon;
use whetstone_core::domain::UserMessage;

use super::cards::fold;
use crate::look::{Tone, glyph, shape, space, type_size};
use crate::page::Page;

/// The picture of a tone.
pub(crate) fn icon_of(tone: Tone) -> Icon {
    match tone {
        Tone::Neutral | Tone::Accent => Icon::Info,
        Tone::Success => Icon::CircleCheck,
        Tone::Warning => Icon::TriangleAlert,
        Tone::Danger => Icon::CircleX,
    }
}

/// A sentence that is to be seen, with what belongs below it.
pub fn notice_box<R>(page: &Page<'_>, ui: &mut Ui, tone: Tone, what: &str, more: impl FnOnce(&mut Ui) -> R) -> R {
    let tint = page.colours.tint(tone);
    Frame::new()
        .fill(tint.ground)
        .stroke(Stroke::new(1.0, tint.ink))
        .corner_radius(CornerRadius::same(shape::CORNER))
        .inner_margin(Margin::same(space::MEDIUM as i8))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.horizontal_top(|ui| {
                ui.add(egui::Label::new(
                    RichText::new(glyph(icon_of(tone))).size(type_size::SUBHEADING).color(tint.ink),
                ));
                ui.vertical(|ui| {
                    ui.add(egui::Label::new(RichText::new(what).color(page.colours.text)).wrap());
                    more(ui)
                })
                .inner
            })
            .inner
        })
        .inner
}

/// A failure: what happened, what to do, and the cause for a report.
pub fn failure_ui(page: &Page<'_>, ui: &mut Ui, message: &UserMessage) {
    message_ui(page, ui, Tone::Danger, &message.what, message.hint.as_deref(), message.details.as_deref());
}

/// A message in a tone: what happened, what to do, and the cause for a report.
pub fn message_ui(page: &Page<'_>, ui: &mut Ui, tone: Tone, what: &str, hint: Option<&str>, details: Option<&str>) {
    notice_box(page, ui, tone, what, |ui| {
        if let Some(hint) = hint {
            ui.add(egui::Label::new(RichText::new(hint).color(page.colours.text_soft)).wrap());
        }
        if let Some(details) = details {
            fold(ui, &page.say("details"), |ui| {
                ui.add(egui::Label::new(RichText::new(details).monospace()).wrap().selectable(true));
            });
        }
    });
}
