//! Regular expressions. Matching takes time linear in the answer whatever the expression: nothing backtracks.

use regex::Regex;

use super::{Check, Form, Key, Kind, RuleFault};

pub(super) const KIND: Kind = Kind {
    id: "regex",
    meaning: "A regular expression matches somewhere in the answer, or nowhere with `negate = true`. `(?i)` in front \
              makes capital letters equal, `^` and `$` are the answer's ends; look-around and back-references are not \
              known. In TOML, single quotes keep backslashes as they are.",
    keys: &[
        Key { name: "pattern", form: Form::Text, needed: true, meaning: "the expression" },
        Key {
            name: "negate",
            form: Form::Flag,
            needed: false,
            meaning: "the rule holds where nothing matches; off when left out",
        },
    ],
    example: "kind = \"regex\"\npattern = '\\b\\d{4}-\\d{2}-\\d{2}\\b'\n",
    good: "It arrives on 2026-03-14.",
    bad: "It arrives next week.",
};

#[derive(Debug)]
struct Pattern {
    regex: Regex,
    negate: bool,
}

pub(super) fn compile(pattern: &str, negate: bool) -> Result<Box<dyn Check>, RuleFault> {
    if pattern.is_empty() {
        return Err(RuleFault::EmptyText { key: "pattern", index: 0 });
    }
    // Parsed on its own first, since only the parser's error says where in the expression it is.
    if let Err(error) = regex_syntax::parse(pattern) {
        let (message, offset) = match &error {
            regex_syntax::Error::Parse(error) => (error.kind().to_string(), error.span().start.offset),
            regex_syntax::Error::Translate(error) => (error.kind().to_string(), error.span().start.offset),
            other => (other.to_string(), 0),
        };
        let character = pattern.get(..offset).map_or(0, |before| before.chars().count()) + 1;
        return Err(RuleFault::BadPattern { pattern: pattern.to_owned(), character, message });
    }
    match Regex::new(pattern) {
        Ok(regex) => Ok(Box::new(Pattern { regex, negate })),
        Err(error) => {
            Err(RuleFault::BadPattern { pattern: pattern.to_owned(), character: 1, message: error.to_string() })
        }
    }
}

impl Check for Pattern {
    fn give(&self, answer: &str) -> f64 {
        f64::from(u8::from(self.regex.is_match(answer) != self.negate))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_or_not() {
        let given = |negate| {
            let rule = compile("(?i)^yes", negate).expect("a right expression");
            [rule.give("Yes, sure"), rule.give("Oh yes")]
        };
        assert_eq!([given(false), given(true)], [[1.0, 0.0], [0.0, 1.0]]);
    }

    #[test]
    fn a_wrong_expression_is_named_by_its_character() {
        for (pattern, at) in [("é(abc", 2), ("a{5,2}", 2), ("[z-a]", 2), (r"a\k", 2), ("(?=a)", 1), ("a**\\p{Nope}", 4)]
        {
            match compile(pattern, false) {
                Err(RuleFault::BadPattern { character, .. }) => assert_eq!(character, at, "{pattern}"),
                other => panic!("{pattern}: {other:?}"),
            }
        }
        // Right, but too large to compile.
        assert!(matches!(compile("((a{1000}){1000}){1000}", false), Err(RuleFault::BadPattern { .. })));
    }
}
