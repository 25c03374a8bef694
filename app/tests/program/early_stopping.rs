//! A run that looks at its holdout stops by itself, keeps the best step's adapter, and does the same after a kill.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::text;
use crate::training::{Training, figures};

/// A training that learns its few pairs by heart: what it set aside gets worse after a while.
fn training() -> Training {
    let mut training = Training::new();
    for (option, value) in [
        ("--holdout", ""),
        ("--epochs", ""),
        ("--preset", "quick"),
        ("--holdout-share", "0.2"),
        ("--max-steps", "60"),
        ("--evaluate-every", "3"),
        ("--learning-rate", "2e-2"),
        ("--checkpoint-every", "4"),
    ] {
        training.set(option, value);
    }
    training
}

/// The looks at the holdout: after how many steps, and the loss.
fn looks(out: &Path) -> Vec<(u64, f64)> {
    let lines = fs::read_to_string(out.join("holdout.jsonl")).expect("looks at the holdout");
    let look = |line: &str| {
        let line: Value = serde_json::from_str(line).expect("a line is JSON");
        (line["step"].as_u64().expect("a step"), line["eval_loss"].as_f64().expect("a loss"))
    };
    lines.lines().map(look).collect()
}

fn adapter(out: &Path) -> Vec<u8> {
    fs::read(out.join("adapter_model.safetensors")).expect("an adapter")
}

#[test]
fn a_run_stops_by_itself_and_takes_the_best_step() {
    let training = training();
    let output = training.run(&["--json"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let last = text(&output.stdout).lines().last().expect("events");
    let summary = serde_json::from_str::<Value>(last).expect("JSON")["summary"].clone();

    let looks = looks(&training.out());
    let trained: Vec<_> = looks.iter().copied().filter(|(step, _)| *step > 0).collect();
    let best = trained.iter().copied().reduce(|best, look| if look.1 < best.1 { look } else { best });
    let (best, (stopped, _)) = (best.expect("a look"), *looks.last().expect("a look"));
    assert_eq!(summary["adapter_of_step"], best.0);
    assert_eq!(summary["steps"], stopped);
    // Two looks without gain, three steps apart, and 60 steps were allowed.
    assert_eq!(stopped, best.0 + 6, "{looks:?}");
    assert!(stopped < 60, "{looks:?}");

    assert!(text(&output.stdout).contains("are set aside and not trained on"));
}

#[test]
fn the_adapter_is_that_of_the_best_step() {
    let mut whole = training();
    whole.set("--schedule", "constant");
    assert_eq!(whole.run(&[]).status.code(), Some(0));
    let looks = looks(&whole.out());
    let best = looks.iter().skip(1).copied().reduce(|best, look| if look.1 < best.1 { look } else { best });
    let mut short = training();
    short.set("--schedule", "constant");
    short.set("--max-steps", &best.expect("a look").0.to_string());
    short.set("--patience", "50");
    assert_eq!(short.run(&[]).status.code(), Some(0));
    assert_eq!(adapter(&short.out()), adapter(&whole.out()));
}

#[test]
fn a_killed_run_takes_the_same_decisions() {
    let clean = training();
    assert_eq!(clean.run(&[]).status.code(), Some(0));
    let steps = clean.steps_written();
    for kill_at in [2, steps / 2, steps - 2] {
        let training = training();
        let mut child = training.start(&[]);
        let start = Instant::now();
        while child.try_wait().expect("a child can be asked").is_none() && training.steps_written() < kill_at {
            assert!(start.elapsed() < Duration::from_mins(1), "step {kill_at} does not come");
            thread::sleep(Duration::from_micros(100));
        }
        child.kill().expect("it runs or ran");
        child.wait().expect("it ended");
        training.resume(&[]);
        assert_eq!(figures(&training.out()), figures(&clean.out()), "killed at step {kill_at}");
        assert_eq!(looks(&training.out()), looks(&clean.out()), "killed at step {kill_at}");
        assert!(adapter(&training.out()) == adapter(&clean.out()), "killed at step {kill_at}");
    }
}

#[test]
fn looks_that_came_after_the_checkpoint_are_taken_again() {
    let training = training();
    assert_eq!(training.run(&[]).status.code(), Some(0));
    let clean = (figures(&training.out()), looks(&training.out()), adapter(&training.out()));
    // As a kill leaves it: looks without gain have been told, and the newest checkpoint is that of the best step.
    let best = clean.1.last().expect("a look").0 - 6;
    let mut left = 0;
    for entry in fs::read_dir(training.out().join("checkpoints")).expect("checkpoints") {
        let path = entry.expect("a file").path();
        let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
        let Some(step) = name.strip_prefix("step-").and_then(|step| step.parse::<u64>().ok()) else { continue };
        if step > best {
            fs::remove_file(&path).expect("removed");
        } else {
            left += 1;
        }
    }
    assert!(left > 0, "the best step's checkpoint is kept");
    training.resume(&[]);
    assert!(clean == (figures(&training.out()), looks(&training.out()), adapter(&training.out())));
}
