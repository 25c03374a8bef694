//! What the model still knows of all that it was not trained on: general text, small questions, its choice of words.

use egui::{Label, RichText, Ui};
use lucide_icons::Icon;
use whetstone_core::evaluate::{CheckKind, Estimate, Forgetting, Shift, TextChange};

use super::example::two_answers_ui;
use crate::look::{SEMIBOLD, Tone, space};
use crate::page::Page;
use crate::parts;

/// Lost questions that are shown of a kind: the report has all of them.
const MOST: usize = 5;

/// A choice of words that has moved by less than this many nats a token is nearly the same.
const NEARLY_THE_SAME: f64 = 0.05;

/// Draws what was measured of it; what was not is not there.
pub(super) fn forgetting_ui(page: &Page<'_>, ui: &mut Ui, forgetting: &Forgetting) {
    let is_empty = forgetting.text.is_none() && forgetting.checks.is_empty() && forgetting.shift.is_none();
    if is_empty {
        return;
    }
    parts::section(page.colours, ui, &page.say("compare-forgetting-title"), |ui| {
        parts::text_with_terms(page, ui, &page.say("compare-forgetting-text"), &["forgetting"]);
        if !forgetting.is_telling() {
            // A model that could do none of this has nothing to lose here.
            let (tone, icon, mark) = SAYS_NOTHING;
            parts::badge(page.colours, ui, tone, Some(icon), &page.say(mark));
            parts::paragraph(page, ui, &page.say("compare-forgetting-hopeless"));
            return;
        }
        let losses = forgetting.losses();
        let is_lost = |id: &str| losses.iter().any(|loss| loss.id == id);
        if let Some(text) = &forgetting.text {
            text_ui(page, ui, text, is_lost("text"));
        }
        if !forgetting.checks.is_empty() {
            checks_ui(page, ui, &forgetting.checks, is_lost("checks"));
        }
        if let Some(shift) = &forgetting.shift {
            shift_ui(page, ui, shift, (forgetting.has_moved(), is_lost("shift")));
        }
        for remark in &forgetting.remarks {
            parts::soft(page, ui, remark);
        }
    });
    ui.add_space(space::LARGE);
}

/// A part with its name and a mark that says how it is.
fn part_ui(page: &Page<'_>, ui: &mut Ui, name: &str, (tone, icon, mark): (Tone, Icon, &str)) {
    ui.separator();
    ui.horizontal_wrapped(|ui| {
        let family = egui::FontFamily::Name(SEMIBOLD.into());
        ui.add(Label::new(RichText::new(page.say(name)).family(family).color(page.colours.text)).wrap());
        parts::badge(page.colours, ui, tone, Some(icon), &page.say(mark));
    });
}

const AS_BEFORE: (Tone, Icon, &str) = (Tone::Success, Icon::Check, "compare-forgetting-kept");
const LESS: (Tone, Icon, &str) = (Tone::Danger, Icon::TrendingDown, "compare-forgetting-less");
const A_LITTLE_LESS: (Tone, Icon, &str) = (Tone::Neutral, Icon::TrendingDown, "compare-forgetting-a-little-less");
const MORE: (Tone, Icon, &str) = (Tone::Success, Icon::TrendingUp, "compare-forgetting-more");
const FAR: (Tone, Icon, &str) = (Tone::Danger, Icon::MoveRight, "compare-forgetting-moved-far");
const SAYS_NOTHING: (Tone, Icon, &str) = (Tone::Neutral, Icon::Minus, "compare-forgetting-nothing");

/// By which share the right next word has become likelier (above 0) or less likely, for a change in nats.
fn change_of_probability(nats: f64) -> f64 {
    (-nats).exp() - 1.0
}

fn text_ui(page: &Page<'_>, ui: &mut Ui, text: &TextChange, is_lost: bool) {
    let nats = &text.nats_a_token;
    let change = change_of_probability(nats.value);
    let (mark, word) = match () {
        () if !text.is_telling() => (SAYS_NOTHING, "compare-forgetting-text-hopeless"),
        () if is_lost => (LESS, "compare-forgetting-text-less"),
        () if nats.is_above(0.0) => (A_LITTLE_LESS, "compare-forgetting-text-a-little-less"),
        () if nats.is_below(0.0) => (MORE, "compare-forgetting-text-more"),
        () => (AS_BEFORE, "compare-forgetting-text-same"),
    };
    part_ui(page, ui, "compare-forgetting-general", mark);
    let values = [
        ("passages", parts::whole_number(text.passages).into()),
        ("change", parts::percent(change.abs()).into()),
        ("range", range(page, nats).into()),
    ];
    parts::soft(page, ui, &page.say_with(word, values));
}

/// Where the change of a probability very likely lies, in words; nothing where that is not known.
fn range(page: &Page<'_>, nats: &Estimate) -> String {
    let Some((low, high)) = nats.low.zip(nats.high) else { return String::new() };
    let [from, to] = [high, low].map(|nats| signed_percent(change_of_probability(nats)));
    let values = [("from", from.into()), ("to", to.into())];
    format!(" {}", page.say_with("compare-forgetting-range", values))
}

