//! How a model is meant to be sampled: `generation_config.json`, and the end tokens of `config.json`.

use std::path::Path;

use serde_json::Value;

use super::config_reader::{ConfigError, ConfigReader};

/// What a model's authors recommend for drawing from it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct GenerationConfig {
    /// Tokens that end a completion.
    pub eos_token_ids: Vec<u32>,
    /// Divides the logits.
    pub temperature: Option<f64>,
    /// Nucleus: the smallest set of tokens that has this share of the probability.
    pub top_p: Option<f64>,
    /// This many of the likeliest tokens.
    pub top_k: Option<usize>,
    /// Tokens with at least this share of the likeliest token's probability.
    pub min_p: Option<f64>,
    /// Divides (multiplies, if negative) the logits of tokens that were there already.
    pub repetition_penalty: Option<f64>,
}

impl GenerationConfig {
    /// Reads `generation_config.json`; where it is absent or names no end token, `config.json`'s `eos_token_id` counts.
    pub fn open(folder: &Path) -> Result<Self, ConfigError> {
        let own = ConfigReader::open_optional(&folder.join("generation_config.json"))?;
        let mut config = own.as_ref().map_or(Ok(Self::default()), Self::read)?;
        if config.eos_token_ids.is_empty() {
            config.eos_token_ids = read_token_ids(&ConfigReader::open(folder)?)?;
        }
        Ok(config)
    }

    fn read(reader: &ConfigReader) -> Result<Self, ConfigError> {
        Ok(Self {
            eos_token_ids: read_token_ids(reader)?,
            temperature: read_not_negative(reader, "temperature")?,
            top_p: read_not_negative(reader, "top_p")?,
            top_k: read_not_negative(reader, "top_k")?.map(|count| count as usize),
            min_p: read_not_negative(reader, "min_p")?,
            repetition_penalty: reader.optional_positive("repetition_penalty")?,
        })
    }
}

/// `eos_token_id`: a token, a list of tokens, or nothing.
fn read_token_ids(reader: &ConfigReader) -> Result<Vec<u32>, ConfigError> {
    let key = "eos_token_id";
    let values = match reader.get(key) {
        None => return Ok(Vec::new()),
        Some(Value::Array(values)) => values.as_slice(),
        Some(value) => std::slice::from_ref(value),
    };
    let token_id = |value: &Value| value.as_u64().and_then(|id| u32::try_from(id).ok());
    values
        .iter()
        .map(|value| token_id(value).ok_or_else(|| reader.unfit(key, "a token id, or a list of token ids")))
        .collect()
}

fn read_not_negative(reader: &ConfigReader, key: &str) -> Result<Option<f64>, ConfigError> {
    let Some(value) = reader.get(key) else { return Ok(None) };
    match value.as_f64().filter(|number| number.is_finite() && *number >= 0.0) {
        Some(number) => Ok(Some(number)),
        None => Err(reader.unfit(key, "a number, not negative")),
    }
}
