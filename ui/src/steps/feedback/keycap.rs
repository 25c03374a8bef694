//! Buttons that show their key.

use egui::{Button, Response, RichText, Role, Ui, Vec2, WidgetInfo, vec2};

use crate::keys::{LabelAction, key_name, key_of};
use crate::look::{SEMIBOLD, shape, space};
use crate::page::Page;

/// A key as it stands on the keyboard.
fn cap(page: &Page<'_>, key: &str) -> RichText {
    let family = egui::FontFamily::Name(SEMIBOLD.into());
    RichText::new(format!("\u{a0}{key}\u{a0}"))
        .family(family)
        .color(page.colours.text)
        .background_color(page.colours.surface)
}

/// A key by itself, beside what it stands for.
pub(super) fn key_ui(page: &Page<'_>, ui: &mut Ui, key: &str) {
    let response = ui.add(egui::Label::new(cap(page, key)));
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, key));
}

/// A button that shows its key, where it has one.
pub(super) fn key_button(
    page: &Page<'_>,
    ui: &mut Ui,
    key: Option<&str>,
    text: &str,
    is_enabled: bool,
    size: Vec2,
) -> Response {
    let button = match key {
        Some(key) => Button::new((cap(page, key), text)),
        None => Button::new(text),
    };
    let response = ui.add_enabled(is_enabled, button.wrap().min_size(size));
    response.widget_info(|| WidgetInfo::labeled(Role::Button, is_enabled, text));
    response
}

/// The button of an action of labelling. Whether it was clicked.
pub(super) fn action_button(page: &Page<'_>, ui: &mut Ui, action: LabelAction, text: &str, is_enabled: bool) -> bool {
    let key = key_name(key_of(&page.state.settings, action));
    key_button(page, ui, Some(key), text, is_enabled, vec2(0.0, shape::CONTROL_HEIGHT)).clicked()
}

/// The width of one of so many buttons that share a row.
pub(super) fn share_of_row(ui: &Ui, buttons: usize) -> f32 {
    let gaps = space::SMALL * (buttons.saturating_sub(1)) as f32;
    ((ui.available_width() - gaps) / buttons.max(1) as f32).floor().max(0.0)
}
