//! Figures as people read them.

use super::{Estimate, Paired};

/// A share as a percentage. What is not quite all is not rounded to all.
pub(super) fn percent(share: f64) -> String {
    let rounded = (100.0 * share).round();
    match () {
        () if !share.is_finite() => "unknown".to_owned(),
        () if rounded >= 100.0 && share < 1.0 => "over 99%".to_owned(),
        () if rounded <= 0.0 && share > 0.0 => "under 1%".to_owned(),
        () => format!("{}%", rounded + 0.0),
    }
}

/// After less before in percentage points, as it follows from both as they are shown.
pub(super) fn change_in_points(share: &Paired) -> String {
    let shown = |estimate: &Estimate| (100.0 * estimate.value).round();
    points(shown(&share.after) - shown(&share.before))
}

/// The ends of a difference's interval in percentage points.
pub(super) fn points_between(difference: &Estimate) -> Option<String> {
    let low = signed(100.0 * difference.low?, 0, "");
    Some(format!("{low} to {}", points(100.0 * difference.high?)))
}

fn points(points: f64) -> String {
    let unit = if points.abs().round() as i64 == 1 { " point" } else { " points" };
    signed(points, 0, unit)
}

/// A number with its sign. A minus is a minus, not a hyphen.
pub(super) fn signed(value: f64, digits: usize, unit: &str) -> String {
    let text = format!("{:.digits$}", value.abs());
    let is_zero = text.chars().all(|letter| matches!(letter, '0' | '.'));
    let sign = match () {
        () if !value.is_finite() => return "unknown".to_owned(),
        () if is_zero => "±",
        () if value < 0.0 => "−",
        () => "+",
    };
    format!("{sign}{text}{unit}")
}

/// The ends of an interval; nothing where there is none.
pub(super) fn between(estimate: &Estimate, show: impl Fn(f64) -> String) -> Option<String> {
    Some(format!("{} to {}", show(estimate.low?), show(estimate.high?)))
}

/// A number of things: `1 pair`, `2 pairs`.
pub(super) fn count(number: u64, one: &str) -> String {
    format!("{} {one}{}", grouped(number), if number == 1 { "" } else { "s" })
}

/// The same words at the beginning of a sentence.
pub(super) fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default() + letters.as_str()
}

/// A number with its thousands apart.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A span of time in the largest unit that fits.
pub(super) fn duration(seconds: f64) -> String {
    let minutes = (seconds / 60.0).round() as u64;
    match () {
        () if !seconds.is_finite() || seconds < 0.0 => "an unknown time".to_owned(),
        () if seconds < 90.0 => count(seconds.round() as u64, "second"),
        () if minutes < 90 => count(minutes, "minute"),
        () => format!("{} h {:02} min", minutes / 60, minutes % 60),
    }
}

/// A number with about three digits that count.
pub(super) fn short(value: f64) -> String {
    let size = value.abs();
    let text = match () {
        () if !value.is_finite() => return "unknown".to_owned(),
        () if size >= 100.0 || value == 0.0 => format!("{value:.0}"),
        () if size >= 0.001 => format!("{value:.3}"),
        () => return format!("{value:.1e}"),
    };
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    text.replace('-', "−")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_and_differences_read_as_people_say_them() {
        assert_eq!([0.784, 1.0, 0.999, 0.0, 0.001].map(percent), ["78%", "100%", "over 99%", "0%", "under 1%"]);
        let change = |before, after| change_in_points(&Paired::given(before, after));
        assert_eq!([change(0.2, 0.73), change(0.5, 0.43), change(0.5, 0.5)], ["+53 points", "−7 points", "±0 points"]);
        assert_eq!(change(0.006, 0.004), "−1 point");
        assert_eq!(points_between(&Estimate::within(0.1, -0.02, 0.22)).as_deref(), Some("−2 to +22 points"));
        assert_eq!(percent(f64::NAN), "unknown");
        assert_eq!(between(&Estimate::within(0.5, 0.41, 0.59), percent).as_deref(), Some("41% to 59%"));
        assert_eq!(between(&Estimate::given(0.5), percent), None);
    }

    #[test]
    fn counts_and_times_have_their_units() {
        assert_eq!([count(1, "pair"), count(1_234_567, "pair")], ["1 pair", "1,234,567 pairs"]);
        assert_eq!([7.4, 600.0, 7260.0].map(duration), ["7 seconds", "10 minutes", "2 h 01 min"]);
        assert_eq!([0.7514, 123.4, 0.5, 0.0, -2.0, 2e-6].map(short), ["0.751", "123", "0.5", "0", "−2", "2.0e-6"]);
    }
}
