//! The engine process's side: jobs in, events out, one job at a time.
//!
//! A job is cancelled at its next step when it is told to, when the input ends, when the output is closed, and when
//! the program's heartbeats stay away: in every case unless `detach` was said. What was asked for is run in order.

use std::io::{self, BufReader, Read, Write};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use super::wire::{EngineCommand, EngineLine, EngineNotice, HEARTBEAT_SECS, MISSED_HEARTBEATS, read_line, write_line};
use super::{CancelToken, JobContext, JobEvent, JobSpec, Outcome};
use crate::domain::UserMessage;

/// How often `stop` is looked at.
const TICK: Duration = Duration::from_millis(100);
const TICKS_A_HEARTBEAT: u64 = HEARTBEAT_SECS * 10;

/// Serves until the input ends and everything asked for is done, or until `stop` is cancelled, which stops the
/// running job too. `run` tells its context `Started` first and `Ended` last, as `engine::run` does.
pub fn serve<R, W>(input: R, output: W, stop: &CancelToken, run: impl Fn(&JobSpec, &JobContext<'_>) -> Outcome)
where
    R: Read + Send + 'static,
    W: Write + Send + 'static,
{
    let desk = Arc::new(Desk {
        output: Mutex::new(output),
        wanted: Mutex::new(Vec::new()),
        detached: AtomicBool::new(false),
        over: AtomicBool::new(false),
        missed: AtomicU64::new(0),
    });
    let (sender, jobs) = channel();
    {
        let desk = Arc::clone(&desk);
        thread::spawn(move || desk.listen(input, &sender));
    }
    {
        let (desk, stop) = (Arc::clone(&desk), stop.clone());
        thread::spawn(move || desk.tick(&stop));
    }
    desk.work(&jobs, stop, run);
    desk.over.store(true, Ordering::Relaxed);
}

/// A job that was asked for, and its switch.
struct Wanted {
    spec: Box<JobSpec>,
    cancel: CancelToken,
}

/// What the threads of an engine share.
struct Desk<W> {
    output: Mutex<W>,
    /// The switches of the jobs that were asked for and have not ended.
    wanted: Mutex<Vec<CancelToken>>,
    detached: AtomicBool,
    over: AtomicBool,
    /// Heartbeats of ours since the program's last one. Counted rather than timed: a machine that slept wakes up
    /// with nothing missed.
    missed: AtomicU64,
}

impl<W: Write> Desk<W> {
    /// Runs what `jobs` brings.
    fn work(&self, jobs: &Receiver<Wanted>, stop: &CancelToken, run: impl Fn(&JobSpec, &JobContext<'_>) -> Outcome)
    where
        W: Send,
    {
        loop {
            match jobs.recv_timeout(TICK) {
                Ok(wanted) => {
                    run(&wanted.spec, &JobContext::new(&|event| self.tell(&EngineLine::Job(event)), &wanted.cancel));
                    let mut tokens = lock(&self.wanted);
                    if !tokens.is_empty() {
                        tokens.remove(0);
                    }
                }
                Err(RecvTimeoutError::Timeout) if stop.is_cancelled() => return,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    /// Reads commands until the input ends.
    fn listen(&self, input: impl Read, jobs: &Sender<Wanted>) {
        let mut input = BufReader::new(input);
        let mut line = Vec::new();
        while matches!(read_line(&mut input, &mut line), Ok(true)) {
            self.missed.store(0, Ordering::Relaxed);
            match serde_json::from_slice(&line) {
                Ok(EngineCommand::Run { spec }) => {
                    let cancel = CancelToken::default();
                    lock(&self.wanted).push(cancel.clone());
                    if jobs.send(Wanted { spec, cancel }).is_err() {
                        return;
                    }
                }
                Ok(EngineCommand::Cancel) => self.cancel_all(),
                Ok(EngineCommand::Detach) => self.detached.store(true, Ordering::Relaxed),
                Ok(EngineCommand::Heartbeat) => {}
                Err(error) => self.refuse(&line, &error),
            }
        }
        self.forsaken();
    }

    /// Answers a line that is no command: a job that cannot be read has failed, anything else is passed over.
    fn refuse(&self, line: &[u8], error: &serde_json::Error) {
        let command = serde_json::from_slice::<Value>(line).ok();
        if command.and_then(|value| Some(value.get("command")? == "run")) == Some(true) {
            let message = UserMessage {
                what: format!("the engine does not understand this job: {error}"),
                hint: Some("use a program and an engine of the same version".to_owned()),
                details: None,
            };
            self.tell(&EngineLine::Job(JobEvent::Ended(Outcome::Failed { message })));
        } else {
            let message = format!("the engine passed over a line that is no command: {error}");
            self.tell(&EngineLine::Job(JobEvent::Warning { message }));
        }
    }

    /// Heartbeats, and a look at whether to stop.
    fn tick(&self, stop: &CancelToken) {
        for ticks in 0u64.. {
            if self.over.load(Ordering::Relaxed) {
                return;
            }
            if stop.is_cancelled() {
                self.cancel_all();
            }
            if ticks % TICKS_A_HEARTBEAT == 0 {
                self.tell(&EngineLine::Engine(EngineNotice::Heartbeat { sequence: ticks / TICKS_A_HEARTBEAT }));
                if self.missed.fetch_add(1, Ordering::Relaxed) == MISSED_HEARTBEATS {
                    self.forsaken();
                }
            }
            thread::sleep(TICK);
        }
    }

    fn tell(&self, line: &EngineLine) {
        let told: io::Result<()> = write_line(&mut *lock(&self.output), line);
        if told.is_err() {
            self.forsaken();
        }
    }

    /// Nobody is there any more: stops, unless told to go on alone.
    fn forsaken(&self) {
        if !self.detached.load(Ordering::Relaxed) {
            self.cancel_all();
        }
    }

    fn cancel_all(&self) {
        for token in lock(&self.wanted).iter() {
            token.cancel();
        }
    }
}

/// A thread that panicked while it held the lock leaves plain values, good to go on with.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, PipeReader, PipeWriter, pipe};
    use std::path::PathBuf;
    use std::time::Instant;

    use serde_json::{Map, json};

    use super::*;
    use crate::job::JudgeSpec;

    /// A job by the name of its rules.
    fn spec(name: &str) -> JobSpec {
        JobSpec::Judge(JudgeSpec { rules: Some(PathBuf::from(name)), ..JudgeSpec::default() })
    }

    /// A job called `wait` waits for a stop; a job called `slow` takes a while and cannot be stopped; others are
    /// done at once. The summary names the job.
    fn run(spec: &JobSpec, context: &JobContext<'_>) -> Outcome {
        let JobSpec::Judge(judge) = spec else { return Outcome::Cancelled };
        let name = judge.rules.iter().map(|rules| rules.display().to_string()).collect::<String>();
        context.emit(JobEvent::Started { job: name.clone() });
        let begun = Instant::now();
        while name == "wait" && context.check().is_ok() {
            assert!(begun.elapsed() < Duration::from_secs(20), "nobody stopped the job");
            thread::sleep(Duration::from_millis(2));
        }
        if name == "slow" {
            thread::sleep(Duration::from_millis(300));
        }
        let outcome = match context.check() {
            Ok(()) => Outcome::Completed { summary: Map::from_iter([("name".to_owned(), json!(name))]) },
            Err(_) => Outcome::Cancelled,
        };
        context.emit(JobEvent::Ended(outcome.clone()));
        outcome
    }

    fn engine(stop: &CancelToken) -> (PipeWriter, BufReader<PipeReader>) {
        let (commands, to_engine) = pipe().expect("a pipe");
        let (from_engine, events) = pipe().expect("a pipe");
        let stop = stop.clone();
        thread::spawn(move || serve(commands, events, &stop, run));
        (to_engine, BufReader::new(from_engine))
    }

    fn say(to_engine: &mut PipeWriter, command: &EngineCommand) {
        write_line(to_engine, command).expect("the engine listens");
    }

    fn ask(to_engine: &mut PipeWriter, name: &str) {
        say(to_engine, &EngineCommand::Run { spec: Box::new(spec(name)) });
    }

    /// The next event that is no heartbeat.
    fn next(from_engine: &mut BufReader<PipeReader>) -> Option<JobEvent> {
        let mut line = Vec::new();
        while read_line(from_engine, &mut line).expect("a pipe can be read") {
            if let EngineLine::Job(event) = serde_json::from_slice(&line).expect("a line of the engine") {
                return Some(event);
            }
        }
        None
    }

    fn next_end(from_engine: &mut BufReader<PipeReader>) -> Option<Outcome> {
        while let Some(event) = next(from_engine) {
            if let JobEvent::Ended(outcome) = event {
                return Some(outcome);
            }
        }
        None
    }

    fn done(name: &str) -> Outcome {
        Outcome::Completed { summary: Map::from_iter([("name".to_owned(), json!(name))]) }
    }

    #[test]
    fn jobs_run_in_order_and_the_engine_ends_with_its_input() {
        let (mut to_engine, mut from_engine) = engine(&CancelToken::default());
        ask(&mut to_engine, "one");
        assert_eq!(next_end(&mut from_engine), Some(done("one")));
        ask(&mut to_engine, "two");
        assert_eq!(next(&mut from_engine), Some(JobEvent::Started { job: "two".to_owned() }));
        assert_eq!(next_end(&mut from_engine), Some(done("two")));
        drop(to_engine);
        assert_eq!(next(&mut from_engine), None);
    }

    #[test]
    fn cancel_stops_what_was_asked_for_and_nothing_later() {
        let (mut to_engine, mut from_engine) = engine(&CancelToken::default());
        ask(&mut to_engine, "wait");
        ask(&mut to_engine, "queued");
        say(&mut to_engine, &EngineCommand::Cancel);
        assert_eq!(next_end(&mut from_engine), Some(Outcome::Cancelled));
        assert_eq!(next_end(&mut from_engine), Some(Outcome::Cancelled));
        ask(&mut to_engine, "later");
        assert_eq!(next_end(&mut from_engine), Some(done("later")));
    }

    #[test]
    fn end_of_input_cancels() {
        let (mut to_engine, mut from_engine) = engine(&CancelToken::default());
        ask(&mut to_engine, "wait");
        drop(to_engine);
        assert_eq!(next_end(&mut from_engine), Some(Outcome::Cancelled));
    }

    #[test]
    fn a_closed_output_cancels() {
        let (commands, mut to_engine) = pipe().expect("a pipe");
        let (from_engine, events) = pipe().expect("a pipe");
        drop(from_engine);
        let (ended, outcomes) = channel();
        thread::spawn(move || {
            serve(commands, events, &CancelToken::default(), |spec, context| {
                let outcome = run(spec, context);
                ended.send(outcome.clone()).expect("the test waits");
                outcome
            });
        });
        ask(&mut to_engine, "wait");
        assert_eq!(outcomes.recv_timeout(Duration::from_secs(10)), Ok(Outcome::Cancelled));
    }

    #[test]
    fn a_detached_job_goes_on_when_its_input_ends() {
        let (mut to_engine, mut from_engine) = engine(&CancelToken::default());
        ask(&mut to_engine, "slow");
        say(&mut to_engine, &EngineCommand::Detach);
        drop(to_engine);
        assert_eq!(next_end(&mut from_engine), Some(done("slow")));
    }

    #[test]
    fn stop_ends_the_job_and_the_engine() {
        let stop = CancelToken::default();
        let (mut to_engine, mut from_engine) = engine(&stop);
        ask(&mut to_engine, "wait");
        assert_eq!(next(&mut from_engine), Some(JobEvent::Started { job: "wait".to_owned() }));
        stop.cancel();
        assert_eq!(next_end(&mut from_engine), Some(Outcome::Cancelled));
    }

    #[test]
    fn lines_that_are_no_commands_are_passed_over() {
        let (mut to_engine, mut from_engine) = engine(&CancelToken::default());
        to_engine.write_all(b"\xff\xfe garbage\n{\"command\":\"fly\"}\n").expect("the engine listens");
        for _ in 0..2 {
            let event = next(&mut from_engine);
            assert!(matches!(event, Some(JobEvent::Warning { .. })), "{event:?}");
        }
        ask(&mut to_engine, "after");
        assert_eq!(next_end(&mut from_engine), Some(done("after")));
    }

    #[test]
    fn a_job_that_cannot_be_read_has_failed() {
        let (mut to_engine, mut from_engine) = engine(&CancelToken::default());
        to_engine.write_all(b"{\"command\":\"run\",\"spec\":{\"job\":\"fly\"}}\n").expect("the engine listens");
        let outcome = next_end(&mut from_engine);
        let Some(Outcome::Failed { message }) = outcome else { panic!("{outcome:?}") };
        assert!(message.what.contains("fly"), "{message}");
    }

    #[test]
    fn the_engine_says_that_it_is_there() {
        let (to_engine, mut from_engine) = engine(&CancelToken::default());
        let mut line = String::new();
        from_engine.read_line(&mut line).expect("a pipe can be read");
        assert_eq!(line, "{\"event\":\"heartbeat\",\"sequence\":0}\n");
        drop(to_engine);
    }
}
