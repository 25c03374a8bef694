//! A short training with everything random switched on, and what it comes to when nothing disturbs it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;
use whetstone_core::domain::{ComputeSettings, LoraSettings, TrainSettings};
use whetstone_core::job::{JobSpec, TrainSpec};

use crate::{PROGRAM, golden, golden_model, shown, text, unfinished_files, whetstone};

/// Steps between two checkpoints.
pub const CHECKPOINT_EVERY: usize = 3;

/// A folder with data, and the command that trains on it.
pub struct Training {
    /// Goes with the training.
    folder: TempDir,
    options: Vec<(String, String)>,
    /// Whether every weight is trained.
    full: bool,
}

impl Training {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("pairs.jsonl"), pairs(0..48)).expect("data");
        fs::write(folder.path().join("holdout.jsonl"), pairs(48..56)).expect("data");
        let mut training = Self { folder, options: Vec::new(), full: false };
        let paths =
            [("--data", "pairs.jsonl"), ("--holdout", "holdout.jsonl"), ("--out", "run")].map(|(option, name)| {
                let path = training.folder.path().join(name);
                (option, shown(&path).to_owned())
            });
        for (option, value) in paths {
            training.set(option, &value);
        }
        for (option, value) in [
            ("--model", shown(&golden_model("llama_tied"))),
            ("--rank", "4"),
            ("--dropout", "0.1"),
            ("--learning-rate", "1e-3"),
            ("--weight-decay", "0.01"),
            ("--batch-size", "4"),
            ("--epochs", "4"),
            ("--warmup-steps", "5"),
            ("--checkpoint-every", &CHECKPOINT_EVERY.to_string()),
            ("--seed", "7"),
            ("--threads", "2"),
        ] {
            training.set(option, value);
        }
        training
    }

    /// A training whose run is a copy of another's.
    pub fn copy_of(other: &Self) -> Self {
        let training = Self::new();
        crate::copy_folder(&other.out(), &training.out());
        training
    }

    /// Sets an option, or takes it away where `value` is empty.
    pub fn set(&mut self, option: &str, value: &str) {
        self.options.retain(|(known, _)| known != option);
        if !value.is_empty() {
            self.options.push((option.to_owned(), value.to_owned()));
        }
    }

    /// The same with every weight trained.
    #[must_use]
    pub fn full(mut self) -> Self {
        self.set("--rank", "");
        self.set("--dropout", "");
        self.full = true;
        self
    }

    /// The file that the run results in.
    pub fn result(&self) -> PathBuf {
        self.out().join(if self.full { "model.safetensors" } else { "adapter_model.safetensors" })
    }

    /// Where the data and the run are.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The run's folder.
    pub fn out(&self) -> PathBuf {
        self.folder.path().join("run")
    }

    /// `train` and its options.
    pub fn arguments(&self, more: &[&str]) -> Vec<String> {
        let options = self.options.iter().flat_map(|(option, value)| [option.clone(), value.clone()]);
        let flags = self.full.then(|| "--full".to_owned());
        ["train".to_owned()]
            .into_iter()
            .chain(options)
            .chain(flags)
            .chain(more.iter().map(|&option| option.to_owned()))
            .collect()
    }

    /// The same as a job for an engine.
    pub fn job(&self) -> JobSpec {
        JobSpec::Train(TrainSpec {
            model: golden_model("llama_tied"),
            data: self.folder().join("pairs.jsonl"),
            holdout: Some(self.folder().join("holdout.jsonl")),
            out: self.out(),
            adapter: None,
            settings: TrainSettings {
                lora: LoraSettings { rank: 4, dropout: 0.1, ..LoraSettings::default() },
                learning_rate: 1e-3,
                weight_decay: 0.01,
                batch_size: 4,
                epochs: 4.0,
                warmup_steps: 5,
                checkpoint_every: Some(CHECKPOINT_EVERY as u64),
                seed: 7,
                ..TrainSettings::default()
            },
            resume: false,
            pause_on_battery: false,
            watched: Vec::new(),
            compute: ComputeSettings { threads: Some(2), ..ComputeSettings::default() },
        })
    }

    /// Runs it to its end.
    pub fn run(&self, more: &[&str]) -> Output {
        whetstone(&self.arguments(more))
    }

    /// Starts it.
    pub fn start(&self, more: &[&str]) -> Child {
        let mut command = Command::new(PROGRAM);
        command.args(self.arguments(more)).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        command.spawn().expect("the program was built")
    }

    /// What it comes to when nothing disturbs it.
    pub fn undisturbed(&self) -> Undisturbed {
        let start = Instant::now();
        let output = self.run(&[]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        let duration = start.elapsed();
        let out = self.out();
        assert_eq!(unfinished_files(&out), Vec::<PathBuf>::new());
        Undisturbed {
            result: read(&self.result()),
            figures: figures(&out),
            holdout: lines(&out.join("holdout.jsonl")),
            names: names(&out),
            duration,
        }
    }

    /// Goes on with the run and expects it to be done; returns what was said on standard error.
    pub fn resume(&self, more: &[&str]) -> String {
        let output = self.run(&[&["--resume"], more].concat());
        let said = text(&output.stderr).to_owned();
        assert_eq!(output.status.code(), Some(0), "{said}");
        said
    }

    /// Steps whose figures are written.
    pub fn steps_written(&self) -> usize {
        lines(&self.out().join("metrics.jsonl")).iter().filter(|line| line.ends_with('\n')).count()
    }

    /// Steps of the checkpoints, ascending.
    pub fn checkpoints(&self) -> Vec<usize> {
        let step = |path: PathBuf| {
            let name = path.file_name()?.to_str()?.to_owned();
            name.strip_prefix("step-")?.strip_suffix(".json")?.parse().ok()
        };
        crate::entries(&self.out().join("checkpoints")).into_iter().filter_map(step).collect()
    }

    /// The run's folder is what an undisturbed run leaves.
    pub fn assert_undisturbed(&self, why: &str) {
        self.assert_equals(undisturbed(), why);
    }

    /// The run's folder is what another left: the same adapter or model, figures and number of files.
    pub fn assert_equals(&self, clean: &Undisturbed, why: &str) {
        assert!(read(&self.result()) == clean.result, "{why}: another adapter or model");
        assert_eq!(figures(&self.out()), clean.figures, "{why}");
        assert_eq!(lines(&self.out().join("holdout.jsonl")), clean.holdout, "{why}");
        assert_eq!(names(&self.out()), clean.names, "{why}");
    }
}

