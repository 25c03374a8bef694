//! A model's configuration that came from the Hub, read as the family's own reader does: what cannot be computed here is refused
//! before a weight is fetched.

use std::path::Path;

use serde_json::{Map, Value};

use super::select;
use crate::domain::{Refusal, ToUserMessage};
use crate::model::{ConfigReader, DecoderConfig};

/// What `config.json` makes of the model, or why it cannot be computed here.
pub fn read(text: &str) -> Result<DecoderConfig, Refusal> {
    let keys: Map<String, Value> = serde_json::from_str(text).unwrap_or_default();
    if let Some(refusal) = select::refusal_of_config(&keys) {
        return Err(refusal);
    }
    DecoderConfig::read(&ConfigReader::of_keys(Path::new("config.json"), keys)).map_err(|error| Refusal {
        reason: error.to_string(),
        instead: error.hint().unwrap_or_else(|| "choose another model".to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::starter;

    #[test]
    fn a_configuration_is_read_or_refused_without_a_place_of_this_machine() {
        let path = starter::folder().expect("the starter").join("config.json");
        let text = std::fs::read_to_string(path).expect("read");
        assert!(read(&text).is_ok());
        let mut broken: Value = serde_json::from_str(&text).expect("JSON");
        broken["hidden_size"] = Value::Null;
        let refusal = read(&broken.to_string()).expect_err("it is broken");
        assert!(refusal.reason.starts_with("config.json:"), "{refusal:?}");
        assert!(read("no JSON").is_err());
    }
}
