//! What the tests of training share: runs as the reference's trajectories were made, and comparisons with them.

use std::path::Path;

use serde_json::{Map, Value};
use whetstone_core::domain::{ComputeSettings, DeviceChoice, DtypeChoice, Schedule, TrainSettings};
use whetstone_core::job::{CancelToken, JobContext, TrainSpec};
use whetstone_core::model::backend::{Backend, BackendError};
use whetstone_core::model::decoder::Keep;
use whetstone_core::model::{Adapter, DecoderConfig, OpenModel, Parameters};
use whetstone_core::train::batch::{Learner, RowBatch, totals};
use whetstone_core::train::loss::{Objective, RowFigures, RowValues};
use whetstone_core::train::rows::Encoder;
use whetstone_core::train::{self, TokenizedRow, Trained};

use crate::{GoldenTensors, golden_json, golden_model, numbers};

/// Names of the golden models that TRL trained for a task, such as `dpo`.
///
/// # Panics
/// Where there is none.
pub fn trained_models(task: &str) -> Vec<String> {
    let trained = |name: &String| crate::golden_folder().join(format!("train/{name}.{task}.json")).exists();
    let names: Vec<String> = crate::golden_models().into_iter().filter(trained).collect();
    assert!(!names.is_empty(), "goldens of training are missing");
    names
}

/// A golden model with its adapter.
///
/// # Panics
/// Where it is missing or damaged.
pub fn open_adapted<B: Backend>(backend: B, name: &str) -> OpenModel<B> {
    let folder = golden_model(name);
    OpenModel::open(backend, &folder, Some(&folder.join("adapter")), DtypeChoice::Auto).expect("a golden model")
}

/// What turns texts into ids for a model, without arguments for its template.
pub fn encoder<'a, B: Backend>(model: &'a OpenModel<B>, arguments: &'a Map<String, Value>) -> Encoder<'a> {
    Encoder { tokenizer: &model.tokenizer, template: model.template.as_ref(), arguments }
}

/// The first step of a batch of rows.
#[derive(Debug)]
pub struct FirstStep {
    /// The loss.
    pub loss: f64,
    /// Every gradient by name.
    pub gradients: Parameters,
    /// Of the rows.
    pub figures: Vec<RowFigures>,
}

/// Takes the step of one batch, but changes nothing. `pack_tokens` are computed together.
///
/// # Panics
/// Where the device fails.
pub fn first_step<B: Backend>(
    model: &OpenModel<B>,
    trained: &Trained,
    objective: &Objective,
    (rows, references): (&[TokenizedRow], &[RowValues]),
    (keep, pack_tokens): (Keep, usize),
) -> FirstStep {
    let learner = Learner { decoder: &model.decoder, score_head: trained.score_head(), objective, pack_tokens };
    let mut gradients = trained.zero_gradients(&model.decoder).expect("zeros");
    let mut batch = RowBatch::new(rows.iter().collect(), references.iter().copied());
    let check = || Ok::<(), BackendError>(());
    let losses = learner.learn(&mut batch, totals(rows), keep, &mut gradients, || None, check).expect("a step");
    FirstStep {
        loss: losses.iter().map(|row| row.loss).sum(),
        gradients: trained.gradients(&model.decoder, &gradients).expect("gradients"),
        figures: batch.figures,
    }
}

/// Every tensor that TRL has a gradient for has one here, equal within 2e-5 of its norm, and none is zero; and every
/// tensor that is trained has one.
///
/// # Panics
/// Where they differ.
pub fn assert_gradients_match(step: &FirstStep, trained: &Trained, tensors: &GoldenTensors, prefix: &str, name: &str) {
    let wanted: Vec<String> = tensors.names().into_iter().filter(|key| key.starts_with(prefix)).collect();
    assert!(!wanted.is_empty(), "{name}: no golden gradients under {prefix}");
    assert_eq!(wanted.len(), step.gradients.len(), "{name}: as many gradients as trained tensors");
    assert!(step.gradients.keys().eq(trained.parameters.keys()), "{name}: every trained tensor has a gradient");
    for key in wanted {
        // PEFT keeps a module that is trained in full beside the original under this name.
        let path = key[prefix.len()..].replace(".modules_to_save", "");
        let got = &step.gradients[&path];
        let (shape, want) = tensors.get(&key);
        assert_eq!(got.shape, shape, "{name} {key}");
        let off = distance(&got.values, &want);
        assert!(off < 2e-5, "{name} {key}: off by {off} of its norm");
    }
}

/// How far `got` is from `want`, in norms of `want`, which is not zero.
///
/// # Panics
/// Where it is zero.
pub fn distance(got: &[f32], want: &[f64]) -> f64 {
    let norm = want.iter().map(|value| value * value).sum::<f64>().sqrt();
    assert!(norm > 0.0, "a zero tensor");
    got.iter().zip(want).map(|(got, want)| (f64::from(*got) - want).powi(2)).sum::<f64>().sqrt() / norm
}

/// The trajectories' settings: see `tests/oracle/README.md`.
pub fn trajectory_spec(name: &str, data: &Path, out: &Path) -> TrainSpec {
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
            ..TrainSettings::default()
        },
        resume: false,
        pause_on_battery: false,
        watched: Vec::new(),
        compute: ComputeSettings { device: crate::test_device(), threads: Some(2), ..ComputeSettings::default() },
    }
}

