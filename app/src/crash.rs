//! What is done when the program comes to a fault: a report is kept on this machine, and the fault is told.

use std::backtrace::Backtrace;
use std::panic::{self, PanicHookInfo};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use whetstone_core::doctor::{Fault, keep_crash};
use whetstone_core::starter;

/// What runs: an engine or not, and which job or command.
static RUNS: Mutex<(bool, &'static str)> = Mutex::new((false, "start"));

/// Sources that panic where a library of the system is missing, which is no fault.
const LOADERS: [&str; 3] = ["/xkbcommon-dl-", "/wayland-sys-", "/x11-dl-"];

/// From now on this runs.
pub(crate) fn now_runs(kind: &'static str) {
    RUNS.lock().unwrap_or_else(PoisonError::into_inner).1 = kind;
}

/// This process is an engine.
pub(crate) fn is_engine() {
    RUNS.lock().unwrap_or_else(PoisonError::into_inner).0 = true;
}

/// Keeps a report of every fault, and tells it by `tell`. Faults of libraries that read strangers' files, which are expected
/// and contained, never come here.
pub fn watch(tell: impl Fn(&PanicHookInfo<'_>, Option<PathBuf>) + Send + Sync + 'static) {
    panic::set_hook(Box::new(move |info| {
        let place = info.location().map_or("", panic::Location::file).replace('\\', "/");
        // The window says what is missing itself, with its cure.
        if !LOADERS.iter().any(|loader| place.contains(loader)) {
            tell(info, kept(info));
        }
    }));
}

fn kept(info: &PanicHookInfo<'_>) -> Option<PathBuf> {
    // Whoever is in the middle of changing it has the fault: what runs is then not known.
    let (is_engine, kind) = RUNS.try_lock().map_or((false, "unknown"), |runs| *runs);
    let kind = if is_engine { format!("engine: {kind}") } else { kind.to_owned() };
    // A sentence that was put together is a String; what is borrowed for ever stands in a source.
    let literal = info.payload().downcast_ref::<&'static str>().copied();
    let place = info.location().map_or(("", 0), |place| (place.file(), place.line()));
    let backtrace = Backtrace::force_capture().to_string();
    let home = starter::data_home().ok()?;
    keep_crash(&home, &Fault { kind: &kind, place, literal, backtrace: &backtrace }).ok()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;
    use std::process::Command;

    use super::*;

    /// What must stand in no report: a key, a prompt, a folder.
    const CANARY: &str = "sk-canary-0123456789";
    /// Says which fault the process that this test starts comes to.
    const FAULT: &str = "WHETSTONE_TEST_FAULT";

    /// The faults, and whether their message is a sentence of a source.
    const FAULTS: [(&str, bool); 5] =
        [("literal", true), ("formatted", false), ("expected", false), ("unwound", false), ("index", false)];

    /// No test by itself: the process in which the fault happens.
    #[test]
    fn the_process_that_comes_to_a_fault() {
        let Ok(fault) = std::env::var(FAULT) else { return };
        watch(|_, _| {});
        is_engine();
        now_runs("train");
        let numbers = [1, 2, 3];
        let came = std::thread::Builder::new().name(CANARY.to_owned()).spawn(move || match fault.as_str() {
            "literal" => panic!("the rows are uneven"),
            "formatted" => panic!("cannot read /home/ada/{CANARY}: {}", std::env::var("CANARY").unwrap_or_default()),
            "expected" => {
                let failed = std::fs::read_to_string(format!("/home/ada/{CANARY}"));
                drop(failed.expect("it holds a key"));
            }
            "unwound" => std::panic::panic_any(CANARY.to_owned()),
            _ => drop(numbers[std::hint::black_box(7)].to_string()),
        });
        assert!(came.expect("a thread").join().is_err(), "it came to a fault");
    }

    fn reports_of(fault: &str, home: &Path) -> Vec<String> {
        let mut command = Command::new(std::env::current_exe().expect("this test"));
        command
            .args(["--exact", "crash::tests::the_process_that_comes_to_a_fault", "--nocapture"])
            .env(FAULT, fault)
            .env("CANARY", CANARY)
            .env("WHETSTONE_DATA_HOME", home);
        let output = command.output().expect("it runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
        let entries = fs::read_dir(home.join("crash-reports")).expect("reports").flatten();
        entries.map(|entry| fs::read_to_string(entry.path()).expect("text")).collect()
    }

    #[test]
    fn a_report_says_where_and_holds_nothing_of_the_persons() {
        for (fault, is_literal) in FAULTS {
            let home = tempfile::tempdir().expect("a folder");
            let reports = reports_of(fault, home.path());
            assert_eq!(reports.len(), 1, "{fault}");
            let report = &reports[0];
            assert!(report.contains("what ran: engine: train") && report.contains("place: "), "{report}");
            assert!(report.contains("crash::tests::"), "functions are named: {report}");
            assert_eq!(report.contains("the rows are uneven"), is_literal, "{report}");
            let encoded = ["sk-canary", "c2stY2FuYXJ5", "sk%2Dcanary", "ada", "0123456789"];
            assert!(encoded.iter().all(|part| !report.contains(part)), "{fault}: {report}");
            let place = home.path().to_string_lossy().into_owned();
            assert!(!report.contains(&place), "{report}");
        }
    }
}
