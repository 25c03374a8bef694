//! LoRA adapters in PEFT's format: `adapter_config.json`, `adapter_model.safetensors`, `README.md`.

mod card;
mod config;
mod error;
mod selection;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

pub use config::{AdapterConfig, AdapterTarget, target_modules};
pub use error::AdapterError;
pub use selection::{ModulePattern, ModuleSelection};

use super::card::TrainingCard;
use super::config::DecoderConfig;
use super::config_reader::ConfigReader;
use super::json_file::shown_text;
use super::lora::{LoraPair, LoraPairs};
use super::parameters::{Parameter, Parameters};
use super::safetensors::{TensorRef, WeightFiles, write_f32};
use crate::files;

const CONFIG_FILE: &str = "adapter_config.json";
const WEIGHTS_FILE: &str = "adapter_model.safetensors";
/// PEFT's name of a preference model's score head, \[1, hidden\].
pub const SCORE_HEAD: &str = "base_model.model.score.weight";

/// An adapter in memory.
#[derive(Debug, Clone, PartialEq)]
pub struct Adapter {
    /// Its settings.
    pub config: AdapterConfig,
    /// The factors of each module, by path (such as `model.layers.0.self_attn.q_proj`).
    pub tensors: LoraPairs,
    /// The score head of a preference model, one number for each of the model's hidden values.
    pub score_head: Option<Vec<f32>>,
}

impl Adapter {
    /// Reads an adapter's folder and checks that it fits the model in every shape.
    pub fn open(folder: &Path, decoder: &DecoderConfig) -> Result<Self, AdapterError> {
        let path = folder.join(CONFIG_FILE);
        let Some(reader) = ConfigReader::open_optional(&path)? else {
            return Err(AdapterError::NoConfig { folder: folder.to_owned() });
        };
        let config = AdapterConfig::read(&reader)?;
        let targets = match config.targets(decoder) {
            Ok(targets) => targets,
            Err(source) => return Err(AdapterError::DoesNotFit { path, source: Box::new(source) }),
        };
        let weights = WeightFiles::open_named(folder, WEIGHTS_FILE, &["adapter_model.bin"])?;
        let mut unknown: BTreeSet<&str> = weights.names().collect();
        let mut tensors = BTreeMap::new();
        for target in targets {
            let [name_a, name_b] = tensor_names(&target.path);
            let (module, rank) = (target.module, target.rank);
            let a = weights.read_f32(&name_a, &[rank, module.in_features])?;
            let b = weights.read_f32(&name_b, &[module.out_features, rank])?;
            unknown.remove(name_a.as_str());
            unknown.remove(name_b.as_str());
            tensors.insert(target.path, LoraPair { a, b, rank, scale: target.scale });
        }
        let score_head = if config.has_score_head {
            unknown.remove(SCORE_HEAD);
            Some(weights.read_f32(SCORE_HEAD, &[1, decoder.hidden_size])?)
        } else {
            None
        };
        match unknown.first() {
            Some(name) => Err(AdapterError::UnknownTensor { path: folder.join(WEIGHTS_FILE), name: shown_text(name) }),
            None => Ok(Self { config, tensors, score_head }),
        }
    }

    /// Writes the folder, making it if need be; the weights last, so that a folder which has them is whole. The same
    /// adapter gives the same bytes.
    pub fn save(&self, folder: &Path, card: &TrainingCard<'_>) -> Result<(), AdapterError> {
        files::create_folder(folder)?;
        let write_text = |name: &str, text: String| {
            files::write_atomically(&folder.join(name), |out| out.write_all(text.as_bytes()))
        };
        write_text(CONFIG_FILE, self.config.to_json())?;
        write_text("README.md", card::text(&self.config, card))?;
        let parameters = self.parameters();
        let tensors: Vec<TensorRef<'_>> =
            parameters.iter().map(|(name, Parameter { shape, values })| TensorRef { name, shape, values }).collect();
        files::write_atomically(&folder.join(WEIGHTS_FILE), |out| write_f32(out, &tensors))?;
        Ok(())
    }

    /// Every trained number under PEFT's names.
    pub fn parameters(&self) -> Parameters {
        let mut parameters = lora_parameters(&self.tensors);
        if let Some(values) = &self.score_head {
            let head = Parameter { shape: vec![1, values.len()], values: values.clone() };
            parameters.insert(SCORE_HEAD.to_owned(), head);
        }
        parameters
    }

    /// Takes over numbers of the shapes that [`Self::parameters`] gives; what is not named stays.
    pub fn set_parameters(&mut self, parameters: &Parameters) {
        for (path, pair) in &mut self.tensors {
            for (name, values) in tensor_names(path).into_iter().zip([&mut pair.a, &mut pair.b]) {
                if let Some(parameter) = parameters.get(&name) {
                    values.clone_from(&parameter.values);
                }
            }
        }
        if let (Some(head), Some(parameter)) = (&mut self.score_head, parameters.get(SCORE_HEAD)) {
            head.clone_from(&parameter.values);
        }
    }
}

/// Whether a folder holds an adapter that makes a preference model. A folder that cannot be read holds none; opening it
/// says why.
pub fn adapter_makes_scores(folder: &Path) -> bool {
    let reader = ConfigReader::open_optional(&folder.join(CONFIG_FILE)).ok().flatten();
    reader.and_then(|reader| AdapterConfig::read(&reader).ok()).is_some_and(|config| config.has_score_head)
}

/// PEFT's names of a module's two factors.
pub fn tensor_names(path: &str) -> [String; 2] {
    ["A", "B"].map(|factor| format!("base_model.model.{path}.lora_{factor}.weight"))
}

/// The factors of each module under PEFT's names.
pub fn lora_parameters(pairs: &LoraPairs) -> Parameters {
    let both = pairs.iter().flat_map(|(path, pair)| {
        let rank = pair.rank.max(1);
        let a = Parameter { shape: vec![rank, pair.a.len() / rank], values: pair.a.clone() };
        let b = Parameter { shape: vec![pair.b.len() / rank, rank], values: pair.b.clone() };
        tensor_names(path).into_iter().zip([a, b])
    });
    both.collect()
}

#[cfg(test)]
mod tests;
