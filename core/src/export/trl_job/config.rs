//! A run's settings as TRL's commands name them, and back.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::super::ExportError;
use super::refused;
use crate::domain::{LoraSettings, Schedule, Task, TrainSettings};
use crate::train::loss::{Loss, Objective, find_loss};
use crate::train::policy::Reading;
use crate::train::resolve_objective;

/// What a configuration says beside the settings.
pub(super) struct Job<'a> {
    pub(super) settings: &'a TrainSettings,
    pub(super) model: &'a str,
    pub(super) revision: Option<&'a str>,
    /// Whether an adapter is gone on from, which brings its own shape.
    pub(super) has_start: bool,
    pub(super) is_bf16: bool,
    /// Whether its records have prompts, which demonstrations may lack.
    pub(super) has_prompts: bool,
    pub(super) steps: u64,
    /// Steps between two looks at what was set aside, where something was.
    pub(super) look_every: Option<u64>,
}

/// The trainer's command: `trl dpo`, …
pub(super) fn command(task: Task) -> Result<&'static str, ExportError> {
    match task {
        Task::Dpo => Ok("dpo"),
        Task::Kto => Ok("kto"),
        Task::Sft => Ok("sft"),
        Task::PreferenceModel => Err(refused(
            "the training of a preference model: TRL begins its score head with other numbers and keeps it elsewhere",
        )),
    }
}

/// A loss over pairs in TRL's words.
struct PairLoss {
    id: &'static str,
    /// TRL's `loss_type`.
    types: &'static [&'static str],
    /// TRL's `f_divergence_type`, where it is another than the usual one.
    divergence: Option<&'static str>,
    /// TRL's `use_weighting`.
    is_weighted: bool,
    /// TRL's keys for the loss's parameters, in their order. [`WEIGHTS`] holds the first type's weight, 1, before it.
    parameters: &'static [&'static str],
}

