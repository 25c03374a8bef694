//! Bad input: every fault is told with its place and its cure, and leaves nothing half-done.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::training::pairs;
use crate::{copy_folder, entries, golden_model, shown, text, whetstone};

/// A folder with a model and data that work, to be spoilt.
struct Bench {
    folder: TempDir,
}

impl Bench {
    fn new() -> Self {
        let bench = Self { folder: tempfile::tempdir().expect("a folder") };
        fs::create_dir(bench.model()).expect("a folder");
        for path in entries(&golden_model("llama_tied")).into_iter().filter(|path| path.is_file()) {
            fs::copy(&path, bench.model().join(path.file_name().expect("a name"))).expect("a copy");
        }
        bench.write("pairs.jsonl", pairs(0..4));
        bench.write("prompts.jsonl", "{\"prompt\": \"Why?\"}\n");
        bench
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn model(&self) -> PathBuf {
        self.path("model")
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.path(name), content).expect("it can be written");
    }

    fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).expect("it can be read")
    }

    /// Changes a JSON file.
    fn edit(&self, name: &str, change: impl FnOnce(&mut Value)) {
        let mut value = serde_json::from_slice(&self.read(name)).expect("JSON");
        change(&mut value);
        self.write(name, value.to_string());
    }

    /// Changes the header of the weights, whose length stays.
    fn edit_weights_header(&self, change: impl FnOnce(&str) -> String) {
        let mut bytes = self.read("model/model.safetensors");
        let length = u64::from_le_bytes(bytes[..8].try_into().expect("eight bytes")) as usize;
        let header = change(text(&bytes[8..8 + length]));
        assert!(header.len() <= length, "the header has grown");
        bytes[8..8 + length].copy_from_slice(format!("{header:<length$}").as_bytes());
        self.write("model/model.safetensors", bytes);
    }

    fn command(&self, name: &str) -> Vec<String> {
        let path = |name: &str| shown(&self.path(name)).to_owned();
        let given: &[(&str, &str)] = match name {
            "train" | "score" => &[("--data", "pairs.jsonl"), ("--out", "result")],
            _ => &[("--prompts", "prompts.jsonl"), ("--out", "result")],
        };
        let options = [("--model", "model")].into_iter().chain(given.iter().copied());
        let options = options.flat_map(|(option, file)| [option.to_owned(), path(file)]);
        [name.to_owned()].into_iter().chain(options).collect()
    }

    /// The command fails with status 1 and a message that has all of `parts`: what and where, then the cure. It
    /// leaves no result and nothing half-written.
    fn fails(&self, command: &str, more: &[&str], parts: &[&str]) -> String {
        let before = entries(self.folder.path());
        let mut arguments = self.command(command);
        arguments.extend(more.iter().map(|&argument| argument.to_owned()));
        let output = whetstone(&arguments);
        let said = text(&output.stderr).to_owned();
        assert_eq!(output.status.code(), Some(1), "{command} {parts:?}: {said}");
        let error = said.find("error: ").map(|start| &said[start..]);
        let lines: Vec<&str> = error.unwrap_or_else(|| panic!("no error told: {said}")).lines().collect();
        assert!(lines.len() >= 2 && lines[1].starts_with("  "), "no cure is told: {said}");
        for part in parts {
            assert!(said.contains(part), "{command}: `{part}` is not told: {said}");
        }
        for word in ["panicked", "fault", "RUST_BACKTRACE", "unwrap", "Error {", "Some("] {
            assert!(!said.contains(word), "{command}: this is no message for people: {said}");
        }
        assert!(output.stdout.is_empty(), "{}", text(&output.stdout));
        assert_eq!(entries(self.folder.path()), before, "{command} left something: {said}");
        said
    }
}

/// What spoils a model's folder, and what has to be told about it.
type Spoiling = (fn(&Bench), &'static [&'static str]);

fn spoil_config(change: fn(&mut Value)) -> impl Fn(&Bench) {
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
        let bench = Bench::new();
        spoil(&bench);
        for command in ["train", "score", "generate"] {
            bench.fails(command, &[], parts);
        }
    }
}

fn spoil_family(bench: &Bench) {
    spoil_config(|config| config["model_type"] = json!("mamba"))(bench);
}

/// The file says that its header is longer than any file.
fn spoil_header_length(bench: &Bench) {
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
        let bench = Bench::new();
        bench.write("model/chat_template.jinja", template);
        bench.fails("train", &[], &[&["pairs.jsonl, pair 1: "], parts].concat());
        bench.fails("score", &[], &[&["pairs.jsonl, pair 1: "], parts].concat());
        bench.fails("generate", &[], &[&["prompt 1: "], parts].concat());
    }
    let bench = Bench::new();
    fs::remove_file(bench.path("model/chat_template.jinja")).expect("it is there");
    let parts = ["the model in", "has no chat template", "use a model that was trained to chat"];
    bench.fails("train", &[], &parts);
    bench.write("prompts.jsonl", "{\"prompt\": [{\"role\": \"user\", \"content\": \"Why?\"}]}");
    bench.fails("generate", &[], &parts);
}

