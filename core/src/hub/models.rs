//! The models that lie on this machine: named, with who uses them, and deleted.

mod delete;
mod gguf;
mod hub_cache;
mod other_programs;
mod snapshot;
mod usage;

pub(in crate::hub) use snapshot::is_gguf;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use self::delete::Locks;
use self::hub_cache::{CachedModel, repositories};
use self::usage::{Wish, users_of, wishes};
use super::names::shown;
use super::{HubError, HubSettings, walk};
use crate::domain::{LocalModel, ModelPlace, ModelRole};
use crate::job::{JobContext, ModelsAction, ModelsSpec};
use crate::starter;

/// What the model that comes with the program is asked for by.
const STARTER: &str = "starter";

/// The job: models named, or deleted.
pub fn models(spec: &ModelsSpec, context: &JobContext<'_>) -> Result<Map<String, Value>, HubError> {
    let settings = HubSettings::of_environment()?;
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let must = matches!(spec.action, ModelsAction::Delete { force: false, .. });
    let wishes = wishes(&spec.projects, must, context)?;
    let shelf = Shelf { cache: &settings.cache, variable: &variable, wishes, context };
    let summary = match &spec.action {
        ModelsAction::List => shelf.list()?,
        ModelsAction::Delete { names, force } => shelf.delete(names, *force)?,
    };
    match summary {
        Value::Object(summary) => Ok(summary),
        _ => Ok(Map::new()),
    }
}

/// Everything that models lie in.
struct Shelf<'a> {
    cache: &'a Path,
    variable: &'a dyn Fn(&str) -> Option<PathBuf>,
    wishes: Vec<Wish>,
    context: &'a JobContext<'a>,
}

impl Shelf<'_> {
    fn list(&self) -> Result<Value, HubError> {
        let mut models = vec![self.starter()];
        let repositories = repositories(self.cache);
        let total = repositories.len() as u64;
        for (done, repository) in (0..).zip(&repositories) {
            self.context.check()?;
            self.context.progress("looking at what lies here", done, Some(total), "models");
            models.push(self.look(repository));
        }
        for programs in [other_programs::lm_studio, other_programs::ollama] {
            self.context.check()?;
            models.extend(programs(self.variable).into_iter().map(|model| self.with_users(model)));
        }
        let of_cache = models.iter().filter(|model| model.place == ModelPlace::HubCache);
        let bytes: u64 = of_cache.map(|model| model.bytes).sum();
        Ok(json!({ "models": models, "cache": self.cache, "bytes": bytes }))
    }

    fn look(&self, repository: &CachedModel) -> LocalModel {
        let mut model = repository.look();
        model.used_by = users_of(&model, &repository.folder, &self.wishes);
        model
    }

    fn with_users(&self, mut model: LocalModel) -> LocalModel {
        model.used_by = users_of(&model, &model.path, &self.wishes);
        model
    }

    /// The model that comes with the program; its files are put in place when they are needed first.
    fn starter(&self) -> LocalModel {
        let folder = starter::known_folder();
        let bytes = folder.as_ref().map_or(0, |folder| walk::bytes_of(walk::files(folder, 1).iter()));
        let model = LocalModel {
            name: STARTER.to_owned(),
            place: ModelPlace::Starter,
            path: folder.unwrap_or_else(|| PathBuf::from(STARTER)),
            commit: None,
            bytes,
            unfinished_bytes: 0,
            role: Some(ModelRole::Train),
            said: "a tiny model for trying everything, which comes with the program".to_owned(),
            used_by: Vec::new(),
            can_delete: false,
        };
        self.with_users(model)
    }

    /// Deletes models, after all of them were found fit to be.
    fn delete(&self, names: &[String], force: bool) -> Result<Value, HubError> {
        let repositories = repositories(self.cache);
        let mut chosen = Vec::new();
        for name in names.iter().collect::<BTreeSet<_>>() {
            self.context.check()?;
            let found = repositories.iter().find(|repository| repository.name.as_str() == name.as_str());
            let Some(repository) = found else { return Err(self.not_ours(name)) };
            let model = self.look(repository);
            if !model.can_delete {
                return Err(HubError::LinkedModel { name: model.name, folder: repository.folder.clone() });
            }
            if !model.used_by.is_empty() && !force {
                return Err(HubError::ModelInUse { name: model.name, projects: model.used_by });
            }
            let locks = Locks::take(self.cache, repository)?;
            chosen.push((repository, model, locks));
        }
        delete::remove_leftovers(self.cache)?;
        let (mut deleted, mut freed, total) = (Vec::new(), 0, chosen.len() as u64);
        for (done, (repository, model, locks)) in (0..).zip(chosen) {
            self.context.check()?;
            self.context.progress("deleting", done, Some(total), "models");
            delete::delete(self.cache, repository, locks)?;
            freed += model.bytes;
            deleted.push(model.name);
        }
        Ok(json!({ "deleted": deleted, "freed_bytes": freed }))
    }

    /// Why a name is none of a model that may be deleted.
    fn not_ours(&self, name: &str) -> HubError {
        let others = other_programs::lm_studio(self.variable).into_iter().chain(other_programs::ollama(self.variable));
        let owner = others.chain([self.starter()]).find(|model| model.name == name).map(|model| model.place);
        HubError::NotOursToDelete { name: shown(name), owner }
    }
}

#[cfg(test)]
mod tests;
