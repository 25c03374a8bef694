//! A project as a window works on it: a [`Desk`] owns it and does what is asked, a [`Reader`] beside it tells what it
//! holds. Both answer at once in the caller's thread; neither computes with a model, which is what jobs are for.
//!
//! What is shown comes as plain values: a [`ProjectView`] of the whole, in short, and a [`Sheet`] of one part where a
//! screen shows that part. What a person does comes as a [`ProjectCommand`].

mod coach;
mod command;
#[expect(clippy::module_inception, reason = "the room is named after what stands in it")]
mod desk;
mod error;
mod places;
mod reader;
mod sheet;
mod sit;
mod sitting;
mod tables;
#[cfg(test)]
mod test_support;
mod view;

pub use command::{Applied, ProjectCommand};
pub use desk::Desk;
pub use reader::Reader;
pub use sheet::{
    AnswerRow, Ask, CoachReport, CoachTrial, DifferenceRow, Differences, FileKind, FilePlace, LabelRow, PairRow,
    PromptRow, RunCurve, Sheet, TrainingSample, WaitingReview,
};
pub use sitting::{Refused, ReviewSaid, SittingItem, SittingView};
pub use view::{ProjectView, Readiness, Step, StepState, stage_step};
