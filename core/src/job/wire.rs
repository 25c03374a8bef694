//! The lines between a program and its engine process. Each is one JSON object; an engine's lines are the job's
//! events as `--json` prints them, and a heartbeat.

use std::io::{self, BufRead, Read, Write};

use serde::{Deserialize, Serialize};

use super::{JobEvent, JobSpec};

/// What the program tells its engine, on the engine's standard input.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum EngineCommand {
    /// Run a job after those that were asked for before.
    Run {
        /// The job.
        spec: Box<JobSpec>,
    },
    /// Stop every job that was asked for.
    Cancel,
    /// Go on when this input ends.
    Detach,
    /// The program is there.
    Heartbeat,
}

/// What the engine tells, on its standard output.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum EngineLine {
    /// An event of the running job.
    Job(JobEvent),
    /// A word of the engine itself.
    Engine(EngineNotice),
}

/// What an engine says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum EngineNotice {
    /// The engine is there.
    Heartbeat {
        /// Counts up from 0; order comes from it, not from a clock.
        sequence: u64,
    },
}

/// Seconds between two heartbeats, both ways.
pub const HEARTBEAT_SECS: u64 = 2;

/// Heartbeats that may be missed before the other side counts as gone.
pub const MISSED_HEARTBEATS: u64 = 30;

/// Longer lines are cut here, so that a broken writer cannot fill the memory of its reader: the parts are no JSON and
/// are passed over.
const LONGEST_LINE_BYTES: u64 = 64 << 20;

/// Writes `value` as one line and flushes it.
pub(super) fn write_line(output: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    let mut line = serde_json::to_vec(value)?;
    line.push(b'\n');
    output.write_all(&line)?;
    output.flush()
}

/// Reads one line without its end into `line`. Returns false at the end of the input.
pub(super) fn read_line(input: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<bool> {
    line.clear();
    input.take(LONGEST_LINE_BYTES).read_until(b'\n', line)?;
    if line.is_empty() {
        return Ok(false);
    }
    if line.last() == Some(&b'\n') {
        line.pop();
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::Outcome;

    #[test]
    fn lines_have_the_documented_form() {
        let line = |value: &EngineLine| serde_json::to_string(value).expect("plain values");
        assert_eq!(
            line(&EngineLine::Job(JobEvent::Ended(Outcome::Cancelled))),
            r#"{"event":"ended","outcome":"cancelled"}"#
        );
        assert_eq!(
            line(&EngineLine::Engine(EngineNotice::Heartbeat { sequence: 4 })),
            r#"{"event":"heartbeat","sequence":4}"#
        );
        assert_eq!(serde_json::to_string(&EngineCommand::Cancel).expect("plain values"), r#"{"command":"cancel"}"#);
    }

    #[test]
    fn lines_come_back_as_they_went() {
        let lines = [
            EngineLine::Job(JobEvent::Started { job: "train".to_owned() }),
            EngineLine::Engine(EngineNotice::Heartbeat { sequence: 1 }),
            EngineLine::Job(JobEvent::Ended(Outcome::Completed { summary: serde_json::Map::new() })),
        ];
        let mut wire = Vec::new();
        for line in &lines {
            write_line(&mut wire, line).expect("a vector takes everything");
        }
        let mut input = wire.as_slice();
        let mut line = Vec::new();
        for sent in &lines {
            assert!(read_line(&mut input, &mut line).expect("a slice can be read"));
            assert_eq!(&serde_json::from_slice::<EngineLine>(&line).expect("our own line"), sent);
        }
        assert!(!read_line(&mut input, &mut line).expect("a slice can be read"));
    }
}
