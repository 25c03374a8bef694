//! Training on weights in blocks: packed while the model is opened, or as a GGUF file has them.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use whetstone_core::model::DecoderConfig;
use whetstone_core::model::safetensors::{TensorRef, write_f32};
use whetstone_core::random::Random;

use crate::training::Training;
use crate::{copy_folder, golden_model, shown, text, whetstone};

/// A model with a golden's tokenizer whose rows fill the blocks of every form.
pub(crate) fn wide_model(folder: &Path) {
    copy_folder(&golden_model("llama_tied"), folder);
    let path = folder.join("config.json");
    let mut config: Value = serde_json::from_str(&fs::read_to_string(&path).expect("read")).expect("JSON");
    for (key, value) in [
        ("hidden_size", 256),
        ("intermediate_size", 256),
        ("num_hidden_layers", 2),
        ("num_attention_heads", 4),
        ("num_key_value_heads", 2),
        ("head_dim", 64),
    ] {
        config[key] = json!(value);
    }
    fs::write(path, config.to_string()).expect("written");
    let tensors = DecoderConfig::open(folder).expect("a configuration").tensors();
    let mut random = Random::new(23, &[]);
    let values: Vec<Vec<f32>> = tensors
        .iter()
        .map(|(_, shape)| {
            let (centre, scale) = if shape.len() > 1 { (0.0, 0.06) } else { (1.0, 0.02) };
            (0..shape.iter().product()).map(|_| (centre + scale * random.normal()) as f32).collect()
        })
        .collect();
    let tensors: Vec<TensorRef<'_>> =
        tensors.iter().zip(&values).map(|((name, shape), values)| TensorRef { name, shape, values }).collect();
    let mut bytes = Vec::new();
    write_f32(&mut bytes, &tensors).expect("written");
    fs::write(folder.join("model.safetensors"), bytes).expect("written");
}

/// A short training of the wide model with its weights in this form.
pub(crate) fn training_in(dtype: &str) -> Training {
    let mut training = Training::new();
    let model = training.folder().join("model");
    wide_model(&model);
    for (option, value) in [("--model", shown(&model)), ("--dtype", dtype), ("--epochs", ""), ("--max-steps", "12")] {
        training.set(option, value);
    }
    training
}

fn record(training: &Training) -> Value {
    let text = fs::read_to_string(training.out().join("run.json")).expect("a record");
    serde_json::from_str(&text).expect("JSON")
}

#[test]
fn the_form_is_kept_with_the_run_and_another_is_refused() {
    let mut training = training_in("q4_k");
    training.set("--max-steps", "3");
    let output = training.run(&[]);
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(said.contains("the weights are kept in q4_k, which moves them by"), "{said}");
    assert!(!said.contains("not all rows"), "{said}");
    assert_eq!(record(&training)["dtype"], "q4_k");
    training.set("--dtype", "q8_0");
    let output = training.run(&["--resume"]);
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("with `--dtype` q4_k, not q8_0"), "{said}");
    // What is left open is taken from the run.
    training.set("--dtype", "");
    training.resume(&[]);
    let config = fs::read_to_string(training.out().join("adapter_config.json")).expect("an adapter");
    let config: Value = serde_json::from_str(&config).expect("JSON");
    assert_eq!(config["base_model_name_or_path"], shown(&training.folder().join("model")));
}

#[test]
fn rows_that_fill_no_blocks_are_told_and_every_weight_is_not_trained_in_blocks() {
    let mut training = Training::new();
    training.set("--dtype", "q4_k");
    training.set("--epochs", "");
    training.set("--max-steps", "1");
    let output = training.run(&[]);
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert_eq!(
        said.matches("rows of 64 numbers are kept in q8_0; rows of 112 numbers are kept in bf16").count(),
        1,
        "{said}"
    );
    for dtype in ["q8_0", "q4_k"] {
        let mut training = Training::new().full();
        training.set("--dtype", dtype);
        let output = training.run(&[]);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains(&format!("`--dtype {dtype}` cannot be used with `--full`")), "{said}");
    }
}

#[test]
fn a_gguf_file_is_trained_on_with_its_blocks_kept() {
    let mut training = training_in("auto");
    training.set("--max-steps", "4");
    let model = training.folder().join("model");
    let export = training.folder().join("gguf");
    let output = whetstone(&[
        "export",
        "--model",
        shown(&model),
        "--to",
        "gguf",
        "--gguf-type",
        "q8_0",
        "--out",
        shown(&export),
    ]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let file = export.join("model-q8_0.gguf");
    training.set("--model", shown(&file));
    let output = training.run(&["--dry-run"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let clean = training.undisturbed();
    assert_eq!(record(&training)["dtype"], "auto");
    training.resume(&[]);
    training.assert_equals(&clean, "gone on with");
    // The same blocks, packed here, learn the same but for the order of queries and keys in the file, which changes none of
    // the sums of a row.
    let mut packed = training_in("q8_0");
    packed.set("--max-steps", "4");
    let same = packed.undisturbed();
    assert_eq!(same.figures.len(), clean.figures.len());
    assert!(same.result == clean.result, "another adapter than on the same blocks from a folder");
    // The adapter works on the file it was trained on.
    let output = whetstone(&[
        "generate",
        "--model",
        shown(&file),
        "--adapter",
        shown(&training.out()),
        "--prompt",
        "Hello",
        "--max-new-tokens",
        "4",
    ]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let mut full = Training::new().full();
    full.set("--model", shown(&file));
    let output = full.run(&[]);
    assert!(text(&output.stderr).contains("a model's folder with `--full`"), "{}", text(&output.stderr));
}
