//! The window with real engines against a Hub on loopback: a model is searched, fetched with a pause, and used.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use egui::{Key, Role};
use egui_kittest::kittest::{NodeT, Queryable};
use egui_kittest::{Harness, Node};
use whetstone_core::desk::Step;
use whetstone_core::job::ProjectChanges;
use whetstone_tests::hub::{Fault, Kind, Repository, Rule, Server, TestHub};
use whetstone_ui::words::{Words, find_language};
use whetstone_ui::work::JobKind;
use whetstone_ui::{App, AppOptions, DeskCommand, Place, UiCommand, WindowSettings};

/// A job that takes longer than this does not end.
const PATIENCE: Duration = Duration::from_mins(4);
const MODEL: &str = "owner/shop-model";

/// The program as an engine that knows this Hub.
fn engine(folder: &Path, hub: &TestHub) -> PathBuf {
    let path = folder.join("engine.sh");
    let (endpoint, program) = (hub.endpoint(), env!("CARGO_BIN_EXE_program"));
    let script = format!("#!/bin/sh\nexport HF_ENDPOINT='{endpoint}'\nexec '{program}' \"$@\"\n");
    fs::write(&path, script).expect("it can be written");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("it can be run");
    path
}

struct Window {
    harness: Harness<'static, App>,
    words: Words,
}

impl Window {
    fn open(engine: PathBuf, data_home: &Path) -> Self {
        let settings = WindowSettings { language: Some("en".to_owned()), ..WindowSettings::default() };
        let options =
            AppOptions { engine, open: None, data_home: data_home.to_owned(), settings: Some(settings), stretch: 1.0 };
        let harness = Harness::builder()
            .with_size([1180.0, 2400.0])
            .with_max_steps(8)
            .build_eframe(move |creation| App::new(creation, options));
        Self { harness, words: Words::new(find_language("en")) }
    }

    fn wait(&mut self, what: &str, mut holds: impl FnMut(&Harness<'static, App>) -> bool) {
        let begun = Instant::now();
        while !holds(&self.harness) {
            assert!(begun.elapsed() < PATIENCE, "{what} did not come; the screen says:\n{}", self.seen());
            std::thread::sleep(Duration::from_millis(15));
            self.harness.step();
        }
    }

    fn seen(&self) -> String {
        let nodes = self.harness.root().children_recursive();
        let names: Vec<String> =
            nodes.filter_map(|node| node.accesskit_node().label().or_else(|| node.accesskit_node().value())).collect();
        names.join("\n")
    }

    fn wait_for(&mut self, text: &str) {
        let wanted = text.to_owned();
        self.wait(text, move |harness| harness.query_all_by_label_contains(&wanted).next().is_some());
    }

    /// Presses the first button whose name begins so, once it can be.
    fn press(&mut self, label: &str) {
        self.wait(&format!("{label}, to be pressed"), |harness| can_be_pressed(harness, label).is_some());
        can_be_pressed(&self.harness, label).expect("it was there").click_accesskit();
        for _ in 0..4 {
            self.harness.step();
        }
    }

    fn say(&self, id: &str) -> String {
        self.words.say(id)
    }
}

fn can_be_pressed<'a>(harness: &'a Harness<'static, App>, label: &str) -> Option<Node<'a>> {
    harness.root().children_recursive().find(|node| {
        let node = node.accesskit_node();
        matches!(node.role(), Role::Button | Role::RadioButton)
            && !node.is_disabled()
            && node.label().is_some_and(|name| name.starts_with(label))
    })
}

/// The variable that names the folder of everything, in the process that has a cache of its own.
const FOLDER: &str = "WHETSTONE_TEST_FOLDER";

#[test]
fn a_model_of_the_hub_is_found_fetched_with_a_pause_and_used() {
    // The window itself reads the cache, too, where the environment says that it is: that of a process of its own.
    if let Some(folder) = std::env::var_os(FOLDER) {
        search_fetch_and_use(Path::new(&folder));
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let home = folder.path().join("hf");
    let mut own = Command::new(std::env::current_exe().expect("it runs"));
    own.args(["--exact", "a_model_of_the_hub_is_found_fetched_with_a_pause_and_used", "--nocapture"]);
    own.env(FOLDER, folder.path()).env("HF_HUB_CACHE", home.join("hub")).env("HF_HOME", home);
    own.env("WHETSTONE_DATA_HOME", folder.path().join("data")).env_remove("HF_TOKEN").env_remove("HF_HUB_OFFLINE");
    assert!(own.status().expect("it can be run").success(), "see above");
}

fn search_fetch_and_use(folder: &Path) {
    let hub = TestHub::start();
    let starter = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../assets/starter"));
    hub.put(Repository::model(MODEL).folder(starter).counts(1200, 3));
    let head = hub.repository(Kind::Model, MODEL).expect("it is there").head().to_owned();
    let mut window = Window::open(engine(folder, &hub), &folder.join("data"));
    let context = window.harness.ctx.clone();
    let create = DeskCommand::Create { folder: folder.join("project"), changes: Box::new(ProjectChanges::default()) };
    window.harness.state_mut().send(&context, create);
    window.wait("the project", |harness| harness.state().state().project.is_some());
    window.harness.state_mut().send(&context, UiCommand::Go(Place::Step(Step::Model)));

    let words = ["model-hub", "hub-search", "hub-search-field", "job-pause", "hub-go-on", "model-use"];
    let [open_model, search, field, pause, go_on, take] = words.map(|id| window.say(id));
    window.press(&open_model);
    window.wait_for("SmolLM2 135M");
    assert!(hub.requests().is_empty(), "the suggestions ask nobody");
    window.press(&search);
    window.harness.get_by_label(&field).focus();
    window.harness.step();
    window.harness.get_by_label(&field).type_text("shop");
    window.harness.step();
    window.harness.key_press(Key::Enter);
    window.harness.step();
    window.press("shop-model");
    window.wait_for("What its makers say");
    window.wait_for("# ");

    let served = hub.misbehave(Rule::once("model.safetensors", Fault::HoldAfter(2_000_000)).by(Server::Store));
    window.press("Download (");
    window.wait("a part of it", |harness| {
        let progress = harness.state().state().jobs.of(JobKind::Download).and_then(|job| job.progress.as_ref());
        served.times() == 1 && progress.is_some_and(|progress| progress.unit == "bytes" && progress.done > 1_900_000)
    });
    window.press(&pause);
    window.press(&go_on);
    window.press(&take);
    let wanted = format!("{MODEL}@{head}");
    window.wait("the project's model", |harness| {
        harness.state().state().project.as_deref().is_some_and(|project| project.settings.model == wanted)
    });
    let weights = fs::metadata(starter.join("model.safetensors")).expect("it is there").len();
    let fetched = hub.sent("model.safetensors");
    assert!(fetched < weights + weights / 10, "{fetched} of {weights} bytes were sent: the pause kept nothing");
    window.wait_for(MODEL);
    assert!(!window.seen().contains(&head), "people see the model's name, not its commit");
}
