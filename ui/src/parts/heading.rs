//! The question of a page and its paragraphs.

use egui::{RichText, Ui};

use crate::look::{shape, space, type_size};
use crate::page::Page;

/// A page's question, with the sentence that helps to answer it: the words `PAGE-title` and `PAGE-sub`.
pub fn page_heading(page: &Page<'_>, ui: &mut Ui, id: &str) {
    ui.add(egui::Label::new(RichText::new(page.say(&format!("{id}-title"))).heading().color(page.colours.text)).wrap());
    soft(page, ui, &page.say(&format!("{id}-sub")));
    ui.add_space(space::MEDIUM);
}

/// Text to read, in lines that are not too long.
pub fn paragraph(page: &Page<'_>, ui: &mut Ui, text: &str) {
    ui.scope(|ui| {
        ui.set_max_width(ui.available_width().min(shape::READING));
        ui.add(egui::Label::new(RichText::new(text).color(page.colours.text)).wrap());
    });
}

/// Text of less weight.
pub fn soft(page: &Page<'_>, ui: &mut Ui, text: &str) {
    ui.scope(|ui| {
        ui.set_max_width(ui.available_width().min(shape::READING));
        ui.add(egui::Label::new(RichText::new(text).color(page.colours.text_soft)).wrap());
    });
}

/// What a page says where there is nothing yet: what it is for, and what to do next.
pub fn empty_state(page: &Page<'_>, ui: &mut Ui, icon: lucide_icons::Icon, text: &str) {
    ui.vertical_centered(|ui| {
        ui.add_space(space::HUGE);
        let icon = RichText::new(crate::look::glyph(icon)).size(type_size::DISPLAY).color(page.colours.text_soft);
        ui.add(egui::Label::new(icon));
        soft(page, ui, text);
        ui.add_space(space::HUGE);
    });
}
