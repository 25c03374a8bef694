//! A run that was stopped, killed or damaged at any moment comes to the bytes of one that nothing disturbed.
//!
//! `WHETSTONE_KILLS=1000 cargo test -p whetstone --test program killed` kills that many times instead of 20, and
//! `WHETSTONE_SEED=8` draws other moments.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::str::FromStr;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use whetstone_core::domain::Task;
use whetstone_core::random::Random;

use crate::blocks::training_in;
use crate::training::{CHECKPOINT_EVERY, Training, figures, pairs, undisturbed};
use crate::{contents, copy_folder, entries, golden_model, shown, signal, text, unfinished_files};

/// Kills of one run before it may come to its end.
const KILLS_A_RUN: usize = 5;

/// How often a test looks for the moment that it waits for.
const GLANCE: Duration = Duration::from_micros(100);

fn setting<T: FromStr>(name: &str, default: T) -> T {
    match std::env::var(name) {
        Ok(value) => value.parse().unwrap_or_else(|_| panic!("{name} is no number: {value}")),
        Err(_) => default,
    }
}

/// Waits until `reached`; false where the process ended before.
fn wait_until(child: &mut Child, mut reached: impl FnMut() -> bool) -> bool {
    let start = Instant::now();
    while child.try_wait().expect("a child can be asked").is_none() {
        assert!(start.elapsed() < Duration::from_mins(1), "the moment does not come");
        if reached() {
            return true;
        }
        thread::sleep(GLANCE);
    }
    false
}

/// A moment in the life of a training process.
#[derive(Debug)]
enum Moment {
    /// This long after its start.
    After(Duration),
    /// While it writes its n-th file in a folder of the run, from 0.
    Writing(&'static str, usize),
}

impl Moment {
    /// Half of the moments lie anywhere; half are while a file is written: the reference, a checkpoint, the result.
    fn draw(random: &mut Random, duration: Duration) -> Self {
        match random.below(10) {
            0..5 => Self::After(duration.mul_f64(random.uniform())),
            5..8 => Self::Writing("checkpoints", random.below(12)),
            _ => Self::Writing("", random.below(3)),
        }
    }

