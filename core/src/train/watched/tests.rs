use std::fs;
use std::path::PathBuf;
use std::sync::Mutex;

use super::*;
use crate::domain::{ChatMessage, ComputeSettings, LoraSettings};
use crate::job::CancelToken;
use crate::train::run;

#[test]
fn prompts_are_answered_before_the_first_step_at_each_tenth_and_after_the_last() {
    let due = |total: u64| (0..=total).filter(|&step| is_due(step, total)).collect::<Vec<_>>();
    assert_eq!(due(30), [0, 3, 6, 9, 12, 15, 18, 21, 24, 27, 30]);
    assert_eq!(due(3), [0, 1, 2, 3]);
    assert_eq!(due(56).len(), 11);
    assert_eq!(due(56).last(), Some(&56));
}

#[test]
fn a_conversation_is_shown_by_what_was_said_last() {
    let conversation = Text::Messages(vec![ChatMessage::new("system", "Be brief."), ChatMessage::new("user", "Why?")]);
    assert_eq!(shown(&conversation), "Why?");
    assert_eq!(shown(&Text::Plain("Why?".to_owned())), "Why?");
}

#[test]
fn answers_after_the_checkpoint_and_halves_of_a_look_are_given_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(FILE_NAME);
    let line = |step: u64, prompt: &str| format!("{}\n", json!({"step": step, "prompt": prompt}));
    let prompts = ["a", "b"].map(|text| Text::Plain(text.to_owned()));
    let begun = line(0, "a") + &line(0, "b");
    let looked = begun.clone() + &line(3, "a") + &line(3, "b");
    for (written, step, kept, is_answered) in [
        (looked.clone(), 3, &looked, true),
        (looked.clone() + &line(6, "a"), 3, &looked, true),
        (begun.clone() + &line(3, "a"), 3, &begun, false),
        (looked.clone(), 0, &begun, true),
        (looked.clone() + "{\"step\":3,", 3, &looked, true),
        (looked.clone(), 4, &looked, false),
    ] {
        std::fs::write(&path, &written).expect("it is written");
        let (_, found) = open_at(&path, &prompts, step).expect("it opens");
        assert_eq!(&std::fs::read_to_string(&path).expect("text"), kept, "{written} after {step}");
        assert_eq!(found, is_answered, "{written} after {step}");
    }
}

/// A small training in a folder of its own.
struct Training {
    folder: tempfile::TempDir,
}

/// What one start of a training told.
struct Told {
    completed: bool,
    samples: Vec<(u64, String)>,
    warnings: Vec<String>,
}

impl Training {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, count) in [("pairs.jsonl", 8), ("holdout.jsonl", 3)] {
            let line = |number: usize| {
                let (chosen, rejected) = ("yes ".repeat(number + 1), "no ".repeat(number + 2));
                json!({"prompt": format!("question {number}"), "chosen": chosen, "rejected": rejected}).to_string()
            };
            let lines: Vec<String> = (0..count).map(line).collect();
            fs::write(folder.path().join(name), lines.join("\n")).expect("it is written");
        }
        Self { folder }
    }

    fn out(&self) -> PathBuf {
        self.folder.path().join("run")
    }

    fn spec(&self, watched: &[&str]) -> TrainSpec {
        TrainSpec {
            model: Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/golden/models/llama_tied")).to_owned(),
            data: self.folder.path().join("pairs.jsonl"),
            holdout: None,
            out: PathBuf::new(),
            adapter: None,
            settings: TrainSettings {
                lora: LoraSettings { rank: 2, dropout: 0.1, ..LoraSettings::default() },
                learning_rate: 1e-2,
                batch_size: 2,
                max_steps: Some(10),
                checkpoint_every: Some(3),
                ..TrainSettings::default()
            },
            resume: false,
            pause_on_battery: false,
            watched: watched.iter().map(|&prompt| Text::Plain(prompt.to_owned())).collect(),
            compute: ComputeSettings { threads: Some(1), ..ComputeSettings::default() },
        }
    }

    /// Trains to the end, or until so many answers were told.
    fn start(&self, mut spec: TrainSpec, stop_after: usize) -> Told {
        spec.out = self.out();
        let told = Mutex::new((Vec::new(), Vec::new()));
        let cancel = CancelToken::default();
        let tell = |event| {
            let mut told = told.lock().expect("no panic while telling");
            match event {
                JobEvent::Sample { step, prompt, .. } => told.0.push((step, prompt)),
                JobEvent::Warning { message } => told.1.push(message),
                _ => {}
            }
            if told.0.len() == stop_after {
                cancel.cancel();
            }
        };
        let done = run(&spec, &JobContext::new(&tell, &cancel));
        assert!(done.is_ok() || cancel.is_cancelled(), "{done:?}");
        let (samples, warnings) = told.into_inner().expect("no panic while telling");
        Told { completed: done.is_ok(), samples, warnings }
    }

    /// The numbers of the run: every figure but the time, and the adapter.
    fn numbers(&self) -> (Vec<Value>, Vec<u8>) {
        let figures = fs::read_to_string(self.out().join("metrics.jsonl")).expect("figures");
        let untimed = |line: &str| {
            let mut figures: Value = serde_json::from_str(line).expect("JSON");
            figures.as_object_mut().expect("an object").remove("seconds");
            figures
        };
        let adapter = fs::read(self.out().join("adapter_model.safetensors")).expect("an adapter");
        (figures.lines().map(untimed).collect(), adapter)
    }

    fn lines(&self) -> Vec<Value> {
        let text = fs::read_to_string(self.out().join(FILE_NAME)).unwrap_or_default();
        text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
    }
}

