//! Buttons: one main thing a page, the others plain.

use egui::{
    Button, Color32, Key, KeyboardShortcut, Modifiers, Response, RichText, Role, Stroke, Ui, UiBuilder, WidgetInfo,
    vec2,
};
use lucide_icons::Icon;

use crate::look::{Colours, Tone, glyph, shape};

fn named(response: &Response, name: &str, is_enabled: bool) {
    response.widget_info(|| WidgetInfo::labeled(Role::Button, is_enabled, name));
}

fn label(icon: Option<Icon>, text: &str) -> String {
    icon.map_or_else(|| text.to_owned(), |icon| format!("{}  {text}", glyph(icon)))
}

/// The keys that press a page's main button from anywhere.
const MAIN_KEYS: KeyboardShortcut = KeyboardShortcut::new(Modifiers::COMMAND, Key::Enter);

/// The one thing to do next. Ctrl and Enter (Command and Enter on a Mac) press it from anywhere.
pub fn main_button(colours: &Colours, ui: &mut Ui, icon: Option<Icon>, text: &str, is_enabled: bool) -> Response {
    // The same button wherever it moves to: what is read late may come above it.
    let place = UiBuilder::new().scope_id(ui.scope_id().with(("main button", text)));
    let mut response = ui
        .scope_builder(place, |ui| {
            let widgets = &mut ui.visuals_mut().widgets;
            for (visuals, fill) in [
                (&mut widgets.inactive, colours.accent),
                (&mut widgets.hovered, colours.accent_hover),
                (&mut widgets.active, colours.accent_hover),
            ] {
                visuals.weak_bg_fill = fill;
                visuals.fg_stroke.color = colours.on_accent;
            }
            widgets.inactive.bg_stroke = Stroke::NONE;
            widgets.hovered.bg_stroke = Stroke::NONE;
            let words = RichText::new(label(icon, text)).family(egui::FontFamily::Name(crate::look::SEMIBOLD.into()));
            let button = Button::new(words).min_size(vec2(96.0, shape::CONTROL_HEIGHT + 4.0));
            ui.add_enabled(is_enabled, button)
        })
        .inner;
    named(&response, text, is_enabled);
    if is_enabled && ui.input_mut(|input| input.consume_shortcut(&MAIN_KEYS)) {
        response.flags.insert(egui::response::Flags::FAKE_PRIMARY_CLICKED);
    }
    let keys = ui.ctx().format_shortcut(&MAIN_KEYS);
    response.on_hover_text(keys)
}

/// Something else that can be done.
pub fn plain_button(ui: &mut Ui, icon: Option<Icon>, text: &str, is_enabled: bool) -> Response {
    let button = Button::new(label(icon, text)).min_size(vec2(0.0, shape::CONTROL_HEIGHT));
    let response = ui.add_enabled(is_enabled, button);
    named(&response, text, is_enabled);
    response
}

/// Something that opens or closes what stands below it, as wide as the room; its text is cut where it has none.
pub fn wide_button(ui: &mut Ui, icon: Option<Icon>, text: &str) -> Response {
    let size = vec2(ui.available_width(), shape::CONTROL_HEIGHT);
    let button = Button::new(label(icon, text)).truncate().frame_when_inactive(false);
    let layout =
        egui::Layout::left_to_right(egui::Align::Center).with_main_justify(true).with_main_align(egui::Align::Min);
    let response = ui.allocate_ui_with_layout(size, layout, |ui| ui.add(button.min_size(size))).inner;
    named(&response, text, true);
    response
}

/// The same where several of one text stand on a page: `name` tells them apart for those who listen, and under the pointer.
pub fn named_button(ui: &mut Ui, icon: Option<Icon>, text: &str, name: &str, is_enabled: bool) -> Response {
    let response = plain_button(ui, icon, text, is_enabled);
    named(&response, name, is_enabled);
    response.on_hover_text(name)
}

/// Something that ends or takes away.
pub fn danger_button(colours: &Colours, ui: &mut Ui, icon: Option<Icon>, text: &str, is_enabled: bool) -> Response {
    let tint = colours.tint(Tone::Danger);
    let words = RichText::new(label(icon, text)).color(tint.ink);
    let button = Button::new(words).fill(tint.ground).min_size(vec2(0.0, shape::CONTROL_HEIGHT));
    let response = ui.add_enabled(is_enabled, button);
    named(&response, text, is_enabled);
    response
}

/// A picture that can be clicked; its name shows under the pointer.
pub fn icon_button(ui: &mut Ui, icon: Icon, name: &str, is_enabled: bool) -> Response {
    let size = vec2(shape::CONTROL_HEIGHT, shape::CONTROL_HEIGHT);
    let response = ui.add_enabled(is_enabled, Button::new(glyph(icon)).frame_when_inactive(false).min_size(size));
    named(&response, name, is_enabled);
    response.on_hover_text(name)
}

/// Words that can be clicked.
pub fn link_button(colours: &Colours, ui: &mut Ui, text: &str) -> Response {
    let words = RichText::new(text).color(colours.tint(Tone::Accent).ink).underline();
    let response = ui.add(Button::new(words).fill(Color32::TRANSPARENT).frame_when_inactive(false));
    named(&response, text, true);
    response
}

/// One of a few, side by side. Whether another one was chosen.
pub fn row_of_choices<T: PartialEq + Copy>(ui: &mut Ui, chosen: &mut T, choices: &[(T, String)]) -> bool {
    let mut has_changed = false;
    ui.horizontal_wrapped(|ui| {
        for (choice, text) in choices {
            let is_chosen = *chosen == *choice;
            // A mark beside the colour, so that the colour alone says nothing.
            let words = if is_chosen { label(Some(Icon::Check), text) } else { text.clone() };
            let button = Button::selectable(is_chosen, words).frame_when_inactive(true);
            let response = ui.add(button.min_size(vec2(0.0, shape::CONTROL_HEIGHT)));
            response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, is_chosen, text));
            if response.clicked() && !is_chosen {
                *chosen = *choice;
                has_changed = true;
            }
        }
    });
    has_changed
}
