//! Small faults of an answer that is meant as JSON, put right: a code fence, words around the one object, a comma too many,
//! single quotes. What is meant otherwise stays unread.

use serde_json::{Map, Value};

/// The one object that a text holds.
pub fn object(text: &str) -> Option<Map<String, Value>> {
    let text = without_thoughts(text).trim();
    if let Some(object) = read(text) {
        return Some(object);
    }
    // With two objects nobody knows which is meant.
    let mut found = objects(text).into_iter();
    let (only, other) = (found.next()?, found.next());
    if other.is_some() { None } else { read(only) }
}

/// What follows a model's thoughts, where it writes them down first.
fn without_thoughts(text: &str) -> &str {
    let begun = text.trim_start();
    if begun.starts_with("<think>") { begun.split_once("</think>").map_or(text, |(_, rest)| rest) } else { text }
}

fn read(text: &str) -> Option<Map<String, Value>> {
    serde_json::from_str(text).or_else(|_| serde_json::from_str(&tidied(text))).ok()
}

/// The outermost `{…}` of a text.
fn objects(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let (mut depth, mut begin, mut quote, mut is_escaped) = (0_usize, 0, None, false);
    let mut before = ' ';
    for (at, character) in text.char_indices() {
        match (quote, character) {
            (Some(_), _) if is_escaped => is_escaped = false,
            (Some(_), '\\') => is_escaped = true,
            (Some(open), _) if character == open => quote = None,
            // Between words an apostrophe opens nothing.
            (None, '"') if depth > 0 => quote = Some('"'),
            (None, '\'') if depth > 0 && opens(before) => quote = Some('\''),
            (None, '{') => {
                if depth == 0 {
                    begin = at;
                }
                depth += 1;
            }
            (None, '}') if depth > 0 => {
                depth -= 1;
                if depth == 0 {
                    found.push(&text[begin..=at]);
                }
            }
            _ => {}
        }
        if !character.is_whitespace() {
            before = character;
        }
    }
    found
}

/// Whether a quote behind this character begins a string.
fn opens(before: char) -> bool {
    matches!(before, '{' | '[' | ',' | ':')
}

/// The same with double quotes and without commas before a closing bracket.
fn tidied(text: &str) -> String {
    let mut tidy = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    let mut before = ' ';
    while let Some(character) = characters.next() {
        match character {
            '"' => copy_string(&mut characters, '"', &mut tidy),
            '\'' if opens(before) => copy_string(&mut characters, '\'', &mut tidy),
            ',' => {
                let mut rest = characters.clone();
                let next = rest.find(|next| !next.is_whitespace());
                if !matches!(next, Some('}' | ']')) {
                    tidy.push(',');
                }
            }
            other => tidy.push(other),
        }
        if !character.is_whitespace() {
            before = character;
        }
    }
    tidy
}

/// The rest of a string whose opening quote was read, with double quotes.
fn copy_string(characters: &mut std::iter::Peekable<std::str::Chars<'_>>, quote: char, tidy: &mut String) {
    tidy.push('"');
    while let Some(character) = characters.next() {
        match character {
            '\\' => match characters.next() {
                Some('\'') => tidy.push('\''),
                Some(next) => tidy.extend(['\\', next]),
                None => tidy.push('\\'),
            },
            end if end == quote => break,
            '"' => tidy.push_str("\\\""),
            '\n' => tidy.push_str("\\n"),
            other => tidy.push(other),
        }
    }
    tidy.push('"');
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::random::Random;

    #[test]
    fn small_faults_are_put_right() {
        let meant = json!({"better": "A", "confidence": 80, "rules": ["kind"], "reason": "It's \"kind\"."});
        let plain = meant.to_string();
        for text in [
            plain.clone(),
            format!("```json\n{plain}\n```"),
            format!("Here's my verdict: {plain} I hope that it's of use."),
            format!("  {plain}\n\n"),
            format!("<think>Is {{\"better\": \"B\"}} right? No.</think>\n{plain}"),
            "{\"better\": \"A\", \"confidence\": 80, \"rules\": [\"kind\",], \"reason\": \"It's \\\"kind\\\".\",}"
                .to_owned(),
            "{'better': 'A', 'confidence': 80, 'rules': ['kind'], 'reason': 'It\\'s \"kind\".'}".to_owned(),
            "Sure:\n{'better': 'A',\n 'confidence': 80, 'rules': ['kind',], 'reason': 'It\\'s \"kind\".',\n}"
                .to_owned(),
        ] {
            assert_eq!(object(&text).map(Value::Object), Some(meant.clone()), "{text}");
        }
    }

    #[test]
    fn what_is_meant_otherwise_stays_unread() {
        for text in [
            "",
            "A",
            "{",
            "}{",
            "{\"better\": \"A\"",
            "{\"better\": \"A\"} or {\"better\": \"B\"}",
            "[1, 2]",
            "better: A",
            "{better: A}",
            "null",
        ] {
            assert_eq!(object(text), None, "{text}");
        }
    }

    #[test]
    fn nothing_that_is_written_here_brings_it_down() {
        for test in 0..20_000 {
            let random = &mut Random::new(11, &[test]);
            let count = random.below(24);
            let text: String =
                (0..count).map(|_| b"{}[]\"'\\,:aA1 \n"[random.below(14)] as char).chain(['\u{e9}']).collect();
            // Whatever it is, reading it ends, and an object that it gives is one by JSON's own rules.
            if let Some(object) = object(&text) {
                assert!(text.contains('{') && text.contains('}'), "{text:?} gives {object:?}");
            }
        }
    }
}
