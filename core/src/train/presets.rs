//! Ready-made choices of how long and how fast to train: a row of [`PRESETS`] each.
//!
//! A preset fixes the number of optimizer steps, not of rounds over the data: an adapter begins as nothing, so a small
//! dataset needs many rounds and a large one none whole. It looks at the holdout as it goes, keeps the best step's
//! adapter and stops when nothing is gained any more.

use crate::domain::TrainSettings;

/// A ready-made choice.
#[derive(Debug, Clone, Copy)]
pub struct Preset {
    /// Its name on the command line.
    pub id: &'static str,
    /// When to take it: one sentence.
    pub meaning: &'static str,
    /// Optimizer steps at most.
    pub steps: u64,
    /// Steps between two looks at the holdout.
    pub evaluate_every: u64,
    /// Looks without gain after which it stops.
    pub patience: u64,
    /// Steps over which the learning rate first rises.
    pub warmup_steps: u64,
    /// Peak learning rate for models of up to [`SMALL_MODEL`] numbers.
    pub learning_rate: f64,
}

/// Share of the prompts that is set aside where no holdout is given.
pub const HOLDOUT_SHARE: f64 = 0.1;

/// Numbers in a model up to which a preset's learning rate is taken as it is.
pub const SMALL_MODEL: u64 = 10_000_000;

/// Every preset, the shortest first. The rates come of the experiment in `tests/experiments`: among those whose answers stay
/// as fluent as before, the one that scores best.
pub const PRESETS: &[Preset] = &[
    Preset {
        id: "quick",
        meaning: "to see whether the data teaches anything: 20 steps at most",
        steps: 20,
        evaluate_every: 5,
        patience: 2,
        warmup_steps: 2,
        learning_rate: 1e-3,
    },
    Preset {
        id: "balanced",
        meaning: "the usual choice: 60 steps at most",
        steps: 60,
        evaluate_every: 10,
        patience: 2,
        warmup_steps: 4,
        learning_rate: 5e-4,
    },
    Preset {
        id: "thorough",
        meaning: "when the data is good and time does not press: 200 steps at most, smaller ones",
        steps: 200,
        evaluate_every: 20,
        patience: 3,
        warmup_steps: 10,
        learning_rate: 2e-4,
    },
];

/// The row with this id.
pub fn find_preset(id: &str) -> Option<&'static Preset> {
    PRESETS.iter().find(|preset| preset.id == id)
}

impl Preset {
    /// Puts the preset's choices into settings; what a person chose otherwise is set after it.
    pub fn apply(&self, settings: &mut TrainSettings) {
        settings.preset = Some(self.id.to_owned());
        settings.max_steps = Some(self.steps);
        settings.evaluate_every = Some(self.evaluate_every);
        settings.patience = Some(self.patience);
        settings.warmup_steps = self.warmup_steps;
        settings.holdout_share = HOLDOUT_SHARE;
        settings.learning_rate = self.learning_rate;
        settings.rate_by_size = true;
    }
}

/// The learning rate for a model of so many numbers: large models want a lower one. A step of `AdamW` moves every number
/// of the adapter by about the rate, and what that does to a layer's output grows with the number of inputs that it sums,
/// the width; the width grows with about the root of the number of weights. So the rate falls with that root. For 135
/// million numbers that makes 1.4e-4 of 5e-4, for 7 billion 1.9e-5: between TRL's examples for LoRA, 1e-4 and 5e-6.
pub fn rate_for_size(rate: f64, parameters: u64) -> f64 {
    rate * (SMALL_MODEL as f64 / parameters.max(SMALL_MODEL) as f64).sqrt()
}

/// Fixes what the settings leave to the model's size.
pub fn resolve_rate(settings: &mut TrainSettings, parameters: u64) {
    if settings.rate_by_size {
        settings.learning_rate = rate_for_size(settings.learning_rate, parameters);
        settings.rate_by_size = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_preset_is_found_and_ends_by_itself() {
        for preset in PRESETS {
            assert!(PRESETS.iter().filter(|other| other.id == preset.id).count() == 1);
            assert!(find_preset(preset.id).is_some_and(|found| found.steps == preset.steps));
            assert!(preset.meaning.len() > 20);
            // There is room for it to stop early, and a look at the last step.
            assert!(preset.evaluate_every * (preset.patience + 1) < preset.steps);
            assert!(preset.steps.is_multiple_of(preset.evaluate_every) && preset.warmup_steps < preset.evaluate_every);
            let mut settings = TrainSettings::default();
            preset.apply(&mut settings);
            assert_eq!((settings.max_steps, settings.preset.as_deref()), (Some(preset.steps), Some(preset.id)));
        }
        assert!(find_preset("none").is_none());
        assert!(PRESETS.windows(2).all(|pair| pair[0].steps < pair[1].steps));
    }

    #[test]
    fn larger_models_get_lower_rates_once() {
        assert!((rate_for_size(5e-4, 260_000) - 5e-4).abs() < 1e-12);
        assert!((rate_for_size(5e-4, 1_000_000_000) - 5e-5).abs() < 1e-12);
        let mut settings = TrainSettings { learning_rate: 5e-4, rate_by_size: true, ..TrainSettings::default() };
        for _ in 0..2 {
            resolve_rate(&mut settings, 1_000_000_000);
            assert!((settings.learning_rate - 5e-5).abs() < 1e-12 && !settings.rate_by_size);
        }
    }
}
