//! Where a command's results and notes go.

use std::io::{self, Write};
use std::sync::{Mutex, PoisonError};

use crate::{DONE, FAILED};

/// Standard output for results, standard error for everything else, or whatever stands in for them.
pub struct Console<'a> {
    out: Mutex<Box<dyn Write + Send + 'a>>,
    err: Mutex<Box<dyn Write + Send + 'a>>,
    live: bool,
}

impl<'a> Console<'a> {
    /// A console whose progress is told in plain, sparse lines.
    pub fn new(out: impl Write + Send + 'a, err: impl Write + Send + 'a) -> Self {
        Self { out: Mutex::new(Box::new(out)), err: Mutex::new(Box::new(err)), live: false }
    }

    /// Draws a moving progress bar on the process's standard error instead: for a terminal only.
    #[must_use]
    pub fn with_live_progress(mut self, live: bool) -> Self {
        self.live = live;
        self
    }

    pub(crate) fn is_live(&self) -> bool {
        self.live
    }

    /// Prints a line of the result.
    pub(crate) fn print(&self, line: &str) -> io::Result<()> {
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        writeln!(out, "{line}")?;
        out.flush()
    }

    /// Tells a line beside the result. When nobody reads it, nobody misses it.
    pub(crate) fn note(&self, line: &str) {
        let mut err = self.err.lock().unwrap_or_else(PoisonError::into_inner);
        drop(writeln!(err, "{line}"));
    }

    /// The exit status when the result could not be printed. A reader who left early (`| head`) has what it wanted.
    pub(crate) fn lost(&self, error: &io::Error) -> u8 {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return DONE;
        }
        self.note(&format!("error: cannot write to standard output: {error}\n  what is there is not the whole result"));
        FAILED
    }
}

impl std::fmt::Debug for Console<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Console").field("live", &self.live).finish_non_exhaustive()
    }
}
