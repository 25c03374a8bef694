//! `adapter_config.json`: what PEFT writes, read and written with its meaning.

use std::path::Path;

use serde_json::{Map, Value, json};

use super::AdapterError;
use super::selection::{ModulePattern, ModuleSelection, ends_in};
use crate::domain::LoraSettings;
use crate::model::base_name;
use crate::model::config::{DecoderConfig, LinearModule};
use crate::model::config_reader::{ConfigError, ConfigReader};

/// Far above any use; bounds what is allocated.
const HIGHEST_RANK: usize = 1 << 14;

/// Keys that are read here, or that change nothing once an adapter is trained.
const KNOWN_KEYS: [&str; 28] = [
    "alpha_pattern",
    "auto_mapping",
    "base_model_name_or_path",
    "bias",
    "corda_config",
    "ensure_weight_tying",
    "eva_config",
    "exclude_modules",
    "inference_mode",
    "init_lora_weights",
    "layers_pattern",
    "layers_to_transform",
    "loftq_config",
    "lora_alpha",
    "lora_dropout",
    "lora_ga_config",
    "megatron_core",
    "peft_type",
    "peft_version",
    "qalora_group_size",
    "r",
    "rank_pattern",
    "revision",
    "runtime_config",
    "target_modules",
    "task_type",
    "use_rslora",
    "velora_config",
];

/// The settings of a LoRA adapter.
#[derive(Debug, Clone, PartialEq)]
pub struct AdapterConfig {
    /// Rank of the factors, where `rank_pattern` says nothing else (`r`).
    pub rank: usize,
    /// The product is scaled by alpha / rank, or alpha / √rank (`lora_alpha`).
    pub alpha: f64,
    /// Share of the inputs that is left out in training (`lora_dropout`).
    pub dropout: f64,
    /// Scale by alpha / √rank (`use_rslora`).
    pub rslora: bool,
    /// The modules it changes.
    pub target_modules: ModuleSelection,
    /// Modules that it leaves alone all the same.
    pub exclude_modules: Option<ModuleSelection>,
    /// The layers it changes; `None` is all.
    pub layers_to_transform: Option<Vec<usize>>,
    /// Ranks of modules by pattern; the first that matches counts.
    pub rank_pattern: Vec<(ModulePattern, usize)>,
    /// Alphas of modules by pattern; the first that matches counts.
    pub alpha_pattern: Vec<(ModulePattern, f64)>,
    /// The model it belongs to: a Hub name or a path (`base_model_name_or_path`).
    pub base_model: Option<String>,
    /// That model's revision.
    pub revision: Option<String>,
    /// Whether it makes a preference model: its head, which gives a text one score, is kept with it (`task_type`
    /// `SEQ_CLS`, `modules_to_save` `score`).
    pub has_score_head: bool,
}

/// A module that an adapter changes.
#[derive(Debug, Clone, PartialEq)]
pub struct AdapterTarget {
    /// Its path, such as `model.layers.0.self_attn.q_proj`.
    pub path: String,
    /// Its layer.
    pub layer: usize,
    /// The module.
    pub module: LinearModule,
    /// Rank of its factors.
    pub rank: usize,
    /// What the product of its factors is multiplied by.
    pub scale: f64,
}

/// The names under which an adapter with these settings names its modules: `all-linear` becomes the last parts of all
/// linear modules of a layer, other names must end the path of at least one.
pub fn target_modules(settings: &LoraSettings, config: &DecoderConfig) -> Result<Vec<String>, AdapterError> {
    let mut existing: Vec<&str> = Vec::new();
    for module in config.linear_modules() {
        let name = module.name.rsplit('.').next().unwrap_or(module.name);
        if !existing.contains(&name) {
            existing.push(name);
        }
    }
    match settings.target_modules.as_slice() {
        [name] if name.eq_ignore_ascii_case("all-linear") => Ok(existing.into_iter().map(str::to_owned).collect()),
        names => {
            let paths = module_paths(config);
            let unknown = names.iter().find(|name| !paths.iter().any(|(path, ..)| ends_in(path, name)));
            match (unknown, names) {
                (None, [_, ..]) => Ok(names.to_vec()),
                (unknown, _) => Err(AdapterError::UnknownTarget {
                    asked: unknown.cloned().unwrap_or_default(),
                    existing: existing.join(", "),
                }),
            }
        }
    }
}

