//! Every weight trained: what changes, what is left, and that the model that is written is the one that was trained.

use std::fs;
use std::path::Path;

use serde_json::Value;
use whetstone_core::domain::Task;
use whetstone_core::model::{DecoderConfig, WeightFiles};

use crate::training::{Training, figures, pairs};
use crate::{contents, golden_model, shown, text, whetstone};

/// A full training of so many steps, without what changes weights beside gradients.
fn full(task: Task, model: &str, steps: u64) -> Training {
    let mut training = Training::new().full();
    for (option, value) in [
        ("--task", task.name()),
        ("--model", shown(&golden_model(model))),
        ("--max-steps", &steps.to_string()),
        ("--epochs", ""),
        ("--weight-decay", ""),
        ("--warmup-steps", ""),
    ] {
        training.set(option, value);
    }
    training
}

fn run(training: &Training) {
    let output = training.run(&[]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
}

fn lines(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).expect("lines");
    text.lines().map(|line| serde_json::from_str(line).expect("a line is JSON")).collect()
}

/// The written model gives the holdout the log-probabilities that the run found after this step.
fn assert_scores_as_after(training: &Training, step: u64) {
    let looks = lines(&training.out().join("holdout.jsonl"));
    let look = looks.iter().find(|look| look["step"] == step).expect("a look after the step");
    let out = training.folder().join("scores.jsonl");
    let (model, data) = (training.out(), training.folder().join("holdout.jsonl"));
    let output = whetstone(&["score", "--model", shown(&model), "--data", shown(&data), "--out", shown(&out)]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let scores = lines(&out);
    for answer in ["chosen", "rejected"] {
        let sum: f64 = scores.iter().map(|line| line[format!("{answer}_logp")].as_f64().expect("a number")).sum();
        let (mean, told) =
            (sum / scores.len() as f64, look[format!("eval_logps/{answer}")].as_f64().expect("a figure"));
        assert!((mean - told).abs() < 1e-4, "{answer}: {mean}, and the run said {told}");
    }
}

#[test]
fn every_tensor_changes_and_what_is_written_is_what_was_trained() {
    for (task, model) in [
        (Task::Dpo, "llama_tied"),
        (Task::Dpo, "qwen2"),
        (Task::Dpo, "gemma3"),
        (Task::Sft, "phi3"),
        (Task::Kto, "qwen3"),
    ] {
        let training = full(task, model, 2);
        run(&training);
        let config = DecoderConfig::open(&training.out()).expect("a model's configuration");
        let [base, trained] = [golden_model(model), training.out()].map(|folder| WeightFiles::open(&folder));
        let (base, trained) = (base.expect("weights"), trained.expect("weights"));
        for (name, shape) in config.tensors() {
            let [before, after] = [&base, &trained].map(|files| files.read_f32(&name, &shape).expect("it is there"));
            assert!(before != after, "{task:?} {model}: {name} is as it was");
            assert!(after.iter().all(|value| value.is_finite()), "{task:?} {model}: {name}");
        }
        assert_eq!(trained.dtype("lm_head.weight").is_some(), !config.tied_embeddings, "{model}");
        if task == Task::Dpo {
            assert_scores_as_after(&training, 2);
        }
        // The golden models are in f32: nothing but the weights is another file than the base's.
        for name in ["config.json", "tokenizer.json", "tokenizer_config.json", "chat_template.jinja"] {
            let [before, after] = [golden_model(model), training.out()].map(|folder| fs::read(folder.join(name)).ok());
            assert!(before == after, "{model}: {name}");
        }
        let card = fs::read_to_string(training.out().join("README.md")).expect("a card");
        assert!(card.contains("library_name: transformers") && card.contains("| trained | every weight |"), "{card}");
    }
}

#[test]
fn the_model_answers_and_is_trained_on() {
    let first = full(Task::Dpo, "llama_tied", 2);
    run(&first);
    let before = contents(&first.out());
    let model = first.out();
    let output = whetstone(&["generate", "--model", shown(&model), "--prompt", "Why?", "--max-new-tokens", "4"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    for mut next in [full(Task::Sft, "llama_tied", 2), Training::new()] {
        next.set("--model", shown(&model));
        next.set("--epochs", "");
        next.set("--max-steps", "2");
        run(&next);
    }
    // A model that is there is not written over.
    let mut over = full(Task::Sft, "llama_tied", 2);
    let taken = over.folder().join("taken");
    crate::copy_folder(&golden_model("llama_tied"), &taken);
    over.set("--out", shown(&taken));
    let output = over.run(&[]);
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("holds a model already") && said.contains("--out"), "{said}");
    assert!(contents(&model) == before, "the model that was trained on has changed");
}

#[test]
fn thirty_steps_on_shown_answers_lower_the_loss() {
    let training = full(Task::Sft, "llama_tied", 30);
    run(&training);
    let losses: Vec<f64> = figures(&training.out()).iter().map(|line| line["loss"].as_f64().expect("a loss")).collect();
    let mean = |losses: &[f64]| losses.iter().sum::<f64>() / losses.len() as f64;
    assert_eq!(losses.len(), 30);
    assert!(mean(&losses[25..]) < 0.5 * mean(&losses[..5]), "{losses:?}");
}

#[test]
fn the_reference_is_never_of_trained_weights() {
    let clean = full(Task::Dpo, "llama_tied", 8);
    let undisturbed = clean.undisturbed();
    for damage in [None, Some("{")] {
        let training = full(Task::Dpo, "llama_tied", 8);
        crate::copy_folder(&clean.out(), &training.out());
        let checkpoints = training.out().join("checkpoints");
        for ending in ["json", "safetensors"] {
            fs::remove_file(checkpoints.join(format!("step-00000008.{ending}"))).expect("the last checkpoint");
        }
        let reference = checkpoints.join("reference.json");
        match damage {
            Some(damaged) => fs::write(&reference, damaged).expect("damage"),
            None => fs::remove_file(&reference).expect("it is kept"),
        }
        fs::remove_file(training.result()).expect("a model");
        assert_eq!(training.checkpoints(), [6], "it goes on from trained weights");
        training.resume(&[]);
        assert!(fs::read(training.result()).expect("a model") == undisturbed.result, "another model");
        assert_eq!(figures(&training.out()), undisturbed.figures);
    }
}

#[test]
fn the_best_steps_weights_are_taken() {
    let mut training = full(Task::Dpo, "llama_tied", 60);
    for (option, value) in [("--evaluate-every", "3"), ("--patience", "2"), ("--learning-rate", "2e-3")] {
        training.set(option, value);
    }
    // Five pairs are soon known by heart, and three others told apart worse then.
    for (name, numbers) in [("pairs.jsonl", 0..5), ("holdout.jsonl", 5..8)] {
        fs::write(training.folder().join(name), pairs(numbers)).expect("data");
    }
    let output = training.run(&["--json"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let last: Value = serde_json::from_str(text(&output.stdout).lines().last().expect("events")).expect("JSON");
    let looks = lines(&training.out().join("holdout.jsonl"));
    let loss = |look: &Value| look["eval_loss"].as_f64().expect("a loss");
    let best = looks[1..].iter().reduce(|best, look| if loss(look) < loss(best) { look } else { best });
    let best = best.expect("a look")["step"].as_u64().expect("a step");
    assert_eq!(last["summary"]["model_of_step"], best);
    assert!(last["summary"]["steps"].as_u64() > Some(best), "the best step was the last: nothing was taken back");
    assert_scores_as_after(&training, best);
}
