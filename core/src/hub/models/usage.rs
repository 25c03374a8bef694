//! Which projects work with a model.

use std::fs;
use std::path::{Path, PathBuf};

use super::super::HubError;
use crate::domain::{LocalModel, ModelPlace};
use crate::job::JobContext;
use crate::project::store::{Access, Store};

/// What a project is set to work with.
#[derive(Debug)]
pub(super) struct Wish {
    project: PathBuf,
    /// Its model and its coach.
    models: Vec<String>,
}

/// What projects work with. They are only looked at; one that cannot be is told, or refused
/// where that `must` be known.
pub(super) fn wishes(projects: &[PathBuf], must: bool, context: &JobContext<'_>) -> Result<Vec<Wish>, HubError> {
    let asked = projects.iter().filter_map(|project| {
        let settings = Store::open(project, Access::ReadOnly).and_then(|store| store.settings());
        match settings {
            Ok(settings) => {
                let models = [Some(settings.model), settings.coach].into_iter().flatten().collect();
                Some(Ok(Wish { project: project.clone(), models }))
            }
            Err(error) if must => {
                Some(Err(HubError::UnknownUse { project: project.clone(), reason: error.to_string() }))
            }
            Err(error) => {
                context.warn(format!("cannot see which model {} works with: {error}", project.display()));
                None
            }
        }
    });
    asked.collect()
}

/// The projects that work with a model whose files lie below `root`.
pub(super) fn users_of(model: &LocalModel, root: &Path, wishes: &[Wish]) -> Vec<PathBuf> {
    let real = fs::canonicalize(root).ok();
    let is_meant = |wish: &str| {
        let by_name = match model.place {
            ModelPlace::HubCache => wish.split('@').next() == Some(&model.name),
            ModelPlace::Starter => wish == model.name,
            ModelPlace::LmStudio | ModelPlace::Ollama => false,
        };
        // A name that is a folder here is that folder.
        let path = fs::canonicalize(wish).ok();
        path.map_or(by_name, |path| real.as_ref().is_some_and(|real| path.starts_with(real)) || path == model.path)
    };
    let users = wishes.iter().filter(|wish| wish.models.iter().any(|model| is_meant(model)));
    users.map(|wish| wish.project.clone()).collect()
}