const fn usual(id: &'static str, types: &'static [&'static str], parameters: &'static [&'static str]) -> PairLoss {
    PairLoss { id, types, divergence: None, is_weighted: false, parameters }
}

const fn diverging(id: &'static str, divergence: &'static str, parameters: &'static [&'static str]) -> PairLoss {
    PairLoss { id, types: &["sigmoid"], divergence: Some(divergence), is_weighted: false, parameters }
}

const WEIGHTS: &str = "loss_weights";
const DIVERGENCE: &str = "f_divergence_type";
const WEIGHTING: &str = "use_weighting";

/// Every key that tells losses of the same types apart.
const TELLING: [&str; 7] =
    [WEIGHTS, DIVERGENCE, WEIGHTING, "f_alpha_divergence_coef", "label_smoothing", "discopop_tau", "ld_alpha"];

/// The losses that TRL's `dpo` command has. One that is not here is refused by its name.
const PAIR_LOSSES: &[PairLoss] = &[
    usual("sigmoid", &["sigmoid"], &[]),
    usual("sigmoid_sft", &["sigmoid", "sft"], &[WEIGHTS]),
    usual("robust", &["robust"], &["label_smoothing"]),
    usual("ipo", &["ipo"], &[]),
    usual("hinge", &["hinge"], &[]),
    usual("sigmoid_norm", &["sigmoid_norm"], &[]),
    usual("exo_pair", &["exo_pair"], &["label_smoothing"]),
    usual("discopop", &["discopop"], &["discopop_tau"]),
    diverging("sigmoid_forward_kl", "forward_kl", &[]),
    diverging("sigmoid_js", "js_divergence", &[]),
    diverging("sigmoid_alpha", "alpha_divergence", &["f_alpha_divergence_coef"]),
    usual("sigmoid_ld", &["sigmoid"], &["ld_alpha"]),
    usual("ipo_ld", &["ipo"], &["ld_alpha"]),
    PairLoss { is_weighted: true, ..usual("sigmoid_wpo", &["sigmoid"], &[]) },
    usual("apo_zero", &["apo_zero"], &[]),
    usual("apo_down", &["apo_down"], &[]),
    usual("nca_pair", &["nca_pair"], &[]),
    usual("bco_pair", &["bco_pair"], &[]),
    usual("sppo_hard", &["sppo_hard"], &[]),
    usual("aot", &["aot"], &["label_smoothing"]),
    usual("aot_unpaired", &["aot_unpaired"], &["label_smoothing"]),
];

impl PairLoss {
    /// The row of a loss; one whose parameters are others than the row knows is not it.
    fn of(loss: &Loss) -> Option<&'static Self> {
        PAIR_LOSSES.iter().find(|row| row.id == loss.id && row.parameters.len() == loss.parameters.len())
    }

    fn keys(&self, parameters: &[f64]) -> Vec<(&'static str, Value)> {
        let mut keys = vec![("loss_type", json!(self.types))];
        keys.extend(self.divergence.map(|divergence| (DIVERGENCE, json!(divergence))));
        keys.extend(self.is_weighted.then(|| (WEIGHTING, json!(true))));
        let value = |key, value: f64| if key == WEIGHTS { json!([1.0, value]) } else { json!(value) };
        keys.extend(self.parameters.iter().zip(parameters).map(|(&key, &parameter)| (key, value(key, parameter))));
        keys
    }

    /// The row that a configuration says, with its parameters.
    fn read(keys: &Map<String, Value>) -> Option<(&'static Self, Vec<f64>)> {
        let types: Vec<&str> = keys.get("loss_type")?.as_array()?.iter().filter_map(Value::as_str).collect();
        let says = |row: &&Self| {
            row.types == types
                && row.divergence == keys.get(DIVERGENCE).and_then(Value::as_str)
                && TELLING.iter().all(|key| {
                    let is_rows = row.parameters.contains(key)
                        || (*key == DIVERGENCE && row.divergence.is_some())
                        || (*key == WEIGHTING && row.is_weighted);
                    is_rows == keys.contains_key(*key)
                })
        };
        let row = PAIR_LOSSES.iter().find(says)?;
        let number =
            |key: &&str| if *key == WEIGHTS { keys.get(*key)?.get(1)?.as_f64() } else { keys.get(*key)?.as_f64() };
        Some((row, row.parameters.iter().map(number).collect::<Option<_>>()?))
    }
}

/// Whether the answers alone are learned. Texts without prompts are learned whole, which TRL wants to be told.
fn answers_alone(loss: &Loss, parameters: &[f64], has_prompts: bool) -> bool {
    has_prompts && (loss.reading)(parameters) != Reading::PromptsToo
}

fn loss_keys(job: &Job<'_>) -> Result<Vec<(&'static str, Value)>, ExportError> {
    let settings = job.settings;
    let Objective { loss, beta, parameters } = resolve_objective(settings).map_err(Box::new)?;
    let mut keys = Vec::new();
    match settings.task {
        Task::Dpo => {
            let Some(row) = PairLoss::of(loss) else {
                return Err(refused(format!("the loss {}", loss.id)));
            };
            keys = row.keys(&parameters);
        }
        Task::Kto => {
            keys.push(("loss_type", json!("kto")));
            keys.push(("desirable_weight", json!(parameters[0])));
            keys.push(("undesirable_weight", json!(parameters[1])));
        }
        Task::Sft => {
            keys.push(("loss_type", json!("nll")));
            keys.push(("completion_only_loss", json!(answers_alone(loss, &parameters, job.has_prompts))));
            // What belongs together is a record.
            keys.push(("packing", json!(false)));
        }
        Task::PreferenceModel => {
            command(settings.task)?;
        }
    }
    if loss.takes_beta {
        keys.push(("beta", json!(beta)));
    }
    Ok(keys)
}

