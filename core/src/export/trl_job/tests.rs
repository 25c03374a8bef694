//! Jobs for TRL: every loss is said and read back, and what was learned from stands in the order of the steps.

use std::path::Path;

use super::super::run;
use super::*;
use crate::domain::{ComputeSettings, LoraSettings, ReferenceChoice, Schedule, Task, ToUserMessage, TrainSettings};
use crate::job::{CancelToken, JobError, TrainSpec};
use crate::train::{self, LOSSES};

fn golden() -> PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/golden/models/llama_tied")).to_owned()
}

fn job(settings: &TrainSettings, has_start: bool) -> Job<'_> {
    Job {
        settings,
        model: "owner/name",
        revision: None,
        has_start,
        is_bf16: false,
        has_prompts: true,
        steps: 12,
        look_every: Some(4),
    }
}

/// Losses without a reference, which `trl dpo` does not have.
const NOT_IN_TRL: [&str; 3] = ["cpo", "simpo", "orpo"];

#[test]
fn every_loss_is_said_in_trls_words_and_read_back_or_refused() {
    for loss in LOSSES {
        for has_start in [false, true] {
            let settings = TrainSettings {
                task: loss.task,
                loss: loss.id.to_owned(),
                beta: 0.3,
                loss_parameters: loss
                    .parameters
                    .iter()
                    .map(|parameter| (parameter.name.to_owned(), f64::midpoint(parameter.range.0, parameter.default)))
                    .collect(),
                learning_rate: 5e-6,
                lora: LoraSettings { rank: 4, alpha: 12.0, rslora: true, ..LoraSettings::default() },
                schedule: Schedule::Cosine,
                warmup_steps: 3,
                accumulate: 2,
                seed: 7,
                ..TrainSettings::default()
            };
            let keys = config::keys(&job(&settings, has_start));
            if loss.task == Task::PreferenceModel {
                assert!(keys.is_err_and(|error| error.to_string().contains("score head")), "{}", loss.id);
                continue;
            }
            let keys = match keys {
                Err(error) if NOT_IN_TRL.contains(&loss.id) => {
                    assert!(error.to_string().contains(&format!("the loss {}", loss.id)), "{error}");
                    continue;
                }
                keys => keys.unwrap_or_else(|error| panic!("{}: {error}", loss.id)),
            };
            assert!(!NOT_IN_TRL.contains(&loss.id), "{}", loss.id);
            let command = config::command(loss.task).expect("a command");
            let read = config::read(command, has_start, &yaml::read(&yaml::write(&keys)).expect("YAML"));
            assert_eq!(read, Some(config::said(&job(&settings, has_start)).expect("settings")), "{}", loss.id);
        }
    }
}

#[test]
fn what_trl_takes_otherwise_is_refused() {
    let settings =
        TrainSettings { lora: LoraSettings { alpha: 8.5, ..LoraSettings::default() }, ..TrainSettings::default() };
    let error = config::keys(&job(&settings, false)).expect_err("a fraction");
    assert!(error.to_string().contains("8.5") && error.hint().is_some());
    assert!(config::keys(&job(&settings, true)).is_ok(), "the adapter has its own");
    let full = TrainSettings { full: true, ..settings };
    let keys = config::keys(&job(&full, false)).expect("every weight");
    assert!(keys.iter().all(|(key, _)| !key.starts_with("lora") && *key != "use_peft"));
}

#[test]
fn a_seed_of_64_bits_and_a_single_module_are_said_so_that_python_takes_them() {
    let with = |modules: &[&str]| TrainSettings {
        seed: 0xdead_beef_0123_4567,
        lora: LoraSettings {
            target_modules: modules.iter().map(|&name| name.to_owned()).collect(),
            ..LoraSettings::default()
        },
        ..TrainSettings::default()
    };
    for (modules, written) in [
        (["q_proj"].as_slice(), json!(["q_proj", "q_proj"])),
        (["all-linear"].as_slice(), json!(["all-linear"])),
        (["q_proj", "v_proj"].as_slice(), json!(["q_proj", "v_proj"])),
    ] {
        let settings = with(modules);
        let keys = config::keys(&job(&settings, false)).expect("keys");
        // transformers refuses seeds of more than 32 bits.
        assert!(keys.contains(&("seed", json!(0x0123_4567))), "{keys:?}");
        // TRL makes a text of a list of one, which PEFT matches with whole paths.
        assert!(keys.contains(&("lora_target_modules", written)), "{keys:?}");
        let read = config::read("dpo", false, &yaml::read(&yaml::write(&keys)).expect("YAML")).expect("settings");
        assert_eq!(read.lora.target_modules, modules);
        assert_eq!(Some(read), Some(config::said(&job(&settings, false)).expect("settings")));
    }
}

