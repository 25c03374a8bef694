//! Text of models, people and files as data: never markup.

/// Text for HTML and SVG, in content and in attributes.
pub(in crate::evaluate) fn html(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars().map(visible) {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

/// A short text within a line of Markdown.
pub(super) fn inline(text: &str) -> String {
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut safe = String::with_capacity(flat.len());
    let letters: Vec<char> = flat.chars().map(visible).collect();
    for (place, &letter) in letters.iter().enumerate() {
        let is_mark = matches!(
            letter,
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '<' | '>' | '#' | '!' | '|' | '~' | '&' | '$' | '^' | '@'
        );
        // A colon makes an address of `https://`, a full stop of `www.` and a list of `1.`; others are mere signs.
        let before = &letters[..place];
        let makes_address = letter == ':' && letters[place..].starts_with(&[':', '/', '/'])
            || letter == '.'
                && before.len() >= 3
                && before[before.len() - 3..].iter().all(|w| w.eq_ignore_ascii_case(&'w'));
        let ends_word = letters.get(place + 1).is_none_or(|&next| next == ' ');
        let makes_list = ends_word && matches!(letter, '.' | ')') && before.iter().all(char::is_ascii_digit)
            || ends_word && letter == '+' && place == 0
            || matches!(letter, '-' | '=') && place == 0;
        if is_mark || makes_address || makes_list {
            safe.push('\\');
        }
        safe.push(letter);
    }
    safe
}

/// A text of any length as a block of Markdown that is shown letter by letter: a fence longer than any row of backticks
/// in it. Long lines are broken between words.
pub(super) fn block(text: &str) -> String {
    let longest = text.split(|letter| letter != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    let lines: Vec<String> = text.lines().flat_map(broken).collect();
    format!("{fence}text\n{}\n{fence}\n", lines.join("\n"))
}

/// A line in pieces of at most 100 letters, where it has spaces to break at.
fn broken(line: &str) -> Vec<String> {
    const WIDTH: usize = 100;
    let mut lines = vec![String::new()];
    let mut width = 0;
    for (place, word) in line.split(' ').enumerate() {
        let letters = word.chars().count();
        if place > 0 && width > 0 && width + 1 + letters > WIDTH {
            lines.push(String::new());
            width = 0;
        } else if place > 0 {
            lines.last_mut().into_iter().for_each(|line| line.push(' '));
            width += 1;
        }
        lines.last_mut().into_iter().for_each(|line| line.extend(word.chars().map(visible)));
        width += letters;
    }
    lines
}

/// Signs that steer a display rather than being seen (control characters, overrides of the writing direction) stand as
/// the replacement character.
fn visible(letter: char) -> char {
    match letter {
        '\n' | '\t' => letter,
        // The last two are unknown to XML: a picture may not hold them.
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}' => {
            char::REPLACEMENT_CHARACTER
        }
        other if other.is_control() => char::REPLACEMENT_CHARACTER,
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_has_no_markup_left() {
        assert_eq!(html("<b a='1' c=\"2\">&amp;"), "&lt;b a=&#39;1&#39; c=&quot;2&quot;&gt;&amp;amp;");
        assert_eq!(html("a\u{202E}b\u{0}c\nd"), "a\u{FFFD}b\u{FFFD}c\nd");
    }

    #[test]
    fn a_line_of_markdown_stays_a_line_of_words() {
        assert_eq!(inline("a *b*\n<i> [x](http://y) | `c`"), "a \\*b\\* \\<i\\> \\[x\\](http\\://y) \\| \\`c\\`");
        assert_eq!(inline("1. one"), "1\\. one");
        assert_eq!(inline("- www.x.org a@b 0.5"), "\\- www\\.x.org a\\@b 0.5");
        assert_eq!(["0.5", "+5 points", "+ one", "==="].map(inline), ["0.5", "+5 points", "\\+ one", "\\==="]);
    }

    #[test]
    fn a_block_cannot_be_left() {
        for hostile in ["```\n<script>", "a ````` b", "~~~\n```", "x\r\n```\r\ny", ""] {
            let safe = block(hostile);
            let fence: String = safe.chars().take_while(|&letter| letter == '`').collect();
            let inner = safe
                .strip_prefix(&format!("{fence}text\n"))
                .and_then(|rest| rest.strip_suffix(&format!("\n{fence}\n")));
            let inner = inner.expect("a fence on both sides");
            assert!(fence.len() >= 3 && !inner.contains(&fence), "{safe}");
        }
    }

    #[test]
    fn long_lines_are_broken_between_words_and_keep_them() {
        let line = "some  words ".repeat(30);
        let safe = broken(&line);
        assert!(safe.iter().all(|line| line.chars().count() <= 101) && safe.len() == 4, "{safe:?}");
        assert_eq!(safe.join(" ").split_whitespace().count(), 60);
        assert_eq!(broken(&"x".repeat(300)).len(), 1);
    }
}
