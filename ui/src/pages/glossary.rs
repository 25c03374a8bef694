//! The page `glossary`: every term of the field that the screens use, and what it means.

use egui::{Label, RichText, Ui};

use crate::command::Place;
use crate::look::{SEMIBOLD, space, type_size};
use crate::page::Page;
use crate::parts;

/// What was typed and not yet sent.
#[derive(Debug, Default)]
pub struct Draft {
    /// What is looked for.
    wanted: String,
}

/// A term's card is not narrower than this.
const LEAST_WIDTH: f32 = 400.0;

/// Draws the page.
pub(super) fn page_ui(page: &mut Page<'_>, ui: &mut Ui) {
    let mut draft = std::mem::take(&mut page.drafts.glossary);
    parts::page_heading(page, ui, "glossary");
    if parts::plain_button(ui, Some(lucide_icons::Icon::Scroll), &page.say("licences-name"), true).clicked() {
        page.go(Place::Licences);
    }
    ui.add_space(space::SMALL);
    let (name, hint) = (page.say("glossary-search"), page.say("glossary-search-hint"));
    parts::text_field(page, ui, &name, &mut draft.wanted, &hint);
    let found = found(page, &draft.wanted);
    let count = found.len();
    ui.add_space(space::SMALL);
    if found.is_empty() {
        let said = page.say_with("glossary-nothing", [("wanted", draft.wanted.trim().into())]);
        parts::empty_state(page, ui, lucide_icons::Icon::Search, &said);
    } else {
        parts::soft(page, ui, &page.say_with("glossary-count", [("count", count.into())]));
        ui.add_space(space::SMALL);
        parts::columns(ui, count, LEAST_WIDTH, |ui, place| {
            let (name, meaning) = &found[place];
            parts::card(page.colours, ui, |ui| {
                let family = egui::FontFamily::Name(SEMIBOLD.into());
                let name = RichText::new(name).size(type_size::SUBHEADING).family(family).color(page.colours.text);
                ui.add(Label::new(name).wrap());
                parts::soft(page, ui, meaning);
                parts::as_high_as_the_highest(ui, &format!("terms {}", place / 2));
            });
        });
    }
    page.drafts.glossary = draft;
}

/// Names and meanings in which something stands, in the order of the alphabet.
fn found(page: &Page<'_>, wanted: &str) -> Vec<(String, String)> {
    let wanted = wanted.trim().to_lowercase();
    let terms = page.words.terms().into_iter().filter_map(|id| page.words.term(id));
    let has = |text: &str| text.to_lowercase().contains(&wanted);
    let mut found: Vec<(String, String)> = terms.filter(|(name, meaning)| has(name) || has(meaning)).collect();
    // Who types a term's name wants that term first.
    found.sort_by_key(|(name, _)| (!wanted.is_empty() && !has(name), name.to_lowercase()));
    found
}
