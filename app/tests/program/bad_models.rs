//! Models and adapters that cannot be used: told by file, key or tensor, with the cure, and nothing half-done is left.

use std::fs;

use serde_json::{Value, json};

use crate::workbench::Workbench;
use crate::{copy_folder, golden_model, shown};

/// What spoils a model's folder, and what has to be told about it.
type Spoiling = (fn(&Workbench), &'static [&'static str]);

fn spoil_config(change: fn(&mut Value)) -> impl Fn(&Workbench) {
    move |bench| bench.edit("model/config.json", change)
}

#[expect(clippy::too_many_lines, reason = "a table of faults, one after the other")]
#[test]
fn a_model_that_cannot_be_opened_is_told_by_file_and_key() {
    let spoilings: &[Spoiling] = &[
        (
            |bench| fs::remove_file(bench.path("model/config.json")).expect("it is there"),
            &["model is not a model folder: it has no config.json", "give the folder that holds config.json"],
        ),
        (
            |bench| bench.write("model/config.json", &bench.read("model/config.json")[..200]),
            &["config.json is not the JSON that it should be", "line ", "column ", "download it again"],
        ),
        (
            spoil_family,
            &[
                "config.json: `model_type` is \"mamba\", which is not supported; supported: llama, qwen2",
                "choose another model",
            ],
        ),
        (
            |bench| {
                spoil_config(|config| drop(config.as_object_mut().expect("an object").remove("hidden_size")))(bench);
            },
            &["config.json: `hidden_size` is missing, expected a whole number"],
        ),
        (
            |bench| spoil_config(|config| config["num_hidden_layers"] = json!(-3))(bench),
            &["config.json: `num_hidden_layers` is -3, expected a whole number from 1 to"],
        ),
        (
            |bench| spoil_config(|config| config["auto_map"] = json!({"AutoModelForCausalLM": "code.Model"}))(bench),
            &["`auto_map` is", "such code is never run"],
        ),
        (
            |bench| fs::remove_file(bench.path("model/model.safetensors")).expect("it is there"),
            &[
                "model has no weights: neither model.safetensors nor model.safetensors.index.json",
                "give the folder of a model with safetensors weights",
            ],
        ),
        (
            |bench| {
                fs::rename(bench.path("model/model.safetensors"), bench.path("model/pytorch_model.bin"))
                    .expect("a move");
            },
            &["pytorch_model.bin is a pickle file, which is never opened", "look for a version with .safetensors"],
        ),
        (
            |bench| bench.edit_weights_header(|header| header.replace("layers.2.mlp.up_proj", "layers.2.mlp.no_proj")),
            &["model.safetensors has no tensor model.layers.2.mlp.up_proj.weight", "download all of them again"],
        ),
        (
            |bench| spoil_config(|config| config["intermediate_size"] = json!(96))(bench),
            &["model.safetensors: tensor model.layers.0.mlp.gate_proj.weight has shape [112, 64], expected [96, 64]"],
        ),
        (
            |bench| bench.write("model/model.safetensors", &bench.read("model/model.safetensors")[..300_000]),
            &["model.safetensors is not a sound safetensors file", "download it again"],
        ),
        (
            |bench| bench.write("model/model.safetensors", []),
            &["model.safetensors is not a sound safetensors file", "download it again"],
        ),
        (spoil_header_length, &["model.safetensors is not a sound safetensors file", "download it again"]),
        (
            |bench| bench.edit_weights_header(|header| header.replacen("\"shape\":[64]", "\"shape\":[46]", 1)),
            &["model.safetensors is not a sound safetensors file", "download it again"],
        ),
        (
            |bench| bench.edit_weights_header(|header| header.replacen("\"dtype\":\"F32\"", "\"dtype\":\"F16\"", 1)),
            &["model.safetensors is not a sound safetensors file"],
        ),
        (
            |bench| bench.edit_weights_header(|header| header[..header.len() / 2].to_owned()),
            &["model.safetensors is not a sound safetensors file"],
        ),
        (
            |bench| fs::remove_file(bench.path("model/tokenizer.json")).expect("it is there"),
            &["model has no tokenizer.json"],
        ),
        (
            |bench| bench.write("model/tokenizer.json", &bench.read("model/tokenizer.json")[..900]),
            &["tokenizer.json, line ", "column ", "not valid JSON", "download this file of the model again"],
        ),
        (
            |bench| bench.write("model/tokenizer.json", "{}"),
            &["tokenizer.json cannot be used as a tokenizer", "download this file of the model again"],
        ),
        // These two break off inside the library that reads them.
        (
            |bench| {
                bench.edit("model/tokenizer.json", |tokenizer| {
                    tokenizer["model"]["continuing_subword_prefix"] = json!("@@@@@@@@");
                });
            },
            &["tokenizer.json cannot be used as a tokenizer", "download this file of the model again"],
        ),
        (
            |bench| {
                bench.edit("model/tokenizer.json", |tokenizer| {
                    tokenizer["pre_tokenizer"] = json!({"type": "FixedLength", "length": 0});
                });
            },
            &["the tokenizer", "tokenizer.json failed on", "download this file of the model again"],
        ),
        (
            |bench| spoil_config(|config| config["vocab_size"] = json!(300))(bench),
            &["has 512 tokens, the model only 300 embeddings", "different models"],
        ),
        (|bench| bench.write("model/generation_config.json", "[1"), &["generation_config.json"]),
        (
            |bench| bench.write("model/chat_template.jinja", "\n{% for m in %}"),
            &["chat_template.jinja, line 2", "give plain text instead of messages"],
        ),
    ];
    for (spoil, parts) in spoilings {
        let bench = Workbench::new();
        spoil(&bench);
        for command in ["train", "score", "generate"] {
            bench.fails(command, &[], parts);
        }
    }
}

