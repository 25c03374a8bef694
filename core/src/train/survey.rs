//! What a training is about to work with, found out without reading any of the model's weights.

use std::path::{Path, PathBuf};

use super::data::Source;
use super::data_lengths::data_lengths;
use super::order::StepPlan;
use super::prepare::begun_run;
use super::presets::resolve_rate;
use super::rows::Encoder;
use super::settings::{check_job, weight_dtype};
use super::workload::Workload;
use super::{PACK_TOKENS, TrainError, checkpoint};
use crate::domain::TrainSettings;
use crate::job::{JobContext, TrainSpec};
use crate::model::{Adapter, AdapterConfig, AdapterTarget, DecoderConfig, ModelOutline, WeightPrecision};

/// What a training is about to work with.
#[derive(Debug, Clone)]
pub struct Survey {
    /// The run's folder.
    pub out: PathBuf,
    /// What the model is made of.
    pub config: DecoderConfig,
    /// What its weights will be kept in.
    pub precision: WeightPrecision,
    /// Its weights on the disk, in bytes.
    pub weight_bytes: u64,
    /// Its weights in memory, in bytes, where that is not what the precision says; see [`ModelOutline::kept_bytes`].
    pub kept_bytes: Option<u64>,
    /// How far weights are moved where they are packed into blocks; see [`ModelOutline::rounding`].
    pub rounding: Option<f64>,
    /// Its tokenizer's file, in bytes.
    pub tokenizer_bytes: u64,
    /// The modules that get an adapter; none where every weight is trained.
    pub targets: Vec<AdapterTarget>,
    /// Every setting.
    pub settings: TrainSettings,
    /// What is to be computed.
    pub workload: Workload,
    /// Rows of the holdout.
    pub holdout_rows: usize,
    /// Steps that an earlier start of the run has done.
    pub steps_done: u64,
}

/// Looks at everything that a training needs but the weights' values, and finds the faults that can be found so.
pub fn survey(spec: &TrainSpec, context: &JobContext<'_>) -> Result<Survey, TrainError> {
    let begun = begun_run(spec)?;
    check_job(spec)?;
    let mut spec = spec.clone();
    if let Some(record) = &begun {
        let memory = spec.settings.memory;
        super::record::complete(&mut spec, record);
        // How much memory is used decides no number: what fits now may be another setting than at the beginning.
        spec.settings.memory = memory;
    }
    context.progress("looking at model and data", 0, None, "files");
    let model = ModelOutline::open(&spec.model, weight_dtype(&spec))?;
    let targets = adapter_targets(&spec, &model.config)?;
    let arguments = &spec.settings.template_arguments;
    let encoder = Encoder { tokenizer: &model.tokenizer, template: model.template.as_ref(), arguments };
    let lengths = |path: &Path| data_lengths(Source { path, encoder, context }, &spec.settings);
    let data = lengths(&spec.data)?;
    let (data, holdout) = match spec.holdout.as_deref() {
        Some(path) => (data, lengths(path)?),
        None => data.set_aside(spec.settings.holdout_share),
    };
    resolve_rate(&mut spec.settings, model.config.parameter_count());
    let steps_done = if spec.resume { checkpoint::newest_step(&spec.out.join("checkpoints")) } else { 0 };
    let workload = Workload::new(&spec.settings, &data.rows, data.all_rows, &holdout.rows, PACK_TOKENS);
    Ok(Survey {
        out: spec.out.clone(),
        precision: model.precision,
        weight_bytes: model.stored_bytes,
        kept_bytes: model.kept_bytes,
        rounding: model.rounding,
        tokenizer_bytes: model.tokenizer_bytes,
        targets,
        workload,
        holdout_rows: holdout.all_rows,
        steps_done: steps_done.min(StepPlan::new(&spec.settings, data.all_rows, false).total_steps),
        settings: spec.settings,
        config: model.config,
    })
}

/// The modules that get an adapter.
pub(super) fn adapter_targets(spec: &TrainSpec, config: &DecoderConfig) -> Result<Vec<AdapterTarget>, TrainError> {
    if spec.settings.full {
        return Ok(Vec::new());
    }
    let adapter = match &spec.adapter {
        Some(folder) => Adapter::open(folder, config)?.config,
        None => AdapterConfig::new(&spec.settings.lora, config, &spec.model)?,
    };
    Ok(adapter.targets(config)?)
}
