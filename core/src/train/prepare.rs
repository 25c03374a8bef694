//! Everything that a run needs before its first step: settings resolved, model opened, data read, what is trained made.

use std::fs::File;
use std::path::{Path, absolute};

use super::data::Source;
use super::loss::Objective;
use super::order::{self, INITIAL_VALUES, SCORE_HEAD};
use super::presets::resolve_rate;
use super::record::{self, RunRecord};
use super::set_aside::set_aside;
use super::{PACK_TOKENS, TokenizedRow, TrainError, Trained, rows, settings};
use crate::domain::{MemoryMode, Task, TrainSettings};
use crate::files;
use crate::job::{JobContext, TrainSpec};
use crate::model::backend::Backend;
use crate::model::{Adapter, AdapterConfig, DecoderConfig, LoraPair, LoraPairs, ModelError, OpenModel};
use crate::random::Random;

/// What a run works with.
#[derive(Debug)]
pub struct Prepared<B: Backend> {
    /// The model, with the starting adapter or the new one on it.
    pub model: OpenModel<B>,
    /// What is trained.
    pub trained: Trained,
    /// What is minimised.
    pub objective: Objective,
    /// What is trained on.
    pub rows: Vec<TokenizedRow>,
    /// What is only looked at.
    pub holdout: Vec<TokenizedRow>,
    /// What the run was begun with.
    pub record: RunRecord,
    /// Keeps other programs out of the run's folder.
    _lock: File,
}

/// The run that `spec.out` holds, where the job is to go on with it. A folder with a run is not begun in anew.
pub fn begun_run(spec: &TrainSpec) -> Result<Option<RunRecord>, TrainError> {
    let record = RunRecord::open(&spec.out);
    if spec.resume {
        return record;
    }
    match record {
        // What is in the folder would be replaced file by file.
        Ok(None) if spec.settings.full && spec.out.join("config.json").exists() => {
            Err(TrainError::HoldsModel { folder: spec.out.clone() })
        }
        Ok(None) => Ok(None),
        _ => Err(TrainError::Occupied { folder: spec.out.clone() }),
    }
}

/// Opens and checks everything, and leaves the run's record in its folder.
pub fn prepare<B: Backend>(
    backend: B,
    threads: usize,
    spec: &TrainSpec,
    context: &JobContext<'_>,
) -> Result<Prepared<B>, TrainError> {
    settings::check_job(spec)?;
    let objective = settings::resolve_objective(&spec.settings)?;
    context.progress("opening the model", 0, None, "files");
    let mut model = OpenModel::open(backend, &spec.model, spec.adapter.as_deref(), settings::weight_dtype(spec))?;
    if let Some(said) = model.finer_rows() {
        context.warn(said);
    }
    let (rows, holdout) = read_data(spec, &model, &objective, context)?;
    warn_of_length(&rows, &spec.settings, model.decoder.config().max_positions, context);
    let trained = make_trained(spec, &mut model)?;
    let record = make_record(spec, threads, &model, [record::digest_rows(&rows), record::digest_rows(&holdout)])?;
    let lock = begin_or_go_on(&record, &spec.out)?;
    Ok(Prepared { model, trained, objective, rows, holdout, record, _lock: lock })
}

/// Leaves the record in the run's folder, or makes sure that it is the one that lies there; and keeps other programs out.
pub(super) fn begin_or_go_on(record: &RunRecord, folder: &Path) -> Result<File, TrainError> {
    if let Some(begun) = RunRecord::open(folder)? {
        begun.check_same(record, folder)?;
    } else {
        files::create_folder(folder)?;
        record.save(folder)?;
    }
    let lock = RunRecord::lock(folder)?;
    files::remove_leftovers(folder)?;
    Ok(lock)
}

/// The rows that are trained on, and those that are only looked at.
fn read_data<B: Backend>(
    spec: &TrainSpec,
    model: &OpenModel<B>,
    objective: &Objective,
    context: &JobContext<'_>,
) -> Result<(Vec<TokenizedRow>, Vec<TokenizedRow>), TrainError> {
    let settings = &spec.settings;
    let read = |path: &Path| {
        let source = Source::new(path, model, &settings.template_arguments, context);
        source.read(settings.task, Some(settings.max_length))
    };
    let mut data = read(&spec.data)?;
    let mut holdout = match spec.holdout.as_deref() {
        Some(path) => read(path)?,
        None => own_holdout(&mut data, settings, context),
    };
    if objective.loss.needs_mismatched {
        // Which answers meet is settled once, so that the reference needs to see each pairing once.
        order::mix(settings, &mut data);
        for rows in [&mut data, &mut holdout] {
            rows::add_mismatched(rows, settings.batch_size);
            for row in rows {
                rows::cut(row, settings.max_length);
            }
        }
        if settings.batch_size < 2 {
            context.warn(
                "with `--batch-size 1` there is no other answer to measure the model's distance from the reference by, \
                 so the loss cannot work as it should: take batches of 2 or more",
            );
        }
    }
    Ok((data, holdout))
}

