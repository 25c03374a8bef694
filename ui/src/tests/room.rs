//! The screens hold in every size, with longer words, in every language, and with the keyboard alone.

use std::collections::BTreeSet;

use egui::{Key, Vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use whetstone_core::desk::Step;

use super::fixture::Stage;
use super::{Window, open};
use crate::app::App;
use crate::command::Place;
use crate::words::LANGUAGES;

/// Every place of the window.
fn places() -> Vec<Place> {
    let beside = [Place::Settings, Place::Files, Place::Privacy, Place::Glossary, Place::Licences];
    Step::ALL.into_iter().map(Place::Step).chain(beside).collect()
}

/// Nothing stands out of the window to the side, where it could not be scrolled to.
fn assert_it_fits(window: &Window, stage: Stage, place: Place) {
    let mut harness = open(window, stage, place);
    harness.run_ok();
    assert_all_is_seen(&harness, window, &format!("{place:?}"));
}

/// Nothing that is drawn now stands out of the window to the side.
pub(super) fn assert_all_is_seen(harness: &Harness<'_, App>, window: &Window, page: &str) {
    let width = f64::from(window.size.x) + 1.0;
    for node in harness.root().children_recursive() {
        let node = node.accesskit_node();
        let (Some(name), Some(at)) = (node.label().filter(|name| !name.is_empty()), node.bounding_box()) else {
            continue;
        };
        let is_seen = at.width() > 0.0 && at.height() > 0.0;
        assert!(
            !is_seen || (at.x0 >= -1.0 && at.x1 <= width),
            "{window:?} {page}: {name:?} stands from {} to {}",
            at.x0,
            at.x1
        );
    }
}

#[test]
fn nothing_stands_out_of_the_window() {
    let small = Vec2::new(900.0, 600.0);
    let windows = [
        Window { size: small, ..Window::default() },
        Window { size: small, stretch: 1.4, ..Window::default() },
        // What is left of the smallest window where everything is drawn twice as large.
        Window { size: small / 2.0, ..Window::default() },
        Window { size: Vec2::new(3840.0, 2160.0), ..Window::default() },
    ];
    for window in &windows {
        for place in places() {
            assert_it_fits(window, Stage::Exported, place);
        }
    }
    let labelling = Place::Step(Step::Feedback);
    for window in &windows {
        assert_it_fits(window, Stage::Judging, labelling);
    }
}

#[test]
fn every_language_fits_too() {
    for language in &LANGUAGES[1..] {
        let window = Window { size: Vec2::new(900.0, 600.0), language: language.id, ..Window::default() };
        for place in places() {
            assert_it_fits(&window, Stage::Exported, place);
        }
    }
}

/// What has the keyboard: its name, or where it is.
fn focused(harness: &egui_kittest::Harness<'_, crate::app::App>) -> Option<String> {
    let node = harness.root().children_recursive().find(|node| node.accesskit_node().is_focused())?;
    let node = node.accesskit_node();
    Some(node.label().filter(|label| !label.is_empty()).unwrap_or_else(|| format!("{:?}", node.role())))
}

#[test]
fn the_tab_key_comes_to_every_step_and_to_the_pages_main_button() {
    for place in places() {
        let mut harness = open(&Window::default(), Stage::Compared, place);
        harness.run_ok();
        let mut seen = BTreeSet::new();
        for _ in 0..400 {
            harness.key_press(Key::Tab);
            harness.step();
            if let Some(name) = focused(&harness)
                && !seen.insert(name)
                && seen.len() > 60
            {
                break;
            }
        }
        for step in Step::ALL {
            let words = crate::words::Words::new(&LANGUAGES[0]);
            let name = words.say(&format!("{}-name", step.id()));
            assert!(seen.iter().any(|seen| seen.contains(&name)), "{place:?}: {name} is not come to: {seen:?}");
        }
    }
}

#[test]
fn a_key_opens_a_step_and_the_window_is_named() {
    let mut harness = open(&Window::default(), Stage::Compared, Place::Step(Step::Start));
    harness.run_ok();
    for _ in 0..30 {
        harness.key_press(Key::Tab);
        harness.step();
        if focused(&harness).is_some_and(|name| name.contains("Glossary")) {
            break;
        }
    }
    harness.key_press(Key::Enter);
    harness.run_ok();
    assert!(harness.query_by_label("What the words mean").is_some());
}
