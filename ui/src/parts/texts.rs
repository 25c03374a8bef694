//! Numbers, sizes and times as people read them.

use whetstone_core::method::STARTER;

use crate::words::Words;

/// A size in bytes.
pub fn bytes(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["B", "kB", "MB", "GB", "TB"];
    let (mut value, mut unit) = (bytes as f64, 0);
    while value >= 1000.0 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    if unit == 0 || value >= 100.0 {
        format!("{value:.0} {}", UNITS[unit])
    } else {
        format!("{value:.1} {}", UNITS[unit])
    }
}

/// A stretch of time.
pub fn duration(words: &Words, seconds: f64) -> String {
    let seconds = seconds.max(0.0).round() as u64;
    let said = |id: &str, count: u64| words.say_with(id, [("count", count.into())]);
    match seconds {
        0..60 => said("time-seconds", seconds.max(1)),
        60..3600 => said("time-minutes", (seconds + 30) / 60),
        3600..86_400 => words
            .say_with("time-hours", [("hours", (seconds / 3600).into()), ("minutes", (seconds % 3600 / 60).into())]),
        _ => said("time-days", (seconds + 43_200) / 86_400),
    }
}

/// A share from 0 to 1 as a whole percentage.
pub fn percent(share: f64) -> String {
    format!("{:.0}%", share * 100.0)
}

/// A count, with a thin space between its thousands.
pub fn whole_number(count: usize) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push('\u{2009}');
        }
        text.push(digit);
    }
    text
}

/// A number with as many places as matter.
pub fn number(value: f64) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    match value.abs() {
        0.0 => "0".to_owned(),
        size if !(0.001..100_000.0).contains(&size) => format!("{value:.1e}"),
        size if size < 1.0 => format!("{value:.4}"),
        size if size < 100.0 => format!("{value:.2}"),
        _ => format!("{value:.0}"),
    }
}

/// An amount of money: in hundredths, or finer where it is less than one.
pub fn money(amount: f64) -> String {
    if amount == 0.0 || amount >= 0.01 { format!("{amount:.2}") } else { number(amount) }
}

/// A moment of the project's trail, as it stands there (`2026-03-02T11:40:00Z`), without its seconds.
pub fn moment(at: &str) -> String {
    let at = at.trim_end_matches('Z').replace('T', " ");
    let minutes = "2026-03-02 11:40".len();
    format!("{} UTC", at.get(..minutes).unwrap_or(&at))
}

/// What people call a model: of the starter its name in words, of one of the Hub `owner/name`, of a folder its name.
pub fn model_name(words: &Words, model: &str) -> String {
    if model == STARTER {
        return words.say("data-starter");
    }
    if let Some((repository, _)) = hub_name(model) {
        return repository;
    }
    let path = std::path::Path::new(model);
    path.file_name().map_or_else(|| model.to_owned(), |name| name.to_string_lossy().into_owned())
}

/// The repository of a model of the Hub, and its commit where one is named: of `owner/name@commit`, or of a folder in the
/// cache that Hugging Face's tools share.
pub fn hub_name(model: &str) -> Option<(String, Option<String>)> {
    let is_commit = |text: &str| text.len() >= 7 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if let Some((repository, commit)) = model.split_once('@') {
        let is_named = repository.matches('/').count() == 1 && !repository.starts_with(['/', '.', '~']);
        return (is_named && is_commit(commit)).then(|| (repository.to_owned(), Some(commit.to_owned())));
    }
    let mut parts = model.rsplit(['/', '\\']).filter(|part| !part.is_empty());
    let (commit, snapshots, folder) = (parts.next()?, parts.next()?, parts.next()?);
    let repository = folder.strip_prefix("models--")?.replacen("--", "/", 1);
    (snapshots == "snapshots" && is_commit(commit)).then(|| (repository, Some(commit.to_owned())))
}

/// The first so many characters of a text, in one line.
pub fn shorten(text: &str, most: usize) -> String {
    let mut short = String::new();
    for (count, character) in text.chars().enumerate() {
        if count == most {
            short.push('…');
            break;
        }
        short.push(if character.is_whitespace() { ' ' } else { character });
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_counts_and_numbers_read_well() {
        assert_eq!(bytes(0), "0 B");
        assert_eq!(bytes(999), "999 B");
        assert_eq!(bytes(1_500), "1.5 kB");
        assert_eq!(bytes(234_000_000), "234 MB");
        assert_eq!(whole_number(7), "7");
        assert_eq!(whole_number(50_000), "50\u{2009}000");
        assert_eq!(number(f64::NAN), "–");
        assert_eq!(number(0.000_005), "5.0e-6");
        assert_eq!(number(0.25), "0.2500");
        assert_eq!((money(0.0).as_str(), money(12.345).as_str(), money(0.0021).as_str()), ("0.00", "12.35", "0.0021"));
        assert_eq!(percent(0.426), "43%");
        assert_eq!(shorten("a\nbcd", 3), "a b…");
        assert_eq!(shorten("abc", 3), "abc");
        assert_eq!(moment("2026-03-02T11:40:07Z"), "2026-03-02 11:40 UTC");
        assert_eq!(moment("long ago"), "long ago UTC");
    }

    #[test]
    fn models_are_called_as_people_call_them() {
        let words = Words::new(&crate::words::LANGUAGES[0]);
        let commit = "0123456789abcdef0123456789abcdef01234567";
        for (model, name) in [
            (STARTER.to_owned(), "the starter model"),
            (format!("HuggingFaceTB/SmolLM2-135M@{commit}"), "HuggingFaceTB/SmolLM2-135M"),
            (format!("/home/ada/.cache/huggingface/hub/models--a--b-1/snapshots/{commit}"), "a/b-1"),
            (format!("C:\\hub\\models--a--b\\snapshots\\{commit}"), "a/b"),
            ("/models/mine".to_owned(), "mine"),
            (format!("/models/me@{commit}"), &format!("me@{commit}")),
        ] {
            assert_eq!(model_name(&words, &model), name, "{model}");
        }
    }
}