/// The share of the data that is set aside where the settings ask for it; told, since it is not trained on.
fn own_holdout(rows: &mut Vec<TokenizedRow>, settings: &TrainSettings, context: &JobContext<'_>) -> Vec<TokenizedRow> {
    if settings.holdout_share <= 0.0 {
        return Vec::new();
    }
    let (all, examples) = (rows.len(), settings.task.examples());
    let holdout = set_aside(rows, settings.holdout_share, settings.seed);
    context.warn(if holdout.is_empty() {
        format!(
            "all {examples} have the same prompt, so none could be set aside to see when to stop: every step is taken"
        )
    } else {
        format!(
            "{} of {all} {examples} are set aside and not trained on, to see when to stop (`--holdout` gives others)",
            holdout.len()
        )
    });
    holdout
}

fn warn_of_length(rows: &[TokenizedRow], settings: &TrainSettings, most: usize, context: &JobContext<'_>) {
    let tokens =
        |row: &TokenizedRow| row.prompt_ids.len() + row.completions.iter().map(Vec::len).max().unwrap_or_default();
    let longer = rows.iter().filter(|row| tokens(row) > most).count();
    if longer > 0 {
        context.warn(format!(
            "{longer} of {} {} are longer than the {most} tokens that the model was made for, and may train badly: \
             `--max-length {most}` cuts them",
            rows.len(),
            settings.task.examples()
        ));
    }
}

/// What the run is begun with; the digests are those of the data and the holdout.
pub(super) fn make_record<B: Backend>(
    spec: &TrainSpec,
    threads: usize,
    model: &OpenModel<B>,
    [data_digest, holdout_digest]: [String; 2],
) -> Result<RunRecord, TrainError> {
    let mut settings = spec.settings.clone();
    resolve_rate(&mut settings, model.decoder.config().parameter_count());
    // What fits was looked at before; a job that comes without such a look takes the faster way.
    if settings.memory == MemoryMode::Auto {
        settings.memory = MemoryMode::Fast;
    }
    let texts = ["config.json", "tokenizer.json", "tokenizer_config.json", "chat_template.jinja"];
    let adapter_digest = match &spec.adapter {
        Some(folder) => Some(record::digest_folder(folder, &["adapter_config.json"])?),
        None => None,
    };
    Ok(RunRecord {
        format: record::FORMAT,
        settings,
        device: model.decoder.backend().device(),
        dtype: model.dtype,
        threads,
        pack_tokens: PACK_TOKENS * model.decoder.backend().pack_factor(),
        model_digest: record::digest_folder(&spec.model, &texts)?,
        adapter_digest,
        starts_from: spec.adapter.as_ref().map(|folder| absolute(folder).unwrap_or_else(|_| folder.clone())),
        data_digest,
        holdout_digest,
        data: record::data_place(&spec.data, &spec.out),
        online: None,
    })
}

/// Every weight, or the adapter that is gone on from or begun with.
pub(super) fn make_trained<B: Backend>(spec: &TrainSpec, model: &mut OpenModel<B>) -> Result<Trained, TrainError> {
    if spec.settings.full {
        return Ok(Trained::weights(&model.decoder)?);
    }
    let config = model.decoder.config();
    let adapter = match model.adapter.take() {
        Some(adapter) => adapter,
        None => new_adapter(&spec.settings, config, &spec.model)?,
    };
    Ok(Trained::adapter(with_score_head(adapter, &spec.settings, config)?))
}

/// A new adapter that changes nothing yet: A uniform in ±1/√inputs (what PEFT's Kaiming initialisation comes to), B
/// zero. Hu et al. 2021.
fn new_adapter(settings: &TrainSettings, config: &DecoderConfig, model: &Path) -> Result<Adapter, TrainError> {
    let adapter_config = AdapterConfig::new(&settings.lora, config, model)?;
    let mut tensors = LoraPairs::new();
    for (index, target) in adapter_config.targets(config)?.into_iter().enumerate() {
        let (inputs, outputs) = (target.module.in_features, target.module.out_features);
        let bound = 1.0 / (inputs as f64).sqrt();
        let mut random = Random::new(settings.seed, &[INITIAL_VALUES, index as u64]);
        let a = (0..target.rank * inputs).map(|_| ((2.0 * random.uniform() - 1.0) * bound) as f32).collect();
        let pair = LoraPair { a, b: vec![0.0; outputs * target.rank], rank: target.rank, scale: target.scale };
        tensors.insert(target.path, pair);
    }
    Ok(Adapter { config: adapter_config, tensors, score_head: None })
}

/// The adapter with the score head that its task needs: the one that it has, or a new one as transformers makes it,
/// normal with a deviation of 0.02.
fn with_score_head(
    mut adapter: Adapter,
    settings: &TrainSettings,
    config: &DecoderConfig,
) -> Result<Adapter, TrainError> {
    if settings.task == Task::PreferenceModel {
        adapter.config.has_score_head = true;
        adapter.score_head.get_or_insert_with(|| {
            let mut random = Random::new(settings.seed, &[SCORE_HEAD]);
            (0..config.hidden_size).map(|_| (0.02 * random.normal()) as f32).collect()
        });
    } else if adapter.score_head.is_some() {
        return Err(TrainError::Setting {
            setting: "adapter".to_owned(),
            found: "a preference model".to_owned(),
            expected: format!("one that writes text for the task {}", settings.task.name()),
        });
    }
    Ok(adapter)
}

impl From<crate::model::LoadError> for TrainError {
    fn from(error: crate::model::LoadError) -> Self {
        Self::Model(ModelError::Load(error))
    }
}
