//! Where coach and people differ: a list to read, so that the rules can be mended, or a label.

use egui::{CornerRadius, Frame, Margin, Stroke, Ui};
use lucide_icons::Icon;
use whetstone_core::desk::{Ask, DifferenceRow, Differences, Sheet};
use whetstone_core::domain::RecordId;

use super::coach::{View, show};
use super::labels;
use crate::look::{Tone, shape, space};
use crate::page::Page;
use crate::parts;

/// Differences that stand on a page.
const A_PAGE: usize = 12;
/// Characters of a request that stand on its button.
const SHOWN: usize = 90;

/// Differences that were opened.
#[derive(Debug, Default)]
pub(super) struct Draft {
    /// The first one that is shown.
    from: usize,
    /// The comparison that is shown whole.
    opened: Option<RecordId>,
}

/// Draws the list.
pub(super) fn differences_ui(page: &mut Page<'_>, ui: &mut Ui) {
    let found = match page.sheet(&Ask::Differences) {
        Some(Ok(Sheet::Differences(found))) => found,
        Some(Err(message)) => return parts::failure_ui(page, ui, message),
        _ => return parts::soft(page, ui, &page.say("feedback-reading")),
    };
    parts::section(page.colours, ui, &page.say("feedback-differ"), |ui| {
        parts::soft(page, ui, &page.say("feedback-differ-help"));
        if found.both == 0 {
            parts::paragraph(page, ui, &page.say("feedback-differ-nothing"));
        } else {
            let said = page
                .say_with("feedback-differ-count", [("count", found.rows.len().into()), ("both", found.both.into())]);
            parts::paragraph(page, ui, &said);
            rows_ui(page, ui, found);
        }
    });
}

fn rows_ui(page: &mut Page<'_>, ui: &mut Ui, found: &Differences) {
    let rows = &found.rows;
    let last_page = rows.len().saturating_sub(1) / A_PAGE * A_PAGE;
    let from = page.drafts.feedback.coach.disagree.from.min(last_page);
    let to = (from + A_PAGE).min(rows.len());
    for row in &rows[from..to] {
        let comparison = row.machine.comparison;
        let is_open = page.drafts.feedback.coach.disagree.opened == Some(comparison);
        let icon = if is_open { Icon::ChevronDown } else { Icon::ChevronRight };
        let button = parts::shorten(&row.machine.prompt, SHOWN);
        let pressed = ui.push_id(comparison, |ui| parts::wide_button(ui, Some(icon), &button)).inner;
        if pressed.clicked() {
            page.drafts.feedback.coach.disagree.opened = (!is_open).then_some(comparison);
        }
        if is_open {
            row_ui(page, ui, row);
        }
    }
    if rows.len() > A_PAGE {
        ui.horizontal_wrapped(|ui| {
            let (before, after) = (page.say("feedback-differ-before"), page.say("feedback-differ-after"));
            if parts::plain_button(ui, Some(Icon::ChevronLeft), &before, from > 0).clicked() {
                page.drafts.feedback.coach.disagree.from = from - A_PAGE;
            }
            if parts::plain_button(ui, Some(Icon::ChevronRight), &after, to < rows.len()).clicked() {
                page.drafts.feedback.coach.disagree.from = to;
            }
        });
    }
}

fn row_ui(page: &mut Page<'_>, ui: &mut Ui, row: &DifferenceRow) {
    let comparison = row.machine.comparison;
    Frame::new()
        .fill(page.colours.well)
        .stroke(Stroke::new(1.0, page.colours.line))
        .corner_radius(CornerRadius::same(shape::CORNER))
        .inner_margin(Margin::same(space::SMALL as i8))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            labels::texts_ui(page, ui, comparison);
            let people = page.say_with(
                "feedback-somebody-says",
                [("who", row.who.join(", ").into()), ("choice", page.say(labels::word_of(row.people)).into())],
            );
            parts::badges(page.colours, ui, &[(Tone::Accent, Icon::User, people)]);
            labels::label_ui(page, ui, &row.machine);
            labels::again_ui(page, ui, comparison);
            if !row.machine.rules.is_empty()
                && parts::link_button(page.colours, ui, &page.say("feedback-differ-rules")).clicked()
            {
                show(page, View::Rules);
            }
        });
    ui.add_space(space::TINY);
}
