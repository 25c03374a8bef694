//! One rule as it is being written.

use egui::{ComboBox, CornerRadius, Frame, Margin, Role, Stroke, TextEdit, Ui, WidgetInfo};
use lucide_icons::Icon;
use whetstone_core::domain::{RubricRule, RuleExample};

use super::Move;
use crate::look::{Tone, shape, space};
use crate::page::Page;
use crate::parts::{self, Number};

/// Width of a rule's name.
const NAME: f32 = 200.0;
/// Width of how much it counts.
const COUNTS: f32 = 190.0;
/// Weights nearer to each other than this are the same.
const SAME: f64 = 1e-9;

/// How much a rule can count without a number being written.
const WEIGHTS: [(f64, &str); 6] = [
    (0.5, "feedback-counts-half"),
    (1.0, "feedback-counts-once"),
    (2.0, "feedback-counts-twice"),
    (3.0, "feedback-counts-three"),
    (4.0, "feedback-counts-four"),
    (5.0, "feedback-counts-five"),
];

/// Draws it. Gives what is done with it.
pub(super) fn rule_ui(page: &Page<'_>, ui: &mut Ui, rule: &mut RubricRule, place: usize, count: usize) -> Option<Move> {
    let mut moved = None;
    let named = |word: &str| page.say_with(word, [("number", (place + 1).into())]);
    Frame::new()
        .fill(page.colours.well)
        .stroke(Stroke::new(1.0, page.colours.line))
        .corner_radius(CornerRadius::same(shape::CORNER))
        .inner_margin(Margin::same(space::SMALL as i8))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.horizontal_wrapped(|ui| {
                let hint = page.say("feedback-rule-name-hint");
                let name = TextEdit::singleline(&mut rule.name).desired_width(NAME).hint_text(&hint);
                field_ui(ui, name, &named("feedback-rule-name"));
                counts_ui(page, ui, &mut rule.weight, &named("feedback-rule-counts"));
                if rule.check.is_some() {
                    let checked = page.say("feedback-rule-checked");
                    parts::badge(page.colours, ui, Tone::Success, Some(Icon::Check), &checked);
                }
            });
            let hint = page.say("feedback-rule-text-hint");
            let text =
                TextEdit::multiline(&mut rule.text).desired_width(f32::INFINITY).desired_rows(1).hint_text(&hint);
            if field_ui(ui, text, &named("feedback-rule-text")) {
                // The check says what the old sentence said.
                rule.check = None;
            }
            // After the fields, so that the keyboard comes from the name to the sentence.
            ui.horizontal(|ui| {
                if parts::icon_button(ui, Icon::ChevronUp, &named("feedback-rule-up"), place > 0).clicked() {
                    moved = Some(Move::Up(place));
                }
                let is_last = place + 1 == count;
                if parts::icon_button(ui, Icon::ChevronDown, &named("feedback-rule-down"), !is_last).clicked() {
                    moved = Some(Move::Down(place));
                }
                if parts::icon_button(ui, Icon::Trash2, &named("feedback-rule-remove"), true).clicked() {
                    moved = Some(Move::Away(place));
                }
            });
            more_ui(page, ui, rule, place + 1);
        });
    moved
}

/// A field whose name is not drawn. Whether it changed.
fn field_ui(ui: &mut Ui, field: TextEdit<'_>, name: &str) -> bool {
    let response = ui.add(field);
    response.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, name));
    response.changed()
}

/// How much the rule counts beside the others, in words.
fn counts_ui(page: &Page<'_>, ui: &mut Ui, weight: &mut f64, name: &str) {
    let is_now = |value: f64| (*weight - value).abs() < SAME;
    let shown = match WEIGHTS.iter().find(|(value, _)| is_now(*value)) {
        Some((_, word)) => page.say(word),
        None => page.say_with("feedback-counts-other", [("weight", parts::number(*weight).into())]),
    };
    let mut chosen = None;
    let combo = ComboBox::from_id_salt("counts").selected_text(&shown).width(COUNTS).show_ui(ui, |ui| {
        for (value, word) in WEIGHTS {
            if ui.selectable_label(is_now(value), page.say(word)).clicked() {
                chosen = Some(value);
            }
        }
    });
    combo.response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::ComboBox, true, name);
        info.current_text_value = Some(shown.clone());
        info
    });
    if let Some(value) = chosen {
        *weight = value;
    }
}

/// Examples of the rule, and its weight as a number.
fn more_ui(page: &Page<'_>, ui: &mut Ui, rule: &mut RubricRule, number: usize) {
    let title = page.say_with("feedback-rule-more", [("number", number.into()), ("count", rule.examples.len().into())]);
    let header = egui::CollapsingHeader::new(title).id_salt("more");
    header.show(ui, |ui| {
        parts::soft(page, ui, &page.say("feedback-examples-help"));
        let mut taken_away = None;
        for (place, example) in rule.examples.iter_mut().enumerate() {
            if example_ui(page, ui, example, number, place + 1) {
                taken_away = Some(place);
            }
        }
        if let Some(place) = taken_away {
            rule.examples.remove(place);
        }
        ui.horizontal_wrapped(|ui| {
            let say = |word: &str| page.say_with(word, [("number", number.into())]);
            for (follows, word, name, icon) in [
                (true, "feedback-example-add-good", "feedback-example-add-good-to", Icon::Plus),
                (false, "feedback-example-add-bad", "feedback-example-add-bad-to", Icon::Plus),
            ] {
                if parts::named_button(ui, Some(icon), &page.say(word), &say(name), true).clicked() {
                    rule.examples.push(RuleExample { reply: String::new(), follows });
                }
            }
        });
        ui.add_space(space::TINY);
        let weight = Number {
            name: &page.say("feedback-weight"),
            help: &page.say("feedback-weight-help"),
            range: 0.05..=100.0,
            speed: 0.05,
            decimals: 2,
        };
        parts::number_field(page, ui, &weight, &mut rule.weight);
    });
}

/// A reply that follows the rule, or does not. Whether it is to be taken away.
fn example_ui(page: &Page<'_>, ui: &mut Ui, example: &mut RuleExample, rule: usize, number: usize) -> bool {
    let values = || [("number", rule.into()), ("example", number.into())];
    let (tone, icon, word) = if example.follows {
        (Tone::Success, Icon::Check, "feedback-example-follows")
    } else {
        (Tone::Danger, Icon::X, "feedback-example-breaks")
    };
    let is_away = ui
        .horizontal_wrapped(|ui| {
            parts::badge(page.colours, ui, tone, Some(icon), &page.say(word));
            let away = page.say_with("feedback-example-remove", values());
            parts::icon_button(ui, Icon::Trash2, &away, true).clicked()
        })
        .inner;
    let hint = page.say("feedback-example-hint");
    let reply = TextEdit::multiline(&mut example.reply).desired_width(f32::INFINITY).desired_rows(1).hint_text(&hint);
    field_ui(ui, reply, &page.say_with("feedback-example-reply", values()));
    is_away
}
