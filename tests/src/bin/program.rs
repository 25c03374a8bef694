//! The program, for tests of this package that start it as a process of its own.

use std::io;
use std::process::ExitCode;

use whetstone::Console;
use whetstone_core::job::CancelToken;

fn main() -> ExitCode {
    let console = Console::new(io::stdout(), io::stderr());
    ExitCode::from(whetstone::run(std::env::args_os(), &console, &CancelToken::default()))
}
