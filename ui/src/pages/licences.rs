//! The page `licences`: what others made that is inside the program, and each licence in full.

use egui::{Button, Label, RichText, Ui};
use lucide_icons::Icon;
use whetstone_core::domain::ToUserMessage;
use whetstone_core::licences::{Licences, Part, licences};

use crate::command::Place;
use crate::look::space;
use crate::page::Page;
use crate::parts::{self, Column};

/// What was typed, and which part is read.
#[derive(Debug, Default)]
pub struct Draft {
    /// What is looked for.
    wanted: String,
    /// The place of the part whose licence is read.
    read: Option<usize>,
}

/// The table is this high.
const HEIGHT: f32 = 320.0;

/// Draws the page.
pub(super) fn page_ui(page: &mut Page<'_>, ui: &mut Ui) {
    if parts::plain_button(ui, Some(Icon::ArrowLeft), &page.say("glossary-name"), true).clicked() {
        page.go(Place::Glossary);
    }
    ui.add_space(space::SMALL);
    parts::page_heading(page, ui, "licences");
    match licences() {
        Ok(licences) => list_ui(page, ui, licences),
        Err(error) => parts::failure_ui(page, ui, &error.user_message()),
    }
}

fn list_ui(page: &mut Page<'_>, ui: &mut Ui, licences: &'static Licences) {
    let mut draft = std::mem::take(&mut page.drafts.licences);
    let (name, hint) = (page.say("licences-search"), page.say("licences-search-hint"));
    parts::text_field(page, ui, &name, &mut draft.wanted, &hint);
    ui.add_space(space::SMALL);
    let found = found(licences, &draft.wanted);
    if found.is_empty() {
        let said = page.say_with("licences-nothing", [("wanted", draft.wanted.trim().into())]);
        parts::empty_state(page, ui, Icon::Search, &said);
    } else {
        parts::soft(page, ui, &page.say_with("licences-count", [("count", found.len().into())]));
        ui.add_space(space::SMALL);
        table_ui(page, ui, licences, &found, &mut draft);
    }
    if let Some(part) = draft.read.and_then(|place| licences.parts.get(place)) {
        ui.add_space(space::MEDIUM);
        read_ui(page, ui, licences, part);
    }
    page.drafts.licences = draft;
}

/// Places of the parts in whose name or licence something stands.
fn found(licences: &Licences, wanted: &str) -> Vec<usize> {
    let wanted = wanted.trim().to_lowercase();
    let has = |part: &Part| [&part.name, &part.licence].iter().any(|text| text.to_lowercase().contains(&wanted));
    (0..).zip(&licences.parts).filter(|(_, part)| has(part)).map(|(place, _)| place).collect()
}

fn table_ui(page: &Page<'_>, ui: &mut Ui, licences: &Licences, found: &[usize], draft: &mut Draft) {
    let columns = [
        Column { name: page.say("licences-column-part"), width: Some(320.0_f32.min(ui.available_width() / 2.0)) },
        Column { name: page.say("licences-column-licence"), width: None },
    ];
    let mut opened = None;
    let read = draft.read;
    let clicked = parts::table(page, ui, "licences", &columns, found.len(), HEIGHT, |ui, row, column| {
        let Some((place, part)) = found.get(row).and_then(|&place| Some((place, licences.parts.get(place)?))) else {
            return;
        };
        if column == 0 {
            // A row is lower than a button.
            ui.spacing_mut().interact_size.y = 0.0;
            ui.spacing_mut().button_padding.y = 0.0;
            let text = RichText::new(part.title()).color(page.colours.text);
            let button = Button::selectable(read == Some(place), text).truncate().frame_when_inactive(false);
            if ui.add(button).clicked() {
                opened = Some(row);
            }
        } else {
            ui.add(Label::new(RichText::new(&part.licence).color(page.colours.text_soft)).truncate());
        }
    });
    if let Some(&place) = opened.or(clicked).and_then(|row| found.get(row)) {
        draft.read = if draft.read == Some(place) { None } else { Some(place) };
    }
}

/// The licence of a part, in full.
fn read_ui(page: &mut Page<'_>, ui: &mut Ui, licences: &'static Licences, part: &'static Part) {
    let title = format!("{}: {}", part.title(), part.licence);
    parts::section(page.colours, ui, &title, |ui| {
        for (number, text) in licences.texts_of(part).enumerate() {
            if number > 0 {
                ui.separator();
            }
            parts::long_text(page, ui, ("licence", part.title(), number), text);
        }
    });
}
