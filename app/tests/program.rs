//! The program itself, as a shell and another program meet it.

use std::io::{Read, Write};
use std::process::{Command, Output, Stdio};
use std::sync::Mutex;

use serde_json::Value;
use whetstone_core::job::child::Engine;
use whetstone_core::job::{CancelToken, JobContext, JobEvent, JobSpec, Outcome, ScoreSpec};

const PROGRAM: &str = env!("CARGO_BIN_EXE_whetstone");

fn whetstone(arguments: &[&str]) -> Output {
    Command::new(PROGRAM).args(arguments).stdin(Stdio::null()).output().expect("the program was built")
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("the program writes UTF-8")
}

/// A job that fails at once: its model is not there.
fn failing_job() -> JobSpec {
    JobSpec::Score(ScoreSpec {
        model: "no-such-model".into(),
        adapter: None,
        data: "pairs.jsonl".into(),
        out: None,
        compute: whetstone_core::domain::ComputeSettings::default(),
        template_arguments: serde_json::Map::new(),
    })
}

fn run(engine: &mut Engine, spec: &JobSpec) -> (Outcome, Vec<JobEvent>) {
    let events = Mutex::new(Vec::new());
    let tell = |event| events.lock().expect("no panic while telling").push(event);
    let outcome = engine.run(spec, &JobContext::new(&tell, &CancelToken::default()));
    (outcome, events.into_inner().expect("no panic while telling"))
}

#[test]
fn exit_statuses_are_as_documented() {
    for (arguments, status) in [
        (&["--help"] as &[&str], 0),
        (&["--version"], 0),
        (&["help", "train"], 0),
        (&["doctor"], 0),
        (&["score", "--model", "no-such-model", "--data", "pairs.jsonl"], 1),
        (&[], 2),
        (&["fly"], 2),
        (&["train", "--model", "m"], 2),
        (&["train", "--model", "m", "--data", "d", "--out", "o", "--dropout", "1"], 2),
        (&["generate", "--model", "m", "--prompt", "a", "--prompts", "b"], 2),
    ] {
        let output = whetstone(arguments);
        assert_eq!(output.status.code(), Some(status), "{arguments:?}: {}", text(&output.stderr));
        assert_eq!(output.stderr.is_empty(), status == 0, "{arguments:?}");
        assert_eq!(output.stdout.is_empty(), status != 0, "{arguments:?}");
    }
}

#[test]
fn an_error_names_the_place_and_the_cure() {
    let output = whetstone(&["generate", "--model", "no/such/model", "--prompt", "hi"]);
    let message = text(&output.stderr);
    assert!(message.starts_with("error: cannot open the model no/such/model: no such folder\n  give "), "{message}");
    let file = whetstone(&["generate", "--model", PROGRAM, "--prompt", "hi"]);
    assert!(text(&file.stderr).contains("is a file, not a folder"), "{}", text(&file.stderr));
}

#[test]
fn with_json_standard_output_holds_events_and_nothing_else() {
    for arguments in
        [&["score", "--model", "no-such-model", "--data", "pairs.jsonl", "--json"] as &[&str], &["--json", "doctor"]]
    {
        let output = whetstone(arguments);
        let events: Vec<JobEvent> = text(&output.stdout)
            .lines()
            .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}")))
            .collect();
        assert!(matches!(&events[0], JobEvent::Started { job } if arguments.contains(&job.as_str())), "{events:?}");
        assert!(matches!(events.last(), Some(JobEvent::Ended(_))), "{events:?}");
    }
}

#[test]
fn doctor_tells_a_script_about_the_machine() {
    let output = whetstone(&["doctor", "--json"]);
    let last = text(&output.stdout).lines().last().expect("an end");
    let ended: Value = serde_json::from_str(last).expect("an event");
    assert_eq!(ended["outcome"], "completed");
    assert!(ended["summary"]["cores"].as_u64() >= Some(1), "{ended}");
    assert_eq!(ended["summary"]["devices"][0], "cpu");
}

#[test]
fn a_reader_who_leaves_early_is_no_fault() {
    for arguments in [&["doctor"] as &[&str], &["doctor", "--json"], &["--help"]] {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let output = Command::new(PROGRAM).args(arguments).stdout(writer).output().expect("the program was built");
        assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), ""), "{arguments:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_result_that_cannot_be_written_is_a_failure() {
    let full = std::fs::File::options().write(true).open("/dev/full").expect("Linux has it");
    let output = Command::new(PROGRAM).arg("doctor").stdout(full).output().expect("the program was built");
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("cannot write to standard output"), "{}", text(&output.stderr));
}

#[test]
fn an_engine_process_tells_what_this_process_would() {
    let spec = failing_job();
    let here = Mutex::new(Vec::new());
    let tell = |event| here.lock().expect("no panic while telling").push(event);
    let expected = whetstone_core::engine::run(&spec, &JobContext::new(&tell, &CancelToken::default()));
    let here = here.into_inner().expect("no panic while telling");
    let mut engine = Engine::start(PROGRAM.as_ref()).expect("the program was built");
    for _ in 0..2 {
        assert_eq!(run(&mut engine, &spec), (expected.clone(), here.clone()));
    }
}

#[test]
fn an_engine_ends_with_its_input() {
    let mut child = Command::new(PROGRAM)
        .arg("engine")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program was built");
    let mut heard = [0; 1];
    let mut stdout = child.stdout.take().expect("it is piped");
    stdout.read_exact(&mut heard).expect("a heartbeat");
    let mut stdin = child.stdin.take().expect("it is piped");
    stdin.write_all(b"no command\n").expect("the engine listens");
    drop(stdin);
    assert_eq!(child.wait().expect("it ends by itself").code(), Some(0));
    let mut rest = String::new();
    stdout.read_to_string(&mut rest).expect("UTF-8");
    assert!(rest.contains("\"warning\""), "{rest}");
}

#[cfg(unix)]
mod signals {
    use super::*;

    fn signal(name: &str, process: u32) {
        let sent = Command::new("kill").args([format!("-{name}"), process.to_string()]).status();
        assert!(sent.expect("kill is there").success());
    }

    #[test]
    fn a_killed_engine_fails_its_job_and_says_so() {
        let mut engine = Engine::start(PROGRAM.as_ref()).expect("the program was built");
        signal("KILL", engine.process_id().expect("it runs"));
        let (outcome, events) = run(&mut engine, &failing_job());
        let Outcome::Failed { message } = &outcome else { panic!("{outcome:?}") };
        assert!(message.what.contains("signal 9 (SIGKILL"), "{message}");
        assert_eq!(events, [JobEvent::Started { job: "score".to_owned() }, JobEvent::Ended(outcome)]);
    }

    #[test]
    fn an_engine_that_is_asked_to_end_does() {
        let mut child = Command::new(PROGRAM)
            .arg("engine")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program was built");
        // The first heartbeat says that its handler of signals stands.
        child.stdout.as_mut().expect("it is piped").read_exact(&mut [0]).expect("a heartbeat");
        signal("TERM", child.id());
        assert_eq!(child.wait().expect("it ends").code(), Some(0));
    }
}
