//! DPO against TRL: the loss and every gradient of the first step, ten steps of training, and the reference.

use whetstone_core::domain::{LoraSettings, Schedule, TrainSettings};
use whetstone_core::job::{CancelToken, JobContext, TrainSpec};
use whetstone_core::model::backend::Backend;
use whetstone_core::model::cpu_backend::CpuBackend;
use whetstone_core::model::decoder::{Keep, Pass, Trained};
use whetstone_core::model::tensor_backend::TensorBackend;
use whetstone_core::model::{Adapter, LoraPairs, OpenModel};
use whetstone_core::train::loss::{PairLogProbabilities, find_loss};
use whetstone_core::train::optimizer::gradient_norm;
use whetstone_core::train::policy::{self, Pack};
use whetstone_core::train::{self, TokenizedPair};
use whetstone_tests::{GoldenTensors, golden_folder, golden_json, golden_model, golden_models, numbers};

/// Golden models that TRL trained.
fn trained_models() -> Vec<String> {
    let trained = |name: &String| golden_folder().join(format!("train/{name}.dpo.json")).exists();
    let names: Vec<String> = golden_models().into_iter().filter(trained).collect();
    assert!(names.len() >= 8, "goldens of training are missing");
    names
}

fn pairs(golden: &serde_json::Value) -> Vec<TokenizedPair> {
    serde_json::from_value(golden["rows"].clone()).expect("tokenized pairs")
}

fn assert_first_step_matches<B: Backend + Clone>(backend: B, name: &str, keep: Keep) {
    let golden = golden_json(&format!("train/{name}.dpo.json"));
    let tensors = GoldenTensors::open(&format!("train/{name}.dpo.safetensors"));
    let folder = golden_model(name);
    let adapter = folder.join("adapter");
    let model = OpenModel::open(backend, &folder, Some(&adapter), whetstone_core::domain::DtypeChoice::Auto)
        .expect("a golden model");
    let pairs = pairs(&golden);
    let pack = Pack::new(&pairs);
    let (references, _) = policy::forward(&model.decoder, &pack, Pass::inference(false)).expect("the reference");
    let pass = Pass { keep, adapted: true, dropout: None };
    let (sums, tape) = policy::forward(&model.decoder, &pack, pass).expect("a way forward");

    let per_sequence = &golden["per_sequence"];
    for (key, index, values) in [
        ("logps_chosen", 0, &sums),
        ("logps_rejected", 1, &sums),
        ("ref_logps_chosen", 0, &references),
        ("ref_logps_rejected", 1, &references),
    ] {
        for (got, want) in values.iter().zip(numbers(&per_sequence[key])) {
            assert!((got[index] - want).abs() < 5e-4, "{name} {key}: {} instead of {want}", got[index]);
        }
    }

    let formula = find_loss("sigmoid").expect("a row").formula;
    let losses: Vec<_> = sums
        .iter()
        .zip(&references)
        .map(|(&[chosen, rejected], &[reference_chosen, reference_rejected])| {
            let pair = PairLogProbabilities { chosen, rejected, reference_chosen, reference_rejected };
            formula(&pair, 0.1, &[])
        })
        .collect();
    let count = losses.len() as f64;
    let loss = losses.iter().map(|loss| loss.loss).sum::<f64>() / count;
    let want = golden["step0"]["sigmoid"]["loss"].as_f64().expect("a loss");
    assert!((loss - want).abs() < 2e-6, "{name}: loss {loss} instead of {want}");

    let factors: Vec<_> = losses.iter().map(|loss| [loss.d_chosen / count, loss.d_rejected / count]).collect();
    let mut gradients = model.decoder.zero_gradients(Trained::Adapter).expect("zeros");
    policy::backward(&model.decoder, &pack, tape.expect("a tape"), &factors, &mut gradients).expect("a way back");
    let gradients = model.decoder.gradients_by_module(&gradients).expect("gradients");
    assert_gradients_match(&gradients, &tensors, "grad.sigmoid.", name);
    let want = golden["step0"]["sigmoid"]["grad_norm"].as_f64().expect("a norm");
    assert!((gradient_norm(&gradients) / want - 1.0).abs() < 2e-5, "{name}: the gradient's norm");
}

/// Every tensor that TRL has a gradient for has one here, equal within 2e-5 of its norm, and none is zero.
fn assert_gradients_match(gradients: &LoraPairs, tensors: &GoldenTensors, prefix: &str, name: &str) {
    let wanted: Vec<String> = tensors.names().into_iter().filter(|key| key.starts_with(prefix)).collect();
    assert_eq!(wanted.len(), 2 * gradients.len(), "{name}: as many gradients as adapter tensors");
    for key in wanted {
        let path = key[prefix.len()..].strip_prefix("base_model.model.").expect("a PEFT name");
        let (module, is_a) = match path.strip_suffix(".lora_A.weight") {
            Some(module) => (module, true),
            None => (path.strip_suffix(".lora_B.weight").expect("a LoRA factor"), false),
        };
        let pair = &gradients[module];
        let got = if is_a { &pair.a } else { &pair.b };
        let (_, want) = tensors.get(&key);
        assert_eq!(got.len(), want.len(), "{name} {key}");
        let norm = want.iter().map(|value| value * value).sum::<f64>().sqrt();
        let distance = got.iter().zip(&want).map(|(got, want)| (f64::from(*got) - want).powi(2)).sum::<f64>().sqrt();
        assert!(norm > 0.0 && distance / norm < 2e-5, "{name} {key}: off by {} of its norm", distance / norm);
    }
}

#[test]
fn the_first_step_equals_trl_on_both_backends_and_with_both_memory_settings() {
    for name in trained_models() {
        for keep in [Keep::Activations, Keep::Inputs] {
            assert_first_step_matches(CpuBackend::new(Some(2)).expect("threads"), &name, keep);
            assert_first_step_matches(TensorBackend::new(candle_core::Device::Cpu), &name, keep);
        }
    }
}

