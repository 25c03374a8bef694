//! Words and phrases that an answer contains, leaves out, starts with or ends with.
//!
//! Before comparison white space runs become one space, curly quotes become straight and, unless capital letters
//! matter, letters become small. A phrase is found as whole words only: `cat` is not in `concatenate`. Writings
//! without spaces between words know no such edge.

use super::{Check, Form, Key, Kind, RuleFault, is_written_without_spaces};

const ANY_OF: Key = Key { name: "any_of", form: Form::Texts, needed: true, meaning: "the words or phrases" };
const CASE_SENSITIVE: Key = Key {
    name: "case_sensitive",
    form: Form::Flag,
    needed: false,
    meaning: "capital letters matter; off when left out",
};

pub(super) const CONTAINS: Kind = Kind {
    id: "contains",
    meaning: "The answer has at least one of the words or phrases of `any_of`, and every one of `all_of`. Whole words \
              count, whether written small or with capitals.",
    keys: &[
        Key { needed: false, meaning: "at least one of these occurs", ..ANY_OF },
        Key { name: "all_of", form: Form::Texts, needed: false, meaning: "every one of these occurs" },
        CASE_SENSITIVE,
    ],
    example: "kind = \"contains\"\nany_of = [\"sorry\", \"apologise\"]\nall_of = [\"refund\"]\n",
    good: "We are sorry. Your refund is on its way.",
    bad: "Your parcel is late.",
};

pub(super) const EXCLUDES: Kind = Kind {
    id: "excludes",
    meaning: "The answer has none of the words or phrases. Whole words count, whether written small or with capitals.",
    keys: &[Key { meaning: "what must not occur", ..ANY_OF }, CASE_SENSITIVE],
    example: "kind = \"excludes\"\nany_of = [\"as an AI\", \"I cannot\"]\n",
    good: "The store opens at nine.",
    bad: "As an AI, I have no opening hours.",
};

pub(super) const STARTS_WITH: Kind = Kind {
    id: "starts_with",
    meaning: "The answer begins with one of the words or phrases.",
    keys: &[Key { meaning: "the beginnings that are right", ..ANY_OF }, CASE_SENSITIVE],
    example: "kind = \"starts_with\"\nany_of = [\"Hello\", \"Dear\"]\n",
    good: "Hello Ana, thank you for writing.",
    bad: "Thank you for writing.",
};

pub(super) const ENDS_WITH: Kind = Kind {
    id: "ends_with",
    meaning: "The answer ends with one of the words, phrases or marks.",
    keys: &[Key { meaning: "the endings that are right", ..ANY_OF }, CASE_SENSITIVE],
    example: "kind = \"ends_with\"\nany_of = [\"?\"]\n",
    good: "Shall I send it again?",
    bad: "I can send it again.",
};

/// How an answer is compared with phrases.
#[derive(Debug)]
struct Phrases {
    any_of: Vec<String>,
    all_of: Vec<String>,
    case_sensitive: bool,
    place: Place,
}

#[derive(Debug, Clone, Copy)]
enum Place {
    Anywhere,
    Nowhere,
    Start,
    End,
}

pub(super) fn contains(
    any_of: &[String],
    all_of: &[String],
    case_sensitive: bool,
) -> Result<Box<dyn Check>, RuleFault> {
    if any_of.is_empty() && all_of.is_empty() {
        return Err(RuleFault::EmptyList { key: "any_of" });
    }
    let any_of = prepare("any_of", any_of, case_sensitive)?;
    let all_of = prepare("all_of", all_of, case_sensitive)?;
    Ok(Box::new(Phrases { any_of, all_of, case_sensitive, place: Place::Anywhere }))
}

pub(super) fn excludes(any_of: &[String], case_sensitive: bool) -> Result<Box<dyn Check>, RuleFault> {
    at(Place::Nowhere, any_of, case_sensitive)
}

pub(super) fn starts_with(any_of: &[String], case_sensitive: bool) -> Result<Box<dyn Check>, RuleFault> {
    at(Place::Start, any_of, case_sensitive)
}

pub(super) fn ends_with(any_of: &[String], case_sensitive: bool) -> Result<Box<dyn Check>, RuleFault> {
    at(Place::End, any_of, case_sensitive)
}

fn at(place: Place, any_of: &[String], case_sensitive: bool) -> Result<Box<dyn Check>, RuleFault> {
    if any_of.is_empty() {
        return Err(RuleFault::EmptyList { key: "any_of" });
    }
    let any_of = prepare("any_of", any_of, case_sensitive)?;
    Ok(Box::new(Phrases { any_of, all_of: Vec::new(), case_sensitive, place }))
}

fn prepare(key: &'static str, phrases: &[String], case_sensitive: bool) -> Result<Vec<String>, RuleFault> {
    let prepared: Vec<String> = phrases.iter().map(|phrase| fold(phrase, case_sensitive)).collect();
    match prepared.iter().position(String::is_empty) {
        Some(index) => Err(RuleFault::EmptyText { key, index }),
        None => Ok(prepared),
    }
}

