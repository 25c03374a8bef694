//! Every weight trained: gradients of the first step against TRL's, and weights taken out and put back.

use std::collections::BTreeMap;

use whetstone_core::domain::DtypeChoice;
use whetstone_core::model::backend::Backend;
use whetstone_core::model::cpu_backend::CpuBackend;
use whetstone_core::model::decoder::{Decoder, Keep, Pass, Trained};
use whetstone_core::model::tensor_backend::TensorBackend;
use whetstone_core::model::{Adapter, OpenModel, WeightFiles};
use whetstone_core::train::TokenizedPair;
use whetstone_core::train::loss::{PairLogProbabilities, find_loss};
use whetstone_core::train::policy::{self, Pack};
use whetstone_tests::{GoldenTensors, golden_folder, golden_json, golden_model, golden_models};

type ByName = BTreeMap<String, Vec<f32>>;

fn cpu() -> CpuBackend {
    CpuBackend::new(Some(2)).expect("threads")
}

fn tensor() -> TensorBackend {
    TensorBackend::new(candle_core::Device::Cpu)
}

fn open<B: Backend>(backend: B, name: &str) -> Decoder<B> {
    OpenModel::open(backend, &golden_model(name), None, DtypeChoice::Auto).expect("a golden model").decoder
}

/// Golden models that TRL trained in full.
fn trained_models() -> Vec<String> {
    let trained = |name: &String| golden_folder().join(format!("train/{name}.full.json")).exists();
    let names: Vec<String> = golden_models().into_iter().filter(trained).collect();
    assert!(names.len() >= 5, "goldens of full training are missing");
    names
}

fn norm<'a>(values: impl IntoIterator<Item = &'a f32>) -> f64 {
    values.into_iter().map(|&value| f64::from(value).powi(2)).sum::<f64>().sqrt()
}

/// The loss of the first step, and its gradients: the reference is the model itself.
fn first_step<B: Backend>(decoder: &Decoder<B>, name: &str, keep: Keep) -> (f64, ByName) {
    let rows = golden_json(&format!("golden/{name}.json"))["trl_rows"].clone();
    let pairs: Vec<TokenizedPair> = serde_json::from_value(rows).expect("tokenized pairs");
    let pack = Pack::new(&pairs);
    let pass = Pass { keep, ..Pass::inference(false) };
    let (sums, tape) = policy::forward(decoder, &pack, pass).expect("a way forward");
    let formula = find_loss("sigmoid").expect("a row").formula;
    let losses: Vec<_> = sums
        .iter()
        .map(|&[chosen, rejected]| {
            let pair =
                PairLogProbabilities { chosen, rejected, reference_chosen: chosen, reference_rejected: rejected };
            formula(&pair, 0.1, &[])
        })
        .collect();
    let count = losses.len() as f64;
    let factors: Vec<_> = losses.iter().map(|loss| [loss.d_chosen / count, loss.d_rejected / count]).collect();
    let mut gradients = decoder.zero_gradients(Trained::Weights).expect("zeros");
    policy::backward(decoder, &pack, tape.expect("a tape"), &factors, &mut gradients).expect("a way back");
    assert!(decoder.gradients_by_module(&gradients).expect("none").is_empty(), "no adapter is trained");
    let gradients = decoder.weight_gradients_by_name(&gradients).expect("gradients");
    (losses.iter().map(|loss| loss.loss).sum::<f64>() / count, gradients)
}

fn assert_first_step_matches<B: Backend>(decoder: &Decoder<B>, name: &str, keep: Keep) {
    let golden = golden_json(&format!("train/{name}.full.json"));
    let tensors = GoldenTensors::open(&format!("train/{name}.full.safetensors"));
    let (loss, gradients) = first_step(decoder, name, keep);
    assert!((loss - golden["loss"].as_f64().expect("a loss")).abs() < 2e-6, "{name}: loss {loss}");

    let shapes = decoder.config().tensors();
    assert_eq!(gradients.len(), shapes.len(), "{name}: a gradient for every tensor");
    for (tensor, shape) in &shapes {
        let got = &gradients[tensor];
        assert_eq!(got.len(), shape.iter().product::<usize>(), "{name} {tensor}");
        let want = golden["grad_norm_per_tensor"][tensor].as_f64().expect("a norm");
        assert!(want > 0.0 && (norm(got) / want - 1.0).abs() < 2e-5, "{name} {tensor}: norm {} of {want}", norm(got));
    }
    let want = golden["grad_norm"].as_f64().expect("a norm");
    assert!((norm(gradients.values().flatten()) / want - 1.0).abs() < 2e-5, "{name}: the gradient's norm");
    for key in tensors.names() {
        let tensor = key.strip_prefix("grad.").expect("a gradient");
        let (_, want) = tensors.get(&key);
        // Of embedding and head the golden has the first rows.
        let got = &gradients[tensor][..want.len()];
        let size = want.iter().map(|value| value * value).sum::<f64>().sqrt();
        let distance = got.iter().zip(&want).map(|(got, want)| (f64::from(*got) - want).powi(2)).sum::<f64>().sqrt();
        assert!(distance / size < 2e-5, "{name} {tensor}: off by {} of its norm", distance / size);
    }
}

