//! Arguments in; results, messages and the exit status out.

use std::process::Command;

use serde_json::Value;
use whetstone_core::job::JobEvent;

use crate::{PROGRAM, text, whetstone};

#[test]
fn exit_statuses_are_as_documented() {
    for (arguments, status) in [
        (&["--help"] as &[&str], 0),
        (&["--version"], 0),
        (&["help", "train"], 0),
        (&["doctor", "--quick"], 0),
        (&["score", "--model", "no-such-model", "--data", "pairs.jsonl"], 1),
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

#[cfg(target_os = "linux")]
#[test]
fn without_a_display_the_window_says_so_and_what_to_do() {
    let mut command = Command::new(PROGRAM);
    command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY").env("WHETSTONE_DATA_HOME", super::data_home());
    let output = command.output().expect("the program was built");
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("no display") && said.contains("whetstone help"), "{said}");
    // Everything else works, and the look at the machine says what the window lacks.
    let mut doctor = Command::new(PROGRAM);
    doctor.args(["doctor", "--quick"]).env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY");
    let output = doctor.env("WHETSTONE_DATA_HOME", super::data_home()).output().expect("the program was built");
    assert!(output.status.success() && text(&output.stdout).contains("this session has no display"), "{output:?}");
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
    for arguments in [
        &["score", "--model", "no-such-model", "--data", "pairs.jsonl", "--json"] as &[&str],
        &["--json", "doctor", "--quick"],
    ] {
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
    let summary = |arguments: &[&str]| {
        let output = whetstone(arguments);
        let last = text(&output.stdout).lines().last().expect("an end");
        let ended: Value = serde_json::from_str(last).expect("an event");
        assert_eq!(ended["outcome"], "completed");
        ended["summary"].clone()
    };
    let quick = summary(&["doctor", "--quick", "--json"]);
    assert!(quick["cores"].as_u64() >= Some(1), "{quick}");
    assert_eq!((&quick["devices"][0], &quick["speed"]), (&Value::from("cpu"), &Value::Null));
    assert!(quick["gpu"].is_array(), "{quick}");
    let measured = summary(&["doctor", "--threads", "1", "--json"]);
    let keys = ["training_pairs_a_minute", "answering_tokens_a_second", "memory_bytes_a_second"];
    for key in keys {
        assert!(measured["speed"][key].as_f64() > Some(0.0), "{key}: {measured}");
    }
    assert_eq!(measured["speed"]["threads"], 1);
    // What was measured is kept for the badges of models.
    let kept = std::fs::read_to_string(super::data_home().join("speed.json")).expect("it is kept");
    assert!(kept.contains("1 threads"), "{kept}");
}

#[test]
fn doctor_tells_a_person_how_fast_the_machine_is() {
    let output = whetstone(&["doctor", "--threads", "1"]);
    let table = text(&output.stdout);
    for name in ["cores", "vector units", "graphics", "model cache", "training", "answering", "reading memory"] {
        assert!(table.lines().any(|line| line.starts_with(name)), "{name}: {table}");
    }
    assert!(table.contains("preference pairs a minute") && table.contains("tokens a second"), "{table}");
}

#[test]
fn a_reader_who_leaves_early_is_no_fault() {
    for arguments in [&["doctor", "--quick"] as &[&str], &["doctor", "--quick", "--json"], &["--help"]] {
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
    let output =
        Command::new(PROGRAM).args(["doctor", "--quick"]).stdout(full).output().expect("the program was built");
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("cannot write to standard output"), "{}", text(&output.stderr));
}
