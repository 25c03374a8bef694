//! When the window opens, and what is said where it cannot.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::CommandFactory;
use whetstone_core::job::CancelToken;

use crate::options::Options;
use crate::{Console, DONE, FAILED, crash};

/// What a window is asked for with.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// Nothing in particular.
    Nothing,
    /// A project's folder or file to open.
    Project(PathBuf),
}

/// Whether a command line (the program's name first) asks for the window: it names nothing, or only what to open.
pub(crate) fn asked_for(arguments: &[OsString]) -> Option<Asked> {
    match arguments {
        [] | [_] => Some(Asked::Nothing),
        [_, only] => {
            let is_command = Options::command().get_subcommands().any(|known| only == known.get_name());
            let path = PathBuf::from(only);
            (!is_command && path.exists()).then_some(Asked::Project(path))
        }
        _ => None,
    }
}

/// Opens it, and returns the exit status when it was closed.
pub(crate) fn open(asked: Asked, console: &Console<'_>, cancel: &CancelToken) -> u8 {
    let path = match asked {
        Asked::Nothing => None,
        Asked::Project(path) => Some(path),
    };
    crash::now_runs("window");
    match whetstone_ui::open(path, cancel) {
        Ok(()) => DONE,
        Err(message) => {
            console.note(&message.to_string());
            FAILED
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(arguments: &[&str]) -> Option<Asked> {
        asked_for(&arguments.iter().map(OsString::from).collect::<Vec<_>>())
    }

    #[test]
    fn the_window_opens_without_a_command_or_with_a_path_that_is_there() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().to_string_lossy().into_owned();
        assert_eq!(asked(&["whetstone"]), Some(Asked::Nothing));
        assert_eq!(asked(&["whetstone", &path]), Some(Asked::Project(folder.path().to_owned())));
        assert_eq!(asked(&["whetstone", "no/such/project"]), None);
        assert_eq!(asked(&["whetstone", "--help"]), None);
        assert_eq!(asked(&["whetstone", &path, "--json"]), None);
        for command in Options::command().get_subcommands() {
            assert_eq!(asked(&["whetstone", command.get_name()]), None);
        }
    }
}
