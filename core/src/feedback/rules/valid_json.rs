//! Valid JSON: what a program that reads the answer needs.

use serde::de::IgnoredAny;

use super::{Check, Kind};

pub(super) const KIND: Kind = Kind {
    id: "valid_json",
    meaning: "The whole answer is one valid JSON value, so that a program can read it as it is. Words or a code fence \
              around it make it invalid; white space does not.",
    keys: &[],
    example: "kind = \"valid_json\"\n",
    good: "{\"city\": \"Lisbon\", \"open\": true}",
    bad: "Here you are: {\"city\": \"Lisbon\"}",
};

#[derive(Debug)]
pub(super) struct ValidJson;

impl Check for ValidJson {
    fn give(&self, answer: &str) -> f64 {
        f64::from(u8::from(serde_json::from_str::<IgnoredAny>(answer.trim()).is_ok()))
    }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "the expected shares are exact in binary")]
mod tests {
    use super::*;

    #[test]
    fn the_whole_answer_counts() {
        for (answer, expected) in [
            ("[1, 2]\n", 1.0),
            ("null", 1.0),
            ("", 0.0),
            ("{\"a\": 1} ok", 0.0),
            ("```json\n{}\n```", 0.0),
            ("{'a': 1}", 0.0),
            ("{\"a\": 1,}", 0.0),
        ] {
            assert_eq!(ValidJson.give(answer), expected, "{answer}");
        }
        // Deep nesting is refused, not followed until the stack ends.
        assert_eq!(ValidJson.give(&"[".repeat(100_000)), 0.0);
    }
}
