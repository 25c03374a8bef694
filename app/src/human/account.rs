//! The person's account, as a sentence.

use serde::Deserialize;
use serde_json::{Map, Value};
use whetstone_core::domain::HubAccount;

use crate::text::plain_line;

/// What was found, or came of a change.
pub(super) fn lines(summary: &Map<String, Value>) -> Vec<String> {
    let account = summary.get("account").and_then(|account| HubAccount::deserialize(account).ok());
    account.map(|account| vec![plain_line(&account.said)]).unwrap_or_default()
}
