//! Every prompt in a table, and the one that is read.

use std::sync::Arc;

use egui::{Button, RichText, Ui};
use lucide_icons::Icon;
use whetstone_core::desk::{Ask, ProjectCommand, PromptRow, Sheet};
use whetstone_core::domain::{RecordId, Split};

use super::half_of;
use crate::look::{Tone, space};
use crate::page::Page;
use crate::parts::{self, Column};

/// Height of the table.
const HEIGHT: f32 = 400.0;
/// Below this width the table has no column for where a prompt came from.
const WIDE: f32 = 640.0;

/// What was typed and not yet sent.
#[derive(Debug, Default)]
pub(super) struct Draft {
    filter: String,
    /// The prompt that is read.
    read: Option<RecordId>,
    found: Found,
}

/// Which rows the filter leaves, kept while rows and filter stay as they are.
#[derive(Debug, Default)]
struct Found {
    rows: Option<Arc<[PromptRow]>>,
    filter: String,
    places: Vec<usize>,
    equal: usize,
}

impl Found {
    fn look(&mut self, rows: &Arc<[PromptRow]>, filter: &str) {
        let is_known = self.rows.as_ref().is_some_and(|known| Arc::ptr_eq(known, rows)) && self.filter == filter;
        if is_known {
            return;
        }
        let wanted = filter.trim().to_lowercase();
        let fits = |row: &PromptRow| {
            wanted.is_empty()
                || row.text.to_lowercase().contains(&wanted)
                || row.source.to_lowercase().contains(&wanted)
        };
        self.places = rows.iter().enumerate().filter(|(_, row)| fits(row)).map(|(place, _)| place).collect();
        self.equal = rows.iter().filter(|row| row.nearly_equal_to.is_some()).count();
        self.rows = Some(Arc::clone(rows));
        filter.clone_into(&mut self.filter);
    }
}

/// Every prompt; where they are not there yet, or could not be read, it is said.
pub(in crate::steps) fn all_prompts(page: &mut Page<'_>, ui: &mut Ui) -> Option<Arc<[PromptRow]>> {
    match page.sheet(&Ask::Prompts) {
        Some(Ok(Sheet::Prompts(rows))) => return Some(Arc::clone(rows)),
        Some(Err(message)) => parts::failure_ui(page, ui, message),
        _ => parts::soft(page, ui, &page.say("data-reading")),
    }
    None
}

/// Draws the table, and below it the prompt that is read.
pub(super) fn table_ui(page: &mut Page<'_>, ui: &mut Ui, draft: &mut Draft) {
    let colours = page.colours;
    parts::section(colours, ui, &page.say("prompts-all"), |ui| {
        let Some(rows) = all_prompts(page, ui) else { return };
        parts::text_field(page, ui, &page.say("prompts-filter"), &mut draft.filter, "");
        draft.found.look(&rows, &draft.filter);
        if draft.found.equal > 0 {
            ui.add_space(space::SMALL);
            let said = page.say_with("prompts-equal", [("count", draft.found.equal.into())]);
            parts::notice_box(page, ui, Tone::Warning, &said, |_| ());
        }
        ui.add_space(space::SMALL);
        rows_ui(page, ui, draft, &rows);
        let read = draft.read.and_then(|id| rows.iter().find(|row| row.id == id));
        if let Some(row) = read {
            ui.add_space(space::MEDIUM);
            read_ui(page, ui, draft, row);
        }
    });
}

