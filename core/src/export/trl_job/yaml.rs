//! YAML of the simplest kind: a key and a value a line, the values in JSON's form, which YAML reads as they are.

use serde_json::{Map, Value};

/// A value as YAML's readers take it: numbers without exponents, which some of them read as texts.
fn value(value: &Value) -> String {
    match value {
        Value::Number(number) => match number.as_f64() {
            Some(real) if number.is_f64() => {
                let text = format!("{real}");
                if text.contains('.') { text } else { format!("{text}.0") }
            }
            _ => number.to_string(),
        },
        Value::Array(items) => format!("[{}]", items.iter().map(self::value).collect::<Vec<_>>().join(", ")),
        other => other.to_string(),
    }
}

/// A line a key, in the map's order.
pub(super) fn write(keys: &[(&str, Value)]) -> String {
    keys.iter().map(|(key, one)| format!("{key}: {}\n", value(one))).collect::<Vec<_>>().concat()
}

/// What [`write`] wrote; `None` where a line is something else. Lines that begin with `#` are left out.
pub(super) fn read(text: &str) -> Option<Map<String, Value>> {
    let lines = text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let (key, value) = line.split_once(": ")?;
            Some((key.to_owned(), serde_json::from_str(value).ok()?))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_written_is_read_back_and_small_numbers_have_no_exponent() {
        let keys = [
            ("rate", json!(5e-6)),
            ("whole", json!(2.0)),
            ("count", json!(8)),
            ("text", json!("a: \"b\"\n# c")),
            ("list", json!(["x", 0.25])),
            ("flag", json!(true)),
        ];
        let text = write(&keys);
        assert!(text.starts_with("rate: 0.000005\nwhole: 2.0\ncount: 8\n"), "{text}");
        let read = read(&format!("# first\n\n{text}")).expect("it is read");
        assert_eq!(read, keys.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect());
        assert!(super::read("a b").is_none());
    }
}
