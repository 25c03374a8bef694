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
use crate::model::{
    Adapter, AdapterConfig, AdapterTarget, ChatTemplate, DecoderConfig, ModelError, TextTokenizer, WeightFiles,
    WeightPrecision,
};

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
    let config = DecoderConfig::open(&spec.model).map_err(ModelError::from)?;
    let tokenizer = TextTokenizer::open(&spec.model).map_err(ModelError::from)?;
    let template = ChatTemplate::open(&spec.model, &tokenizer).map_err(ModelError::from)?;
    let targets = adapter_targets(&spec, &config)?;
    let weights = WeightFiles::open(&spec.model).map_err(ModelError::from)?;
    let arguments = &spec.settings.template_arguments;
    let encoder = Encoder { tokenizer: &tokenizer, template: template.as_ref(), arguments };
    let lengths = |path: &Path| data_lengths(Source { path, encoder, context }, &spec.settings);
    let data = lengths(&spec.data)?;
    let (data, holdout) = match spec.holdout.as_deref() {
        Some(path) => (data, lengths(path)?),
        None => data.set_aside(spec.settings.holdout_share),
    };
    resolve_rate(&mut spec.settings, config.parameter_count());
    let steps_done = if spec.resume { checkpoint::newest_step(&spec.out.join("checkpoints")) } else { 0 };
    let workload = Workload::new(&spec.settings, &data.rows, data.all_rows, &holdout.rows, PACK_TOKENS);
    Ok(Survey {
        out: spec.out.clone(),
        precision: WeightPrecision::resolve(weight_dtype(&spec), &weights),
        weight_bytes: weights.bytes(),
        tokenizer_bytes: std::fs::metadata(tokenizer.path()).map_or(0, |file| file.len()),
        targets,
        workload,
        holdout_rows: holdout.all_rows,
        steps_done: steps_done.min(StepPlan::new(&spec.settings, data.all_rows, false).total_steps),
        settings: spec.settings,
        config,
    })
}

/// The modules that get an adapter.
fn adapter_targets(spec: &TrainSpec, config: &DecoderConfig) -> Result<Vec<AdapterTarget>, TrainError> {
    if spec.settings.full {
        return Ok(Vec::new());
    }
    let adapter = match &spec.adapter {
        Some(folder) => Adapter::open(folder, config)?.config,
        None => AdapterConfig::new(&spec.settings.lora, config, &spec.model)?,
    };
    Ok(adapter.targets(config)?)
}