/// The trajectories' settings: see `tests/oracle/README.md`.
fn trajectory_spec(name: &str, data: &std::path::Path, out: &std::path::Path) -> TrainSpec {
    TrainSpec {
        model: golden_model(name),
        data: data.to_owned(),
        holdout: None,
        out: out.to_owned(),
        adapter: Some(golden_model(name).join("adapter")),
        settings: TrainSettings {
            learning_rate: 2e-3,
            batch_size: 2,
            max_steps: Some(10),
            schedule: Schedule::Linear,
            warmup_steps: 3,
            shuffle: false,
            lora: LoraSettings::default(),
            ..TrainSettings::default()
        },
        resume: false,
        compute: whetstone_core::domain::ComputeSettings { threads: Some(2), ..Default::default() },
    }
}

fn write_pairs(path: &std::path::Path) {
    let data = golden_json("data.json");
    let lines: Vec<String> = data["prefs"].as_array().expect("pairs").iter().map(ToString::to_string).collect();
    std::fs::write(path, lines.join("\n")).expect("a file");
}

fn train(spec: &TrainSpec) {
    let cancel = CancelToken::default();
    train::run(spec, &JobContext::new(&|_| {}, &cancel)).expect("a run");
}

fn metrics(out: &std::path::Path) -> Vec<serde_json::Value> {
    let text = std::fs::read_to_string(out.join("metrics.jsonl")).expect("metrics");
    text.lines().map(|line| serde_json::from_str(line).expect("a line")).collect()
}

fn assert_trajectory_matches(name: &str, trajectory: &serde_json::Value, out: &std::path::Path) {
    let lines = metrics(out);
    let (losses, norms) = (numbers(&trajectory["loss"]), numbers(&trajectory["grad_norm_before_clip"]));
    assert_eq!(lines.len(), losses.len());
    for (index, line) in lines.iter().enumerate() {
        let figure = |key: &str| line[key].as_f64().expect("a figure");
        assert_eq!(line["step"], index + 1);
        assert!((figure("loss") - losses[index]).abs() < 1e-5, "{name}, step {index}: {line}");
        assert!((figure("grad_norm") / norms[index] - 1.0).abs() < 1e-4, "{name}, step {index}: {line}");
        let rate = numbers(&trajectory["lr"])[index];
        assert!((figure("learning_rate") - rate).abs() < 1e-12, "{name}, step {index}: {line}");
        let want = trajectory["metrics"][index].as_object().expect("figures");
        let ours = want.keys().filter(|key| key.starts_with("rewards/") || key.starts_with("logps/"));
        let mut compared = 0;
        for key in ours {
            let (got, want) = (figure(key), want[key].as_f64().expect("a figure"));
            assert!((got - want).abs() < 1e-3, "{name}, step {index}, {key}: {got} instead of {want}");
            compared += 1;
        }
        assert_eq!(compared, 6, "all of TRL's figures of rewards and log-probabilities");
    }
}

#[test]
fn ten_steps_equal_trl() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("pairs.jsonl");
    write_pairs(&data);
    for name in trained_models() {
        let golden = golden_json(&format!("train/{name}.dpo.json"));
        for memory in [whetstone_core::domain::MemoryMode::Fast, whetstone_core::domain::MemoryMode::Small] {
            let out = folder.path().join(format!("{name}-{memory:?}"));
            let mut spec = trajectory_spec(&name, &data, &out);
            spec.settings.memory = memory;
            train(&spec);
            assert_trajectory_matches(&name, &golden["traj"]["sigmoid"], &out);
            let config = whetstone_core::model::DecoderConfig::open(&spec.model).expect("a configuration");
            let adapter = Adapter::open(&out, &config).expect("the adapter");
            let tensors = GoldenTensors::open(&format!("train/{name}.dpo.safetensors"));
            let finals = tensors.names().into_iter().filter(|key| key.starts_with("final.")).count();
            assert_eq!(finals, 2 * adapter.tensors.len());
            for (module, pair) in &adapter.tensors {
                for (factor, got) in [("A", &pair.a), ("B", &pair.b)] {
                    let (_, want) = tensors.get(&format!("final.base_model.model.{module}.lora_{factor}.weight"));
                    let worst =
                        got.iter().zip(&want).fold(0.0f64, |w, (got, want)| w.max((f64::from(*got) - want).abs()));
                    assert!(worst < 2e-6, "{name} {module} {factor}: off by {worst}");
                }
            }
        }
    }
}

#[test]
fn accumulation_equals_trl() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("pairs.jsonl");
    write_pairs(&data);
    let mut compared = 0;
    for name in trained_models() {
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
        compared += 1;
    }
    assert!(compared > 0, "no golden accumulates");
}

#[test]
fn the_starting_adapter_as_reference_gives_margins_of_zero_at_first_and_then_equals_trl() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("pairs.jsonl");
    write_pairs(&data);
    let mut compared = 0;
    for name in trained_models() {
        let golden = golden_json(&format!("train/{name}.dpo.json"));
        let Some(trajectory) = golden["traj"].get("dpo_ref_adapter") else { continue };
        let out = folder.path().join(&name);
        let mut spec = trajectory_spec(&name, &data, &out);
        spec.settings.reference = whetstone_core::domain::ReferenceChoice::Start;
        train(&spec);
        assert_trajectory_matches(&name, trajectory, &out);
        assert!(metrics(&out)[0]["rewards/margins"].as_f64().expect("a margin").abs() < 1e-6);
        compared += 1;
    }
    assert!(compared > 0, "no golden has the adapter as reference");
}