fn lora_keys(lora: &LoraSettings) -> Result<Vec<(&'static str, Value)>, ExportError> {
    if lora.alpha.fract() != 0.0 {
        return Err(refused(format!("an alpha of {}: its command takes whole numbers", lora.alpha)));
    }
    Ok(vec![
        ("use_peft", json!(true)),
        ("lora_r", json!(lora.rank)),
        ("lora_alpha", json!(lora.alpha as i64)),
        ("lora_dropout", json!(lora.dropout)),
        ("lora_target_modules", json!(listed(&lora.target_modules))),
        ("use_rslora", json!(lora.rslora)),
    ])
}

/// The modules as TRL has to be told them: of a list of one it makes a text, which PEFT reads as a pattern for whole paths, so
/// that no module has that name. A name that stands twice stays a list, and PEFT takes it once.
fn listed(modules: &[String]) -> Vec<String> {
    match modules {
        [name] if !name.eq_ignore_ascii_case("all-linear") => vec![name.clone(), name.clone()],
        names => names.to_vec(),
    }
}

/// The seed as Python's programs take it, which is a number of 32 bits.
fn seed(settings: &TrainSettings) -> u64 {
    settings.seed & u64::from(u32::MAX)
}

/// Every key of the configuration, in the order in which they are written.
pub(super) fn keys(job: &Job<'_>) -> Result<Vec<(&'static str, Value)>, ExportError> {
    let settings = job.settings;
    let mut keys = vec![("model_name_or_path", json!(job.model))];
    keys.extend(job.revision.map(|revision| ("model_revision", json!(revision))));
    // Where every weight is trained, they are kept in f32 whatever the model's files have.
    keys.push(("dtype", json!(if job.is_bf16 && !settings.full { "bfloat16" } else { "float32" })));
    keys.push(("bf16", json!(job.is_bf16)));
    keys.push(("dataset_name", json!("data")));
    keys.push(("output_dir", json!("result")));
    keys.extend(loss_keys(job)?);
    if !settings.full && !job.has_start {
        keys.extend(lora_keys(&settings.lora)?);
    }
    if settings.task != Task::Sft {
        // It would switch off the adapter's dropout too.
        keys.push(("disable_dropout", json!(settings.lora.dropout == 0.0)));
    }
    let schedule = match settings.schedule {
        Schedule::Linear => "linear",
        Schedule::Cosine => "cosine",
        Schedule::Constant => "constant_with_warmup",
    };
    keys.extend([
        ("learning_rate", json!(settings.learning_rate)),
        ("lr_scheduler_type", json!(schedule)),
        ("warmup_steps", json!(settings.warmup_steps)),
        ("max_steps", json!(job.steps)),
        ("per_device_train_batch_size", json!(settings.batch_size)),
        ("per_device_eval_batch_size", json!(settings.batch_size)),
        ("gradient_accumulation_steps", json!(settings.accumulate)),
        ("max_grad_norm", json!(settings.max_grad_norm)),
        ("weight_decay", json!(settings.weight_decay)),
        ("optim", json!("adamw_torch")),
        ("max_length", json!(settings.max_length)),
        ("seed", json!(seed(settings))),
        ("train_sampling_strategy", json!("sequential")),
        ("logging_steps", json!(1)),
        ("report_to", json!("none")),
        ("save_strategy", json!("steps")),
        ("save_steps", json!(job.look_every.unwrap_or(job.steps))),
        ("save_total_limit", json!(2)),
    ]);
    if let Some(every) = job.look_every {
        keys.extend([("eval_strategy", json!("steps")), ("eval_steps", json!(every)), ("eval_on_start", json!(true))]);
        if settings.patience.is_some() {
            keys.extend([
                ("load_best_model_at_end", json!(true)),
                ("metric_for_best_model", json!("eval_loss")),
                ("greater_is_better", json!(false)),
            ]);
        }
    }
    Ok(keys)
}

