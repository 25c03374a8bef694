//! Values of options: ranges and choices. A value outside is wrong usage, told with what is allowed.

use clap::builder::{PossibleValuesParser, RangedU64ValueParser, TypedValueParser};
use serde::de::DeserializeOwned;
use serde_json::Value;
use whetstone_core::domain::DtypeChoice;

/// One of the names by which the jobs know a choice.
pub(super) fn choice<T>(names: &'static [&'static str]) -> impl TypedValueParser<Value = T>
where
    T: DeserializeOwned + Clone + Send + Sync + 'static,
{
    PossibleValuesParser::new(names).try_map(|name| serde_json::from_value(Value::String(name)))
}

/// Bits of a weight that is kept in blocks.
pub(super) fn bits() -> impl TypedValueParser<Value = DtypeChoice> {
    PossibleValuesParser::new(["8", "4"]).map(|bits| if bits == "8" { DtypeChoice::Q8_0 } else { DtypeChoice::Q4K })
}

/// A whole number from 1; the upper bound keeps products of such numbers far from overflowing.
pub(super) fn count() -> RangedU64ValueParser<usize> {
    RangedU64ValueParser::new().range(1..=1_000_000)
}

/// A number of threads.
pub(super) fn threads() -> RangedU64ValueParser<usize> {
    RangedU64ValueParser::new().range(1..=1024)
}

/// A rank of LoRA's factors.
pub(super) fn rank() -> RangedU64ValueParser<usize> {
    RangedU64ValueParser::new().range(1..=4096)
}

/// A number above 0.
pub(super) fn positive(text: &str) -> Result<f64, String> {
    within(text, "a number above 0", |number| number > 0.0)
}

/// A number from 0.
pub(super) fn not_negative(text: &str) -> Result<f64, String> {
    within(text, "a number from 0", |number| number >= 0.0)
}

/// A share that leaves something: from 0 to below 1.
pub(super) fn share_below_one(text: &str) -> Result<f64, String> {
    within(text, "a number from 0 to below 1", |number| (0.0..1.0).contains(&number))
}

/// A probability, 0 excluded.
pub(super) fn positive_probability(text: &str) -> Result<f32, String> {
    single(text, "a number above 0, at most 1", |number| number > 0.0 && number <= 1.0)
}

/// A probability.
pub(super) fn probability(text: &str) -> Result<f32, String> {
    single(text, "a number from 0 to 1", |number| (0.0..=1.0).contains(&number))
}

/// A number above 0, in single precision.
pub(super) fn positive_single(text: &str) -> Result<f32, String> {
    single(text, "a number above 0", |number| number > 0.0)
}

/// A number from 0, in single precision.
pub(super) fn not_negative_single(text: &str) -> Result<f32, String> {
    single(text, "a number from 0", |number| number >= 0.0)
}

fn within(text: &str, allowed: &str, holds: impl Fn(f64) -> bool) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() && holds(number) => Ok(number),
        _ => Err(format!("give {allowed}")),
    }
}

fn single(text: &str, allowed: &str, holds: impl Fn(f32) -> bool) -> Result<f32, String> {
    match text.parse::<f32>() {
        Ok(number) if number.is_finite() && holds(number) => Ok(number),
        _ => Err(format!("give {allowed}")),
    }
}

/// `name=value`, the value as JSON where it is JSON, else as text.
pub(super) fn named_value(text: &str) -> Result<(String, Value), String> {
    let (name, value) = split(text)?;
    Ok((name, serde_json::from_str(value).unwrap_or_else(|_| Value::String(value.to_owned()))))
}

/// `name=value` as text.
pub(super) fn named_text(text: &str) -> Result<(String, String), String> {
    split(text).map(|(name, value)| (name, value.to_owned()))
}

/// `name=value` with a number.
pub(super) fn named_number(text: &str) -> Result<(String, f64), String> {
    let (name, value) = split(text)?;
    Ok((name, within(value, "a number after the =", |_| true)?))
}

fn split(text: &str) -> Result<(String, &str), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value)),
        _ => Err("give it as name=value".to_owned()),
    }
}