#[test]
fn the_first_steps_gradients_equal_trl_on_both_backends_and_with_both_memory_settings() {
    for name in trained_models() {
        for keep in [Keep::Activations, Keep::Inputs] {
            assert_first_step_matches(&open(cpu(), &name), &name, keep);
            assert_first_step_matches(&open(tensor(), &name), &name, keep);
        }
    }
}

fn assert_weights_come_and_go<B: Backend>(mut decoder: Decoder<B>, name: &str) {
    let files = WeightFiles::open(&golden_model(name)).expect("weights");
    let weights = decoder.weights_by_name().expect("weights");
    let shapes = decoder.config().tensors();
    assert_eq!(weights.len(), shapes.len(), "{name}");
    for (tensor, shape) in &shapes {
        assert_eq!(weights[tensor], files.read_f32(tensor, shape).expect("it is there"), "{name} {tensor}");
    }
    let logits = |decoder: &Decoder<B>, adapted: bool| {
        let mut batch = whetstone_core::model::Batch::default();
        let rows: Vec<usize> = batch.push(&[5, 300, 77, 12, 450]).collect();
        let (hidden, _) = decoder.forward(&batch, Pass::inference(adapted)).expect("a way forward");
        decoder.logits(&hidden, &rows).expect("logits")
    };
    let adapter = Adapter::open(&golden_model(name).join("adapter"), decoder.config()).expect("an adapter");
    decoder.set_lora(&adapter.tensors).expect("put on");
    let (base, adapted) = (logits(&decoder, false), logits(&decoder, true));
    let changed = weights.iter().map(|(tensor, values)| (tensor.clone(), values.iter().map(|v| v * 1.1).collect()));
    decoder.set_weights(&changed.collect()).expect("other weights");
    assert_ne!(logits(&decoder, false), base, "{name}");
    decoder.set_weights(&weights).expect("the first weights");
    assert_eq!((logits(&decoder, false), logits(&decoder, true)), (base, adapted), "{name}: the adapter stays on");

    for (tensor, values) in [("model.norm.weight", vec![1.0; 3]), ("model.layers.2.input_layernorm.weight", vec![])] {
        let mut wrong = weights.clone();
        wrong.insert(tensor.to_owned(), values);
        let error = decoder.set_weights(&wrong).expect_err("it does not fit").to_string();
        assert!(error.contains(tensor) && error.contains("64"), "{error}");
    }
}

#[test]
fn weights_are_taken_out_and_put_back_under_their_names() {
    for name in golden_models() {
        assert_weights_come_and_go(open(cpu(), &name), &name);
        assert_weights_come_and_go(open(tensor(), &name), &name);
    }
}

#[test]
fn an_adapter_cannot_count_while_every_weight_is_trained() {
    let folder = golden_model("llama_tied");
    let adapter = folder.join("adapter");
    let model = OpenModel::open(cpu(), &folder, Some(&adapter), DtypeChoice::Auto).expect("a golden model");
    let mut batch = whetstone_core::model::Batch::default();
    batch.push(&[1, 2, 3]);
    let pass = Pass { keep: Keep::Inputs, ..Pass::inference(true) };
    let (hidden, tape) = model.decoder.forward(&batch, pass).expect("a way forward");
    let mut gradients = model.decoder.zero_gradients(Trained::Weights).expect("zeros");
    let error = model.decoder.backward(tape, hidden, &mut gradients).expect_err("it would be wrong").to_string();
    assert!(error.contains("adapter"), "{error}");
}