fn rows_ui(page: &Page<'_>, ui: &mut Ui, draft: &mut Draft, rows: &[PromptRow]) {
    if draft.found.places.is_empty() {
        parts::soft(page, ui, &page.say("prompts-filter-none"));
        return;
    }
    let is_wide = ui.available_width() > WIDE;
    let mut columns = vec![Column { name: page.say("prompts-column-text"), width: None }];
    if is_wide {
        columns.push(Column { name: page.say("prompts-column-source"), width: Some(130.0) });
    }
    columns.push(Column { name: page.say("prompts-column-half"), width: Some(130.0) });
    columns.push(Column { name: page.say("prompts-column-answers"), width: Some(80.0) });
    let last = columns.len() - 1;
    let mut opened = None;
    let places = &draft.found.places;
    let clicked = parts::table(page, ui, "prompts", &columns, places.len(), HEIGHT, |ui, place, column| {
        let Some(row) = places.get(place).and_then(|&place| rows.get(place)) else { return };
        let soft = |text: String| egui::Label::new(RichText::new(text).color(page.colours.text_soft)).truncate();
        if column == 0 {
            // A row is lower than a button.
            ui.spacing_mut().interact_size.y = 0.0;
            ui.spacing_mut().button_padding.y = 0.0;
            if row.nearly_equal_to.is_some() {
                parts::badge(page.colours, ui, Tone::Warning, Some(Icon::Copy), &page.say("prompts-equal-mark"));
            }
            let is_read = draft.read == Some(row.id);
            let text = RichText::new(parts::shorten(&row.text, 160)).color(page.colours.text);
            if ui.add(Button::selectable(is_read, text).truncate().frame_when_inactive(false)).clicked() {
                opened = Some(place);
            }
        } else if column == last {
            ui.add(soft(parts::whole_number(row.answers)));
        } else if column + 1 == last {
            let icon = if row.split == Split::Holdout { Icon::Lock } else { Icon::GraduationCap };
            ui.add(soft(format!("{} {}", crate::look::glyph(icon), half_of(page, row.split))));
        } else {
            ui.add(soft(source_of(page, &row.source)));
        }
    });
    if let Some(row) = opened.or(clicked).and_then(|place| places.get(place)).and_then(|&place| rows.get(place)) {
        draft.read = if draft.read == Some(row.id) { None } else { Some(row.id) };
    }
}

/// Where prompts come from, in words where the program knows.
fn source_of(page: &Page<'_>, source: &str) -> String {
    match source {
        "typed" => page.say("prompts-source-typed"),
        "example" => page.say("prompts-source-example"),
        other => other.to_owned(),
    }
}

/// One prompt, whole.
fn read_ui(page: &mut Page<'_>, ui: &mut Ui, draft: &mut Draft, row: &PromptRow) {
    let colours = page.colours;
    parts::card(colours, ui, |ui| {
        match page.sheet(&Ask::Prompt { prompt: row.id }) {
            Some(Ok(Sheet::Prompt(text))) => parts::long_text(page, ui, ("prompt", row.id), text),
            Some(Err(message)) => parts::failure_ui(page, ui, message),
            _ => parts::paragraph(page, ui, &row.text),
        }
        ui.add_space(space::SMALL);
        let (word, icon, split) = match row.split {
            Split::Holdout => ("prompts-make-train", Icon::GraduationCap, Split::Train),
            Split::Train => ("prompts-make-aside", Icon::Lock, Split::Holdout),
        };
        let is_half = page.say_with("prompts-is-half", [("half", half_of(page, row.split).into())]);
        parts::soft(page, ui, &is_half);
        ui.horizontal_wrapped(|ui| {
            if parts::plain_button(ui, Some(icon), &page.say(word), true).clicked() {
                page.send(ProjectCommand::SetSplit { prompts: vec![row.id], split });
            }
            if parts::plain_button(ui, Some(Icon::X), &page.say("prompts-close"), true).clicked() {
                draft.read = None;
            }
        });
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(texts: &[&str]) -> Arc<[PromptRow]> {
        let row = |(place, text): (usize, &&str)| PromptRow {
            id: place as RecordId + 1,
            text: (*text).to_owned(),
            split: Split::Train,
            source: if place == 0 { "shop.csv" } else { "typed" }.to_owned(),
            answers: 0,
            nearly_equal_to: (place == 1).then_some(1),
        };
        texts.iter().enumerate().map(row).collect()
    }

    #[test]
    fn the_filter_finds_texts_and_sources_whatever_their_case() {
        let all = rows(&["Where is my order?", "where is my ORDER", "Can I pay later?"]);
        let mut found = Found::default();
        for (filter, places) in
            [("", vec![0, 1, 2]), (" order ", vec![0, 1]), ("LATER", vec![2]), ("shop", vec![0]), ("none", vec![])]
        {
            found.look(&all, filter);
            assert_eq!((&found.places, found.equal), (&places, 1), "{filter:?}");
        }
        found.look(&rows(&["none of these", "are equal"]), "none");
        assert_eq!(found.places, [0], "other rows are looked through anew");
    }
}
