//! Where it will run: which decides the form that it is written in.

use egui::Ui;
use whetstone_core::export::{Target, find_target};

use crate::look::space;
use crate::page::Page;
use crate::parts;

/// A card is not narrower than this.
const NARROWEST: f32 = 250.0;

/// A place where what was learned can run: a row of [`DESTINATIONS`].
#[derive(Debug)]
pub(crate) struct Destination {
    /// Its name in words.
    pub name: &'static str,
    /// What that means.
    pub meaning: &'static str,
    /// The forms that fit it, the recommended one first.
    pub targets: &'static [&'static str],
}

/// Every place.
pub(crate) const DESTINATIONS: &[Destination] = &[
    Destination { name: "export-to-here", meaning: "export-to-here-text", targets: &["peft"] },
    Destination { name: "export-to-programs", meaning: "export-to-programs-text", targets: &["ollama", "gguf"] },
    Destination { name: "export-to-server", meaning: "export-to-server-text", targets: &["llama-server", "vllm"] },
    Destination { name: "export-to-python", meaning: "export-to-python-text", targets: &["peft", "merged"] },
    Destination { name: "export-to-mac", meaning: "export-to-mac-text", targets: &["mlx", "gguf"] },
    Destination { name: "export-to-cluster", meaning: "export-to-cluster-text", targets: &["trl-job"] },
];

impl Destination {
    /// The rows of its forms.
    pub(crate) fn forms(&self) -> Vec<&'static Target> {
        self.targets.iter().filter_map(|id| find_target(id)).collect()
    }
}

/// The places of which a form is there.
pub(crate) fn destinations() -> Vec<&'static Destination> {
    DESTINATIONS.iter().filter(|destination| !destination.forms().is_empty()).collect()
}

/// Asks where it will run. Gives the place that was chosen just now.
pub(super) fn destination_ui(
    page: &Page<'_>,
    ui: &mut Ui,
    chosen: &'static Destination,
) -> Option<&'static Destination> {
    let rows = destinations();
    let mut picked = None;
    parts::section(page.colours, ui, &page.say("export-where"), |ui| {
        parts::soft(page, ui, &page.say("export-where-text"));
        ui.add_space(space::SMALL);
        parts::side_by_side(ui, rows.len(), 3, NARROWEST, |ui, place, beside| {
            let row = rows[place];
            let is_chosen = std::ptr::eq(row, chosen);
            let response = parts::choice_card(page.colours, ui, &page.say(row.name), is_chosen, |ui| {
                parts::levelled(ui, &format!("destinations {beside}"), |ui| {
                    parts::soft(page, ui, &page.say(row.meaning));
                });
            });
            if response.clicked() && !is_chosen {
                picked = Some(row);
            }
        });
    });
    picked
}
