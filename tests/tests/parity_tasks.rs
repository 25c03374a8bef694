//! Fine-tuning on demonstrations, KTO and preference models against TRL: the rows, the first step's loss and gradients,
//! ten steps of training.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};
use whetstone_core::domain::{Demonstration, DtypeChoice, MemoryMode, PreferencePair, RatedCompletion, Task, Text};
use whetstone_core::job::{CancelToken, JobContext, ScoreSpec, TrainSpec};
use whetstone_core::model::backend::Backend;
use whetstone_core::model::cpu_backend::CpuBackend;
use whetstone_core::model::decoder::{Keep, Pass};
use whetstone_core::model::tensor_backend::TensorBackend;
use whetstone_core::model::{Adapter, DecoderConfig, OpenModel, TrainingCard};
use whetstone_core::train::loss::{Objective, RowValues, find_loss};
use whetstone_core::train::optimizer::gradient_norm;
use whetstone_core::train::policy::{self, Pack, Reading};
use whetstone_core::train::{self, TokenizedRow, Trained, rows};
use whetstone_tests::training::{
    FirstStep, assert_adapter_matches, assert_gradients_match, assert_norms_match, assert_trajectory_matches, encoder,
    first_step, golden_pairs, metrics, open_adapted, train, trained_models, trajectory_spec, write_lines,
};
use whetstone_tests::{GoldenTensors, golden_json, golden_model, graphics, numbers};

/// Two ways to keep and pack: all together, and a few rows at a time.
const WAYS: [(Keep, usize); 2] = [(Keep::Activations, usize::MAX), (Keep::Inputs, 200)];

fn objective(id: &str, beta: f64, parameters: &[f64]) -> Objective {
    Objective { loss: find_loss(id).expect("a row"), beta, parameters: parameters.to_vec() }
}

fn text(value: &Value) -> Text {
    serde_json::from_value(value.clone()).expect("text or messages")
}

fn ids(value: &Value) -> Vec<u32> {
    serde_json::from_value(value.clone()).expect("ids")
}

fn assert_step(name: &str, step: &FirstStep, golden: &Value) {
    let want = golden["loss"].as_f64().expect("a loss");
    assert!((step.loss - want).abs() < 2e-6 * want.max(1.0), "{name}: loss {} instead of {want}", step.loss);
    let norm = golden["grad_norm"].as_f64().expect("a norm");
    assert!((gradient_norm(&step.gradients) / norm - 1.0).abs() < 2e-5, "{name}: the gradient's norm");
}

// Demonstrations.

fn demonstrations() -> Vec<Value> {
    let record = |pair: &Value| json!({"prompt": pair["prompt"], "completion": pair["chosen"]});
    golden_pairs().iter().map(record).collect()
}

fn assert_demonstrations_match<B: Backend>(backend: B, name: &str) {
    let golden = golden_json(&format!("train/{name}.sft.json"));
    let tensors = GoldenTensors::open(&format!("train/{name}.sft.safetensors"));
    let mut model = open_adapted(backend, name);
    let trained = Trained::adapter(model.adapter.take().expect("an adapter"));
    let arguments = Map::new();
    let row = |record: &Value| {
        let demonstration =
            Demonstration { prompt: Some(text(&record["prompt"])), completion: text(&record["completion"]) };
        encoder(&model, &arguments).demonstration(&demonstration).expect("a row")
    };
    let rows: Vec<TokenizedRow> = demonstrations().iter().map(row).collect();
    for (row, want) in rows.iter().zip(golden["rows"].as_array().expect("rows")) {
        assert_eq!([row.prompt_ids.as_slice(), &row.completions[0]].concat(), ids(&want["input_ids"]), "{name}");
        let labels: Vec<i64> = serde_json::from_value(want["labels"].clone()).expect("labels");
        assert_eq!(labels.iter().filter(|label| **label == -100).count(), row.prompt_ids.len(), "{name}");
    }
    let none = vec![RowValues::default(); rows.len()];
    for how in WAYS {
        let step = first_step(&model, &trained, &objective("nll", 0.0, &[1.0]), (&rows, &none), how);
        assert_step(name, &step, &golden["step0"]);
        assert_gradients_match(&step, &trained, &tensors, "grad.", name);
    }
}

