//! A model fetched whole into the cache.

use serde_json::{Map, Value};

use super::HubError;
use crate::job::{DownloadSpec, JobContext};

/// The job: a repository's needed files fetched into the cache.
pub fn download(_spec: &DownloadSpec, _context: &JobContext<'_>) -> Result<Map<String, Value>, HubError> {
    Err(HubError::Offline { what: "this".to_owned() })
}
