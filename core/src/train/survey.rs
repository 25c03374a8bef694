//! What a training is about to work with, found out without reading any of the model's weights.

use std::path::PathBuf;

use super::order::StepPlan;
use super::prepare::{begun_run, read_data};
use super::presets::resolve_rate;
use super::rows::Encoder;
use super::workload::Workload;
use super::{PACK_TOKENS, TrainError, checkpoint, settings};
use crate::domain::{Task, TrainSettings};
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
    /// The modules that get an adapter.
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

impl Survey {
    /// What is learned.
    pub fn task(&self) -> Task {
        self.settings.task
    }
}

/// Looks at everything that a training needs but the weights' values, and finds the faults that can be found so. What
/// there is to be told of the data is left to the training.
pub fn survey(spec: &TrainSpec, context: &JobContext<'_>) -> Result<Survey, TrainError> {
    let begun = begun_run(spec)?;
    settings::check(&spec.settings)?;
    let objective = settings::resolve_objective(&spec.settings)?;
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
    let adapter = match &spec.adapter {
        Some(folder) => Adapter::open(folder, &config)?.config,
        None => AdapterConfig::new(&spec.settings.lora, &config, &spec.model.to_string_lossy())?,
    };
    let targets = adapter.targets(&config)?;
    let weights = WeightFiles::open(&spec.model).map_err(ModelError::from)?;
    let arguments = &spec.settings.template_arguments;
    let encoder = Encoder { tokenizer: &tokenizer, template: template.as_ref(), arguments };
    let (rows, holdout) = read_data(&spec, encoder, &objective, &context.silent())?;
    let steps_done = if spec.resume { checkpoint::newest_step(&spec.out.join("checkpoints")) } else { 0 };
    let plan = StepPlan::new(&spec.settings, rows.len(), objective.loss.needs_mismatched);
    let workload = Workload::new(&spec.settings, &objective, &rows, &holdout, PACK_TOKENS);
    resolve_rate(&mut spec.settings, config.parameter_count());
    Ok(Survey {
        out: spec.out,
        precision: WeightPrecision::resolve(spec.compute.dtype, &weights),
        weight_bytes: weights.bytes(),
        tokenizer_bytes: std::fs::metadata(tokenizer.path()).map_or(0, |file| file.len()),
        targets,
        workload,
        holdout_rows: holdout.len(),
        steps_done: steps_done.min(plan.total_steps),
        settings: spec.settings,
        config,
    })
}
