//! Labels in a table that is searched and filtered; a row that is clicked shows the whole comparison.

mod find;

use egui::{RichText, Ui};
use lucide_icons::Icon;
use whetstone_core::desk::{Ask, LabelRow, Sheet};
use whetstone_core::domain::{AnnotatorKind, Choice, RecordId};
use whetstone_core::feedback::coach::CoachReason;
use whetstone_core::feedback::people::ReviewFilter;
use whetstone_core::method::Asked;

use super::now::{can_sit, name_ui, sit_down};
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

/// Whose labels are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Scope {
    /// Everybody's.
    #[default]
    All,
    /// Coaches', rules' and preference models'.
    Machines,
}

/// What is shown of the labels.
#[derive(Debug, Default)]
pub(super) struct Draft {
    /// What is looked for.
    filter: find::Filter,
    /// What was found.
    found: find::Found,
    /// The comparison that is shown whole.
    opened: Option<RecordId>,
}

/// Draws every label.
pub(super) fn part_ui(page: &mut Page<'_>, ui: &mut Ui) {
    parts::section(page.colours, ui, &page.say("feedback-labels"), |ui| labels_ui(page, ui, Scope::All));
}

/// What was said, in a few words.
pub(super) fn word_of(choice: Choice) -> &'static str {
    match choice {
        Choice::A => "feedback-choice-a",
        Choice::B => "feedback-choice-b",
        Choice::Tie => "feedback-choice-tie",
        Choice::BothBad => "feedback-choice-both-bad",
        Choice::Skip => "feedback-choice-skip",
    }
}

/// What a coach's usual reasons are in the language of the screens.
pub(super) fn because_of(reason: CoachReason) -> &'static str {
    match reason {
        CoachReason::Clear => "feedback-because-clear",
        CoachReason::NoWords => "feedback-because-no-words",
        CoachReason::ChangedItsMind => "feedback-because-changed",
        CoachReason::TooClose => "feedback-because-close",
        CoachReason::SameText => "feedback-because-same",
        CoachReason::SpeaksToTheCoach => "feedback-because-speaks",
        CoachReason::TooLong => "feedback-because-long",
        CoachReason::NotJudged => "feedback-because-not-judged",
    }
}

/// What a coach says beyond what the marks of its label say.
pub(super) fn why_ui(page: &Page<'_>, ui: &mut Ui, label: &LabelRow) {
    let Some(reason) = label.reason.as_deref() else { return };
    let said = match label.because {
        Some(because @ (CoachReason::Clear | CoachReason::ChangedItsMind)) => {
            let rest = reason.strip_prefix(&because.to_string()).unwrap_or_default();
            rest.split_once(": ").map_or_else(String::new, |(_, words)| words.to_owned())
        }
        because => reason_in_words(page, because, reason),
    };
    if !said.is_empty() {
        parts::soft(page, ui, &said);
    }
}

/// A reason as it is shown: a usual one in the language of the screens, with what the coach says beyond it.
fn reason_in_words(page: &Page<'_>, because: Option<CoachReason>, reason: &str) -> String {
    let Some(because) = because else { return reason.to_owned() };
    let rest = reason.strip_prefix(&because.to_string()).unwrap_or_default();
    format!("{}{rest}", page.say(because_of(because)))
}

/// Draws the labels that pass, and the comparison that was opened.
pub(super) fn labels_ui(page: &mut Page<'_>, ui: &mut Ui, scope: Scope) {
    let labels = match page.sheet(&Ask::Labels) {
        Some(Ok(Sheet::Labels(labels))) => labels,
        Some(Err(message)) => return parts::failure_ui(page, ui, message),
        _ => return parts::soft(page, ui, &page.say("feedback-reading")),
    };
    let Draft { mut filter, mut found, opened } = std::mem::take(&mut page.drafts.feedback.labels);
    filter.scope = scope;
    find::filter_ui(page, ui, &mut filter);
    found.look(labels, &filter);
    page.drafts.feedback.labels = Draft { filter, found: find::Found::default(), opened };
    table_ui(page, ui, labels, found.rows());
    page.drafts.feedback.labels.found = found;
    if let Some(comparison) = page.drafts.feedback.labels.opened {
        let said: Vec<&LabelRow> = labels.iter().filter(|label| label.comparison == comparison).collect();
        comparison_ui(page, ui, comparison, &said);
    }
}