#[test]
fn texts_without_prompts_are_learned_whole() {
    let settings = TrainSettings { task: Task::Sft, loss: "nll".to_owned(), ..TrainSettings::default() };
    for has_prompts in [true, false] {
        let job = Job { has_prompts, ..job(&settings, false) };
        let keys = config::keys(&job).expect("keys");
        assert!(keys.contains(&("completion_only_loss", json!(has_prompts))), "{keys:?}");
        let read = config::read("sft", false, &yaml::read(&yaml::write(&keys)).expect("YAML"));
        assert_eq!(read, Some(config::said(&job).expect("settings")));
    }
}

/// Ten pairs, of which the tenth has a prompt that fills the length.
fn pairs(folder: &Path) -> PathBuf {
    let path = folder.join("pairs.jsonl");
    let line = |number: usize| {
        let prompt = if number == 9 { "word ".repeat(200) } else { format!("Question {number}?") };
        json!({"prompt": prompt, "chosen": format!("Yes, {number}."), "rejected": "No."}).to_string() + "\n"
    };
    let text: String = (0..10).map(line).collect();
    std::fs::write(&path, text).expect("written");
    path
}

fn settings() -> TrainSettings {
    TrainSettings {
        batch_size: 2,
        max_steps: Some(6),
        max_length: 96,
        learning_rate: 1e-3,
        lora: LoraSettings { rank: 2, alpha: 4.0, ..LoraSettings::default() },
        ..TrainSettings::default()
    }
}

fn trained(folder: &Path, name: &str, adapter: Option<PathBuf>, settings: TrainSettings) -> PathBuf {
    let out = folder.join(name);
    let spec = TrainSpec {
        model: golden(),
        data: folder.join("pairs.jsonl"),
        holdout: None,
        out: out.clone(),
        adapter,
        settings,
        resume: false,
        pause_on_battery: false,
        watched: Vec::new(),
        compute: ComputeSettings { threads: Some(1), ..ComputeSettings::default() },
    };
    let cancel = CancelToken::default();
    train::run(&spec, &JobContext::new(&|_| {}, &cancel)).expect("a training");
    out
}

fn export(adapter: &Path, data: Option<&Path>, out: &Path) -> Result<Map<String, Value>, ExportError> {
    let spec = ExportSpec {
        data: data.map(Path::to_owned),
        compute: ComputeSettings { threads: Some(1), ..ComputeSettings::default() },
        ..ExportSpec::new(golden(), Some(adapter), "trl-job", out)
    };
    let cancel = CancelToken::default();
    run(&spec, &JobContext::new(&|_| {}, &cancel))
}

fn lines(path: &Path) -> Vec<Value> {
    let text = files::read_text(path).expect("lines");
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

#[test]
fn a_stop_is_heard_while_the_data_is_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = pairs(folder.path());
    let begun = trained(folder.path(), "run", None, TrainSettings { max_steps: Some(1), ..settings() });
    let out = folder.path().join("job");
    let spec = ExportSpec { data: Some(data), ..ExportSpec::new(golden(), Some(&begun), "trl-job", &out) };
    let cancel = CancelToken::default();
    cancel.cancel();
    let error = look(&spec, &JobContext::new(&|_| {}, &cancel)).expect_err("it was stopped");
    assert!(error.is_cancelled(), "{error}");
    assert!(!out.exists());
}

#[test]
fn a_run_becomes_a_job_with_its_records_in_the_order_of_its_steps() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = pairs(folder.path());
    let begun = trained(folder.path(), "run", None, TrainSettings { max_steps: Some(2), ..settings() });
    let out = folder.path().join("job");
    let summary = export(&begun, Some(&data), &out).expect("a job");
    assert_eq!((&summary["steps"], &summary["records"], &summary["same_steps"]), (&json!(2), &json!(4), &json!(true)));
    let written = lines(&out.join("data/train.jsonl"));
    let numbers: Vec<&str> = written.iter().filter_map(|line| line["prompt"].as_str()).collect();
    let record = RunRecord::open(&begun).expect("readable").expect("a record");
    let cancel = CancelToken::default();
    let taken = taken(&record, &golden(), &data, &JobContext::new(&|_| {}, &cancel)).expect("read").expect("its data");
    assert_eq!(taken.trained, (0..9).collect::<Vec<_>>(), "the tenth does not fit");
    let expected: Vec<String> = taken.steps.concat().iter().map(|number| format!("Question {number}?")).collect();
    assert_eq!(numbers, expected);
    for name in [
        "config.yaml",
        "README.md",
        "train.sbatch",
        "accelerate/one-gpu.yaml",
        "accelerate/several-gpus.yaml",
        "accelerate/fsdp.yaml",
    ] {
        assert!(out.join(name).is_file(), "{name}");
    }
    assert!(!out.join("train.py").exists() && !out.join("start").exists());
    let readme = files::read_text(&out.join("README.md")).expect("a page");
    assert!(readme.contains("trl dpo --config config.yaml") && readme.contains("import-adapter"), "{readme}");
    // What it came of and what may be done with it stands there as on every card.
    for said in ["## Where it comes from", "## Licence", "as people wrote them", "--per_device_train_batch_size 1"] {
        assert!(readme.contains(said), "{said}: {readme}");
    }
    // Where the steps of later rounds begin elsewhere, that is said.
    let long = trained(folder.path(), "long", None, settings());
    let summary = export(&long, Some(&data), &folder.path().join("long-job")).expect("a job");
    assert_eq!(summary["same_steps"], false);
    assert!(summary["notes"][0].as_str().is_some_and(|note| note.contains("a few records earlier")));
}

