//! The list of steps, and below it what stands beside the wizard.

use egui::{Align, Button, Layout, Panel, RichText, Role, Ui, WidgetInfo, vec2};
use lucide_icons::Icon;
use whetstone_core::desk::{Readiness, Step};

use crate::command::Place;
use crate::look::{SEMIBOLD, Tone, glyph, shape, space, type_size};
use crate::page::Page;
use crate::steps;

/// Draws it on the left of the window.
pub(crate) fn rail_ui(page: &mut Page<'_>, ui: &mut Ui) {
    let is_narrow = ui.available_width() < shape::NARROW_WINDOW;
    let width = if is_narrow { shape::NARROW_RAIL } else { shape::RAIL };
    let frame = egui::Frame::new()
        .fill(page.colours.surface)
        .inner_margin(egui::Margin::symmetric(space::SMALL as i8, space::MEDIUM as i8));
    Panel::left("steps").exact_size(width).resizable(false).frame(frame).show(ui, |ui| {
        name_ui(page, ui, is_narrow);
        // What stands below takes its room first, so that the steps scroll where the window is low.
        ui.with_layout(Layout::bottom_up(Align::Min), |ui| {
            news_ui(page, ui, is_narrow);
            for (place, icon, word) in [
                (Place::Settings, Icon::Settings, "settings"),
                (Place::Glossary, Icon::BookOpen, "glossary"),
                (Place::Privacy, Icon::ShieldCheck, "privacy"),
                (Place::Files, Icon::Folder, "files"),
            ] {
                let name = page.say(&format!("{word}-name"));
                entry_ui(page, ui, place, icon, &name, None, is_narrow);
            }
            ui.separator();
            ui.with_layout(Layout::top_down(Align::Min), |ui| {
                egui::ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| steps_ui(page, ui, is_narrow));
            });
        });
    });
}

/// A quiet line where there is a newer version: it leads to the settings, which say more.
fn news_ui(page: &mut Page<'_>, ui: &mut Ui, is_narrow: bool) {
    let Some(version) = page.state.updates.news() else { return };
    let said = page.say_with("update-line", [("version", version.into())]);
    let icon = glyph(Icon::CircleArrowUp);
    let words = if is_narrow { icon } else { format!("{icon}   {said}") };
    let text = RichText::new(words).small().color(page.colours.text_soft);
    let size = vec2(ui.available_width(), shape::CONTROL_HEIGHT);
    let response =
        ui.add(Button::selectable(false, text).frame_when_inactive(false).truncate().min_size(size).right_text(""));
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &said));
    if response.clicked() {
        page.go(Place::Settings);
    }
    if is_narrow {
        response.on_hover_text(said);
    }
}

fn name_ui(page: &Page<'_>, ui: &mut Ui, is_narrow: bool) {
    ui.horizontal(|ui| {
        let mark =
            RichText::new(glyph(Icon::Gem)).size(type_size::SUBHEADING).color(page.colours.tint(Tone::Accent).ink);
        ui.add_space(space::TINY);
        ui.add(egui::Label::new(mark));
        if !is_narrow {
            let family = egui::FontFamily::Name(SEMIBOLD.into());
            ui.label(RichText::new("Whetstone").size(type_size::SUBHEADING).family(family).color(page.colours.text));
        }
    });
    if let Some(project) = page.project().filter(|_| !is_narrow) {
        let name = super::notices::project_name(project);
        let label = RichText::new(name).small().color(page.colours.text_soft);
        ui.add(egui::Label::new(label).truncate());
    }
    ui.add_space(space::SMALL);
}

fn steps_ui(page: &mut Page<'_>, ui: &mut Ui, is_narrow: bool) {
    for (number, row) in steps::ALL.iter().enumerate() {
        let name = page.say(&format!("{}-name", row.step.id()));
        let readiness = page.project().map(|project| project.readiness(row.step));
        let readiness =
            if row.step == Step::Start { None } else { Some(readiness.unwrap_or(Readiness::After(Step::Start))) };
        let name = if row.step == Step::Start { name } else { format!("{number}. {name}") };
        entry_ui(page, ui, Place::Step(row.step), row.icon, &name, readiness, is_narrow);
    }
}

/// One entry: its picture, its name, and how far it is: said in words, shown by a mark.
fn entry_ui(
    page: &mut Page<'_>,
    ui: &mut Ui,
    place: Place,
    icon: Icon,
    name: &str,
    readiness: Option<Readiness>,
    is_narrow: bool,
) {
    let is_here = page.state.place == place;
    let (mark, word) = match readiness {
        Some(Readiness::Done) => (Some(Icon::Check), "step-done"),
        Some(Readiness::Ready) => (Some(Icon::ChevronRight), "step-ready"),
        Some(Readiness::After(_)) => (None, "step-later"),
        None => (None, ""),
    };
    let is_later = matches!(readiness, Some(Readiness::After(_)));
    let ink = if is_here {
        page.colours.tint(Tone::Accent).ink
    } else if is_later {
        page.colours.text_soft
    } else {
        page.colours.text
    };
    let said = if word.is_empty() { name.to_owned() } else { format!("{name}, {}", page.say(word)) };
    let words = if is_narrow { glyph(icon) } else { format!("{}   {name}", glyph(icon)) };
    let mut text = RichText::new(words).color(ink);
    if is_here {
        text = text.family(egui::FontFamily::Name(SEMIBOLD.into()));
    }
    let mut button = Button::selectable(is_here, text)
        .frame_when_inactive(is_here)
        .truncate()
        .min_size(vec2(ui.available_width(), shape::CONTROL_HEIGHT));
    if let Some(mark) = mark.filter(|_| !is_narrow) {
        let tone = if readiness == Some(Readiness::Done) { Tone::Success } else { Tone::Accent };
        button = button.right_text(RichText::new(glyph(mark)).color(page.colours.tint(tone).ink));
    } else if !is_narrow {
        button = button.right_text("");
    }
    let response = ui.add(button);
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, is_here, &said));
    if response.clicked() {
        page.go(place);
    }
    if is_narrow {
        response.on_hover_text(said);
    }
}
