//! DPO and its kin against TRL: the loss and every gradient of the first step, ten steps of training, and the
//! reference.

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;
use tempfile::TempDir;
use whetstone_core::domain::{DeviceChoice, MemoryMode, ReferenceChoice, Task};
use whetstone_core::model::backend::Backend;
use whetstone_core::model::cpu_backend::CpuBackend;
use whetstone_core::model::decoder::{Keep, Pass};
use whetstone_core::model::tensor_backend::TensorBackend;
use whetstone_core::train::loss::{LOSSES, Objective, find_loss};
use whetstone_core::train::optimizer::gradient_norm;
use whetstone_core::train::policy::{self, Pack, Reading};
use whetstone_core::train::{PACK_TOKENS, TokenizedPair, TokenizedRow, Trained};
use whetstone_tests::training::{
    FirstStep, assert_adapter_matches, assert_gradients_match, assert_norms_match, assert_trajectory_matches, distance,
    first_step, golden_pairs, metrics, open_adapted, train, trained_models, trajectory_spec, write_lines,
};
use whetstone_tests::{GoldenTensors, golden_json, graphics, numbers};

/// What TRL tells of a step of DPO.
const FIGURES: &[&str] =
    &["rewards/chosen", "rewards/rejected", "rewards/margins", "rewards/accuracies", "logps/chosen", "logps/rejected"];

fn rows(golden: &Value) -> Vec<TokenizedRow> {
    let pairs: Vec<TokenizedPair> = serde_json::from_value(golden["rows"].clone()).expect("tokenized pairs");
    pairs.into_iter().map(TokenizedRow::from).collect()
}

fn objective(id: &str, beta: f64, parameters: &[f64]) -> Objective {
    Objective { loss: find_loss(id).expect("a row"), beta, parameters: parameters.to_vec() }
}

/// One way to compute: all pairs together, or a few at a time.
fn assert_first_step_matches<B: Backend>(backend: B, name: &str, how: (Keep, usize)) {
    let golden = golden_json(&format!("train/{name}.dpo.json"));
    let tensors = GoldenTensors::open(&format!("train/{name}.dpo.safetensors"));
    // A card adds up in another order.
    let slack = if backend.device() == DeviceChoice::Cpu { 1.0 } else { 4.0 };
    let mut model = open_adapted(backend, name);
    let trained = Trained::adapter(model.adapter.take().expect("an adapter"));
    let rows = rows(&golden);
    let reference = |reading: Reading<'_>| {
        let pack = Pack::new(&rows, 2, reading);
        policy::forward(&model.decoder, &pack, Pass::inference(false)).expect("the reference").0
    };
    let usual = reference(Reading::Completions);
    let step = |id: &str, beta: f64, parameters: &[f64]| {
        let objective = objective(id, beta, parameters);
        let reads = objective.reading().of_reference();
        let own = (reads != Reading::Completions).then(|| reference(reads));
        first_step(&model, &trained, &objective, (&rows, own.as_ref().unwrap_or(&usual)), how)
    };

    let sigmoid = step("sigmoid", 0.1, &[]);
    assert_log_probabilities_match(name, &golden["per_sequence"], &sigmoid);
    for (key, id, beta, parameters) in [
        ("sigmoid", "sigmoid", 0.1, &[][..]),
        ("sigmoid_beta0.5", "sigmoid", 0.5, &[]),
        ("robust", "robust", 0.1, &[0.1]),
        ("ipo", "ipo", 0.1, &[]),
        ("hinge", "hinge", 0.1, &[]),
        ("exo_pair", "exo_pair", 0.1, &[0.001]),
        ("discopop", "discopop", 0.1, &[0.05]),
        ("sigmoid_norm", "sigmoid_norm", 0.1, &[]),
        ("sigmoid_forward_kl", "sigmoid_forward_kl", 0.1, &[]),
        ("sigmoid_js", "sigmoid_js", 0.1, &[]),
        ("sigmoid_alpha0.5", "sigmoid_alpha", 0.1, &[0.5]),
        ("nca_pair", "nca_pair", 0.1, &[]),
        ("bco_pair", "bco_pair", 0.1, &[]),
        ("sppo_hard", "sppo_hard", 0.1, &[]),
        ("apo_zero", "apo_zero", 0.1, &[]),
        ("apo_down", "apo_down", 0.1, &[]),
        ("aot", "aot", 0.1, &[0.0]),
        ("aot_ls0.1", "aot", 0.1, &[0.1]),
        ("aot_unpaired", "aot_unpaired", 0.1, &[0.0]),
        ("sigmoid_ld_alpha0.5", "sigmoid_ld", 0.1, &[0.5]),
        ("ipo_ld_alpha0.5", "ipo_ld", 0.1, &[0.5]),
        ("sigmoid_wpo", "sigmoid_wpo", 0.1, &[]),
    ] {
        let step = step(id, beta, parameters);
        let (want, norm) = (&golden["step0"][key]["loss"], &golden["step0"][key]["grad_norm"]);
        let (want, norm) = (want.as_f64().expect("a loss"), norm.as_f64().expect("a norm"));
        // e to the log-ratio, and its square, multiply the rounding of what it is the difference of: some 100 nats each.
        let amplified = if ["sigmoid_forward_kl", "sigmoid_alpha0.5", "sppo_hard"].contains(&key) { 20.0 } else { 1.0 };
        // Beta multiplies the rounding of the log-probabilities.
        let bound = slack * amplified * 2e-5 * beta * want.max(1.0);
        assert!((step.loss - want).abs() < bound, "{name}, {key}: loss {}, not {want}", step.loss);
        let off = (gradient_norm(&step.gradients) / norm - 1.0).abs();
        let bound = 2e-5 * amplified;
        assert!(off < bound, "{name}, {key}: the gradient's norm is off by {off}");
        if tensors.names().iter().any(|tensor| tensor.starts_with(&format!("grad.{key}."))) {
            assert_gradients_match(&step, &trained, &tensors, &format!("grad.{key}."), name);
        }
    }
    let mixture = step("sigmoid_sft", 0.1, &[0.5]);
    assert_mixture_matches(name, &golden, &tensors, &mixture);
}