/// The settings that decide a step's numbers, as [`keys`] says them: what a configuration is compared by.
pub(super) fn said(job: &Job<'_>) -> Result<TrainSettings, ExportError> {
    let (settings, has_start, steps) = (job.settings, job.has_start, job.steps);
    let Objective { loss, beta, mut parameters } = resolve_objective(settings).map_err(Box::new)?;
    if settings.task == Task::Sft {
        // Between learning the answers alone and the prompts too there is nothing.
        parameters[0] = f64::from(u8::from(answers_alone(loss, &parameters, job.has_prompts)));
    }
    let names = loss.parameters.iter().map(|parameter| parameter.name.to_owned());
    Ok(TrainSettings {
        task: settings.task,
        loss: loss.id.to_owned(),
        beta: if loss.takes_beta { beta } else { 0.0 },
        loss_parameters: names.zip(parameters).collect(),
        learning_rate: settings.learning_rate,
        full: settings.full,
        lora: if settings.full || has_start { LoraSettings::default() } else { settings.lora.clone() },
        max_steps: Some(steps),
        batch_size: settings.batch_size,
        accumulate: settings.accumulate,
        schedule: settings.schedule,
        warmup_steps: settings.warmup_steps,
        max_grad_norm: settings.max_grad_norm,
        weight_decay: settings.weight_decay,
        max_length: settings.max_length,
        seed: seed(settings),
        ..TrainSettings::default()
    })
}

/// The settings that a configuration says; `None` where something is missing or strange.
pub(super) fn read(command: &str, has_start: bool, keys: &Map<String, Value>) -> Option<TrainSettings> {
    let real = |key: &str| keys.get(key)?.as_f64();
    let count = |key: &str| keys.get(key)?.as_u64();
    let mut loss_parameters = BTreeMap::new();
    let mut put = |name: &str, value: f64| loss_parameters.insert(name.to_owned(), value);
    let (task, loss) = match command {
        "dpo" => {
            let (row, parameters) = PairLoss::read(keys)?;
            for (parameter, value) in find_loss(row.id)?.parameters.iter().zip(parameters) {
                put(parameter.name, value);
            }
            (Task::Dpo, row.id)
        }
        "kto" => {
            put("desirable_weight", real("desirable_weight")?);
            put("undesirable_weight", real("undesirable_weight")?);
            (Task::Kto, keys.get("loss_type")?.as_str()?)
        }
        "sft" => {
            put("completion_only", f64::from(u8::from(keys.get("completion_only_loss")?.as_bool()?)));
            (Task::Sft, keys.get("loss_type")?.as_str()?)
        }
        _ => return None,
    };
    let full = !has_start && keys.get("use_peft").is_none();
    let lora = if full || has_start {
        LoraSettings::default()
    } else {
        let modules = keys.get("lora_target_modules")?.as_array()?;
        let mut modules: Vec<String> = modules.iter().filter_map(|name| name.as_str().map(str::to_owned)).collect();
        modules.dedup();
        LoraSettings {
            rank: count("lora_r")? as usize,
            alpha: real("lora_alpha")?,
            dropout: real("lora_dropout")?,
            target_modules: modules,
            rslora: keys.get("use_rslora")?.as_bool()?,
        }
    };
    Some(TrainSettings {
        task,
        loss: loss.to_owned(),
        beta: if find_loss(loss)?.takes_beta { real("beta")? } else { 0.0 },
        loss_parameters,
        learning_rate: real("learning_rate")?,
        full,
        lora,
        max_steps: count("max_steps"),
        batch_size: count("per_device_train_batch_size")? as usize,
        accumulate: count("gradient_accumulation_steps")? as usize,
        schedule: match keys.get("lr_scheduler_type")?.as_str()? {
            "linear" => Schedule::Linear,
            "cosine" => Schedule::Cosine,
            "constant_with_warmup" => Schedule::Constant,
            _ => return None,
        },
        warmup_steps: count("warmup_steps")?,
        max_grad_norm: real("max_grad_norm")?,
        weight_decay: real("weight_decay")?,
        max_length: count("max_length")? as usize,
        seed: count("seed")?,
        ..TrainSettings::default()
    })
}