#[test]
fn a_page_says_only_what_will_work() {
    let page = |settings: &TrainSettings| texts::readme(&job(settings, false), "dpo", 8, &[]).1;
    let odd = page(&TrainSettings { batch_size: 3, ..settings() });
    assert!(odd.contains("cannot share its batch of 3") && !odd.contains("several-gpus.yaml --num_processes"), "{odd}");
    let even = page(&TrainSettings { batch_size: 6, ..settings() });
    assert!(even.contains("--num_processes 2") && even.contains("--per_device_train_batch_size 3\n"), "{even}");
    // What was trained as a whole is no adapter.
    assert!(even.contains("whetstone import-adapter"), "{even}");
    let full = page(&TrainSettings { full: true, ..settings() });
    assert!(!full.contains("import-adapter") && full.contains("lies in `result`"), "{full}");
}

#[test]
fn a_smaller_batch_among_several_of_a_step_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = pairs(folder.path());
    // Nine pairs fit: a round is a step of four, one of four, and one of one.
    for (name, batch_size, accumulate, same) in [("two", 2, 2, true), ("three", 2, 3, false), ("one", 3, 2, true)] {
        let settings = TrainSettings { batch_size, accumulate, shuffle: false, max_steps: Some(3), ..settings() };
        let run = trained(folder.path(), name, None, settings);
        let summary = export(&run, Some(&data), &folder.path().join(format!("{name}-job"))).expect("a job");
        assert_eq!(summary["same_steps"], same, "{name}: {summary:?}");
        let notes = summary["notes"].to_string();
        assert_eq!(notes.contains("count for more in TRL"), !same, "{notes}");
    }
}

#[test]
fn a_run_that_went_on_takes_its_start_along_and_says_what_the_reference_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = pairs(folder.path());
    let start = golden().join("adapter");
    for (name, reference) in [("base", ReferenceChoice::Base), ("start", ReferenceChoice::Start)] {
        let settings = TrainSettings { max_steps: Some(1), reference, shuffle: false, ..settings() };
        let run = trained(folder.path(), name, Some(start.clone()), settings);
        let out = folder.path().join(format!("{name}-job"));
        export(&run, Some(&data), &out).expect("a job");
        let config = DecoderConfig::open(&golden()).expect("a configuration");
        let carried = Adapter::open(&out.join("start"), &config).expect("the adapter");
        assert_eq!(carried.tensors, Adapter::open(&start, &config).expect("the adapter").tensors);
        let program = files::read_text(&out.join("train.py")).expect("a program");
        assert_eq!(program.contains("ref_model=base()"), reference == ReferenceChoice::Base);
        let config = files::read_text(&out.join("config.yaml")).expect("settings");
        assert!(program.contains("processing_class=AutoTokenizer"), "its tokenizer is of the model's commit");
        let start = files::read_text(&out.join("start/adapter_config.json")).expect("settings");
        assert!(!start.contains(env!("CARGO_MANIFEST_DIR")), "{start}");
        assert!(!config.contains("use_peft") && config.contains("per_device_train_batch_size: 2\n"), "{config}");
        assert_eq!(lines(&out.join("data/train.jsonl")).len(), 9);
    }
}

#[test]
fn data_that_is_missing_or_not_the_runs_is_refused_before_anything_is_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = pairs(folder.path());
    let run = trained(folder.path(), "run", None, TrainSettings { max_steps: Some(1), ..settings() });
    let out = folder.path().join("job");
    let error = export(&run, None, &out).expect_err("no data");
    assert!(matches!(error, ExportError::NoData { .. }) && !out.exists(), "{error}");
    std::fs::write(&data, files::read_text(&data).expect("text").replace("No.", "Never.")).expect("written");
    let error = export(&run, Some(&data), &out).expect_err("other data");
    assert!(matches!(error, ExportError::OtherData { .. }) && !out.exists(), "{error}");
    assert!(error.hint().is_some_and(|hint| hint.contains("--data")));
    let mixed = r#"{"prompt": [{"role": "user", "content": "Why?"}], "chosen": [{"role": "assistant", "content": "So."}], "rejected": [{"role": "assistant", "content": "No."}]}"#;
    std::fs::write(&data, format!("{mixed}\n{}", r#"{"prompt": "Why?", "chosen": " So.", "rejected": " No."}"#))
        .expect("written");
    let run = trained(folder.path(), "mixed", None, TrainSettings { max_steps: Some(1), ..settings() });
    let error = export(&run, Some(&data), &out).expect_err("texts beside messages");
    assert!(error.to_string().contains("several kinds") && !out.exists(), "{error}");
    let error = export(&golden().join("adapter"), Some(&data), &out).expect_err("no record");
    assert!(error.to_string().contains("run.json") && !out.exists(), "{error}");
}
