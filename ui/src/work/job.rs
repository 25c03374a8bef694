//! A job as screens show it: what it told, folded.

use std::collections::VecDeque;
use std::time::Instant;

use serde_json::{Map, Value};
use whetstone_core::domain::{Finding, Forecast, Spent, UserMessage};
use whetstone_core::job::child::EngineControl;
use whetstone_core::job::{CancelToken, JobEvent, JobSpec, Outcome, Progress};

/// Notes and warnings of a job that are kept.
const MOST_NOTES: usize = 200;
/// Steps whose figures are kept in memory; all of them are in the run's files.
const MOST_STEPS: usize = 20_000;

/// A job's number in this window.
pub type JobId = u64;

/// What a job is for. Of each kind one runs at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum JobKind {
    /// The model answers.
    Answer,
    /// A machine judges, or learns to.
    Judge,
    /// Coaches are tried on people's verdicts.
    CoachReport,
    /// Servers that may judge are named, added and forgotten.
    Endpoints,
    /// A server is asked a small question.
    EndpointTest,
    /// What would go to a server is named.
    Leaving,
    /// The adapter is trained.
    Train,
    /// Old and new are compared.
    Compare,
    /// A file of data is looked at.
    Preview,
    /// A file of data is brought in.
    Import,
    /// A model's folder is looked at.
    Look,
    /// The next training is foreseen.
    Forecast,
    /// Both models are asked something.
    ChatOld,
    /// Both models are asked something.
    ChatNew,
    /// The adapter is written for elsewhere.
    Export,
    /// What that would take is foreseen.
    ForecastExport,
    /// An adapter that was trained elsewhere is brought in.
    ImportAdapter,
    /// The model is asked for more prompts.
    Suggest,
    /// The models that come suggested are named.
    Catalogue,
    /// Models are looked for on the Hub.
    Search,
    /// A model is looked at on the Hub.
    About,
    /// A model is fetched.
    Download,
    /// The models on this machine are named.
    Models,
    /// A model is deleted from this machine.
    DeleteModel,
    /// What a push would send is named.
    PushPreview,
    /// What was exported is put on the Hub.
    Push,
    /// The person's account on the Hub.
    Account,
    /// Newer versions of this program are asked for, or allowed to be.
    Updates,
    /// A newer version is put in place.
    Update,
}

impl JobKind {
    /// Whether it writes to the project: one such job runs at a time.
    pub fn writes_project(self) -> bool {
        matches!(self, Self::Answer | Self::Judge | Self::Train | Self::Compare | Self::Import | Self::ImportAdapter)
    }

    /// Whether it sends or fetches much.
    pub fn moves_bytes(self) -> bool {
        matches!(self, Self::Download | Self::Push | Self::Update)
    }

    /// Whether the bar of jobs shows it: what ends in a moment on its own page is not there.
    pub fn is_in_bar(self) -> bool {
        self.writes_project() || matches!(self, Self::CoachReport | Self::Export | Self::Download | Self::Push)
    }

    /// Its name in the words' file.
    pub fn word(self) -> &'static str {
        match self {
            Self::Answer => "job-answer",
            Self::Judge => "job-judge",
            Self::CoachReport => "job-coach-report",
            Self::Endpoints => "job-endpoints",
            Self::EndpointTest => "job-endpoint-test",
            Self::Leaving => "job-leaving",
            Self::Train => "job-train",
            Self::Compare => "job-compare",
            Self::Preview => "job-preview",
            Self::Import => "job-import",
            Self::Look => "job-look",
            Self::Forecast => "job-forecast",
            Self::ChatOld | Self::ChatNew => "job-chat",
            Self::Export => "job-export",
            Self::ForecastExport => "job-forecast-export",
            Self::ImportAdapter => "job-import-adapter",
            Self::Suggest => "job-suggest",
            Self::Catalogue => "job-catalogue",
            Self::Search => "job-search",
            Self::About => "job-about",
            Self::Download => "job-download",
            Self::Models => "job-models",
            Self::DeleteModel => "job-delete-model",
            Self::PushPreview => "job-push-preview",
            Self::Push => "job-push",
            Self::Account => "job-account",
            Self::Updates => "job-updates",
            Self::Update => "job-update",
        }
    }
}

