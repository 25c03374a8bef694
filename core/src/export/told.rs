//! What a model is told before every conversation, and what its chat template is told beside the messages.

use serde_json::{Map, Value};

use super::ExportError;
use crate::job::ExportSpec;
use crate::project::store::{Access, Store};
use crate::train::RunRecord;

/// What holds in every conversation with the model.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Told {
    /// What was asked for, or what the project says.
    pub(super) system_prompt: Option<String>,
    /// Names that the chat template sees: the project's, or the training's.
    pub(super) template_arguments: Map<String, Value>,
}

impl Told {
    pub(super) fn of(spec: &ExportSpec) -> Result<Self, ExportError> {
        let asked = spec.system_prompt.clone().filter(|text| !text.trim().is_empty());
        if let Some(of) = &spec.of_run {
            let settings = Store::open(&of.project, Access::Beside)
                .and_then(|store| store.settings())
                .map_err(|error| ExportError::Store(Box::new(error)))?;
            return Ok(Self {
                system_prompt: asked.or(settings.system_prompt),
                template_arguments: settings.template_arguments,
            });
        }
        let record = spec.adapter.as_deref().map(RunRecord::open).transpose().map_err(Box::new)?.flatten();
        let template_arguments = record.map(|record| record.settings.template_arguments).unwrap_or_default();
        Ok(Self { system_prompt: asked, template_arguments })
    }
}
