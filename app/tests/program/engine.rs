//! A job in an engine process: what it tells, and how it ends.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, Stdio};
use std::sync::Mutex;

use serde_json::{Map, Value, json};
use whetstone_core::domain::{AnnotatorKind, Choice, ComputeSettings, NewVerdict, SamplingSettings, Text, VerdictForm};
use whetstone_core::job::child::{self, Engine};
use whetstone_core::job::{
    CancelToken, EndpointUse, GenerateSpec, JobContext, JobEvent, JobSpec, Outcome, RunSpec, ScoreSpec,
};
use whetstone_core::project::store::{Access, RunState, Store};

use crate::project::Desk;
use crate::training::{Training, undisturbed};
use crate::{PROGRAM, golden_model, shown, text, whetstone};

/// A job that fails at once: its model is not there.
fn failing_job() -> JobSpec {
    JobSpec::Score(ScoreSpec {
        model: "no-such-model".into(),
        adapter: None,
        data: "pairs.jsonl".into(),
        out: None,
        compute: ComputeSettings::default(),
        template_arguments: Map::new(),
    })
}

fn run(engine: &mut Engine, spec: &JobSpec) -> (Outcome, Vec<JobEvent>) {
    let events = Mutex::new(Vec::new());
    let tell = |event| events.lock().expect("no panic while telling").push(event);
    let outcome = engine.run(spec, &JobContext::new(&tell, &CancelToken::default()));
    (outcome, events.into_inner().expect("no panic while telling"))
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

/// An event without what no two runs share: times, what is free, and the folder of the run.
fn comparable(event: &JobEvent) -> Value {
    let mut event = json!(event);
    for group in ["values", "summary"] {
        if let Some(figures) = event.get_mut(group).and_then(Value::as_object_mut) {
            figures.retain(|name, _| !["seconds", "tokens_per_second", "out"].contains(&name.as_str()));
        }
    }
    // What the machine has free and how fast it is differ from one moment to the next.
    if event["event"] == "forecast" {
        let measured = ["said", "speed", "seconds", "reference_seconds", "memory_free_bytes", "disk_free_bytes"];
        event.as_object_mut().expect("an object").retain(|name, _| !measured.contains(&name.as_str()));
    }
    event
}

/// What the command tells with `--json`, and what an engine process tells of the same job.
fn told_by_both(arguments: &[String], spec: &JobSpec) -> [Vec<Value>; 2] {
    let output = whetstone(arguments);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let line = |line: &str| comparable(&serde_json::from_str(line).expect("an event"));
    let command = text(&output.stdout).lines().map(line).collect();
    let events = Mutex::new(Vec::new());
    let tell = |event| events.lock().expect("no panic while telling").push(event);
    let outcome = child::run(PROGRAM.as_ref(), spec, &JobContext::new(&tell, &CancelToken::default()));
    assert!(matches!(outcome, Outcome::Completed { .. }), "{outcome:?}");
    let events = events.into_inner().expect("no panic while telling");
    [command, events.iter().map(comparable).collect()]
}

#[test]
fn a_training_in_an_engine_gives_the_commands_events_and_adapter() {
    let (by_command, by_engine) = (Training::new(), Training::new());
    let [command, engine] = told_by_both(&by_command.arguments(&["--json"]), &by_engine.job());
    assert_eq!(command, engine);
    assert!(command.iter().filter(|event| event["event"] == "metrics").count() >= undisturbed().figures.len());
    by_command.assert_undisturbed("the command");
    by_engine.assert_undisturbed("the engine");
}

#[test]
fn completions_from_an_engine_are_the_commands() {
    let model = golden_model("llama_tied");
    let arguments =
        ["generate", "--model", shown(&model), "--prompt", "Why?", "--samples", "3", "--max-new-tokens", "12"];
    let more = ["--seed", "5", "--threads", "1", "--json"];
    let arguments: Vec<String> = arguments.iter().chain(&more).map(|&argument| argument.to_owned()).collect();
    let spec = JobSpec::Generate(GenerateSpec {
        model,
        adapter: None,
        prompts: None,
        prompt: Some(Text::Plain("Why?".to_owned())),
        sampling: SamplingSettings { samples: 3, max_new_tokens: 12, seed: 5, ..SamplingSettings::default() },
        out: None,
        compute: ComputeSettings { threads: Some(1), ..ComputeSettings::default() },
        template_arguments: Map::new(),
    });
    let [command, engine] = told_by_both(&arguments, &spec);
    assert_eq!(command, engine);
    assert_eq!(command.iter().filter(|event| event["event"] == "output").count(), 3);
}

#[test]
fn a_training_whose_program_is_gone_stops_with_a_checkpoint() {
    let training = Training::new();
    let mut engine = Command::new(PROGRAM)
        .arg("engine")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program was built");
    let mut stdin = engine.stdin.take().expect("it is piped");
    let stdout = BufReader::new(engine.stdout.take().expect("it is piped"));
    writeln!(stdin, "{}", json!({ "command": "run", "spec": training.job() })).expect("the engine listens");
    let mut stdin = Some(stdin);
    let mut last = String::new();
    for line in stdout.lines() {
        last = line.expect("UTF-8");
        if last.contains("\"step\":7,") {
            // What is left of the program that asked when it was killed.
            stdin.take();
        }
    }
    assert_eq!(last, r#"{"event":"ended","outcome":"cancelled"}"#);
    assert_eq!(engine.wait().expect("it ends").code(), Some(0));
    assert_eq!(training.checkpoints().last(), Some(&training.steps_written()), "a step was lost");
    training.resume(&[]);
    training.assert_undisturbed("the program was gone");
}

/// A project of the example with few and short answers, whose owner the caller is.
fn owned_project(desk: &Desk) -> Store {
    let starter = concat!(env!("CARGO_MANIFEST_DIR"), "/../assets/starter");
    let options = "--method rlhf --example --samples 2 --comparisons 1 --steps 8 --max-new-tokens 16 --judge rules";
    desk.does(&format!("project new P {options} --model {starter}"));
    Store::open(&desk.path("P"), Access::Owner).expect("nobody owns it")
}

/// Going on with the project beside its owner, up to a stage.
fn going_on(desk: &Desk, stage: &str) -> JobSpec {
    JobSpec::Run(RunSpec {
        project: desk.path("P"),
        again: false,
        until: Some(stage.to_owned()),
        beside: true,
        endpoint: EndpointUse::default(),
        compute: ComputeSettings::default(),
    })
}

/// A person says of every comparison that the first answer is better.
fn judge(owner: &Store) {
    let person = owner.annotator("Ada", AnnotatorKind::Person, false).expect("an annotator").id;
    for comparison in owner.comparisons(None).expect("comparisons") {
        let key = format!("00000000-0000-4000-8000-{:012}", comparison.id);
        let verdict = NewVerdict::bare(key, comparison.id, person, Choice::A, VerdictForm::Comparison);
        owner.record_verdict(&verdict).expect("a verdict");
    }
}

#[test]
fn an_engine_works_on_a_project_beside_the_one_who_owns_it() {
    let desk = Desk::new();
    let owner = owned_project(&desk);
    let mut engine = Engine::start(PROGRAM.as_ref()).expect("the program was built");
    let (outcome, events) = run(&mut engine, &going_on(&desk, "answer"));
    let Outcome::Completed { summary } = outcome else { panic!("{outcome:?}") };
    assert_eq!(summary["stopped_after"], "answer");
    assert!(events.iter().any(|event| matches!(event, JobEvent::Progress(_))), "{events:?}");
    let comparisons = owner.comparisons(None).expect("comparisons");
    assert!(comparisons.len() > 20, "{comparisons:?}");
    // The owner goes on, and the same engine after them.
    judge(&owner);
    let (outcome, events) = run(&mut engine, &going_on(&desk, "train"));
    let Outcome::Completed { summary } = outcome else { panic!("{outcome:?}") };
    assert_eq!(summary["stopped_after"], "train");
    let told = |wanted: fn(&JobEvent) -> bool| events.iter().filter(|event| wanted(event)).count();
    assert_eq!(told(|event| matches!(event, JobEvent::Metrics { .. })), 8);
    assert_eq!(told(|event| matches!(event, JobEvent::Sample { .. })), 3 * 9);
    let runs = owner.runs().expect("runs");
    assert_eq!(runs.iter().map(|run| run.state).collect::<Vec<_>>(), [RunState::Finished]);
    assert!(runs[0].heartbeat > 0);
}

#[cfg(unix)]
mod signals {
    use super::*;
    use crate::signal;

    #[test]
    fn a_training_whose_engine_is_killed_says_how_to_go_on() {
        let training = Training::new();
        let mut engine = Engine::start(PROGRAM.as_ref()).expect("the program was built");
        let process = engine.process_id().expect("it runs");
        let tell = |event: JobEvent| {
            if matches!(&event, JobEvent::Metrics { values } if values["step"] == 10) {
                signal("KILL", process);
            }
        };
        let outcome = engine.run(&training.job(), &JobContext::new(&tell, &CancelToken::default()));
        let Outcome::Failed { message } = outcome else { panic!("{outcome:?}") };
        assert!(message.what.contains("during `train`: it was ended by signal 9"), "{message}");
        assert!(message.hint.is_some_and(|hint| hint.contains("run the same command again with --resume")));
        training.resume(&[]);
        training.assert_undisturbed("the engine was killed");
    }

    #[test]
    fn a_projects_training_whose_engine_is_killed_is_gone_on_with_by_another() {
        let desk = Desk::new();
        let owner = owned_project(&desk);
        let mut engine = Engine::start(PROGRAM.as_ref()).expect("the program was built");
        run(&mut engine, &going_on(&desk, "answer"));
        judge(&owner);
        let process = engine.process_id().expect("it runs");
        let tell = |event: JobEvent| {
            if matches!(&event, JobEvent::Metrics { values } if values["step"] == 3) {
                signal("KILL", process);
            }
        };
        let outcome = engine.run(&going_on(&desk, "train"), &JobContext::new(&tell, &CancelToken::default()));
        let Outcome::Failed { message } = outcome else { panic!("{outcome:?}") };
        assert!(message.hint.is_some_and(|hint| hint.contains("what the project acknowledged is kept")));
        let begun = owner.runs().expect("runs").pop().expect("a run");
        assert_eq!(begun.state, RunState::Running { process });
        let mut engine = Engine::start(PROGRAM.as_ref()).expect("the program was built");
        let (outcome, _) = run(&mut engine, &going_on(&desk, "train"));
        assert!(matches!(outcome, Outcome::Completed { .. }), "{outcome:?}");
        let runs = owner.runs().expect("runs");
        assert_eq!(runs.iter().map(|run| (run.id, run.state)).collect::<Vec<_>>(), [(begun.id, RunState::Finished)]);
        assert!(runs[0].heartbeat > begun.heartbeat);
        let figures = std::fs::read_to_string(owner.run_folder(begun.id).join("metrics.jsonl")).expect("figures");
        assert_eq!(figures.lines().count(), 8);
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
