//! Things to tell, above everything, until they are taken away or have been there long enough.

use egui::{Align2, Area, Frame, Margin, Order, Stroke, Ui, vec2};
use lucide_icons::Icon;
use whetstone_core::desk::ProjectView;

use crate::command::UiCommand;
use crate::look::{shape, space};
use crate::page::Page;
use crate::parts;

/// What a project is called.
pub(crate) fn project_name(project: &ProjectView) -> String {
    if project.settings.name.trim().is_empty() {
        project.folder.file_name().unwrap_or_default().to_string_lossy().into_owned()
    } else {
        project.settings.name.clone()
    }
}

/// Draws them in the lower right corner.
pub(crate) fn notices_ui(page: &mut Page<'_>, ui: &mut Ui) {
    if page.state.notices.is_empty() {
        return;
    }
    let width = ui.ctx().content_rect().width().min(440.0) - space::HUGE;
    Area::new(egui::Id::unique("notices"))
        .order(Order::Foreground)
        .anchor(Align2::RIGHT_BOTTOM, vec2(-space::LARGE, -space::PAGE * 2.0))
        .show(ui.ctx(), |ui| {
            ui.set_width(width);
            let notices = page.state.notices.iter().rev().take(3).rev();
            for notice in notices {
                let frame = Frame::new()
                    .fill(page.colours.surface)
                    .stroke(Stroke::new(1.0, page.colours.edge))
                    .corner_radius(shape::CARD_CORNER)
                    .shadow(ui.visuals().popup_shadow)
                    .inner_margin(Margin::same(space::TINY as i8));
                frame.show(ui, |ui| {
                    ui.push_id(notice.id, |ui| notice_ui(page, ui, notice));
                });
            }
        });
}

fn notice_ui(page: &mut Page<'_>, ui: &mut Ui, notice: &crate::state::Notice) {
    let (undo, close) = (page.say("undo"), page.say("dismiss"));
    let (hint, details) = (notice.hint.as_deref(), notice.details.as_deref());
    parts::message_ui(page, ui, notice.tone, &notice.what, hint, details);
    ui.horizontal(|ui| {
        if notice.undo.is_some() && parts::plain_button(ui, Some(Icon::Undo2), &undo, true).clicked() {
            page.send(UiCommand::Undo);
        }
        if let Some(folder) = &notice.folder
            && parts::plain_button(ui, Some(Icon::FolderOpen), &page.say("data-show-folder"), true).clicked()
        {
            page.send(UiCommand::Reveal(folder.clone()));
        }
        if parts::plain_button(ui, Some(Icon::X), &close, true).clicked() {
            page.send(UiCommand::DismissNotice(notice.id));
        }
    });
}
