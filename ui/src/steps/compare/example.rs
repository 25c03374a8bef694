//! Answers of old and new side by side.

use egui::Ui;
use lucide_icons::Icon;
use whetstone_core::evaluate::Outcome;
use whetstone_core::evaluate::report::Example;

use crate::look::{Tone, space};
use crate::page::Page;
use crate::parts;
use crate::steps::train::answer_ui;

/// An answer is not narrower than this.
const NARROWEST: f32 = 260.0;
/// Examples that are shown: the report has all of them.
const MOST: usize = 6;

/// Draws the first of the report's examples.
pub(super) fn examples_ui(page: &Page<'_>, ui: &mut Ui, examples: &[Example]) {
    if examples.is_empty() {
        return;
    }
    parts::section(page.colours, ui, &page.say("compare-examples-title"), |ui| {
        for (place, example) in examples.iter().take(MOST).enumerate() {
            if place > 0 {
                ui.separator();
            }
            example_ui(page, ui, example);
        }
    });
    ui.add_space(space::LARGE);
}

fn example_ui(page: &Page<'_>, ui: &mut Ui, example: &Example) {
    parts::paragraph(page, ui, &example.prompt);
    ui.add_space(space::TINY);
    two_answers_ui(page, ui, &example.old, &example.new);
    ui.add_space(space::TINY);
    let (tone, icon, word) = match example.outcome {
        Some(Outcome::Win) => (Tone::Success, Icon::TrendingUp, "compare-example-new"),
        Some(Outcome::Loss) => (Tone::Danger, Icon::TrendingDown, "compare-example-old"),
        Some(Outcome::Tie) => (Tone::Neutral, Icon::Equal, "compare-example-tie"),
        None => return,
    };
    ui.horizontal_wrapped(|ui| {
        parts::badge(page.colours, ui, tone, Some(icon), &page.say(word));
        if let Some(reason) = &example.reason {
            parts::soft(page, ui, reason);
        }
    });
}

/// The old model's answer and the new one's.
pub(super) fn two_answers_ui(page: &Page<'_>, ui: &mut Ui, old: &str, new: &str) {
    let answers = [(page.say("compare-before"), old), (page.say("compare-after"), new)];
    parts::side_by_side(ui, answers.len(), 2, NARROWEST, |ui, place, _| {
        let (name, text) = &answers[place];
        answer_ui(page, ui, name, text);
    });
}
