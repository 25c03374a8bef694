//! Answers to read: prompts on one side, the answers to one of them on the other.

use std::sync::Arc;

use egui::{Button, Label, RichText, ScrollArea, Ui};
use lucide_icons::Icon;
use whetstone_core::desk::{AnswerRow, Ask, ProjectCommand, PromptRow, Sheet};
use whetstone_core::domain::RecordId;

use crate::look::{Tone, space};
use crate::page::Page;
use crate::parts;

/// From this width on the list stands beside the answers.
const TWO_COLUMNS: f32 = 720.0;
/// Height of the list.
const HEIGHT: f32 = 460.0;
/// The same where the answers stand below it.
const LOW: f32 = 220.0;

/// Which prompt's answers are read.
#[derive(Debug, Default)]
pub(super) struct Draft {
    prompt: Option<RecordId>,
    answered: Answered,
}

/// The prompts that have answers, kept while the sheet stays the same.
#[derive(Debug, Default)]
struct Answered {
    rows: Option<Arc<[PromptRow]>>,
    places: Vec<usize>,
}

impl Answered {
    fn look(&mut self, rows: &Arc<[PromptRow]>) {
        if self.rows.as_ref().is_some_and(|known| Arc::ptr_eq(known, rows)) {
            return;
        }
        self.places = rows.iter().enumerate().filter(|(_, row)| row.answers > 0).map(|(place, _)| place).collect();
        self.rows = Some(Arc::clone(rows));
    }
}

/// Draws both sides.
pub(super) fn browse_ui(page: &mut Page<'_>, ui: &mut Ui, draft: &mut Draft) {
    let colours = page.colours;
    parts::section(colours, ui, &page.say("answers-read"), |ui| {
        let Some(rows) = super::super::prompts::all_prompts(page, ui) else { return };
        draft.answered.look(&rows);
        let first = draft.answered.places.first().and_then(|&place| rows.get(place)).map(|row| row.id);
        let chosen = draft.prompt.filter(|id| rows.iter().any(|row| row.id == *id)).or(first);
        let Some(prompt) = chosen else {
            parts::soft(page, ui, &page.say("answers-none-yet"));
            return;
        };
        draft.prompt = Some(prompt);
        if ui.available_width() > TWO_COLUMNS {
            parts::two_columns(ui, |ui, column| {
                if column == 0 {
                    list_ui(page, ui, draft, &rows, HEIGHT);
                    return;
                }
                let area = ScrollArea::vertical().id_salt(("answers", prompt));
                area.min_scrolled_height(HEIGHT).max_height(HEIGHT).show(ui, |ui| answers_ui(page, ui, prompt));
            });
        } else {
            list_ui(page, ui, draft, &rows, LOW);
            ui.add_space(space::MEDIUM);
            answers_ui(page, ui, prompt);
        }
    });
}

fn list_ui(page: &Page<'_>, ui: &mut Ui, draft: &mut Draft, rows: &[PromptRow], height: f32) {
    let places = &draft.answered.places;
    let row_height = crate::look::shape::CONTROL_HEIGHT;
    ScrollArea::vertical()
        .id_salt("answered")
        .min_scrolled_height(height)
        .max_height(height)
        .auto_shrink([false, true])
        .show_rows(ui, row_height, places.len(), |ui, range| {
            for row in range.filter_map(|place| rows.get(*places.get(place)?)) {
                let is_chosen = draft.prompt == Some(row.id);
                let text = RichText::new(parts::shorten(&row.text, 160)).color(page.colours.text);
                let width = ui.available_width();
                let button = Button::selectable(is_chosen, text).truncate().min_size(egui::vec2(width, row_height));
                if ui.add(button).clicked() {
                    draft.prompt = Some(row.id);
                }
            }
        });
}

fn answers_ui(page: &mut Page<'_>, ui: &mut Ui, prompt: RecordId) {
    if let Some(Ok(Sheet::Prompt(text))) = page.sheet(&Ask::Prompt { prompt }) {
        parts::long_text(page, ui, ("answered prompt", prompt), text);
        ui.add_space(space::MEDIUM);
    }
    match page.sheet(&Ask::Answers { prompt }) {
        Some(Ok(Sheet::Answers(rows))) => {
            for (number, row) in rows.iter().enumerate() {
                ui.push_id(row.id, |ui| answer_ui(page, ui, number + 1, row));
                ui.add_space(space::SMALL);
            }
        }
        Some(Err(message)) => parts::failure_ui(page, ui, message),
        _ => parts::soft(page, ui, &page.say("data-reading")),
    }
}

fn answer_ui(page: &mut Page<'_>, ui: &mut Ui, number: usize, row: &AnswerRow) {
    let colours = page.colours;
    parts::card(colours, ui, |ui| {
        ui.horizontal_wrapped(|ui| {
            let name = page.say_with("answers-number", [("number", number.into())]);
            ui.add(Label::new(RichText::new(name).strong().color(colours.text)));
            ui.add(Label::new(RichText::new(&row.origin).small().color(colours.text_soft)).wrap());
            if row.is_discarded {
                parts::badge(colours, ui, Tone::Warning, Some(Icon::CircleX), &page.say("answers-out"));
            }
            if !row.is_finished {
                parts::badge(colours, ui, Tone::Neutral, Some(Icon::Scissors), &page.say("answers-cut"));
            }
        });
        if row.text.trim().is_empty() {
            parts::soft(page, ui, &page.say("answers-empty"));
        } else {
            parts::long_text(page, ui, ("answer", row.id), &row.text);
        }
        ui.add_space(space::TINY);
        let (word, icon) =
            if row.is_discarded { ("answers-take-in", Icon::Undo2) } else { ("answers-take-out", Icon::CircleX) };
        if parts::plain_button(ui, Some(icon), &page.say_with(word, [("number", number.into())]), true).clicked() {
            page.send(ProjectCommand::SetDiscarded { completions: vec![row.id], is_discarded: !row.is_discarded });
        }
    });
}