/// Writes records as JSON lines.
///
/// # Panics
/// Where the file cannot be written.
pub fn write_lines<'v>(path: &Path, records: impl IntoIterator<Item = &'v Value>) {
    let lines: Vec<String> = records.into_iter().map(ToString::to_string).collect();
    std::fs::write(path, lines.join("\n")).expect("a file");
}

/// The golden preference pairs.
///
/// # Panics
/// Where they are missing.
pub fn golden_pairs() -> Vec<Value> {
    golden_json("data.json")["prefs"].as_array().expect("pairs").clone()
}

/// Runs it to its end.
///
/// # Panics
/// Where it fails.
pub fn train(spec: &TrainSpec) {
    let cancel = CancelToken::default();
    train::run(spec, &JobContext::new(&|_| {}, &cancel)).expect("a run");
}

/// The lines of `metrics.jsonl`.
///
/// # Panics
/// Where they cannot be read.
pub fn metrics(out: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(out.join("metrics.jsonl")).expect("metrics");
    text.lines().map(|line| serde_json::from_str(line).expect("a line")).collect()
}

/// Loss, norm, learning rate and the figures `keys` of every step are TRL's; `keys` that TRL leaves out of a step are
/// left out here too.
///
/// # Panics
/// Where they differ.
pub fn assert_trajectory_matches(name: &str, trajectory: &Value, out: &Path, keys: &[&str]) {
    let lines = metrics(out);
    let (losses, norms) = (numbers(&trajectory["loss"]), numbers(&trajectory["grad_norm_before_clip"]));
    assert_eq!(lines.len(), norms.len());
    // The list holds a loss a batch: of accumulated batches several a step. What is averaged over a step's tokens adds
    // up; the figures' own `loss` says what a step came to.
    let losses = if losses.len() == lines.len() {
        losses
    } else {
        let figures = trajectory["metrics"].as_array().expect("figures");
        figures.iter().map(|figures| figures["loss"].as_f64().expect("a loss")).collect()
    };
    for (index, line) in lines.iter().enumerate() {
        let figure = |key: &str| line[key].as_f64().unwrap_or_else(|| panic!("{name}: no {key} in {line}"));
        assert_eq!(line["step"], index + 1);
        let off = (figure("loss") - losses[index]).abs();
        assert!(off < 1e-5 * losses[index].abs().max(1.0), "{name}, step {index}: {} in {line}", losses[index]);
        assert!(
            (figure("grad_norm") / norms[index] - 1.0).abs() < 1e-4,
            "{name}, step {index}: {} {line}",
            norms[index]
        );
        let rate = numbers(&trajectory["lr"])[index];
        assert!((figure("learning_rate") - rate).abs() < 1e-12, "{name}, step {index}: {line}");
        let wanted = &trajectory["metrics"][index];
        for key in keys {
            match wanted[key].as_f64() {
                Some(want) => {
                    let got = figure(key);
                    // A card adds the reference up in packs of another size, and so in another order: which side of zero
                    // a margin of nothing falls on is rounding's there.
                    let is_tie = *key == "rewards/accuracies"
                        && crate::test_device() != DeviceChoice::Cpu
                        && figure("rewards/margins").abs() < 1e-5;
                    let bound = if is_tie { 1.1 } else { 1e-3 };
                    assert!((got - want).abs() < bound, "{name}, step {index}, {key}: {got} instead of {want}");
                }
                None => assert!(line.get(key).is_none(), "{name}, step {index}: {key} in {line}"),
            }
        }
    }
    for key in keys {
        let wanted = trajectory["metrics"].as_array().expect("figures");
        assert!(wanted.iter().any(|figures| figures.get(key).is_some()), "{name}: TRL has no {key}");
    }
}

/// The adapter in a folder holds what TRL's did after its last step.
///
/// # Panics
/// Where they differ.
pub fn assert_adapter_matches(model: &str, out: &Path, tensors: &GoldenTensors) {
    let config = DecoderConfig::open(&golden_model(model)).expect("a configuration");
    let parameters = Adapter::open(out, &config).expect("the adapter").parameters();
    let finals = tensors.names().into_iter().filter(|key| key.starts_with("final.")).count();
    assert_eq!(finals, parameters.len());
    for (key, got) in &parameters {
        let (_, want) = tensors.get(&format!("final.{key}"));
        let worst = got.values.iter().zip(&want).fold(0.0f64, |w, (got, want)| w.max((f64::from(*got) - want).abs()));
        assert!(worst < 2e-6, "{model} {key}: off by {worst}");
    }
}

/// The norm of every tensor of the adapter in a folder is what TRL's came to.
///
/// # Panics
/// Where they differ.
pub fn assert_norms_match(model: &str, out: &Path, norms: &Value) {
    let config = DecoderConfig::open(&golden_model(model)).expect("a configuration");
    let parameters = Adapter::open(out, &config).expect("the adapter").parameters();
    assert_eq!(norms.as_object().map(Map::len), Some(parameters.len()));
    for (key, got) in &parameters {
        let got = got.values.iter().map(|&value| f64::from(value).powi(2)).sum::<f64>().sqrt();
        let want = norms[key].as_f64().expect("a norm");
        assert!((got - want).abs() < 1e-5, "{model} {key}: {got} instead of {want}");
    }
}
