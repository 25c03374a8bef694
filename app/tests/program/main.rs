//! The program itself, as a shell and another program meet it: its manners, and that nothing is lost.

mod bad_data;
mod bad_models;
mod bad_projects;
mod blocks;
mod commands;
mod demo;
mod early_stopping;
mod endpoint;
mod engine;
mod evaluate;
#[cfg(unix)]
mod exports;
mod forecast;
mod full;
#[cfg(unix)]
mod online;
mod project;
#[cfg(unix)]
mod resume;
#[cfg(unix)]
mod shortage;
mod tasks;
mod token;
mod training;
mod workbench;

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const PROGRAM: &str = env!("CARGO_BIN_EXE_whetstone");

/// Where the program puts what is the user's and of no project: in one place for all tests, never in the user's own.
fn data_home() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("data-home")
}

/// Runs the program to its end.
fn whetstone<A: AsRef<OsStr>>(arguments: &[A]) -> Output {
    let mut command = Command::new(PROGRAM);
    command
        .env("WHETSTONE_DATA_HOME", data_home())
        .env("WHETSTONE_KEYRING", "off")
        .args(arguments)
        .stdin(Stdio::null());
    command.output().expect("the program was built")
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("the program writes UTF-8")
}

/// A path as an argument.
fn shown(path: &Path) -> &str {
    path.to_str().expect("paths of the tests are UTF-8")
}

/// The folder of reference models and data.
fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/golden")
}

fn golden_model(name: &str) -> PathBuf {
    golden().join("models").join(name)
}

/// Copies a folder with everything in it.
fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for path in entries(from) {
        let target = to.join(path.file_name().expect("an entry has a name"));
        if path.is_dir() {
            copy_folder(&path, &target);
        } else {
            fs::copy(&path, &target).expect("a copy");
        }
    }
}

/// What a folder holds, sorted; nothing where there is no such folder.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let listing = fs::read_dir(folder).into_iter().flatten();
    // A file may go while the folder is listed.
    let mut paths: Vec<PathBuf> = listing.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    paths
}

/// Every file below a folder with what is in it.
fn contents(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let below = |path: PathBuf| {
        if path.is_dir() { contents(&path) } else { vec![(path.clone(), fs::read(&path).expect("a file"))] }
    };
    entries(folder).into_iter().flat_map(below).collect()
}

/// Files that are being written, or were when the program was killed.
fn unfinished_files(folder: &Path) -> Vec<PathBuf> {
    let below = |path: PathBuf| {
        if path.is_dir() { unfinished_files(&path) } else { vec![path] }
    };
    let is_unfinished = |path: &PathBuf| path.file_name().is_some_and(|name| shown(name.as_ref()).starts_with('.'));
    entries(folder).into_iter().flat_map(below).filter(is_unfinished).collect()
}

#[cfg(unix)]
fn signal(name: &str, process: u32) {
    let sent = Command::new("kill").args([format!("-{name}"), process.to_string()]).status();
    assert!(sent.expect("kill is there").success());
}
