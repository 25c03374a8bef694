//! What a project holds, for the screens that show it.

use std::path::Path;

use super::desk::told;
use super::error::DeskError;
use super::sheet::{Ask, Sheet};
use super::view::{ProjectView, steps};
use super::{places, tables};
use crate::domain::UserMessage;
use crate::method::{STARTER, agreement_figures, find_recipe, standing_of};
use crate::project::store::{Access, Store};

/// A project that is looked at while others work on it: its desk, and the engines beside it.
#[derive(Debug)]
pub struct Reader {
    store: Store,
    /// What the project was like when it was asked last.
    seen: Option<i64>,
}

impl Reader {
    /// Opens a project to look at it.
    pub fn open(folder: &Path) -> Result<Self, UserMessage> {
        Ok(Self { store: Store::open(folder, Access::ReadOnly).map_err(told)?, seen: None })
    }

    /// Whether something was written since this was asked last; true the first time. Where it cannot be found out it is
    /// true, so that whoever looks then learns why.
    pub fn has_changed(&mut self) -> bool {
        let Ok(version) = self.store.data_version() else { return true };
        self.seen.replace(version) != Some(version)
    }

    /// The project in short.
    pub fn view(&self) -> Result<ProjectView, UserMessage> {
        self.look().map_err(told)
    }

    /// One part of it.
    pub fn sheet(&self, ask: &Ask) -> Result<Sheet, UserMessage> {
        self.part(ask).map_err(told)
    }

    fn look(&self) -> Result<ProjectView, DeskError> {
        let store = &self.store;
        let settings = store.settings()?;
        let recipe = settings.method.as_deref().and_then(find_recipe);
        let standing = standing_of(store)?;
        let exports = store.exports()?;
        let is_model_there = settings.model == STARTER || Path::new(&settings.model).is_dir();
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
            runs: store.runs()?,
            evaluations: store.evaluations()?,
            exports,
            approvals: store.approvals()?,
        })
    }

    fn part(&self, ask: &Ask) -> Result<Sheet, DeskError> {
        let store = &self.store;
        Ok(match ask {
            Ask::Prompts => Sheet::Prompts(tables::prompts(store)?.into()),
            Ask::Prompt { prompt } => Sheet::Prompt(store.prompt(*prompt)?.text.readable().into()),
            Ask::Answers { prompt } => Sheet::Answers(tables::answers_to(store, *prompt)?.into()),
            Ask::NewestAnswers { most } => Sheet::Answers(tables::newest_answers(store, *most)?.into()),
            Ask::Labels => Sheet::Labels(tables::labels(store)?.into()),
            Ask::Comparison { comparison } => Sheet::Comparison(tables::comparison(store, *comparison)?.into()),
            Ask::Pairs => Sheet::Pairs(tables::pairs(store)?.into()),
            Ask::Agreement => Sheet::Agreement(agreement_figures(store)?.into()),
            Ask::WaitingReviews => Sheet::WaitingReviews(tables::waiting(store)?.into()),
            Ask::Curves { runs } => {
                Sheet::Curves(runs.iter().map(|&run| places::curve(&store.run_folder(run), run)).collect())
            }
            Ask::TrainingSamples { run } => {
                Sheet::TrainingSamples(places::training_samples(&store.run_folder(*run)).into())
            }
            Ask::History { most } => Sheet::History(store.audit(*most)?.into()),
            Ask::Files => Sheet::Files(places::files(store)?.into()),
        })
    }
}

#[cfg(test)]
mod tests;
