//! The new program tried before it takes the old one's place: it has to start on this machine and to say its version.

use std::io;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::UpdateError;
use crate::doctor;
use crate::job::JobContext;

/// How long it may take: a large program is read from a slow disk the first time.
const PATIENCE: Duration = Duration::from_mins(1);
/// Between two tries to start it.
const TICK: Duration = Duration::from_millis(20);
/// So much of what it says is read.
const LONGEST: u64 = 4 << 10;

/// Runs `program --version`, which has to say the version that was signed.
pub(super) fn try_out(program: &Path, version: &str, context: &JobContext<'_>) -> Result<(), UpdateError> {
    let failed = |fault: String| UpdateError::DoesNotStart { version: version.to_owned(), fault };
    let begun = Instant::now();
    let child = started(program, begun).map_err(|error| failed(error.to_string()))?;
    let left = PATIENCE.saturating_sub(begun.elapsed());
    let answer = doctor::answer_of(child, left, LONGEST, || context.check().is_err());
    let Some((status, said)) = answer.map_err(|error| failed(error.to_string()))? else {
        context.check()?;
        return Err(failed(format!("it did not answer within {} seconds", PATIENCE.as_secs())));
    };
    if !status.success() {
        return Err(failed(format!("it ended with {status}")));
    }
    let said = String::from_utf8_lossy(&said);
    if said.trim() != format!("whetstone {version}") {
        let said: String = said.trim().chars().filter(|letter| !letter.is_control()).take(60).collect();
        return Err(failed(format!("it calls itself {said:?}")));
    }
    Ok(())
}

/// A file that was just written may still be open in a process that another thread is starting: that passes.
fn started(program: &Path, begun: Instant) -> io::Result<Child> {
    loop {
        let child = Command::new(program)
            .arg("--version")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        match child {
            Err(error) if error.kind() == io::ErrorKind::ExecutableFileBusy && begun.elapsed() < PATIENCE => {
                std::thread::sleep(TICK);
            }
            child => return child,
        }
    }
}
