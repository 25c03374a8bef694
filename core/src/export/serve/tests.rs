//! Recipes as they are written: compose files that can be read, commands that say the same, adapters that can be served.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use super::super::run;
use super::vllm::Base;
use super::{llama_server, short_name, vllm};
use crate::domain::{ComputeSettings, ToUserMessage};
use crate::export::ExportError;
use crate::files;
use crate::job::{CancelToken, ExportSpec, JobContext};

fn golden(name: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/golden/models")).join(name)
}

fn export(to: &str, model: &Path, adapter: Option<&Path>, out: &Path) -> Result<Map<String, Value>, ExportError> {
    let spec = ExportSpec {
        compute: ComputeSettings { threads: Some(1), ..ComputeSettings::default() },
        ..ExportSpec::new(model, adapter, to, out)
    };
    let cancel = CancelToken::default();
    run(&spec, &JobContext::new(&|_| {}, &cancel))
}

/// The part of YAML that compose files of ours are written in: keys, lists, and values in quotation marks.
fn yaml<'t>(lines: &mut std::iter::Peekable<impl Iterator<Item = &'t str>>, depth: usize) -> Value {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let (mut object, mut list) = (Map::new(), Vec::new());
    while let Some(&line) = lines.peek() {
        if indent(line) < depth {
            break;
        }
        assert_eq!(indent(line), depth, "{line}");
        lines.next();
        let content = line.trim_start();
        if let Some(item) = content.strip_prefix("- ") {
            if let Ok(text) = serde_json::from_str::<String>(item) {
                list.push(json!(text));
                continue;
            }
            let (key, value) = item.split_once(": ").expect("a key");
            let mut first = Map::from_iter([(key.to_owned(), serde_json::from_str(value).expect("a value"))]);
            if lines.peek().is_some_and(|next| indent(next) == depth + 2) {
                first.extend(yaml(lines, depth + 2).as_object().cloned().expect("keys"));
            }
            list.push(Value::Object(first));
        } else if let Some(key) = content.strip_suffix(':') {
            object.insert(key.to_owned(), yaml(lines, depth + 2));
        } else {
            let (key, value) = content.split_once(": ").expect("a key");
            object.insert(key.to_owned(), serde_json::from_str(value).expect("a value in quotation marks"));
        }
    }
    if list.is_empty() { Value::Object(object) } else { Value::Array(list) }
}

fn compose(texts: &[(&str, String)]) -> Value {
    let (_, text) = texts.iter().find(|(name, _)| *name == "compose.yaml").expect("a compose file");
    yaml(&mut text.lines().peekable(), 0)
}

fn start(texts: &[(&str, String)]) -> String {
    texts.iter().find(|(name, _)| *name == "start.sh").expect("a command").1.clone()
}

#[test]
fn llamas_recipe_says_the_same_in_a_box_and_without() {
    let arguments = json!({"note": "it's $HOME \"here\""}).to_string();
    let texts = llama_server::texts(&llama_server::Recipe {
        gguf: "model-q8_0.gguf".to_owned(),
        name: "small-sharpened".to_owned(),
        length: 512,
        template_arguments: Some(arguments.clone()),
        system_prompt: Some("You're \"brief\".".to_owned()),
    });
    // The server adds no system prompt by itself: whoever asks sends it.
    let (_, ask) = texts.iter().find(|(name, _)| *name == "ask.sh").expect("a question");
    let asked = ask.split_once("-d '").and_then(|(_, asked)| asked.strip_suffix("'\n")).expect("what is sent");
    let asked: Value = serde_json::from_str(&asked.replace(r"'\''", "'")).expect("JSON");
    let messages = json!([{"role": "system", "content": "You're \"brief\"."}, {"role": "user", "content": "Hello!"}]);
    assert_eq!(asked, json!({"model": "small-sharpened", "messages": messages}));
    let model = &compose(&texts)["services"]["model"];
    assert_eq!(model["image"], "ghcr.io/ggml-org/llama.cpp:server");
    assert_eq!(model["ports"], json!(["127.0.0.1:8080:8080"]), "it is served to this machine alone");
    let in_box: Vec<&str> = model["command"].as_array().expect("words").iter().filter_map(Value::as_str).collect();
    assert_eq!(
        in_box,
        [
            "--model",
            "/models/model-q8_0.gguf",
            "--alias",
            "small-sharpened",
            "--ctx-size",
            "512",
            "--jinja",
            "--chat-template-kwargs",
            &arguments.replace('$', "$$"),
            "--host",
            "0.0.0.0",
            "--port",
            "8080",
        ]
    );
    let start = start(&texts);
    assert!(start.contains("'--model' './model-q8_0.gguf'") && start.contains("'--host' '127.0.0.1'"), "{start}");
    assert!(start.contains(r"it'\''s $HOME"), "{start}");
}