#[test]
fn watching_changes_no_number_of_the_run_however_often_it_is_stopped() {
    let plain = Training::new();
    assert!(plain.start(plain.spec(&[]), usize::MAX).completed);
    assert!(!plain.out().join(FILE_NAME).exists());

    let watched = Training::new();
    let told = watched.start(watched.spec(&["one", "two"]), usize::MAX);
    let due = (0..=10).flat_map(|step| ["one", "two"].map(|prompt| (step, prompt.to_owned())));
    assert_eq!(told.samples, due.collect::<Vec<_>>());
    assert!(watched.numbers() == plain.numbers(), "watching changed the training");
    let lines = watched.lines();
    assert_eq!(lines.len(), 22);
    assert!(lines.iter().any(|line| line["completion"].as_str().is_some_and(|text| !text.is_empty())), "{lines:?}");
    // What is learned shows.
    let of = |step: u64| lines.iter().filter(move |line| line["step"] == step).map(|line| &line["completion"]);
    assert!(!of(0).eq(of(10)), "{lines:?}");

    for stop_after in [1, 2, 9, 16] {
        let stopped = Training::new();
        assert!(!stopped.start(stopped.spec(&["one", "two"]), stop_after).completed);
        let again = TrainSpec { resume: true, ..stopped.spec(&["one", "two"]) };
        assert!(stopped.start(again, usize::MAX).completed);
        assert!(stopped.numbers() == plain.numbers(), "stopped after {stop_after}");
        assert_eq!(stopped.lines(), lines, "stopped after {stop_after}");
    }
}

#[test]
fn a_run_goes_on_with_other_watched_prompts() {
    let training = Training::new();
    assert!(!training.start(training.spec(&["one"]), 4).completed);
    let told = training.start(TrainSpec { resume: true, ..training.spec(&["two"]) }, usize::MAX);
    assert!(told.completed && told.samples.iter().all(|(_, prompt)| prompt == "two"));
}

#[test]
fn where_a_holdout_is_looked_at_the_prompts_are_answered_with_it() {
    let training = Training::new();
    let mut spec = training.spec(&["one"]);
    spec.holdout = Some(training.folder.path().join("holdout.jsonl"));
    spec.settings.evaluate_every = Some(4);
    let told = training.start(spec, usize::MAX);
    assert_eq!(told.samples.iter().map(|(step, _)| *step).collect::<Vec<_>>(), [0, 4, 8, 10]);
}

#[test]
fn a_prompt_that_cannot_be_answered_stops_no_training_and_is_told_once() {
    let plain = Training::new();
    assert!(plain.start(plain.spec(&[]), usize::MAX).completed);
    let training = Training::new();
    let long = "word ".repeat(100_000);
    let told = training.start(training.spec(&[&long]), usize::MAX);
    assert!(told.completed && told.samples.is_empty());
    let about = told.warnings.iter().filter(|warning| warning.contains("watched prompts are not answered"));
    assert_eq!(about.count(), 1, "{:?}", told.warnings);
    assert!(training.numbers() == plain.numbers());
}

#[test]
fn a_preference_model_answers_nothing() {
    let training = Training::new();
    let mut spec = training.spec(&["one"]);
    (spec.settings.task, spec.settings.loss) = (Task::PreferenceModel, "bradley_terry".to_owned());
    let told = training.start(spec, usize::MAX);
    assert!(told.completed && told.samples.is_empty() && told.warnings.is_empty(), "{:?}", told.warnings);
    assert!(!training.out().join(FILE_NAME).exists());
}