fn module_paths(config: &DecoderConfig) -> Vec<(String, usize, LinearModule)> {
    let modules = config.linear_modules();
    (0..config.layers)
        .flat_map(|layer| modules.iter().map(move |&module| (layer, module)))
        .map(|(layer, module)| (format!("model.layers.{layer}.{}", module.name), layer, module))
        .collect()
}

impl AdapterConfig {
    /// The configuration of a new adapter for the model in a folder.
    pub fn new(settings: &LoraSettings, config: &DecoderConfig, model: &Path) -> Result<Self, AdapterError> {
        let wrong = |setting, found: String, expected: &str| {
            Err(AdapterError::WrongSetting { setting, found, expected: expected.to_owned() })
        };
        if !(1..=HIGHEST_RANK).contains(&settings.rank) {
            return wrong("rank", settings.rank.to_string(), &format!("a whole number from 1 to {HIGHEST_RANK}"));
        }
        if !(settings.alpha.is_finite() && settings.alpha > 0.0) {
            return wrong("alpha", settings.alpha.to_string(), "a number above 0");
        }
        if !(0.0..1.0).contains(&settings.dropout) {
            return wrong("dropout", settings.dropout.to_string(), "a number from 0 to below 1");
        }
        let (base_model, revision) = base_name::of(model);
        Ok(Self {
            rank: settings.rank,
            alpha: settings.alpha,
            dropout: settings.dropout,
            rslora: settings.rslora,
            target_modules: ModuleSelection::Names(target_modules(settings, config)?),
            exclude_modules: None,
            layers_to_transform: None,
            rank_pattern: Vec::new(),
            alpha_pattern: Vec::new(),
            base_model: Some(base_model),
            revision,
            has_score_head: false,
        })
    }

    /// Reads an `adapter_config.json`, with PEFT's defaults where a key is absent.
    pub fn read(reader: &ConfigReader) -> Result<Self, ConfigError> {
        if reader.optional_text("peft_type")? != Some("LORA") {
            return Err(reader.unsupported("peft_type", "\"LORA\""));
        }
        refuse_what_is_not_computed(reader)?;
        let Some(target_modules) = read_selection(reader, "target_modules")? else {
            return Err(reader.missing("target_modules", "a list of module names, or a pattern"));
        };
        let target_modules = match target_modules {
            ModuleSelection::Pattern(pattern) if pattern.text().eq_ignore_ascii_case("all-linear") => {
                ModuleSelection::AllLinear
            }
            other => other,
        };
        let dropout = reader.get("lora_dropout").map_or(Some(0.0), Value::as_f64);
        let Some(dropout) = dropout.filter(|share| (0.0..1.0).contains(share)) else {
            return Err(reader.unfit("lora_dropout", "a number from 0 to below 1"));
        };
        Ok(Self {
            rank: reader.optional_size("r", HIGHEST_RANK)?.unwrap_or(8),
            alpha: reader.optional_positive("lora_alpha")?.unwrap_or(8.0),
            dropout,
            rslora: reader.flag("use_rslora", false)?,
            layers_to_transform: read_layers(reader, &target_modules)?,
            target_modules,
            exclude_modules: read_selection(reader, "exclude_modules")?,
            rank_pattern: read_patterns(reader, "rank_pattern", as_rank, "ranks by pattern")?,
            alpha_pattern: read_patterns(reader, "alpha_pattern", as_alpha, "numbers above 0 by pattern")?,
            base_model: reader.optional_text("base_model_name_or_path")?.map(str::to_owned),
            revision: reader.optional_text("revision")?.map(str::to_owned),
            has_score_head: keeps_score_head(reader),
        })
    }

    /// The modules that it changes in a model, in the model's order, with rank and scale.
    pub fn targets(&self, config: &DecoderConfig) -> Result<Vec<AdapterTarget>, AdapterError> {
        let chosen = |path: &str| {
            let excluded = self.exclude_modules.as_ref().is_some_and(|modules| modules.selects(path));
            !excluded && self.target_modules.selects(path)
        };
        let outside = ["lm_head", "model.embed_tokens"].into_iter().find(|path| chosen(path));
        if let (Some(module), true, None) = (outside, self.names_modules(), &self.layers_to_transform) {
            return Err(AdapterError::OutsideLayers { module });
        }
        let targets: Vec<AdapterTarget> = module_paths(config)
            .into_iter()
            .filter(|(path, layer, _)| {
                chosen(path) && self.layers_to_transform.as_ref().is_none_or(|layers| layers.contains(layer))
            })
            .map(|(path, layer, module)| {
                let (rank, scale) = self.rank_and_scale(&path);
                AdapterTarget { path, layer, module, rank, scale }
            })
            .collect();
        if targets.is_empty() { Err(AdapterError::NoTarget) } else { Ok(targets) }
    }