    /// Waits for the moment; false where the process ended before.
    fn wait(&self, training: &Training, child: &mut Child) -> bool {
        match self {
            Self::After(time) => {
                let start = Instant::now();
                wait_until(child, || start.elapsed() >= *time)
            }
            Self::Writing(folder, number) => {
                let folder = training.out().join(folder);
                let unfinished =
                    |path: &PathBuf| path.file_name().is_some_and(|name| shown(name.as_ref()).starts_with('.'));
                let mut seen: BTreeSet<PathBuf> = entries(&folder).into_iter().filter(unfinished).collect();
                let wanted = seen.len() + number;
                wait_until(child, || {
                    seen.extend(entries(&folder).into_iter().filter(unfinished));
                    seen.len() > wanted
                })
            }
        }
    }
}

/// A run that stands still after at least `steps` steps and two checkpoints, killed in the middle.
fn killed_after(steps: usize) -> Training {
    let training = Training::new();
    let mut child = training.start(&[]);
    let reached = wait_until(&mut child, || training.steps_written() >= steps);
    child.kill().expect("it runs");
    child.wait().expect("it ended");
    assert!(reached, "the run ended before step {steps}");
    training
}

#[test]
fn two_undisturbed_runs_are_equal_in_every_byte() {
    let training = Training::new();
    assert_eq!(training.run(&[]).status.code(), Some(0));
    training.assert_undisturbed("nothing disturbed it");
    // The run covers what it is there for: several epochs, each with a look at the holdout.
    assert_eq!((undisturbed().figures.len(), undisturbed().holdout.len()), (48, 5));
}

#[test]
fn a_run_killed_at_any_moment_comes_to_the_same_bytes() {
    let kills: usize = setting("WHETSTONE_KILLS", 20);
    let mut random = Random::new(setting("WHETSTONE_SEED", 1), &[]);
    let mut done = 0;
    while done < kills {
        let training = Training::new();
        let mut told = Vec::new();
        for _ in 0..KILLS_A_RUN.min(kills - done) {
            let moment = Moment::draw(&mut random, undisturbed().duration);
            let mut child = training.start(&["--resume"]);
            let alive = moment.wait(&training, &mut child);
            drop(child.kill());
            let status = child.wait().expect("it ended");
            told.push(format!("{moment:?} at step {}: {status}", training.steps_written()));
            if !alive {
                assert_eq!(status.code(), Some(0), "{told:?}");
                break;
            }
            done += 1;
            let kept = training.checkpoints().last().copied().unwrap_or(0);
            assert!(training.steps_written() <= kept + CHECKPOINT_EVERY, "more than one interval lost: {told:?}");
        }
        let said = training.resume(&[]);
        assert!(!said.contains("damaged"), "{told:?}: {said}");
        training.assert_undisturbed(&format!("{told:?}"));
    }
}

#[test]
fn every_task_killed_with_either_memory_setting_comes_to_the_same_bytes() {
    let mut random = Random::new(setting("WHETSTONE_SEED", 1), &[1]);
    let mut kills = 0;
    let full = [Task::Dpo, Task::Sft].map(|task| (task, true));
    let kinds: Vec<(Task, bool)> = Task::ALL.iter().map(|&task| (task, false)).chain(full).collect();
    let both = kinds.iter().flat_map(|&(task, full)| [(task.name(), full, "fast"), (task.name(), full, "small")]);
    for (task, full, memory) in both {
        let training = || {
            let mut training = if full { Training::new().full() } else { Training::new() };
            for (option, value) in [("--task", task), ("--memory", memory), ("--epochs", "1.5")] {
                training.set(option, value);
            }
            training
        };
        let clean = training().undisturbed();
        assert!(clean.figures.len() >= 18 && clean.holdout.len() == 3, "{task}: {}", clean.figures.len());
        let training = training();
        for _ in 0..KILLS_A_RUN {
            let moment = Moment::draw(&mut random, clean.duration);
            let mut child = training.start(&["--resume"]);
            let alive = moment.wait(&training, &mut child);
            drop(child.kill());
            child.wait().expect("it ended");
            if !alive {
                break;
            }
            kills += 1;
        }
        training.resume(&[]);
        training.assert_equals(&clean, &format!("{task}, {memory}, every weight: {full}"));
    }
    assert!(kills >= 2 * kinds.len(), "only {kills} kills");
}

#[test]
fn trainings_on_blocks_killed_come_to_the_same_bytes() {
    for dtype in ["q8_0", "q4_k"] {
        let clean = training_in(dtype).undisturbed();
        assert_eq!(clean.figures.len(), 12, "{dtype}");
        let training = training_in(dtype);
        for steps in [1, 4, 8] {
            let mut child = training.start(&["--resume"]);
            let reached = wait_until(&mut child, || training.steps_written() >= steps);
            child.kill().expect("it runs");
            child.wait().expect("it ended");
            assert!(reached, "{dtype}: the run ended before step {steps}");
        }
        training.resume(&[]);
        training.assert_equals(&clean, dtype);
    }
}

#[test]
fn ctrl_c_stops_with_a_checkpoint_and_the_run_goes_on_from_there() {
    let training = Training::new();
    let out = training.out();
    let has = |name: &str| fs::metadata(out.join(name)).is_ok_and(|metadata| metadata.len() > 0);
    let moments: [&dyn Fn() -> bool; 4] = [
        // Before the first step; the holdout has been looked at.
        &|| has("holdout.jsonl"),
        &|| training.steps_written() >= 5,
        &|| training.steps_written() >= 13,
        &|| training.steps_written() >= 40,
    ];
    for (number, moment) in moments.iter().enumerate() {
        let mut child = training.start(&["--resume"]);
        assert!(wait_until(&mut child, moment), "it ended before moment {number}");
        signal("INT", child.id());
        let output = child.wait_with_output().expect("it ends");
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(130), "{said}");
        assert!(said.contains("the same command with --resume goes on where it was"), "{said}");
        assert_eq!(training.checkpoints().last(), Some(&training.steps_written()), "a step was lost");
        assert!(!out.join("adapter_model.safetensors").exists());
    }
    training.resume(&[]);
    training.assert_undisturbed("Ctrl-C");
}

#[test]
fn a_damaged_checkpoint_is_told_and_the_one_before_serves() {
    let stopped = killed_after(8);
    let newest = *stopped.checkpoints().last().expect("a checkpoint");
    let cut: fn(&mut Vec<u8>) = |bytes| bytes.truncate(bytes.len() / 2);
    let flip: fn(&mut Vec<u8>) = |bytes| {
        let middle = bytes.len() / 2;
        bytes[middle] ^= 4;
    };
    let empty: fn(&mut Vec<u8>) = Vec::clear;
    for (ending, name, damage) in [
        ("safetensors", "cut", cut),
        ("safetensors", "flipped", flip),
        ("safetensors", "emptied", empty),
        ("json", "cut", cut),
        ("json", "flipped", flip),
    ] {
        let training = Training::copy_of(&stopped);
        let path = training.out().join(format!("checkpoints/step-{newest:08}.{ending}"));
        let mut bytes = fs::read(&path).expect("a checkpoint");
        damage(&mut bytes);
        fs::write(&path, bytes).expect("damage");
        let said = training.resume(&[]);
        let before = newest - CHECKPOINT_EVERY;
        assert!(said.contains(&format!("warning: the checkpoint {}", training.out().display())), "{said}");
        assert!(said.contains(&format!("going on from the one before it, after step {before}")), "{said}");
        training.assert_undisturbed(&format!("{ending} {name}"));
    }
}

