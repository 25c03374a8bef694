//! The program: a command line in, a job, its result out; without a command the window opens.
//!
//! [`run`] is the whole program but for signals and the standard streams, so that a test or an example can drive it
//! inside its own process.

mod advise;
mod coach;
mod console;
mod crash;
mod doctor;
mod endpoint;
mod evaluate;
mod human;
mod label;
mod licences;
mod options;
mod push;
mod run;
mod text;
mod token;
mod update;
mod window;

use std::ffi::OsString;

use clap::{CommandFactory, Parser};
use whetstone_core::job::{CancelToken, serve};

pub use console::Console;
pub use crash::watch as watch_faults;

use options::{CommandOptions, Options};

/// Exit status: done.
pub const DONE: u8 = 0;
/// Exit status: could not be done.
pub const FAILED: u8 = 1;
/// Exit status: the command line is wrong.
pub const WRONG_USAGE: u8 = 2;
/// Exit status: stopped because somebody asked.
pub const CANCELLED: u8 = 130;

/// The command line with every command and option, for manual pages and completions.
pub fn command_line() -> clap::Command {
    Options::command()
}

/// Runs one command line (the program's name first) and returns the exit status. Results go to `console`; a running
/// job stops at its next step once `cancel` says so. The `engine` command speaks on the standard streams themselves.
pub fn run(arguments: impl IntoIterator<Item = OsString>, console: &Console<'_>, cancel: &CancelToken) -> u8 {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    if let Some(asked) = window::asked_for(&arguments) {
        // A window has started when it has drawn its first picture, or lacks something of the system; it says so itself.
        return window::open(asked, console, cancel);
    }
    run_command(&arguments, console, cancel)
}

/// To be called before [`run`]: where an update did not start, the program before it has its place again, and is run in this
/// one's stead. Its exit status, where that was so.
pub fn begin(arguments: &[OsString], console: &Console<'_>) -> Option<u8> {
    update::begin(arguments, console)
}

fn run_command(arguments: &[OsString], console: &Console<'_>, cancel: &CancelToken) -> u8 {
    let parsed = Options::try_parse_from(arguments).and_then(Options::checked);
    // A program that understands its command line, or says what is wrong with it, has started. What ends it from here on (a
    // second Ctrl-C, too little memory, a power cut) says nothing against it; one that comes to a fault before goes back.
    whetstone_core::update::first_start_is_done();
    let options = match parsed {
        Ok(options) => options,
        Err(error) => {
            let text = options::without_tokens(&error.render().to_string(), arguments);
            if error.use_stderr() {
                console.note(text.trim_end());
                return WRONG_USAGE;
            }
            return console.print(text.trim_end()).map_or_else(|error| console.lost(&error), |()| DONE);
        }
    };
    let json = options.json;
    match options.command {
        CommandOptions::Bench(options) => run::run(&options.into(), json, console, cancel),
        CommandOptions::Demo(options) => run::run(&options.into(), json, console, cancel),
        CommandOptions::Run(options) => endpoint::go_on(options, json, console, cancel),
        CommandOptions::Status(options) => run::run(&options.into(), json, console, cancel),
        CommandOptions::Import(options) => run::run(&options.into(), json, console, cancel),
        CommandOptions::ImportAdapter(options) => run::run(&options.into(), json, console, cancel),
        CommandOptions::Write(options) => endpoint::write(options, json, console, cancel),
        CommandOptions::Label(options) => label::run(&options, console, cancel),
        CommandOptions::Advise(options) => advise::run(&options, json, console),
        CommandOptions::Search(options) => run::run(&options.into(), json, console, cancel),
        CommandOptions::Download(options) => run::run(&options.into(), json, console, cancel),
        CommandOptions::Project(options) => run::run(&options.into(), json, console, cancel),
        CommandOptions::Doctor(options) => run::run(&options.into(), json, console, cancel),
        CommandOptions::Catalogue(options) => run::run(&options.into(), json, console, cancel),
        CommandOptions::Models(options) => run::run(&options.into(), json, console, cancel),
        CommandOptions::Push(options) => push::run(&options, json, console, cancel),
        CommandOptions::Endpoint(options) => endpoint::run(options, json, console, cancel),
        CommandOptions::Token(options) => token::run(&options, json, console, cancel),
        CommandOptions::Update(options) => update::run(&options, json, console, cancel),
        CommandOptions::Licences => licences::run(json, console),
        CommandOptions::Engine => {
            crash::is_engine();
            serve::serve(std::io::stdin(), std::io::stdout(), cancel, run::run_with_manners);
            DONE
        }
        CommandOptions::Generate(options) => run::run(&(*options).into(), json, console, cancel),
        CommandOptions::Score(options) => run::run(&options.into(), json, console, cancel),
        CommandOptions::Judge(options) => endpoint::judge(options, json, console, cancel),
        CommandOptions::Coach(options) => coach::run(options, json, console, cancel),
        CommandOptions::Train(options) => run::run(&(*options).into(), json, console, cancel),
        CommandOptions::TrainOnline(options) => endpoint::train_online(*options, json, console, cancel),
        CommandOptions::Evaluate(options) => evaluate::run(*options, json, console, cancel),
        CommandOptions::Export(options) => run::run(&options.into(), json, console, cancel),
    }
}
