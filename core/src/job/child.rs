//! The parent's side of a job in an engine process: a crash in a driver, a kill for want of memory or a hostile file
//! ends the job, not the program that asked for it.

use std::collections::VecDeque;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::wire::{EngineCommand, EngineLine, EngineNotice, HEARTBEAT_SECS, MISSED_HEARTBEATS, read_line, write_line};
use super::{JobContext, JobEvent, JobSpec, Outcome};
use crate::domain::{ToUserMessage, UserMessage};

/// How often a wish to cancel is looked for.
const TICK: Duration = Duration::from_millis(50);
/// Lines of the engine's standard error that are kept for a report.
const STDERR_LINES: usize = 20;

/// The engine process could not be started.
#[derive(Debug, thiserror::Error)]
#[error("cannot start the engine {}: {source}", program.display())]
pub struct EngineStartError {
    /// The executable.
    program: PathBuf,
    /// What the system said.
    source: io::Error,
}

impl ToUserMessage for EngineStartError {
    fn hint(&self) -> Option<String> {
        Some("install Whetstone again: a part of it is missing or may not be run".to_owned())
    }
}

/// An engine process: jobs run in it one after another. Dropping it ends its input, which cancels a job that is
/// still running unless [`EngineControl::detach`] was called; it is never killed.
#[derive(Debug)]
pub struct Engine {
    child: Option<Child>,
    input: Input,
    lines: Receiver<Line>,
    stderr_tail: Option<JoinHandle<String>>,
    /// Ends the heartbeats when it is dropped.
    _alive: Sender<()>,
}

/// A word to a running engine from any thread.
#[derive(Debug, Clone)]
pub struct EngineControl {
    input: Input,
}

type Input = Arc<Mutex<Option<ChildStdin>>>;

/// What the engine said, or a line that it did not mean to say.
#[derive(Debug)]
enum Line {
    Said(EngineLine),
    Garbage,
}

/// Runs one job in an engine process of its own: `program engine`. Tells `context` what [`Engine::run`] tells.
pub fn run(program: &Path, spec: &JobSpec, context: &JobContext<'_>) -> Outcome {
    match Engine::start(program) {
        Ok(mut engine) => engine.run(spec, context),
        Err(error) => {
            let outcome = Outcome::Failed { message: error.user_message() };
            context.emit(JobEvent::Started { job: spec.name().to_owned() });
            context.emit(JobEvent::Ended(outcome.clone()));
            outcome
        }
    }
}

impl Engine {
    /// Starts `program engine`.
    pub fn start(program: &Path) -> Result<Self, EngineStartError> {
        let mut child = Command::new(program)
            .arg("engine")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|source| EngineStartError { program: program.to_owned(), source })?;
        let input = Arc::new(Mutex::new(child.stdin.take()));
        let (sender, lines) = channel();
        if let Some(stdout) = child.stdout.take() {
            thread::spawn(move || read_lines(stdout, &sender));
        }
        let stderr_tail = child.stderr.take().map(|stderr| thread::spawn(move || read_tail(stderr)));
        let (alive, ended) = channel();
        {
            let input = Arc::clone(&input);
            thread::spawn(move || send_heartbeats(&input, &ended));
        }
        Ok(Self { child: Some(child), input, lines, stderr_tail, _alive: alive })
    }

    /// The engine's process id, for a store or a test.
    pub fn process_id(&self) -> Option<u32> {
        self.child.as_ref().map(Child::id)
    }

    /// What other threads may tell the engine while a job runs.
    pub fn control(&self) -> EngineControl {
        EngineControl { input: Arc::clone(&self.input) }
    }

    /// Runs a job to its end, telling `context` the same events as `engine::run` does. When the process dies
    /// meanwhile, the outcome says how, and what was kept; a later job on this engine fails the same way.
    pub fn run(&mut self, spec: &JobSpec, context: &JobContext<'_>) -> Outcome {
        // When the engine is gone, the end of its lines tells so below.
        let mut started = false;
        let mut asked_to_stop = false;
        let mut last_heard = Instant::now();
        let mut said_silent = false;
        send(&self.input, &EngineCommand::Run { spec: Box::new(spec.clone()) });
        loop {
            if !asked_to_stop && context.check().is_err() {
                asked_to_stop = true;
                send(&self.input, &EngineCommand::Cancel);
            }
            let line = match self.lines.recv_timeout(TICK) {
                Ok(line) => line,
                Err(RecvTimeoutError::Timeout) => {
                    if !said_silent && last_heard.elapsed().as_secs() >= HEARTBEAT_SECS * MISSED_HEARTBEATS {
                        said_silent = true;
                        context.warn("the engine has not been heard for a minute: it may be short of memory");
                    }
                    continue;
                }
                Err(RecvTimeoutError::Disconnected) => return self.died(spec, context, started),
            };
            last_heard = Instant::now();
            said_silent = false;
            match line {
                Line::Said(EngineLine::Engine(EngineNotice::Heartbeat { .. })) => {}
                Line::Said(EngineLine::Job(event)) => {
                    started |= matches!(event, JobEvent::Started { .. });
                    context.emit(event.clone());
                    if let JobEvent::Ended(outcome) = event {
                        return outcome;
                    }
                }
                Line::Garbage => context.warn("the engine wrote a line that is no event; it was passed over"),
            }
        }
    }

    /// The outcome of a job whose process ended before the job did.
    fn died(&mut self, spec: &JobSpec, context: &JobContext<'_>, started: bool) -> Outcome {
        let status = self.child.as_mut().map(Child::wait);
        let details = self.stderr_tail.take().and_then(|tail| tail.join().ok()).filter(|tail| !tail.is_empty());
        let how = match status {
            Some(Ok(status)) => ending(status),
            Some(Err(error)) => format!("how is not known: {error}"),
            None => "it had ended before".to_owned(),
        };
        let message = UserMessage {
            what: format!("the engine process broke off during `{}`: {how}", spec.name()),
            hint: Some(kept(spec).to_owned()),
            details,
        };
        let outcome = Outcome::Failed { message };
        if !started {
            context.emit(JobEvent::Started { job: spec.name().to_owned() });
        }
        context.emit(JobEvent::Ended(outcome.clone()));
        outcome
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        lock(&self.input).take();
        if let Some(mut child) = self.child.take() {
            // Somebody has to collect the ended process; nobody has to wait for it.
            thread::spawn(move || child.wait());
        }
    }
}

