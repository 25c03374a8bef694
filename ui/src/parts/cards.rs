//! Grounds that hold things together.

use egui::{
    CornerRadius, Frame, InnerResponse, Margin, Response, RichText, Role, Sense, Stroke, Ui, UiBuilder, WidgetInfo,
};
use lucide_icons::Icon;

use crate::look::{Colours, SEMIBOLD, Tone, glyph, shape, space, type_size};

fn frame(colours: &Colours) -> Frame {
    Frame::new()
        .fill(colours.surface)
        .stroke(Stroke::new(1.0, colours.line))
        .corner_radius(CornerRadius::same(shape::CARD_CORNER))
        .inner_margin(Margin::same(space::LARGE as i8))
}

/// A ground for things that belong together, as wide as there is room.
pub fn card<R>(colours: &Colours, ui: &mut Ui, contents: impl FnOnce(&mut Ui) -> R) -> InnerResponse<R> {
    frame(colours).show(ui, |ui| {
        ui.set_width(ui.available_width());
        contents(ui)
    })
}

/// A part of a page with a name.
pub fn section<R>(colours: &Colours, ui: &mut Ui, title: &str, contents: impl FnOnce(&mut Ui) -> R) -> R {
    card(colours, ui, |ui| {
        title_ui(colours, ui, title);
        ui.add_space(space::TINY);
        contents(ui)
    })
    .inner
}

fn title_ui(colours: &Colours, ui: &mut Ui, title: &str) {
    let family = egui::FontFamily::Name(SEMIBOLD.into());
    let title = RichText::new(title).size(type_size::SUBHEADING).family(family).color(colours.text);
    ui.add(egui::Label::new(title).wrap());
}

/// A card that can be chosen as a whole: by a click, or by the keyboard where it has the focus. It is as wide as the
/// room that it is given, and what is in it is not operated by itself.
pub fn choice_card(
    colours: &Colours,
    ui: &mut Ui,
    name: &str,
    is_chosen: bool,
    contents: impl FnOnce(&mut Ui),
) -> Response {
    let id = ui.next_auto_id().with(name);
    let has_focus = ui.memory(|memory| memory.has_focus(id));
    let edge = if has_focus {
        Stroke::new(2.5, colours.focus)
    } else if is_chosen {
        Stroke::new(2.0, colours.accent)
    } else {
        Stroke::new(1.0, colours.line)
    };
    let builder = UiBuilder::new().scope_id(id).sense(Sense::click());
    let response = ui
        .scope_builder(builder, |ui| {
            let is_hovered = ui.response().hovered();
            let fill = if is_chosen {
                colours.tint(Tone::Accent).ground
            } else if is_hovered {
                colours.well
            } else {
                colours.surface
            };
            frame(colours).fill(fill).stroke(edge).show(ui, |ui| {
                ui.set_width(ui.available_width());
                ui.horizontal(|ui| {
                    let mark = if is_chosen { Icon::CircleCheck } else { Icon::Circle };
                    let ink = if is_chosen { colours.tint(Tone::Accent).ink } else { colours.text_soft };
                    ui.add(egui::Label::new(RichText::new(glyph(mark)).size(type_size::SUBHEADING).color(ink)));
                    title_ui(colours, ui, name);
                });
                contents(ui);
            });
        })
        .response;
    response.widget_info(|| WidgetInfo::selected(Role::RadioButton, ui.is_enabled(), is_chosen, name));
    response.on_hover_cursor(egui::CursorIcon::PointingHand)
}

/// A card that opens something: by a click, or by the keyboard where it has the focus. `said` is what stands on it, for
/// those who listen.
pub fn open_card(colours: &Colours, ui: &mut Ui, name: &str, said: &str, contents: impl FnOnce(&mut Ui)) -> Response {
    let id = ui.next_auto_id().with(name);
    let has_focus = ui.memory(|memory| memory.has_focus(id));
    let builder = UiBuilder::new().scope_id(id).sense(Sense::click());
    let response = ui
        .scope_builder(builder, |ui| {
            let is_hovered = ui.response().hovered();
            let edge = match (has_focus, is_hovered) {
                (true, _) => Stroke::new(2.5, colours.focus),
                (_, true) => Stroke::new(1.0, colours.edge),
                _ => Stroke::new(1.0, colours.line),
            };
            let fill = if is_hovered { colours.well } else { colours.surface };
            frame(colours).fill(fill).stroke(edge).show(ui, |ui| {
                ui.set_width(ui.available_width());
                title_ui(colours, ui, name);
                contents(ui);
            });
        })
        .response;
    let label = if said.is_empty() { name.to_owned() } else { format!("{name}: {said}") };
    response.widget_info(|| WidgetInfo::labeled(Role::Button, ui.is_enabled(), &label));
    response.on_hover_cursor(egui::CursorIcon::PointingHand)
}

/// A word on a ground of its tone.
pub fn badge(colours: &Colours, ui: &mut Ui, tone: Tone, icon: Option<Icon>, text: &str) -> Response {
    let tint = colours.tint(tone);
    Frame::new()
        .fill(tint.ground)
        .corner_radius(CornerRadius::same(shape::CORNER))
        .inner_margin(Margin::symmetric(space::SMALL as i8, 2))
        .show(ui, |ui| {
            let words = icon.map_or_else(|| text.to_owned(), |icon| format!("{} {text}", glyph(icon)));
            let response = ui.add(egui::Label::new(RichText::new(words).small().color(tint.ink)));
            // The icon's character is nothing to be read out.
            response.widget_info(|| WidgetInfo::labeled(Role::Label, true, text));
        })
        .response
}

/// Words on grounds of their tones, side by side; each stays in one line, and what has no room stands in the next row.
pub fn badges(colours: &Colours, ui: &mut Ui, marks: &[(Tone, Icon, String)]) {
    let font = egui::TextStyle::Small.resolve(ui.style());
    let width_of = |ui: &Ui, icon: Icon, text: &str| {
        let words = format!("{} {text}", glyph(icon));
        ui.painter().layout_no_wrap(words, font.clone(), colours.text).size().x + 2.0 * space::SMALL
    };
    let (available, gap) = (ui.available_width(), ui.spacing().item_spacing.x);
    ui.scope(|ui| {
        // A row is as high as its badges, not as a control.
        ui.spacing_mut().interact_size.y = 0.0;
        let mut from = 0;
        while from < marks.len() {
            let (mut to, mut width) = (from, 0.0);
            while let Some((_, icon, text)) = marks.get(to) {
                let more = width_of(ui, *icon, text) + gap;
                if to > from && width + more > available {
                    break;
                }
                (to, width) = (to + 1, width + more);
            }
            ui.horizontal(|ui| {
                for (tone, icon, text) in &marks[from..to] {
                    badge(colours, ui, *tone, Some(*icon), text);
                }
            });
            from = to;
        }
    });
}

/// What only some want to see, folded away.
pub fn fold<R>(ui: &mut Ui, title: &str, contents: impl FnOnce(&mut Ui) -> R) -> Option<R> {
    let header = egui::CollapsingHeader::new(title).id_salt(title).default_open(false);
    header.show(ui, contents).body_returned
}
