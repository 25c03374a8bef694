//! A project as its stages work on it: its store, its settings, its models.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::Instant;

use serde_json::{Map, Value};

use super::MethodError;
use super::read::stale_runs;
use super::recipe::{Recipe, StageKind, find_recipe};
use super::route::RoundRoutes;
use crate::domain::{
    AnnotatorKind, ChatMessage, CoachName, Completion, ComputeSettings, Prompt, RecordId, Round, Sample,
    SamplingSettings, Split, Text,
};
use crate::evaluate::job::Asking;
use crate::feedback::PreferenceModel;
use crate::feedback::coach::{Coach, Opening, open as open_coach};
use crate::feedback::people::derived_key;
use crate::generate::{CompletionRequest, Session};
use crate::hub::{self, HubSettings};
use crate::job::{EndpointUse, JobContext};
use crate::model::ChatTemplate;
use crate::model::gguf::is_gguf;
use crate::project::store::{CompletionFilter, ProjectSettings, Run, RunKind, RunState, Store};
use crate::random;
use crate::starter;

/// What the model that comes with the program is called.
pub const STARTER: &str = "starter";

/// The folder of this machine's data in which paid answers of endpoints are kept, a file a project.
const ANSWERS: &str = "endpoint-answers";

/// The folder of a model that a person named: a folder of this machine, the one that comes with the program, or one that was fetched
/// from the Hub. No network is asked.
pub fn model_folder(name: &str) -> Result<PathBuf, MethodError> {
    if name == STARTER && !Path::new(name).is_dir() {
        return Ok(starter::folder()?);
    }
    let folder = PathBuf::from(name);
    if folder.is_dir() || is_gguf(&folder) {
        return Ok(folder);
    }
    if hub::looks_like_name(name) {
        return Ok(hub::find_local(&HubSettings::of_environment()?, name)?);
    }
    Err(MethodError::NoModel { name: name.to_owned() })
}

/// The same coach, with its folder where a model is named: `starter`, or one that was fetched from the Hub.
pub fn with_folder(name: &CoachName) -> Result<CoachName, MethodError> {
    let folder = match name {
        CoachName::Starter => model_folder(STARTER)?,
        CoachName::Model(model) => model_folder(model)?,
        other => return Ok(other.clone()),
    };
    Ok(CoachName::Model(folder.to_string_lossy().into_owned()))
}

/// Begins another round from the newest adapter that counts.
pub(crate) fn begin_round(store: &Store) -> Result<Round, MethodError> {
    let compute = ComputeSettings::default();
    let work = Work::open(store, Means::here(&compute))?;
    let start = work.newest_adapter()?.map(|run| run.id);
    Ok(store.begin_round(start)?)
}

/// How an endpoint is used for a project: what was paid for is kept among this machine's data by the project's id, so that no
/// question is paid twice, and so that no project that came from elsewhere brings answers that nobody gave.
pub(super) fn with_ledger_of(settings: &ProjectSettings, endpoint: &EndpointUse) -> Result<EndpointUse, MethodError> {
    let known = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
    let name: String = settings.id.chars().filter(|letter| known(*letter)).collect();
    let ledger = match &endpoint.ledger {
        Some(ledger) => ledger.clone(),
        None => starter::data_home()?.join(ANSWERS).join(format!("{name}.jsonl")),
    };
    Ok(EndpointUse { ledger: Some(ledger), ..endpoint.clone() })
}

/// The folder of the newest adapter of a project that counts.
pub(super) fn newest_adapter_folder(store: &Store) -> Result<Option<PathBuf>, MethodError> {
    let stale = stale_runs(store)?;
    let counts = |run: &Run| run.kind == RunKind::Dpo && run.state == RunState::Finished && !stale.contains(&run.id);
    Ok(store.runs()?.into_iter().rfind(counts).map(|run| store.run_folder(run.id)))
}

/// What a project is worked on with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Means<'a> {
    /// Device, precision, threads.
    pub(super) compute: &'a ComputeSettings,
    /// How an endpoint is used, where the coach is one.
    pub(super) endpoint: &'a EndpointUse,
    /// When the work of this process on it began.
    pub(super) begun: Instant,
}

impl<'a> Means<'a> {
    /// On this machine alone, beginning now.
    pub(super) fn here(compute: &'a ComputeSettings) -> Self {
        static NO_ENDPOINT: LazyLock<EndpointUse> = LazyLock::new(EndpointUse::default);
        Self { compute, endpoint: &NO_ENDPOINT, begun: Instant::now() }
    }
}

/// A project that is worked on.
#[derive(Debug)]
pub(super) struct Work<'a> {
    pub(super) store: &'a Store,
    pub(super) settings: ProjectSettings,
    pub(super) recipe: &'static Recipe,
    pub(super) compute: &'a ComputeSettings,
    endpoint: &'a EndpointUse,
    /// Runs that count no more.
    stale: BTreeSet<RecordId>,
    /// When the work of this process on it began.
    begun: Instant,
}