#[test]
fn with_every_checkpoint_damaged_the_run_begins_again_and_says_so() {
    let training = killed_after(8);
    for step in training.checkpoints() {
        fs::write(training.out().join(format!("checkpoints/step-{step:08}.safetensors")), "torn").expect("damage");
    }
    // What is kept of the reference would be trained on: it has to be noticed too.
    let reference = training.out().join("checkpoints/reference.json");
    let text = fs::read_to_string(&reference).expect("the reference is kept");
    let digits = text.find("[[").expect("numbers") + 4;
    let changed = if text[digits..].starts_with('7') { "8" } else { "7" };
    fs::write(&reference, format!("{}{changed}{}", &text[..digits], &text[digits + 1..])).expect("damage");
    let said = training.resume(&[]);
    assert!(said.contains("there is no other, so the run begins again"), "{said}");
    training.assert_undisturbed("all damaged");
}

#[test]
fn a_finished_run_is_done_at_once_and_a_new_one_begins() {
    let training = Training::new();
    training.resume(&[]);
    training.assert_undisturbed("--resume where no run was");
    let metrics = fs::read(training.out().join("metrics.jsonl")).expect("figures");
    let output = training.run(&["--resume", "--json"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(!text(&output.stdout).contains("\"event\":\"metrics\""), "it trained again");
    assert!(fs::read(training.out().join("metrics.jsonl")).expect("figures") == metrics);
    training.assert_undisturbed("--resume of a finished run");
    let before = contents(&training.out());
    let output = training.run(&[]);
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("holds a run already\n  go on with it with `--resume`"), "{said}");
    assert!(contents(&training.out()) == before, "a finished run was changed");
}

#[test]
fn a_run_goes_on_only_with_what_it_was_begun_with() {
    let stopped = killed_after(8);
    let before = contents(&stopped.out());
    let other_pairs = stopped.folder().join("other.jsonl");
    fs::write(&other_pairs, pairs(1..49)).expect("data");
    let other_model = stopped.folder().join("model");
    copy_folder(&golden_model("llama_tied"), &other_model);
    let weights = other_model.join("model.safetensors");
    let mut bytes = fs::read(&weights).expect("weights");
    let last = bytes.len() - 4;
    bytes[last] ^= 1;
    fs::write(&weights, bytes).expect("weights");
    for (option, value, said) in [
        ("--learning-rate", "2e-3", "with `--learning-rate` 0.001, not 0.002"),
        ("--beta", "0.2", "with `--beta` 0.1, not 0.2"),
        ("--rank", "8", "with `--rank` 4, not 8"),
        ("--dropout", "0", "with `--dropout` 0.1, not 0.0"),
        ("--max-steps", "60", "without `--max-steps`, which is given now"),
        ("--schedule", "cosine", "with `--schedule` linear, not cosine"),
        ("--target-modules", "q_proj", "with `--target-modules` all-linear, not q_proj"),
        ("--seed", "8", "with `--seed` 7, not 8"),
        ("--threads", "1", "with `--threads` 2, not 1"),
        ("--data", shown(&other_pairs), "with other data than `--data` holds now"),
        ("--holdout", "", "with other data than `--holdout` holds now"),
        ("--model", shown(&other_model), "with another model than `--model` holds now"),
    ] {
        let mut training = Training::copy_of(&stopped);
        training.set(option, value);
        let output = training.run(&["--resume"]);
        let message = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{option}: {message}");
        assert!(message.contains(&format!("was begun {said}\n  to go on with it, give the options and")), "{message}");
        let bytes = |files: Vec<(PathBuf, Vec<u8>)>| files.into_iter().map(|(_, bytes)| bytes).collect::<Vec<_>>();
        assert!(bytes(contents(&training.out())) == bytes(before.clone()), "{option}: the run was changed");
    }
    // These decide nothing of the numbers; a limit that no pair reaches neither.
    let mut training = Training::copy_of(&stopped);
    training.set("--checkpoint-every", "5");
    training.set("--threads", "");
    training.resume(&["--memory", "small"]);
    assert_eq!(figures(&training.out()), undisturbed().figures);
    let adapter = fs::read(training.out().join("adapter_model.safetensors")).expect("an adapter");
    assert!(adapter == undisturbed().result, "the memory setting changed the adapter");
}

#[test]
fn a_second_program_keeps_out_of_a_running_run() {
    let training = Training::new();
    let mut child = training.start(&[]);
    assert!(wait_until(&mut child, || training.steps_written() > 0), "it ended before its first step");
    let output = training.run(&["--resume"]);
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("another program is training in"), "{said}");
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
    training.assert_undisturbed("a second program");
}

#[test]
fn the_runs_record_when_damaged_is_named() {
    let training = killed_after(4);
    let path = training.out().join("run.json");
    let record = fs::read_to_string(&path).expect("a record");
    let mut newer: Value = serde_json::from_str(&record).expect("JSON");
    newer["format"] = 99.into();
    for (content, said) in [(&record[..record.len() / 2], "is no record of a run"), (&newer.to_string(), "number 99")] {
        fs::write(&path, content).expect("damage");
        let output = training.run(&["--resume"]);
        let message = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{message}");
        assert!(message.contains(&format!("{}: ", path.display())) && message.contains(said), "{message}");
    }
    fs::write(&path, record).expect("mended");
    training.resume(&[]);
    assert_eq!(unfinished_files(Path::new(&training.out())), Vec::<PathBuf>::new());
    training.assert_undisturbed("mended");
}
