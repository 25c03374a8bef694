//! The question before the window closes on something that runs.

use egui::{Modal, Ui};
use lucide_icons::Icon;

use crate::command::UiCommand;
use crate::look::space;
use crate::page::Page;
use crate::parts;

/// Asks it, where the person wants to close the window.
pub(crate) fn closing_ui(page: &mut Page<'_>, ui: &mut Ui) {
    if !page.state.is_closing {
        return;
    }
    let modal = Modal::new(egui::Id::unique("closing")).show(ui.ctx(), |ui| {
        ui.set_max_width(480.0);
        ui.heading(page.say("closing-title"));
        parts::paragraph(page, ui, &page.say("closing-text"));
        ui.add_space(space::MEDIUM);
        ui.vertical(|ui| {
            let colours = page.colours;
            if parts::main_button(colours, ui, Some(Icon::Play), &page.say("closing-go-on"), true).clicked() {
                page.send(UiCommand::CloseAnyway { go_on: true });
            }
            if parts::plain_button(ui, Some(Icon::Square), &page.say("closing-stop"), true).clicked() {
                page.send(UiCommand::CloseAnyway { go_on: false });
            }
            if parts::plain_button(ui, Some(Icon::Undo2), &page.say("closing-stay"), true).clicked() {
                page.send(UiCommand::StayOpen);
            }
        });
    });
    if modal.should_close() {
        page.send(UiCommand::StayOpen);
    }
}
