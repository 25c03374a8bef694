//! The rules that the coach judges by, as they are written.

use egui::{CornerRadius, Frame, Margin, Role, ScrollArea, Stroke, TextEdit, Ui, WidgetInfo};
use lucide_icons::Icon;
use whetstone_core::desk::{ProjectCommand, ProjectView};
use whetstone_core::domain::{Rubric, RubricRule};
use whetstone_core::job::ProjectChanges;
use whetstone_core::method::general_rules;

use crate::command::{PickFor, UiCommand};
use crate::look::{Tone, shape, space};
use crate::page::Page;
use crate::parts;

/// Height of the list of rules that can be added.
const LIBRARY_HEIGHT: f32 = 260.0;
/// Width of a rule's name.
const NAME: f32 = 200.0;

/// The rules as they are being written.
#[derive(Debug, Default)]
pub(super) struct Draft {
    /// `None` as long as they are the project's.
    rules: Option<Vec<RubricRule>>,
}

/// What is done with a rule of the list.
enum Move {
    Up(usize),
    Down(usize),
    Away(usize),
}

/// Draws the rules. They are the one thing to do where `is_needed`.
pub(super) fn rubric_ui(page: &mut Page<'_>, ui: &mut Ui, project: &ProjectView, is_needed: bool) {
    if let Some(path) = page.take_picked(PickFor::RubricFile).and_then(|paths| paths.into_iter().next()) {
        page.drafts.feedback.rubric.rules = None;
        let changes = ProjectChanges { rubric: Some(path), ..ProjectChanges::default() };
        page.send(ProjectCommand::Change(Box::new(changes)));
    }
    let kept: &[RubricRule] = project.rubric.as_ref().map_or(&[], |version| &version.rubric.rules);
    let mut rules = page.drafts.feedback.rubric.rules.take().unwrap_or_else(|| kept.to_vec());
    parts::section(page.colours, ui, &page.say("feedback-rules"), |ui| {
        parts::soft(page, ui, &page.say("feedback-rules-help"));
        if let Some(version) = &project.rubric {
            let said = page.say_with("feedback-rules-version", [("version", version.version.into())]);
            parts::soft(page, ui, &said);
        }
        rules_ui(page, ui, &mut rules);
        ui.add_space(space::TINY);
        buttons_ui(page, ui, &mut rules, kept, is_needed);
        library_ui(page, ui, &mut rules);
    });
    // What says the same as the project's is no draft any more: the project's later versions show by themselves.
    page.drafts.feedback.rubric.rules = (rules != kept).then_some(rules);
}

fn rules_ui(page: &Page<'_>, ui: &mut Ui, rules: &mut Vec<RubricRule>) {
    let mut moved = None;
    let count = rules.len();
    for (place, rule) in rules.iter_mut().enumerate() {
        moved = rule_ui(page, ui, rule, place, count).or(moved);
    }
    match moved {
        Some(Move::Up(place)) => rules.swap(place, place - 1),
        Some(Move::Down(place)) => rules.swap(place, place + 1),
        Some(Move::Away(place)) => drop(rules.remove(place)),
        None => {}
    }
}

fn rule_ui(page: &Page<'_>, ui: &mut Ui, rule: &mut RubricRule, place: usize, count: usize) -> Option<Move> {
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
        });
    moved
}

/// A field whose name is not drawn. Whether it changed.
fn field_ui(ui: &mut Ui, field: TextEdit<'_>, name: &str) -> bool {
    let response = ui.add(field);
    response.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, name));
    response.changed()
}

fn buttons_ui(page: &mut Page<'_>, ui: &mut Ui, rules: &mut Vec<RubricRule>, kept: &[RubricRule], is_needed: bool) {
    let is_whole = rules.iter().all(|rule| !rule.name.trim().is_empty() && !rule.text.trim().is_empty());
    let names_differ =
        rules.iter().enumerate().all(|(place, rule)| rules[..place].iter().all(|one| one.name != rule.name));
    let can_keep = is_whole && names_differ && !rules.is_empty() && rules != kept;
    ui.horizontal_wrapped(|ui| {
        let keep = page.say("feedback-rules-keep");
        let kept_now = if is_needed {
            parts::main_button(page.colours, ui, Some(Icon::Check), &keep, can_keep)
        } else {
            parts::plain_button(ui, Some(Icon::Check), &keep, can_keep)
        };
        if kept_now.clicked() {
            page.send(ProjectCommand::WriteRubric(Rubric::of(rules.clone())));
        }
        if parts::plain_button(ui, Some(Icon::Plus), &page.say("feedback-rule-add"), true).clicked() {
            rules.push(RubricRule::new("", ""));
        }
        if parts::plain_button(ui, Some(Icon::FileInput), &page.say("feedback-rules-file"), true).clicked() {
            page.send(UiCommand::Pick(PickFor::RubricFile));
        }
        if rules != kept
            && parts::plain_button(ui, Some(Icon::Undo2), &page.say("feedback-rules-leave"), true).clicked()
        {
            *rules = kept.to_vec();
        }
    });
    if !is_whole {
        parts::soft(page, ui, &page.say("feedback-rules-not-whole"));
    } else if !names_differ {
        parts::soft(page, ui, &page.say("feedback-rules-same-name"));
    }
}

/// Rules that fit most tasks, to be added.
fn library_ui(page: &Page<'_>, ui: &mut Ui, rules: &mut Vec<RubricRule>) {
    let open: Vec<&RubricRule> =
        general_rules().iter().filter(|rule| rules.iter().all(|known| known.name != rule.name)).collect();
    if open.is_empty() {
        return;
    }
    parts::fold(ui, &page.say("feedback-rules-library"), |ui| {
        ScrollArea::vertical().id_salt("library").max_height(LIBRARY_HEIGHT).show(ui, |ui| {
            for rule in open {
                ui.horizontal_wrapped(|ui| {
                    let add = page.say_with("feedback-rule-take", [("name", rule.name.as_str().into())]);
                    if parts::icon_button(ui, Icon::Plus, &add, true).clicked() {
                        rules.push(rule.clone());
                    }
                    parts::soft(page, ui, &format!("{}: {}", rule.name, rule.text));
                });
            }
        });
    });
}
