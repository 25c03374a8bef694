//! The person's account on the Hub, and where its token is kept.

use serde_json::{Map, Value};

use super::HubError;
use crate::job::{AccountSpec, JobContext};

/// The job: the account shown, its token kept or forgotten.
pub fn account(_spec: &AccountSpec, _context: &JobContext<'_>) -> Result<Map<String, Value>, HubError> {
    Err(HubError::Offline { what: "this".to_owned() })
}
