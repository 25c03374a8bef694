//! The models that lie on this machine.

use serde_json::{Map, Value};

use super::HubError;
use crate::job::{JobContext, ModelsSpec};

/// The job: models named, or deleted.
pub fn models(_spec: &ModelsSpec, _context: &JobContext<'_>) -> Result<Map<String, Value>, HubError> {
    Err(HubError::Offline { what: "this".to_owned() })
}
