//! What the tests of the first pages have in common: hands that click and press, and eyes for what was asked for.

use egui::{Role, Vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use whetstone_core::desk::{ProjectCommand, Step};
use whetstone_core::job::ProjectChanges;

use super::fixture::Stage;
pub(super) use super::hands::press;
use super::{Window, open};
use crate::app::App;
use crate::command::{Command, DeskCommand, Place};
use crate::words::{LANGUAGES, Words};

pub(super) fn say(id: &str) -> String {
    Words::new(&LANGUAGES[0]).say(id)
}

pub(super) fn at(step: Step, stage: Stage) -> Harness<'static, App> {
    let mut harness = open(&Window { size: Vec2::new(1180.0, 1900.0), ..Window::default() }, stage, Place::Step(step));
    harness.run_ok();
    harness
}

pub(super) fn click(harness: &mut Harness<'static, App>, label: &str) {
    harness.get_by_label(label).click();
    harness.run_ok();
}

/// Opens the list of what is one of many.
pub(super) fn open_list(harness: &mut Harness<'static, App>, name: &str) {
    harness.get_by_role_and_label(Role::ComboBox, name).click_accesskit();
    harness.run_ok();
}

pub(super) fn sent(harness: &Harness<'static, App>) -> Vec<Command> {
    harness.state().sent.clone()
}

pub(super) fn changes(harness: &Harness<'static, App>) -> Vec<ProjectChanges> {
    let change = |command: Command| match command {
        Command::Project(ProjectCommand::Change(changes)) => Some(*changes),
        _ => None,
    };
    sent(harness).into_iter().filter_map(change).collect()
}

pub(super) fn desk(harness: &Harness<'static, App>) -> Vec<DeskCommand> {
    let desk = |command: Command| match command {
        Command::Desk(command) => Some(command),
        _ => None,
    };
    sent(harness).into_iter().filter_map(desk).collect()
}

#[test]
fn the_first_pages_hold_in_small_windows_large_letters_and_long_words() {
    let windows = [
        Window { size: Vec2::new(900.0, 600.0), ..Window::default() },
        Window { size: Vec2::new(560.0, 480.0), text_size: 2.0, ..Window::default() },
        Window { stretch: 1.4, ..Window::default() },
        Window { language: "de", ..Window::default() },
    ];
    for window in windows {
        for place in [
            Place::Step(Step::Start),
            Place::Step(Step::Model),
            Place::Step(Step::Method),
            Place::Settings,
            Place::Glossary,
            Place::Licences,
        ] {
            for stage in [Stage::Nothing, Stage::Judging] {
                let mut harness = open(&window, stage, place);
                harness.run_ok();
                assert_eq!(harness.state().state().place, place);
            }
        }
    }
}
