//! What a program says that is waited for, but not for ever.

use std::io::{self, Read as _};
use std::process::{Child, ExitStatus};
use std::time::{Duration, Instant};

/// How often it is looked at.
const TICK: Duration = Duration::from_millis(10);

/// How a program ended, and the first `longest` bytes of its standard output, which has to be a pipe that holds them although
/// nobody has read them yet. `None` where it took longer than `patience`, or `is_stopped` said so: then it is ended.
pub(crate) fn answer_of(
    mut child: Child,
    patience: Duration,
    longest: u64,
    is_stopped: impl Fn() -> bool,
) -> io::Result<Option<(ExitStatus, Vec<u8>)>> {
    let begun = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if begun.elapsed() > patience || is_stopped() {
            // It may have ended by itself meanwhile.
            drop(child.kill());
            drop(child.wait());
            return Ok(None);
        }
        std::thread::sleep(TICK);
    };
    let mut said = Vec::new();
    if let Some(output) = child.stdout.take() {
        output.take(longest).read_to_end(&mut said)?;
    }
    Ok(Some((status, said)))
}
