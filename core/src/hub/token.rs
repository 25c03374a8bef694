//! placeholder
use super::{HubError, HubSettings};
use crate::domain::{Secret, TokenSource};
use crate::job::HubAccess;
pub fn find(_settings: &HubSettings, access: &HubAccess) -> Result<Option<(Secret, TokenSource)>, HubError> {
    Ok(access.token.clone().map(|token| (token, TokenSource::Session)))
}
