//! The page of projects.

use std::path::{Path, PathBuf};

use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use whetstone_core::desk::Step;
use whetstone_core::domain::UserMessage;
use whetstone_core::job::ProjectChanges;

use super::fixture::{self, Stage};
use super::front::{at, click, desk, press, say, sent};
use super::{Window, open};
use crate::app::App;
use crate::command::{DeskCommand, PickFor, Place};

#[test]
fn the_example_begins_by_keyboard_alone() {
    let mut harness = at(Step::Start, Stage::Nothing);
    press(&mut harness, &say("start-example-go"));
    let [DeskCommand::CreateFree { folder, changes }] = &desk(&harness)[..] else { panic!("{:?}", sent(&harness)) };
    assert_eq!(*folder, Path::new("/home/ada/.local/share/whetstone/projects/example"));
    assert!(changes.example && changes.name.is_some());
}

#[test]
fn a_new_project_has_the_folder_of_its_name_until_another_is_named() {
    let mut harness = at(Step::Start, Stage::Nothing);
    assert!(harness.get_by_label(&say("start-new-go")).accesskit_node().is_disabled(), "it has no name yet");
    harness.get_by_label(&say("start-new-name")).focus();
    harness.run_ok();
    harness.get_by_label(&say("start-new-name")).type_text("Our Help-Desk");
    harness.run_ok();
    click(&mut harness, &say("start-new-go"));
    let [DeskCommand::CreateFree { folder, changes }] = &desk(&harness)[..] else { panic!("{:?}", sent(&harness)) };
    assert!(folder.ends_with("projects/our-help-desk"), "{}", folder.display());
    assert_eq!((changes.name.as_deref(), changes.example), (Some("Our Help-Desk"), false));

    let mut harness = at(Step::Start, Stage::Nothing);
    harness.get_by_label(&say("start-new-name")).focus();
    harness.run_ok();
    harness.get_by_label(&say("start-new-name")).type_text("Poems");
    harness.run_ok();
    click(&mut harness, &say("start-new-where"));
    harness.state_mut().pick_for_test(PickFor::ProjectsFolder, vec!["/media/stick".into()]);
    harness.run_ok();
    click(&mut harness, &say("start-new-go"));
    let [DeskCommand::Create { folder, .. }] = &desk(&harness)[..] else { panic!("{:?}", sent(&harness)) };
    assert_eq!(*folder, Path::new("/media/stick/poems"));
}

#[test]
fn projects_are_opened_unpacked_and_forgotten() {
    let mut harness = at(Step::Start, Stage::Nothing);
    click(&mut harness, &say("start-open-folder"));
    click(&mut harness, &say("start-open-archive"));
    let picks: Vec<String> = sent(&harness).iter().map(|command| format!("{command:?}")).collect();
    assert_eq!(picks, ["Ui(Pick(OpenProject))", "Ui(Pick(OpenArchive))"]);
    harness.state_mut().pick_for_test(PickFor::OpenArchive, vec!["/media/stick/poems.whetstone".into()]);
    harness.run_ok();
    click(&mut harness, &say("start-unpack-go"));
    let unpack = DeskCommand::Unpack {
        archive: PathBuf::from("/media/stick/poems.whetstone"),
        folder: PathBuf::from("/home/ada/.local/share/whetstone/projects/poems"),
    };
    assert_eq!(desk(&harness), [unpack]);

    let mut harness = at(Step::Start, Stage::Nothing);
    click(&mut harness, "Take invoices off the list; its files stay");
    assert!(harness.query_by_label("Open invoices").is_none());
    click(&mut harness, "Open poems");
    assert_eq!(desk(&harness), [DeskCommand::Open(PathBuf::from("/home/ada/projects/poems"))]);
}

#[test]
fn a_project_that_could_not_be_opened_is_explained_and_tried_again() {
    let mut harness = at(Step::Start, Stage::Nothing);
    let folder = PathBuf::from("/home/ada/projects/poems");
    let message = UserMessage::new("another window has it open").with_hint("close it there");
    harness.state_mut().state_mut().not_opened = Some((folder.clone(), message));
    harness.run_ok();
    for said in ["poems could not be opened", "another window has it open", "close it there"] {
        assert!(harness.query_by_label(said).is_some(), "{said}");
    }
    click(&mut harness, &say("start-again"));
    assert_eq!(desk(&harness), [DeskCommand::Open(folder)]);
}

#[test]
fn while_a_project_is_opened_it_is_said_and_nothing_else_is_begun() {
    let mut harness = open(&Window::default(), Stage::Nothing, Place::Step(Step::Start));
    harness.state_mut().state_mut().opening = Some(PathBuf::from("/home/ada/projects/poems"));
    harness.run_steps(3);
    assert!(harness.query_by_label("Opening poems…").is_some());
    for button in ["start-example-go", "start-open-folder", "start-open-archive"] {
        assert!(harness.get_by_label(&say(button)).accesskit_node().is_disabled(), "{button}");
    }
}

