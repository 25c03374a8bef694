//! The two models of an evaluation, opened.

use std::path::Path;

use super::EvaluationError;
use super::policy::{Policies, Policy};
use super::rewards::{FROM_BASE, FROM_START};
use crate::generate::Session;
use crate::job::EvaluateSpec;
use crate::model::gguf::is_gguf;

/// Makes sure that what is compared with is an adapter or a model.
pub(super) fn check_against(spec: &EvaluateSpec) -> Result<(), EvaluationError> {
    match spec.against.as_deref() {
        Some(folder) if !is_adapter(folder) && !is_gguf(folder) && !folder.join("config.json").is_file() => {
            Err(EvaluationError::NotAModel { folder: folder.to_owned() })
        }
        _ => Ok(()),
    }
}

/// Whether a folder holds an adapter.
pub(super) fn is_adapter(folder: &Path) -> bool {
    folder.join("adapter_config.json").is_file()
}

/// What rewards are measured from, in words, where the new model is no adapter.
const FROM_OLD: &str = "the old model";

/// One open model where an adapter is compared with its own base, else two. Weights that a file has as they are computed with are
/// in memory once all the same.
#[derive(Debug)]
pub(super) struct Models {
    new: Session,
    old: Option<Session>,
    /// The model with the adapter that the new one was held to in its training.
    start: Option<Session>,
}

impl Models {
    /// Opens them; `start` is the adapter that the new one was held to in its training, where that is wanted.
    pub(super) fn open(spec: &EvaluateSpec, start: Option<&Path>) -> Result<Self, EvaluationError> {
        let open = |model: &Path, adapter: Option<&Path>| Session::open(&spec.compute, model, adapter);
        let old = match spec.against.as_deref() {
            None => None,
            Some(folder) if is_adapter(folder) => Some(open(&spec.model, Some(folder))?),
            Some(folder) => Some(open(folder, None)?),
        };
        let start = start.map(|start| open(&spec.model, Some(start))).transpose()?;
        Ok(Self { new: open(&spec.model, spec.adapter.as_deref())?, old, start })
    }

    pub(super) fn policies(&self) -> Policies<'_> {
        let old = match &self.old {
            Some(session) => Policy { session, adapted: true },
            None => Policy { session: &self.new, adapted: false },
        };
        Policies { old, new: Policy { session: &self.new, adapted: true } }
    }

    /// What the new model was trained from, and what to call it: the adapter that it was held to, else its base, or where it is
    /// no adapter, what it is compared with.
    pub(super) fn reference(&self) -> (Policy<'_>, &'static str) {
        match &self.start {
            Some(session) => (Policy { session, adapted: true }, FROM_START),
            None if self.new.has_adapter() => (Policy { session: &self.new, adapted: false }, FROM_BASE),
            None => (self.policies().old, FROM_OLD),
        }
    }
}
