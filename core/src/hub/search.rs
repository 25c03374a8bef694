//! Models found on the Hub, and one of them in full.

use serde_json::{Map, Value};

use super::HubError;
use crate::job::{JobContext, SearchSpec};

/// The job: models of these words, or of the catalogue.
pub fn search(_spec: &SearchSpec, _context: &JobContext<'_>) -> Result<Map<String, Value>, HubError> {
    Err(HubError::Offline { what: "this".to_owned() })
}

/// The job: one model in full.
pub fn about(_spec: &crate::job::AboutSpec, _context: &JobContext<'_>) -> Result<Map<String, Value>, HubError> {
    Err(HubError::Offline { what: "this".to_owned() })
}
