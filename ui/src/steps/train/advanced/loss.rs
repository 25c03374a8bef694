//! What is minimised: a row of the registry of losses, with its numbers.

use egui::Ui;
use whetstone_core::domain::{ReferenceChoice, TrainSettings};
use whetstone_core::train::LOSSES;
use whetstone_core::train::loss::{Loss, LossParameter, find_loss};

use super::{Form, number_ui, part_ui};
use crate::page::Page;
use crate::parts::{self, Number};

/// How strongly the policy is held to the reference.
const BETA: Form = Form { range: (0.0, 10.0), speed: 0.005, decimals: 4 };

/// Draws the choice of the loss, and its numbers.
pub(super) fn loss_ui(page: &Page<'_>, ui: &mut Ui, settings: &mut TrainSettings) {
    part_ui(page, ui, "train-part-loss");
    let of_task: Vec<&Loss> = LOSSES.iter().filter(|loss| loss.task == settings.task).collect();
    let choices: Vec<(String, String)> = of_task.iter().map(|loss| (loss.id.to_owned(), name_of(page, loss))).collect();
    if parts::pick_field(page, ui, &page.say("train-set-loss"), &mut settings.loss, &choices) {
        // Numbers belong to their loss.
        settings.loss_parameters.clear();
    }
    let Some(loss) = find_loss(&settings.loss) else { return };
    parts::soft(page, ui, &page.words.row("loss", loss.id, "meaning", loss.meaning));
    parts::soft(page, ui, &page.say_with("train-set-source", [("source", loss.source.into())]));
    if loss.takes_beta {
        number_ui(page, ui, "train-set-beta", BETA, &mut settings.beta);
    }
    for parameter in loss.parameters {
        parameter_ui(page, ui, loss, parameter, settings);
    }
    if loss.needs_reference {
        let choices = [
            (ReferenceChoice::Base, page.say("train-set-reference-base")),
            (ReferenceChoice::Start, page.say("train-set-reference-start")),
        ];
        parts::pick_field(page, ui, &page.say("train-set-reference"), &mut settings.reference, &choices);
    } else {
        settings.reference = ReferenceChoice::Base;
    }
}

/// What a loss is called.
pub(super) fn name_of(page: &Page<'_>, loss: &Loss) -> String {
    page.words.row("loss", loss.id, "name", loss.id).into_owned()
}

fn parameter_ui(page: &Page<'_>, ui: &mut Ui, loss: &Loss, parameter: &LossParameter, settings: &mut TrainSettings) {
    let part = parameter.name.replace('_', "-");
    let words = parameter.name.replace('_', " ");
    let name = page.words.row("loss", loss.id, &format!("{part}-name"), &words).into_owned();
    let help = page.words.row("loss", loss.id, &format!("{part}-meaning"), parameter.meaning).into_owned();
    let (low, high) = parameter.range;
    let number = Number { name: &name, help: &help, range: low..=high, speed: 0.005, decimals: 4 };
    let mut value = settings.loss_parameters.get(parameter.name).copied().unwrap_or(parameter.default);
    if parts::number_field(page, ui, &number, &mut value) {
        settings.loss_parameters.insert(parameter.name.to_owned(), value);
    }
    parts::soft(page, ui, &help);
}
