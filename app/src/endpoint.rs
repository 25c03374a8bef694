//! `endpoint`: servers that judge are added, tried and forgotten; and `judge`, which shows what would go to one first.

use std::io::{self, IsTerminal};

use serde_json::{Value, json};
use whetstone_core::domain::{Secret, ToUserMessage, UserMessage};
use whetstone_core::feedback::coach::endpoint::{
    Endpoint, EndpointError, EndpointTrial, Endpoints, Leaving, key, place, tried,
};
use whetstone_core::feedback::{FeedbackError, leaving};
use whetstone_core::job::{
    CancelToken, CoachReportSpec, JobContext, JobEvent, JobSpec, JudgeSpec, Outcome, RunSpec, WriteSpec,
};
use whetstone_core::method;
use whetstone_core::project::store::{Access, Store};
use whetstone_core::train::online;

use crate::options::{
    AddOptions, EndpointCommand, EndpointsOptions, JudgeOptions, KeyOptions, ReportOptions, RunOptions,
    TrainOnlineOptions, WriteOptions,
};
use crate::push::agrees;
use crate::run::{JsonListener, Listener, error_text, run as run_job};
use crate::text::{plain, plain_line};
use crate::token::first_line;
use crate::{CANCELLED, Console, DONE, FAILED, WRONG_USAGE};

/// Runs one of the commands and returns the exit status.
pub(crate) fn run(options: EndpointsOptions, json: bool, console: &Console<'_>, cancel: &CancelToken) -> u8 {
    let desk = Desk { console, cancel, json };
    let done = match options.command {
        EndpointCommand::Add(options) => desk.add(&options),
        EndpointCommand::List => desk.list(),
        EndpointCommand::Remove { name } => desk.remove(&name),
        EndpointCommand::Test { name } => desk.test(&name),
        EndpointCommand::Key(options) => desk.key(&options),
    };
    match done {
        Ok(status) => status,
        Err(Stop::Asked) => CANCELLED,
        Err(Stop::Failed(message)) => {
            if json {
                let event = JobEvent::Ended(Outcome::Failed { message: message.clone() });
                if let Err(error) = JsonListener(console).hear(&event) {
                    return console.lost(&error);
                }
            }
            console.note(&error_text(&message));
            FAILED
        }
    }
}

/// Judges; where an endpoint does, after a person saw what would be sent and agreed. Returns the exit status.
pub(crate) fn judge(options: JudgeOptions, json: bool, console: &Console<'_>, cancel: &CancelToken) -> u8 {
    let mut spec = JudgeSpec::from(options);
    // What cannot be read is said by the job itself, in its own way.
    if !spec.endpoint.is_agreed
        && let Ok(Some(leaving)) = leaving(&spec)
    {
        match asked(&leaving, json, console) {
            Ok(()) => spec.endpoint.is_agreed = true,
            Err(status) => return status,
        }
    }
    run_job(&JobSpec::Judge(spec), json, console, cancel)
}

/// Trains in rounds; where an endpoint judges, after a person saw what would be sent and agreed. Returns the exit status.
pub(crate) fn train_online(options: TrainOnlineOptions, json: bool, console: &Console<'_>, cancel: &CancelToken) -> u8 {
    let job = JobSpec::from(options);
    let JobSpec::TrainOnline(mut spec) = job else { return run_job(&job, json, console, cancel) };
    // What cannot be read is said by the job itself, in its own way.
    if !spec.judge.endpoint.is_agreed
        && let Ok(Some(leaving)) = online::leaving(&spec)
    {
        match asked(&leaving, json, console) {
            Ok(()) => spec.judge.endpoint.is_agreed = true,
            Err(status) => return status,
        }
    }
    run_job(&JobSpec::TrainOnline(spec), json, console, cancel)
}

/// Goes on with a project; where an endpoint is its coach, after a person saw what would be sent and agreed, once a project.
pub(crate) fn go_on(options: RunOptions, json: bool, console: &Console<'_>, cancel: &CancelToken) -> u8 {
    let mut spec = RunSpec::from(options);
    if !spec.endpoint.is_agreed
        && let Ok(store) = Store::open(&spec.project, Access::Beside)
        && let Ok(Some(leaving)) = method::leaving_of_next_stage(&store)
    {
        match asked(&leaving, json, console) {
            Ok(()) => spec.endpoint.is_agreed = true,
            Err(status) => return status,
        }
    }
    run_job(&JobSpec::Run(spec), json, console, cancel)
}

/// Lets a coach write; where an endpoint does, after a person saw what would be sent and agreed, once a project.
pub(crate) fn write(options: WriteOptions, json: bool, console: &Console<'_>, cancel: &CancelToken) -> u8 {
    let mut spec = WriteSpec::from(options);
    if !spec.endpoint.is_agreed
        && let Ok(Some(leaving)) = method::leaving_of_writing(&spec)
    {
        match asked(&leaving, json, console) {
            Ok(()) => spec.endpoint.is_agreed = true,
            Err(status) => return status,
        }
    }
    run_job(&JobSpec::Write(spec), json, console, cancel)
}

