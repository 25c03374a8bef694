//! What happens beside drawing: the project's desk in threads of its own ([`desk`]), jobs in engine processes ([`jobs`]),
//! and the system's dialogs ([`dialogs`]). All of them tell `App` by a channel and wake it.

pub mod desk;
pub mod dialogs;
mod job;
pub mod jobs;
mod waker;

pub use desk::{DeskReply, DeskThreads, Sheets};
pub use job::{Job, JobCost, JobId, JobKind, JobState, WatchedSample};
pub use jobs::JobBoard;
pub use waker::Waker;