impl<'a> Work<'a> {
    pub(super) fn open(store: &'a Store, means: Means<'a>) -> Result<Self, MethodError> {
        let settings = store.settings()?;
        let method = settings.method.clone().ok_or(MethodError::NoMethod)?;
        let recipe = find_recipe(&method).ok_or(MethodError::UnknownMethod { method })?;
        let stale = stale_runs(store)?;
        let Means { compute, endpoint, begun } = means;
        Ok(Self { store, settings, recipe, compute, endpoint, stale, begun })
    }

    pub(super) fn model(&self) -> Result<PathBuf, MethodError> {
        model_folder(&self.settings.model)
    }

    /// What the project calls its coach; where none was named, the model judges its own answers.
    pub(super) fn coach_name(&self) -> &str {
        self.settings.coach.as_deref().unwrap_or(&self.settings.model)
    }

    /// The annotator that the coach's verdicts are kept under, those on pairs to train on and those on the result alike.
    pub(super) fn coach_annotator(&self) -> String {
        format!("coach {}", self.coach_name())
    }

    /// Whether the coach costs money or sends texts to another machine.
    pub(super) fn coach_is_endpoint(&self) -> bool {
        self.coach_name().parse::<CoachName>().is_ok_and(|coach| coach.is_endpoint())
    }

    /// The coach, ready to judge.
    pub(super) fn coach(&self, context: &JobContext<'_>) -> Result<Coach, MethodError> {
        let coach = self.coach_called(&self.coach_name().parse()?, context)?;
        let threshold = self.settings.coach_threshold.unwrap_or_else(|| coach.threshold());
        Ok(coach.with_threshold(threshold))
    }

    /// Any coach, ready to judge this project's answers.
    pub(super) fn coach_called(&self, name: &CoachName, context: &JobContext<'_>) -> Result<Coach, MethodError> {
        let name = with_folder(name)?;
        let (model, adapter) = (self.model()?, self.newest_adapter()?.map(|run| self.store.run_folder(run.id)));
        let endpoint = with_ledger_of(&self.settings, self.endpoint)?;
        let opening = Opening {
            compute: self.compute,
            model: Some(&model),
            adapter: adapter.as_deref(),
            template_arguments: self.template_arguments(),
            endpoint: &endpoint,
            project: Some(&self.settings.id),
        };
        Ok(open_coach(&name, &opening, context)?)
    }

    /// Seconds of this process's work on it.
    pub(super) fn seconds(&self) -> f64 {
        self.begun.elapsed().as_secs_f64()
    }

    /// What is known of the labels of a kind of annotator, for the report.
    pub(super) fn note_on(&self, kind: AnnotatorKind, round: &Round) -> Option<String> {
        let measured = match kind {
            AnnotatorKind::PreferenceModel => self.held_out_sentence(round),
            AnnotatorKind::Coach => None,
            AnnotatorKind::Person | AnnotatorKind::Rules => return None,
        };
        let routes = RoundRoutes::read(self.store, &self.settings, round).ok()?;
        let honest = routes.honesty(kind).sentence();
        let said: Vec<String> = [measured, honest].into_iter().flatten().collect();
        (!said.is_empty()).then(|| said.join("; "))
    }

    /// How often the round's preference model was right on verdicts that it had not seen.
    fn held_out_sentence(&self, round: &Round) -> Option<String> {
        let run = self.finished_run(round.id, RunKind::PreferenceModel).ok()??;
        let evaluations = self.store.evaluations().ok()?;
        let measured = evaluations.into_iter().rfind(|evaluation| evaluation.run == run.id)?;
        measured.summary.get("sentence").and_then(Value::as_str).map(str::to_owned)
    }

    /// The preference model that a run trained.
    pub(super) fn preference_model(&self, run: RecordId) -> Result<PreferenceModel, MethodError> {
        let model = PreferenceModel::open(self.compute, &self.model()?, &self.store.run_folder(run))?;
        Ok(model.with_template_arguments(self.template_arguments().clone()))
    }

    /// Whether the model knows conversations.
    pub(super) fn converses(&self) -> Result<bool, MethodError> {
        Ok(ChatTemplate::is_there(&self.model()?)?)
    }

    /// The round of this number, begun if need be, from the newest adapter of the round before it.
    pub(super) fn round(&self, number: u32) -> Result<Round, MethodError> {
        if let Some(round) = self.store.rounds()?.into_iter().find(|round| round.number == number) {
            return Ok(round);
        }
        let start = self.newest_adapter()?.map(|run| run.id);
        Ok(self.store.begin_round(start)?)
    }

