//! The adapter as mlx-lm loads it on Apple's computers: two files in a folder.
//!
//! Its factors stand the other way round than PEFT's, and its product is multiplied by one scale with one rank for all
//! modules. Where modules have ranks of their own, the smaller ones are filled with zeros; where they have scales of their
//! own, what is missing is put into B. Both compute the same.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::{Map, Value, json};

use super::{ExportError, Target, Written, adapter};
use crate::files;
use crate::job::{ExportSpec, JobContext};
use crate::model::safetensors::{TensorRef, write_f32};
use crate::model::{Adapter, DecoderConfig, LoraPair, LoraPairs, ModelError, WeightFiles, base_name};

/// The row.
pub(super) const TARGET: Target = Target {
    id: "mlx",
    meaning: "The adapter for mlx-lm, which runs models on Apple's computers: adapters.safetensors and \
              adapter_config.json, beside the base model.",
    needs_adapter: true,
    takes_gguf_type: false,
    look,
    write,
};

const WEIGHTS: &str = "adapters.safetensors";
const CONFIG: &str = "adapter_config.json";

fn look(spec: &ExportSpec, _: &JobContext<'_>) -> Result<u64, ExportError> {
    let (adapter, _) = adapter::open(spec, TARGET.id)?;
    adapter::refuse_score_head(&adapter, TARGET.id)?;
    Ok(adapter::levelled_bytes(&adapter))
}

fn write(spec: &ExportSpec, context: &JobContext<'_>) -> Result<Written, ExportError> {
    let mut more = Map::new();
    let proof = adapter::prove(spec, context, |adapter, config| {
        adapter::refuse_score_head(&adapter, TARGET.id)?;
        more.insert("modules".to_owned(), json!(adapter.tensors.len()));
        write_folder(&adapter, config, &base_name::public(&spec.model).0, &spec.out)?;
        read_back(&spec.out, config)
    })?;
    let how = "The folder was read again, turned back into the model's order and put on the base model.";
    let most = proof.most_difference.unwrap_or_default();
    let proof = proof.within(how, most, &spec.out)?;
    Ok(Written { proofs: vec![proof], more })
}

/// Writes both files; the weights last, so that a folder which has them is whole.
fn write_folder(adapter: &Adapter, config: &DecoderConfig, base: &str, out: &Path) -> Result<(), ExportError> {
    let pairs = adapter::levelled(&adapter.tensors);
    let (rank, scale) = pairs.values().next().map_or((1, 1.0), |pair| (pair.rank, pair.scale));
    let (keys, layers) = keys(&pairs, config);
    let settings = json!({
        "fine_tune_type": "lora",
        "model": base,
        "num_layers": layers,
        "lora_parameters": { "rank": rank, "scale": scale, "dropout": adapter.config.dropout, "keys": keys },
    });
    files::create_folder(out)?;
    files::write_atomically(&out.join(CONFIG), |out| out.write_all(format!("{settings:#}\n").as_bytes()))?;
    let mut tensors: BTreeMap<String, ([usize; 2], Vec<f32>)> = BTreeMap::new();
    for (module, pair) in &pairs {
        let (inputs, outputs) = (pair.a.len() / rank, pair.b.len() / rank);
        tensors.insert(format!("{module}.lora_a"), ([inputs, rank], turned(&pair.a, inputs)));
        tensors.insert(format!("{module}.lora_b"), ([rank, outputs], turned(&pair.b, rank)));
    }
    let tensors: Vec<TensorRef<'_>> =
        tensors.iter().map(|(name, (shape, values))| TensorRef { name, shape, values }).collect();
    files::write_atomically(&out.join(WEIGHTS), |out| write_f32(out, &tensors))?;
    Ok(())
}

/// The modules in the format's words: their names in a layer and how many layers from the last have them, where it is so;
/// otherwise their whole paths.
fn keys(pairs: &LoraPairs, config: &DecoderConfig) -> (Vec<String>, usize) {
    let mut by_layer: BTreeMap<usize, BTreeSet<&str>> = BTreeMap::new();
    for path in pairs.keys() {
        let parts = path.strip_prefix("model.layers.").and_then(|rest| rest.split_once('.'));
        if let Some((layer, module)) = parts.and_then(|(layer, module)| Some((layer.parse().ok()?, module))) {
            by_layer.entry(layer).or_default().insert(module);
        }
    }
    let first = by_layer.keys().next().copied().unwrap_or(0);
    let shared = by_layer.values().next().cloned().unwrap_or_default();
    let is_even = (first..config.layers).all(|layer| by_layer.get(&layer) == Some(&shared));
    if is_even {
        (shared.into_iter().map(str::to_owned).collect(), config.layers - first)
    } else {
        (pairs.keys().cloned().collect(), config.layers)
    }
}

/// Rows of `columns` numbers, with rows and columns in each other's place.
fn turned(numbers: &[f32], columns: usize) -> Vec<f32> {
    (0..columns).flat_map(|column| numbers.iter().skip(column).step_by(columns).copied()).collect()
}

/// The factors of a folder in the model's order, by its own settings.
fn read_back(folder: &Path, config: &DecoderConfig) -> Result<LoraPairs, ExportError> {
    let wrong = |what: String| ExportError::NotReadBack { path: folder.to_owned(), what };
    let settings = files::read_text(&folder.join(CONFIG))?;
    let settings: Value = serde_json::from_str(&settings).map_err(|error| wrong(format!("{CONFIG}: {error}")))?;
    let parameters = &settings["lora_parameters"];
    let (Some(rank), Some(scale)) = (parameters["rank"].as_u64(), parameters["scale"].as_f64()) else {
        return Err(wrong(format!("{CONFIG} has no rank or no scale")));
    };
    let rank = rank as usize;
    let weights = WeightFiles::open_file(&folder.join(WEIGHTS)).map_err(ModelError::from)?;
    let Some(weights) = weights else { return Err(wrong(format!("{WEIGHTS} is missing"))) };
    let keys: Vec<&str> = parameters["keys"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let layers = settings["num_layers"].as_u64().unwrap_or_default() as usize;
    let mut left: BTreeSet<&str> = weights.names().collect();
    let mut pairs = LoraPairs::new();
    for layer in 0..config.layers {
        for module in config.linear_modules() {
            let path = format!("model.layers.{layer}.{}", module.name);
            let is_adapted =
                keys.contains(&path.as_str()) || (layer + layers >= config.layers && keys.contains(&module.name));
            if !is_adapted {
                continue;
            }
            let [a, b] = ["lora_a", "lora_b"].map(|factor| format!("{path}.{factor}"));
            let read = |name: &str, shape: [usize; 2]| weights.read_f32(name, &shape).map_err(ModelError::from);
            let (a_numbers, b_numbers) =
                (read(&a, [module.in_features, rank])?, read(&b, [rank, module.out_features])?);
            left.remove(a.as_str());
            left.remove(b.as_str());
            let pair =
                LoraPair { a: turned(&a_numbers, rank), b: turned(&b_numbers, module.out_features), rank, scale };
            pairs.insert(path, pair);
        }
    }
    match left.first() {
        Some(name) => Err(wrong(format!("{name} belongs to no module"))),
        None => Ok(pairs),
    }
}
