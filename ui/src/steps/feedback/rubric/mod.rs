//! The rules that the coach judges by, as they are written.

mod library;
mod paste;
mod rule;
mod versions;

use std::path::PathBuf;

use egui::Ui;
use lucide_icons::Icon;
use whetstone_core::desk::{Ask, ProjectCommand, ProjectView, Sheet};
use whetstone_core::domain::{Rubric, RubricRule, RubricTask};

use crate::command::{PickFor, UiCommand};
use crate::look::{Tone, space};
use crate::page::Page;
use crate::parts;

/// The rules as they are being written.
#[derive(Debug, Default)]
pub(super) struct Draft {
    /// `None` as long as they are the project's.
    rubric: Option<Rubric>,
    /// A file whose rules are to be shown.
    file: Option<PathBuf>,
    /// Rules that were pasted as a text and not yet added.
    pasted: String,
}

/// What is done with a rule of the list.
pub(super) enum Move {
    Up(usize),
    Down(usize),
    Away(usize),
}

/// The rules as they stand in the editor.
fn written(page: &Page<'_>, project: &ProjectView) -> Rubric {
    let kept = || project.rubric.as_ref().map(|version| version.rubric.clone());
    page.drafts.feedback.rubric.rubric.clone().or_else(kept).unwrap_or_default()
}

/// Whether a rule of this name stands in the editor.
pub(super) fn has_rule(page: &Page<'_>, project: &ProjectView, name: &str) -> bool {
    let in_draft = page.drafts.feedback.rubric.rubric.as_ref();
    let rubric = in_draft.or(project.rubric.as_ref().map(|version| &version.rubric));
    rubric.is_some_and(|rubric| rubric.rules.iter().any(|rule| rule.name == name))
}

/// Takes a rule out of the editor. It is the project's until the rules are kept.
pub(super) fn take_out(page: &mut Page<'_>, project: &ProjectView, name: &str) {
    let mut rubric = written(page, project);
    rubric.rules.retain(|rule| rule.name != name);
    page.drafts.feedback.rubric.rubric = Some(rubric);
}

/// Draws the rules. They are the one thing to do where `is_needed`.
pub(super) fn rubric_ui(page: &mut Page<'_>, ui: &mut Ui, project: &ProjectView, is_needed: bool) {
    file_ui(page, ui);
    let none = Rubric::default();
    let kept = project.rubric.as_ref().map_or(&none, |version| &version.rubric);
    let mut rubric = page.drafts.feedback.rubric.rubric.take().unwrap_or_else(|| kept.clone());
    parts::section(page.colours, ui, &page.say("feedback-rules"), |ui| {
        parts::soft(page, ui, &page.say("feedback-rules-help"));
        if let Some(version) = &project.rubric {
            let said = page.say_with("feedback-rules-version", [("version", version.version.into())]);
            parts::soft(page, ui, &said);
        }
        task_ui(page, ui, &mut rubric);
        ui.add_space(space::TINY);
        rules_ui(page, ui, &mut rubric.rules);
        ui.add_space(space::TINY);
        buttons_ui(page, ui, &mut rubric, kept, is_needed);
    });
    ui.add_space(space::SMALL);
    parts::section(page.colours, ui, &page.say("feedback-rules-more"), |ui| {
        parts::soft(page, ui, &page.say("feedback-rules-more-help"));
        library::ready_ui(page, ui, &mut rubric);
        library::general_ui(page, ui, &mut rubric);
        paste::paste_ui(page, ui, &mut rubric);
        versions::versions_ui(page, ui, project);
    });
    // What says the same as the project's is no draft any more: the project's later versions show by themselves.
    page.drafts.feedback.rubric.rubric = (rubric != *kept).then_some(rubric);
}

/// The rules of a file that was picked stand in the editor as soon as they are read.
fn file_ui(page: &mut Page<'_>, ui: &mut Ui) {
    if let Some(path) = page.take_picked(PickFor::RubricFile).and_then(|paths| paths.into_iter().next()) {
        page.drafts.feedback.rubric.file = Some(path);
    }
    let Some(path) = page.drafts.feedback.rubric.file.clone() else { return };
    match page.sheet(&Ask::RubricFile { path }) {
        Some(Ok(Sheet::RubricFile(found))) => {
            page.drafts.feedback.rubric.rubric = Some((**found).clone());
            page.drafts.feedback.rubric.file = None;
        }
        Some(Err(message)) => {
            parts::failure_ui(page, ui, message);
            if parts::plain_button(ui, Some(Icon::X), &page.say("dismiss"), true).clicked() {
                page.drafts.feedback.rubric.file = None;
            }
            ui.add_space(space::SMALL);
        }
        _ => parts::soft(page, ui, &page.say("feedback-reading")),
    }
}

