//! Reports of faults: told once, with the folder that they lie in.

use std::fs;

use egui::Vec2;
use egui_kittest::Harness;

use super::hands::{click, of_window, shows, wait};
use super::{Window, fixture, options};
use crate::app::{App, AppOptions};
use crate::command::UiCommand;
use crate::settings::WindowSettings;
use crate::words::{LANGUAGES, Words};

fn opened(options: AppOptions) -> Harness<'static, App> {
    Harness::builder().with_size(Vec2::new(1180.0, 780.0)).with_max_steps(12).build_eframe(move |creation| {
        let mut app = App::new(creation, options);
        fixture::fill(app.state_mut(), fixture::Stage::Nothing);
        app
    })
}

#[test]
fn a_report_is_told_once_and_its_folder_shown() {
    let say = |id: &str| Words::new(&LANGUAGES[0]).say(id);
    let home = tempfile::tempdir().expect("a folder");
    let folder = home.path().join("crash-reports");
    fs::create_dir(&folder).expect("a folder");
    fs::write(folder.join("crash-20260301T100000000Z-1.txt"), "a fault").expect("written");
    let options = AppOptions { data_home: home.path().to_owned(), ..options(&Window::default()) };
    let mut harness = opened(options.clone());
    wait(&mut harness, "the report is told", |harness| shows(harness, &say("crash-found")));
    assert!(shows(&harness, &say("crash-found-hint")));
    // The folder is asked for by a person's click alone.
    assert!(!of_window(&harness).contains(&UiCommand::Reveal(folder.clone())));
    let told = harness.state().state().settings.told_of_crash.clone();
    assert!(told.starts_with("crash-20260301"), "{told}");
    click(&mut harness, &say("dismiss"));
    assert!(!shows(&harness, &say("crash-found")));

    // The next window knows that it was told; a newer report is told again.
    let settings = WindowSettings { told_of_crash: told, ..options.settings.clone().unwrap_or_default() };
    let again = AppOptions { settings: Some(settings), ..options };
    let mut harness = opened(again.clone());
    wait(&mut harness, "everything was looked at", |harness| harness.state().was_looked_around());
    assert!(!shows(&harness, &say("crash-found")));
    fs::write(folder.join("crash-20260302T100000000Z-1.txt"), "another").expect("written");
    let mut harness = opened(again);
    wait(&mut harness, "the newer one is told", |harness| shows(harness, &say("crash-found")));
}
