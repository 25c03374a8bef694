//! The program, killed while it fetches: the next start goes on from there.

use std::fs;
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::Duration;

use whetstone_tests::hub::{Fault, Rule, Server};

use crate::bench::{Bench, MODEL, PROGRAM, WEIGHTS, place, size};
use crate::many;

/// With the connections that are cut off, 200.
const KILLS: usize = 40;

impl Bench {
    /// The program with this bench's Hub and cache.
    pub fn program(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command
            .args(arguments)
            .env("HF_ENDPOINT", self.hub.endpoint())
            .env("HF_HOME", self.home())
            .env("WHETSTONE_DATA_HOME", self.folder.path().join("data"))
            .env_remove("HF_TOKEN")
            .env_remove("HF_HUB_CACHE")
            .env_remove("HF_HUB_OFFLINE")
            .current_dir(self.folder.path())
            .stdin(Stdio::null());
        command
    }
}

#[test]
fn a_program_that_was_killed_goes_on() {
    many(KILLS, |index| {
        let bench = Bench::new();
        let weights = bench.bytes(WEIGHTS);
        let at = place(4, index, weights.len());
        let served = bench.hub.misbehave(Rule::once(WEIGHTS, Fault::HoldAfter(at)).by(Server::Store));
        let mut program = bench.program(&["download", MODEL]);
        let mut child = program.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program was built");
        wait_for_bytes(&bench, &mut child, at);
        child.kill().expect("it runs");
        child.wait().expect("it ended");
        let why = format!("killed after {at} bytes ({index})");
        assert_eq!(served.times(), 1, "{why}");
        bench.assert_no_weights(&why);
        let output = bench.program(&["download", MODEL, "--json"]).output().expect("the program was built");
        assert_eq!(output.status.code(), Some(0), "{why}: {}", told(&output));
        assert!(bench.unfinished().is_empty(), "{why}");
        bench.assert_right(&why);
        let head =
            bench.hub.repository(whetstone_tests::hub::Kind::Model, MODEL).expect("it is there").head().to_owned();
        let seen = fs::read(bench.cached().join("snapshots").join(head).join(WEIGHTS));
        assert!(seen.is_ok_and(|bytes| bytes == weights), "{why}");
        crate::cuts::assert_fetched_once(&bench, weights.len() as u64, &why);
    });
}

/// Waits until what was sent has arrived on the disk.
fn wait_for_bytes(bench: &Bench, child: &mut Child, bytes: u64) {
    let weights = whetstone_tests::hub::sha256(&bench.bytes(WEIGHTS));
    let unfinished = bench.cached().join("blobs").join(format!("{weights}.incomplete"));
    loop {
        let kept = size(&unfinished);
        if kept >= bytes {
            return;
        }
        let ended = child.try_wait().expect("a child can be asked");
        assert_eq!(ended, None, "it ended before it was killed, with {kept} of {bytes} bytes");
        thread::sleep(Duration::from_millis(2));
    }
}

pub fn told(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn a_program_that_is_asked_to_end_says_what_was_kept() {
    let bench = Bench::new();
    let served = bench.hub.misbehave(Rule::once(WEIGHTS, Fault::HoldAfter(5000)).by(Server::Store));
    let mut engine = bench.program(&["engine"]);
    let mut child = engine.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the program was built");
    let mut input = child.stdin.take().expect("it was asked for");
    let asked = format!("{{\"command\":\"run\",\"spec\":{{\"job\":\"download\",\"repository\":\"{MODEL}\"}}}}\n");
    std::io::Write::write_all(&mut input, asked.as_bytes()).expect("it listens");
    wait_for_bytes(&bench, &mut child, 5000);
    // The end of its input is a wish to stop.
    drop(input);
    let output = child.wait_with_output().expect("it ended");
    assert_eq!(served.times(), 1);
    assert!(told(&output).contains("\"outcome\":\"cancelled\""), "{}", told(&output));
    bench.assert_no_weights("a stop");
    let summary = bench.download().expect("a model");
    bench.assert_whole(&summary, "a stop");
    crate::cuts::assert_fetched_once(&bench, bench.bytes(WEIGHTS).len() as u64, "a stop");
}