fn table_ui(page: &mut Page<'_>, ui: &mut Ui, labels: &[LabelRow], rows: &[usize]) {
    if rows.is_empty() {
        let is_filtered = page.drafts.feedback.labels.filter.is_set();
        let word = if is_filtered { "feedback-labels-none-found" } else { "feedback-labels-none" };
        parts::soft(page, ui, &page.say(word));
        return;
    }
    parts::soft(page, ui, &page.say_with("feedback-labels-count", [("count", rows.len().into())]));
    let columns = columns(page, ui.available_width() >= WIDE_TABLE);
    let label_of = |row: usize| rows.get(row).and_then(|place| labels.get(*place));
    let clicked = parts::table(page, ui, "labels", &columns, rows.len(), HEIGHT, |ui, row, column| {
        let text = label_of(row).map(|label| cell(page, label, column)).unwrap_or_default();
        ui.add(egui::Label::new(RichText::new(text).color(page.colours.text)).truncate());
    });
    if let Some(label) = clicked.and_then(label_of) {
        page.drafts.feedback.labels.opened = Some(label.comparison);
    }
    if page.drafts.feedback.labels.opened.is_none() {
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
        _ => {
            let reason = label.reason.as_deref();
            reason.map_or_else(|| "–".to_owned(), |reason| reason_in_words(page, label.because, reason))
        }
    }
}

/// The whole of a comparison, with everything that was said of it.
fn comparison_ui(page: &mut Page<'_>, ui: &mut Ui, comparison: RecordId, said: &[&LabelRow]) {
    ui.add_space(space::SMALL);
    if parts::plain_button(ui, Some(Icon::X), &page.say("feedback-labels-close"), true).clicked() {
        page.drafts.feedback.labels.opened = None;
    }
    texts_ui(page, ui, comparison);
    for label in said {
        label_ui(page, ui, label);
    }
    again_ui(page, ui, comparison);
}

/// Prompt and answers of a comparison, whole.
pub(super) fn texts_ui(page: &mut Page<'_>, ui: &mut Ui, comparison: RecordId) {
    let texts = match page.sheet(&Ask::Comparison { comparison }) {
        Some(Ok(Sheet::Comparison(texts))) => texts,
        Some(Err(message)) => return parts::failure_ui(page, ui, message),
        _ => return parts::soft(page, ui, &page.say("feedback-reading")),
    };
    for (place, word) in ["feedback-prompt", "feedback-answer-a", "feedback-answer-b"].into_iter().enumerate() {
        parts::soft(page, ui, &page.say(word));
        parts::long_text(page, ui, ("comparison", comparison, place), &texts[place]);
    }
}

/// A label: who said what, how sure, by which rules, and why.
pub(super) fn label_ui(page: &Page<'_>, ui: &mut Ui, label: &LabelRow) {
    ui.add_space(space::TINY);
    parts::soft(page, ui, &label.annotator);
    marks_ui(page, ui, label);
    why_ui(page, ui, label);
}

/// Everything of a label that is said in a word or two.
pub(super) fn marks_ui(page: &Page<'_>, ui: &mut Ui, label: &LabelRow) {
    let mut marks = vec![(Tone::Accent, Icon::Scale, page.say(word_of(label.choice)))];
    if let Some(sure) = label.confidence {
        marks.push((
            Tone::Neutral,
            Icon::Gauge,
            page.say_with("feedback-sure", [("share", parts::percent(sure).into())]),
        ));
    }
    match label.because {
        Some(CoachReason::Clear) => marks.push((Tone::Success, Icon::ArrowLeftRight, page.say("feedback-order-same"))),
        Some(CoachReason::ChangedItsMind) => {
            marks.push((Tone::Warning, Icon::ArrowLeftRight, page.say("feedback-order-changed")));
        }
        _ => {}
    }
    if let Some(version) = label.rubric {
        marks.push((
            Tone::Neutral,
            Icon::ListChecks,
            page.say_with("feedback-by-version", [("version", version.into())]),
        ));
    }
    if label.is_simulated {
        marks.push((Tone::Warning, Icon::TriangleAlert, page.say("feedback-simulated")));
    }
    for rule in &label.rules {
        marks.push((Tone::Neutral, Icon::Check, rule.clone()));
    }
    parts::badges(page.colours, ui, &marks);
}

/// The way to judge a comparison once more, whoever judged it.
pub(super) fn again_ui(page: &mut Page<'_>, ui: &mut Ui, comparison: RecordId) {
    let name = if page.state.settings.annotator.trim().is_empty() {
        name_ui(page, ui).0
    } else {
        page.state.settings.annotator.clone()
    };
    let again = page.say("feedback-again");
    let button = parts::plain_button(ui, Some(Icon::Scale), &again, can_sit(page, &name));
    if button.on_hover_text(page.say("feedback-again-help")).clicked() {
        let filter = ReviewFilter { comparisons: vec![comparison], ..ReviewFilter::default() };
        sit_down(page, &name, Asked::Fresh, filter);
    }
}

/// Whether a machine said it.
fn is_by_machine(label: &LabelRow) -> bool {
    label.kind != AnnotatorKind::Person
}
