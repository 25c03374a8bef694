//! What a person's hands do in a test, and what came of it.

use egui::Key;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use whetstone_core::desk::ProjectCommand;
use whetstone_core::engine;
use whetstone_core::job::{CancelToken, JobContext, JobEvent, JobSpec};

use crate::app::App;
use crate::command::{Command, JobCommand, UiCommand};
use crate::work::JobKind;

/// Clicks what has this name.
pub(crate) fn click(harness: &mut Harness<'static, App>, label: &str) {
    harness.get_by_label(label).click();
    harness.run_ok();
}

/// Reaches what has this name by the keyboard alone, and presses it.
pub(crate) fn press(harness: &mut Harness<'static, App>, label: &str) {
    for _ in 0..150 {
        harness.key_press(Key::Tab);
        harness.run_ok();
        if harness.query_all_by_label(label).any(|node| node.is_focused()) {
            harness.key_press(Key::Enter);
            harness.run_ok();
            return;
        }
    }
    panic!("the keyboard does not reach {label:?}");
}

/// Lets threads work until something is so.
pub(crate) fn wait(harness: &mut Harness<'static, App>, what: &str, is_so: impl Fn(&Harness<'static, App>) -> bool) {
    for _ in 0..1000 {
        harness.run_ok();
        if is_so(harness) {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let state = harness.state().state();
    panic!("it never came to this: {what}; {:?} {:?}", state.not_opened, state.notices);
}

/// Whether something has this name or says this.
pub(crate) fn shows(harness: &Harness<'static, App>, text: &str) -> bool {
    harness.query_all_by_label_contains(text).next().is_some()
}

/// What was asked of the project.
pub(crate) fn of_project(harness: &Harness<'static, App>) -> Vec<ProjectCommand> {
    let asked = |command: &Command| match command {
        Command::Project(command) => Some(command.clone()),
        _ => None,
    };
    harness.state().sent.iter().filter_map(asked).collect()
}

/// Which jobs were begun.
pub(crate) fn jobs(harness: &Harness<'static, App>) -> Vec<(JobKind, JobSpec)> {
    let begun = |command: &Command| match command {
        Command::Job(JobCommand::Start { kind, spec }) => Some((*kind, (**spec).clone())),
        _ => None,
    };
    harness.state().sent.iter().filter_map(begun).collect()
}

/// What was asked of the window.
pub(crate) fn of_window(harness: &Harness<'static, App>) -> Vec<UiCommand> {
    let asked = |command: &Command| match command {
        Command::Ui(command) => Some(command.clone()),
        _ => None,
    };
    harness.state().sent.iter().filter_map(asked).collect()
}

/// All that a job tells that is done here and now.
pub(crate) fn told_by(spec: &JobSpec) -> Vec<JobEvent> {
    let told = std::sync::Mutex::new(Vec::new());
    let tell = |event: JobEvent| told.lock().expect("nobody panicked").push(event);
    let cancel = CancelToken::default();
    engine::run(spec, &JobContext::new(&tell, &cancel));
    told.into_inner().expect("nobody panicked")
}
