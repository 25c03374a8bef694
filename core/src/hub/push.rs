//! An exported folder put on the Hub.

use serde_json::{Map, Value};

use super::HubError;
use crate::job::{JobContext, PushSpec};

/// The job: what would leave this machine, or sending it.
pub fn push(_spec: &PushSpec, _context: &JobContext<'_>) -> Result<Map<String, Value>, HubError> {
    Err(HubError::Offline { what: "this".to_owned() })
}
