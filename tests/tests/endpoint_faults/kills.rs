//! The program, killed while an endpoint judges: the next start pays only for the rest.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use serde_json::Value;
use whetstone_tests::endpoint::Deed;

use crate::bench::{Bench, LABELS, items};

/// The program, as a process of its own.
const PROGRAM: &str = env!("CARGO_BIN_EXE_program");

/// Judgements that are on the disk when the program is killed.
const KILLED_AFTER: [usize; 6] = [0, 1, 7, 32, 50, 99];

/// Requests at once.
const AT_ONCE: usize = 4;

/// What the run may cost, far above what it does.
const MOST_MONEY: f64 = 5.0;

impl Bench {
    /// Writes the comparisons as pairs whose chosen answer is the better one.
    fn write_pairs(&self) -> PathBuf {
        let path = self.folder.path().join("pairs.jsonl");
        let lines = items().into_iter().enumerate().map(|(number, item)| {
            let (chosen, rejected) = if number.is_multiple_of(2) { (item.a, item.b) } else { (item.b, item.a) };
            serde_json::json!({"prompt": item.prompt, "chosen": chosen, "rejected": rejected}).to_string()
        });
        fs::write(&path, lines.collect::<Vec<_>>().join("\n")).expect("written");
        path
    }

    /// The program, judging those pairs by this bench's server.
    fn judging(&self, more: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command
            .args(["judge", "--coach", "endpoint:judge", "--data", "pairs.jsonl", "--out", "judged.jsonl", "--json"])
            .args(["--most-money", &MOST_MONEY.to_string()])
            .args(more)
            .env("WHETSTONE_CONFIG", self.config())
            .env("WHETSTONE_KEYRING", "off")
            .env("WHETSTONE_DATA_HOME", self.folder.path().join("data"))
            .env_remove("WHETSTONE_COACH_KEY")
            .current_dir(self.folder.path())
            .stdin(Stdio::null());
        command
    }

    fn answers_on_disk(&self) -> usize {
        let text = fs::read_to_string(self.folder.path().join("judged.jsonl.answers")).unwrap_or_default();
        text.lines().filter(|line| line.contains("\"line\":\"answer\"")).count()
    }
}

fn told(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn a_program_that_was_killed_pays_only_for_the_rest() {
    thread::scope(|scope| {
        for after in KILLED_AFTER {
            scope.spawn(move || killed_after(after));
        }
    });
}

fn killed_after(after: usize) {
    let given = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&given);
    // So many are judged; the others stay without an answer until the program is dead.
    let bench = Bench::new(
        move |_, _| {
            if counted.fetch_add(1, Ordering::SeqCst) < after { Deed::Judge } else { Deed::Silence }
        },
    );
    bench.write_pairs();
    let mut child =
        bench.judging(&["--yes"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it was built");
    // Those that are on their way have all arrived: what the server reads later it would judge after all.
    let arrived = (after + AT_ONCE).min(2 * LABELS);
    while bench.answers_on_disk() < after || given.load(Ordering::SeqCst) < arrived {
        let ended = child.try_wait().expect("a child can be asked");
        assert_eq!(ended, None, "{after}: it ended before it was killed");
        thread::sleep(Duration::from_millis(5));
    }
    child.kill().expect("it runs");
    child.wait().expect("it ended");
    assert!(!bench.folder.path().join("judged.jsonl").exists(), "{after}: half a result was written");
    let first = bench.server.judged();
    assert_eq!(first.len(), after, "{after}");
    bench.server.behave(|_, _| Deed::Judge);
    let output = bench.judging(&["--yes"]).output().expect("it was built");
    assert_eq!(output.status.code(), Some(0), "{after}: {}", told(&output));
    let judged = fs::read_to_string(bench.folder.path().join("judged.jsonl")).expect("a result");
    assert_eq!(judged.lines().count(), LABELS, "{after}");
    for line in judged.lines() {
        let line: Value = serde_json::from_str(line).expect("JSON");
        assert_eq!(line["verdict"], "chosen", "{after}: {line}");
    }
    bench.assert_none_paid_twice(&format!("killed after {after}"));
    assert_eq!(bench.server.judged().len(), 2 * LABELS, "{after}");
    let summary = String::from_utf8_lossy(&output.stdout).lines().last().map(str::to_owned).expect("a summary");
    let summary: Value = serde_json::from_str(&summary).expect("JSON");
    // Those that were on their way when it was killed count as paid for.
    let spent = &summary["summary"]["spent"];
    let requests = spent["requests"].as_u64().expect("a number") as usize;
    assert!((2 * LABELS..=2 * LABELS + AT_ONCE).contains(&requests), "{after}: {spent}");
    assert!(spent["money"].as_f64().is_some_and(|money| money > 0.0 && money <= MOST_MONEY), "{after}: {spent}");
}

#[test]
fn nothing_is_sent_by_a_command_that_nobody_agreed_to() {
    let bench = Bench::new(|_, _| Deed::Judge);
    bench.write_pairs();
    let output = bench.judging(&[]).output().expect("it was built");
    let told = told(&output);
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(told.contains("nothing was sent: add --yes"), "{told}");
    // What would be sent is shown as it would be sent.
    assert!(told.contains("The first of 100 questions to 127.0.0.1:") && told.contains("Where is parcel 0?"), "{told}");
    assert!(bench.server.asked().is_empty());
}
