//! Adapters from elsewhere: whole with their figures, or no run that counts.

use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;

use super::*;
use crate::domain::{Text, ToUserMessage};
use crate::files;
use crate::job::CancelToken;
use crate::method::read::standing_of;
use crate::project::store::{NewPrompt, ProjectSettings};

/// What transformers 5.24 and TRL 1.16 leave of a short training; figures that are not looked at are left out.
const STATE: &str = r#"{
  "best_metric": null, "epoch": 1.0, "global_step": 2, "max_steps": 2, "is_world_process_zero": true,
  "log_history": [
    {"epoch": 0, "eval_loss": 0.6875, "eval_rewards/margins": 0.0, "eval_runtime": 0.1, "step": 0},
    {"entropy": 2.5, "epoch": 0.5, "grad_norm": 3.5, "learning_rate": 5e-06, "logps/chosen": -60.5, "loss": 0.6875,
     "num_tokens": 120.0, "rewards/accuracies": 0.0, "rewards/margins": 0.0, "step": 1},
    {"entropy": 2.5, "epoch": 1.0, "grad_norm": 3.25, "learning_rate": 2.5e-06, "logps/chosen": -60.0, "loss": 0.625,
     "num_tokens": 240.0, "rewards/accuracies": 1.0, "rewards/margins": 0.125, "step": 2},
    {"epoch": 1.0, "step": 2, "total_flos": 0.0, "train_loss": 0.65, "train_runtime": 1.0}
  ]
}"#;

fn golden(name: &str) -> PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/golden/models")).join(name)
}

/// A project of a model with so many prompts that are set aside, in which nothing was begun.
fn project(model: &Path, prompts: usize) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = ProjectSettings { model: model.display().to_string(), ..ProjectSettings::default() };
    let store = Store::create(folder.path(), &settings).expect("a project");
    let prompt = |number: usize| NewPrompt {
        text: Text::Plain(format!("prompt {number}")),
        split: Split::Holdout,
        tags: Vec::new(),
        source: "typed".to_owned(),
    };
    store.add_prompts(&(0..prompts).map(prompt).collect::<Vec<_>>()).expect("prompts");
    folder
}

/// A copy of a golden adapter.
fn adapter(name: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for file in ["adapter_config.json", "adapter_model.safetensors"] {
        fs::copy(golden(name).join("adapter").join(file), folder.path().join(file)).expect("copied");
    }
    folder
}

fn bring(project: &Path, adapter: &Path) -> Result<Map<String, Value>, MethodError> {
    let spec = ImportAdapterSpec { project: project.to_owned(), adapter: adapter.to_owned(), beside: false };
    let cancel = CancelToken::default();
    import_adapter(&spec, &JobContext::new(&|_| {}, &cancel))
}