impl EngineControl {
    /// The running job goes on when this program ends. Returns whether the engine could be told.
    pub fn detach(&self) -> bool {
        send(&self.input, &EngineCommand::Detach)
    }
}

/// Says how a process ended, in words.
fn ending(status: ExitStatus) -> String {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        let meaning = match signal {
            4 => " (SIGILL: an instruction that this processor does not have)",
            6 => " (SIGABRT: it gave up by itself, often for want of memory)",
            7 | 10 => " (SIGBUS: a file that it read was cut or its disk went away)",
            8 => " (SIGFPE: a fault in arithmetic)",
            9 => " (SIGKILL: somebody ended it, or the system did because memory ran out)",
            11 => " (SIGSEGV: a fault in memory)",
            15 => " (SIGTERM: somebody ended it)",
            _ => "",
        };
        return format!("it was ended by signal {signal}{meaning}");
    }
    match status.code() {
        Some(code) => format!("it ended with exit status {code}"),
        None => format!("it ended: {status}"),
    }
}

/// What is left after a job broke off, and what to do.
fn kept(spec: &JobSpec) -> &'static str {
    match spec {
        JobSpec::TrainOnline(_) => {
            "the run up to its last checkpoint is kept: run the same command again with --resume; if memory ran out, \
             add --memory small, which gives the same adapter, or begin anew with fewer --samples or a smaller --max-new-tokens"
        }
        JobSpec::Train(_) => {
            "the run up to its last checkpoint is kept: run the same command again with --resume; if memory ran out, \
             add --memory small, which gives the same adapter, or begin anew with a smaller --max-length"
        }
        JobSpec::Generate(_) | JobSpec::Score(_) => {
            "run it again; if memory ran out, take a smaller model, shorter texts or fewer samples at a time"
        }
        JobSpec::Demo(_)
        | JobSpec::Run(_)
        | JobSpec::Import(_)
        | JobSpec::ImportAdapter(_)
        | JobSpec::Project(_)
        | JobSpec::Write(_) => {
            "what the project acknowledged is kept, and the same goes on from there when it is asked for again"
        }
        JobSpec::Evaluate(_) => {
            "what was answered and judged is kept where a folder was named: the same again with --resume goes on from there"
        }
        JobSpec::Download(_) => "what was fetched is kept: ask for it again, and it goes on from there",
        JobSpec::Push(_) => "look at the repository's page whether it arrived, and send it again where it did not",
        JobSpec::Judge(_)
        | JobSpec::CoachReport(_)
        | JobSpec::Search(_)
        | JobSpec::About(_)
        | JobSpec::Models(_)
        | JobSpec::Account(_)
        | JobSpec::Endpoints(_)
        | JobSpec::Leaving(_)
        | JobSpec::CheckCatalogue(_)
        | JobSpec::Update(_)
        | JobSpec::Doctor(_)
        | JobSpec::Export(_)
        | JobSpec::ForecastExport(_)
        | JobSpec::Bench(_)
        | JobSpec::Forecast(_)
        | JobSpec::ForecastOnline(_)
        | JobSpec::Look(_)
        | JobSpec::ForecastProject(_) => "nothing was replaced that was there before: run it again",
    }
}

/// Tells the engine something. False when it is gone, which the end of its lines tells better.
fn send(input: &Input, command: &EngineCommand) -> bool {
    lock(input).as_mut().is_some_and(|stdin| write_line(stdin, command).is_ok())
}

fn send_heartbeats(input: &Input, ended: &Receiver<()>) {
    let every = Duration::from_secs(HEARTBEAT_SECS);
    while matches!(ended.recv_timeout(every), Err(RecvTimeoutError::Timeout)) {
        if !send(input, &EngineCommand::Heartbeat) {
            return;
        }
    }
}

fn read_lines(stdout: impl Read, lines: &Sender<Line>) {
    let mut stdout = BufReader::new(stdout);
    let mut bytes = Vec::new();
    while matches!(read_line(&mut stdout, &mut bytes), Ok(true)) {
        let line = serde_json::from_slice(&bytes).map_or(Line::Garbage, Line::Said);
        if lines.send(line).is_err() {
            return;
        }
    }
}

/// The last lines of what the engine wrote on its standard error.
fn read_tail(stderr: impl Read) -> String {
    let mut tail = VecDeque::new();
    let mut stderr = BufReader::new(stderr);
    let mut line = Vec::new();
    while matches!(read_line(&mut stderr, &mut line), Ok(true)) {
        if tail.len() == STDERR_LINES {
            tail.pop_front();
        }
        tail.push_back(String::from_utf8_lossy(&line).trim_end().to_owned());
    }
    Vec::from(tail).join("\n")
}

/// A thread that panicked while it held the lock leaves a plain handle, good to go on with.
fn lock(input: &Input) -> MutexGuard<'_, Option<ChildStdin>> {
    input.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(all(test, unix))]
mod tests;
