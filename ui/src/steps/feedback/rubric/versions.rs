//! Earlier versions of the rules: what changed from one to the next, and the way back.

use egui::{RichText, Ui};
use lucide_icons::Icon;
use whetstone_core::desk::{Ask, ProjectCommand, ProjectView, Sheet};
use whetstone_core::domain::{Rubric, RubricVersion};

use crate::look::{SEMIBOLD, space};
use crate::page::Page;
use crate::parts;

/// Versions that are shown at most.
const MOST: usize = 30;

/// What became another from one version to the next.
#[derive(Debug, PartialEq)]
struct Change<'a> {
    /// The word that says what.
    word: &'static str,
    /// Of which rule; empty where it is the whole.
    rule: &'a str,
}

/// Draws them.
pub(super) fn versions_ui(page: &mut Page<'_>, ui: &mut Ui, project: &ProjectView) {
    let Some(newest) = project.rubric.as_ref().filter(|newest| newest.version > 1) else { return };
    let title = page.say_with("feedback-versions", [("count", newest.version.into())]);
    egui::CollapsingHeader::new(title).id_salt("versions").show(ui, |ui| match page.sheet(&Ask::Rubrics) {
        Some(Ok(Sheet::Rubrics(versions))) => {
            for place in 0..versions.len().min(MOST) {
                version_ui(page, ui, versions, place);
            }
        }
        Some(Err(message)) => parts::failure_ui(page, ui, message),
        _ => parts::soft(page, ui, &page.say("feedback-reading")),
    });
}

/// A version, the newest being the first of them.
fn version_ui(page: &mut Page<'_>, ui: &mut Ui, versions: &[RubricVersion], place: usize) {
    let version = &versions[place];
    ui.horizontal_wrapped(|ui| {
        let said = page.say_with(
            "feedback-version",
            [("version", version.version.into()), ("count", version.rubric.rules.len().into())],
        );
        let family = egui::FontFamily::Name(SEMIBOLD.into());
        ui.add(egui::Label::new(RichText::new(said).family(family).color(page.colours.text)));
        parts::soft(page, ui, &origin_in_words(page, &version.origin));
        let back = page.say_with("feedback-version-back", [("version", version.version.into())]);
        let is_other = version.rubric != versions[0].rubric && !version.rubric.rules.is_empty();
        if is_other && parts::plain_button(ui, Some(Icon::Undo2), &back, true).clicked() {
            page.send(ProjectCommand::WriteRubric(version.rubric.clone()));
        }
    });
    if let Some(before) = versions.get(place + 1) {
        for Change { word, rule } in changes(&before.rubric, &version.rubric) {
            let said = page.say_with(word, [("name", rule.into())]);
            parts::soft(page, ui, &format!("•  {said}"));
        }
    }
    ui.add_space(space::TINY);
}

fn origin_in_words(page: &Page<'_>, origin: &str) -> String {
    match origin {
        "written" => page.say("feedback-origin-written"),
        "example" => page.say("feedback-origin-example"),
        other => other.to_owned(),
    }
}

/// What is another in `new` than in `old`.
fn changes<'a>(old: &'a Rubric, new: &'a Rubric) -> Vec<Change<'a>> {
    let mut found = Vec::new();
    if old.task != new.task {
        found.push(Change { word: "feedback-changed-task", rule: "" });
    }
    for rule in &new.rules {
        let word = match old.rules.iter().find(|known| known.name == rule.name) {
            None => "feedback-changed-added",
            Some(known) if known.text != rule.text => "feedback-changed-text",
            Some(known) if known != rule => "feedback-changed-other",
            Some(_) => continue,
        };
        found.push(Change { word, rule: &rule.name });
    }
    let is_gone = |name: &str| new.rules.iter().all(|rule| rule.name != name);
    let gone = old.rules.iter().filter(|rule| is_gone(&rule.name));
    found.extend(gone.map(|rule| Change { word: "feedback-changed-removed", rule: &rule.name }));
    if found.is_empty() && old.rules != new.rules {
        found.push(Change { word: "feedback-changed-order", rule: "" });
    }
    found
}

#[cfg(test)]
mod tests {
    use whetstone_core::domain::{RubricRule, RubricTask};

    use super::*;

    #[test]
    fn what_changed_is_named_rule_by_rule() {
        let rule = |name: &str, text: &str| RubricRule::new(name, text);
        let old = Rubric::of(vec![rule("kind", "Be kind."), rule("short", "Be short."), rule("true", "Be true.")]);
        let heavy = RubricRule { weight: 2.0, ..rule("true", "Be true.") };
        let new = Rubric {
            task: RubricTask::Summarising,
            rules: vec![rule("kind", "Be very kind."), heavy, rule("clear", "Be clear.")],
        };
        let said: Vec<(&str, &str)> = changes(&old, &new).iter().map(|change| (change.word, change.rule)).collect();
        let expected = [
            ("feedback-changed-task", ""),
            ("feedback-changed-text", "kind"),
            ("feedback-changed-other", "true"),
            ("feedback-changed-added", "clear"),
            ("feedback-changed-removed", "short"),
        ];
        assert_eq!(said, expected);
        let turned = Rubric::of(old.rules.iter().rev().cloned().collect());
        assert_eq!(changes(&old, &turned), [Change { word: "feedback-changed-order", rule: "" }]);
        assert_eq!(changes(&old, &old), []);
    }
}
