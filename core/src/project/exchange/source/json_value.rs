//! JSON values with a limit on how many may be in a record: a few bytes of text can be far more bytes of memory.

use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// Values that a record may hold, one within the other counted too.
const VALUE_LIMIT: usize = 500_000;

/// Reads one value. Its depth is limited by the reader of the text, the number of its parts here.
pub(crate) fn parse(text: &str) -> Result<Value, serde_json::Error> {
    let left = Cell::new(VALUE_LIMIT);
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = Limited { left: &left }.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(value)
}

#[derive(Clone, Copy)]
struct Limited<'a> {
    left: &'a Cell<usize>,
}

impl<'de> DeserializeSeed<'de> for Limited<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        match self.left.get().checked_sub(1) {
            Some(left) => self.left.set(left),
            None => return Err(D::Error::custom(format_args!("more than {VALUE_LIMIT} values in one record"))),
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Limited<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, truth: bool) -> Result<Value, E> {
        Ok(Value::Bool(truth))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Value, E> {
        Ok(Value::from(number))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Value, E> {
        Ok(Value::from(number))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Value, E> {
        Ok(Number::from_f64(number).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        Ok(Value::String(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element_seed(self)? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut entries = Map::new();
        while let Some(key) = map.next_key::<String>()? {
            let value = map.next_value_seed(self)?;
            entries.insert(key, value);
        }
        Ok(Value::Object(entries))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_those_of_the_plain_reader() {
        for text in [
            r#"{"a": [1, -2, 3.5, "é\u0000", null, true, {"b": {}}], "c": 18446744073709551615}"#,
            "[]",
            r#""text""#,
            "0.1",
        ] {
            let expected: Value = serde_json::from_str(text).expect("JSON");
            assert_eq!(parse(text).expect("JSON"), expected);
        }
        assert!(parse("[1] 2").is_err() && parse("[1").is_err());
    }

    #[test]
    fn a_record_of_too_many_or_too_deep_values_is_refused() {
        let many = format!("[{}0]", "0,".repeat(VALUE_LIMIT));
        assert!(parse(&many).expect_err("too many").to_string().starts_with("more than 500000 values"));
        let deep = "[".repeat(100_000);
        assert!(parse(&deep).expect_err("too deep").to_string().starts_with("recursion limit"));
    }
}
