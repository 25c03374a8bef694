//! What the report says of forgetting, as plain text that each form makes safe.

use super::tables::{Cell, Row};
use crate::evaluate::figures::{between, capital, count, percent, short, signed};
use crate::evaluate::forgetting::perplexity;
use crate::evaluate::{CheckKind, Estimate, Forgetting, LARGE_SHIFT, LostCheck, Shift, TEXT_LOSS, TextChange};

/// What was measured and how it came out, in sentences.
pub(super) fn says(forgetting: &Forgetting) -> Vec<String> {
    let mut said = vec![
        "Training for one thing can cost others. So old and new were also given texts and questions that have nothing to \
         do with this project."
            .to_owned(),
    ];
    let losses = forgetting.losses();
    if losses.is_empty() && forgetting.is_telling() {
        said.push("Nothing that was looked at was forgotten.".to_owned());
    } else if losses.is_empty() {
        said.push(format!("{}.", forgetting.says()));
    }
    said.extend(losses.into_iter().map(|loss| format!("{}.", loss.says)));
    said.extend(forgetting.remarks.iter().cloned());
    said
}

/// From when on something counts as forgotten, for who reads the table.
pub(super) fn note() -> String {
    format!(
        "Forgotten: a perplexity that is clearly more than {} higher, more lost questions beside those gained than chance \
         explains, or a shift clearly above {}. Lost: the old model answers it rightly and the new one does not. Gained: the \
         other way round.",
        percent(TEXT_LOSS.exp_m1()),
        short(LARGE_SHIFT)
    )
}

/// The table: general text, the questions by kind, and how far the new model has moved.
pub(super) fn rows(forgetting: &Forgetting) -> Vec<Row> {
    let text = forgetting.text.as_ref().map(text_row);
    let kinds = forgetting.checks.iter().map(kind_row);
    let shift = forgetting.shift.as_ref().map(shift_row);
    text.into_iter().chain(kinds).chain(shift).collect()
}

fn text_row(text: &TextChange) -> Row {
    let perplexity = |value: f64| Cell::plain(perplexity(value));
    Row {
        name: format!("Perplexity on general text ({})", count(text.passages as u64, "passage")),
        before: perplexity(text.perplexity_before),
        after: perplexity(text.perplexity_after),
        difference: Cell::of(&text.change(), change),
        hint: "must not rise far",
    }
}

/// A change as a share of what it was, with its sign.
pub(super) fn change(share: f64) -> String {
    signed(100.0 * share, 0, "%")
}

fn kind_row(kind: &CheckKind) -> Row {
    Row {
        name: format!("Small questions: {}", kind_name(&kind.kind)),
        before: Cell::plain(format!("{} of {} right", kind.passed_before, kind.asked)),
        after: Cell::plain(format!("{} of {} right", kind.passed_after(), kind.asked)),
        difference: Cell::plain(match (kind.lost(), kind.gained) {
            (0, 0) => String::new(),
            (lost, 0) => format!("{lost} lost"),
            (0, gained) => format!("{gained} gained"),
            (lost, gained) => format!("{lost} lost, {gained} gained"),
        }),
        hint: "must not fall",
    }
}

fn shift_row(shift: &Shift) -> Row {
    Row {
        name: format!("Shift on {} (nats a token)", count(shift.prompts as u64, "ordinary prompt")),
        before: Cell::plain("–"),
        after: Cell::of(&shift.nats_a_token, nats),
        difference: Cell::default(),
        hint: "must not be large",
    }
}

/// Nats a token.
pub(super) fn nats(value: f64) -> String {
    short((1000.0 * value).round() / 1000.0)
}

/// What people call a kind of questions, within a sentence.
pub(super) fn kind_name(kind: &str) -> String {
    match kind {
        "formats" => "keeping to a form",
        "arithmetic" => "arithmetic",
        "refusals" => "saying no to what does harm",
        "languages" => "other languages",
        other => other,
    }
    .to_owned()
}

/// The questions that were lost, by kind, to be read.
pub(super) fn lost(forgetting: &Forgetting) -> Vec<(String, &[LostCheck])> {
    let kind = |kind: &CheckKind| capital(&kind_name(&kind.kind));
    let has_lost = forgetting.checks.iter().filter(|kind| !kind.lost.is_empty());
    has_lost.map(|found| (kind(found), found.lost.as_slice())).collect()
}

/// A figure with its interval, in a line.
pub(super) fn with_ends(estimate: &Estimate, show: fn(f64) -> String) -> String {
    let ends = between(estimate, show).map_or(String::new(), |ends| format!(", very likely {ends}"));
    format!("{}{ends}", show(estimate.value))
}
