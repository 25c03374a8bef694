//! The decoder against transformers: logits and log-probabilities, on both backends, from both dialects of config.json.

use std::path::Path;

use whetstone_core::model::backend::Backend;
use whetstone_core::model::cpu_backend::CpuBackend;
use whetstone_core::model::decoder::{Decoder, Pass};
use whetstone_core::model::tensor_backend::TensorBackend;
use whetstone_core::model::{Adapter, Batch, DecoderConfig, WeightFiles, WeightPrecision, load_decoder};
use whetstone_tests::{GoldenTensors, golden_json, golden_model, golden_models, graphics, numbers};

/// The bound on every logit and log-probability against float64.
const TOLERANCE: f64 = 1e-4;

fn cpu() -> CpuBackend {
    CpuBackend::new(Some(2)).expect("threads")
}

fn tensor() -> TensorBackend {
    TensorBackend::new(candle_core::Device::Cpu)
}

fn open<B: Backend>(backend: B, folder: &Path) -> Decoder<B> {
    let config = DecoderConfig::open(folder).expect("a golden's configuration");
    let weights = WeightFiles::open(folder).expect("a golden's weights");
    load_decoder(backend, config, &weights, WeightPrecision::F32).expect("a golden's decoder")
}

/// Token rows of the golden batch without their padding.
fn rows(tensors: &GoldenTensors, prefix: &str) -> Vec<Vec<u32>> {
    let (shape, ids) = tensors.get(&format!("{prefix}input_ids"));
    let (_, mask) = tensors.get(&format!("{prefix}attention_mask"));
    ids.chunks(shape[1])
        .zip(mask.chunks(shape[1]))
        .map(|(ids, mask)| ids.iter().zip(mask).filter(|(_, m)| **m > 0.5).map(|(id, _)| *id as u32).collect())
        .collect()
}

fn assert_logits_match<B: Backend>(decoder: &Decoder<B>, name: &str) {
    let golden = GoldenTensors::open(&format!("golden/{name}.safetensors"));
    let (shape, want) = golden.get("logits");
    let (width, vocabulary) = (shape[1], shape[2]);
    // All three rows in one packed batch: nothing may leak from one into another.
    let mut batch = Batch::default();
    let ranges: Vec<_> = rows(&golden, "").iter().map(|ids| batch.push(ids)).collect();
    let (hidden, _) = decoder.forward(&batch, Pass::inference(true)).expect("a way forward");
    let all: Vec<usize> = (0..batch.ids.len()).collect();
    let got = decoder.logits(&hidden, &all).expect("logits");
    let mut worst = 0.0f64;
    for (row, range) in ranges.iter().enumerate() {
        for (position, index) in range.clone().enumerate() {
            let want = &want[(row * width + position) * vocabulary..][..vocabulary];
            let got = &got[index * vocabulary..][..vocabulary];
            worst = got.iter().zip(want).fold(worst, |worst, (got, want)| worst.max((f64::from(*got) - want).abs()));
        }
    }
    assert!(worst < TOLERANCE, "{name}: a logit differs by {worst}");
    let (shape, exact) = golden.get("logits_f64_row0");
    for (index, want) in exact.chunks(vocabulary).enumerate() {
        let got = &got[index * 4 * vocabulary..][..vocabulary];
        let worst = got.iter().zip(want).fold(0.0f64, |worst, (got, want)| worst.max((f64::from(*got) - want).abs()));
        assert!(worst < TOLERANCE, "{name}: against float64, a logit differs by {worst} (of {shape:?})");
    }
}

#[test]
fn logits_equal_the_reference_on_every_backend() {
    for name in golden_models() {
        let folder = golden_model(&name);
        assert_logits_match(&open(cpu(), &folder), &name);
        assert_logits_match(&open(tensor(), &folder), &name);
        if let Some(backend) = graphics() {
            assert_logits_match(&open(backend, &folder), &name);
        }
    }
}

#[test]
fn the_older_dialect_gives_the_same_logits() {
    for name in golden_models() {
        let copy = tempfile::tempdir().expect("a folder");
        let source = golden_model(&name);
        std::fs::copy(source.join("config.legacy.json"), copy.path().join("config.json")).expect("a copy");
        std::fs::copy(source.join("model.safetensors"), copy.path().join("model.safetensors")).expect("a copy");
        assert_logits_match(&open(cpu(), copy.path()), &name);
    }
}

