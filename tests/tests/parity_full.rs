//! Every weight trained: gradients of the first step against TRL's, and weights taken out and put back.

use whetstone_core::domain::DtypeChoice;
use whetstone_core::model::backend::{Backend, BackendError};
use whetstone_core::model::cpu_backend::CpuBackend;
use whetstone_core::model::decoder::{Decoder, GradientsOf, Keep, Pass};
use whetstone_core::model::tensor_backend::TensorBackend;
use whetstone_core::model::{Adapter, Batch, OpenModel, Parameter, Parameters, WeightFiles};
use whetstone_core::train::batch::{Learner, RowBatch, totals};
use whetstone_core::train::loss::{Objective, find_loss};
use whetstone_core::train::policy::{self, Pack, PolicyGradients, Reading};
use whetstone_core::train::{PACK_TOKENS, TokenizedPair, TokenizedRow};
use whetstone_tests::training::{distance, open_adapted, trained_models};
use whetstone_tests::{GoldenTensors, golden_json, golden_model, golden_models, graphics};

fn cpu() -> CpuBackend {
    CpuBackend::new(Some(2)).expect("threads")
}

fn tensor() -> TensorBackend {
    TensorBackend::new(candle_core::Device::Cpu)
}

fn open<B: Backend>(backend: B, name: &str) -> Decoder<B> {
    OpenModel::open(backend, &golden_model(name), None, DtypeChoice::Auto).expect("a golden model").decoder
}

fn norm<'a>(values: impl IntoIterator<Item = &'a f32>) -> f64 {
    values.into_iter().map(|&value| f64::from(value).powi(2)).sum::<f64>().sqrt()
}

/// The loss of the first step, and its gradients: the reference is the model itself.
fn first_step<B: Backend>(decoder: &Decoder<B>, name: &str, keep: Keep) -> (f64, Parameters) {
    let pairs: Vec<TokenizedPair> =
        serde_json::from_value(golden_json(&format!("golden/{name}.json"))["trl_rows"].clone()).expect("pairs");
    let rows: Vec<TokenizedRow> = pairs.into_iter().map(TokenizedRow::from).collect();
    let pack = Pack::new(&rows, 2, Reading::Completions);
    let (references, _) = policy::forward(decoder, &pack, Pass::inference(false)).expect("the reference");
    let loss = find_loss("sigmoid").expect("a row");
    let objective = Objective { loss, beta: 0.1, parameters: Vec::new() };
    let learner = Learner { decoder, score_head: &[], objective: &objective, pack_tokens: PACK_TOKENS };
    let zeros = decoder.zero_gradients(GradientsOf::Weights).expect("zeros");
    let mut gradients = PolicyGradients { decoder: zeros, score_head: Vec::new() };
    let mut batch = RowBatch::new(rows.iter().collect(), references);
    let check = || Ok::<(), BackendError>(());
    let losses = learner.learn(&mut batch, totals(&rows), keep, &mut gradients, || None, check).expect("a step");
    assert!(decoder.gradients_by_module(&gradients.decoder).expect("none").is_empty(), "no adapter is trained");
    let gradients = decoder.weight_gradients_by_name(&gradients.decoder).expect("gradients");
    (losses.iter().map(|row| row.loss).sum(), gradients)
}

fn assert_first_step_matches<B: Backend>(decoder: &Decoder<B>, name: &str, keep: Keep) {
    let golden = golden_json(&format!("train/{name}.full.json"));
    let tensors = GoldenTensors::open(&format!("train/{name}.full.safetensors"));
    let (loss, gradients) = first_step(decoder, name, keep);
    assert!((loss - golden["loss"].as_f64().expect("a loss")).abs() < 2e-6, "{name}: loss {loss}");

    let shapes = decoder.config().tensors();
    assert_eq!(gradients.len(), shapes.len(), "{name}: a gradient for every tensor");
    for (tensor, shape) in &shapes {
        assert_eq!(&gradients[tensor].shape, shape, "{name} {tensor}");
        let got = &gradients[tensor].values;
        let want = golden["grad_norm_per_tensor"][tensor].as_f64().expect("a norm");
        assert!(want > 0.0 && (norm(got) / want - 1.0).abs() < 2e-5, "{name} {tensor}: norm {} of {want}", norm(got));
    }
    let want = golden["grad_norm"].as_f64().expect("a norm");
    assert!(
        (norm(gradients.values().flat_map(|gradient| &gradient.values)) / want - 1.0).abs() < 2e-5,
        "{name}: the gradient's norm"
    );
    for key in tensors.names() {
        let tensor = key.strip_prefix("grad.").expect("a gradient");
        let (_, want) = tensors.get(&key);
        // Of embedding and head the golden has the first rows.
        let off = distance(&gradients[tensor].values[..want.len()], &want);
        assert!(off < 2e-5, "{name} {tensor}: off by {off} of its norm");
    }
}

