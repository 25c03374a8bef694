//! What each task leaves, and what is done with it.

use std::fs;

use serde_json::Value;
use whetstone_core::domain::Task;

use crate::training::{Training, figures};
use crate::workbench::Workbench;
use crate::{shown, text, whetstone};

/// A short training of a task.
fn short(task: Task) -> Training {
    let mut training = Training::new();
    for (option, value) in [("--task", task.name()), ("--epochs", ""), ("--max-steps", "2")] {
        training.set(option, value);
    }
    training
}

#[test]
fn every_task_says_what_its_adapter_is() {
    for (task, words) in [
        (Task::Dpo, ["DPO (sigmoid loss)", "AutoModelForCausalLM", "| beta | 0.1 |"]),
        (Task::Kto, ["KTO (kto loss)", "AutoModelForCausalLM", "| undesirable\\_weight | 1 |"]),
        (Task::Sft, ["supervised fine-tuning (nll loss)", "AutoModelForCausalLM", "| completion\\_only | 1 |"]),
        (
            Task::PreferenceModel,
            ["preference model (bradley\\_terry loss)", "AutoModelForSequenceClassification", "num_labels=1"],
        ),
    ] {
        let training = short(task);
        let output = training.run(&[]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        let card = fs::read_to_string(training.out().join("README.md")).expect("a card");
        for word in words {
            assert!(card.contains(word), "{task:?}: {word} is not in {card}");
        }
        assert!(figures(&training.out()).iter().all(|line| line["grad_norm"].as_f64() > Some(0.0)), "{task:?}");
    }
}

#[test]
fn a_preference_model_scores_pairs_is_exported_and_does_not_write() {
    let training = short(Task::PreferenceModel);
    assert_eq!(training.run(&[]).status.code(), Some(0));
    let bench = Workbench::new();
    let (model, adapter) = (bench.model(), training.out());
    let given = ["--model", shown(&model), "--adapter", shown(&adapter)];
    let with = |command: &str, more: &[&str]| whetstone(&[&[command], &given[..], more].concat());
    let (data, out) = (bench.path("pairs.jsonl"), bench.path("scores.jsonl"));
    let output = with("score", &["--data", shown(&data), "--out", shown(&out)]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let lines = fs::read_to_string(&out).expect("scores");
    assert_eq!(lines.lines().count(), 4);
    for line in lines.lines() {
        let line: Value = serde_json::from_str(line).expect("JSON");
        let [chosen, rejected, margin] = ["chosen_reward", "rejected_reward", "margin"]
            .map(|key| line[key].as_f64().unwrap_or_else(|| panic!("no {key} in {line}")));
        assert!((chosen - rejected - margin).abs() < 1e-12, "{line}");
    }
    let exported = bench.path("exported");
    let output = with("export", &["--to", "peft", "--out", shown(&exported)]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let config: Value =
        serde_json::from_slice(&fs::read(exported.join("adapter_config.json")).expect("a file")).expect("JSON");
    assert_eq!((&config["task_type"], &config["modules_to_save"][0]), (&"SEQ_CLS".into(), &"score".into()));
    let read = |folder: &std::path::Path, file: &str| fs::read(folder.join(file)).expect("a file");
    let weights = "adapter_model.safetensors";
    assert!(read(&exported, weights) == read(&adapter, weights), "{weights} was changed");
    // What is given away names its base, and no path of this machine.
    let mut own: Value = serde_json::from_slice(&read(&adapter, "adapter_config.json")).expect("JSON");
    let base = model.file_name().and_then(|name| name.to_str()).expect("a name");
    own["base_model_name_or_path"] = base.into();
    assert_eq!(config, own);
    let said = bench.fails("generate", &["--adapter", shown(&adapter)], &["makes a preference model"]);
    assert!(said.contains("whetstone score"), "{said}");
    bench.fails("train", &["--adapter", shown(&adapter)], &["adapter is a preference model", "the task dpo"]);
}