/// What a kind of work is called, and what it is.
fn words_of(task: RubricTask) -> [&'static str; 2] {
    match task {
        RubricTask::Conversation => ["feedback-task-conversation", "feedback-task-conversation-text"],
        RubricTask::Summarising => ["feedback-task-summarising", "feedback-task-summarising-text"],
        RubricTask::Classification => ["feedback-task-classification", "feedback-task-classification-text"],
        RubricTask::Extraction => ["feedback-task-extraction", "feedback-task-extraction-text"],
    }
}

/// What kind of work the answers do.
fn task_ui(page: &Page<'_>, ui: &mut Ui, rubric: &mut Rubric) {
    ui.add_space(space::TINY);
    parts::paragraph(page, ui, &page.say("feedback-task"));
    let choices = RubricTask::ALL.map(|task| (task, page.say(words_of(task)[0])));
    parts::row_of_choices(ui, &mut rubric.task, &choices);
    parts::soft(page, ui, &page.say(words_of(rubric.task)[1]));
}

fn rules_ui(page: &Page<'_>, ui: &mut Ui, rules: &mut Vec<RubricRule>) {
    let mut moved = None;
    let count = rules.len();
    for (place, rule) in rules.iter_mut().enumerate() {
        moved = ui.push_id(("rule", place), |ui| rule::rule_ui(page, ui, rule, place, count)).inner.or(moved);
    }
    match moved {
        Some(Move::Up(place)) => rules.swap(place, place - 1),
        Some(Move::Down(place)) => rules.swap(place, place + 1),
        Some(Move::Away(place)) => drop(rules.remove(place)),
        None => {}
    }
}

/// What keeps rules from being kept, where something does.
fn fault_of(rules: &[RubricRule]) -> Option<&'static str> {
    let is_empty = |text: &str| text.trim().is_empty();
    if rules.iter().any(|rule| is_empty(&rule.name) || is_empty(&rule.text)) {
        return Some("feedback-rules-not-whole");
    }
    if rules.iter().enumerate().any(|(place, rule)| rules[..place].iter().any(|one| one.name == rule.name)) {
        return Some("feedback-rules-same-name");
    }
    let has_empty_example = rules.iter().any(|rule| rule.examples.iter().any(|example| is_empty(&example.reply)));
    has_empty_example.then_some("feedback-rules-empty-example")
}

fn buttons_ui(page: &mut Page<'_>, ui: &mut Ui, rubric: &mut Rubric, kept: &Rubric, is_needed: bool) {
    let fault = fault_of(&rubric.rules);
    let is_changed = rubric != kept;
    let can_keep = fault.is_none() && !rubric.rules.is_empty() && is_changed;
    ui.horizontal_wrapped(|ui| {
        let keep = page.say("feedback-rules-keep");
        let kept_now = if is_needed || can_keep {
            parts::main_button(page.colours, ui, Some(Icon::Check), &keep, can_keep)
        } else {
            parts::plain_button(ui, Some(Icon::Check), &keep, can_keep)
        };
        if kept_now.clicked() {
            page.send(ProjectCommand::WriteRubric(rubric.clone()));
        }
        if parts::plain_button(ui, Some(Icon::Plus), &page.say("feedback-rule-add"), true).clicked() {
            rubric.rules.push(RubricRule::new("", ""));
        }
        if parts::plain_button(ui, Some(Icon::FileInput), &page.say("feedback-rules-file"), true).clicked() {
            page.send(UiCommand::Pick(PickFor::RubricFile));
        }
        if is_changed && parts::plain_button(ui, Some(Icon::Undo2), &page.say("feedback-rules-leave"), true).clicked() {
            rubric.clone_from(kept);
        }
    });
    if let Some(fault) = fault {
        parts::soft(page, ui, &page.say(fault));
    } else if is_changed && rubric.rules.is_empty() {
        parts::soft(page, ui, &page.say("feedback-rules-none"));
    } else if is_changed {
        parts::notice_box(page, ui, Tone::Accent, &page.say("feedback-rules-changed"), |_| {});
    }
}

/// Adds a rule, under a name that no other has.
fn add(rubric: &mut Rubric, rule: &RubricRule) {
    let is_taken = |name: &str| rubric.rules.iter().any(|known| known.name == name);
    let numbered = (2..).map(|number| format!("{} {number}", rule.name));
    let name = std::iter::once(rule.name.clone()).chain(numbered).find(|name| !is_taken(name));
    rubric.rules.push(RubricRule { name: name.unwrap_or_default(), ..rule.clone() });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_that_is_added_twice_gets_another_name() {
        let mut rubric = Rubric::default();
        for _ in 0..3 {
            add(&mut rubric, &RubricRule::new("kind", "Be kind."));
        }
        let names: Vec<&str> = rubric.rules.iter().map(|rule| rule.name.as_str()).collect();
        assert_eq!(names, ["kind", "kind 2", "kind 3"]);
        assert_eq!(fault_of(&rubric.rules), None);
        rubric.rules[2].name = "kind".to_owned();
        assert_eq!(fault_of(&rubric.rules), Some("feedback-rules-same-name"));
    }
}
