//! The two models of an evaluation, opened.

use std::path::Path;

use super::EvaluationError;
use super::policy::{Policies, Policy};
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

fn is_adapter(folder: &Path) -> bool {
    folder.join("adapter_config.json").is_file()
}

/// One open model where an adapter is compared with its own base, else two. Weights that a file has as they are computed with are
/// in memory once all the same.
#[derive(Debug)]
pub(super) struct Models {
    new: Session,
    old: Option<Session>,
}

impl Models {
    pub(super) fn open(spec: &EvaluateSpec) -> Result<Self, EvaluationError> {
        let open = |model: &Path, adapter: Option<&Path>| Session::open(&spec.compute, model, adapter);
        let old = match spec.against.as_deref() {
            None => None,
            Some(folder) if is_adapter(folder) => Some(open(&spec.model, Some(folder))?),
            Some(folder) => Some(open(folder, None)?),
        };
        Ok(Self { new: open(&spec.model, spec.adapter.as_deref())?, old })
    }

    pub(super) fn policies(&self) -> Policies<'_> {
        let old = match &self.old {
            Some(session) => Policy { session, adapted: true },
            None => Policy { session: &self.new, adapted: false },
        };
        Policies { old, new: Policy { session: &self.new, adapted: true } }
    }

    /// What the new model was trained from: its base, or where it is no adapter, what it is compared with.
    pub(super) fn reference(&self) -> Policy<'_> {
        if self.new.has_adapter() { Policy { session: &self.new, adapted: false } } else { self.policies().old }
    }
}
