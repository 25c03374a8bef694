//! The program: signals, faults and the standard streams; everything else is in the library beside it.

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use whetstone::Console;
use whetstone_core::job::CancelToken;

fn main() -> ExitCode {
    let cancel = CancelToken::default();
    if let Err(error) = watch_signals(&cancel) {
        // Without the handler a signal ends the program at once, which loses no file.
        tell(&format!("warning: Ctrl-C will stop without a last checkpoint: {error}"));
    }
    let usual = std::env::var_os("RUST_BACKTRACE").map(|_| std::panic::take_hook());
    whetstone::watch_faults(move |fault, report| {
        match &usual {
            Some(usual) => usual(fault),
            None => tell(&format!("fault: {fault}")),
        }
        if let Some(report) = report {
            tell(&format!("a report is kept in {}; it is sent nowhere", report.display()));
        }
    });
    let console = Console::new(io::stdout(), io::stderr()).with_live_progress(io::stderr().is_terminal());
    let arguments: Vec<_> = std::env::args_os().collect();
    let begun = whetstone::begin(&arguments, &console);
    ExitCode::from(begun.unwrap_or_else(|| whetstone::run(arguments, &console, &cancel)))
}

/// The first Ctrl-C (or a request to end) stops at the next step, the second ends the program at once.
fn watch_signals(cancel: &CancelToken) -> Result<(), ctrlc::Error> {
    let cancel = cancel.clone();
    ctrlc::set_handler(move || {
        if cancel.is_cancelled() {
            // It ends because somebody wants it to, and not because it did not start.
            whetstone_core::update::first_start_is_done();
            #[expect(clippy::exit, reason = "this is what the second Ctrl-C asks for")]
            std::process::exit(i32::from(whetstone::CANCELLED));
        }
        cancel.cancel();
        tell("stopping at the next step; Ctrl-C again ends the program at once");
    })
}

/// A line on standard error. When nobody reads it, nobody misses it.
fn tell(line: &str) {
    drop(writeln!(io::stderr(), "{line}"));
}
