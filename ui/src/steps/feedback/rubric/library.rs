//! Rules that are there already: rubrics for one kind of work, and single rules that fit most.

use egui::{Frame, Margin, RichText, ScrollArea, Stroke, Ui};
use lucide_icons::Icon;
use whetstone_core::domain::{Rubric, RubricRule};
use whetstone_core::feedback::{ReadyRubric, ready_for};
use whetstone_core::method::general_rules;

use crate::look::{SEMIBOLD, shape, space};
use crate::page::Page;
use crate::parts;

/// Height of the list of single rules.
const LIBRARY_HEIGHT: f32 = 260.0;
/// A ready-made rubric is not narrower than this.
const LEAST_WIDTH: f32 = 300.0;
/// So many of them stand in a row.
const IN_A_ROW: usize = 2;

/// The ready-made rubrics for the kind of work that was chosen.
pub(super) fn ready_ui(page: &Page<'_>, ui: &mut Ui, rubric: &mut Rubric) {
    let ready: Vec<&ReadyRubric> = ready_for(rubric.task).collect();
    if ready.is_empty() {
        return;
    }
    parts::fold(ui, &page.say("feedback-ready"), |ui| {
        parts::soft(page, ui, &page.say("feedback-ready-help"));
        ui.add_space(space::TINY);
        parts::side_by_side(ui, ready.len(), IN_A_ROW, LEAST_WIDTH, |ui, place, _| {
            one_ui(page, ui, rubric, ready[place]);
        });
    });
}

fn one_ui(page: &Page<'_>, ui: &mut Ui, rubric: &mut Rubric, ready: &ReadyRubric) {
    let title = page.words.row("ready", ready.id, "title", &ready.title).into_owned();
    let frame = Frame::new()
        .fill(page.colours.well)
        .stroke(Stroke::new(1.0, page.colours.line))
        .corner_radius(shape::CORNER)
        .inner_margin(Margin::same(space::MEDIUM as i8));
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        let family = egui::FontFamily::Name(SEMIBOLD.into());
        ui.add(egui::Label::new(RichText::new(&title).family(family).color(page.colours.text)).wrap());
        parts::soft(page, ui, &page.words.row("ready", ready.id, "meaning", &ready.meaning));
        let count = ready.rubric.rules.len();
        let take = page.say_with("feedback-ready-take", [("count", count.into())]);
        let name = page.say_with("feedback-ready-take-of", [("title", title.as_str().into())]);
        if parts::named_button(ui, Some(Icon::Check), &take, &name, rubric.rules != ready.rubric.rules).clicked() {
            rubric.clone_from(&ready.rubric);
        }
        let look = page.say_with("feedback-ready-look", [("title", title.as_str().into())]);
        parts::fold(ui, &look, |ui| {
            for rule in &ready.rubric.rules {
                single_ui(page, ui, rubric, rule);
            }
        });
    });
}

/// Rules that fit most tasks, to be added one by one.
pub(super) fn general_ui(page: &Page<'_>, ui: &mut Ui, rubric: &mut Rubric) {
    parts::fold(ui, &page.say("feedback-rules-library"), |ui| {
        ScrollArea::vertical().id_salt("library").max_height(LIBRARY_HEIGHT).show(ui, |ui| {
            for rule in general_rules() {
                single_ui(page, ui, rubric, rule);
            }
        });
    });
}

/// One rule, with the button that adds it. One whose name is there already cannot be added again.
fn single_ui(page: &Page<'_>, ui: &mut Ui, rubric: &mut Rubric, rule: &RubricRule) {
    let is_there = rubric.rules.iter().any(|known| known.name == rule.name);
    ui.horizontal_top(|ui| {
        let word = if is_there { "feedback-rule-is-there" } else { "feedback-rule-take" };
        let add = page.say_with(word, [("name", rule.name.as_str().into())]);
        let icon = if is_there { Icon::Check } else { Icon::Plus };
        if parts::icon_button(ui, icon, &add, !is_there).clicked() {
            super::add(rubric, rule);
        }
        ui.vertical(|ui| {
            let text = RichText::new(format!("{}: {}", rule.name, rule.text)).color(page.colours.text_soft);
            ui.add(egui::Label::new(text).wrap());
        });
    });
}
