//! Reports of faults: small files on this machine that a person may look at, and send or not.
//!
//! What stands in one is chosen so that nothing of the person's can be in it: the version, the kind of command, the place in our
//! sources, and the names of functions. A panic's message is kept only where it is a sentence of our sources, word by word; one
//! that was put together may name a file, a prompt or a key, and is left out. Nothing sends a report anywhere.

use std::fs;
use std::path::{Path, PathBuf};

use crate::files::{self, FileError};

/// The reports' folder in the user's data folder.
const FOLDER: &str = "crash-reports";
/// What a report's name begins with.
const PREFIX: &str = "crash-";
/// Reports that are kept.
const MOST_REPORTS: usize = 10;
/// Functions that are named.
const MOST_NAMES: usize = 120;
/// Our own sources, as the compiler names them.
const OWN: [&str; 5] = ["app/", "core/", "ui/", "tests/", "packaging/"];

/// A fault, as it is kept.
#[derive(Debug, Clone, Copy)]
pub struct Fault<'a> {
    /// What ran: a command's name, `window`, an engine's job.
    pub kind: &'a str,
    /// The source file, as the compiler names it, and the line.
    pub place: (&'a str, u32),
    /// The message, where it is a sentence of a source, word by word.
    pub literal: Option<&'static str>,
    /// The functions that were being run, as the standard library lists them.
    pub backtrace: &'a str,
}

/// Where the reports lie.
pub fn crash_folder(data_home: &Path) -> PathBuf {
    data_home.join(FOLDER)
}

/// The reports, the newest first.
pub fn crash_reports(data_home: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(crash_folder(data_home)).into_iter().flatten().flatten();
    let is_report = |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(PREFIX));
    let mut reports: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(is_report).collect();
    // Their names begin with the time.
    reports.sort_unstable_by(|one, other| other.cmp(one));
    reports
}

/// Keeps a report of a fault, and lets the oldest ones go.
pub fn keep_crash(data_home: &Path, fault: &Fault<'_>) -> Result<PathBuf, FileError> {
    let now = jiff::Timestamp::now();
    let name = format!("{PREFIX}{}-{}.txt", now.strftime("%Y%m%dT%H%M%S%3fZ"), std::process::id());
    let path = crash_folder(data_home).join(name);
    files::create_folder(&crash_folder(data_home))?;
    let text = text_of(fault, &now.strftime("%Y-%m-%d %H:%M:%S UTC").to_string());
    files::write_privately(&path, |out| out.write_all(text.as_bytes()))?;
    for old in crash_reports(data_home).iter().skip(MOST_REPORTS) {
        match fs::remove_file(old) {
            // Another process that kept a report at the same time has let it go.
            Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
                return Err(FileError::Write { path: old.clone(), source });
            }
            _ => {}
        }
    }
    Ok(path)
}

fn text_of(fault: &Fault<'_>, when: &str) -> String {
    let Fault { kind, place: (file, line), literal, backtrace } = fault;
    let kind: String =
        kind.chars().filter(|letter| letter.is_ascii_alphanumeric() || " _:-".contains(*letter)).collect();
    let (is_own, place) = place_of(file);
    let message = literal.filter(|_| is_own).unwrap_or("(left out: it may name something of yours)");
    let (version, system, processor) = (env!("CARGO_PKG_VERSION"), std::env::consts::OS, std::env::consts::ARCH);
    let names = names_of(backtrace);
    let names = if names.is_empty() { "(this build has no names)\n".to_owned() } else { names };
    format!(
        "Whetstone came to a fault. This file was written for you: nothing was sent anywhere.\n\
         It holds no prompts, answers, keys or paths of yours.\n\n\
         version: {version}\nsystem: {system} {processor}\nwhen: {when}\nwhat ran: {kind}\nplace: {place}:{line}\n\
         message: {message}\n\nfunctions:\n{names}"
    )
}

