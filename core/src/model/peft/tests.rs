//! Adapters as PEFT writes them, and what must not be mistaken for them.

use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::*;
use crate::domain::{LoraSettings, ToUserMessage};
use crate::random::Random;

fn decoder() -> DecoderConfig {
    let folder = TempDir::new().expect("a temporary folder");
    let config = json!({"model_type": "llama", "vocab_size": 32, "hidden_size": 8, "intermediate_size": 12,
        "num_hidden_layers": 2, "num_attention_heads": 2, "num_key_value_heads": 1});
    std::fs::write(folder.path().join("config.json"), config.to_string()).expect("it can be written to");
    DecoderConfig::open(folder.path()).expect("it is whole")
}

/// A configuration with only what PEFT demands, and these changes.
fn config(changes: &Value) -> Value {
    let mut config = json!({"peft_type": "LORA", "target_modules": ["q_proj", "down_proj"], "r": 4, "lora_alpha": 6});
    for (key, value) in changes.as_object().expect("changes are an object") {
        config[key] = value.clone();
    }
    config
}

fn read(changes: &Value) -> Result<AdapterConfig, AdapterError> {
    let folder = TempDir::new().expect("a temporary folder");
    let path = folder.path().join(CONFIG_FILE);
    std::fs::write(&path, config(changes).to_string()).expect("it can be written to");
    let reader = ConfigReader::open_optional(&path)?.expect("it was just written");
    Ok(AdapterConfig::read(&reader)?)
}

fn targets(changes: &Value) -> Vec<AdapterTarget> {
    read(changes).and_then(|config| config.targets(&decoder())).expect("it fits")
}

fn paths(changes: &Value) -> Vec<String> {
    targets(changes).into_iter().map(|target| target.path).collect()
}

/// An adapter of the settings, with numbers.
fn adapter(config: AdapterConfig) -> Adapter {
    let mut random = Random::new(1, &[]);
    let mut numbers = |count: usize| (0..count).map(|_| random.normal() as f32).collect::<Vec<_>>();
    let targets = config.targets(&decoder()).expect("it fits");
    let mut tensors = LoraPairs::new();
    for target in targets {
        let (rank, module) = (target.rank, target.module);
        let (a, b) = (numbers(rank * module.in_features), numbers(module.out_features * rank));
        tensors.insert(target.path, LoraPair { a, b, rank, scale: target.scale });
    }
    let score_head = config.has_score_head.then(|| numbers(decoder().hidden_size));
    Adapter { config, tensors, score_head }
}

#[test]
fn the_choice_of_modules_follows_peft() {
    let ends = |path: &[&str]| -> Vec<String> {
        (0..2).flat_map(|layer| path.iter().map(move |end| format!("model.layers.{layer}.{end}"))).collect()
    };
    assert_eq!(paths(&json!({})), ends(&["self_attn.q_proj", "mlp.down_proj"]));
    assert_eq!(paths(&json!({"target_modules": "all-linear"})).len(), 14);
    assert_eq!(paths(&json!({"target_modules": r".*\.(q|v)_proj"})), ends(&["self_attn.q_proj", "self_attn.v_proj"]));
    // A name is the end of a path after a dot, not any end.
    assert_eq!(paths(&json!({"target_modules": ["proj", "mlp.up_proj"]})), ends(&["mlp.up_proj"]));
    assert_eq!(paths(&json!({"target_modules": ["model.layers.1.mlp.up_proj"]})), ["model.layers.1.mlp.up_proj"]);
    assert_eq!(paths(&json!({"exclude_modules": ["mlp.down_proj"]})), ends(&["self_attn.q_proj"]));
    assert_eq!(paths(&json!({"exclude_modules": r".*1\.mlp.*"})).len(), 3);
    let last = ["model.layers.1.self_attn.q_proj", "model.layers.1.mlp.down_proj"];
    assert_eq!(paths(&json!({"layers_to_transform": 1})), last);
    assert_eq!(paths(&json!({"layers_to_transform": [1, 7], "layers_pattern": "layers"})), last);
    assert_eq!(paths(&json!({"layers_to_transform": []})).len(), 4);
}

#[test]
fn rank_and_scale_follow_peft() {
    let of =
        |changes: Value| targets(&changes).into_iter().map(|target| (target.rank, target.scale)).collect::<Vec<_>>();
    assert_eq!(of(json!({})), [(4, 1.5); 4]);
    assert_eq!(of(json!({"use_rslora": true})), [(4, 3.0); 4]);
    assert_eq!(of(json!({"r": null, "lora_alpha": null})), [(8, 1.0); 4]);
    let patterns =
        json!({"rank_pattern": {"q_proj": 2, "layers.0.self_attn.q_proj": 3}, "alpha_pattern": {r"1\..*": 8}});
    assert_eq!(of(patterns), [(2, 3.0), (4, 1.5), (2, 4.0), (4, 2.0)]);
    // The end of a name is no match: `proj` is not after a dot.
    assert_eq!(of(json!({"rank_pattern": {"proj": 2}})), [(4, 1.5); 4]);
}

