//! The same weights in other files: in shards, and in half precision.

use std::fs;
use std::path::Path;

use half::{bf16, f16};
use safetensors::tensor::{Dtype, TensorView, serialize_to_file};
use tempfile::TempDir;
use whetstone_core::domain::DtypeChoice;
use whetstone_core::model::cpu_backend::CpuBackend;
use whetstone_core::model::decoder::Pass;
use whetstone_core::model::{Batch, DecoderConfig, WeightFiles, WeightPrecision, load_decoder};
use whetstone_tests::{golden_model, golden_models};

fn logits(folder: &Path, precision: WeightPrecision) -> Vec<f32> {
    let config = DecoderConfig::open(folder).expect("a configuration");
    let weights = WeightFiles::open(folder).expect("weights");
    let backend = CpuBackend::new(Some(2)).expect("threads");
    let decoder = load_decoder(backend, config, &weights, precision).expect("a decoder");
    let mut batch = Batch::default();
    let rows: Vec<usize> = batch.push(&[5, 300, 77, 12, 450, 8, 91, 33, 64, 200, 10, 7]).collect();
    let (hidden, _) = decoder.forward(&batch, Pass::inference(false)).expect("a way forward");
    decoder.logits(&hidden, &rows).expect("logits")
}

/// Name, shape and values.
type NamedTensor = (String, Vec<usize>, Vec<f32>);

/// A copy of a golden model's configuration, and its weights by name and shape.
fn parts(name: &str) -> (TempDir, Vec<NamedTensor>) {
    let folder = TempDir::new().expect("a folder");
    fs::copy(golden_model(name).join("config.json"), folder.path().join("config.json")).expect("a copy");
    let weights = WeightFiles::open(&golden_model(name)).expect("weights");
    let tensors = weights.names().map(|tensor| {
        let shape = weights.shape(tensor).expect("it is there").to_vec();
        (tensor.to_owned(), shape.clone(), weights.read_f32(tensor, &shape).expect("it is read"))
    });
    let tensors = tensors.collect();
    (folder, tensors)
}

fn write(path: &Path, dtype: Dtype, tensors: &[NamedTensor]) {
    let bytes = |values: &[f32]| -> Vec<u8> {
        match dtype {
            Dtype::F16 => values.iter().flat_map(|&value| f16::from_f32(value).to_le_bytes()).collect(),
            Dtype::BF16 => values.iter().flat_map(|&value| bf16::from_f32(value).to_le_bytes()).collect(),
            _ => values.iter().flat_map(|value| value.to_le_bytes()).collect(),
        }
    };
    let data: Vec<Vec<u8>> = tensors.iter().map(|(.., values)| bytes(values)).collect();
    let views = tensors
        .iter()
        .zip(&data)
        .map(|((name, shape, _), data)| (name, TensorView::new(dtype, shape.clone(), data).expect("a tensor")));
    serialize_to_file(views, None, path).expect("written");
}

#[test]
fn a_model_in_shards_gives_the_same_bits() {
    for name in golden_models() {
        let (folder, tensors) = parts(&name);
        let mut map = serde_json::Map::new();
        let share = tensors.len().div_ceil(3);
        for (index, shard) in tensors.chunks(share).enumerate() {
            let file = format!("model-0000{}-of-00003.safetensors", index + 1);
            write(&folder.path().join(&file), Dtype::F32, shard);
            map.extend(shard.iter().map(|(tensor, ..)| (tensor.clone(), file.clone().into())));
        }
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 4, "{name}: three shards");
        let index = serde_json::json!({"metadata": {"total_size": 1}, "weight_map": map});
        fs::write(folder.path().join("model.safetensors.index.json"), index.to_string()).expect("written");
        let whole = logits(&golden_model(&name), WeightPrecision::F32);
        assert_eq!(logits(folder.path(), WeightPrecision::F32), whole, "{name}");
    }
}

#[test]
fn half_precision_is_read_as_the_numbers_it_stands_for() {
    for name in golden_models() {
        for dtype in [Dtype::F16, Dtype::BF16] {
            let (folder, mut tensors) = parts(&name);
            write(&folder.path().join("model.safetensors"), dtype, &tensors);
            let weights = WeightFiles::open(folder.path()).expect("weights");
            assert_eq!(WeightPrecision::resolve(DtypeChoice::Auto, &weights), WeightPrecision::Bf16, "{name}");
            let half = logits(folder.path(), WeightPrecision::F32);

            let rounded = |value: f32| match dtype {
                Dtype::F16 => f16::from_f32(value).to_f32(),
                _ => bf16::from_f32(value).to_f32(),
            };
            for value in tensors.iter_mut().flat_map(|(.., values)| values) {
                *value = rounded(*value);
            }
            write(&folder.path().join("model.safetensors"), Dtype::F32, &tensors);
            assert_eq!(half, logits(folder.path(), WeightPrecision::F32), "{name}, {dtype:?}");
        }
    }
}
