//! Whoever listens to the screen or has no mouse reaches everything.

use egui_kittest::kittest::Queryable;
use whetstone_core::desk::Step;

use super::fixture::Stage;
use super::{Window, open};
use crate::command::Place;

#[test]
fn every_page_is_there_with_its_question() {
    for stage in Stage::ALL {
        for step in Step::ALL {
            let mut harness = open(&Window::default(), stage, Place::Step(step));
            harness.run_ok();
            let words = crate::words::Words::new(crate::words::find_language("en"));
            let title = words.say(&format!("{}-title", step.id()));
            assert!(harness.query_by_label(&title).is_some(), "{stage:?} {step:?}: no {title:?}");
        }
    }
}
