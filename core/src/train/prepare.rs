//! Everything that a run needs before its first step: settings resolved, model opened, data read, adapter made.

use std::fs::File;
use std::path::Path;

use super::loss::{LOSSES, Loss, find_loss};
use super::order::INITIAL_VALUES;
use super::presets::resolve_rate;
use super::record::{self, RunRecord};
use super::set_aside::set_aside;
use super::{PACK_TOKENS, TokenizedPair, TrainError, data};
use crate::domain::{DeviceChoice, DtypeChoice, MemoryMode, TrainSettings};
use crate::files;
use crate::job::{JobContext, TrainSpec};
use crate::model::backend::Backend;
use crate::model::{
    Adapter, AdapterConfig, DecoderConfig, LoraPair, LoraPairs, ModelError, OpenModel, WeightPrecision,
};
use crate::random::Random;

/// What a run works with.
#[derive(Debug)]
pub struct Prepared<B: Backend> {
    /// The model, with the starting adapter or the new one on it.
    pub model: OpenModel<B>,
    /// What is trained.
    pub adapter: Adapter,
    /// What is trained on.
    pub pairs: Vec<TokenizedPair>,
    /// What is only looked at.
    pub holdout: Vec<TokenizedPair>,
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
    check_settings(&spec.settings)?;
    context.progress("opening the model", 0, None, "files");
    let mut model = OpenModel::open(backend, &spec.model, spec.adapter.as_deref(), spec.compute.dtype)?;
    let (arguments, max_length) = (&spec.settings.template_arguments, Some(spec.settings.max_length));
    let mut pairs = data::read_pairs(&spec.data, &model, arguments, max_length, context)?;
    let holdout = match &spec.holdout {
        Some(path) => data::read_pairs(path, &model, arguments, max_length, context)?,
        None => own_holdout(&mut pairs, &spec.settings, context),
    };
    warn_of_length(&pairs, model.decoder.config().max_positions, context);
    let adapter = match model.adapter.take() {
        Some(adapter) => adapter,
        None => new_adapter(&spec.settings, model.decoder.config(), &spec.model)?,
    };
    let record = make_record(spec, threads, &model, &pairs, &holdout)?;
    if let Some(begun) = RunRecord::open(&spec.out)? {
        begun.check_same(&record, &spec.out)?;
    } else {
        files::create_folder(&spec.out)?;
        record.save(&spec.out)?;
    }
    let lock = RunRecord::lock(&spec.out)?;
    files::remove_leftovers(&spec.out)?;
    Ok(Prepared { model, adapter, pairs, holdout, record, _lock: lock })
}

/// The share of the data that is set aside where the settings ask for it; told, since it is not trained on.
fn own_holdout(
    pairs: &mut Vec<TokenizedPair>,
    settings: &TrainSettings,
    context: &JobContext<'_>,
) -> Vec<TokenizedPair> {
    if settings.holdout_share <= 0.0 {
        return Vec::new();
    }
    let all = pairs.len();
    let holdout = set_aside(pairs, settings.holdout_share, settings.seed);
    context.warn(if holdout.is_empty() {
        "all pairs have the same prompt, so none could be set aside to see when to stop: every step is taken".to_owned()
    } else {
        format!(
            "{} of {all} pairs are set aside and not trained on, to see when to stop (`--holdout` gives others)",
            holdout.len()
        )
    });
    holdout
}

fn warn_of_length(pairs: &[TokenizedPair], most: usize, context: &JobContext<'_>) {
    let tokens = |pair: &TokenizedPair| pair.prompt_ids.len() + pair.chosen_ids.len().max(pair.rejected_ids.len());
    let longer = pairs.iter().filter(|pair| tokens(pair) > most).count();
    if longer > 0 {
        context.warn(format!(
            "{longer} of {} pairs are longer than the {most} tokens that the model was made for, and may train badly: \
             `--max-length {most}` cuts them",
            pairs.len()
        ));
    }
}

fn make_record<B: Backend>(
    spec: &TrainSpec,
    threads: usize,
    model: &OpenModel<B>,
    pairs: &[TokenizedPair],
    holdout: &[TokenizedPair],
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
    let device = match spec.compute.device {
        DeviceChoice::Auto if cfg!(feature = "cuda") => DeviceChoice::Cuda,
        DeviceChoice::Auto if cfg!(feature = "metal") => DeviceChoice::Metal,
        DeviceChoice::Auto => DeviceChoice::Cpu,
        chosen => chosen,
    };
    Ok(RunRecord {
        format: record::FORMAT,
        settings,
        device,
        dtype: match model.precision {
            WeightPrecision::F32 => DtypeChoice::F32,
            WeightPrecision::Bf16 => DtypeChoice::Bf16,
        },
        threads,
        pack_tokens: PACK_TOKENS,
        model_digest: record::digest_folder(&spec.model, &texts)?,
        adapter_digest,
        data_digest: record::digest_pairs(pairs),
        holdout_digest: record::digest_pairs(holdout),
    })
}

