//! `update`: a newer version put in place; and what every start does about one that was.

use std::io::{self, IsTerminal};

use whetstone_core::domain::ToUserMessage;
use whetstone_core::job::{CancelToken, JobSpec, UpdateSpec};
use whetstone_core::update::{self, Begun};

use crate::options::UpdateOptions;
use crate::push::agrees;
use crate::run::{error_text, run as run_job};
use crate::{Console, DONE, FAILED};

/// Runs the command and returns the exit status.
pub(crate) fn run(options: &UpdateOptions, json: bool, console: &Console<'_>, cancel: &CancelToken) -> u8 {
    let spec = options.spec();
    let is_install = matches!(spec, UpdateSpec::Install { .. });
    let status = run_job(&JobSpec::Update(spec), json, console, cancel);
    if status != DONE || !is_install || json || !io::stdin().is_terminal() {
        return status;
    }
    let Some(installer) = update::fetched_installer() else { return status };
    console.note("Open the installer now? [y/N]");
    if !agrees(&mut io::stdin().lock()) {
        return status;
    }
    match update::open_installer(&installer) {
        Ok(()) => DONE,
        Err(error) => {
            console.note(&error_text(&error.user_message()));
            FAILED
        }
    }
}

/// To be called when the program begins, before anything else. Where an update did not start and the old program has its place
/// again, that is run in this one's stead, with the same command line; its exit status is given.
pub(crate) fn begin(arguments: &[std::ffi::OsString], console: &Console<'_>) -> Option<u8> {
    // An engine process belongs to a window or a program that has begun already.
    if arguments.get(1).is_some_and(|command| command == "engine") {
        return None;
    }
    let Begun::WentBack { version, executable } = update::begin() else { return None };
    console.note(&format!("version {version} did not start; the version before it has its place again"));
    let again = std::process::Command::new(executable).args(arguments.iter().skip(1)).status();
    let status = again.ok().and_then(|status| status.code()).and_then(|code| u8::try_from(code).ok());
    Some(status.unwrap_or(FAILED))
}
