//! The adapter's shape, and what is left: memory, lengths, chance.

use egui::Ui;
use whetstone_core::domain::{MemoryMode, TrainSettings};

use super::{Form, SHARE, count_ui, number_ui, part_ui, steps_number_ui, whole};
use crate::page::Page;
use crate::parts;

const ALPHA: Form = Form { range: (0.1, 4096.0), speed: 0.2, decimals: 2 };
/// Seeds beyond this are no longer kept whole by a field of numbers.
const LARGEST_SEED: f64 = 9e15;

/// The adapter's shape.
pub(super) fn adapter_ui(page: &Page<'_>, ui: &mut Ui, settings: &mut TrainSettings) {
    part_ui(page, ui, "train-part-adapter");
    let lora = &mut settings.lora;
    count_ui(page, ui, "train-set-rank", whole(1.0, 512.0), &mut lora.rank);
    number_ui(page, ui, "train-set-alpha", ALPHA, &mut lora.alpha);
    number_ui(page, ui, "train-set-dropout", SHARE, &mut lora.dropout);
    parts::check_field(ui, &page.say("train-set-rslora"), &mut lora.rslora);
    let mut targets = lora.target_modules.join(" ");
    let name = page.say("train-set-targets");
    if parts::text_field(page, ui, &name, &mut targets, "all-linear").changed() {
        lora.target_modules = targets.split(' ').map(str::to_owned).collect();
    }
    parts::soft(page, ui, &page.say("train-set-targets.help"));
}

/// Memory, lengths, chance.
pub(super) fn other_ui(page: &Page<'_>, ui: &mut Ui, settings: &mut TrainSettings) {
    part_ui(page, ui, "train-part-other");
    count_ui(page, ui, "train-set-max-length", whole(2.0, 131_072.0), &mut settings.max_length);
    let choices = [
        (MemoryMode::Auto, page.say("train-set-memory-auto")),
        (MemoryMode::Fast, page.say("train-set-memory-fast")),
        (MemoryMode::Small, page.say("train-set-memory-small")),
    ];
    parts::pick_field(page, ui, &page.say("train-set-memory"), &mut settings.memory, &choices);
    steps_number_ui(page, ui, "train-set-seed", whole(0.0, LARGEST_SEED), &mut settings.seed);
    parts::check_field(ui, &page.say("train-set-shuffle"), &mut settings.shuffle);
}
