//! The commands of this package: each is a module with one row.

use clap::{ArgMatches, Args, Command};

/// A command: its options and what it does.
#[derive(Debug, Clone, Copy)]
pub struct CommandRow {
    /// Its name, with its options and their help.
    pub command: fn() -> Command,
    /// Does it. What went wrong is said with the cure.
    pub run: fn(&ArgMatches) -> anyhow::Result<()>,
}

/// A command whose options are a form of clap's.
pub fn command_of<O: Args>(name: &'static str, about: &'static str) -> Command {
    O::augment_args(Command::new(name).about(about))
}