#[test]
fn vllms_recipe_names_a_commit_or_mounts_the_folder() {
    let recipe = |base| vllm::Recipe {
        base,
        name: "m-sharpened".to_owned(),
        rank: 16,
        template_arguments: None,
        system_prompt: None,
    };
    let hub = Base::Hub { name: "owner/name".to_owned(), revision: "0".repeat(40) };
    let texts = vllm::texts(&recipe(hub));
    let model = &compose(&texts)["services"]["model"];
    let words: Vec<&str> = model["command"].as_array().expect("words").iter().filter_map(Value::as_str).collect();
    assert_eq!(words[..3], ["owner/name", "--revision", &"0".repeat(40)]);
    assert!(words.windows(2).any(|two| two == ["--max-lora-rank", "16"]) && words.contains(&"--enable-lora"));
    assert!(words.windows(2).any(|two| two == ["--lora-modules", "m-sharpened=/adapter"]), "{words:?}");
    assert!(start(&texts).contains("'--lora-modules' 'm-sharpened=./adapter'"));
    let device = &model["deploy"]["resources"]["reservations"]["devices"][0];
    assert_eq!((&device["driver"], &device["capabilities"]), (&json!("nvidia"), &json!(["gpu"])));
    let texts = vllm::texts(&recipe(Base::Folder("/models/my $model".to_owned())));
    let model = &compose(&texts)["services"]["model"];
    assert_eq!(model["volumes"], json!(["/models/my $$model:/base:ro", "./adapter:/adapter:ro"]));
    assert_eq!(model["command"][0], "/base");
    assert!(start(&texts).contains("vllm serve '/models/my $model'"));
}

#[test]
fn names_are_plain() {
    for (folder, name) in [
        ("/models/My Model (new)", "my-model--new-sharpened"),
        ("/x/models--Owner--Name-1.5B/snapshots/0123456789abcdef0123456789abcdef01234567", "name-1.5b-sharpened"),
        ("/", "model-sharpened"),
    ] {
        assert_eq!(short_name(&PathBuf::from(folder)), name);
    }
}

#[test]
fn both_are_written_with_what_they_serve() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("llama");
    let summary = export("llama-server", &golden("llama_tied"), None, &out).expect("a recipe");
    assert_eq!(summary["served_as"], "llama_tied-sharpened");
    for name in ["model-f16.gguf", "compose.yaml", "start.sh", "ask.sh"] {
        assert!(out.join(name).is_file(), "{name}");
    }
    let out = folder.path().join("vllm");
    let adapter = golden("llama_tied").join("adapter");
    export("vllm", &golden("llama_tied"), Some(&adapter), &out).expect("a recipe");
    for name in
        ["adapter/adapter_model.safetensors", "adapter/adapter_config.json", "compose.yaml", "start.sh", "ask.sh"]
    {
        assert!(out.join(name).is_file(), "{name}");
    }
    let text = files::read_text(&out.join("compose.yaml")).expect("a compose file");
    assert!(text.contains("\"--max-lora-rank\"\n      - \"8\""), "{text}");
    let card = files::read_text(&out.join("README.md")).expect("a card");
    assert!(!card.contains("system prompt"), "{card}");
    // What vLLM does not load is refused before anything is written.
    let none = folder.path().join("none");
    let error = export("vllm", &golden("llama_tied"), None, &none).expect_err("no adapter");
    assert!(error.hint().is_some() && !none.exists(), "{error}");
}