fn assert_log_probabilities_match(name: &str, per_sequence: &Value, step: &FirstStep) {
    for (key, index) in [("logps_chosen", 0), ("logps_rejected", 1)] {
        let (values, references) = (numbers(&per_sequence[key]), numbers(&per_sequence[format!("ref_{key}")]));
        for (row, (value, reference)) in step.figures.iter().zip(values.iter().zip(references)) {
            let got = row.completions[index];
            assert!((got.value - value).abs() < 5e-4, "{name} {key}: {} instead of {value}", got.value);
            assert!((got.reference - reference).abs() < 5e-4, "{name} {key}: {} for {reference}", got.reference);
        }
    }
}

/// TRL's mixture is the sum of its parts, and the golden has the parts: sigmoid, and half of sft.
fn assert_mixture_matches(name: &str, golden: &Value, tensors: &GoldenTensors, step: &FirstStep) {
    let loss = |key: &str| golden["step0"][key]["loss"].as_f64().expect("a loss");
    let want = loss("sigmoid") + 0.5 * loss("sft");
    assert!((step.loss - want).abs() < 1e-5, "{name}: loss {} instead of {want}", step.loss);
    if !tensors.names().iter().any(|key| key.starts_with("grad.sft.")) {
        return;
    }
    for (key, got) in &step.gradients {
        let [(_, sigmoid), (_, sft)] = ["sigmoid", "sft"].map(|part| tensors.get(&format!("grad.{part}.{key}")));
        let want: Vec<f64> = sigmoid.iter().zip(&sft).map(|(a, b)| a + 0.5 * b).collect();
        assert!(distance(&got.values, &want) < 2e-5, "{name} {key}");
    }
}

#[test]
fn the_first_step_equals_trl_on_every_backend_and_with_both_memory_settings() {
    let models = trained_models("dpo");
    assert!(models.len() >= 8, "goldens of training are missing");
    // Each takes two threads.
    let workers = std::thread::available_parallelism().map_or(1, |cores| cores.get().div_ceil(2));
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(name) = models.get(next.fetch_add(1, Ordering::SeqCst)) {
                    assert_first_steps_match(name);
                }
            });
        }
    });
}

fn assert_first_steps_match(name: &str) {
    for how in [(Keep::Activations, usize::MAX), (Keep::Inputs, 300)] {
        assert_first_step_matches(CpuBackend::new(Some(2)).expect("threads"), name, how);
        assert_first_step_matches(TensorBackend::new(candle_core::Device::Cpu), name, how);
        if let Some(backend) = graphics() {
            assert_first_step_matches(backend, name, how);
        }
    }
}

/// A folder, and the file in it that holds the golden's pairs.
fn folder_with_pairs() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("pairs.jsonl");
    write_lines(&data, &golden_pairs());
    (folder, data)
}

#[test]
fn ten_steps_equal_trl() {
    let (folder, data) = folder_with_pairs();
    for name in trained_models("dpo") {
        let golden = golden_json(&format!("train/{name}.dpo.json"));
        for memory in [MemoryMode::Fast, MemoryMode::Small] {
            let out = folder.path().join(format!("{name}-{memory:?}"));
            let mut spec = trajectory_spec(&name, &data, &out);
            spec.settings.memory = memory;
            train(&spec);
            assert_trajectory_matches(&name, &golden["traj"]["sigmoid"], &out, FIGURES);
            let tensors = GoldenTensors::open(&format!("train/{name}.dpo.safetensors"));
            assert_adapter_matches(&name, &out, &tensors);
        }
    }
}