#[test]
fn demonstrations_equal_trl_on_every_backend() {
    for name in trained_models("sft") {
        assert_demonstrations_match(CpuBackend::new(Some(2)).expect("threads"), &name);
        assert_demonstrations_match(TensorBackend::new(candle_core::Device::Cpu), &name);
        if let Some(backend) = graphics() {
            assert_demonstrations_match(backend, &name);
        }
    }
}

#[test]
fn ten_steps_on_demonstrations_equal_trl() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |file: &str, records: &[Value]| -> PathBuf {
        let path = folder.path().join(file);
        write_lines(&path, records);
        path
    };
    let conversation = |pair: &Value| {
        let turns = ["prompt", "chosen"].iter().flat_map(|key| pair[key].as_array().expect("messages").clone());
        json!({"messages": turns.collect::<Vec<_>>()})
    };
    let completions = write("completions.jsonl", &demonstrations());
    let pairs = write("pairs.jsonl", &golden_pairs());
    let conversations = write("messages.jsonl", &golden_pairs().iter().map(conversation).collect::<Vec<_>>());
    let whole = ("completion_only".to_owned(), 0.0);
    for name in trained_models("sft") {
        let golden = golden_json(&format!("train/{name}.sft.json"));
        let tensors = GoldenTensors::open(&format!("train/{name}.sft.safetensors"));
        for (number, (key, data, accumulate, parameter)) in [
            ("completion_only", &completions, 1, None),
            ("completion_only", &pairs, 1, None),
            ("completion_only_accum2", &completions, 2, None),
            ("full_sequence", &completions, 1, Some(whole.clone())),
            ("messages_all_tokens", &conversations, 1, None),
        ]
        .into_iter()
        .enumerate()
        {
            for memory in [MemoryMode::Fast, MemoryMode::Small] {
                let out = folder.path().join(format!("{name}-{number}-{memory:?}"));
                let mut spec = trajectory_spec(&name, data, &out);
                (spec.settings.task, spec.settings.loss) = (Task::Sft, "nll".to_owned());
                (spec.settings.memory, spec.settings.accumulate) = (memory, accumulate);
                spec.settings.loss_parameters.extend(parameter.clone());
                train(&spec);
                assert_trajectory_matches(&name, &golden["traj"][key], &out, &[]);
                if key == "completion_only" {
                    assert_adapter_matches(&name, &out, &tensors);
                }
                assert!(!out.join("checkpoints/reference.json").exists(), "a reference that nothing needs");
            }
        }
    }
}

// Answers that were found good or bad.

/// What TRL tells of a step of KTO.
const KTO_FIGURES: &[&str] =
    &["kl", "rewards/chosen", "rewards/rejected", "rewards/margins", "logps/chosen", "logps/rejected"];

fn rated_rows<B: Backend>(model: &OpenModel<B>, golden: &Value, batch_size: usize) -> Vec<TokenizedRow> {
    let arguments = Map::new();
    let row = |record: &Value| {
        let rated = RatedCompletion {
            prompt: text(&record["prompt"]),
            completion: text(&record["completion"]),
            is_desirable: record["label"].as_bool().expect("a label"),
        };
        encoder(model, &arguments).rated(&rated).expect("a row")
    };
    let mut rows: Vec<TokenizedRow> = golden["data"].as_array().expect("data").iter().map(row).collect();
    rows::add_mismatched(&mut rows, batch_size);
    rows
}

fn assert_rated_match<B: Backend>(backend: B, name: &str) {
    let golden = golden_json(&format!("train/{name}.kto.json"));
    let mut model = open_adapted(backend, name);
    let trained = Trained::adapter(model.adapter.take().expect("an adapter"));
    for (key, batch_size) in [("rows_batch2", 2), ("rows_batch8", 8)] {
        let rows = rated_rows(&model, &golden, batch_size);
        for (row, want) in rows.iter().zip(golden["runs"]["kto"][key].as_array().expect("rows")) {
            assert_eq!(row.prompt_ids, ids(&want["prompt_ids"]), "{name}");
            assert_eq!(row.completions, [ids(&want["completion_ids"]), ids(&want["KL_completion_ids"])], "{name}");
            assert_eq!(Some(row.is_desirable), want["label"].as_bool(), "{name}");
        }
    }
    let rows = rated_rows(&model, &golden, 8);
    let pack = Pack::new(&rows, 2, Reading::Completions);
    let (references, _) = policy::forward(&model.decoder, &pack, Pass::inference(false)).expect("the reference");
    for how in WAYS {
        for (key, beta, weights) in [("kto", 0.1, [1.0, 1.0]), ("kto_weights", 0.2, [1.0, 1.5])] {
            let objective = objective("kto", beta, &weights);
            let step = first_step(&model, &trained, &objective, (&rows, &references), how);
            assert_step(name, &step, &golden["runs"][key]["step0"]);
            let file = format!("train/{name}.kto.safetensors");
            if key == "kto" && whetstone_tests::golden_folder().join(&file).exists() {
                assert_gradients_match(&step, &trained, &GoldenTensors::open(&file), "grad.kto.", name);
            }
        }
    }
}