/// Tries coaches; where one of them is an endpoint, after a person saw what would be sent and agreed.
pub(crate) fn report(options: ReportOptions, json: bool, console: &Console<'_>, cancel: &CancelToken) -> u8 {
    let mut spec = CoachReportSpec::from(options);
    if !spec.endpoint.is_agreed
        && let Ok(all) = method::leaving_of_report(&spec)
    {
        for leaving in &all {
            if let Err(status) = asked(leaving, json, console) {
                return status;
            }
            spec.endpoint.is_agreed = true;
        }
    }
    run_job(&JobSpec::CoachReport(Box::new(spec)), json, console, cancel)
}

/// Shows what would be sent and asks whether it may be; else the exit status.
pub(crate) fn asked(leaving: &Leaving, json: bool, console: &Console<'_>) -> Result<(), u8> {
    console.note(&leaving_text(leaving));
    if json || !io::stdin().is_terminal() {
        console.note("nothing was sent: add --yes to send what was shown");
        return Err(WRONG_USAGE);
    }
    console.note("Send this? [y/N]");
    if agrees(&mut io::stdin().lock()) {
        return Ok(());
    }
    console.note("nothing was sent");
    Err(CANCELLED)
}

/// What would leave this machine, as a person reads it.
fn leaving_text(leaving: &Leaving) -> String {
    let Leaving { host, model, questions, characters, prompt_tokens, completion_tokens, .. } = leaving;
    let cost = if leaving.most_money > 0.0 {
        let currency = plain_line(&leaving.currency);
        format!("about {:.2} {currency} (at most {:.2} {currency})", leaving.money, leaving.most_money)
    } else {
        "nothing, as its prices say".to_owned()
    };
    format!(
        "The first of {questions} questions to {host} ({}):\n\n{}\n\n\
         All of them are {characters} characters: about {prompt_tokens} tokens, and {completion_tokens} of answers. \
         They cost {cost}.",
        plain_line(model),
        plain(&leaving.first_question)
    )
}

/// Why a command ended early.
enum Stop {
    /// Somebody asked.
    Asked,
    Failed(UserMessage),
}

impl From<EndpointError> for Stop {
    fn from(error: EndpointError) -> Self {
        match error {
            EndpointError::Cancelled(_) => Self::Asked,
            error => Self::Failed(error.user_message()),
        }
    }
}

struct Desk<'a, 'w> {
    console: &'a Console<'w>,
    cancel: &'a CancelToken,
    json: bool,
}

type Done = Result<u8, Stop>;

impl Desk<'_, '_> {
    fn add(&self, options: &AddOptions) -> Done {
        let mut endpoint = options.endpoint();
        endpoint.check()?;
        if place::needs_confirmation(&endpoint.url()?)? {
            endpoint.plain_http = options.yes || self.confirms(&endpoint);
            let known = Endpoints::of_user()?;
            let was_confirmed = known
                .find(&endpoint.name)
                .is_ok_and(|known| known.plain_http && known.origin().ok() == endpoint.origin().ok());
            if !endpoint.plain_http && !was_confirmed {
                return Err(EndpointError::NotConfirmed { name: endpoint.name.clone(), host: endpoint.host() }.into());
            }
        }
        let asks = !options.yes && !self.json && io::stdin().is_terminal();
        let key = if options.key_stdin || asks { ask_key(options.key_stdin, &endpoint)? } else { None };
        let key = key.map(|typed| key::checked(typed, "what was typed")).transpose()?;
        let mut endpoints = Endpoints::of_user()?;
        key::forget_before_moving(&endpoints, &endpoint, self.cancel)?;
        endpoints.put(endpoint.clone())?;
        let said = format!(
            "`{}` is {} at {}: judge with --coach endpoint:{}",
            endpoint.name,
            endpoint.model,
            endpoint.host(),
            endpoint.name
        );
        match key {
            Some(key) => self.keep(&endpoint, &key, &said),
            None => Ok(self.tell(&said, &json!({"endpoint": endpoint.name}))),
        }
    }

    fn list(&self) -> Done {
        let endpoints = Endpoints::of_user()?;
        let lines: Vec<String> = endpoints.list().iter().map(line_of).collect();
        let said = if lines.is_empty() {
            "there is none; `whetstone endpoint add` adds one".to_owned()
        } else {
            lines.join("\n")
        };
        Ok(self.tell(&said, &json!({"endpoints": endpoints.list()})))
    }