#[test]
fn a_dataset_is_refused_by_line_and_column_with_what_was_expected() {
    let good = pairs(0..2);
    let pair = |text: &str| [good.as_str(), text, "\n"].concat().into_bytes();
    for (content, parts) in [
        (
            Vec::new(),
            &[
                "pairs.jsonl is empty: {\"prompt\": …, \"chosen\": …, \"rejected\": …} expected on each line",
                "check that the right file",
            ] as &[&str],
        ),
        (b" \n\n".to_vec(), &["pairs.jsonl is empty"]),
        (
            pair("{\"prompt\": \"a\", \"chosen\" \"b\"}"),
            &["pairs.jsonl, line 3, column 26: not valid JSON: expected `:`", "correct the line"],
        ),
        (pair("{\"prompt\": \"a\", \"chosen\": \"b"), &["pairs.jsonl, line 3", "the file was cut off"]),
        (
            pair("{\"prompt\": \"a\", \"chosen\": \"b\"}"),
            &["pairs.jsonl, line 3, column 1: expected the key `rejected`, found `prompt`, `chosen`", "add `rejected`"],
        ),
        (
            pair("{\"prompt\": \"a\", \"chosen\": 3, \"rejected\": \"c\"}"),
            &["pairs.jsonl, line 3, column 2", "`chosen`", "expected text or a list of messages", "correct the record"],
        ),
        (
            pair("{\"prompt\": [{\"role\": \"user\"}], \"chosen\": \"b\", \"rejected\": \"c\"}"),
            &["pairs.jsonl, line 3, column ", "`prompt`, message 1", "expected the key `content`"],
        ),
        (
            pair("{\"prompt\": [{\"role\": \"user\", \"content\": \"a\"}], \"chosen\": \"b\", \"rejected\": \"c\"}"),
            &[
                "pairs.jsonl, line 3",
                "expected all as text or all as messages, found `prompt` as messages, `chosen` as text",
            ],
        ),
        (
            format!("[{}]", good.trim().replace('\n', ",\n")).into_bytes(),
            &["pairs.jsonl, line 1: a JSON list, but one record on each line expected", "jq -c"],
        ),
        (b"prompt,chosen,rejected\na,b,c\n".to_vec(), &["pairs.jsonl, line 1, column 1: not valid JSON"]),
        (
            [good.as_bytes(), b"{\"prompt\": \"\xff\"}"].concat(),
            &["pairs.jsonl, line 3, column 13: not UTF-8 text", "save the file with the encoding UTF-8"],
        ),
    ] {
        let bench = Bench::new();
        bench.write("pairs.jsonl", content);
        bench.fails("train", &[], parts);
        bench.fails("score", &[], parts);
    }
    let bench = Bench::new();
    bench.fails("train", &["--holdout", "nowhere.jsonl"], &["cannot read nowhere.jsonl", "nothing is there"]);
    fs::remove_file(bench.path("pairs.jsonl")).expect("it is there");
    bench.fails("train", &[], &["cannot read", "pairs.jsonl", "nothing is there"]);
    fs::create_dir(bench.path("pairs.jsonl")).expect("a folder");
    bench.fails("score", &[], &["cannot read", "pairs.jsonl", "this is a folder"]);
    bench.write("prompts.jsonl", "{\"prompt\": \"a\"}\n{\"question\": \"b\"}\n");
    bench.fails("generate", &[], &["prompts.jsonl, line 2, column 1: expected the key `prompt`, found `question`"]);
    bench.write("prompts.jsonl", format!("{{\"prompt\": \"{}\"}}", "long ".repeat(400)));
    bench.fails("generate", &[], &["prompt 1 has ", "takes 1 to ", "shorten the prompt"]);
}

#[test]
fn prompts_that_fill_the_length_are_dropped_counted_and_told() {
    let bench = Bench::new();
    let mut long: Value = serde_json::from_str(&pairs(0..1)).expect("a pair");
    long["prompt"][0]["content"] = json!("word ".repeat(200));
    bench.write("pairs.jsonl", format!("{}{long}\n", pairs(0..3)));
    let mut arguments = bench.command("train");
    arguments.extend(["--max-length", "120", "--json", "--batch-size", "2"].map(str::to_owned));
    let output = whetstone(&arguments);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let told = text(&output.stdout);
    let events: Vec<Value> = told.lines().map(|line| serde_json::from_str(line).expect("an event")).collect();
    let warnings: Vec<&str> = events.iter().filter_map(|event| event["message"].as_str()).collect();
    assert_eq!(warnings.len(), 1, "{told}");
    assert!(warnings[0].contains("1 of 4 pairs are left out, because their prompts alone fill 120 tokens"), "{told}");
    assert_eq!(events.last().expect("an end")["summary"]["pairs"], 3);
    fs::remove_dir_all(bench.path("result")).expect("the run");
    let parts = ["pairs.jsonl: all 4 pairs are dropped, because their prompts fill 5 tokens", "raise `--max-length`"];
    bench.fails("train", &["--max-length", "5"], &parts);
}

