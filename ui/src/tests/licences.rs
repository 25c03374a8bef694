//! What is inside the program, and under which licences.

use egui::{Key, Vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use whetstone_core::licences::licences;

use super::fixture::Stage;
use super::front::{click, say};
use super::{Window, open};
use crate::app::App;
use crate::command::Place;

fn at_licences() -> Harness<'static, App> {
    let window = Window { size: Vec2::new(1180.0, 2400.0), ..Window::default() };
    let mut harness = open(&window, Stage::Nothing, Place::Licences);
    harness.run_ok();
    harness
}

#[test]
fn the_glossary_leads_to_the_licences_and_back() {
    let mut harness = open(&Window::default(), Stage::Nothing, Place::Glossary);
    harness.run_ok();
    click(&mut harness, &say("licences-name"));
    assert_eq!(harness.state().state().place, Place::Licences);
    assert!(harness.query_by_label(&say("licences-title")).is_some());
    harness.get_all_by_label(&say("glossary-name")).next().expect("a way back").click();
    harness.run_ok();
    assert_eq!(harness.state().state().place, Place::Glossary);
}

#[test]
fn a_part_is_found_and_its_licence_read_in_full() {
    let mut harness = at_licences();
    let list = licences().expect("the list is whole");
    assert!(harness.query_by_label(&format!("{} parts", list.parts.len())).is_some());
    let part = list.parts.iter().find(|part| part.name == "SQLite").expect("it is inside");
    let search = say("licences-search");
    harness.get_by_label(&search).focus();
    harness.get_by_label(&search).type_text("SQLite");
    harness.run_ok();
    click(&mut harness, &part.title());
    let text = list.texts_of(part).next().expect("a text");
    assert!(harness.query_by_label(text).is_some(), "the licence is there in full");
    harness.get_by_label(&search).focus();
    harness.key_press_modifiers(egui::Modifiers::COMMAND, Key::A);
    harness.get_by_label(&search).type_text("zzzz");
    harness.run_ok();
    assert!(harness.query_by_label_contains("zzzz").is_some(), "it is said that nothing is found");
}
