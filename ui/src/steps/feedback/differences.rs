//! What differs between two answers, word by word.

use std::ops::Range;
use std::time::{Duration, Instant};

use egui::text::LayoutJob;
use egui::{FontId, Stroke, TextFormat, Ui};
use similar::{Algorithm, DiffOp, capture_diff_slices_deadline};

use crate::look::{Tone, type_size};
use crate::page::Page;

/// Longer answers than this, in bytes, are not looked at.
const MOST: usize = 20_000;

/// The search for the fewest differences ends after this; what was found until then is shown.
const LONGEST: Duration = Duration::from_millis(20);

/// The parts of two texts that the other one does not have, in bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Differences {
    /// Of the first text, in their order.
    pub(super) first: Vec<Range<usize>>,
    /// Of the second.
    pub(super) second: Vec<Range<usize>>,
}

/// What differs between two texts; nothing where one is too long to be looked at.
pub(super) fn differences(first: &str, second: &str) -> Differences {
    if first.len() > MOST || second.len() > MOST {
        return Differences::default();
    }
    let (ours, theirs) = (words(first), words(second));
    let texts = |words: &[Range<usize>], text| -> Vec<String> { words.iter().map(|word| cut(text, word)).collect() };
    let (old, new) = (texts(&ours, first), texts(&theirs, second));
    let until = Instant::now() + LONGEST;
    let mut found = Differences::default();
    for step in capture_diff_slices_deadline(Algorithm::Myers, &old, &new, Some(until)) {
        if matches!(step, DiffOp::Equal { .. }) {
            continue;
        }
        mark(&mut found.first, &ours[step.old_range()]);
        mark(&mut found.second, &theirs[step.new_range()]);
    }
    found
}

fn cut(text: &str, word: &Range<usize>) -> String {
    text[word.clone()].to_owned()
}

/// Words that follow each other are marked as one, with what stands between them.
fn mark(found: &mut Vec<Range<usize>>, words: &[Range<usize>]) {
    if let (Some(first), Some(last)) = (words.first(), words.last()) {
        found.push(first.start..last.end);
    }
}

/// The words of a text; every other mark that is seen stands by itself.
fn words(text: &str) -> Vec<Range<usize>> {
    let mut words: Vec<Range<usize>> = Vec::new();
    let mut is_in_word = false;
    for (start, character) in text.char_indices() {
        let end = start + character.len_utf8();
        let is_letter = character.is_alphanumeric();
        match words.last_mut().filter(|_| is_in_word && is_letter) {
            Some(word) => word.end = end,
            None if character.is_whitespace() => {}
            None => words.push(start..end),
        }
        is_in_word = is_letter;
    }
    words
}

/// A text with parts of it marked: underlined and on a ground, so that no colour is needed to see them.
pub(super) fn marked_text_ui(page: &Page<'_>, ui: &mut Ui, text: &str, parts: &[Range<usize>]) {
    let font = FontId::proportional(type_size::BODY);
    let plain = TextFormat { font_id: font.clone(), color: page.colours.text, ..TextFormat::default() };
    let tint = page.colours.tint(Tone::Warning);
    let marked = TextFormat {
        font_id: font,
        color: page.colours.text,
        background: tint.ground,
        underline: Stroke::new(1.5, tint.ink),
        ..TextFormat::default()
    };
    let mut job = LayoutJob::default();
    let mut from = 0;
    for part in parts {
        job.append(&text[from..part.start], 0.0, plain.clone());
        job.append(&text[part.clone()], 0.0, marked.clone());
        from = part.end;
    }
    job.append(&text[from..], 0.0, plain);
    ui.add(egui::Label::new(job).wrap().selectable(true));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(first: &str, second: &str) -> (Vec<String>, Vec<String>) {
        let found = differences(first, second);
        let texts = |parts: &[Range<usize>], text| parts.iter().map(|part| cut(text, part)).collect();
        (texts(&found.first, first), texts(&found.second, second))
    }

    #[test]
    fn words_that_the_other_lacks_are_marked_and_no_others() {
        let (first, second) = seen("We will refund you today.", "We will refund you within five days, promised.");
        assert_eq!(first, ["today"]);
        assert_eq!(second, ["within five days, promised"]);
        assert_eq!(seen("the same", "the\n same"), (Vec::new(), Vec::new()), "white space is no difference");
        assert_eq!(seen("", "all new"), (Vec::new(), vec!["all new".to_owned()]));
        assert_eq!(seen("Grüße 日本", "Grüße, 日本"), (Vec::new(), vec![",".to_owned()]));
    }

    #[test]
    fn what_is_too_long_is_left() {
        let long = "word ".repeat(MOST);
        assert_eq!(differences(&long, "word"), Differences::default());
    }
}