    fn names_modules(&self) -> bool {
        !matches!(self.target_modules, ModuleSelection::AllLinear)
    }

    fn rank_and_scale(&self, path: &str) -> (usize, f64) {
        let rank = first_match(&self.rank_pattern, path).unwrap_or(self.rank);
        let alpha = first_match(&self.alpha_pattern, path).unwrap_or(self.alpha);
        let divisor = if self.rslora { (rank as f64).sqrt() } else { rank as f64 };
        (rank, alpha / divisor)
    }

    /// The text of an `adapter_config.json` that PEFT reads, keys sorted as PEFT sorts them.
    pub fn to_json(&self) -> String {
        let selection = |selection: &ModuleSelection| match selection {
            ModuleSelection::AllLinear => json!("all-linear"),
            ModuleSelection::Names(names) => json!(names),
            ModuleSelection::Pattern(pattern) => json!(pattern.text()),
        };
        let object = json!({
            "alpha_pattern": pattern_object(&self.alpha_pattern, number),
            "auto_mapping": null,
            "base_model_name_or_path": self.base_model,
            "bias": "none",
            "exclude_modules": self.exclude_modules.as_ref().map(selection),
            "fan_in_fan_out": false,
            "inference_mode": true,
            "init_lora_weights": true,
            "layers_pattern": null,
            "layers_to_transform": self.layers_to_transform,
            "lora_alpha": number(self.alpha),
            "lora_bias": false,
            "lora_dropout": self.dropout,
            "modules_to_save": self.has_score_head.then_some(["score"]),
            "peft_type": "LORA",
            "r": self.rank,
            "rank_pattern": pattern_object(&self.rank_pattern, |rank| json!(rank)),
            "revision": self.revision,
            "target_modules": selection(&self.target_modules),
            "task_type": if self.has_score_head { "SEQ_CLS" } else { "CAUSAL_LM" },
            "use_dora": false,
            "use_rslora": self.rslora,
        });
        format!("{object:#}\n")
    }
}

fn first_match<T: Copy>(patterns: &[(ModulePattern, T)], path: &str) -> Option<T> {
    patterns.iter().find(|(pattern, _)| pattern.matches(path)).map(|&(_, value)| value)
}

fn pattern_object<T: Copy>(patterns: &[(ModulePattern, T)], value: impl Fn(T) -> Value) -> Value {
    let entries = patterns.iter().map(|(pattern, entry)| (pattern.text().to_owned(), value(*entry)));
    Value::Object(entries.collect::<Map<_, _>>())
}

/// A whole number without a point, as PEFT writes its alphas.
fn number(value: f64) -> Value {
    if value.fract() == 0.0 && value < 1e15 { json!(value as u64) } else { json!(value) }
}

/// Refuses every setting that is switched on and would change the numbers. What no version known here has is refused
/// too when it is a switch or a structure: a text or a number only refines what something else switches on.
fn refuse_what_is_not_computed(reader: &ConfigReader) -> Result<(), ConfigError> {
    if reader.optional_text("bias")?.is_some_and(|bias| bias != "none") {
        return Err(reader.unsupported("bias", "\"none\""));
    }
    // The other ways to begin change the base model's weights too.
    let begins_beside_the_base = match reader.get("init_lora_weights") {
        None | Some(Value::Bool(_)) => true,
        Some(value) => ["gaussian", "eva", "orthogonal"].iter().any(|name| value == name),
    };
    if !begins_beside_the_base {
        return Err(reader.unsupported("init_lora_weights", "true, false, \"gaussian\", \"eva\", \"orthogonal\""));
    }
    let switched_on = |value: &Value| match value {
        Value::Null | Value::Number(_) | Value::String(_) => false,
        Value::Bool(flag) => *flag,
        Value::Array(items) => !items.is_empty(),
        Value::Object(keys) => !keys.is_empty(),
    };
    let known = |key: &str| KNOWN_KEYS.contains(&key) || (key == "modules_to_save" && keeps_score_head(reader));
    match reader.entries().find(|(key, value)| switched_on(value) && !known(key)) {
        Some((key, _)) => Err(reader.unsupported(key, "adapters that do not use it")),
        None => Ok(()),
    }
}

