//! Rules as people jot them down: a line each, with or without bullets and names.

use crate::domain::RubricRule;

/// Words of a name that is made of the rule's sentence.
const NAME_WORDS: usize = 4;

/// Characters of what stands before a colon and is taken for a name.
const LONGEST_NAME: usize = 32;

/// The rules of a text: each line that is no heading is one. `Name: sentence` names it; else its first words do.
pub fn rules_of_text(text: &str) -> Vec<RubricRule> {
    let mut rules: Vec<RubricRule> = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let line = without_bullet(line).trim();
        let (name, sentence) = match line.split_once(':') {
            Some((name, sentence)) if is_name(name) && !sentence.trim().is_empty() => {
                (name.trim().to_owned(), sentence)
            }
            _ => (first_words(line), line),
        };
        if name.is_empty() {
            continue;
        }
        let taken = |name: &str| rules.iter().any(|rule| rule.name == name);
        let name = if taken(&name) {
            let numbered = (2..).map(|number| format!("{name} {number}"));
            numbered.into_iter().find(|name| !taken(name)).unwrap_or_default()
        } else {
            name
        };
        rules.push(RubricRule::new(name, whole_sentence(sentence.trim())));
    }
    rules
}

/// A line without what a list puts before it: a dash, a star, a dot, or a number.
fn without_bullet(line: &str) -> &str {
    if let Some(rest) = line.strip_prefix(['-', '*', '•', '–', '+']) {
        return rest;
    }
    let digits = line.chars().take_while(char::is_ascii_digit).count();
    match line[digits..].strip_prefix(['.', ')']) {
        Some(rest) if digits > 0 && digits <= 3 => rest,
        _ => line,
    }
}

fn is_name(text: &str) -> bool {
    let text = text.trim();
    !text.is_empty() && text.chars().count() <= LONGEST_NAME && text.split_whitespace().count() <= NAME_WORDS
}

fn first_words(line: &str) -> String {
    let clean = |word: &str| word.trim_matches(|letter: char| !letter.is_alphanumeric()).to_lowercase();
    let words: Vec<String> =
        line.split_whitespace().map(clean).filter(|word| !word.is_empty()).take(NAME_WORDS).collect();
    words.join(" ")
}

/// A sentence with a full stop.
fn whole_sentence(text: &str) -> String {
    if text.ends_with(['.', '!', '?', '。', '…']) { text.to_owned() } else { format!("{text}.") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_rule() {
        let text = "# What we want\n\n- Be kind.\n* Say what happens next\n3. Short: Use at most thirty words.\n\
                    10) Be kind to everybody, always\nBe kind.\n– \nNever say: \"as an AI\"\n";
        let rules: Vec<(String, String)> = rules_of_text(text).into_iter().map(|rule| (rule.name, rule.text)).collect();
        let expected = [
            ("be kind", "Be kind."),
            ("say what happens next", "Say what happens next."),
            ("Short", "Use at most thirty words."),
            ("be kind to everybody", "Be kind to everybody, always."),
            ("be kind 2", "Be kind."),
            ("Never say", "\"as an AI\"."),
        ];
        assert_eq!(rules, expected.map(|(name, text)| (name.to_owned(), text.to_owned())));
        assert!(rules_of_text(" \n# only a heading\n").is_empty());
    }
}