#[test]
fn ten_steps_of_other_losses_equal_trl() {
    let (folder, data) = folder_with_pairs();
    let mut compared = 0;
    for name in trained_models("dpo") {
        let golden = golden_json(&format!("train/{name}.dpo.json"));
        for (loss, parameter) in [
            ("ipo", None),
            ("apo_zero", None),
            ("robust", Some(("label_smoothing".to_owned(), 0.1))),
            ("sigmoid_sft", Some(("sft_weight".to_owned(), 0.5))),
        ] {
            let Some(trajectory) = golden["traj"].get(loss) else { continue };
            let out = folder.path().join(format!("{name}-{loss}"));
            let mut spec = trajectory_spec(&name, &data, &out);
            spec.settings.loss = loss.to_owned();
            spec.settings.loss_parameters.extend(parameter);
            train(&spec);
            assert_trajectory_matches(&name, trajectory, &out, FIGURES);
            assert_norms_match(&name, &out, &trajectory["final_norms"]);
            compared += 1;
        }
    }
    assert_eq!(compared, 4, "goldens of other losses");
}

#[test]
fn every_loss_of_pairs_trains_and_only_those_with_a_reference_compute_one() {
    let (folder, data) = folder_with_pairs();
    for loss in LOSSES.iter().filter(|loss| loss.task == Task::Dpo) {
        let out = folder.path().join(loss.id);
        let mut spec = trajectory_spec("llama_tied", &data, &out);
        spec.settings.loss = loss.id.to_owned();
        spec.settings.max_steps = Some(3);
        train(&spec);
        let lines = metrics(&out);
        assert_eq!(lines.len(), 3, "{}", loss.id);
        assert!(lines.iter().all(|line| line["loss"].as_f64().is_some_and(f64::is_finite)), "{}", loss.id);
        assert!(lines[1]["grad_norm"].as_f64().is_some_and(|norm| norm > 0.0), "{}", loss.id);
        let is_kept = |entry: std::io::Result<std::fs::DirEntry>| {
            entry.expect("an entry").file_name().to_string_lossy().starts_with("reference")
        };
        let has_reference = std::fs::read_dir(out.join("checkpoints")).expect("checkpoints").any(is_kept);
        assert_eq!(has_reference, loss.needs_reference, "{}", loss.id);
    }
}

#[test]
fn accumulation_equals_trl() {
    let (folder, data) = folder_with_pairs();
    let mut compared = 0;
    for name in trained_models("dpo") {
        let golden = golden_json(&format!("train/{name}.dpo.json"));
        let Some(trajectory) = golden["traj"].get("sigmoid_accum2") else { continue };
        let out = folder.path().join(&name);
        let mut spec = trajectory_spec(&name, &data, &out);
        spec.settings.accumulate = 2;
        train(&spec);
        // TRL's list holds a loss a batch: two a step.
        let losses = numbers(&trajectory["loss"]);
        for (step, line) in metrics(&out).iter().enumerate() {
            let want = f64::midpoint(losses[2 * step], losses[2 * step + 1]);
            let got = line["loss"].as_f64().expect("a loss");
            assert!((got - want).abs() < 1e-5, "{name}, step {step}: {got} instead of {want}");
        }
        assert_norms_match(&name, &out, &trajectory["final_norms"]);
        compared += 1;
    }
    assert!(compared > 0, "no golden accumulates");
}

#[test]
fn the_starting_adapter_as_reference_gives_margins_of_zero_at_first_and_then_equals_trl() {
    let (folder, data) = folder_with_pairs();
    let mut compared = 0;
    for name in trained_models("dpo") {
        let golden = golden_json(&format!("train/{name}.dpo.json"));
        let Some(trajectory) = golden["traj"].get("dpo_ref_adapter") else { continue };
        let out = folder.path().join(&name);
        let mut spec = trajectory_spec(&name, &data, &out);
        spec.settings.reference = ReferenceChoice::Start;
        train(&spec);
        assert_trajectory_matches(&name, trajectory, &out, FIGURES);
        assert!(metrics(&out)[0]["rewards/margins"].as_f64().expect("a margin").abs() < 1e-6);
        compared += 1;
    }
    assert!(compared > 0, "no golden has the adapter as reference");
}

#[test]
fn tokens_of_both_sequences_are_counted() {
    let (folder, data) = folder_with_pairs();
    let golden = golden_json("train/llama_tied.dpo.json");
    let mut spec = trajectory_spec("llama_tied", &data, &folder.path().join("run"));
    (spec.settings.batch_size, spec.settings.max_steps) = (8, Some(2));
    train(&spec);
    let first = &golden["step0"]["sigmoid"]["metrics"]["num_tokens"];
    let lines = metrics(&spec.out);
    assert_eq!(&lines[0]["num_tokens"], first);
    assert_eq!(lines[1]["num_tokens"].as_u64(), first.as_u64().map(|tokens| 2 * tokens));
    assert_eq!(PACK_TOKENS, 512, "packs of a batch of eight pairs are several");
}
