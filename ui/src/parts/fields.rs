//! Fields that are written in, each below its name.

use std::ops::RangeInclusive;

use egui::{ComboBox, DragValue, Response, RichText, Role, TextEdit, Ui, WidgetInfo};
use lucide_icons::Icon;

use super::buttons::plain_button;
use crate::command::{PickFor, UiCommand};
use crate::page::Page;

fn name_ui(page: &Page<'_>, ui: &mut Ui, name: &str) -> Response {
    ui.add(egui::Label::new(RichText::new(name).color(page.colours.text)).wrap())
}

/// A line of text.
pub fn text_field(page: &Page<'_>, ui: &mut Ui, name: &str, value: &mut String, hint: &str) -> Response {
    let label = name_ui(page, ui, name);
    let width = ui.available_width().min(460.0);
    ui.add(TextEdit::singleline(value).hint_text(hint).desired_width(width)).labelled_by(label.id)
}

/// A line that nobody is to read over one's shoulder.
pub fn secret_field(page: &Page<'_>, ui: &mut Ui, name: &str, value: &mut String, hint: &str) -> Response {
    let label = name_ui(page, ui, name);
    let width = ui.available_width().min(460.0);
    let edit = TextEdit::singleline(value).password(true).hint_text(hint).desired_width(width);
    ui.add(edit).labelled_by(label.id)
}

/// Several lines of text.
pub fn text_area(page: &Page<'_>, ui: &mut Ui, name: &str, value: &mut String, hint: &str, rows: usize) -> Response {
    let label = name_ui(page, ui, name);
    ui.add(TextEdit::multiline(value).hint_text(hint).desired_rows(rows).desired_width(f32::INFINITY))
        .labelled_by(label.id)
}

/// The path of a file or a folder: typed, or picked in the system's dialog. Whether it changed.
pub fn path_field(page: &mut Page<'_>, ui: &mut Ui, name: &str, value: &mut String, for_what: PickFor) -> bool {
    let mut has_changed = false;
    if let Some(path) = page.take_picked(for_what).and_then(|paths| paths.into_iter().next()) {
        *value = path.to_string_lossy().into_owned();
        has_changed = true;
    }
    let label = name_ui(page, ui, name);
    let browse = page.say("browse");
    ui.horizontal_wrapped(|ui| {
        let width = (ui.available_width() - 130.0).clamp(160.0, 560.0);
        let edit = TextEdit::singleline(value).desired_width(width).font(egui::TextStyle::Monospace);
        has_changed |= ui.add(edit).labelled_by(label.id).changed();
        if plain_button(ui, Some(Icon::FolderOpen), &browse, true).clicked() {
            page.send(UiCommand::Pick(for_what));
        }
    });
    has_changed
}

/// A box that is ticked or not. Whether it changed.
pub fn check_field(ui: &mut Ui, name: &str, value: &mut bool) -> bool {
    ui.checkbox(value, name).changed()
}

/// What a number field is about.
#[derive(Debug, Clone)]
pub struct Number<'a> {
    /// Its name.
    pub name: &'a str,
    /// What it does, under the pointer.
    pub help: &'a str,
    /// Lowest and highest value.
    pub range: RangeInclusive<f64>,
    /// How far one notch goes.
    pub speed: f64,
    /// Places behind the point; 0 for whole numbers.
    pub decimals: usize,
}

/// A number, which is typed or drawn. Whether it changed.
pub fn number_field(page: &Page<'_>, ui: &mut Ui, number: &Number<'_>, value: &mut f64) -> bool {
    let mut has_changed = false;
    ui.horizontal_wrapped(|ui| {
        let drag = DragValue::new(value)
            .range(number.range.clone())
            .speed(number.speed)
            .max_decimals(number.decimals)
            .update_while_editing(false);
        let response = ui.add(drag);
        response.widget_info(|| WidgetInfo::labeled(Role::SpinButton, true, number.name));
        has_changed = response.changed();
        let label = name_ui(page, ui, number.name);
        if !number.help.is_empty() {
            response.on_hover_text(number.help);
            label.on_hover_text(number.help);
        }
    });
    has_changed
}

/// One of many, from a list that opens. Whether another one was chosen.
pub fn pick_field<T: PartialEq + Clone>(
    page: &Page<'_>,
    ui: &mut Ui,
    name: &str,
    chosen: &mut T,
    choices: &[(T, String)],
) -> bool {
    let mut has_changed = false;
    let label = name_ui(page, ui, name);
    let shown = choices.iter().find(|(choice, _)| choice == chosen).map_or("", |(_, text)| text.as_str());
    let combo = ComboBox::from_id_salt(name).selected_text(shown).width(260.0).show_ui(ui, |ui| {
        for (choice, text) in choices {
            if ui.selectable_label(choice == chosen, text).clicked() && choice != chosen {
                *chosen = choice.clone();
                has_changed = true;
            }
        }
    });
    combo.response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::ComboBox, true, name);
        info.current_text_value = Some(shown.to_owned());
        info
    });
    drop(label);
    has_changed
}