fn lines(path: &Path) -> Vec<Value> {
    let text = files::read_text(path).expect("lines");
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

#[test]
fn an_adapter_becomes_a_finished_run_with_the_figures_of_its_latest_checkpoint() {
    let (project, adapter) = (project(&golden("llama_tied"), 1), adapter("llama_tied"));
    for (step, state) in [(1, "{}"), (10, STATE)] {
        let checkpoint = adapter.path().join(format!("checkpoint-{step}"));
        fs::create_dir(&checkpoint).expect("a folder");
        fs::write(checkpoint.join("trainer_state.json"), state).expect("written");
    }
    let summary = bring(project.path(), adapter.path()).expect("it is brought in");
    assert_eq!((&summary["steps"], &summary["warnings"]), (&json!(2), &json!([])), "{summary:?}");
    let store = Store::open(project.path(), Access::Owner).expect("the project");
    let run = store.run(summary["run"].as_i64().expect("a run")).expect("a run");
    assert_eq!((run.kind, run.state, run.pairs), (RunKind::Dpo, RunState::Finished, 0));
    assert_eq!(run.settings["lora"]["rank"], 8);
    assert_eq!(standing_of(&store).expect("a standing").rounds[0].adapter, Some(run.id), "the first round was begun");
    let folder = store.run_folder(run.id);
    let config = DecoderConfig::open(&golden("llama_tied")).expect("a configuration");
    let (own, its) = (Adapter::open(&folder, &config), Adapter::open(adapter.path(), &config));
    assert_eq!(own.expect("an adapter").tensors, its.expect("an adapter").tensors);
    assert_eq!(
        lines(&folder.join("metrics.jsonl")),
        [
            json!({"step": 1, "grad_norm": 3.5, "learning_rate": 5e-06, "logps/chosen": -60.5, "loss": 0.6875,
                   "num_tokens": 120.0, "rewards/accuracies": 0.0, "rewards/margins": 0.0}),
            json!({"step": 2, "grad_norm": 3.25, "learning_rate": 2.5e-06, "logps/chosen": -60.0, "loss": 0.625,
                   "num_tokens": 240.0, "rewards/accuracies": 1.0, "rewards/margins": 0.125}),
        ]
    );
    let holdout = [json!({"step": 0, "eval_loss": 0.6875, "eval_rewards/margins": 0.0})];
    assert_eq!(lines(&folder.join("holdout.jsonl")), holdout);
    let audit = store.audit(10).expect("an audit trail");
    assert!(audit.iter().any(|entry| format!("{entry:?}").contains("prepared a run")), "{audit:?}");
}

#[test]
fn what_is_strange_about_an_adapter_is_said() {
    let (project, adapter) = (project(&golden("llama_tied"), 0), adapter("llama_tied"));
    let said = |summary: &Map<String, Value>| summary["said"].to_string();
    let summary = bring(project.path(), adapter.path()).expect("it is brought in");
    assert!(said(&summary).contains("No figures of its training"), "{summary:?}");
    assert!(said(&summary).contains("no prompts are set aside"), "{summary:?}");
    let cut = STATE.replace(r#""max_steps": 2"#, r#""max_steps": 9"#);
    for (state, warning) in
        [(cut.as_str(), "was to take 9 steps and had taken 2"), ("{\"loss\": NaN}", "cannot be read")]
    {
        fs::write(adapter.path().join("trainer_state.json"), state).expect("written");
        let summary = bring(project.path(), adapter.path()).expect("it is brought in");
        assert!(said(&summary).contains(warning), "{summary:?}");
    }
    let path = adapter.path().join("adapter_config.json");
    let config = files::read_text(&path).expect("a configuration");
    fs::write(&path, config.replace("\"llama_tied\"", "\"owner/another\"")).expect("written");
    let summary = bring(project.path(), adapter.path()).expect("it is brought in");
    assert!(said(&summary).contains("trained on owner/another"), "{summary:?}");
    fs::write(&path, config.replace("\"llama_tied\"", "null")).expect("written");
    let summary = bring(project.path(), adapter.path()).expect("it is brought in");
    assert!(said(&summary).contains("does not say which model"), "{summary:?}");
}

#[test]
fn an_adapter_that_does_not_fit_or_answers_nothing_leaves_no_run() {
    let project = project(&golden("llama_tied"), 0);
    let error = bring(project.path(), &golden("phi3").join("adapter")).expect_err("another family");
    assert!(matches!(error, MethodError::Adapter(_)), "{error}");
    let config = DecoderConfig::open(&golden("llama_tied")).expect("a configuration");
    let mut scoring = Adapter::open(&golden("llama_tied").join("adapter"), &config).expect("an adapter");
    scoring.config.has_score_head = true;
    scoring.score_head = Some(vec![0.5; config.hidden_size]);
    let folder = tempfile::tempdir().expect("a folder");
    scoring.save(folder.path(), &TrainingCard::default()).expect("written");
    let error = bring(project.path(), folder.path()).expect_err("it scores");
    assert!(matches!(error, MethodError::ScoresAnswers { .. }) && error.hint().is_some(), "{error}");
    let store = Store::open(project.path(), Access::Owner).expect("the project");
    assert!(store.runs().expect("runs").is_empty());
}
