use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use whetstone_core::domain::TrainSettings;
use whetstone_core::train::presets::{PRESETS, Preset, find_preset};

use super::values::share_below_one;

/// When training stops, and which step's adapter is taken.
#[derive(Debug, Args)]
pub(super) struct StopOptions {
    /// Let the program choose how long and how fast to train. It stops when pairs that it sets aside are not told apart
    /// any better, and takes the best step's adapter; single options override it
    #[arg(long, value_parser = preset())]
    preset: Option<&'static Preset>,

    /// Steps between two looks at the holdout [default: once round the data, or the preset's]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    evaluate_every: Option<u64>,

    /// Stop after so many looks at the holdout without gain, and take the best step's adapter [default: never, or the
    /// preset's]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    patience: Option<u64>,

    /// Set aside this share of the prompts as the holdout, where --holdout gives none [default: 0, or the preset's]
    #[arg(long, value_name = "P", conflicts_with = "holdout", value_parser = share_below_one)]
    holdout_share: Option<f64>,
}

impl StopOptions {
    /// The defaults, with the preset's choices and then the single ones.
    pub(super) fn settings(&self) -> TrainSettings {
        let mut settings = TrainSettings::default();
        if let Some(preset) = self.preset {
            preset.apply(&mut settings);
        }
        settings.evaluate_every = self.evaluate_every.or(settings.evaluate_every);
        settings.patience = self.patience.or(settings.patience);
        settings.holdout_share = self.holdout_share.unwrap_or(settings.holdout_share);
        settings
    }
}

/// A row of the registry of presets, with its meaning in the help.
fn preset() -> impl TypedValueParser<Value = &'static Preset> {
    let names = PRESETS.iter().map(|preset| PossibleValue::new(preset.id).help(preset.meaning));
    PossibleValuesParser::new(names).try_map(|id| find_preset(&id).ok_or("no such preset"))
}
