//! The window on a display, with a real mouse and keyboard: where a display of no screen, a window manager and a hand to
//! drive them are installed. `WHETSTONE_PICTURES=FOLDER` keeps a picture of every page.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use whetstone_core::desk::{ProjectView, Reader, Readiness, Step};
use whetstone_core::project::store::RunState;

use crate::PROGRAM;

/// What takes longer than this does not come.
const PATIENCE: Duration = Duration::from_mins(5);

/// Width of the list of steps, its first entry's middle, and the distance of entries, in points: where the mouse goes.
const RAIL_MIDDLE: i32 = 100;

/// Programs that are ended when this is dropped.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

struct Screen {
    display: String,
    window: String,
    pictures: Option<PathBuf>,
    _programs: Vec<Ended>,
}

fn is_installed(program: &str) -> bool {
    Command::new("which").arg(program).stdout(Stdio::null()).status().is_ok_and(|status| status.success())
}

impl Screen {
    /// Opens the program on a display of its own.
    fn open(home: &Path) -> Self {
        let display = format!(":{}", 200 + std::process::id() % 300);
        let quiet = |command: &mut Command| {
            let command = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            Ended(command.spawn().expect("it is installed"))
        };
        // A display begins anew when its last program leaves, as xdotool does: whoever comes in that moment would be thrown out.
        let server =
            quiet(Command::new("Xvfb").args([&display, "-screen", "0", "1280x900x24", "-nolisten", "tcp", "-noreset"]));
        wait("the display", || {
            Command::new("xdotool")
                .env("DISPLAY", &display)
                .arg("getmouselocation")
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status()
                .is_ok_and(|status| status.success())
        });
        let manager = quiet(Command::new("openbox").env("DISPLAY", &display));
        let program = quiet(
            Command::new(PROGRAM)
                .env("DISPLAY", &display)
                .env_remove("WAYLAND_DISPLAY")
                .env("HOME", home)
                .env("XDG_DATA_HOME", home.join("share"))
                .env("XDG_CONFIG_HOME", home.join("config"))
                .env("WHETSTONE_DATA_HOME", home.join("whetstone"))
                .env("LANG", "C.UTF-8"),
        );
        let mut screen = Self {
            display,
            window: String::new(),
            pictures: std::env::var_os("WHETSTONE_PICTURES").map(PathBuf::from),
            _programs: vec![program, manager, server],
        };
        wait("the window", || {
            let found = screen.ask(&["search", "--onlyvisible", "--name", "Whetstone"]);
            found.trim().clone_into(&mut screen.window);
            !screen.window.is_empty()
        });
        let window = screen.window.clone();
        screen.ask(&["windowmove", &window, "20", "40"]);
        screen.ask(&["windowactivate", "--sync", &window]);
        screen
    }

