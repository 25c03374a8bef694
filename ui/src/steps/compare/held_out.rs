//! How the new model ranks answers whose verdicts were set aside.

use egui::{Label, RichText, Ui};
use whetstone_core::evaluate::HeldOutRewards;

use crate::look::{space, type_size};
use crate::page::Page;
use crate::parts;

/// Draws both figures with what they mean.
pub(super) fn held_out_ui(page: &Page<'_>, ui: &mut Ui, rewards: &HeldOutRewards) {
    parts::section(page.colours, ui, &page.say("compare-held-out-title"), |ui| {
        let values = [
            ("pairs", parts::whole_number(rewards.pairs).into()),
            ("prompts", parts::whole_number(rewards.prompts).into()),
        ];
        parts::soft(page, ui, &page.say_with("compare-held-out-text", values));
        ui.add_space(space::SMALL);
        ui.horizontal_wrapped(|ui| {
            let accuracy = RichText::new(parts::percent(rewards.accuracy.value));
            ui.add(Label::new(accuracy.size(type_size::HEADING).color(page.colours.text)));
            parts::term(page, ui, "reward-accuracy");
        });
        let accuracy = &rewards.accuracy;
        let rate = parts::percent(accuracy.value);
        let said = match accuracy.low.zip(accuracy.high) {
            Some((low, high)) => {
                let (low, high) = (parts::percent(low), parts::percent(high));
                let values = [("rate", rate.into()), ("low", low.into()), ("high", high.into())];
                page.say_with("compare-held-out-accuracy", values)
            }
            None => page.say_with("compare-held-out-accuracy-bare", [("rate", rate.into())]),
        };
        parts::paragraph(page, ui, &said);
        let word = if rewards.margin.is_above(0.0) { "compare-held-out-margin" } else { "compare-held-out-no-margin" };
        let margin = parts::number(rewards.margin.value);
        parts::text_with_terms(page, ui, &page.say_with(word, [("margin", margin.into())]), &["margin"]);
    });
    ui.add_space(space::LARGE);
}
