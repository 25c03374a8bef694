//! What a project holds, for the screens that show it.

use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use super::desk::told;
use super::error::DeskError;
use super::sheet::{Ask, Sheet};
use super::view::{ProjectView, steps};
use super::{coach, places, tables};
use crate::doctor;
use crate::domain::UserMessage;
use crate::feedback::read_rubric;
use crate::method::{MethodError, agreement_figures, find_recipe, model_folder, standing_of};
use crate::project::store::{Access, Run, RunState, Store};

/// A project that is looked at while others work on it: its desk, and the engines beside it.
#[derive(Debug)]
pub struct Reader {
    store: Store,
    /// What the project was like when it was asked last.
    seen: Option<i64>,
    /// When the report on coaches had been written by then.
    report_seen: Option<SystemTime>,
    /// Which prompts are like each other, as it was found last: a prompt never changes, so it holds until there are more.
    likes: Mutex<tables::Likes>,
    /// Processes of runs that were being trained when it was looked at last.
    processes: Mutex<Vec<u32>>,
}

impl Reader {
    /// Opens a project to look at it.
    pub fn open(folder: &Path) -> Result<Self, UserMessage> {
        let store = Store::open(folder, Access::ReadOnly).map_err(told)?;
        Ok(Self { store, seen: None, report_seen: None, likes: Mutex::default(), processes: Mutex::default() })
    }

    /// Whether something was written since this was asked last; true the first time. Where it cannot be found out it is
    /// true, so that whoever looks then learns why.
    pub fn has_changed(&mut self) -> bool {
        let Ok(version) = self.store.data_version() else { return true };
        let has_process_ended = self
            .processes
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .iter()
            .any(|&process| !doctor::is_running(process));
        let report = coach::reported_at(&self.store);
        let has_report_changed = std::mem::replace(&mut self.report_seen, report) != report;
        self.seen.replace(version) != Some(version) || has_process_ended || has_report_changed
    }

    /// The project in short.
    pub fn view(&self) -> Result<ProjectView, UserMessage> {
        self.look().map_err(told)
    }

    /// One part of it.
    pub fn sheet(&self, ask: &Ask) -> Result<Sheet, UserMessage> {
        self.part(ask).map_err(told)
    }

    /// Every run. One whose process ended without a word stands as what it is: to be gone on with.
    fn living_runs(&self) -> Result<Vec<Run>, DeskError> {
        let mut runs = self.store.runs()?;
        let mut processes = Vec::new();
        for run in &mut runs {
            if let RunState::Running { process } = run.state {
                if doctor::is_running(process) {
                    processes.push(process);
                } else {
                    run.state = RunState::Prepared;
                }
            }
        }
        *self.processes.lock().unwrap_or_else(PoisonError::into_inner) = processes;
        Ok(runs)
    }

    fn look(&self) -> Result<ProjectView, DeskError> {
        let store = &self.store;
        let settings = store.settings()?;
        let recipe = settings.method.as_deref().and_then(find_recipe);
        let standing = standing_of(store)?;
        let exports = store.exports()?;
        let is_model_there = model_folder(&settings.model).is_ok();
        let counts = store.counts(None)?;
        let round_counts = match standing.rounds.last() {
            Some(newest) => store.counts(Some(newest.round))?,
            None => counts,
        };
        Ok(ProjectView {
            folder: store.folder().to_owned(),
            recipe,
            position: recipe.map(|recipe| standing.position(recipe)),
            steps: steps(is_model_there, recipe, &standing, &exports),
            standing,
            settings,
            counts,
            round_counts,
            rubric: store.rubrics()?.pop(),
            annotators: store.annotators()?,
            runs: self.living_runs()?,
            evaluations: store.evaluations()?,
            exports,
            approvals: store.approvals()?,
        })
    }

    fn part(&self, ask: &Ask) -> Result<Sheet, DeskError> {
        let store = &self.store;
        Ok(match ask {
            Ask::Prompts => {
                let mut likes = self.likes.lock().unwrap_or_else(PoisonError::into_inner);
                Sheet::Prompts(tables::prompts(store, &mut likes)?.into())
            }
            Ask::Prompt { prompt } => Sheet::Prompt(store.prompt(*prompt)?.text.readable().into()),
            Ask::Answers { prompt } => Sheet::Answers(tables::answers_to(store, *prompt)?.into()),
            Ask::NewestAnswers { most } => Sheet::Answers(tables::newest_answers(store, *most)?.into()),
            Ask::Labels => Sheet::Labels(tables::labels(store)?.into()),
            Ask::Comparison { comparison } => Sheet::Comparison(tables::comparison(store, *comparison)?.into()),
            Ask::Pairs => Sheet::Pairs(tables::pairs(store)?.into()),
            Ask::Agreement => Sheet::Agreement(agreement_figures(store)?.into()),
            Ask::WaitingReviews => Sheet::WaitingReviews(tables::waiting(store)?.into()),
            Ask::Rubrics => Sheet::Rubrics(store.rubrics()?.into_iter().rev().collect()),
            Ask::RubricFile { path } => Sheet::RubricFile(read_rubric(path).map_err(MethodError::from)?.into()),
            Ask::CoachTrial => Sheet::CoachTrial(coach::trial(store)?.into()),
            Ask::Differences => Sheet::Differences(coach::differences(store)?.into()),
            Ask::Curves { runs } => {
                Sheet::Curves(runs.iter().map(|&run| places::curve(&store.run_folder(run), run)).collect())
            }
            Ask::TrainingSamples { run } => {
                Sheet::TrainingSamples(places::training_samples(&store.run_folder(*run)).into())
            }
            Ask::History { most } => Sheet::History(store.audit(*most)?.into()),
            Ask::Written => Sheet::History(store.written()?.into()),
            Ask::Files => Sheet::Files(places::files(store)?.into()),
        })
    }
}

#[cfg(test)]
mod tests;