    fn ask(&self, arguments: &[&str]) -> String {
        let output =
            Command::new("xdotool").env("DISPLAY", &self.display).args(arguments).output().expect("xdotool runs");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Presses keys.
    fn keys(&self, keys: &str) {
        self.ask(&["key", "--clearmodifiers", keys]);
    }

    /// Presses the page's main button.
    fn main(&self) {
        self.keys("ctrl+Return");
    }

    /// Clicks on a point of the window.
    fn click(&self, x: i32, y: i32) {
        self.ask(&["mousemove", "--window", &self.window, &x.to_string(), &y.to_string(), "click", "1"]);
    }

    /// Clicks on a step in the list.
    fn go(&self, step: Step) {
        let place = Step::ALL.iter().position(|known| *known == step).unwrap_or_default();
        self.click(RAIL_MIDDLE, FIRST_ENTRY + ENTRY * place as i32);
        settle();
        self.picture(step.id());
    }

    fn picture(&self, name: &str) {
        let Some(folder) = self.pictures.as_deref().filter(|_| is_installed("import")) else { return };
        std::fs::create_dir_all(folder).expect("a folder");
        let path = folder.join(format!("{name}.png"));
        let taken =
            Command::new("import").env("DISPLAY", &self.display).args(["-window", &self.window]).arg(&path).status();
        assert!(taken.is_ok_and(|status| status.success()) && path.is_file(), "{}", path.display());
    }
}

/// Middle of the list's first entry, and the distance of entries, in points.
const FIRST_ENTRY: i32 = 103;
const ENTRY: i32 = 42;

/// Lets the window draw.
fn settle() {
    std::thread::sleep(Duration::from_millis(700));
}

fn wait(what: &str, mut is_there: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_there() {
        assert!(begun.elapsed() < PATIENCE, "{what} did not come");
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// The project's folder, once it is there.
fn project_in(home: &Path) -> PathBuf {
    let projects = home.join("whetstone/projects");
    let mut found = None;
    wait("the project", || {
        let entries = std::fs::read_dir(&projects).into_iter().flatten().flatten();
        found = entries.map(|entry| entry.path()).find(|path| path.join("project.db").is_file());
        found.is_some()
    });
    found.expect("it was found")
}

#[test]
fn from_nothing_to_an_exported_adapter_by_mouse_and_keyboard() {
    let missing: Vec<&str> =
        ["Xvfb", "openbox", "xdotool"].into_iter().filter(|program| !is_installed(program)).collect();
    if !missing.is_empty() {
        // Said by the test's own output; the same road is gone by label in any case.
        assert!(std::env::var_os("CI").is_none_or(|value| value != "true"), "install {missing:?}");
        return;
    }
    let home = tempfile::tempdir().expect("a folder");
    let screen = Screen::open(home.path());
    settle();
    screen.picture("start");
    screen.main();
    let folder = project_in(home.path());
    let mut reader = None;
    wait("the example's prompts", || {
        reader = reader.take().or_else(|| Reader::open(&folder).ok());
        reader.as_ref().and_then(|reader: &Reader| reader.view().ok()).is_some_and(|view| view.standing.prompts > 0)
    });
    let reader = reader.expect("it was opened");
    let until = |what: &str, holds: &dyn Fn(&ProjectView) -> bool| {
        wait(what, || reader.view().is_ok_and(|view| holds(&view)));
    };
    let is_done = |step: Step| move |view: &ProjectView| view.readiness(step) == Readiness::Done;
    settle();
    screen.go(Step::Model);
    screen.go(Step::Method);
    screen.go(Step::Prompts);
    screen.go(Step::Answers);
    screen.main();
    until("the answers", &is_done(Step::Answers));
    screen.go(Step::Feedback);
    screen.ask(&["type", "Ada"]);
    settle();
    screen.main();
    settle();
    screen.picture("labelling");
    let open = |view: &ProjectView| view.round_counts.open_for_people;
    // The first is skipped, taken back, and judged; every further one is judged by a key.
    screen.keys("s");
    settle();
    screen.keys("u");
    settle();
    let begun = Instant::now();
    while reader.view().is_ok_and(|view| !is_done(Step::Feedback)(&view)) {
        assert!(begun.elapsed() < PATIENCE, "{:?} are left", reader.view().map(|view| open(&view)));
        screen.ask(&["key", "--delay", "40", "1", "2", "3", "2", "1", "4", "1", "2"]);
    }
    screen.go(Step::Train);
    screen.main();
    settle();
    screen.picture("training");
    until("the adapter", &|view| view.runs.last().is_some_and(|run| run.state == RunState::Finished));
    screen.go(Step::Compare);
    screen.main();
    until("the comparison", &|view| !view.evaluations.is_empty());
    screen.go(Step::Compare);
    screen.go(Step::Export);
    screen.main();
    until("the export", &|view| !view.exports.is_empty());
    settle();
    screen.picture("exported");
    let exported = reader.view().expect("it can be read").exports.last().map(|export| export.path.clone());
    assert!(exported.is_some_and(|folder| folder.join("adapter_model.safetensors").is_file()));
}
