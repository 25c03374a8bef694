//! The feedback page: judging by keys and buttons, reviews, the coach and its rules, people and their labels.

mod coach;
mod judging;
mod overview;
mod tables;

use std::sync::Arc;

use egui::Key as Pressed;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use whetstone_core::desk::{Ask, ProjectCommand, Sheet, SittingView, Step};
use whetstone_core::feedback::people::Key;

use super::fixture::{self, Stage};
use super::{Window, open};
use crate::app::App;
use crate::command::{Command, Place};

const HERE: Place = Place::Step(Step::Feedback);

fn page(stage: Stage) -> Harness<'static, App> {
    let mut harness = open(&Window::default(), stage, HERE);
    harness.run_ok();
    harness
}

/// The page of a project by a method.
fn page_of(stage: Stage, method: &str) -> Harness<'static, App> {
    let mut harness = open(&Window::default(), stage, HERE);
    let state = harness.state_mut().state_mut();
    state.project = Some(Arc::new(fixture::project(stage, method)));
    state.sitting = None;
    harness.run_ok();
    harness
}

/// The page of a project whose doubtful labels wait.
fn reviewing() -> Harness<'static, App> {
    let mut harness = open(&Window::default(), Stage::Judged, HERE);
    fixture::fill_reviewing(harness.state_mut().state_mut());
    harness.run_ok();
    harness
}

/// Clicks on a part of the page, and has there what is shown in it.
fn show_part(harness: &mut Harness<'static, App>, part: &str) {
    harness.get_by_label(part).click();
    harness.run_ok();
    put(harness, fixture::reviewing_sheets());
}

fn put(harness: &mut Harness<'static, App>, sheets: Vec<(Ask, Sheet)>) {
    for (ask, sheet) in sheets {
        harness.state_mut().state_mut().sheets.keep_for_test(ask, sheet);
    }
    harness.run_ok();
}

fn sit(harness: &mut Harness<'static, App>, sitting: SittingView) {
    harness.state_mut().state_mut().sitting = Some(sitting);
    harness.run_ok();
}

/// What was asked of the project since this was last called. What was on its way is kept.
fn asked(harness: &mut Harness<'static, App>) -> Vec<ProjectCommand> {
    harness.run_ok();
    let app = harness.state_mut();
    app.state_mut().is_keeping = false;
    app.state_mut().notices.clear();
    let sent = std::mem::take(&mut app.sent);
    sent.into_iter()
        .filter_map(|sent| if let Command::Project(command) = sent { Some(command) } else { None })
        .collect()
}

fn press(harness: &mut Harness<'static, App>, key: Pressed) -> Vec<ProjectCommand> {
    drop(asked(harness));
    harness.key_press(key);
    asked(harness)
}

fn click(harness: &mut Harness<'static, App>, label: &str) -> Vec<ProjectCommand> {
    drop(asked(harness));
    tap(harness, label);
    asked(harness)
}

/// Clicks where the page may have to be scrolled first.
fn tap(harness: &mut Harness<'static, App>, label: &str) {
    harness.get_by_label(label).scroll_to_me();
    harness.run_ok();
    harness.get_by_label(label).click();
    harness.run_ok();
}

/// Types into a field.
fn write(harness: &mut Harness<'static, App>, label: &str, text: &str) {
    harness.get_by_label(label).focus();
    harness.run_ok();
    harness.get_by_label(label).type_text(text);
    harness.run_ok();
}

fn shows(harness: &Harness<'static, App>, label: &str) -> bool {
    harness.query_all_by_label_contains(label).next().is_some()
}

fn key_sent(sent: &[ProjectCommand]) -> Option<Key> {
    match sent {
        [ProjectCommand::Press { key, seconds }] if *seconds >= 0.0 => Some(*key),
        _ => None,
    }
}
