//! `JobSpec` → the job that does it: the one place that knows every room.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use crate::domain::{CoachName, ToUserMessage, UserMessage};
use crate::job::{ComparedBy, JobContext, JobError, JobEvent, JobSpec, Outcome};
use crate::method::STARTER;
use crate::model::gguf::is_gguf;
use crate::{bench, evaluate, export, feedback, generate, hub, method, preflight, train, update};

/// Runs a job in this thread, telling `context`. Never panics: whatever happens is in the outcome. Emits `Started`
/// first and `Ended` last, and returns the same outcome.
pub fn run(spec: &JobSpec, context: &JobContext<'_>) -> Outcome {
    contained(spec.name(), context, || {
        let spec = match with_folders(spec).and_then(|spec| check_folders(&spec).map(|()| spec)) {
            Ok(spec) => spec,
            Err(message) => return Outcome::Failed { message },
        };
        match &spec {
            JobSpec::Generate(spec) => finish(generate::run(spec, context)),
            JobSpec::Score(spec) => finish(train::score(spec, context)),
            JobSpec::Judge(spec) => finish(feedback::judge(spec, context)),
            JobSpec::CoachReport(spec) => finish(method::coach_report(spec, context)),
            JobSpec::Train(spec) => match preflight::before_training(spec, context) {
                Ok(spec) => finish(train::run(&spec, context)),
                Err(error) => finish(Err(error)),
            },
            JobSpec::Forecast(spec) => finish(preflight::forecast_training(spec, context)),
            JobSpec::TrainOnline(spec) => match preflight::before_rounds(spec, context) {
                Ok(spec) => finish(train::online::run(&spec, context)),
                Err(error) => finish(Err(error)),
            },
            JobSpec::ForecastOnline(spec) => finish(preflight::forecast_rounds(spec, context)),
            JobSpec::Look(spec) => finish(preflight::look(spec, context)),
            JobSpec::Evaluate(spec) => finish(evaluate::job::run(spec, context)),
            JobSpec::Export(spec) => finish(export::run(spec, context)),
            JobSpec::ForecastExport(spec) => finish(export::forecast(spec, context)),
            JobSpec::Bench(spec) => finish(bench::run(spec, context)),
            JobSpec::Demo(spec) => finish(method::demo(spec, context)),
            JobSpec::Run(spec) => named(finish(method::run(spec, context)), &spec.project),
            JobSpec::ForecastProject(spec) => named(finish(method::forecast(spec, context)), &spec.project),
            JobSpec::Import(spec) => finish(method::import(spec, context)),
            JobSpec::ImportAdapter(spec) => named(finish(method::import_adapter(spec, context)), &spec.project),
            JobSpec::Project(spec) => named(finish(method::act(spec, context)), &spec.project),
            JobSpec::Write(spec) => named(finish(method::write(spec, context)), &spec.project),
            JobSpec::Search(spec) => finish(hub::search(spec, context)),
            JobSpec::About(spec) => finish(hub::about(spec, context)),
            JobSpec::Download(spec) => finish(hub::download(spec, context)),
            JobSpec::Models(spec) => finish(hub::models(spec, context)),
            JobSpec::Push(spec) => finish(hub::push(spec, context)),
            JobSpec::Account(spec) => finish(hub::account(spec, context)),
            JobSpec::Endpoints(spec) => finish(feedback::coach::endpoint::endpoints(spec, context)),
            JobSpec::Leaving(spec) => named(finish(method::leaving(spec, context)), &spec.project),
            JobSpec::CheckCatalogue(spec) => finish(hub::catalogue::check(spec, context)),
            JobSpec::Update(spec) => finish(update::run(spec, context)),
            JobSpec::Doctor(spec) => finish(bench::doctor(spec, context)),
        }
    })
}

