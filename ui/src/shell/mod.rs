//! What stands around every page: the steps on the left, the jobs below, notices above them, and the question before the
//! window closes.

mod closing;
mod jobs_bar;
mod notices;
mod rail;

pub(crate) use closing::closing_ui;
pub(crate) use jobs_bar::jobs_bar_ui;
pub(crate) use notices::{notices_ui, project_name};
pub(crate) use rail::rail_ui;
