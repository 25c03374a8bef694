//! The window's program without a display, and a hand that finds things by what they are called.

use std::path::Path;
use std::time::{Duration, Instant};

use egui::Role;
use egui_kittest::kittest::{NodeT, Queryable};
use egui_kittest::{Harness, Node};
use whetstone_core::desk::{ProjectView, Step};
use whetstone_ui::words::{Words, find_language};
use whetstone_ui::{App, AppOptions, Place, UiCommand, WindowSettings};

use crate::PROGRAM;

/// A job that takes longer than this does not end.
const PATIENCE: Duration = Duration::from_mins(4);

/// The window.
pub(crate) struct Driver {
    harness: Harness<'static, App>,
    words: Words,
}

impl Driver {
    /// Opens it, with everything that is the program's own under `data_home`.
    pub(crate) fn open(data_home: &Path) -> Self {
        let settings = WindowSettings {
            language: Some("en".to_owned()),
            annotator: "Ada".to_owned(),
            ..WindowSettings::default()
        };
        let options = AppOptions {
            engine: PROGRAM.into(),
            open: None,
            data_home: data_home.to_owned(),
            settings: Some(settings),
            stretch: 1.0,
        };
        let harness = Harness::builder()
            .with_size([1180.0, 2400.0])
            .with_max_steps(8)
            .build_eframe(move |creation| App::new(creation, options));
        Self { harness, words: Words::new(find_language("en")) }
    }

    /// What the screens say for an id.
    pub(crate) fn say(&self, id: &str) -> String {
        self.words.say(id)
    }

    /// Draws until something holds.
    pub(crate) fn wait(&mut self, what: &str, mut holds: impl FnMut(&Harness<'static, App>) -> bool) {
        let begun = Instant::now();
        while !holds(&self.harness) {
            assert!(begun.elapsed() < PATIENCE, "{what} did not come; the screen says:\n{}", self.seen());
            std::thread::sleep(Duration::from_millis(15));
            self.harness.step();
        }
    }

    /// The same with something put into it.
    pub(crate) fn say_with(&self, id: &str, name: &str, value: &str) -> String {
        self.words.say_with(id, [(name, value.to_owned().into())])
    }

    /// Waits for a text of the screens to be there.
    pub(crate) fn wait_for(&mut self, label: &str) {
        let wanted = label.to_owned();
        self.wait(label, move |harness| harness.query_all_by_label(&wanted).next().is_some());
    }

    /// Waits for something of this name that can be pressed, and presses it.
    pub(crate) fn press(&mut self, label: &str) {
        loop {
            self.wait(&format!("{label}, to be pressed"), |harness| can_be_pressed(harness, label).is_some());
            // By what it is and not by where: a page may move while it is read.
            let button = can_be_pressed(&self.harness, label).expect("it was there");
            let id = button.accesskit_node().id();
            button.click_accesskit();
            self.harness.step();
            // What is read late may come above it in this very frame: then the press went to nobody, or to another.
            if self.harness.query_all_by_label(label).any(|node| node.accesskit_node().id() == id) {
                break;
            }
        }
        for _ in 0..3 {
            self.harness.step();
        }
    }

    /// Shows a step.
    pub(crate) fn go(&mut self, step: Step) {
        let context = self.harness.ctx.clone();
        self.harness.state_mut().send(&context, UiCommand::Go(Place::Step(step)));
        self.harness.step();
        let title = self.say(&format!("{}-title", step.id()));
        self.wait_for(&title);
    }

    /// Waits until the project is as it should be.
    pub(crate) fn wait_for_project(&mut self, what: &str, mut holds: impl FnMut(&ProjectView) -> bool) {
        self.wait(what, |harness| {
            let state = harness.state().state();
            if let Some(failed) = state.jobs.jobs().iter().find_map(|job| job.failure()) {
                panic!("waiting for {what}: a job failed: {failed}");
            }
            state.project.as_deref().is_some_and(&mut holds)
        });
    }

    /// The window's program.
    pub(crate) fn app(&self) -> &App {
        self.harness.state()
    }

    /// Every name on the screen.
    fn seen(&self) -> String {
        let names: Vec<String> =
            self.harness.root().children_recursive().filter_map(|node| node.accesskit_node().label()).collect();
        let jobs = self.app().state().jobs.jobs().iter().map(|job| format!("{:?}: {:?}", job.kind, job.failure()));
        format!("{}\njobs: {:?}", names.join("\n"), jobs.collect::<Vec<_>>())
    }
}

/// What has this name and can be pressed.
fn can_be_pressed<'a>(harness: &'a Harness<'static, App>, label: &'a str) -> Option<Node<'a>> {
    let can_be = |node: &Node<'a>| {
        let node = node.accesskit_node();
        matches!(node.role(), Role::Button | Role::RadioButton) && !node.is_disabled()
    };
    harness.query_all_by_label(label).find(can_be)
}
