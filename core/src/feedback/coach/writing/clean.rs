//! What a model wrote, made into plain text.

/// Characters of one text at most.
pub const MOST_CHARACTERS: usize = 20_000;

/// Characters of one line of a list at most: longer ones are no prompts of a list.
const MOST_OF_A_LINE: usize = 2_000;

/// What opens and closes a quotation.
const QUOTES: &[(char, char)] =
    &[('"', '"'), ('\'', '\''), ('`', '`'), ('“', '”'), ('„', '“'), ('‘', '’'), ('«', '»'), ('»', '«'), ('*', '*')];

/// The text without control characters and without those that change how other text shows, cut to [`MOST_CHARACTERS`]
/// and without white space around it.
pub fn clean(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let shows = |letter: &char| !is_hidden(*letter);
    text.trim().chars().filter(shows).take(MOST_CHARACTERS).collect::<String>().trim().to_owned()
}

/// Control characters but for line ends and tabs, directional overrides, and the byte-order mark.
fn is_hidden(letter: char) -> bool {
    let is_directional = matches!(letter, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}');
    (letter.is_control() && letter != '\n' && letter != '\t') || is_directional
}

/// The entries of a list that a model wrote, one a line, without their numbers and quotation marks. A list in JSON is
/// read as one. Lines that only introduce the list are left out.
pub fn list_of(text: &str) -> Vec<String> {
    let text = clean(text);
    let text =
        text.strip_prefix("```").map_or(text.as_str(), |rest| rest.split_once('\n').map_or("", |(_, rest)| rest));
    if let Ok(list) = serde_json::from_str::<Vec<String>>(text.trim().trim_end_matches("```").trim()) {
        return list.iter().map(|entry| clean(&entry.replace('\n', " "))).filter(|entry| is_entry(entry)).collect();
    }
    text.lines().filter_map(entry).collect()
}

fn entry(line: &str) -> Option<String> {
    let line = line.trim();
    let bare = without_number(line);
    if line.starts_with("```") || (bare == line && line.ends_with(':')) {
        return None;
    }
    let entry = without_quotes(bare.trim()).trim().to_owned();
    is_entry(&entry).then_some(entry)
}

fn is_entry(entry: &str) -> bool {
    entry.chars().any(char::is_alphanumeric) && entry.chars().count() <= MOST_OF_A_LINE
}

/// The line without what numbers it: `1.`, `2)`, `(3)`, `4:`, `-`, `*`, `•`.
fn without_number(line: &str) -> &str {
    for mark in ['-', '*', '•', '–'] {
        if let Some(rest) = line.strip_prefix(mark).filter(|rest| rest.starts_with(char::is_whitespace)) {
            return without_number(rest.trim_start());
        }
    }
    let opened = line.strip_prefix('(').unwrap_or(line);
    let digits = opened.trim_start_matches(|letter: char| letter.is_ascii_digit());
    let count = opened.len() - digits.len();
    if !(1..=3).contains(&count) {
        return line;
    }
    match digits.strip_prefix(['.', ')', ':']) {
        // A time or a price begins no list.
        Some(rest) if rest.starts_with(char::is_whitespace) => rest.trim_start(),
        _ => line,
    }
}

/// The text without one pair of quotation marks around all of it, or two.
fn without_quotes(text: &str) -> &str {
    for (open, close) in QUOTES {
        let inner = text.strip_prefix(*open).and_then(|rest| rest.strip_suffix(*close));
        if let Some(inner) = inner.filter(|inner| !inner.is_empty() && !inner.contains([*open, *close])) {
            return inner;
        }
    }
    if let Some(inner) = text.strip_prefix("**").and_then(|rest| rest.strip_suffix("**")) {
        return inner;
    }
    text
}
