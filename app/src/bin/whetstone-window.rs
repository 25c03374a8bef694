//! Opens the window without a console beside it. A program of the command line has one on Windows, so that what stands in the
//! menu there, and what a double click opens, is this: it starts `whetstone` with what it was given, and ends.

#![cfg_attr(windows, windows_subsystem = "windows")]

use std::path::Path;
use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    let begun =
        std::env::current_exe().and_then(|own| whetstone_beside(&own).args(std::env::args_os().skip(1)).spawn());
    if begun.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn whetstone_beside(own: &Path) -> Command {
    let program = own.with_file_name(format!("whetstone{}", std::env::consts::EXE_SUFFIX));
    #[cfg_attr(not(windows), expect(unused_mut, reason = "only Windows is told more"))]
    let mut command = Command::new(program);
    #[cfg(windows)]
    {
        use std::os::windows::process::CommandExt as _;
        // Windows' CREATE_NO_WINDOW: its console, and that of the processes it starts, is not shown.
        command.creation_flags(0x0800_0000);
    }
    command
}
