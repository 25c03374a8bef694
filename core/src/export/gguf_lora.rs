//! The adapter by itself as a GGUF file, which llama.cpp puts on the base model's own GGUF file when it starts.
//!
//! Its product is scaled by alpha over the rank of each factor, with one alpha for all. Where modules have scales of their
//! own, what is missing is put into B.

use std::path::Path;

use serde_json::{Map, json};

use super::gguf::{general, in_pairs};
use super::{ExportError, Target, Written, adapter};
use crate::domain::GgufType;
use crate::files;
use crate::job::{ExportSpec, JobContext};
use crate::model::gguf::{self, Architecture, GgufFile, NewTensor, Number, TensorForm, Value};
use crate::model::{Adapter, DecoderConfig, LoraPair, LoraPairs, ModelError, base_name};

/// The row.
pub(super) const TARGET: Target = Target {
    id: "gguf-lora",
    meaning: "The adapter alone as a small GGUF file, for llama.cpp and programs like it that have the base model as a \
              GGUF file already.",
    needs_adapter: true,
    takes_gguf_type: false,
    look,
    write,
};

const FILE: &str = "adapter.gguf";
const ALPHA: &str = "adapter.lora.alpha";

fn look(spec: &ExportSpec, _: &JobContext<'_>) -> Result<u64, ExportError> {
    let (adapter, config) = adapter::open(spec, TARGET.id)?;
    check(&adapter, &config)?;
    Ok(adapter::bytes(&adapter) + 256 * adapter.tensors.len() as u64)
}

/// The architecture that the file names; refused where it has no words for the model or the adapter.
fn check(adapter: &Adapter, config: &DecoderConfig) -> Result<&'static Architecture, ExportError> {
    adapter::refuse_score_head(adapter, TARGET.id)?;
    let refused = || ExportError::NotInGguf { what: format!("a model of the family {}", config.family) };
    Architecture::of_family(config.family).ok_or_else(refused)
}

fn write(spec: &ExportSpec, context: &JobContext<'_>) -> Result<Written, ExportError> {
    let path = spec.out.join(FILE);
    let mut more = Map::new();
    let proof = adapter::prove(spec, context, |adapter, config| {
        let architecture = check(&adapter, config)?;
        more.insert("architecture".to_owned(), json!(architecture.id));
        more.insert("modules".to_owned(), json!(adapter.tensors.len()));
        let name = base_name::public(&spec.model).0;
        write_file(&adapter.tensors, config, (architecture, &name), &path)?;
        read_back(&path, config, architecture)
    })?;
    let how = "The file was read again by the program's own reader of GGUF files, brought back into the model's order and \
               put on the base model.";
    let most = proof.most_difference.unwrap_or_default();
    let proof = proof.within(how, most, &path)?;
    Ok(Written { proofs: vec![proof], more })
}

/// A file of these factors.
fn write_file(
    pairs: &LoraPairs,
    config: &DecoderConfig,
    (architecture, name): (&Architecture, &str),
    path: &Path,
) -> Result<(), ExportError> {
    let alpha = pairs.values().next().map_or(1.0, |pair| pair.scale * pair.rank as f64);
    let mut keys = general(architecture, "adapter", name, GgufType::F32);
    keys.push(("adapter.type".to_owned(), Value::Text("lora".to_owned())));
    keys.push((ALPHA.to_owned(), Value::Number(Number::Real(alpha))));
    let mut tensors = Vec::new();
    let mut numbers: Vec<Vec<f32>> = Vec::new();
    for (module, pair) in pairs {
        let weight = format!("{module}.weight");
        let Some(called) = architecture.tensor_name(&weight) else {
            return Err(ExportError::NotInGguf { what: format!("the module {module}") });
        };
        let shapes =
            [("lora_a", [pair.rank, pair.a.len() / pair.rank]), ("lora_b", [pair.b.len() / pair.rank, pair.rank])];
        for (factor, shape) in shapes {
            tensors.push(NewTensor {
                name: format!("{called}.{factor}"),
                shape: shape.to_vec(),
                form: TensorForm::F32,
            });
        }
        let share = pair.scale * pair.rank as f64 / alpha;
        let b: Vec<f32> = pair.b.iter().map(|number| (f64::from(*number) * share) as f32).collect();
        let outputs = b.len() / pair.rank;
        numbers.push(pair.a.clone());
        numbers.push(match architecture.reordered_heads(&weight, config) {
            Some(heads) => in_pairs(&b, pair.rank, outputs / heads),
            None => b,
        });
    }
    let mut next = numbers.into_iter();
    files::write_atomically(path, |out| {
        gguf::write(out, &keys, &tensors, |_| next.next().ok_or_else(|| std::io::ErrorKind::InvalidInput.into()))
    })?;
    Ok(())
}

/// The factors of a file in the model's order.
fn read_back(path: &Path, config: &DecoderConfig, architecture: &Architecture) -> Result<LoraPairs, ExportError> {
    let wrong = |what: String| ExportError::NotReadBack { path: path.to_owned(), what };
    let file = GgufFile::open(path).map_err(ModelError::from)?;
    let alpha = file.metadata().real(ALPHA).map_err(ModelError::from)?;
    let Some(alpha) = alpha else { return Err(wrong(format!("{ALPHA} is missing"))) };
    let mut left: Vec<&str> = file.names().collect();
    let mut pairs = LoraPairs::new();
    for (weight, shape) in config.tensors() {
        let (Some(called), [outputs, inputs]) = (architecture.tensor_name(&weight), shape.as_slice()) else { continue };
        let [a, b] = ["lora_a", "lora_b"].map(|factor| format!("{called}.{factor}"));
        let Some((found, _)) = file.tensor(&a) else { continue };
        let rank = found.first().copied().unwrap_or_default() as usize;
        let expected = [[rank as u64, *inputs as u64], [*outputs as u64, rank as u64]];
        if [&a, &b].map(|name| file.tensor(name).map(|(shape, _)| shape))
            != expected.each_ref().map(|s| Some(s.as_slice()))
        {
            return Err(wrong(format!("the factors of {called} do not fit it")));
        }
        left.retain(|name| *name != a && *name != b);
        let [a, b] = [a, b].map(|name| file.numbers(&name).map_err(ModelError::from));
        let b = match architecture.reordered_heads(&weight, config) {
            Some(heads) => gguf::in_halves(&b?, rank, outputs / heads),
            None => b?,
        };
        let Some(module) = weight.strip_suffix(".weight") else { continue };
        pairs.insert(module.to_owned(), LoraPair { a: a?, b, rank, scale: alpha / rank as f64 });
    }
    match left.first() {
        Some(name) => Err(wrong(format!("{name} belongs to no module"))),
        None => Ok(pairs),
    }
}