#[test]
fn what_would_change_the_numbers_is_refused_by_name() {
    for (key, value) in [
        ("peft_type", json!("IA3")),
        ("peft_type", Value::Null),
        ("bias", json!("all")),
        ("fan_in_fan_out", json!(true)),
        ("modules_to_save", json!(["lm_head"])),
        ("modules_to_save", json!(["score"])),
        ("use_dora", json!(true)),
        ("lora_bias", json!(true)),
        ("use_qalora", json!(true)),
        ("layer_replication", json!([[0, 1]])),
        ("target_parameters", json!(["experts.w"])),
        ("trainable_token_indices", json!([1])),
        ("alora_invocation_tokens", json!([1])),
        ("megatron_config", json!({"a": 1})),
        ("arrow_config", json!({"top_k": 1})),
        ("use_something_of_tomorrow", json!(true)),
        ("init_lora_weights", json!("pissa_niter_4")),
        ("layers_pattern", json!(["blocks"])),
        ("target_modules", json!("(?=q_proj)")),
        ("target_modules", json!("a)(b")),
        ("rank_pattern", json!({"(": 1})),
        ("layers_to_transform", json!(["x"])),
        ("r", json!(0)),
        ("r", json!(1_000_000_000)),
        ("lora_alpha", json!("16")),
        ("lora_dropout", json!(1.5)),
        ("target_modules", json!([1])),
        ("target_modules", json!([])),
        ("rank_pattern", json!({"q_proj": 0})),
        ("alpha_pattern", json!(["q_proj"])),
        ("use_rslora", json!("yes")),
    ] {
        let mut changes = json!({ key: value });
        if key == "layers_pattern" {
            changes["layers_to_transform"] = json!([0]);
        }
        let error = read(&changes).expect_err("it must be refused");
        assert!(error.hint().is_some(), "{error}");
        let message = error.to_string();
        assert!(message.contains(key) && message.contains("adapter_config.json"), "{message}");
    }
    for harmless in [
        json!({"init_lora_weights": "gaussian"}),
        json!({"modules_to_save": null, "use_dora": false, "loftq_config": {}, "qalora_group_size": 16}),
        json!({"auto_mapping": {"base_model_class": "LlamaForCausalLM"}, "inference_mode": true, "note": "mine"}),
    ] {
        assert!(read(&harmless).is_ok(), "{harmless}");
    }
}

#[test]
fn modules_outside_the_layers_are_refused() {
    let message = |changes: Value| {
        let config = read(&changes).expect("it is whole");
        config.targets(&decoder()).expect_err("it must be refused").to_string()
    };
    assert!(message(json!({"target_modules": ["q_proj", "lm_head"]})).contains("lm_head"));
    assert!(message(json!({"target_modules": ["q_proj", "embed_tokens"]})).contains("embed_tokens"));
    assert!(message(json!({"target_modules": ".*"})).contains("lm_head"));
    assert!(message(json!({"target_modules": ["c_attn"]})).contains("no linear module"));
}

#[test]
fn settings_name_modules_that_are_there() {
    let of = |names: &[&str]| {
        let names = names.iter().map(|&name| name.to_owned()).collect();
        target_modules(&LoraSettings { target_modules: names, ..LoraSettings::default() }, &decoder())
    };
    let all = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"];
    assert_eq!(of(&["all-linear"]).expect("it is known"), all);
    assert_eq!(of(&["v_proj", "mlp.up_proj"]).expect("both are known"), ["v_proj", "mlp.up_proj"]);
    for names in [["q_proj", "c_attn"].as_slice(), &["lm_head"], &["all-linear", "q_proj"], &["proj"], &[""], &[]] {
        let error = of(names).expect_err("it must be refused");
        assert!(error.to_string().contains("no linear module"), "{error}");
        assert!(error.hint().expect("there is a cure").contains("q_proj, k_proj, v_proj, o_proj, gate_proj"));
    }
    for wrong in [
        LoraSettings { rank: 0, ..LoraSettings::default() },
        LoraSettings { alpha: f64::NAN, ..LoraSettings::default() },
        LoraSettings { dropout: 1.0, ..LoraSettings::default() },
    ] {
        assert!(AdapterConfig::new(&wrong, &decoder(), Path::new("base")).is_err(), "{wrong:?}");
    }
}

