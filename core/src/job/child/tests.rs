use std::fmt::Debug;

use super::*;
use crate::job::{CancelToken, JudgeSpec};

fn spec(behaviour: &str) -> JobSpec {
    JobSpec::Judge(JudgeSpec { rules: Some(PathBuf::from(behaviour)), ..JudgeSpec::default() })
}

fn double() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/job/child/engine_double.sh")
}

fn told<T>(job: impl FnOnce(&JobContext<'_>, &CancelToken) -> T) -> (T, Vec<JobEvent>) {
    let events = Mutex::new(Vec::new());
    let tell = |event| events.lock().expect("no panic while telling").push(event);
    let cancel = CancelToken::default();
    let result = job(&JobContext::new(&tell, &cancel), &cancel);
    (result, events.into_inner().expect("no panic while telling"))
}

fn started() -> JobEvent {
    JobEvent::Started { job: "judge".to_owned() }
}

fn failure(outcome: impl Into<Option<Outcome>> + Debug) -> UserMessage {
    match outcome.into() {
        Some(Outcome::Failed { message }) => message,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_jobs_events_and_outcome_come_through() {
    let (outcome, events) = told(|context, _| run(&double(), &spec("well"), context));
    assert_eq!(outcome, Outcome::Completed { summary: serde_json::Map::new() });
    assert_eq!(events, [started(), JobEvent::Ended(outcome)]);
}

#[test]
fn one_engine_runs_job_after_job() {
    let mut engine = Engine::start(&double()).expect("sh is there");
    for _ in 0..2 {
        let (outcome, events) = told(|context, _| engine.run(&spec("well"), context));
        assert_eq!(events, [started(), JobEvent::Ended(outcome)]);
    }
}

#[test]
fn lines_that_are_no_events_are_passed_over_with_a_warning() {
    let (outcome, events) = told(|context, _| run(&double(), &spec("babbles"), context));
    assert!(matches!(outcome, Outcome::Completed { .. }), "{outcome:?}");
    assert!(matches!(events[0], JobEvent::Warning { .. }), "{events:?}");
    assert_eq!(events[1..], [started(), JobEvent::Ended(outcome)]);
}

#[test]
fn a_wish_to_stop_reaches_the_engine() {
    let (outcome, _) = told(|context, cancel| {
        let cancel = cancel.clone();
        thread::spawn(move || {
            thread::sleep(Duration::from_millis(100));
            cancel.cancel();
        });
        run(&double(), &spec("waits"), context)
    });
    assert_eq!(outcome, Outcome::Cancelled);
}

#[test]
fn a_killed_engine_fails_its_job_and_says_so() {
    let (outcome, events) = told(|context, _| run(&double(), &spec("killed"), context));
    let message = failure(outcome.clone());
    assert!(message.what.contains("signal 9 (SIGKILL"), "{message}");
    assert_eq!(events, [started(), JobEvent::Ended(outcome)]);
}

#[test]
fn an_abort_keeps_the_last_lines_of_standard_error() {
    let (outcome, events) = told(|context, _| run(&double(), &spec("aborts"), context));
    let message = failure(outcome.clone());
    assert!(message.what.contains("signal 6 (SIGABRT"), "{message}");
    let details = message.details.expect("there was some");
    assert!(details.starts_with("line 11\n") && details.ends_with("line 30"), "{details}");
    // The engine died before it told the beginning; a listener sees one all the same.
    assert_eq!(events, [started(), JobEvent::Ended(outcome)]);
}

#[test]
fn an_exit_status_is_told_and_a_later_job_fails_too() {
    let mut engine = Engine::start(&double()).expect("sh is there");
    for _ in 0..2 {
        let (outcome, _) = told(|context, _| engine.run(&spec("leaves"), context));
        let message = failure(outcome);
        assert!(message.what.contains("exit status 3"), "{message}");
    }
}

#[test]
fn a_broken_training_names_the_way_to_go_on() {
    let training = JobSpec::Train(crate::job::TrainSpec {
        model: PathBuf::from("leaves"),
        data: PathBuf::new(),
        holdout: None,
        out: PathBuf::new(),
        adapter: None,
        settings: crate::domain::TrainSettings::default(),
        resume: false,
        pause_on_battery: false,
        watched: Vec::new(),
        compute: crate::domain::ComputeSettings::default(),
    });
    let (outcome, _) = told(|context, _| run(&double(), &training, context));
    let hint = failure(outcome).hint.expect("there is a cure");
    assert!(hint.contains("--resume"), "{hint}");
}

#[test]
fn detach_reaches_the_engine() {
    let mut engine = Engine::start(&double()).expect("sh is there");
    assert!(engine.control().detach());
    let (outcome, _) = told(|context, _| engine.run(&spec("leaves"), context));
    assert_eq!(failure(outcome).details.as_deref(), Some("detached"));
}

#[test]
fn a_missing_engine_is_named() {
    let (outcome, events) = told(|context, _| run(Path::new("/no/such/engine"), &spec("well"), context));
    let message = failure(outcome);
    assert!(message.what.contains("/no/such/engine"), "{message}");
    assert_eq!(events.len(), 2);
}
