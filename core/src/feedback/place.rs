//! Where in a file a value stands, so that an error can point at it. Used on errors only: readers keep no positions.

use toml::de::{DeTable, DeValue};

use crate::files;

/// One step down from a value to one inside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step<'a> {
    Key(&'a str),
    Item(usize),
}

/// What of a key and its value is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Key,
    Value,
}

/// Line and column, from 1, of the byte at `offset`; the column counts characters.
pub(super) fn line_and_column(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (files::line_of(text, offset), before.get(line_start..).map_or(0, |line| line.chars().count()) + 1)
}

/// The byte at which the value at `path` begins (or the key of its last step), or that of the nearest value around it
/// that exists.
pub(super) fn nearest(path: &[Step<'_>], part: Part, find: impl Fn(&[Step<'_>], Part) -> Option<usize>) -> usize {
    let exact = find(path, part);
    exact.or_else(|| (0..path.len()).rev().find_map(|length| find(path.get(..length)?, Part::Value))).unwrap_or(0)
}

/// The place in a TOML text that is known to be right.
pub(super) fn in_toml(text: &str, path: &[Step<'_>], part: Part) -> Option<usize> {
    let document = DeTable::parse(text).ok()?;
    let Some((first, rest)) = path.split_first() else { return Some(0) };
    let Step::Key(first) = first else { return None };
    let (mut key, mut value) = document.get_ref().iter().find(|(key, _)| key.get_ref() == first)?;
    for step in rest {
        match (step, value.get_ref()) {
            (Step::Key(name), DeValue::Table(table)) => {
                (key, value) = table.iter().find(|(key, _)| key.get_ref() == name)?;
            }
            (Step::Item(index), DeValue::Array(items)) => value = items.get(*index)?,
            _ => return None,
        }
    }
    Some(if part == Part::Key { key.span().start } else { value.span().start })
}

/// The place in a JSON text that is known to be right.
pub(super) fn in_json(text: &str, path: &[Step<'_>], part: Part) -> Option<usize> {
    let mut cursor = Cursor { text, at: 0 };
    cursor.skip_space();
    for (index, step) in path.iter().enumerate() {
        let key = match step {
            Step::Key(name) => Some(cursor.enter_key(name)?),
            Step::Item(item) => {
                cursor.enter_item(*item)?;
                None
            }
        };
        if part == Part::Key && index + 1 == path.len() {
            return key;
        }
    }
    Some(cursor.at)
}

struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl Cursor<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    /// Steps over a mark and the white space after it.
    fn skip_mark(&mut self, mark: u8) -> Option<()> {
        (self.peek() == Some(mark)).then(|| {
            self.at += 1;
            self.skip_space();
        })
    }

    fn skip_string(&mut self) -> Option<()> {
        self.at += 1;
        loop {
            match self.peek()? {
                b'"' => break self.at += 1,
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
        Some(())
    }

    /// Steps over a value and the white space after it.
    fn skip_value(&mut self) -> Option<()> {
        let mut depth = 0usize;
        loop {
            match self.peek() {
                Some(b'"') => self.skip_string()?,
                Some(b'{' | b'[') => {
                    depth += 1;
                    self.at += 1;
                }
                Some(b'}' | b']') if depth > 0 => {
                    depth -= 1;
                    self.at += 1;
                }
                Some(b',' | b'}' | b']') | None if depth == 0 => return Some(()),
                None => return None,
                Some(_) => self.at += 1,
            }
        }
    }

    /// From an object's beginning to the value of `name`; returns where the key stands.
    fn enter_key(&mut self, name: &str) -> Option<usize> {
        self.skip_mark(b'{')?;
        loop {
            let start = self.at;
            self.skip_string()?;
            let key: String = serde_json::from_str(self.text.get(start..self.at)?).ok()?;
            self.skip_space();
            self.skip_mark(b':')?;
            if key == name {
                return Some(start);
            }
            self.skip_value()?;
            self.skip_mark(b',')?;
        }
    }

    /// From a list's beginning to its item.
    fn enter_item(&mut self, item: usize) -> Option<()> {
        self.skip_mark(b'[')?;
        for _ in 0..item {
            self.skip_value()?;
            self.skip_mark(b',')?;
        }
        (self.peek()? != b']').then_some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const JSON: &str = "{ \"a\": [1, {\"x\\\"\": \"é]\", \"y\" : [ ] }, 3],\n  \"b\": -4.5e1 }";

    fn json(path: &[Step<'_>], part: Part) -> Option<&'static str> {
        in_json(JSON, path, part).and_then(|at| JSON.get(at..at + 2))
    }

    #[test]
    fn values_of_json_are_found() {
        let inner = [Step::Key("a"), Step::Item(1)];
        assert_eq!(json(&inner, Part::Value), Some("{\""));
        assert_eq!(json(&[inner[0], inner[1], Step::Key("x\"")], Part::Key), Some("\"x"));
        assert_eq!(json(&[inner[0], inner[1], Step::Key("y")], Part::Key), Some("\"y"));
        assert_eq!(json(&[inner[0], Step::Item(2)], Part::Value), Some("3]"));
        assert_eq!(json(&[inner[0], Step::Item(3)], Part::Value), None);
        assert_eq!(json(&[Step::Key("b")], Part::Value), Some("-4"));
        assert_eq!(json(&[Step::Key("c")], Part::Value), None);
        assert_eq!(line_and_column(JSON, in_json(JSON, &[Step::Key("b")], Part::Key).expect("b")), (2, 3));
    }

    #[test]
    fn the_nearest_place_stands_in_for_one_that_is_not_there() {
        let path = [Step::Key("a"), Step::Item(1), Step::Key("z")];
        let at = nearest(&path, Part::Value, |path, part| in_json(JSON, path, part));
        assert_eq!(JSON.get(at..=at), Some("{"));
        assert!(at > 0);
    }

    #[test]
    fn columns_count_characters() {
        assert_eq!(line_and_column("é\nüx", 5), (2, 2));
        assert_eq!(line_and_column("", 0), (1, 1));
    }
}
