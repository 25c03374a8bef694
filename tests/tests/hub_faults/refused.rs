//! Repositories that are of no use here: refused with the reason and what to do instead, before their weights are fetched.

use serde_json::{Value, json};
use whetstone_core::hub::HubError;
use whetstone_tests::golden_model;
use whetstone_tests::hub::Repository;

use crate::bench::{Bench, MODEL};

/// The model with its files changed: those named get other bytes, or are taken away.
fn changed(changes: &[(&str, Option<Vec<u8>>)]) -> Repository {
    let whole = Repository::model(MODEL).folder(&golden_model("llama_tied"));
    let mut repository = Repository::model(MODEL);
    for (name, bytes) in whole.files() {
        if !changes.iter().any(|(changed, _)| *changed == name) {
            repository = repository.file(&name, bytes.to_vec());
        }
    }
    for (name, bytes) in changes {
        if let Some(bytes) = bytes {
            repository = repository.file(name, bytes.clone());
        }
    }
    repository
}

fn config(change: impl FnOnce(&mut Value)) -> Vec<u8> {
    let path = golden_model("llama_tied").join("config.json");
    let mut config: Value = serde_json::from_slice(&std::fs::read(path).expect("a file")).expect("JSON");
    change(&mut config);
    config.to_string().into_bytes()
}

#[test]
fn what_is_of_no_use_is_refused_before_its_weights_are_fetched() {
    let pickle = vec![0x80, 2, b'}', b'q', 0, b'.'];
    let cases: [(&str, Repository, &[&str]); 5] = [
        (
            "pickle alone",
            changed(&[("model.safetensors", None), ("pytorch_model.bin", Some(pickle))]),
            &["pickle", "safetensors"],
        ),
        (
            "code of its own",
            changed(&[
                (
                    "config.json",
                    Some(config(|config| {
                        config["auto_map"] = json!({"AutoModelForCausalLM": "modeling_x.XForCausalLM"});
                    })),
                ),
                ("modeling_x.py", Some(b"import os".to_vec())),
            ]),
            &["code"],
        ),
        (
            "an unknown family",
            changed(&[(
                "config.json",
                Some(config(|config| {
                    config["model_type"] = json!("mamba9");
                    config["architectures"] = json!(["Mamba9ForCausalLM"]);
                })),
            )]),
            &["mamba9"],
        ),
        ("no weights", changed(&[("model.safetensors", None)]), &["safetensors"]),
        ("no configuration", changed(&[("config.json", None)]), &["config.json"]),
    ];
    for (why, repository, parts) in cases {
        let bench = Bench::new();
        bench.hub.put(repository);
        let (error, said) = bench.fails();
        let HubError::Refused { refusal, .. } = &error else { panic!("{why}: {error:?}") };
        assert!(!refusal.reason.is_empty() && refusal.instead.len() > 12, "{why}: {refusal:?}");
        for part in parts {
            assert!(said.to_lowercase().contains(&part.to_lowercase()), "{why}: `{part}` is not told: {said}");
        }
        let fetched: Vec<String> = bench
            .hub
            .requests()
            .into_iter()
            .map(|request| request.target)
            .filter(|target| !target.contains("config.json"))
            .collect();
        assert!(!fetched.is_empty(), "{why}: nobody asked the Hub");
        for name in [".bin", ".safetensors", ".py"] {
            assert!(fetched.iter().all(|target| !target.contains(name)), "{why}: {fetched:?}");
        }
    }
}

#[test]
fn weights_are_fetched_as_safetensors_alone() {
    let bench = Bench::new();
    let more: &[(&str, Option<Vec<u8>>)] = &[
        ("pytorch_model.bin", Some(vec![0x80, 2])),
        ("model.onnx", Some(vec![1])),
        ("setup.py", Some(vec![1])),
        ("run.sh", Some(vec![1])),
        ("consolidated.pth", Some(vec![1])),
    ];
    bench.hub.put(changed(more));
    let summary = bench.download().expect("a model");
    bench.assert_whole(&summary, "more than is needed");
    for (name, _) in more {
        assert!(bench.requests_for(name).is_empty(), "{name} was fetched");
    }
}