#[test]
fn rated_answers_equal_trl_on_every_backend() {
    for name in trained_models("kto") {
        assert_rated_match(CpuBackend::new(Some(2)).expect("threads"), &name);
        assert_rated_match(TensorBackend::new(candle_core::Device::Cpu), &name);
        if let Some(backend) = graphics() {
            assert_rated_match(backend, &name);
        }
    }
}

#[test]
fn ten_steps_on_rated_answers_equal_trl() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in trained_models("kto") {
        let golden = golden_json(&format!("train/{name}.kto.json"));
        let data = folder.path().join(format!("{name}.jsonl"));
        write_lines(&data, golden["data"].as_array().expect("data"));
        for (key, beta, undesirable) in [("kto", 0.1, None), ("kto_weights", 0.2, Some(1.5))] {
            for memory in [MemoryMode::Fast, MemoryMode::Small] {
                let out = folder.path().join(format!("{name}-{key}-{memory:?}"));
                let mut spec = trajectory_spec(&name, &data, &out);
                (spec.settings.task, spec.settings.loss, spec.settings.beta) = (Task::Kto, "kto".to_owned(), beta);
                let weight = undesirable.map(|weight| ("undesirable_weight".to_owned(), weight));
                spec.settings.loss_parameters.extend(weight);
                spec.settings.memory = memory;
                train(&spec);
                let run = &golden["runs"][key];
                assert_trajectory_matches(&name, &run["traj"], &out, KTO_FIGURES);
                assert_norms_match(&name, &out, &run["final_norms"]);
            }
        }
    }
}

// Preference models.

/// A preference model's adapter as TRL's golden begins with it: the golden adapter, and a head.
fn write_start(name: &str, folder: &Path) -> PathBuf {
    let config = DecoderConfig::open(&golden_model(name)).expect("a configuration");
    let mut adapter = Adapter::open(&golden_model(name).join("adapter"), &config).expect("an adapter");
    let (_, head) = GoldenTensors::open(&format!("train/{name}.reward.safetensors")).get("score.weight");
    adapter.score_head = Some(head.iter().map(|&value| value as f32).collect());
    adapter.config.has_score_head = true;
    let path = folder.join(format!("{name}-start"));
    adapter.save(&path, &TrainingCard::default()).expect("it can be saved");
    path
}

fn assert_scores_match<B: Backend>(backend: B, name: &str, start: &Path) {
    let golden = golden_json(&format!("train/{name}.reward.json"));
    let tensors = GoldenTensors::open(&format!("train/{name}.reward.safetensors"));
    let folder = golden_model(name);
    let mut model = OpenModel::open(backend, &folder, Some(start), DtypeChoice::Auto).expect("a model");
    let trained = Trained::adapter(model.adapter.take().expect("an adapter"));
    let arguments = Map::new();
    let row = |record: &Value| {
        let pair: PreferencePair = serde_json::from_value(record.clone()).expect("a pair");
        encoder(&model, &arguments).scored(&pair).expect("a row")
    };
    let rows: Vec<TokenizedRow> = golden_pairs().iter().map(row).collect();
    for (row, want) in rows.iter().zip(golden["rows"].as_array().expect("rows")) {
        for (completion, key) in row.completions.iter().zip(["chosen_ids", "rejected_ids"]) {
            assert_eq!([row.prompt_ids.as_slice(), completion].concat(), ids(&want[key]), "{name}");
        }
    }
    let none = vec![RowValues::default(); rows.len()];
    for how in WAYS {
        let step = first_step(&model, &trained, &objective("bradley_terry", 0.0, &[0.0]), (&rows, &none), how);
        for (key, index) in [("chosen", 0), ("rejected", 1)] {
            for (row, want) in step.figures.iter().zip(numbers(&golden["rewards"][key])) {
                let got = row.completions[index].value;
                assert!((got - want).abs() < 2e-5, "{name} {key}: {got} instead of {want}");
            }
        }
        assert_step(name, &step, &golden["step0"]);
        assert_gradients_match(&step, &trained, &tensors, "grad.", name);
        let centered = first_step(&model, &trained, &objective("bradley_terry", 0.0, &[0.01]), (&rows, &none), how);
        let want = golden["step0_center0.01"]["loss"].as_f64().expect("a loss");
        assert!((centered.loss - want).abs() < 2e-6, "{name}: {} instead of {want}", centered.loss);
    }
}

