//! An engine that is killed ends its job and not the window, which says so and goes on from what was kept.

use std::process::Command;

use whetstone_core::desk::Step;
use whetstone_ui::work::JobKind;

use crate::alone;
use crate::driver::Driver;
use crate::road::{begin_example, choose_method, let_it_answer};

/// The engine processes of this test's process.
fn engines() -> Vec<u32> {
    let own = std::process::id().to_string();
    let found = Command::new("pgrep").args(["-P", &own, "-f", "engine"]).output().expect("pgrep is there");
    String::from_utf8_lossy(&found.stdout).lines().filter_map(|line| line.parse().ok()).collect()
}

#[test]
fn a_killed_engine_is_told_and_gone_on_from() {
    if Command::new("pgrep").arg("-V").output().is_err() {
        return;
    }
    let _alone = alone();
    let home = tempfile::tempdir().expect("a folder");
    let mut driver = Driver::open(home.path());
    begin_example(&mut driver);
    choose_method(&mut driver, "rlaif");
    driver.go(Step::Answers);
    let_it_answer(&mut driver);
    driver.wait("a first answer", |harness| {
        harness.state().state().project.as_deref().is_some_and(|project| project.counts.completions > 0)
    });
    for engine in engines() {
        let killed = Command::new("kill").args(["-9", &engine.to_string()]).status().expect("kill is there");
        assert!(killed.success());
    }
    driver.wait("word of it", |harness| {
        harness.state().state().jobs.of(JobKind::Answer).is_some_and(|job| job.failure().is_some())
    });
    let message = driver.app().state().jobs.of(JobKind::Answer).and_then(|job| job.failure()).cloned();
    assert!(message.is_some_and(|message| message.what.contains("SIGKILL")));
    let go_on = driver.say("answers-go-on");
    driver.press(&go_on);
    driver.wait_for_project("the answers", |project| {
        project.standing.rounds.last().is_some_and(|round| round.prompts_answered == project.standing.prompts)
    });
}
