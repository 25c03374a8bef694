//! In which form it is written: the recommended one of the place where it will run, the others that fit, and all the rest.

use egui::Ui;
use lucide_icons::Icon;
use whetstone_core::domain::GgufType;
use whetstone_core::export::{TARGETS, Target};

use super::destinations::Destination;
use crate::look::{Tone, space};
use crate::page::Page;
use crate::parts;

/// A card is not narrower than this.
const NARROWEST: f32 = 320.0;

/// Forms in which what the model is told before every conversation goes along.
const CARRIES_SYSTEM_PROMPT: &[&str] = &["ollama"];

/// What people call a form.
pub(super) fn name_of(page: &Page<'_>, row: &Target) -> String {
    page.words.row("target", row.id, "name", row.id).into_owned()
}

/// Draws the forms. Gives the one that was chosen just now.
pub(super) fn forms_ui(
    page: &Page<'_>,
    ui: &mut Ui,
    destination: &Destination,
    chosen: &'static Target,
) -> Option<&'static Target> {
    let fitting = destination.forms();
    let is_fitting = |row: &&Target| fitting.iter().any(|known| known.id == row.id);
    let others: Vec<&'static Target> = TARGETS.iter().filter(|row| !is_fitting(row)).collect();
    let mut picked = cards_ui(page, ui, &fitting, chosen, true);
    if others.is_empty() {
        return picked;
    }
    ui.add_space(space::SMALL);
    let is_among_others = others.iter().any(|row| row.id == chosen.id);
    let title = page.say("export-other-forms");
    // What is chosen is seen, also where another place has no use for it.
    let header = egui::CollapsingHeader::new(&title).id_salt("other forms").default_open(is_among_others);
    header.show(ui, |ui| picked = picked.or(cards_ui(page, ui, &others, chosen, false)));
    picked
}

fn cards_ui(
    page: &Page<'_>,
    ui: &mut Ui,
    rows: &[&'static Target],
    chosen: &Target,
    may_recommend: bool,
) -> Option<&'static Target> {
    let mut picked = None;
    parts::side_by_side(ui, rows.len(), 2, NARROWEST, |ui, place, beside| {
        let row = rows[place];
        let is_chosen = row.id == chosen.id;
        let meaning = page.words.row("target", row.id, "meaning", row.meaning);
        let card = parts::choice_card(page.colours, ui, &name_of(page, row), is_chosen, |ui| {
            parts::levelled(ui, &format!("forms {may_recommend} {beside}"), |ui| {
                if may_recommend && place == 0 && rows.len() > 1 {
                    let recommended = page.say("export-recommended");
                    parts::badge(page.colours, ui, Tone::Accent, Some(Icon::ThumbsUp), &recommended);
                }
                parts::soft(page, ui, &meaning);
            });
        });
        if card.clicked() && !is_chosen {
            picked = Some(row);
        }
    });
    picked
}

/// How fine the numbers of a GGUF file are, against its size; where the form takes it.
pub(super) fn fineness_ui(page: &Page<'_>, ui: &mut Ui, target: &Target, chosen: &mut GgufType) {
    if !target.takes_gguf_type {
        return;
    }
    parts::text_with_terms(page, ui, &page.say("export-fineness"), &["gguf", "quantization"]);
    let name = |form: GgufType| page.words.row("gguf-type", form.name(), "name", form.name()).into_owned();
    let choices: Vec<(GgufType, String)> = GgufType::ALL.into_iter().map(|form| (form, name(form))).collect();
    parts::row_of_choices(ui, chosen, &choices);
    parts::soft(page, ui, &page.words.row("gguf-type", chosen.name(), "meaning", ""));
    ui.add_space(space::SMALL);
}

/// What the model is told before every conversation, and whether it goes along.
pub(super) fn system_prompt_ui(page: &Page<'_>, ui: &mut Ui, target: &Target, system_prompt: Option<&str>) {
    let Some(text) = system_prompt.filter(|text| !text.trim().is_empty()) else { return };
    let goes_along = CARRIES_SYSTEM_PROMPT.contains(&target.id);
    let said = if goes_along { "export-system-along" } else { "export-system-tell" };
    parts::text_with_terms(page, ui, &page.say(said), &["system-prompt"]);
    crate::steps::train::answer_ui(page, ui, &page.say("export-system"), text);
    ui.add_space(space::SMALL);
}
