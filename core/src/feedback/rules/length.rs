//! Length: words, characters or sentences within bounds.

use unicode_segmentation::UnicodeSegmentation;

use super::{Check, Form, Key, Kind, RuleFault, is_written_without_spaces};
use crate::domain::TextUnit;

pub(super) const KIND: Kind = Kind {
    id: "length",
    meaning: "The answer is neither too short nor too long. Within the bounds it gives 1; outside it gives the ratio \
              of the length to the bound that it misses (n/min below, max/n above), so that of two answers outside \
              the one nearer to the bound is better.",
    keys: &[
        Key {
            name: "unit",
            form: Form::Choice(&["words", "characters", "sentences"]),
            needed: false,
            meaning: "what is counted; words when left out",
        },
        Key { name: "min", form: Form::Count, needed: false, meaning: "the shortest length that is right" },
        Key { name: "max", form: Form::Count, needed: false, meaning: "the longest length that is right" },
    ],
    example: "kind = \"length\"\nunit = \"words\"\nmin = 2\nmax = 12\n",
    good: "Your order left our store this morning.",
    bad: "Well.",
};

#[derive(Debug)]
struct Length {
    unit: TextUnit,
    min: usize,
    max: usize,
}

pub(super) fn compile(unit: TextUnit, min: Option<usize>, max: Option<usize>) -> Result<Box<dyn Check>, RuleFault> {
    if min.is_none() && max.is_none() {
        return Err(RuleFault::NoBounds);
    }
    let (min, max) = (min.unwrap_or(0), max.unwrap_or(usize::MAX));
    if min > max {
        return Err(RuleFault::MinAboveMax { min, max });
    }
    Ok(Box::new(Length { unit, min, max }))
}

impl Check for Length {
    fn give(&self, answer: &str) -> f64 {
        let length = count(answer, self.unit);
        if length < self.min {
            length as f64 / self.min as f64
        } else if length > self.max {
            self.max as f64 / length as f64
        } else {
            1.0
        }
    }
}

/// The length of `text` without white space around it.
fn count(text: &str, unit: TextUnit) -> usize {
    let text = text.trim();
    match unit {
        TextUnit::Words => text.split_whitespace().map(words_in).sum(),
        TextUnit::Characters => text.graphemes(true).count(),
        TextUnit::Sentences => text.lines().map(sentences_in).sum(),
    }
}

/// Words in a run without white space: one where it has a letter or digit at all, and one for each character of a
/// writing that sets no spaces between words.
fn words_in(run: &str) -> usize {
    let ideographs = run.chars().filter(|c| is_ideograph_or_kana(*c)).count();
    let others = run.chars().any(|c| c.is_alphanumeric() && !is_ideograph_or_kana(c));
    ideographs + usize::from(others)
}

/// Chinese and Japanese characters count one word each, as word processors do. Of the other writings without spaces
/// (Thai, Khmer, …) a character is less than a word, and a run stays one.
fn is_ideograph_or_kana(c: char) -> bool {
    is_written_without_spaces(c) && !('\u{0E00}'..='\u{17FF}').contains(&c) && !('\u{AC00}'..='\u{D7AF}').contains(&c)
}

/// Sentences in one line. One ends at `.`, `!`, `?` or `…` before white space (a full stop before a small letter is an
/// abbreviation's), or at their Chinese forms anywhere; what stands after the last end is one too. A list's mark at
/// the line's beginning is none.
fn sentences_in(line: &str) -> usize {
    let line = without_list_mark(line.trim());
    let mut sentences = 0;
    let mut has_words = false;
    let mut rest = line.chars().peekable();
    while let Some(c) = rest.next() {
        has_words |= c.is_alphanumeric();
        let ends = match c {
            '。' | '！' | '？' => true,
            '.' | '!' | '?' | '…' => {
                // Closing marks belong to the sentence that ends inside them.
                while rest.next_if(|next| "\"'”’»)]*_".contains(*next)).is_some() {}
                let mut ahead = rest.clone();
                ahead.next().is_some_and(char::is_whitespace)
                    && !(c == '.' && ahead.find(|next| !next.is_whitespace()).is_some_and(char::is_lowercase))
            }
            _ => false,
        };
        if ends && has_words {
            sentences += 1;
            has_words = false;
        }
    }
    sentences + usize::from(has_words)
}

/// The line after `- `, `* `, `• `, `1. ` or `1) `.
fn without_list_mark(line: &str) -> &str {
    let after = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let mark = if after.len() < line.len() { ['.', ')', '.'] } else { ['-', '*', '•'] };
    match after.strip_prefix(mark) {
        Some(item) if item.starts_with(char::is_whitespace) => item.trim_start(),
        _ => line,
    }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "the expected shares are exact in binary")]
mod tests {
    use super::*;

    #[test]
    fn words_are_what_people_count() {
        for (text, expected) in [
            ("", 0),
            ("  \n ", 0),
            ("One", 1),
            ("It's a well-known fact.", 4),
            ("- one\n- two – three", 3),
            ("3.14 and 10,000", 3),
            ("感谢您的订购。", 6),
            ("iPhone を買う", 4),
            ("주문해 주셔서 감사합니다.", 3),
            ("สวัสดีครับ", 1),
        ] {
            assert_eq!(count(text, TextUnit::Words), expected, "{text}");
        }
    }

    #[test]
    fn characters_are_what_people_see() {
        // A family of four and an e with a combining accent are one character each.
        assert_eq!(count(" 👨‍👩‍👧‍👦e\u{301}! ", TextUnit::Characters), 3);
    }

    #[test]
    fn sentences_survive_abbreviations_numbers_and_lists() {
        for (text, expected) in [
            ("", 0),
            ("...", 0),
            ("Hello", 1),
            ("Hello. How are you? Fine!", 3),
            ("Pi is 3.14 and version 2.0.1 is out.", 1),
            ("Take fruit, e.g. apples, with you.", 1),
            ("He said \"Stop.\" Then he left.", 2),
            ("Really?! Yes...", 2),
            ("1. Open the box.\n2. Read the note", 2),
            ("- apples\n- pears", 2),
            ("你好。我很好！", 2),
            ("A line\n\nAnother line", 2),
        ] {
            assert_eq!(count(text, TextUnit::Sentences), expected, "{text}");
        }
    }

    #[test]
    fn outside_the_bounds_credit_falls_smoothly() {
        let rule = compile(TextUnit::Words, Some(4), Some(5)).expect("bounds in order");
        let given: Vec<f64> = (0..=10).map(|words| rule.give(&"word ".repeat(words))).collect();
        assert_eq!(given[..=4], [0.0, 0.25, 0.5, 0.75, 1.0]);
        assert_eq!([given[5], given[10]], [1.0, 0.5]);
        assert!(given[5..].windows(2).all(|pair| pair[1] < pair[0]), "{given:?}");
    }
}
