//! The pages of files and of what left this machine; and every page that shows data, at every size.

use egui::vec2;
use whetstone_core::desk::{Ask, Sheet, Step};

use super::fixture::Stage;
use super::hands::{of_window, press, shows};
use super::{Window, open};
use crate::command::{Place, UiCommand};

#[test]
fn every_file_is_named_with_its_place() {
    let size = vec2(1180.0, 1900.0);
    let mut harness = open(&Window { size, ..Window::default() }, Stage::Exported, Place::Files);
    harness.run_ok();
    let Some(Ok(Sheet::Files(files))) = harness.state().state().sheets.get(&Ask::Files).cloned() else {
        panic!("the files are there")
    };
    assert!(files.len() >= 5);
    for file in files.iter() {
        assert!(shows(&harness, &file.path.to_string_lossy()), "{file:?}");
    }
    for text in ["A laptop's processor", "16.0 GB, 9.0 GB of it free", "/home/ada/.local/share/whetstone"] {
        assert!(shows(&harness, text), "{text}");
    }
    for text in ["Exported a run", "by the engine", "Added prompts (60)", "2026-03-02 11:40 UTC"] {
        assert!(shows(&harness, text), "{text}");
    }
    let mut harness = open(&Window::default(), Stage::Nothing, Place::Files);
    harness.run_ok();
    press(&mut harness, "Show");
    let home = "/home/ada/.local/share/whetstone".into();
    assert_eq!(of_window(&harness), [UiCommand::Reveal(home)], "without a project the program's own folder is first");
}

#[test]
fn what_left_is_said_plainly() {
    let mut harness = open(&Window::default(), Stage::Exported, Place::Privacy);
    harness.run_ok();
    for text in ["Nothing leaves this computer unless", "needs no account", "/home/ada/projects/help-desk/exports/peft"]
    {
        assert!(shows(&harness, text), "{text}");
    }
    press(&mut harness, "Show the folder");
    assert!(matches!(&of_window(&harness)[..], [UiCommand::Reveal(path)] if path.ends_with("exports/peft")));
    for (stage, said) in [(Stage::New, "Nothing was exported"), (Stage::Nothing, "Open a project")] {
        let mut harness = open(&Window::default(), stage, Place::Privacy);
        harness.run_ok();
        assert!(shows(&harness, said), "{said}");
    }
}

#[test]
fn the_pages_of_data_hold_in_small_windows_with_large_and_long_texts() {
    let places = [
        Place::Step(Step::Prompts),
        Place::Step(Step::Answers),
        Place::Step(Step::Export),
        Place::Files,
        Place::Privacy,
    ];
    let small = Window { size: vec2(900.0, 600.0), ..Window::default() };
    let windows =
        [small.clone(), Window { stretch: 1.4, ..small.clone() }, Window { text_size: 2.0, language: "de", ..small }];
    for window in &windows {
        for stage in [Stage::Nothing, Stage::New, Stage::Prompts, Stage::Answered, Stage::Trained, Stage::Exported] {
            for place in places {
                let mut harness = open(window, stage, place);
                harness.run_ok();
                let screen = harness.ctx.content_rect();
                for node in egui_kittest::kittest::Queryable::query_all_by_role(&harness, egui::accesskit::Role::Button)
                {
                    let right = node.rect().right();
                    assert!(right <= screen.right() + 1.0, "{window:?} {stage:?} {place:?}: {node:?} ends at {right}");
                }
            }
        }
    }
}
