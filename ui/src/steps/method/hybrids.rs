//! The four methods of people and a machine together.

use egui::Ui;
use whetstone_core::desk::ProjectView;

use super::{choose, figures, hybrids};
use crate::look::space;
use crate::page::Page;
use crate::parts;

/// A card is not narrower than this.
const LEAST_WIDTH: f32 = 380.0;

pub(super) fn hybrids_ui(page: &mut Page<'_>, ui: &mut Ui, project: &ProjectView) {
    parts::paragraph(page, ui, &page.say("method-hybrids"));
    ui.add_space(space::SMALL);
    let all: Vec<_> = hybrids().collect();
    parts::columns(ui, all.len(), LEAST_WIDTH, |ui, place| {
        let recipe = all[place];
        let is_chosen = project.recipe.is_some_and(|chosen| chosen.id == recipe.id);
        let name = page.words.row("recipe", recipe.id, "name", recipe.name);
        let card = parts::choice_card(page.colours, ui, &name, is_chosen, |ui| {
            figures::flow_ui(page, ui, recipe);
            ui.add_space(space::TINY);
            parts::paragraph(page, ui, &page.words.row("recipe", recipe.id, "meaning", recipe.meaning));
            let when = page.words.row("recipe", recipe.id, "when", recipe.when).into_owned();
            parts::soft(page, ui, &page.say_with("method-when", [("when", when.into())]));
            figures::takes_ui(page, ui, &super::rows_of(recipe.id));
            // The rows of the grid are as high as their highest.
            parts::as_high_as_the_highest(ui, if place < 2 { "hybrids above" } else { "hybrids below" });
        });
        if card.clicked() && !is_chosen {
            choose(page, recipe.id);
        }
    });
}
