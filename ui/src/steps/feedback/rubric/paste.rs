//! Rules as people have them: a text with a rule a line, shown as rules before they are taken.

use egui::Ui;
use lucide_icons::Icon;
use whetstone_core::domain::Rubric;
use whetstone_core::feedback::rules_of_text;

use crate::look::space;
use crate::page::Page;
use crate::parts;

/// Bytes of a text that are understood while it is written; a longer one comes as a file.
const LONGEST: usize = 20_000;
/// Lines of the field.
const ROWS: usize = 4;

/// Draws the field, and what it comes to.
pub(super) fn paste_ui(page: &mut Page<'_>, ui: &mut Ui, rubric: &mut Rubric) {
    let mut text = std::mem::take(&mut page.drafts.feedback.rubric.pasted);
    parts::fold(ui, &page.say("feedback-paste"), |ui| {
        parts::soft(page, ui, &page.say("feedback-paste-help"));
        let hint = page.say("feedback-paste-hint");
        parts::text_area(page, ui, &page.say("feedback-paste-field"), &mut text, &hint, ROWS);
        if text.len() > LONGEST {
            parts::soft(page, ui, &page.say("feedback-paste-long"));
            return;
        }
        let rules = rules_of_text(&text);
        if rules.is_empty() {
            return;
        }
        ui.add_space(space::TINY);
        parts::paragraph(page, ui, &page.say_with("feedback-paste-becomes", [("count", rules.len().into())]));
        for rule in &rules {
            parts::soft(page, ui, &format!("•  {}: {}", rule.name, rule.text));
        }
        let take = page.say_with("feedback-paste-take", [("count", rules.len().into())]);
        if parts::plain_button(ui, Some(Icon::Plus), &take, true).clicked() {
            for rule in &rules {
                super::add(rubric, rule);
            }
            text.clear();
        }
    });
    page.drafts.feedback.rubric.pasted = text;
}