/// What an undisturbed run comes to.
pub struct Undisturbed {
    /// The adapter or the model.
    pub result: Vec<u8>,
    pub figures: Vec<Value>,
    pub holdout: Vec<String>,
    names: Vec<String>,
    /// From the start of the process to its end.
    pub duration: Duration,
}

/// One such run, made once.
pub fn undisturbed() -> &'static Undisturbed {
    static RUN: OnceLock<Undisturbed> = OnceLock::new();
    RUN.get_or_init(|| Training::new().undisturbed())
}

/// Preference pairs, each with a number in its prompt that no other has.
pub fn pairs(numbers: std::ops::Range<usize>) -> String {
    let data: Value = serde_json::from_slice(&read(&golden().join("data.json"))).expect("a golden is JSON");
    let known = data["prefs"].as_array().expect("a list of pairs");
    let pair = |number: usize| {
        let mut pair = known[number % known.len()].clone();
        let prompt = pair["prompt"].as_array_mut().and_then(|messages| messages.last_mut()).expect("a message");
        prompt["content"] = format!("Case {number}: {}", prompt["content"].as_str().expect("text")).into();
        format!("{pair}\n")
    };
    numbers.map(pair).collect()
}

/// The lines of `metrics.jsonl`, each without the one figure that no two runs share.
pub fn figures(out: &Path) -> Vec<Value> {
    let figures = |line: &String| {
        let mut figures: Value = serde_json::from_str(line).expect("a line is JSON");
        figures.as_object_mut().expect("an object").remove("seconds").expect("every step took its time");
        figures
    };
    lines(&out.join("metrics.jsonl")).iter().map(figures).collect()
}

fn lines(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path).unwrap_or_default();
    text.split_inclusive('\n').map(str::to_owned).collect()
}

fn read(path: &Path) -> Vec<u8> {
    fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Names of all files of a run.
fn names(out: &Path) -> Vec<String> {
    let contents = crate::contents(out).into_iter();
    contents.map(|(path, _)| shown(path.strip_prefix(out).expect("below it")).to_owned()).collect()
}