/// A change as a percentage with its sign, which is as wide as a plus.
fn signed_percent(change: f64) -> String {
    let percent = format!("{:+.0}%", 100.0 * change);
    if matches!(percent.as_str(), "+0%" | "-0%") { "0%".to_owned() } else { percent.replace('-', "\u{2212}") }
}

fn checks_ui(page: &Page<'_>, ui: &mut Ui, checks: &[CheckKind], is_lost: bool) {
    let before: usize = checks.iter().map(|kind| kind.passed_before).sum();
    let after: usize = checks.iter().map(|kind| kind.still_passed).sum();
    let gained: usize = checks.iter().map(|kind| kind.gained).sum();
    let is_less = after + gained < before;
    let mark = match () {
        () if before == 0 => SAYS_NOTHING,
        () if is_lost => LESS,
        () if is_less => A_LITTLE_LESS,
        () => AS_BEFORE,
    };
    part_ui(page, ui, "compare-forgetting-questions", mark);
    if before == 0 {
        let asked: usize = checks.iter().map(|kind| kind.asked).sum();
        parts::soft(page, ui, &page.say_with("compare-forgetting-none-passed", [("asked", asked.into())]));
        return;
    }
    let values = [("before", before.into()), ("after", after.into())];
    parts::soft(page, ui, &page.say_with("compare-forgetting-questions-text", values));
    if gained > 0 {
        parts::soft(page, ui, &page.say_with("compare-forgetting-gained", [("gained", gained.into())]));
    }
    if is_lost || is_less {
        let word = if is_lost { "compare-forgetting-no-chance" } else { "compare-forgetting-chance" };
        parts::soft(page, ui, &page.say(word));
    }
    for kind in checks.iter().filter(|kind| kind.passed_before > 0) {
        kind_ui(page, ui, kind);
    }
}

/// A kind of questions: how many of those that were answered rightly still are, and the lost ones to read.
fn kind_ui(page: &Page<'_>, ui: &mut Ui, kind: &CheckKind) {
    let name = page.words.row("check-kind", &kind.kind, "name", &kind.kind).into_owned();
    let values =
        [("name", name.as_str().into()), ("before", kind.passed_before.into()), ("after", kind.still_passed.into())];
    let said = page.say_with("compare-forgetting-kind", values);
    ui.add(Label::new(RichText::new(&said).color(page.colours.text)).wrap());
    parts::progress_bar(page, ui, &said, kind.still_passed as f32 / kind.passed_before.max(1) as f32);
    if kind.lost.is_empty() {
        return;
    }
    let values = [("name", name.as_str().into()), ("count", kind.lost.len().into())];
    parts::fold(ui, &page.say_with("compare-forgetting-lost", values), |ui| {
        for lost in kind.lost.iter().take(MOST) {
            parts::paragraph(page, ui, &lost.prompt);
            two_answers_ui(page, ui, &lost.before, &lost.after);
            ui.add_space(space::SMALL);
        }
        if kind.lost.len() > MOST {
            parts::soft(page, ui, &page.say("compare-forgetting-lost-more"));
        }
    });
}

fn shift_ui(page: &Page<'_>, ui: &mut Ui, shift: &Shift, (has_moved, is_lost): (bool, bool)) {
    let nats = shift.nats_a_token.value;
    let (mark, word) = match () {
        () if is_lost => (FAR, "compare-forgetting-shift-another"),
        () if has_moved => ((Tone::Warning, FAR.1, FAR.2), "compare-forgetting-shift-large"),
        () if nats < NEARLY_THE_SAME => (AS_BEFORE, "compare-forgetting-shift-small"),
        () => ((Tone::Neutral, Icon::MoveRight, "compare-forgetting-moved"), "compare-forgetting-shift-some"),
    };
    part_ui(page, ui, "compare-forgetting-shift", mark);
    let values = [("prompts", parts::whole_number(shift.prompts).into()), ("nats", places(nats).into())];
    ui.horizontal_wrapped(|ui| {
        ui.add(Label::new(RichText::new(page.say_with(word, values)).color(page.colours.text_soft)).wrap());
        parts::term(page, ui, "shift");
    });
}

/// Nats with two places, or more where these would be nothing.
fn places(nats: f64) -> String {
    if nats.abs() < 0.01 { parts::number(nats) } else { format!("{nats:.2}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nats_become_a_change_of_probability() {
        // exp(-0.1) - 1 = -0.0952 and exp(0.02) - 1 = 0.0202, by Python's math.exp.
        assert!((change_of_probability(0.1) + 0.095_162_6).abs() < 1e-6);
        assert!((change_of_probability(-0.02) - 0.020_201_3).abs() < 1e-6);
        assert_eq!([-0.03, 0.021, 0.004, -0.004].map(signed_percent), ["\u{2212}3%", "+2%", "0%", "0%"]);
        assert_eq!([0.21, 1.5, 0.004, 0.0].map(places), ["0.21", "1.50", "0.0040", "0"]);
    }
}