/// How far a job is.
#[derive(Debug, Clone, PartialEq)]
pub enum JobState {
    /// It runs.
    Running,
    /// It runs and was asked to stop.
    Stopping,
    /// It ended.
    Ended(Outcome),
}

/// What a model answered while it was trained.
#[derive(Debug, Clone, PartialEq)]
pub struct WatchedSample {
    /// Optimizer steps before it.
    pub step: u64,
    /// What it was asked.
    pub prompt: String,
    /// What it answered.
    pub completion: String,
}

/// What a job has cost.
#[derive(Debug, Clone, PartialEq)]
pub struct JobCost {
    /// Questions, tokens and money.
    pub spent: Spent,
    /// What the money is in.
    pub currency: String,
}

/// A job as screens show it.
#[derive(Debug)]
pub struct Job {
    /// Its number.
    pub id: JobId,
    /// What it is for.
    pub kind: JobKind,
    /// What was asked for; the same may be asked for again.
    pub spec: JobSpec,
    /// How far it is.
    pub state: JobState,
    /// The newest word of its progress.
    pub progress: Option<Progress>,
    /// When the stage of that word began, and at how many units.
    stage_begun: Option<(Instant, u64)>,
    /// Why it stands still, where it does.
    pub paused: Option<String>,
    /// What came of its stages, the newest last.
    pub notes: VecDeque<String>,
    /// What to know of it, the newest last.
    pub warnings: VecDeque<String>,
    /// What its figures say.
    pub findings: Vec<Finding>,
    /// What it will take.
    pub forecasts: Vec<Forecast>,
    /// What it has cost so far, where it costs something.
    pub spent: Option<JobCost>,
    /// Figures, step by step.
    pub steps: Vec<Map<String, Value>>,
    /// Answers during a training.
    pub samples: Vec<WatchedSample>,
    /// Records of its result, where no file was asked for.
    pub records: Vec<Value>,
    /// When it began.
    pub begun: Instant,
    pub(super) cancel: CancelToken,
    pub(super) control: Option<EngineControl>,
}

impl Job {
    pub(super) fn new(id: JobId, kind: JobKind, spec: JobSpec, cancel: CancelToken) -> Self {
        Self {
            id,
            kind,
            spec,
            state: JobState::Running,
            progress: None,
            stage_begun: None,
            paused: None,
            notes: VecDeque::new(),
            warnings: VecDeque::new(),
            findings: Vec::new(),
            forecasts: Vec::new(),
            spent: None,
            steps: Vec::new(),
            samples: Vec::new(),
            records: Vec::new(),
            begun: Instant::now(),
            cancel,
            control: None,
        }
    }

    /// Whether it has not ended.
    pub fn is_running(&self) -> bool {
        !matches!(self.state, JobState::Ended(_))
    }

    /// Why it failed, where it did.
    pub fn failure(&self) -> Option<&UserMessage> {
        match &self.state {
            JobState::Ended(Outcome::Failed { message }) => Some(message),
            _ => None,
        }
    }

    /// What came of it, where it completed.
    pub fn summary(&self) -> Option<&Map<String, Value>> {
        match &self.state {
            JobState::Ended(Outcome::Completed { summary }) => Some(summary),
            _ => None,
        }
    }

    /// Share of the stage that is done, where it is known.
    pub fn share(&self) -> Option<f32> {
        let progress = self.progress.as_ref()?;
        let total = progress.total.filter(|&total| total > 0)?;
        Some((progress.done as f64 / total as f64).clamp(0.0, 1.0) as f32)
    }

    /// Seconds that the stage will go on, by how fast it was so far; `None` while that says little.
    pub fn seconds_left(&self) -> Option<f64> {
        let (begun, from) = self.stage_begun?;
        let progress = self.progress.as_ref()?;
        let (total, done) = (progress.total?, progress.done.checked_sub(from)?);
        let seconds = begun.elapsed().as_secs_f64();
        (done > 0 && seconds > 2.0).then(|| total.saturating_sub(progress.done) as f64 * seconds / done as f64)
    }

