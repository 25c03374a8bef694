//! A training as it is usual, for saying what a model would take before anything else is known.

use std::path::{Path, PathBuf};

use super::PreflightError;
use crate::domain::TrainSettings;
use crate::model::{AdapterConfig, DecoderConfig, WeightPrecision};
use crate::train::presets::{HOLDOUT_SHARE, find_preset};
use crate::train::{PACK_TOKENS, RowLengths, Survey, Workload};

/// Pairs of a training that is typical.
pub const PAIRS: usize = 200;
/// Tokens of a typical prompt.
pub const PROMPT_TOKENS: usize = 128;
/// Tokens of a typical answer.
pub const ANSWER_TOKENS: usize = 64;
/// Answers that each prompt gets.
pub const ANSWERS: usize = 4;
/// The preset that a new project has.
const PRESET: &str = "balanced";

/// A usual training of a model that is made like this: an adapter, 200 pairs, the usual preset.
pub fn survey(
    config: &DecoderConfig,
    precision: WeightPrecision,
    weight_bytes: u64,
    tokenizer_bytes: u64,
) -> Result<Survey, PreflightError> {
    let mut settings = TrainSettings::default();
    if let Some(preset) = find_preset(PRESET) {
        preset.apply(&mut settings);
    }
    let adapter = AdapterConfig::new(&settings.lora, config, Path::new("the model"))?;
    let row = RowLengths { prompt: PROMPT_TOKENS, answers: vec![ANSWER_TOKENS; 2] };
    let holdout = (PAIRS as f64 * HOLDOUT_SHARE) as usize;
    let (rows, holdout) = (vec![row.clone(); PAIRS - holdout], vec![row; holdout]);
    Ok(Survey {
        out: PathBuf::new(),
        precision,
        weight_bytes,
        kept_bytes: None,
        rounding: None,
        tokenizer_bytes,
        targets: adapter.targets(config)?,
        workload: Workload::new(&settings, &rows, rows.len(), &holdout, PACK_TOKENS),
        holdout_rows: holdout.len(),
        steps_done: 0,
        settings,
        config: config.clone(),
    })
}