/// Has something done by the threads that own and read projects, and waits for what comes of it.
#[track_caller]
fn wait_for(harness: &mut Harness<'static, App>, command: DeskCommand, is_there: impl Fn(&App) -> bool) {
    let context = harness.ctx.clone();
    harness.state_mut().send(&context, command);
    for _ in 0..2000 {
        harness.step();
        if is_there(harness.state()) {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    let state = harness.state().state();
    let folder = state.project.as_ref().map(|project| &project.folder);
    panic!("it never came: open is {folder:?}, refused was {:?}", state.not_opened);
}

#[test]
fn enter_in_the_name_makes_the_project() {
    let mut harness = at(Step::Start, Stage::Nothing);
    harness.get_by_label(&say("start-new-name")).focus();
    harness.run_ok();
    harness.key_press(egui::Key::Enter);
    harness.run_ok();
    assert!(desk(&harness).is_empty(), "it has no name yet");
    harness.get_by_label(&say("start-new-name")).focus();
    harness.run_ok();
    harness.get_by_label(&say("start-new-name")).type_text("Poems");
    harness.run_ok();
    harness.key_press(egui::Key::Enter);
    harness.run_ok();
    assert!(matches!(&desk(&harness)[..], [DeskCommand::CreateFree { .. }]), "{:?}", sent(&harness));
}

#[test]
fn a_project_that_is_made_is_gone_on_with_and_one_that_is_refused_leaves_none_open() {
    let home = tempfile::tempdir().expect("a folder");
    let folder = home.path().join("example");
    let mut harness = open(&Window::default(), Stage::Nothing, Place::Step(Step::Start));
    let example = || Box::new(ProjectChanges { example: true, ..ProjectChanges::default() });
    let is_open = |app: &App| app.state().project.is_some();
    let command = DeskCommand::CreateFree { folder: folder.clone(), changes: example() };
    wait_for(&mut harness, command, is_open);
    assert_eq!(harness.state().state().place, Place::Step(Step::Method), "the example has its model");
    wait_for(&mut harness, DeskCommand::Close, |app| app.state().project.is_none());
    harness.state_mut().state_mut().place = Place::Step(Step::Start);
    let command = DeskCommand::CreateFree { folder: folder.clone(), changes: example() };
    wait_for(&mut harness, command, |app| {
        app.state().project.as_ref().is_some_and(|project| project.folder.ends_with("example-2"))
    });
    let command = DeskCommand::Create { folder, changes: example() };
    wait_for(&mut harness, command, |app| app.state().not_opened.is_some());
    let state = harness.state().state();
    assert!(state.project.is_none(), "the one that was open was let go of");
    assert_eq!(state.place, Place::Step(Step::Start));
}

#[test]
fn where_a_project_is_is_said_and_the_way_on_leads_there() {
    for stage in Stage::ALL.into_iter().filter(|stage| *stage != Stage::Nothing) {
        let mut harness = at(Step::Start, stage);
        let project = fixture::project(stage, "rlhf");
        let next = crate::steps::next_step(&project);
        let to = next.unwrap_or(Step::Export);
        let sentence = next.map_or("start-at-end".to_owned(), |next| format!("start-at-{}", next.id()));
        assert!(harness.query_by_label(&say(&sentence)).is_some(), "{stage:?}");
        let text = format!("Go on with: {}", say(&format!("{}-name", to.id())));
        click(&mut harness, &text);
        assert_eq!(harness.state().state().place, Place::Step(to), "{stage:?}");
    }
    let mut harness = at(Step::Start, Stage::Judging);
    click(&mut harness, &say("start-close"));
    assert_eq!(desk(&harness), [DeskCommand::Close]);
    assert!(harness.query_by_label(&say("start-close")).is_none());
}

#[test]
fn a_new_project_begins_with_its_model_and_the_example_with_its_method() {
    let mut project = fixture::project(Stage::New, "rlhf");
    assert_eq!(crate::steps::first_step(&project), Step::Method);
    project.settings.is_example = false;
    assert_eq!(crate::steps::first_step(&project), Step::Model);
    let project = fixture::project(Stage::Judged, "rlhf");
    assert_eq!(crate::steps::first_step(&project), Step::Train);
    assert_eq!(crate::steps::first_step(&fixture::project(Stage::Exported, "rlhf")), Step::Start);
}

#[test]
fn pages_without_a_project_lead_to_the_start() {
    for step in [Step::Model, Step::Method] {
        let mut harness = at(step, Stage::Nothing);
        press(&mut harness, &say("no-project-go"));
        assert_eq!(harness.state().state().place, Place::Step(Step::Start));
    }
}