fn spoil_family(bench: &Workbench) {
    spoil_config(|config| config["model_type"] = json!("mamba"))(bench);
}

/// The file says that its header is longer than any file.
fn spoil_header_length(bench: &Workbench) {
    let mut bytes = bench.read("model/model.safetensors");
    bytes[..8].copy_from_slice(&(u64::MAX - 4).to_le_bytes());
    bench.write("model/model.safetensors", bytes);
}

#[test]
fn what_a_chat_template_does_not_take_is_told() {
    for (template, parts) in [
        (
            "{{ raise_exception('Only one turn, please') }}",
            &[
                "chat_template.jinja, line 1, refuses these messages: Only one turn, please",
                "bring the messages into the form",
            ] as &[&str],
        ),
        (
            "{% for m in messages %}\n{{ m.content.nothing.more }}{% endfor %}",
            &["chat_template.jinja, line 2, failed on these messages", "download the model's tokenizer files again"],
        ),
        (
            "{% for a in range(100000) %}{% for b in range(100000) %}{{ a }}{% endfor %}{% endfor %}",
            &["chat_template.jinja did not come to an end"],
        ),
    ] {
        let bench = Workbench::new();
        bench.write("model/chat_template.jinja", template);
        bench.fails("train", &[], &[&["pairs.jsonl, pair 1: "], parts].concat());
        bench.fails("score", &[], &[&["pairs.jsonl, pair 1: "], parts].concat());
        bench.fails("generate", &[], &[&["prompts.jsonl, prompt 1: "], parts].concat());
    }
    let bench = Workbench::new();
    fs::remove_file(bench.path("model/chat_template.jinja")).expect("it is there");
    let parts = ["the model in", "has no chat template", "use a model that was trained to chat"];
    bench.fails("train", &[], &parts);
    bench.write("prompts.jsonl", "{\"prompt\": [{\"role\": \"user\", \"content\": \"Why?\"}]}");
    bench.fails("generate", &[], &parts);
}

#[test]
fn an_adapter_that_does_not_fit_is_told_by_tensor_or_module() {
    let spoilings: &[Spoiling] = &[
        (
            |bench| bench.edit("adapter/adapter_config.json", |config| config["r"] = json!(4)),
            &[
                "adapter_model.safetensors: tensor base_model.model.model.layers.0.",
                "has shape [8, 64], expected [4, 64]",
            ],
        ),
        (
            |bench| bench.edit("adapter/adapter_config.json", |config| config["target_modules"] = json!(["c_attn"])),
            &[
                "adapter_config.json does not fit the model: no linear module of the model",
                "check that the adapter was made for this model",
            ],
        ),
        (
            |bench| bench.edit("adapter/adapter_config.json", |config| config["target_modules"] = json!(["q_proj"])),
            &["adapter_model.safetensors: tensor ", "belongs to no module that adapter_config.json names"],
        ),
        (
            |bench| fs::remove_file(bench.path("adapter/adapter_config.json")).expect("it is there"),
            &["adapter is not an adapter folder: it has no adapter_config.json"],
        ),
        (
            |bench| fs::remove_file(bench.path("adapter/adapter_model.safetensors")).expect("it is there"),
            &["adapter has no weights", "give the folder that holds adapter_config.json"],
        ),
        (
            |bench| {
                bench.write(
                    "adapter/adapter_model.safetensors",
                    &bench.read("adapter/adapter_model.safetensors")[..9000],
                );
            },
            &["adapter_model.safetensors is not a sound safetensors file"],
        ),
        (
            |bench| fs::remove_dir_all(bench.path("adapter")).expect("it is there"),
            &["cannot open the adapter ", "no such folder"],
        ),
    ];
    for (spoil, parts) in spoilings {
        let bench = Workbench::new();
        copy_folder(&golden_model("llama_tied").join("adapter"), &bench.path("adapter"));
        spoil(&bench);
        let adapter = bench.path("adapter");
        for command in ["train", "score", "generate"] {
            bench.fails(command, &["--adapter", shown(&adapter)], parts);
        }
    }
}
