//! Jobs in engine processes: each has a process and a thread of its own, so that what breaks one breaks nothing else.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, channel};

use whetstone_core::job::child::{Engine, EngineControl};
use whetstone_core::job::{CancelToken, JobContext, JobEvent, JobSpec, Outcome};

use super::Waker;
use super::job::{Job, JobId, JobKind, JobState};

enum FromJob {
    Control(EngineControl),
    Event(Box<JobEvent>),
}

/// Every job of this window, running or ended, the newest last.
#[derive(Debug)]
pub struct JobBoard {
    program: PathBuf,
    waker: Waker,
    jobs: Vec<Job>,
    next: JobId,
    sender: Sender<(JobId, FromJob)>,
    receiver: Receiver<(JobId, FromJob)>,
    /// Jobs are there without a process.
    #[cfg(test)]
    pub(crate) is_held: bool,
}

impl std::fmt::Debug for FromJob {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FromJob")
    }
}

impl JobBoard {
    /// Jobs run as `program engine`.
    pub fn new(program: PathBuf, waker: Waker) -> Self {
        let (sender, receiver) = channel();
        Self {
            program,
            waker,
            jobs: Vec::new(),
            next: 1,
            sender,
            receiver,
            #[cfg(test)]
            is_held: false,
        }
    }

    /// Begins a job. `None` where one of its kind runs, or it would write to the project beside another that does.
    pub fn start(&mut self, kind: JobKind, spec: JobSpec) -> Option<JobId> {
        let is_in_the_way =
            |job: &Job| job.is_running() && (job.kind == kind || (job.kind.writes_project() && kind.writes_project()));
        if self.jobs.iter().any(is_in_the_way) {
            return None;
        }
        // Of each kind the newest is shown.
        self.jobs.retain(|job| job.kind != kind);
        let id = self.next;
        self.next += 1;
        let cancel = CancelToken::default();
        self.spawn(id, spec.clone(), cancel.clone());
        self.jobs.push(Job::new(id, kind, spec, cancel));
        Some(id)
    }

    /// Has a job there that told all this, without a process.
    #[cfg(test)]
    pub(crate) fn pretend(&mut self, kind: JobKind, spec: JobSpec, events: Vec<JobEvent>) -> JobId {
        self.jobs.retain(|job| job.kind != kind);
        let id = self.next;
        self.next += 1;
        let mut job = Job::new(id, kind, spec, CancelToken::default());
        for event in events {
            job.hear(event);
        }
        self.jobs.push(job);
        id
    }

    fn spawn(&self, id: JobId, spec: JobSpec, cancel: CancelToken) {
        #[cfg(test)]
        if self.is_held {
            return;
        }
        let (program, waker, sender) = (self.program.clone(), self.waker.clone(), self.sender.clone());
        std::thread::spawn(move || {
            let tell = |event: JobEvent| {
                let is_end = matches!(event, JobEvent::Ended(_));
                // A window that is gone hears nothing any more.
                drop(sender.send((id, FromJob::Event(Box::new(event)))));
                if is_end { waker.wake_now() } else { waker.wake_soon() }
            };
            let context = JobContext::new(&tell, &cancel);
            match Engine::start(&program) {
                Ok(mut engine) => {
                    drop(sender.send((id, FromJob::Control(engine.control()))));
                    engine.run(&spec, &context);
                }
                Err(error) => {
                    let message = whetstone_core::domain::ToUserMessage::user_message(&error);
                    tell(JobEvent::Ended(Outcome::Failed { message }));
                }
            }
        });
    }

    /// Takes in what was told. Gives the jobs that ended meanwhile.
    pub fn take_in(&mut self) -> Vec<JobId> {
        let mut ended = Vec::new();
        for (id, told) in self.receiver.try_iter() {
            let Some(job) = self.jobs.iter_mut().find(|job| job.id == id) else { continue };
            match told {
                FromJob::Control(control) => job.control = Some(control),
                FromJob::Event(event) => {
                    job.hear(*event);
                    if !job.is_running() {
                        ended.push(id);
                    }
                }
            }
        }
        ended
    }

    /// Has a job there as if it had been begun and had ended so; `None` still runs.
    #[cfg(test)]
    pub(crate) fn keep_for_test(&mut self, kind: JobKind, spec: JobSpec, outcome: Option<Outcome>) {
        self.jobs.retain(|job| job.kind != kind);
        let id = self.start(kind, spec).expect("nothing is in the way");
        // What the engine that is not there says comes under a number that is not known any more.
        let job = self.jobs.iter_mut().find(|job| job.id == id).expect("it was begun");
        job.id += 1_000_000;
        if let Some(outcome) = outcome {
            job.state = JobState::Ended(outcome);
        }
    }

    /// Asks a job to stop at its next step.
    pub fn stop(&mut self, id: JobId) {
        if let Some(job) = self.jobs.iter_mut().find(|job| job.id == id && job.is_running()) {
            job.state = JobState::Stopping;
            job.cancel.cancel();
        }
    }

    /// Takes an ended job off the list.
    pub fn dismiss(&mut self, id: JobId) {
        self.jobs.retain(|job| job.id != id || job.is_running());
    }

    /// Forgets what ended: another project is open.
    pub fn forget_ended(&mut self) {
        self.jobs.retain(Job::is_running);
    }

    /// What runs goes on when the window is gone.
    pub fn let_go(&self) {
        for job in self.jobs.iter().filter(|job| job.is_running()) {
            if let Some(control) = &job.control {
                control.detach();
            }
        }
    }

    /// Every job.
    pub fn jobs(&self) -> &[Job] {
        &self.jobs
    }

    /// A job by its number.
    pub fn find(&self, id: JobId) -> Option<&Job> {
        self.jobs.iter().find(|job| job.id == id)
    }

    /// The newest job of a kind, running or ended.
    pub fn of(&self, kind: JobKind) -> Option<&Job> {
        self.jobs.iter().rfind(|job| job.kind == kind)
    }

    /// Whether a job of this kind runs.
    pub fn runs(&self, kind: JobKind) -> bool {
        self.of(kind).is_some_and(Job::is_running)
    }

    /// A job that takes long: the window is not closed on it unasked.
    pub fn lasting(&self) -> Option<&Job> {
        self.jobs.iter().find(|job| job.is_running() && (job.kind.writes_project() || job.kind.moves_bytes()))
    }

    /// The job that writes to the project now.
    pub fn writing(&self) -> Option<&Job> {
        self.jobs.iter().find(|job| job.is_running() && job.kind.writes_project())
    }
}
