//! Labels in a table; a row that is clicked shows the whole comparison.

use egui::{RichText, Ui};
use lucide_icons::Icon;
use whetstone_core::desk::{Ask, LabelRow, Sheet};
use whetstone_core::domain::{Choice, RecordId};

use crate::look::{Tone, space};
use crate::page::Page;
use crate::parts::{self, Column};

/// Height of the table.
const HEIGHT: f32 = 360.0;
/// Widths of the columns that are not texts.
const CHOICE: f32 = 130.0;
const WHO: f32 = 120.0;
const SURE: f32 = 60.0;
/// Below this width only what matters most is in the table.
const WIDE_TABLE: f32 = 640.0;

/// What is shown of the labels.
#[derive(Debug, Default)]
pub(super) struct Draft {
    /// Only whose; empty for everybody's.
    who: String,
    /// The comparison that is shown whole.
    opened: Option<RecordId>,
}

/// Draws every label, with a choice of whose.
pub(super) fn part_ui(page: &mut Page<'_>, ui: &mut Ui) {
    parts::section(page.colours, ui, &page.say("feedback-labels"), |ui| {
        let everybody = (String::new(), page.say("feedback-labels-everybody"));
        let named = page.project().into_iter().flat_map(|project| &project.annotators);
        let choices: Vec<(String, String)> =
            std::iter::once(everybody).chain(named.map(|one| (one.name.clone(), one.name.clone()))).collect();
        let mut who = std::mem::take(&mut page.drafts.feedback.labels.who);
        parts::pick_field(page, ui, &page.say("feedback-labels-who"), &mut who, &choices);
        labels_ui(page, ui, "labels of all", &|label| who.is_empty() || label.annotator == who);
        page.drafts.feedback.labels.who = who;
    });
}

/// What was said, in a few words.
fn word_of(choice: Choice) -> &'static str {
    match choice {
        Choice::A => "feedback-choice-a",
        Choice::B => "feedback-choice-b",
        Choice::Tie => "feedback-choice-tie",
        Choice::BothBad => "feedback-choice-both-bad",
        Choice::Skip => "feedback-choice-skip",
    }
}

/// Draws the labels that pass, and the comparison that was opened.
pub(super) fn labels_ui(page: &mut Page<'_>, ui: &mut Ui, id: &str, passes: &dyn Fn(&LabelRow) -> bool) {
    let labels = match page.sheet(&Ask::Labels) {
        Some(Ok(Sheet::Labels(labels))) => labels,
        Some(Err(message)) => return parts::failure_ui(page, ui, message),
        _ => return parts::soft(page, ui, &page.say("feedback-reading")),
    };
    let shown: Vec<&LabelRow> = labels.iter().filter(|label| passes(label)).collect();
    if shown.is_empty() {
        parts::soft(page, ui, &page.say("feedback-labels-none"));
        return;
    }
    parts::soft(page, ui, &page.say_with("feedback-labels-count", [("count", shown.len().into())]));
    let columns = columns(page, ui.available_width() >= WIDE_TABLE);
    let clicked = parts::table(page, ui, id, &columns, shown.len(), HEIGHT, |ui, row, column| {
        let text = shown.get(row).map(|label| cell(page, label, column)).unwrap_or_default();
        ui.add(egui::Label::new(RichText::new(text).color(page.colours.text)).truncate());
    });
    if let Some(label) = clicked.and_then(|row| shown.get(row)) {
        page.drafts.feedback.labels.opened = Some(label.comparison);
    }
    if let Some(comparison) = page.drafts.feedback.labels.opened {
        let said: Vec<&LabelRow> = labels.iter().filter(|label| label.comparison == comparison).collect();
        comparison_ui(page, ui, comparison, &said);
    } else {
        parts::soft(page, ui, &page.say("feedback-labels-open"));
    }
}

fn columns(page: &Page<'_>, is_wide: bool) -> Vec<Column> {
    let column = |word: &str, width| Column { name: page.say(word), width };
    let mut columns = vec![
        column("feedback-column-prompt", None),
        column("feedback-column-choice", Some(CHOICE)),
        column("feedback-column-who", Some(WHO)),
    ];
    if is_wide {
        columns.push(column("feedback-column-sure", Some(SURE)));
        columns.push(column("feedback-column-why", None));
    }
    columns
}

fn cell(page: &Page<'_>, label: &LabelRow, column: usize) -> String {
    match column {
        0 => label.prompt.clone(),
        1 => page.say(word_of(label.choice)),
        2 => label.annotator.clone(),
        3 => label.confidence.map_or_else(|| "–".to_owned(), parts::percent),
        _ => label.reason.clone().unwrap_or_else(|| "–".to_owned()),
    }
}

/// The whole of a comparison, with everything that was said of it.
fn comparison_ui(page: &mut Page<'_>, ui: &mut Ui, comparison: RecordId, said: &[&LabelRow]) {
    ui.add_space(space::SMALL);
    if parts::plain_button(ui, Some(Icon::X), &page.say("feedback-labels-close"), true).clicked() {
        page.drafts.feedback.labels.opened = None;
    }
    let texts = match page.sheet(&Ask::Comparison { comparison }) {
        Some(Ok(Sheet::Comparison(texts))) => texts,
        Some(Err(message)) => return parts::failure_ui(page, ui, message),
        _ => return parts::soft(page, ui, &page.say("feedback-reading")),
    };
    for (place, word) in ["feedback-prompt", "feedback-answer-a", "feedback-answer-b"].into_iter().enumerate() {
        parts::soft(page, ui, &page.say(word));
        parts::long_text(page, ui, ("comparison", comparison, place), &texts[place]);
    }
    for label in said {
        ui.horizontal_wrapped(|ui| {
            let choice = page.say(word_of(label.choice));
            parts::badge(page.colours, ui, Tone::Accent, Some(Icon::Scale), &choice);
            let mut who = label.annotator.clone();
            if let Some(sure) = label.confidence {
                who = format!("{who}, {}", page.say_with("feedback-sure", [("share", parts::percent(sure).into())]));
            }
            parts::soft(page, ui, &who);
        });
        if let Some(reason) = &label.reason {
            parts::paragraph(page, ui, reason);
        }
    }
}