    fn remove(&self, name: &str) -> Done {
        let mut endpoints = Endpoints::of_user()?;
        let endpoint = endpoints.find(name)?.clone();
        let had_key = key::forget(&endpoint, self.cancel)?;
        endpoints.remove(name)?;
        let and_key = if had_key { ", and its key was taken out of the system's keyring" } else { "" };
        Ok(self.tell(&format!("`{name}` is forgotten{and_key}"), &json!({"removed": name})))
    }

    fn key(&self, options: &KeyOptions) -> Done {
        let endpoint = Endpoint::of_user(&options.name)?;
        if options.forget {
            let said = if key::forget(&endpoint, self.cancel)? {
                "the key was taken out of the system's keyring"
            } else {
                "there was no key in the system's keyring"
            };
            return Ok(self.tell(said, &json!({"endpoint": endpoint.name, "key": "none"})));
        }
        match ask_key(options.key_stdin || !io::stdin().is_terminal(), &endpoint)? {
            Some(key) => self.keep(&endpoint, &key, &format!("`{}` has a key", endpoint.name)),
            None => Err(Stop::Failed(
                UserMessage::new("no key was given").with_hint("paste it when `whetstone endpoint key` asks"),
            )),
        }
    }

    /// Puts a key into the keyring, and says where it is.
    fn keep(&self, endpoint: &Endpoint, key: &Secret, said: &str) -> Done {
        let kept = key::keep(endpoint, key, self.cancel)?;
        let (place, told) = if kept {
            ("keyring", "; its key is kept in the system's keyring")
        } else {
            (
                "none",
                "; this system has no keyring that answers, so its key is kept nowhere: a window asks for it once a sitting, and \
                 a command takes it from WHETSTONE_COACH_KEY",
            )
        };
        let status = self.tell(&format!("{said}{told}"), &json!({"endpoint": endpoint.name, "key": place}));
        Ok(if kept { status } else { FAILED })
    }

    fn test(&self, name: &str) -> Done {
        let listen = |event: JobEvent| {
            if let JobEvent::Note { message } | JobEvent::Warning { message } = event {
                self.console.note(&plain(&message));
            }
        };
        let context = JobContext::new(&listen, self.cancel);
        let trial = tried(name, None, &mut Endpoints::of_user()?, &context).map_err(|error| match error {
            FeedbackError::Cancelled(_) => Stop::Asked,
            error => Stop::Failed(error.user_message()),
        })?;
        let EndpointTrial { spent, seconds, .. } = trial;
        let (read, written) = (spent.prompt_tokens, spent.completion_tokens);
        let told = plain_line(&trial.sentence());
        let told = format!("{told}\n{read} tokens read, {written} written, {seconds:.2} s");
        Ok(self.tell(&told, &json!({"endpoint": name, "said": told, "seconds": seconds, "spent": spent})))
    }

    /// Whether a person at a terminal says yes to a server without encryption.
    fn confirms(&self, endpoint: &Endpoint) -> bool {
        if self.json || !io::stdin().is_terminal() {
            return false;
        }
        self.console.note(&format!(
            "{} is another machine of this network, and is asked without encryption: who listens there can read texts and key. \
             Use it all the same? [y/N]",
            endpoint.host()
        ));
        agrees(&mut io::stdin().lock())
    }

    fn tell(&self, said: &str, summary: &Value) -> u8 {
        let told = if self.json {
            let summary = summary.as_object().cloned().unwrap_or_default();
            JsonListener(self.console).hear(&JobEvent::Ended(Outcome::Completed { summary }))
        } else {
            self.console.print(&plain(said))
        };
        told.map_or_else(|error| self.console.lost(&error), |()| DONE)
    }
}

/// A key that a person types without seeing it, or the first line of what is piped in; `None` where it is empty.
fn ask_key(is_piped: bool, endpoint: &Endpoint) -> Result<Option<Secret>, Stop> {
    let read = if is_piped {
        first_line(&mut io::stdin().lock())
    } else {
        let prompt = format!("Key for {} (it is not shown; empty where it needs none): ", endpoint.host());
        rpassword::prompt_password(prompt).map(|typed| Secret::new(&typed))
    };
    match read {
        Ok(key) => Ok(Some(key).filter(|key| !key.is_empty())),
        Err(error) if error.kind() == io::ErrorKind::Interrupted => Err(Stop::Asked),
        Err(error) => Err(Stop::Failed(UserMessage::new(format!("cannot read the key: {error}")))),
    }
}

/// An endpoint in a line.
fn line_of(endpoint: &Endpoint) -> String {
    let price = if endpoint.prompt_price > 0.0 || endpoint.completion_price > 0.0 {
        format!(
            ", a million tokens {} read and {} written {}",
            endpoint.prompt_price, endpoint.completion_price, endpoint.currency
        )
    } else {
        String::new()
    };
    let line = format!("{}: {} at {}{price}", endpoint.name, endpoint.model, endpoint.address);
    line.trim_end().to_owned()
}
