//! One job from its spec to the exit status.

use std::io;
use std::sync::{Mutex, PoisonError};

use serde_json::{Map, Value};
use whetstone_core::domain::UserMessage;
use whetstone_core::engine;
use whetstone_core::job::{AccountAction, AccountSpec, CancelToken, JobContext, JobEvent, JobSpec, Outcome};
use whetstone_core::manners;

use crate::human::HumanListener;
use crate::text::{plain, plain_line};
use crate::{CANCELLED, Console, DONE, FAILED, crash};

/// What hears a job's events, and shows them in its way. An error means that the result could not be shown.
pub(crate) trait Listener: Sync {
    fn hear(&self, event: &JobEvent) -> io::Result<()>;
}

/// Every event as a JSON line on standard output.
pub(crate) struct JsonListener<'a, 'w>(pub(crate) &'a Console<'w>);

impl Listener for JsonListener<'_, '_> {
    fn hear(&self, event: &JobEvent) -> io::Result<()> {
        self.0.print(&serde_json::to_string(event)?)
    }
}

/// Runs a job and returns the exit status.
pub(crate) fn run(spec: &JobSpec, json: bool, console: &Console<'_>, cancel: &CancelToken) -> u8 {
    let listener: Box<dyn Listener> =
        if json { Box::new(JsonListener(console)) } else { Box::new(HumanListener::new(spec, console)) };
    let lost = Mutex::new(None);
    let hear = |event: JobEvent| {
        let mut lost = lost.lock().unwrap_or_else(PoisonError::into_inner);
        if lost.is_some() {
            return;
        }
        if let Err(error) = listener.hear(&event) {
            // A training does not stop because its log's reader left; a printing of completions does.
            if prints_its_product(spec) {
                cancel.cancel();
            }
            *lost = Some(error);
        }
    };
    let outcome = run_with_manners(spec, &JobContext::new(&hear, cancel));
    let lost = lost.into_inner().unwrap_or_else(PoisonError::into_inner);
    match (outcome, lost) {
        (Outcome::Failed { message }, _) => {
            console.note(&error_text(&message));
            FAILED
        }
        (Outcome::Cancelled, Some(error)) if prints_its_product(spec) => console.lost(&error),
        (Outcome::Cancelled, _) => {
            console.note(cancelled_text(spec));
            CANCELLED
        }
        (Outcome::Completed { .. }, Some(error)) => console.lost(&error),
        (Outcome::Completed { summary }, None) => {
            if fell_short(spec, &summary) {
                FAILED
            } else {
                DONE
            }
        }
    }
}

/// Whether a job came to its end and yet did not do what a command is for: a token is of no use to the next command unless
/// the system's keyring has it.
fn fell_short(spec: &JobSpec, summary: &Map<String, Value>) -> bool {
    let JobSpec::Account(AccountSpec { action: AccountAction::Keep, .. }) = spec else { return false };
    summary.get("account").is_none_or(|account| account["source"] != "keyring")
}

/// Runs a job; a training with a laptop's manners.
pub(crate) fn run_with_manners(spec: &JobSpec, context: &JobContext<'_>) -> Outcome {
    crash::now_runs(spec.name());
    if !matches!(spec, JobSpec::Train(_) | JobSpec::TrainOnline(_) | JobSpec::Demo(_) | JobSpec::Run(_)) {
        return engine::run(spec, context);
    }
    // On a thread of its own, because a lower priority cannot be taken back and an engine may have other work after it.
    std::thread::scope(|scope| {
        let training = std::thread::Builder::new().name("whetstone-training".to_owned()).spawn_scoped(scope, || {
            manners::lower_priority();
            let _awake = manners::keep_awake("training an adapter");
            engine::run(spec, context)
        });
        match training.map(std::thread::ScopedJoinHandle::join) {
            Ok(Ok(outcome)) => outcome,
            // The engine contains every panic; and where no thread is to be had, it goes on in this one.
            _ => engine::run(spec, context),
        }
    })
}

/// Whether standard output is the only place where the job's product goes.
pub(crate) fn prints_its_product(spec: &JobSpec) -> bool {
    match spec {
        JobSpec::Generate(spec) => spec.out.is_none(),
        JobSpec::Score(spec) => spec.out.is_none(),
        JobSpec::Judge(spec) => spec.out.is_none() && spec.pairs.is_none(),
        JobSpec::Train(_)
        | JobSpec::TrainOnline(_)
        | JobSpec::Export(_)
        | JobSpec::Evaluate(_)
        | JobSpec::Bench(_)
        | JobSpec::Demo(_)
        | JobSpec::Run(_)
        | JobSpec::ForecastProject(_)
        | JobSpec::Import(_)
        | JobSpec::ImportAdapter(_)
        | JobSpec::Project(_)
        | JobSpec::Write(_)
        | JobSpec::Download(_)
        | JobSpec::Push(_)
        | JobSpec::Update(_)
        | JobSpec::Account(_) => false,
        JobSpec::Forecast(_)
        | JobSpec::ForecastOnline(_)
        | JobSpec::ForecastExport(_)
        | JobSpec::Look(_)
        | JobSpec::Search(_)
        | JobSpec::About(_)
        | JobSpec::Models(_)
        | JobSpec::Endpoints(_)
        | JobSpec::Leaving(_)
        | JobSpec::CheckCatalogue(_)
        | JobSpec::CoachReport(_)
        | JobSpec::Doctor(_) => true,
    }
}

fn cancelled_text(spec: &JobSpec) -> &'static str {
    match spec {
        JobSpec::Train(_) | JobSpec::TrainOnline(_) => {
            "stopped; the run is kept: the same command with --resume goes on where it was"
        }
        JobSpec::Evaluate(spec) if spec.out.is_some() => {
            "stopped; what was judged is kept: the same command with --resume goes on where it was"
        }
        JobSpec::Demo(_) | JobSpec::Run(_) => {
            "stopped; everything so far is kept: the same command goes on where it was"
        }
        _ => "stopped",
    }
}

/// An error as it is told on standard error: what happened, what to do, and the cause where it says more.
pub(crate) fn error_text(message: &UserMessage) -> String {
    let mut lines = vec![format!("error: {}", plain(&message.what))];
    lines.extend(message.hint.iter().map(|hint| format!("  {}", plain(hint))));
    let details = message.details.iter().filter(|details| !message.what.contains(*details));
    lines.extend(details.map(|details| format!("  details: {}", plain_line(details))));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_tells_what_to_do() {
        let message = UserMessage::new("cannot read data.jsonl, line 3").with_hint("check line 3");
        assert_eq!(error_text(&message), "error: cannot read data.jsonl, line 3\n  check line 3");
    }

    #[test]
    fn details_are_told_only_where_they_say_more() {
        let mut message = UserMessage::new("cannot read x: torn");
        message.details = Some("torn".to_owned());
        assert_eq!(error_text(&message), "error: cannot read x: torn");
        message.details = Some("torn\nat byte 7".to_owned());
        assert_eq!(error_text(&message), "error: cannot read x: torn\n  details: torn at byte 7");
    }

    #[test]
    fn text_in_an_error_cannot_command_the_terminal() {
        let message = UserMessage::new("cannot read \u{1b}[2J");
        assert_eq!(error_text(&message), "error: cannot read \\u{1b}[2J");
    }
}