#[test]
fn the_first_steps_gradients_equal_trl_on_every_backend_and_with_both_memory_settings() {
    let models = trained_models("full");
    assert!(models.len() >= 5, "goldens of full training are missing");
    for name in models {
        for keep in [Keep::Activations, Keep::Inputs] {
            assert_first_step_matches(&open(cpu(), &name), &name, keep);
            assert_first_step_matches(&open(tensor(), &name), &name, keep);
            if let Some(backend) = graphics() {
                assert_first_step_matches(&open(backend, &name), &name, keep);
            }
        }
    }
}

fn assert_weights_come_and_go<B: Backend>(mut decoder: Decoder<B>, name: &str) {
    let files = WeightFiles::open(&golden_model(name)).expect("weights");
    let weights = decoder.weights_by_name().expect("weights");
    let shapes = decoder.config().tensors();
    assert_eq!(weights.len(), shapes.len(), "{name}");
    for (tensor, shape) in &shapes {
        assert_eq!(&weights[tensor].shape, shape, "{name} {tensor}");
        assert_eq!(weights[tensor].values, files.read_f32(tensor, shape).expect("it is there"), "{name} {tensor}");
    }
    let logits = |decoder: &Decoder<B>, adapted: bool| {
        let mut batch = Batch::default();
        let rows: Vec<usize> = batch.push(&[5, 300, 77, 12, 450]).collect();
        let (hidden, _) = decoder.forward(&batch, Pass::inference(adapted)).expect("a way forward");
        decoder.logits(&hidden, &rows).expect("logits")
    };
    let adapter = Adapter::open(&golden_model(name).join("adapter"), decoder.config()).expect("an adapter");
    decoder.set_lora(&adapter.tensors).expect("put on");
    let (base, adapted) = (logits(&decoder, false), logits(&decoder, true));
    let mut changed = weights.clone();
    for value in changed.values_mut().flat_map(|parameter| &mut parameter.values) {
        *value *= 1.1;
    }
    decoder.set_weights(&changed).expect("other weights");
    assert_ne!(logits(&decoder, false), base, "{name}");
    decoder.set_weights(&weights).expect("the first weights");
    assert_eq!((logits(&decoder, false), logits(&decoder, true)), (base, adapted), "{name}: the adapter stays on");

    for (tensor, values) in [("model.norm.weight", vec![1.0; 3]), ("model.layers.2.input_layernorm.weight", vec![])] {
        let mut wrong = weights.clone();
        wrong.insert(tensor.to_owned(), Parameter { shape: vec![values.len()], values });
        let error = decoder.set_weights(&wrong).expect_err("it does not fit").to_string();
        assert!(error.contains(tensor) && error.contains("64"), "{error}");
    }
}

#[test]
fn weights_are_taken_out_and_put_back_under_their_names() {
    for name in golden_models() {
        assert_weights_come_and_go(open(cpu(), &name), &name);
        assert_weights_come_and_go(open(tensor(), &name), &name);
        if let Some(backend) = graphics() {
            assert_weights_come_and_go(open(backend, &name), &name);
        }
    }
}

#[test]
fn an_adapter_cannot_count_while_every_weight_is_trained() {
    let model = open_adapted(cpu(), "llama_tied");
    let mut batch = Batch::default();
    batch.push(&[1, 2, 3]);
    let pass = Pass { keep: Keep::Inputs, ..Pass::inference(true) };
    let (hidden, tape) = model.decoder.forward(&batch, pass).expect("a way forward");
    let mut gradients = model.decoder.zero_gradients(GradientsOf::Weights).expect("zeros");
    let error = model.decoder.backward(tape, hidden, &mut gradients).expect_err("it would be wrong").to_string();
    assert!(error.contains("adapter"), "{error}");
}