/// The form in which texts are compared: see the module's text.
fn fold(text: &str, case_sensitive: bool) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let straight = words.join(" ").replace(['‘', '’'], "'").replace(['“', '”'], "\"");
    if case_sensitive { straight } else { straight.to_lowercase() }
}

impl Check for Phrases {
    fn give(&self, answer: &str) -> f64 {
        let answer = fold(answer, self.case_sensitive);
        let occurs = |phrase: &String| occurs(&answer, phrase);
        let holds = match self.place {
            Place::Anywhere => {
                (self.any_of.is_empty() || self.any_of.iter().any(occurs)) && self.all_of.iter().all(occurs)
            }
            Place::Nowhere => !self.any_of.iter().any(occurs),
            Place::Start => {
                self.any_of.iter().any(|phrase| answer.starts_with(phrase.as_str()) && is_edge(&answer, phrase.len()))
            }
            Place::End => self
                .any_of
                .iter()
                .any(|phrase| answer.ends_with(phrase.as_str()) && is_edge(&answer, answer.len() - phrase.len())),
        };
        f64::from(u8::from(holds))
    }
}

/// Whether `phrase` occurs in `text` as whole words.
fn occurs(text: &str, phrase: &str) -> bool {
    // Every beginning is tried: `a a` occurs twice in `a a a`, and only the second time as whole words in `ba a a`.
    let mut from = 0;
    while let Some(found) = text.get(from..).and_then(|rest| rest.find(phrase)) {
        let start = from + found;
        if is_edge(text, start) && is_edge(text, start + phrase.len()) {
            return true;
        }
        from = start + text.get(start..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8);
    }
    false
}

/// Whether no word goes on across the byte position `at`.
fn is_edge(text: &str, at: usize) -> bool {
    let (before, after) = text.split_at(at);
    let goes_on = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() && !is_written_without_spaces(c));
    !(goes_on(before.chars().next_back()) && goes_on(after.chars().next()))
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "the expected shares are exact in binary")]
mod tests {
    use super::*;

    fn texts(items: &[&str]) -> Vec<String> {
        items.iter().map(|item| (*item).to_owned()).collect()
    }

    #[test]
    fn whole_words_only() {
        for (text, phrase, expected) in [
            ("The cat sat.", "cat", true),
            ("Concatenate them.", "cat", false),
            ("CAT!", "cat", true),
            ("I’m  so\nsorry", "I'm so sorry", true),
            ("bobcat cat", "cat", true),
            ("ba a a", "a a", true),
            ("Costs 100 euros", "10", false),
            ("C++ is fine", "c++", true),
            ("这只黑猫很好", "猫", true),
            ("用ChatGPT写的", "ChatGPT", true),
            ("고양이는 귀엽다", "고양이", true),
            ("Straße", "straße", true),
        ] {
            let rule = contains(&texts(&[phrase]), &[], false).expect("a phrase");
            assert_eq!(rule.give(text) > 0.5, expected, "{phrase} in {text}");
        }
    }

    #[test]
    fn any_and_all_hold_together() {
        let rule = contains(&texts(&["a", "b"]), &texts(&["c", "d"]), false).expect("phrases");
        let given: Vec<f64> = ["a c d", "b d c", "c d", "a b c"].iter().map(|text| rule.give(text)).collect();
        assert_eq!(given, [1.0, 1.0, 0.0, 0.0]);
    }

    #[test]
    fn capital_letters_matter_where_asked() {
        let rule = excludes(&texts(&["AI"]), true).expect("a phrase");
        assert_eq!([rule.give("AI says"), rule.give("ai says"), rule.give("")], [0.0, 1.0, 1.0]);
    }

    #[test]
    fn starts_and_ends_at_a_words_edge() {
        let start = starts_with(&texts(&["No"]), false).expect("a phrase");
        assert_eq!([start.give(" no, thanks"), start.give("Nothing"), start.give("Oh no")], [1.0, 0.0, 0.0]);
        let end = ends_with(&texts(&["you", "."]), false).expect("phrases");
        assert_eq!(
            [end.give("Thank you"), end.give("bayou"), end.give("Done. \n"), end.give("")],
            [1.0, 0.0, 1.0, 0.0]
        );
    }

    #[test]
    fn nothing_to_look_for_is_refused() {
        assert!(matches!(excludes(&[], false), Err(RuleFault::EmptyList { key: "any_of" })));
        assert!(matches!(contains(&[], &[], false), Err(RuleFault::EmptyList { .. })));
        let blank = contains(&[], &texts(&["a", " "]), false);
        assert!(matches!(blank, Err(RuleFault::EmptyText { key: "all_of", index: 1 })));
    }
}