    /// Units in a second since the stage began; `None` while that says little.
    pub fn speed(&self) -> Option<f64> {
        let (begun, from) = self.stage_begun?;
        let done = self.progress.as_ref()?.done.checked_sub(from)?;
        let seconds = begun.elapsed().as_secs_f64();
        (done > 0 && seconds > 1.0).then(|| done as f64 / seconds)
    }

    fn hear_figures(&mut self, values: Map<String, Value>) {
        if values.contains_key("requests") {
            let currency = values.get("currency").and_then(Value::as_str).unwrap_or_default().to_owned();
            let spent = serde_json::from_value(Value::Object(values)).unwrap_or_default();
            self.spent = Some(JobCost { spent, currency });
            return;
        }
        let step = step_of(&values);
        // A look at the holdout belongs to the step before it.
        if !values.contains_key("loss") {
            if let Some(last) = self.steps.last_mut().filter(|last| step_of(last) == step) {
                last.extend(values);
            }
            return;
        }
        // A run that goes on tells a step again that was not kept.
        self.steps.retain(|known| step.is_none() || step_of(known) < step);
        if self.steps.len() < MOST_STEPS {
            self.steps.push(values);
        }
    }

    pub(super) fn hear(&mut self, event: JobEvent) {
        match event {
            JobEvent::Started { .. } => {}
            JobEvent::Progress(progress) => {
                if self
                    .progress
                    .as_ref()
                    .is_none_or(|known| known.stage != progress.stage || known.done > progress.done)
                {
                    self.stage_begun = Some((Instant::now(), progress.done));
                }
                self.progress = Some(progress);
            }
            JobEvent::Metrics { values } => self.hear_figures(values),
            JobEvent::Sample { step, prompt, completion } => {
                self.samples.push(WatchedSample { step, prompt, completion });
            }
            JobEvent::Output { record } => self.records.push(record),
            JobEvent::Forecast(forecast) => self.forecasts.push(*forecast),
            JobEvent::Finding(finding) => self.findings.push(*finding),
            JobEvent::Paused { reason } => self.paused = Some(reason),
            JobEvent::WentOn => self.paused = None,
            JobEvent::Note { message } => keep(&mut self.notes, message),
            JobEvent::Warning { message } => keep(&mut self.warnings, message),
            JobEvent::Ended(outcome) => {
                self.paused = None;
                self.state = JobState::Ended(outcome);
            }
        }
    }
}

fn step_of(line: &Map<String, Value>) -> Option<u64> {
    line.get("step").and_then(Value::as_u64)
}

fn keep(notes: &mut VecDeque<String>, note: String) {
    if notes.len() == MOST_NOTES {
        notes.pop_front();
    }
    notes.push_back(note);
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use whetstone_core::job::{ProjectAction, ProjectSpec};

    use super::*;

    fn told(job: &mut Job, values: &Value) {
        job.hear(JobEvent::Metrics { values: values.as_object().cloned().expect("an object") });
    }

    #[test]
    fn a_look_at_the_holdout_joins_its_step_and_a_step_that_is_told_again_replaces_it() {
        let spec = ProjectSpec { project: "/p".into(), action: ProjectAction::Status };
        let mut job = Job::new(1, JobKind::Train, JobSpec::Project(spec), CancelToken::default());
        told(&mut job, &json!({ "step": 0, "eval_loss": 0.9 }));
        assert!(job.steps.is_empty());
        for step in 1..=3 {
            told(&mut job, &json!({ "step": step, "loss": 0.7 }));
        }
        told(&mut job, &json!({ "step": 3, "eval_loss": 0.8 }));
        assert_eq!(job.steps.len(), 3);
        assert_eq!((&job.steps[2]["loss"], &job.steps[2]["eval_loss"]), (&json!(0.7), &json!(0.8)));
        told(&mut job, &json!({ "step": 2, "loss": 0.6 }));
        assert_eq!((job.steps.len(), &job.steps[1]["loss"]), (2, &json!(0.6)));
    }
}
