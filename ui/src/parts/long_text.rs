//! Texts of any length: a model may write a hundred thousand characters, and laying all of them out would hold up every
//! frame. So they are shown in pieces.

use std::hash::Hash;

use egui::{Id, RichText, Ui};
use lucide_icons::Icon;

use super::buttons::{icon_button, plain_button};
use super::texts::whole_number;
use crate::command::UiCommand;
use crate::look::shape;
use crate::page::Page;

/// Characters of a piece.
pub(crate) const PIECE: usize = 4_000;

/// A text, whole where it is short. Of a longer one the first 4,000 characters, and a way to see the rest in pieces as
/// long. `id` tells it from other texts of the page: which piece is shown is remembered by it.
pub fn long_text(page: &mut Page<'_>, ui: &mut Ui, id: impl Hash + std::fmt::Debug, text: &str) {
    // Texts of fewer bytes cannot have more characters, and need no counting.
    if text.len() <= PIECE {
        text_ui(page, ui, text);
        return;
    }
    let characters = text.chars().count();
    if characters <= PIECE {
        text_ui(page, ui, text);
        return;
    }
    let id = Id::unique(("long text", id));
    let pieces = characters.div_ceil(PIECE);
    let shown = ui.data(|data| data.get_temp::<Option<usize>>(id)).flatten().map(|shown| shown.min(pieces - 1));
    let place = shown.unwrap_or(0);
    text_ui(page, ui, piece(text, place));
    let said = page.say_with(
        "long-shown",
        [
            ("from", whole_number(place * PIECE + 1).into()),
            ("to", whole_number(characters.min((place + 1) * PIECE)).into()),
            ("all", whole_number(characters).into()),
        ],
    );
    ui.add(egui::Label::new(RichText::new(said).small().color(page.colours.text_soft)).wrap());
    let mut next = shown;
    ui.horizontal_wrapped(|ui| {
        if shown.is_none() {
            if plain_button(ui, Some(Icon::ChevronsUpDown), &page.say("long-all"), true).clicked() {
                next = Some(1);
            }
        } else {
            if plain_button(ui, Some(Icon::ChevronUp), &page.say("long-before"), place > 0).clicked() {
                next = Some(place - 1);
            }
            if plain_button(ui, Some(Icon::ChevronDown), &page.say("long-after"), place + 1 < pieces).clicked() {
                next = Some(place + 1);
            }
        }
        if icon_button(ui, Icon::Copy, &page.say("long-copy"), true).clicked() {
            page.send(UiCommand::Copy(text.to_owned()));
        }
    });
    if next != shown {
        ui.data_mut(|data| data.insert_temp(id, next));
    }
}

fn text_ui(page: &Page<'_>, ui: &mut Ui, text: &str) {
    ui.scope(|ui| {
        ui.set_max_width(ui.available_width().min(shape::READING));
        ui.add(egui::Label::new(RichText::new(text).color(page.colours.text)).wrap().selectable(true));
    });
}

/// A piece of a text, by its place.
fn piece(text: &str, place: usize) -> &str {
    let mut starts = text.char_indices().map(|(start, _)| start);
    let start = starts.nth(place * PIECE).unwrap_or(text.len());
    let end = starts.nth(PIECE - 1).unwrap_or(text.len());
    &text[start..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pieces_of_a_text_are_all_of_it() {
        for characters in [PIECE + 1, 2 * PIECE - 1, 2 * PIECE, 2 * PIECE + 1, 5 * PIECE + 17] {
            let text: String = ["a", "ß", "字", "\n"].iter().cycle().take(characters).copied().collect();
            let pieces: Vec<&str> = (0..characters.div_ceil(PIECE)).map(|place| piece(&text, place)).collect();
            assert_eq!(pieces.concat(), text);
            let (last, others) = pieces.split_last().expect("it is longer than a piece");
            assert!(others.iter().all(|piece| piece.chars().count() == PIECE));
            assert!((1..=PIECE).contains(&last.chars().count()));
            assert_eq!(piece(&text, pieces.len()), "", "nothing follows the last");
        }
    }
}
