//! The rotary settings, in the words of either dialect.

use serde_json::Value;

use crate::model::config::{RopeScaling, Rotary};
use crate::model::config_reader::{ConfigError, ConfigReader};

/// The rotary settings of all layers: in one object (`rope_parameters` of transformers 5), or as `rope_theta` beside an
/// object `rope_scaling` whose type may stand under its old name. Where there are both objects, transformers reads the
/// old.
pub fn read_rotary(reader: &ConfigReader, max_positions: usize, default_theta: f64) -> Result<Rotary, ConfigError> {
    let object = if is_filled(reader, "rope_scaling") { "rope_scaling" } else { "rope_parameters" };
    refuse_nested(reader, object)?;
    refuse_partial(reader, "partial_rotary_factor")?;
    let theta = match reader.optional_positive(&format!("{object}.rope_theta"))? {
        Some(theta) => Some(theta),
        None => reader.optional_positive("rope_theta")?,
    };
    Ok(Rotary { theta: theta.unwrap_or(default_theta), scaling: read_scaling(reader, object, max_positions)? })
}

/// Whether a key holds something; an empty object counts as nothing.
pub fn is_filled(reader: &ConfigReader, key: &str) -> bool {
    reader.get(key).is_some_and(|value| value.as_object().is_none_or(|keys| !keys.is_empty()))
}

fn refuse_nested(reader: &ConfigReader, object: &str) -> Result<(), ConfigError> {
    match reader.get(object) {
        Some(Value::Object(keys)) => match keys.iter().find(|(_, value)| value.is_object()) {
            Some((nested, _)) => {
                let key = format!("{object}.{nested}");
                Err(reader.unsupported(&key, "one set of rotary parameters for all layers"))
            }
            None => Ok(()),
        },
        Some(_) => Err(reader.unfit(object, "an object")),
        None => Ok(()),
    }
}

fn refuse_partial(reader: &ConfigReader, key: &str) -> Result<(), ConfigError> {
    match reader.optional_positive(key)? {
        Some(factor) if (factor - 1.0).abs() > f64::EPSILON => Err(reader.unsupported(key, "1")),
        _ => Ok(()),
    }
}

/// The scaling that an object of rotary settings asks for.
pub fn read_scaling(reader: &ConfigReader, object: &str, max_positions: usize) -> Result<RopeScaling, ConfigError> {
    let key = |name: &str| format!("{object}.{name}");
    if reader.get(object).is_some_and(|value| !value.is_object()) {
        return Err(reader.unfit(object, "an object"));
    }
    refuse_partial(reader, &key("partial_rotary_factor"))?;
    let named = ["rope_type", "type"].map(key).into_iter().find(|name| reader.get(name).is_some());
    let kind = named.as_deref().map_or(Ok(None), |name| reader.optional_text(name))?;
    match (kind, named) {
        (None | Some("default"), _) => Ok(RopeScaling::None),
        (Some("llama3"), _) => read_llama3(reader, object, max_positions),
        (Some(_), named) => Err(reader.unsupported(&named.unwrap_or_default(), "\"default\" and \"llama3\"")),
    }
}

fn read_llama3(reader: &ConfigReader, object: &str, max_positions: usize) -> Result<RopeScaling, ConfigError> {
    let positive = |name: &str| reader.positive(&format!("{object}.{name}"));
    let (low_frequency_factor, high_frequency_factor) = (positive("low_freq_factor")?, positive("high_freq_factor")?);
    if low_frequency_factor >= high_frequency_factor {
        let expected = format!("more than low_freq_factor, {low_frequency_factor}");
        let key = format!("{object}.high_freq_factor");
        return Err(reader.wrong(&key, &high_frequency_factor.to_string(), &expected));
    }
    let original = reader.optional_size(&format!("{object}.original_max_position_embeddings"), 1 << 30)?;
    Ok(RopeScaling::Llama3 {
        factor: positive("factor")?,
        low_frequency_factor,
        high_frequency_factor,
        original_max_positions: original.unwrap_or(max_positions),
    })
}