    /// The newest finished run whose adapter answers.
    pub(super) fn newest_adapter(&self) -> Result<Option<Run>, MethodError> {
        let answers = |run: &Run| self.counts(run) && run.kind == RunKind::Dpo;
        Ok(self.store.runs()?.into_iter().rfind(answers))
    }

    /// The run whose adapter a round's training goes on from: the one that its answers were drawn with, or where that
    /// counts no more, what was trained in its place.
    pub(super) fn start_of(&self, round: &Round) -> Result<Option<RecordId>, MethodError> {
        match round.start_run {
            Some(start) if self.stale.contains(&start) => Ok(self.newest_adapter()?.map(|run| run.id)),
            start => Ok(start),
        }
    }

    fn counts(&self, run: &Run) -> bool {
        run.state == RunState::Finished && !self.stale.contains(&run.id)
    }

    /// The finished run of a kind in a round.
    pub(super) fn finished_run(&self, round: RecordId, kind: RunKind) -> Result<Option<Run>, MethodError> {
        let wanted = |run: &Run| self.counts(run) && run.round == Some(round) && run.kind == kind;
        Ok(self.store.runs()?.into_iter().rfind(wanted))
    }

    /// Whether people judge only a part of a round's prompts, and which.
    pub(super) fn prompts_of_people(&self, number: u32, prompts: &[Prompt]) -> Vec<RecordId> {
        let stage_round = (number - 1) % self.recipe.rounds() + 1;
        let people =
            self.recipe.stages.iter().any(|stage| stage.round == stage_round && stage.kind == StageKind::PeopleJudge);
        let share = if people { self.recipe.people_share } else { 1.0 };
        let count = (share * prompts.len() as f64).ceil() as usize;
        // The prompts' own order may go by subject.
        let mut ids: Vec<RecordId> = prompts.iter().map(|prompt| prompt.id).collect();
        ids.sort_by_key(|&id| random::mix(self.settings.seed ^ random::mix(id as u64)));
        ids.truncate(count);
        ids.sort_unstable();
        ids
    }

    /// What the model is asked: the project's system prompt and the prompt as a conversation, or plain text where the
    /// model knows no conversations.
    pub(super) fn asked(&self, prompt: &Text, converses: bool) -> Text {
        self.asking().asked(prompt, converses)
    }

    /// How the project's models are asked.
    pub(super) fn asking(&self) -> Asking<'_> {
        Asking {
            system_prompt: self.settings.system_prompt.as_deref(),
            template_arguments: &self.settings.template_arguments,
            raw: self.settings.sampling.raw,
        }
    }

    /// An answer in the form of its prompt.
    pub(super) fn answered(answer: &str, converses: bool) -> Text {
        if converses {
            Text::Messages(vec![ChatMessage::new("assistant", answer)])
        } else {
            Text::Plain(answer.to_owned())
        }
    }

    /// Draws answers to prompts, which are numbered by their places in the store: the same prompt gets the same answers
    /// whatever stands beside it, so that a drawing that was stopped goes on as if it had not been.
    pub(super) fn draw(
        &self,
        session: &Session,
        prompts: &[Prompt],
        sampling: &SamplingSettings,
        adapted: bool,
        context: &JobContext<'_>,
        mut on_prompt: impl FnMut(&Prompt, Vec<Sample>) -> Result<(), MethodError> + Send,
    ) -> Result<(), MethodError> {
        let converses = session.model().has_chat_template();
        let asked: Vec<Text> = prompts.iter().map(|prompt| self.asked(&prompt.text, converses)).collect();
        let numbers: Vec<u64> = prompts.iter().map(|prompt| prompt.id as u64).collect();
        let request = CompletionRequest {
            numbers: Some(&numbers),
            template_arguments: self.template_arguments(),
            adapted,
            ..CompletionRequest::new(&asked, sampling)
        };
        session.complete(&request, context, |index, samples| on_prompt(&prompts[index], samples))?;
        Ok(())
    }

    pub(super) fn template_arguments(&self) -> &Map<String, Value> {
        &self.settings.template_arguments
    }

    /// A round's answers to prompts of one half of the road.
    pub(super) fn completions(&self, round: RecordId, split: Split) -> Result<Vec<Completion>, MethodError> {
        let filter = CompletionFilter { round: Some(round), split: Some(split), ..CompletionFilter::default() };
        Ok(self.store.completions(&filter)?)
    }
}

/// A key for what stands at an address: the same whenever it is made, so that what is kept twice is kept once.
pub(super) fn key(address: &[u64]) -> String {
    let parts: Vec<String> = address.iter().map(u64::to_string).collect();
    derived_key(&parts.iter().map(String::as_str).collect::<Vec<_>>())
}

/// A seed for one use in one round, so that no two draws are alike by accident.
pub(super) fn seed_for(seed: u64, round: u32, purpose: u64) -> u64 {
    random::mix(random::mix(seed.wrapping_add(u64::from(round))) ^ random::mix(purpose))
}
