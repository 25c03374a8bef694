//! `push`: what would leave this machine is shown, and sent after a person agreed.

use std::io::{self, BufRead, IsTerminal};

use whetstone_core::job::{CancelToken, JobSpec};

use crate::options::PushOptions;
use crate::run::run as run_job;
use crate::{CANCELLED, Console, DONE, WRONG_USAGE};

/// Shows what would be sent, asks where nobody agreed beforehand, and sends it. Returns the exit status.
pub(crate) fn run(options: &PushOptions, json: bool, console: &Console<'_>, cancel: &CancelToken) -> u8 {
    // A script that agreed reads of it in the summary.
    if !(json && options.yes) {
        let status = run_job(&JobSpec::Push(options.spec(true)), json, console, cancel);
        if status != DONE {
            return status;
        }
    }
    if !options.yes {
        if json || !io::stdin().is_terminal() {
            console.note("nothing was sent: add --yes to send what was shown");
            return WRONG_USAGE;
        }
        console.note("Send this? [y/N]");
        if !agrees(&mut io::stdin().lock()) {
            console.note("nothing was sent");
            return CANCELLED;
        }
    }
    if cancel.is_cancelled() {
        return CANCELLED;
    }
    run_job(&JobSpec::Push(options.spec(false)), json, console, cancel)
}

/// Whether a person said yes, and nothing else.
pub(crate) fn agrees(input: &mut dyn BufRead) -> bool {
    let mut line = String::new();
    input.read_line(&mut line).is_ok() && matches!(line.trim().to_ascii_lowercase().as_str(), "y" | "yes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_yes_is_a_yes() {
        for (said, expected) in
            [("y\n", true), ("Yes\r\n", true), ("", false), ("\n", false), ("n\n", false), ("yeah\n", false)]
        {
            assert_eq!(agrees(&mut said.as_bytes()), expected, "{said:?}");
        }
    }
}