/// A new adapter that changes nothing yet: A uniform in ±1/√inputs (what PEFT's Kaiming initialisation comes to), B
/// zero. Hu et al. 2021.
fn new_adapter(settings: &TrainSettings, config: &DecoderConfig, model: &Path) -> Result<Adapter, TrainError> {
    let name = model.to_string_lossy();
    let adapter_config = AdapterConfig::new(&settings.lora, config, &name)?;
    let mut tensors = LoraPairs::new();
    for (index, target) in adapter_config.targets(config)?.into_iter().enumerate() {
        let (inputs, outputs) = (target.module.in_features, target.module.out_features);
        let bound = 1.0 / (inputs as f64).sqrt();
        let mut random = Random::new(settings.seed, &[INITIAL_VALUES, index as u64]);
        let a = (0..target.rank * inputs).map(|_| ((2.0 * random.uniform() - 1.0) * bound) as f32).collect();
        let pair = LoraPair { a, b: vec![0.0; outputs * target.rank], rank: target.rank, scale: target.scale };
        tensors.insert(target.path, pair);
    }
    Ok(Adapter { config: adapter_config, tensors })
}

/// The loss's row and its parameters in the row's order.
pub fn resolve_loss(settings: &TrainSettings) -> Result<(&'static Loss, Vec<f64>), TrainError> {
    let wrong = |setting: &str, found: String, expected: String| {
        Err(TrainError::Setting { setting: setting.to_owned(), found, expected })
    };
    let Some(loss) = find_loss(&settings.loss) else {
        let ids: Vec<&str> = LOSSES.iter().map(|loss| loss.id).collect();
        return wrong("loss", settings.loss.clone(), format!("one of {}", ids.join(", ")));
    };
    if let Some(name) = settings.loss_parameters.keys().find(|name| !loss.parameters.iter().any(|p| p.name == **name)) {
        let names: Vec<&str> = loss.parameters.iter().map(|parameter| parameter.name).collect();
        let expected = if names.is_empty() { "left out: this loss has none".to_owned() } else { names.join(", ") };
        return wrong("loss-param", name.clone(), expected);
    }
    let mut values = Vec::new();
    for parameter in loss.parameters {
        let value = settings.loss_parameters.get(parameter.name).copied().unwrap_or(parameter.default);
        let (low, high) = parameter.range;
        if !(low..=high).contains(&value) {
            return wrong(parameter.name, value.to_string(), format!("from {low} to {high}"));
        }
        values.push(value);
    }
    Ok((loss, values))
}

/// The ranges that the command line checks too: a job may come from elsewhere.
pub fn check_settings(settings: &TrainSettings) -> Result<(), TrainError> {
    resolve_loss(settings)?;
    let above_zero = |value: f64| value.is_finite() && value > 0.0;
    let not_negative = |value: f64| value.is_finite() && value >= 0.0;
    let checks = [
        ("learning-rate", settings.learning_rate, above_zero(settings.learning_rate), "above 0"),
        ("beta", settings.beta, not_negative(settings.beta), "0 or above"),
        ("epochs", settings.epochs, above_zero(settings.epochs), "above 0"),
        ("max-grad-norm", settings.max_grad_norm, not_negative(settings.max_grad_norm), "0 (off) or above"),
        ("weight-decay", settings.weight_decay, not_negative(settings.weight_decay), "0 or above"),
        ("batch-size", settings.batch_size as f64, settings.batch_size > 0, "at least 1"),
        ("accumulate", settings.accumulate as f64, settings.accumulate > 0, "at least 1"),
        ("max-length", settings.max_length as f64, settings.max_length > 1, "at least 2"),
        ("max-steps", settings.max_steps.unwrap_or(1) as f64, settings.max_steps != Some(0), "at least 1"),
        ("evaluate-every", 0.0, settings.evaluate_every != Some(0), "at least 1"),
        ("patience", 0.0, settings.patience != Some(0), "at least 1"),
        ("holdout-share", settings.holdout_share, (0.0..1.0).contains(&settings.holdout_share), "from 0 to below 1"),
        ("checkpoint-every", 0.0, settings.checkpoint_every != Some(0), "at least 1"),
    ];
    match checks.iter().find(|(_, _, right, _)| !right) {
        Some((setting, found, _, expected)) => Err(TrainError::Setting {
            setting: (*setting).to_owned(),
            found: found.to_string(),
            expected: (*expected).to_owned(),
        }),
        None => Ok(()),
    }
}

impl From<crate::model::LoadError> for TrainError {
    fn from(error: crate::model::LoadError) -> Self {
        Self::Model(ModelError::Load(error))
    }
}
