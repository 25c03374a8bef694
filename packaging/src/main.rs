//! Makes what Whetstone is handed out as.

use std::process::ExitCode;

use clap::Command;
use whetstone_packaging::command::CommandRow;
use whetstone_packaging::{bundle, compare, feed, icons, licences, sbom};

/// Every command. A new one is a module with a row like these.
const COMMANDS: &[CommandRow] = &[bundle::ROW, icons::ROW, licences::ROW, sbom::ROW, compare::ROW, feed::ROW];

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            whetstone_packaging::note(&format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn run() -> anyhow::Result<()> {
    let known = Command::new("whetstone-packaging")
        .about("Makes the installers of Whetstone, and what belongs into them")
        .version(env!("CARGO_PKG_VERSION"))
        .subcommand_required(true)
        .subcommands(COMMANDS.iter().map(|row| (row.command)()));
    let matches = known.get_matches();
    let (name, options) = matches.subcommand().ok_or_else(|| anyhow::anyhow!("name a command"))?;
    let row = COMMANDS.iter().find(|row| (row.command)().get_name() == name);
    (row.ok_or_else(|| anyhow::anyhow!("there is no command {name}"))?.run)(options)
}
