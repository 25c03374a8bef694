//! How the words of the domain stand in columns.

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use serde::de::value::StrDeserializer;
use serde::de::{DeserializeOwned, IntoDeserializer};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// An enum without fields, by the name that it has in JSON.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word<T>(pub T);

impl<T: Serialize> ToSql for Word<T> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        match serde_json::to_value(&self.0) {
            Ok(Value::String(name)) => Ok(name.into()),
            Ok(_) => Err(rusqlite::Error::ToSqlConversionFailure("not a word".into())),
            Err(error) => Err(rusqlite::Error::ToSqlConversionFailure(error.into())),
        }
    }
}

impl<T: for<'a> Deserialize<'a>> FromSql for Word<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let name: StrDeserializer<'_, serde::de::value::Error> = value.as_str()?.into_deserializer();
        T::deserialize(name).map(Self).map_err(|error| FromSqlError::Other(error.into()))
    }
}

/// Anything as JSON.
#[derive(Debug, Clone, Copy)]
pub(super) struct Json<T>(pub T);

impl<T: Serialize> ToSql for Json<T> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let text = serde_json::to_string(&self.0);
        text.map(Into::into).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
    }
}

impl<T: DeserializeOwned> FromSql for Json<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        serde_json::from_str(value.as_str()?).map(Self).map_err(|error| FromSqlError::Other(error.into()))
    }
}

/// A seed: `SQLite`'s integers have a sign, which is the seed's highest bit here.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bits(pub u64);

impl ToSql for Bits {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.cast_signed().into())
    }
}

impl FromSql for Bits {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_i64().map(|bits| Self(bits.cast_unsigned()))
    }
}

/// The conditions of a query that are asked for, each with its value: what is not asked for does not stand in the sentence,
/// so that the indexes of the rest are used.
#[derive(Default)]
pub(super) struct Conditions {
    sentence: String,
    values: Vec<Box<dyn ToSql>>,
}

impl Conditions {
    /// Adds a condition that holds one `?`, where there is a value for it.
    pub(super) fn add(&mut self, condition: &str, value: Option<impl ToSql + 'static>) {
        if let Some(value) = value {
            self.always(condition);
            self.values.push(Box::new(value));
        }
    }

    /// Adds a condition without a value.
    pub(super) fn always(&mut self, condition: &str) {
        self.sentence.push_str(if self.sentence.is_empty() { "WHERE " } else { " AND " });
        self.sentence.push_str(condition);
    }

    /// What stands after `FROM`.
    pub(super) fn sentence(&self) -> &str {
        &self.sentence
    }

    /// The values in their order.
    pub(super) fn values(&self) -> impl rusqlite::Params {
        rusqlite::params_from_iter(self.values.iter())
    }
}

/// A number of things.
pub(super) fn count(value: i64) -> usize {
    usize::try_from(value).unwrap_or(0)
}