/// Tells the beginning and the end around `job`, and turns a panic into an outcome.
fn contained(name: &str, context: &JobContext<'_>, job: impl FnOnce() -> Outcome) -> Outcome {
    context.emit(JobEvent::Started { job: name.to_owned() });
    // A job's state does not outlive it: what a panic left half-changed is dropped with it.
    let outcome = catch_unwind(AssertUnwindSafe(job))
        .unwrap_or_else(|panic| Outcome::Failed { message: fault_message(panic.as_ref()) });
    context.emit(JobEvent::Ended(outcome.clone()));
    outcome
}

/// A room's result as an outcome. Being cancelled is no failure.
fn finish<E: JobError>(result: Result<Map<String, Value>, E>) -> Outcome {
    match result {
        Ok(summary) => Outcome::Completed { summary },
        Err(error) if error.is_cancelled() => Outcome::Cancelled,
        Err(error) => Outcome::Failed { message: error.user_message() },
    }
}

/// A failure whose cure names the project's folder where it says `PROJECT`.
fn named(outcome: Outcome, project: &Path) -> Outcome {
    match outcome {
        Outcome::Failed { mut message } => {
            message.hint = message.hint.map(|hint| hint.replace("PROJECT", &project.display().to_string()));
            Outcome::Failed { message }
        }
        outcome => outcome,
    }
}

/// What a person is told when a job panicked.
fn fault_message(panic: &(dyn Any + Send)) -> UserMessage {
    let cause = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no cause was given");
    UserMessage {
        what: "this is a fault in Whetstone: the job broke off where it should not".to_owned(),
        hint: Some(
            "files that were already written are whole; please report what you ran and the details shown here"
                .to_owned(),
        ),
        details: Some(cause.to_owned()),
    }
}

/// The same job, with the folder of the model or the coach where it is named: `starter`, or one that was fetched from the Hub.
fn with_folders(spec: &JobSpec) -> Result<JobSpec, UserMessage> {
    let mut spec = spec.clone();
    let model = match &mut spec {
        JobSpec::Generate(spec) => Some(&mut spec.model),
        JobSpec::Score(spec) => Some(&mut spec.model),
        JobSpec::Train(spec) | JobSpec::Forecast(spec) => Some(&mut spec.model),
        JobSpec::TrainOnline(spec) | JobSpec::ForecastOnline(spec) => {
            if let Some(coach) = &mut spec.judge.coach {
                *coach = method::with_folder(coach).map_err(|error| error.user_message())?;
            }
            Some(&mut spec.train.model)
        }
        JobSpec::Look(spec) => Some(&mut spec.model),
        JobSpec::Export(spec) | JobSpec::ForecastExport(spec) => Some(&mut spec.model),
        JobSpec::Evaluate(spec) => {
            if let ComparedBy::Coach { coach, .. } = &mut spec.judge {
                *coach = method::with_folder(coach).map_err(|error| error.user_message())?;
            }
            Some(&mut spec.model)
        }
        JobSpec::Judge(spec) => {
            if let Some(coach) = &mut spec.coach {
                *coach = method::with_folder(coach).map_err(|error| error.user_message())?;
            }
            spec.model.as_mut()
        }
        JobSpec::CoachReport(spec) => spec.model.as_mut(),
        JobSpec::Bench(_)
        | JobSpec::Demo(_)
        | JobSpec::Run(_)
        | JobSpec::ForecastProject(_)
        | JobSpec::Import(_)
        | JobSpec::ImportAdapter(_)
        | JobSpec::Project(_)
        | JobSpec::Write(_)
        | JobSpec::Search(_)
        | JobSpec::About(_)
        | JobSpec::Download(_)
        | JobSpec::Models(_)
        | JobSpec::Push(_)
        | JobSpec::Account(_)
        | JobSpec::Endpoints(_)
        | JobSpec::Leaving(_)
        | JobSpec::CheckCatalogue(_)
        | JobSpec::Update(_)
        | JobSpec::Doctor(_) => None,
    };
    if let Some(model) = model.filter(|model| !model.exists()) {
        let name = model.to_string_lossy().into_owned();
        if name == STARTER || hub::looks_like_name(&name) {
            *model = method::model_folder(&name).map_err(|error| error.user_message())?;
        }
    }
    Ok(spec)
}

