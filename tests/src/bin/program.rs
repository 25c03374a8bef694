//! The program, for tests of this package that start it as a process of its own.

use std::io;
use std::process::ExitCode;

use whetstone::Console;
use whetstone_core::job::CancelToken;

fn main() -> ExitCode {
    let console = Console::new(io::stdout(), io::stderr());
    let arguments: Vec<_> = std::env::args_os().collect();
    let begun = whetstone::begin(&arguments, &console);
    ExitCode::from(begun.unwrap_or_else(|| whetstone::run(arguments, &console, &CancelToken::default())))
}
