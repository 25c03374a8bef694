//! How long it goes on, and how far each step goes.

use egui::Ui;
use whetstone_core::domain::{Schedule, TrainSettings};

use super::{Form, SHARE, count_ui, number_ui, optional_ui, part_ui, steps_number_ui, whole};
use crate::page::Page;
use crate::parts;

const RATE: Form = Form { range: (1e-8, 1.0), speed: 1e-5, decimals: 8 };
const EPOCHS: Form = Form { range: (0.01, 1000.0), speed: 0.05, decimals: 2 };
const NORM: Form = Form { range: (0.0, 1000.0), speed: 0.05, decimals: 3 };
const DECAY: Form = Form { range: (0.0, 10.0), speed: 0.005, decimals: 4 };

/// How long it goes on, and when it looks at the holdout.
pub(super) fn steps_ui(page: &Page<'_>, ui: &mut Ui, settings: &mut TrainSettings) {
    part_ui(page, ui, "train-part-steps");
    let mut by_steps = settings.max_steps.is_some();
    let choices = [(true, page.say("train-set-by-steps")), (false, page.say("train-set-by-epochs"))];
    if parts::row_of_choices(ui, &mut by_steps, &choices) {
        settings.max_steps = by_steps.then_some(60);
    }
    match &mut settings.max_steps {
        Some(steps) => steps_number_ui(page, ui, "train-set-max-steps", whole(1.0, 1e6), steps),
        None => {
            number_ui(page, ui, "train-set-epochs", EPOCHS, &mut settings.epochs);
        }
    }
    count_ui(page, ui, "train-set-batch-size", whole(1.0, 1024.0), &mut settings.batch_size);
    count_ui(page, ui, "train-set-accumulate", whole(1.0, 1024.0), &mut settings.accumulate);
    number_ui(page, ui, "train-set-holdout-share", SHARE, &mut settings.holdout_share);
    optional_ui(page, ui, "train-set-evaluate-every", 10, &mut settings.evaluate_every);
    optional_ui(page, ui, "train-set-patience", 2, &mut settings.patience);
    optional_ui(page, ui, "train-set-checkpoint-every", 10, &mut settings.checkpoint_every);
}

/// How far each step goes.
pub(super) fn optimizer_ui(page: &Page<'_>, ui: &mut Ui, settings: &mut TrainSettings) {
    part_ui(page, ui, "train-part-optimizer");
    number_ui(page, ui, "train-set-learning-rate", RATE, &mut settings.learning_rate);
    parts::check_field(ui, &page.say("train-set-rate-by-size"), &mut settings.rate_by_size);
    let choices = [
        (Schedule::Linear, page.say("train-set-schedule-linear")),
        (Schedule::Cosine, page.say("train-set-schedule-cosine")),
        (Schedule::Constant, page.say("train-set-schedule-constant")),
    ];
    parts::pick_field(page, ui, &page.say("train-set-schedule"), &mut settings.schedule, &choices);
    steps_number_ui(page, ui, "train-set-warmup", whole(0.0, 1e6), &mut settings.warmup_steps);
    number_ui(page, ui, "train-set-max-grad-norm", NORM, &mut settings.max_grad_norm);
    number_ui(page, ui, "train-set-weight-decay", DECAY, &mut settings.weight_decay);
}