fn assert_hidden_states_match<B: Backend>(decoder: &Decoder<B>, name: &str) {
    let golden = GoldenTensors::open(&format!("golden/{name}.safetensors"));
    let mut batch = Batch::default();
    batch.push(&rows(&golden, "")[0]);
    let got = decoder.hidden_states(&batch, true).expect("hidden states");
    let (shape, want) = golden.get("hidden_states_row0");
    assert_eq!(shape[0], got.len(), "{name}: the embeddings, three layers, the final norm");
    for (place, (got, want)) in got.iter().zip(want.chunks(shape[1] * shape[2])).enumerate() {
        assert_eq!(got.len(), want.len(), "{name}");
        let size = want.iter().fold(1.0f64, |size, value| size.max(value.abs()));
        let worst = got.iter().zip(want).fold(0.0f64, |worst, (got, want)| worst.max((f64::from(*got) - want).abs()));
        assert!(worst < 2e-6 * size, "{name}, state {place}: off by {worst} of {size}");
    }
}

#[test]
fn hidden_states_equal_the_reference_on_every_backend() {
    for name in golden_models() {
        let folder = golden_model(&name);
        assert_hidden_states_match(&open(cpu(), &folder), &name);
        assert_hidden_states_match(&open(tensor(), &folder), &name);
        if let Some(backend) = graphics() {
            assert_hidden_states_match(&open(backend, &folder), &name);
        }
    }
}

fn assert_log_probabilities_match<B: Backend>(decoder: &Decoder<B>, name: &str) {
    let golden = golden_json(&format!("golden/{name}.json"));
    let trl_rows = golden["trl_rows"].as_array().expect("rows");
    let want = numbers(&golden["logps"]["sum_f64"]);
    for (index, row) in trl_rows.iter().enumerate() {
        let ids = |key: &str| whetstone_tests::ids(&row[key]);
        // Chosen and rejected share their prompt, as in training.
        let mut batch = Batch::default();
        let prompt_ids = ids("prompt_ids");
        let prompt = batch.push(&prompt_ids);
        for (answer, want) in [("chosen_ids", want[index]), ("rejected_ids", want[trl_rows.len() + index])] {
            let targets = ids(answer);
            let range = batch.push_branch(&prompt, &targets);
            let (hidden, _) = decoder.forward(&batch, Pass::inference(true)).expect("a way forward");
            let sources: Vec<usize> =
                std::iter::once(prompt.end - 1).chain(range.clone()).take(targets.len()).collect();
            let (values, _) = decoder.log_probabilities(&hidden, &sources, &targets, false).expect("log-probabilities");
            let got: f64 = values.iter().map(|&value| f64::from(value)).sum();
            let bound = TOLERANCE * (targets.len() as f64).sqrt();
            assert!((got - want).abs() < bound, "{name}, pair {index}, {answer}: {got} instead of {want}");
        }
    }
}

#[test]
fn completion_log_probabilities_equal_the_reference_on_every_backend() {
    for name in golden_models() {
        let folder = golden_model(&name);
        assert_log_probabilities_match(&open(cpu(), &folder), &name);
        assert_log_probabilities_match(&open(tensor(), &folder), &name);
        if let Some(backend) = graphics() {
            assert_log_probabilities_match(&open(backend, &folder), &name);
        }
    }
}

fn assert_adapters_match<B: Backend>(mut decoder: Decoder<B>, name: &str) {
    let golden = GoldenTensors::open(&format!("golden/{name}.safetensors"));
    let mut batch = Batch::default();
    let range = batch.push(&rows(&golden, "")[0]);
    let all: Vec<usize> = range.collect();
    let (_, base) = golden.get("logits");
    for adapter in ["adapter", "adapter_rslora"] {
        let pairs = Adapter::open(&golden_model(name).join(adapter), decoder.config()).expect("a golden's adapter");
        decoder.set_lora(&pairs.tensors).expect("put on");
        let (hidden, _) = decoder.forward(&batch, Pass::inference(true)).expect("a way forward");
        let got = decoder.logits(&hidden, &all).expect("logits");
        let (_, want) = golden.get(&format!("logits_{adapter}_row0"));
        let distance =
            |a: &[f32], b: &[f64]| a.iter().zip(b).fold(0.0f64, |w, (a, b)| w.max((f64::from(*a) - b).abs()));
        assert!(distance(&got, &want) < TOLERANCE, "{name}, {adapter}: off by {}", distance(&got, &want));
        assert!(distance(&got, &base) > 0.1, "{name}: {adapter} changes nothing");
        let (hidden, _) = decoder.forward(&batch, Pass::inference(false)).expect("a way forward");
        let off = decoder.logits(&hidden, &all).expect("logits");
        assert!(distance(&off, &base) < TOLERANCE, "{name}: switched off, the adapter still counts");
    }
}

#[test]
fn adapters_give_the_logits_of_peft_on_every_backend() {
    for name in golden_models() {
        let folder = golden_model(&name);
        assert_adapters_match(open(cpu(), &folder), &name);
        assert_adapters_match(open(tensor(), &folder), &name);
        if let Some(backend) = graphics() {
            assert_adapters_match(open(backend, &folder), &name);
        }
    }
}