/// Whether the modules that are kept whole are a preference model's score head. PEFT names `classifier` beside it, since
/// other families call theirs so.
fn keeps_score_head(reader: &ConfigReader) -> bool {
    let Some(Value::Array(names)) = reader.get("modules_to_save") else { return false };
    let is_head = |name: &Value| name == "score" || name == "classifier";
    reader.get("task_type").is_some_and(|task| task == "SEQ_CLS")
        && names.iter().all(is_head)
        && names.iter().any(|name| name == "score")
}

/// A list of names, or a pattern; an empty one counts as absent.
fn read_selection(reader: &ConfigReader, key: &str) -> Result<Option<ModuleSelection>, ConfigError> {
    let expected = "a list of module names, or a pattern";
    match reader.get(key) {
        None => Ok(None),
        Some(Value::String(text)) if text.is_empty() => Ok(None),
        Some(Value::String(text)) => {
            let pattern = ModulePattern::whole(text).map_err(|_error| reader.unsupported(key, REGULAR_EXPRESSIONS))?;
            Ok(Some(ModuleSelection::Pattern(pattern)))
        }
        Some(Value::Array(items)) => {
            let names: Option<Vec<String>> = items.iter().map(|item| item.as_str().map(str::to_owned)).collect();
            let names = names.ok_or_else(|| reader.unfit(key, expected))?;
            Ok((!names.is_empty()).then_some(ModuleSelection::Names(names)))
        }
        Some(_) => Err(reader.unfit(key, expected)),
    }
}

const REGULAR_EXPRESSIONS: &str = "regular expressions without look-around and back-references";

fn read_patterns<T>(
    reader: &ConfigReader,
    key: &str,
    convert: fn(&Value) -> Option<T>,
    expected: &str,
) -> Result<Vec<(ModulePattern, T)>, ConfigError> {
    let Some(value) = reader.get(key) else { return Ok(Vec::new()) };
    let Value::Object(entries) = value else { return Err(reader.unfit(key, expected)) };
    entries
        .iter()
        .map(|(text, value)| {
            let value = convert(value).ok_or_else(|| reader.unfit(key, expected))?;
            let pattern = ModulePattern::ending(text).map_err(|_error| reader.unsupported(key, REGULAR_EXPRESSIONS))?;
            Ok((pattern, value))
        })
        .collect()
}

fn as_rank(value: &Value) -> Option<usize> {
    let rank = usize::try_from(value.as_u64()?).ok()?;
    (1..=HIGHEST_RANK).contains(&rank).then_some(rank)
}

fn as_alpha(value: &Value) -> Option<f64> {
    value.as_f64().filter(|alpha| alpha.is_finite() && *alpha > 0.0)
}

/// `layers_to_transform`: a layer, or a list of layers of which an empty one counts as absent.
fn read_layers(reader: &ConfigReader, targets: &ModuleSelection) -> Result<Option<Vec<usize>>, ConfigError> {
    let key = "layers_to_transform";
    let values = match reader.get(key) {
        None => return Ok(None),
        Some(Value::Array(values)) if values.is_empty() => return Ok(None),
        Some(Value::Array(values)) => values.as_slice(),
        Some(value) => std::slice::from_ref(value),
    };
    let layer = |value: &Value| value.as_u64().and_then(|layer| usize::try_from(layer).ok());
    let layers: Option<Vec<usize>> = values.iter().map(layer).collect();
    let layers = layers.ok_or_else(|| reader.unfit(key, "a layer, or a list of layers"))?;
    if !matches!(targets, ModuleSelection::Names(_)) {
        return Err(reader.unsupported(key, "layers where target_modules is a list"));
    }
    let names_layers = match reader.get("layers_pattern") {
        None => true,
        Some(Value::Array(patterns)) => patterns.is_empty() || patterns.iter().any(|pattern| pattern == "layers"),
        Some(pattern) => pattern == "layers" || pattern == "",
    };
    if names_layers { Ok(Some(layers)) } else { Err(reader.unsupported("layers_pattern", "\"layers\"")) }
}
