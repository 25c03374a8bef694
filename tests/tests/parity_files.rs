//! The files of the reference models: what the reference reads in them, we read.

use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;
use whetstone_core::model::TrainingCard;
use whetstone_core::model::config::DecoderConfig;
use whetstone_core::model::peft::{Adapter, tensor_names};
use whetstone_core::model::safetensors::WeightFiles;
use whetstone_core::model::{FAMILIES, GenerationConfig};
use whetstone_tests::{golden_json, golden_model, golden_models};

fn json(path: &Path) -> Value {
    let text = fs::read_to_string(path).expect("the reference has the file");
    serde_json::from_str(&text).expect("the reference wrote JSON")
}

#[test]
fn both_dialects_say_the_same() {
    for name in &golden_models() {
        let folder = TempDir::new().expect("a temporary folder");
        fs::copy(golden_model(name).join("config.legacy.json"), folder.path().join("config.json"))
            .expect("it can be copied");
        let legacy = DecoderConfig::open(folder.path()).expect("the older dialect is read");
        let config = DecoderConfig::open(&golden_model(name)).expect("the newer dialect is read");
        assert_eq!(config, legacy, "{name}");
        assert_eq!((config.hidden_size, config.layers, config.attention_heads), (64, 4, 4), "{name}");
        let tied = !["llama_untied", "phi3", "mistral"].contains(&name.as_str());
        assert_eq!(config.tied_embeddings, tied, "{name}");
        assert_eq!(config.query_key_value_bias, name == "qwen2", "{name}");
    }
}

#[test]
fn every_family_has_reference_numbers() {
    let models = golden_models();
    let families: Vec<_> =
        models.iter().map(|name| DecoderConfig::open(&golden_model(name)).expect("it is read").family).collect();
    for family in FAMILIES {
        assert!(families.contains(&family.id), "no golden model is of the family {}", family.id);
    }
}

/// A model's rotary frequencies in transformers 5.23.0:
/// `LlamaRotaryEmbedding(AutoConfig.from_pretrained(folder)).inv_freq`, and Qwen2's.
const FREQUENCIES: [(&str, [f64; 8]); 3] = [
    (
        "llama_tied",
        [
            1.0,
            0.237_137_362_360_954_28,
            0.056_234_128_773_212_43,
            0.013_335_214_927_792_55,
            0.003_162_277_862_429_619,
            0.000_749_894_184_991_717_1,
            0.000_177_827_940_206_043_42,
            4.216_965_317_027_643e-5,
        ],
    ),
    (
        "llama3_rope",
        [
            1.0,
            0.244_384_586_811_065_67,
            0.013_042_256_236_076_355,
            0.003_952_847_328_037_023_5,
            0.001_249_999_972_060_322_8,
            0.000_395_284_732_803_702_35,
            0.000_125_000_005_937_181_4,
            3.952_847_328_037_023_5e-5,
        ],
    ),
    (
        "qwen2",
        [
            1.0,
            0.177_827_939_391_136_17,
            0.031_622_778_624_296_19,
            0.005_623_413_249_850_273,
            0.001_000_000_047_497_451_3,
            0.000_177_827_940_206_043_42,
            3.162_277_425_872_162e-5,
            5.623_413_471_766_98e-6,
        ],
    ),
];

#[test]
fn frequencies_are_those_of_the_reference() {
    for (name, expected) in FREQUENCIES {
        let config = DecoderConfig::open(&golden_model(name)).expect("it is read");
        let rotary = config.attention[0].rotary.as_ref().expect("positions");
        let frequencies = rotary.inverse_frequencies(config.head_dim);
        assert_eq!(frequencies.len(), expected.len());
        for (found, expected) in frequencies.iter().zip(expected) {
            // Two steps of float32.
            assert!((f64::from(*found) / expected - 1.0).abs() < 2.4e-7, "{name}: {found} instead of {expected}");
        }
    }
}