/// The folders that a job reads must be there, said the same way whatever the job.
fn check_folders(spec: &JobSpec) -> Result<(), UserMessage> {
    let (model, adapter) = match spec {
        JobSpec::Generate(spec) => (&spec.model, spec.adapter.as_ref()),
        JobSpec::Score(spec) => (&spec.model, spec.adapter.as_ref()),
        JobSpec::Train(spec) | JobSpec::Forecast(spec) => (&spec.model, spec.adapter.as_ref()),
        JobSpec::TrainOnline(spec) | JobSpec::ForecastOnline(spec) => (&spec.train.model, spec.train.adapter.as_ref()),
        JobSpec::Look(spec) => (&spec.model, None),
        JobSpec::Evaluate(spec) => (&spec.model, spec.adapter.as_ref()),
        JobSpec::Export(spec) | JobSpec::ForecastExport(spec) => (&spec.model, spec.adapter.as_ref()),
        JobSpec::Judge(spec) => match (&spec.model, &spec.coach) {
            (Some(model), _) => (model, spec.adapter.as_ref()),
            (None, Some(CoachName::Model(coach) | CoachName::Gguf(coach))) => {
                (&PathBuf::from(coach), spec.adapter.as_ref())
            }
            (None, _) => return Ok(()),
        },
        JobSpec::CoachReport(spec) => match &spec.model {
            Some(model) => (model, spec.adapter.as_ref()),
            None => return Ok(()),
        },
        JobSpec::Bench(_)
        | JobSpec::Demo(_)
        | JobSpec::Run(_)
        | JobSpec::ForecastProject(_)
        | JobSpec::Import(_)
        | JobSpec::ImportAdapter(_)
        | JobSpec::Project(_)
        | JobSpec::Write(_)
        | JobSpec::Search(_)
        | JobSpec::About(_)
        | JobSpec::Download(_)
        | JobSpec::Models(_)
        | JobSpec::Push(_)
        | JobSpec::Account(_)
        | JobSpec::Endpoints(_)
        | JobSpec::Leaving(_)
        | JobSpec::CheckCatalogue(_)
        | JobSpec::Update(_)
        | JobSpec::Doctor(_) => return Ok(()),
    };
    // A GGUF file stands for itself; jobs that need a folder say so.
    if !is_gguf(model) || !model.exists() {
        check_folder("model", model, "config.json, tokenizer.json and the weights as .safetensors files")?;
    }
    adapter.map_or(Ok(()), |adapter| {
        check_folder("adapter", adapter, "adapter_config.json and adapter_model.safetensors, as `train` leaves it")
    })
}

