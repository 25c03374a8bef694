//! The window: a wizard of nine questions over one project.
//!
//! [`App`] holds everything. Each frame it first takes in what threads told ([`work`]), then draws the screens from a
//! read-only [`State`], and then does what they asked for by [`Command`]s. Nothing that is drawn waits for a disk, a
//! model or a network: the project's store is read and written in threads of its own, and whatever computes runs in
//! engine processes. Nothing here writes a file.

mod app;
pub mod command;
pub mod keys;
pub mod look;
mod page;
mod pages;
pub mod parts;
mod settings;
mod shell;
mod state;
mod steps;
mod window;
pub mod words;
pub mod work;

pub use app::{App, AppOptions};
pub use command::{Command, DeskCommand, JobCommand, PickFor, Place, UiCommand};
pub use page::Page;
pub use settings::WindowSettings;
pub use state::{Found, HubState, Notice, OnDisk, State};
pub use steps::{ALL as STEPS, Drafts};
pub use window::{WindowError, open};

#[cfg(test)]
mod tests;