#[test]
fn preference_models_equal_trl_on_every_backend() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in trained_models("reward") {
        let start = write_start(&name, folder.path());
        assert_scores_match(CpuBackend::new(Some(2)).expect("threads"), &name, &start);
        assert_scores_match(TensorBackend::new(candle_core::Device::Cpu), &name, &start);
        if let Some(backend) = graphics() {
            assert_scores_match(backend, &name, &start);
        }
    }
}

fn preference_model_spec(name: &str, data: &Path, out: &Path, start: &Path) -> TrainSpec {
    let mut spec = trajectory_spec(name, data, out);
    spec.adapter = Some(start.to_owned());
    (spec.settings.task, spec.settings.loss) = (Task::PreferenceModel, "bradley_terry".to_owned());
    spec
}

#[test]
fn ten_steps_of_a_preference_model_equal_trl() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("pairs.jsonl");
    write_lines(&data, &golden_pairs());
    for name in trained_models("reward") {
        let golden = golden_json(&format!("train/{name}.reward.json"));
        let tensors = GoldenTensors::open(&format!("train/{name}.reward.safetensors"));
        let start = write_start(&name, folder.path());
        for memory in [MemoryMode::Fast, MemoryMode::Small] {
            let out = folder.path().join(format!("{name}-{memory:?}"));
            let mut spec = preference_model_spec(&name, &data, &out, &start);
            spec.settings.memory = memory;
            train(&spec);
            assert_trajectory_matches(&name, &golden["traj"], &out, &["accuracy", "margin"]);
            assert_adapter_matches(&name, &out, &tensors);
        }
    }
}

#[test]
fn a_preference_model_tells_its_figures_and_scores_pairs() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("pairs.jsonl");
    write_lines(&data, &golden_pairs());
    let (name, out) = ("llama_tied", folder.path().join("run"));
    let start = write_start(name, folder.path());
    let golden = golden_json("train/llama_tied.reward.json");
    let mut spec = preference_model_spec(name, &data, &out, &start);
    (spec.settings.batch_size, spec.settings.max_steps) = (8, Some(1));
    train(&spec);
    let line = &metrics(&out)[0];
    for (key, want) in golden["step0"]["metrics"].as_object().expect("figures") {
        let (got, want) = (line[key].as_f64().expect("a figure"), want.as_f64().expect("a figure"));
        assert!((got - want).abs() < 2e-5, "{key}: {got} instead of {want}");
    }
    let scores = folder.path().join("scores.jsonl");
    let score = ScoreSpec {
        model: golden_model(name),
        adapter: Some(start),
        data,
        out: Some(scores.clone()),
        compute: spec.compute,
        template_arguments: Map::new(),
    };
    train::score(&score, &JobContext::new(&|_| {}, &CancelToken::default())).expect("scores");
    let lines = std::fs::read_to_string(scores).expect("scores");
    let (chosen, rejected) = (numbers(&golden["rewards"]["chosen"]), numbers(&golden["rewards"]["rejected"]));
    assert_eq!(lines.lines().count(), chosen.len());
    for (line, (chosen, rejected)) in lines.lines().zip(chosen.iter().zip(rejected)) {
        let line: Value = serde_json::from_str(line).expect("JSON");
        let wanted = [("chosen_reward", *chosen), ("rejected_reward", rejected), ("margin", chosen - rejected)];
        for (key, want) in wanted {
            let got = line[key].as_f64().expect("a number");
            assert!((got - want).abs() < 2e-5, "{key}: {got} instead of {want}");
        }
        assert_eq!(line.as_object().map(Map::len), Some(3));
    }
}