fn check_folder(role: &str, path: &Path, holds: &str) -> Result<(), UserMessage> {
    if path.is_dir() {
        return Ok(());
    }
    let what = if path.exists() { "is a file, not a folder" } else { "no such folder" };
    Err(UserMessage::new(format!("cannot open the {role} {}: {what}", path.display()))
        .with_hint(format!("give the path of a folder on this machine that holds {holds}")))
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::sync::Mutex;

    use super::*;
    use crate::job::{CancelToken, Cancelled, GenerateSpec, LookSpec};

    #[derive(Debug, thiserror::Error)]
    enum RoomError {
        #[error("cancelled")]
        Cancelled(#[from] Cancelled),
        #[error("cannot read data.jsonl, line 3")]
        Read(#[source] std::io::Error),
    }

    impl ToUserMessage for RoomError {
        fn hint(&self) -> Option<String> {
            matches!(self, Self::Read(_)).then(|| "check line 3".to_owned())
        }
    }

    impl JobError for RoomError {
        fn is_cancelled(&self) -> bool {
            matches!(self, Self::Cancelled(_))
        }
    }

    /// What a job in the engine's care returns and tells.
    fn outcome_and_events(job: impl FnOnce(&JobContext<'_>) -> Outcome) -> (Outcome, Vec<JobEvent>) {
        let events = Mutex::new(Vec::new());
        let tell = |event| events.lock().expect("no panic while telling").push(event);
        let cancel = CancelToken::default();
        let context = JobContext::new(&tell, &cancel);
        let outcome = contained("test", &context, || job(&context));
        (outcome, events.into_inner().expect("no panic while telling"))
    }

    #[test]
    fn tells_the_beginning_the_job_and_the_end() {
        let summary = Map::from_iter([("pairs".to_owned(), Value::from(3))]);
        let (outcome, events) = outcome_and_events(|context| {
            context.warn("short data");
            finish(Ok::<_, RoomError>(summary.clone()))
        });
        assert_eq!(outcome, Outcome::Completed { summary });
        assert_eq!(
            events,
            [
                JobEvent::Started { job: "test".to_owned() },
                JobEvent::Warning { message: "short data".to_owned() },
                JobEvent::Ended(outcome),
            ]
        );
    }

    #[test]
    fn a_stop_is_not_a_failure() {
        let (outcome, events) = outcome_and_events(|_| finish(Err(RoomError::from(Cancelled))));
        assert_eq!(outcome, Outcome::Cancelled);
        assert_eq!(events.last(), Some(&JobEvent::Ended(Outcome::Cancelled)));
    }

    #[test]
    fn a_failure_keeps_its_cause_and_its_cure() {
        let error = RoomError::Read(std::io::Error::other("torn"));
        let (outcome, _) = outcome_and_events(|_| finish(Err(error)));
        let message = UserMessage {
            what: "cannot read data.jsonl, line 3".to_owned(),
            hint: Some("check line 3".to_owned()),
            details: Some("torn".to_owned()),
        };
        assert_eq!(outcome, Outcome::Failed { message });
    }

    #[test]
    fn a_panic_ends_the_job_and_not_the_program() {
        let (outcome, events) = outcome_and_events(|_| panic!("index {} out of bounds", 7));
        let Outcome::Failed { message } = &outcome else { panic!("{outcome:?}") };
        assert!(message.what.starts_with("this is a fault in Whetstone"), "{message}");
        assert_eq!(message.details.as_deref(), Some("index 7 out of bounds"));
        assert_eq!(events.len(), 2);
        assert_eq!(events.last(), Some(&JobEvent::Ended(outcome)));
    }

    #[test]
    fn the_model_that_comes_along_is_looked_at_by_its_name() {
        let compute = crate::domain::ComputeSettings::default();
        let look = |model: &str| {
            let spec = LookSpec { model: PathBuf::from(model), compute: compute.clone() };
            run(&JobSpec::Look(spec), &JobContext::new(&|_| {}, &CancelToken::default()))
        };
        let Outcome::Completed { summary } = look(STARTER) else { panic!("{:?}", look(STARTER)) };
        assert_eq!(summary["licence"], "mit, apache-2.0");
        let Outcome::Failed { message } = look("no/such/model") else { panic!("there is no such model") };
        assert_eq!(message.what, "cannot open the model no/such/model: no such folder");
    }

    #[test]
    fn a_model_that_is_no_folder_is_refused_by_name() {
        let spec = GenerateSpec {
            model: PathBuf::from("no/such/model"),
            adapter: None,
            prompts: None,
            prompt: None,
            sampling: crate::domain::SamplingSettings::default(),
            out: None,
            compute: crate::domain::ComputeSettings::default(),
            template_arguments: Map::new(),
        };
        let cancel = CancelToken::default();
        let outcome = run(&JobSpec::Generate(spec), &JobContext::new(&|_| {}, &cancel));
        let Outcome::Failed { message } = outcome else { panic!("{outcome:?}") };
        assert_eq!(message.what, "cannot open the model no/such/model: no such folder");
    }
}