#[test]
fn weights_are_those_that_the_formats_library_reads() {
    for name in &golden_models() {
        let config = DecoderConfig::open(&golden_model(name)).expect("it is read");
        let weights = WeightFiles::open(&golden_model(name)).expect("they are sound");
        let tensors = config.tensors();
        weights.check_against(&tensors).expect("all are there");
        assert_eq!(weights.names().count(), tensors.len(), "{name}: the file holds nothing else");

        let bytes = fs::read(golden_model(name).join("model.safetensors")).expect("the reference has it");
        let library = safetensors::SafeTensors::deserialize(&bytes).expect("it is sound");
        let mut numbers = 0;
        for (tensor, shape) in &tensors {
            let ours = weights.read_f32(tensor, shape).expect("it is there");
            let theirs = library.tensor(tensor).expect("it is there");
            let (theirs, rest) = theirs.data().as_chunks::<4>();
            assert!(rest.is_empty());
            assert!(ours.iter().map(|number| number.to_le_bytes()).eq(theirs.iter().copied()), "{name}: {tensor}");
            numbers += ours.len() as u64;
        }
        assert_eq!(numbers, config.parameter_count(), "{name}");
    }
}

#[test]
fn the_end_tokens_are_those_of_the_reference() {
    for (name, expected) in [
        ("llama_tied", vec![2]),
        ("llama3_rope", vec![505, 509, 510]),
        ("qwen2", vec![511, 509]),
        ("gemma3", vec![1, 5]),
        ("phi3", vec![3, 4, 6]),
        ("mistral", vec![2]),
    ] {
        assert_eq!(GenerationConfig::open(&golden_model(name)).expect("it is read").eos_token_ids, expected, "{name}");
    }
}

#[test]
fn adapters_of_the_reference_are_read_and_written_back() {
    for name in &golden_models() {
        let config = DecoderConfig::open(&golden_model(name)).expect("it is read");
        let summary = &golden_json(&format!("golden/{name}.json"))["lora"];
        for (folder, scale) in [("adapter", 2.0), ("adapter_rslora", 16.0 / f64::sqrt(8.0))] {
            let trainable = &summary[folder]["trainable"];
            let folder = golden_model(name).join(folder);
            let adapter = Adapter::open(&folder, &config).expect("it fits");
            let numbers: usize = adapter.tensors.values().map(|pair| pair.a.len() + pair.b.len()).sum();
            assert_eq!(trainable.as_u64(), Some(numbers as u64), "{name}");
            let modules = config.linear_modules().len();
            assert!([4, 7].contains(&modules), "{name}: fused or not");
            assert_eq!(adapter.tensors.len(), 4 * modules, "{name}: every module in four layers");
            assert!(adapter.tensors.values().all(|pair| pair.rank == 8 && (pair.scale - scale).abs() < 1e-12));

            let saved = TempDir::new().expect("a temporary folder");
            adapter.save(saved.path(), &TrainingCard::default()).expect("it can be saved");
            assert_eq!(Adapter::open(saved.path(), &config).expect("it was just saved"), adapter);
            same_tensors(&folder, saved.path());
            same_settings(&folder, saved.path());
        }
    }
}

/// The weights written hold what the reference's hold, as the format's own library reads both.
fn same_tensors(reference: &Path, ours: &Path) {
    let read = |folder: &Path| fs::read(folder.join("adapter_model.safetensors")).expect("it is there");
    let (reference, ours) = (read(reference), read(ours));
    let reference = safetensors::SafeTensors::deserialize(&reference).expect("it is sound");
    let ours = safetensors::SafeTensors::deserialize(&ours).expect("it is sound");
    assert_eq!(ours.len(), reference.len());
    for (name, tensor) in reference.iter() {
        let written = ours.tensor(name).expect("it was written");
        assert_eq!((written.shape(), written.dtype()), (tensor.shape(), tensor.dtype()), "{name}");
        assert_eq!(written.data(), tensor.data(), "{name}");
    }
    assert!(ours.tensor(&tensor_names("model.layers.0.mlp.down_proj")[0]).is_ok());
}

/// Every setting written is the reference's, and what is left out is what PEFT takes for granted.
fn same_settings(reference: &Path, ours: &Path) {
    let (reference, ours) = (json(&reference.join("adapter_config.json")), json(&ours.join("adapter_config.json")));
    let (Value::Object(reference), Value::Object(ours)) = (reference, ours) else {
        panic!("both are objects");
    };
    for (key, value) in &ours {
        assert_eq!(reference.get(key), Some(value), "{key}");
    }
    for (key, value) in reference.iter().filter(|(key, _)| !ours.contains_key(*key)) {
        let unset = value.is_null() || value == false || value.as_object().is_some_and(serde_json::Map::is_empty);
        let of_the_writer = ["peft_version", "megatron_core", "qalora_group_size"].contains(&key.as_str());
        assert!(unset || of_the_writer, "{key} is {value}");
    }
}
