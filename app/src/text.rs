//! Text of models, files and errors as it may stand on a terminal: it is data, never a command to the terminal.

use serde_json::Value;

/// The text with every control character but line ends and tabs made visible.
pub(crate) fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() && !matches!(character, '\n' | '\t') {
            plain.extend(character.escape_unicode());
        } else {
            plain.push(character);
        }
    }
    plain
}

/// The text in one line: every run of white space is one space.
pub(crate) fn plain_line(text: &str) -> String {
    plain(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// The beginning of the text in one line of at most `width` characters.
pub(crate) fn excerpt(text: &str, width: usize) -> String {
    let line = plain_line(text);
    match line.char_indices().nth(width) {
        None => line,
        Some(_) => line.chars().take(width - 1).chain(['…']).collect(),
    }
}

/// A number with about four digits that count.
pub(crate) fn number(value: f64) -> String {
    let magnitude = value.abs();
    if value == 0.0 || (0.001..1e6).contains(&magnitude) {
        let decimals = if magnitude >= 1000.0 { 0 } else { 4 };
        let text = format!("{value:.decimals$}");
        if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
    } else {
        format!("{value:.3e}")
    }
}

/// A JSON value for people: texts without their quotes, numbers short, the rest as it is.
pub(crate) fn value(value: &Value) -> String {
    match value {
        Value::String(text) => plain_line(text),
        Value::Number(figure) if figure.is_f64() => number(figure.as_f64().unwrap_or(f64::NAN)),
        other => other.to_string(),
    }
}

/// A size in bytes, in the unit that fits.
pub(crate) fn bytes(size: u64) -> String {
    const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
    let mut size = size as f64 / 1024.0;
    let mut unit = 0;
    while size >= 1024.0 && unit + 1 < UNITS.len() {
        size /= 1024.0;
        unit += 1;
    }
    format!("{size:.1} {}", UNITS[unit])
}

/// A time in hours, minutes and seconds.
pub(crate) fn duration(seconds: f64) -> String {
    let seconds = seconds.round().max(0.0) as u64;
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, seconds) => format!("{minutes} min {seconds} s"),
        (hours, minutes, _) => format!("{hours} h {minutes} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_cannot_command_the_terminal() {
        assert_eq!(plain("red \u{1b}[31m\ttab\nbell\u{7} csi\u{9b}"), "red \\u{1b}[31m\ttab\nbell\\u{7} csi\\u{9b}");
    }

    #[test]
    fn an_excerpt_is_one_line_of_the_width() {
        assert_eq!(excerpt("one\n two", 7), "one two");
        assert_eq!(excerpt("one\n two!", 7), "one tw…");
    }

    #[test]
    fn numbers_keep_what_counts() {
        for (given, shown) in [
            (0.0, "0"),
            (std::f64::consts::LN_2, "0.6931"),
            (1.0, "1"),
            (-12.5, "-12.5"),
            (123_456.7, "123457"),
            (5e-6, "5.000e-6"),
        ] {
            assert_eq!(number(given), shown);
        }
    }

    #[test]
    fn times_are_told_in_the_units_that_fit() {
        assert_eq!([0.4, 61.0, 7260.0].map(duration), ["0 s", "1 min 1 s", "2 h 1 min"]);
    }

    #[test]
    fn sizes_are_told_in_the_unit_that_fits() {
        assert_eq!(bytes(1536), "1.5 KiB");
        assert_eq!(bytes(24 << 30), "24.0 GiB");
        assert_eq!(bytes(u64::MAX), "16777216.0 TiB");
    }
}
