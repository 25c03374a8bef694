//! Jobs: what can be asked for ([`JobSpec`]), what is told meanwhile ([`JobEvent`]), and how it is stopped
//! ([`CancelToken`]).
//!
//! A job runs in the caller's thread (`engine::run`) or in a child process that speaks JSON lines ([`child`] is the
//! parent's side, [`serve`] the child's, [`wire`] what they say). The events are the same: one `Started`, then any
//! number of `Progress` (latest wins), `Metrics`, `Sample`, `Output`, `Note` and `Warning`, then one `Ended`. Being cancelled is an
//! outcome, not an error.

mod cancel;
pub mod child;
mod coach_spec;
mod endpoint_spec;
mod evaluate_spec;
mod event;
mod hub_spec;
mod online_spec;
mod project_spec;
pub mod serve;
mod spec;
mod update_spec;
pub mod wire;

pub use cancel::{CancelToken, Cancelled};
pub use coach_spec::{CoachReportSpec, EndpointUse};
pub use endpoint_spec::{EndpointsSpec, LeavingSpec, NewEndpoint};
pub use evaluate_spec::{ComparedBy, EvaluateSpec};
pub use event::{JobEvent, Outcome, Progress};
pub use hub_spec::{
    AboutSpec, AccountAction, AccountSpec, CheckCatalogueSpec, DownloadSpec, HubAccess, ModelsAction, ModelsSpec,
    PushKind, PushSpec, SearchSort, SearchSpec,
};
pub use online_spec::{OnlineJudge, OnlineSpec};
pub use project_spec::{
    DemoSpec, ForecastSpec, ImportAdapterSpec, ImportSpec, ProjectAction, ProjectChanges, ProjectSpec, RunSpec,
    WriteSpec, WriteWhat,
};
pub use spec::{
    BenchSpec, DoctorSpec, ExportSpec, ExportTargetId, GenerateSpec, JobSpec, JudgeSpec, LookSpec, RunOfProject,
    ScoreSpec, TrainSpec,
};
pub use update_spec::UpdateSpec;

/// What a running job is given: where it tells, and whether it should stop.
#[derive(Clone, Copy)]
pub struct JobContext<'a> {
    events: &'a (dyn Fn(JobEvent) + Sync),
    cancel: &'a CancelToken,
}

impl<'a> JobContext<'a> {
    /// A context that tells `events` and stops when `cancel` says so.
    pub fn new(events: &'a (dyn Fn(JobEvent) + Sync), cancel: &'a CancelToken) -> Self {
        Self { events, cancel }
    }

    /// A context that stops when this one does, and tells somebody else.
    pub fn telling<'b>(&'b self, events: &'b (dyn Fn(JobEvent) + Sync)) -> JobContext<'b> {
        JobContext { events, cancel: self.cancel }
    }

    /// A switch that stops a part of this job, and that this job's own switch turns, too.
    pub fn switch_of_a_part(&self) -> CancelToken {
        self.cancel.of_a_part()
    }

    /// Tells one event.
    pub fn emit(&self, event: JobEvent) {
        (self.events)(event);
    }

    /// Tells how far a stage is; `unit` is a plural noun such as `samples`.
    pub fn progress(&self, stage: &str, done: u64, total: Option<u64>, unit: &str) {
        self.emit(JobEvent::Progress(Progress { stage: stage.to_owned(), done, total, unit: unit.to_owned() }));
    }

    /// Tells what came of a stage.
    pub fn note(&self, message: impl Into<String>) {
        self.emit(JobEvent::Note { message: message.into() });
    }

    /// Tells something that the person should know although the job goes on.
    pub fn warn(&self, message: impl Into<String>) {
        self.emit(JobEvent::Warning { message: message.into() });
    }

    /// Returns `Err(Cancelled)` once a stop was asked for. Polled at every step, token and chunk.
    pub fn check(&self) -> Result<(), Cancelled> {
        self.cancel.check()
    }
}

impl std::fmt::Debug for JobContext<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("JobContext").field("cancel", self.cancel).finish_non_exhaustive()
    }
}

/// What a room's job returns when it does not complete: an error with its message, or a stop that was asked for.
pub trait JobError: crate::domain::ToUserMessage {
    /// Whether this is no failure but a stop that was asked for.
    fn is_cancelled(&self) -> bool;
}
