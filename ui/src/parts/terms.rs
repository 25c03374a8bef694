//! Words that are explained under the pointer, by the one glossary.

use egui::{Response, RichText, Role, Ui, WidgetInfo};

use crate::page::Page;

/// A term of the glossary; what it means shows under the pointer, and where it has the keyboard.
pub fn term(page: &Page<'_>, ui: &mut Ui, id: &str) -> Response {
    let Some((name, meaning)) = page.words.term(id) else { return ui.label(id) };
    explained(page, ui, &name, &meaning)
}

/// A text that names a term is followed by a mark that explains it.
pub fn text_with_terms(page: &Page<'_>, ui: &mut Ui, text: &str, terms: &[&str]) {
    ui.horizontal_wrapped(|ui| {
        ui.add(egui::Label::new(RichText::new(text).color(page.colours.text)).wrap());
        for id in terms {
            term(page, ui, id);
        }
    });
}

fn explained(page: &Page<'_>, ui: &mut Ui, name: &str, meaning: &str) -> Response {
    let words = RichText::new(name).color(page.colours.text_soft).underline();
    let response = ui.add(egui::Label::new(words).sense(egui::Sense::hover()));
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::Label, true, name);
        info.hint_text = Some(meaning.to_owned());
        info
    });
    response.on_hover_text(meaning)
}