#[test]
fn a_place_that_cannot_hold_the_result_is_told_before_the_work() {
    let bench = Bench::new();
    bench.write("file", "");
    let given = |name: &str, out: &str| {
        let mut arguments = bench.command(name);
        arguments.truncate(arguments.len() - 1);
        arguments.push(shown(&bench.path(out)).to_owned());
        arguments
    };
    for (command, out, hint) in [
        ("train", "file", "a part of this path is a file, not a folder"),
        ("train", "file/run", "a part of this path is a file, not a folder"),
        ("generate", "file/result", "a part of this path is a file, not a folder"),
        ("generate", "nowhere/result", "the folder that it should stand in is not there"),
        ("score", "model", "this is a folder: give the name of a file"),
    ] {
        let before = entries(bench.folder.path());
        let output = whetstone(&given(command, out));
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{command} {out}: {said}");
        let path = bench.path(out);
        assert!(said.contains(&format!("error: cannot write {}", path.display())), "{said}");
        assert!(said.contains(hint), "{said}");
        assert_eq!(entries(bench.folder.path()), before);
    }
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
            &["adapter has no weights", "adapter_model.safetensors"],
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
        let bench = Bench::new();
        copy_folder(&golden_model("llama_tied").join("adapter"), &bench.path("adapter"));
        spoil(&bench);
        let adapter = bench.path("adapter");
        for command in ["train", "score", "generate"] {
            bench.fails(command, &["--adapter", shown(&adapter)], parts);
        }
    }
}

/// Every number of a safetensors file of float32.
fn numbers(path: &Path) -> Vec<f32> {
    let bytes = fs::read(path).expect("a file");
    let header = u64::from_le_bytes(bytes[..8].try_into().expect("eight bytes")) as usize;
    bytes[8 + header..].as_chunks::<4>().0.iter().map(|&number| f32::from_le_bytes(number)).collect()
}

#[test]
fn numbers_that_run_away_stop_the_run_and_are_not_saved() {
    for rate in ["1e6", "1e12", "1e38"] {
        let bench = Bench::new();
        let options = ["--learning-rate", rate, "--checkpoint-every", "1", "--max-steps", "60", "--batch-size", "2"];
        let mut arguments = bench.command("train");
        arguments.extend(options.map(str::to_owned));
        for more in [None, Some("--resume".to_owned())] {
            arguments.extend(more);
            let output = whetstone(&arguments);
            let said = text(&output.stderr);
            assert_eq!(output.status.code(), Some(1), "{rate}: {said}");
            assert!(said.contains("error: step ") && said.contains("with a lower `--learning-rate`"), "{said}");
            let run = bench.path("result");
            assert!(!run.join("adapter_model.safetensors").exists());
            let saved = entries(&run.join("checkpoints"));
            let mut saved = saved.iter().filter(|path| path.extension().is_some_and(|ending| ending == "safetensors"));
            let all_finite = saved.clone().all(|path| numbers(path).iter().all(|number| number.is_finite()));
            assert!(all_finite, "{rate}: a number that is none was saved");
            let metrics = fs::read_to_string(run.join("metrics.jsonl")).expect("figures");
            assert!(!metrics.contains("null"), "{rate}: {metrics}");
            // The steps before the one that ran away are kept.
            assert_eq!(metrics.lines().count(), saved.next_back().map_or(0, |path| step_of(path)), "{rate}: {said}");
        }
    }
}

fn step_of(path: &Path) -> usize {
    let name = path.file_stem().and_then(|name| name.to_str()).expect("a name");
    name.trim_start_matches("step-").parse().expect("a number")
}

#[test]
fn weights_that_are_no_numbers_are_told() {
    let bench = Bench::new();
    let mut bytes = bench.read("model/model.safetensors");
    let last = bytes.len() - 4;
    bytes[last..].copy_from_slice(&f32::NAN.to_le_bytes());
    bench.write("model/model.safetensors", bytes);
    let parts = ["the log-probability of pair 1 is NaN under the model", "the model's weights are damaged"];
    bench.fails("score", &[], &parts);
    bench.fails("generate", &[], &["NaN"]);
}