#[test]
fn what_was_saved_is_read_and_the_bytes_repeat() {
    let settings = LoraSettings { rank: 3, alpha: 7.5, dropout: 0.1, rslora: true, ..LoraSettings::default() };
    let new = AdapterConfig::new(&settings, &decoder(), Path::new("org/base \"quoted\"\n| x")).expect("it fits");
    let patterned = read(&json!({"rank_pattern": {"q_proj": 2}, "alpha_pattern": {"down_proj": 1.25},
        "layers_to_transform": [1], "exclude_modules": ["k_proj"], "revision": "main"}));
    let scoring = read(&json!({"task_type": "SEQ_CLS", "modules_to_save": ["classifier", "score"]}));
    for config in [new, patterned.expect("it is whole"), scoring.expect("it is whole")] {
        let saved = adapter(config);
        let card = TrainingCard { method: "DPO", settings: &[("beta", "0.1".to_owned())] };
        let folders = [TempDir::new(), TempDir::new()].map(|folder| folder.expect("a temporary folder"));
        for folder in &folders {
            saved.save(&folder.path().join("inner"), &card).expect("it can be saved");
        }
        let [first, second] = folders.each_ref().map(|folder| folder.path().join("inner"));
        assert_eq!(Adapter::open(&first, &decoder()).expect("it was just saved"), saved);
        for name in [CONFIG_FILE, WEIGHTS_FILE, "README.md"] {
            let [first, second] =
                [&first, &second].map(|folder| std::fs::read(folder.join(name)).expect("it is there"));
            assert_eq!(first, second, "{name}");
        }
        let card = std::fs::read_to_string(first.join("README.md")).expect("it is there");
        let base_model = json!(saved.config.base_model.as_deref().unwrap_or_default());
        assert!(card.starts_with(&format!("---\nbase_model: {base_model}\nlibrary_name: peft\n")), "{card}");
        assert!(card.contains("| beta | 0.1 |") && card.contains("PeftModel.from_pretrained"), "{card}");
    }
}

#[test]
fn weights_that_do_not_fit_are_refused() {
    let saved = adapter(read(&json!({})).expect("it is whole"));
    let folder = TempDir::new().expect("a temporary folder");
    let open = |change: &dyn Fn(&mut Adapter)| {
        let mut changed = saved.clone();
        change(&mut changed);
        changed.save(folder.path(), &TrainingCard::default()).expect("it can be saved");
        let error = Adapter::open(folder.path(), &decoder()).expect_err("it must be refused");
        assert!(error.hint().is_some(), "{error}");
        error.to_string()
    };
    let path = "model.layers.1.mlp.down_proj";
    let missing = open(&|adapter| drop(adapter.tensors.remove(path)));
    assert!(missing.contains("has no tensor base_model.model.model.layers.1.mlp.down_proj.lora_A.weight"), "{missing}");
    let misshapen = open(&|adapter| {
        adapter.tensors.get_mut(path).expect("it is there").a.truncate(44);
    });
    assert!(misshapen.contains("[4, 11], expected [4, 12]"), "{misshapen}");
    let extra = open(&|adapter| {
        let pair = adapter.tensors[path].clone();
        adapter.tensors.insert("model.layers.1.mlp.up_proj".to_owned(), pair);
    });
    assert!(extra.contains("up_proj.lora_A.weight\" belongs to no module"), "{extra}");
    let foreign = open(&|adapter| adapter.config.target_modules = ModuleSelection::Names(vec!["c_attn".to_owned()]));
    assert!(foreign.contains("does not fit the model") && foreign.contains(CONFIG_FILE), "{foreign}");

    saved.save(folder.path(), &TrainingCard::default()).expect("it can be saved");
    std::fs::rename(folder.path().join(WEIGHTS_FILE), folder.path().join("adapter_model.bin")).expect("it is there");
    let pickled = Adapter::open(folder.path(), &decoder()).expect_err("it is a pickle by its name").to_string();
    assert!(pickled.contains("adapter_model.bin is a pickle"), "{pickled}");
    std::fs::remove_file(folder.path().join(CONFIG_FILE)).expect("it is there");
    let empty = Adapter::open(folder.path(), &decoder()).expect_err("it has no configuration").to_string();
    assert!(empty.contains("no adapter_config.json"), "{empty}");
}

#[test]
fn a_changed_configuration_is_read_or_refused() {
    let folder = TempDir::new().expect("a temporary folder");
    let saved = adapter(
        read(&json!({"rank_pattern": {"q_proj": 2}, "layers_to_transform": [0], "exclude_modules": "k.*"}))
            .expect("it is whole"),
    );
    saved.save(folder.path(), &TrainingCard::default()).expect("it can be saved");
    let path = folder.path().join(CONFIG_FILE);
    let original = std::fs::read(&path).expect("it was just saved");
    let (mut read, mut refused) = (0, 0);
    for seed in 0..3000 {
        std::fs::write(&path, crate::model::json_file::mutation::mutate(&original, &mut Random::new(seed, &[])))
            .expect("it can be written");
        match Adapter::open(folder.path(), &decoder()) {
            Ok(adapter) => {
                read += 1;
                assert_eq!(adapter.tensors.len(), 2);
            }
            Err(_) => refused += 1,
        }
    }
    assert!(read > 100 && refused > 1000, "{read} read, {refused} refused");
}
