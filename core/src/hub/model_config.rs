//! A model's configuration that came from the Hub, read as the family's own reader does: what cannot be computed here is refused
//! before a weight is fetched.

use std::path::MAIN_SEPARATOR;

use serde_json::Value;

use super::{HubError, select};
use crate::domain::{Refusal, ToUserMessage};
use crate::files::{self, FileError};
use crate::model::DecoderConfig;

/// What `config.json` makes of the model, or why it cannot be computed here.
pub fn read(text: &str) -> Result<Result<DecoderConfig, Refusal>, HubError> {
    let value: Value = serde_json::from_str(text).unwrap_or_default();
    if let Some(refusal) = select::refusal_of_config(&value) {
        return Ok(Err(refusal));
    }
    let folder = tempfile::tempdir().map_err(|source| FileError::Write { path: std::env::temp_dir(), source })?;
    files::write_atomically(&folder.path().join("config.json"), |out| out.write_all(text.as_bytes()))?;
    Ok(DecoderConfig::open(folder.path()).map_err(|error| {
        let place = format!("{}{MAIN_SEPARATOR}", folder.path().display());
        Refusal {
            reason: error.to_string().replace(&place, ""),
            instead: error.hint().unwrap_or_else(|| "choose another model".to_owned()),
        }
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::starter;

    #[test]
    fn a_configuration_is_read_or_refused_without_a_place_of_this_machine() {
        let path = starter::folder().expect("the starter").join("config.json");
        let text = std::fs::read_to_string(path).expect("read");
        assert!(read(&text).expect("no fault").is_ok());
        let mut broken: Value = serde_json::from_str(&text).expect("JSON");
        broken["hidden_size"] = Value::Null;
        let refusal = read(&broken.to_string()).expect("no fault").expect_err("it is broken");
        assert!(refusal.reason.starts_with("config.json:"), "{refusal:?}");
        assert!(read("no JSON").expect("no fault").is_err());
    }
}