/// A source file without the folders of the machine that it was compiled on, and whether it is ours.
fn place_of(file: &str) -> (bool, String) {
    let file = file.replace('\\', "/");
    if OWN.iter().any(|own| file.starts_with(own)) {
        return (true, file);
    }
    // A crate of a registry begins with its name and version, the standard library with `library`.
    let after_registry =
        file.split_once("/registry/src/").and_then(|(_, rest)| rest.split_once('/')).map(|(_, rest)| rest);
    let after_library = file.rsplit_once("/library/").map(|(_, rest)| rest);
    let place = after_registry.or(after_library).unwrap_or("(a source elsewhere)");
    (false, place.to_owned())
}

/// The functions' names alone. The lines between them name files of the machine that the program was compiled on.
fn names_of(backtrace: &str) -> String {
    let name = |line: &str| {
        let (number, name) = line.trim().split_once(": ")?;
        let is_name = number.parse::<u32>().is_ok() && !name.contains(['/', '\\', '"', '\'']) && name != "<unknown>";
        is_name.then(|| format!("  {}\n", name.chars().filter(|letter| !letter.is_control()).collect::<String>()))
    };
    backtrace.lines().filter_map(name).take(MOST_NAMES).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BACKTRACE: &str = "   0: std::backtrace::Backtrace::create\n             at /rustc/abc/library/std/src/backtrace.rs:331:13\n   \
        1: whetstone_core::engine::run\n             at /home/ada/secret-project/core/src/engine.rs:20:9\n   2: <unknown>\n   \
        3: a name with /home/ada in it\nno frame at all\n";

    fn fault<'a>(file: &'a str, literal: Option<&'static str>) -> Fault<'a> {
        Fault { kind: "engine: train", place: (file, 7), literal, backtrace: BACKTRACE }
    }

    #[test]
    fn a_report_names_functions_and_a_place_and_no_folder() {
        let text = text_of(&fault("core/src/engine.rs", Some("the rows are even")), "now");
        for part in
            ["what ran: engine: train", "place: core/src/engine.rs:7", "message: the rows are even", "engine::run"]
        {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert!(!text.contains("ada") && !text.contains("rustc") && !text.contains("unknown"), "{text}");
    }

    #[test]
    fn a_message_that_is_not_ours_is_left_out() {
        for (file, place) in [
            ("/home/ada/.cargo/registry/src/an-index-1949/some-crate-1.2.3/src/lib.rs", "some-crate-1.2.3/src/lib.rs"),
            (r"C:\Users\ada\.cargo\registry\src\index\some-crate-1.2.3\src\lib.rs", "some-crate-1.2.3/src/lib.rs"),
            ("/rustc/0123abc/library/core/src/option.rs", "core/src/option.rs"),
            ("/home/ada/work/x.rs", "(a source elsewhere)"),
        ] {
            let text = text_of(&fault(file, Some("a canary")), "now");
            assert!(text.contains(&format!("place: {place}:7")) && text.contains("left out"), "{text}");
            assert!(!text.contains("canary") && !text.contains("ada"), "{text}");
        }
        assert!(text_of(&fault("core/src/engine.rs", None), "now").contains("left out"));
    }

    #[test]
    fn the_newest_ten_are_kept() {
        let home = tempfile::tempdir().expect("a folder");
        assert_eq!(crash_reports(home.path()), Vec::<PathBuf>::new());
        let mut kept = Vec::new();
        for _ in 0..MOST_REPORTS + 3 {
            kept.push(keep_crash(home.path(), &fault("core/src/engine.rs", None)).expect("written"));
            // Names are told apart by thousandths of seconds.
            std::thread::sleep(std::time::Duration::from_millis(2));
        }
        fs::write(crash_folder(home.path()).join("a note of the person's"), "mine").expect("written");
        let reports = crash_reports(home.path());
        kept.reverse();
        assert_eq!(reports, kept[..MOST_REPORTS]);
    }
}
