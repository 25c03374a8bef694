//! Shares on a line from 0 to 100%: the win rate, and figures before and after.

use super::{Anchor, Ink, Plot, WIDTH, dot, group, line, ring, text};
use crate::evaluate::figures::{percent, short};
use crate::evaluate::report::forgotten::with_ends;
use crate::evaluate::{Estimate, Paired, Results, WinRate};

/// Where the lines begin and end.
pub(super) const LEFT: f64 = 10.0;
pub(super) const RIGHT: f64 = WIDTH - 10.0;

/// Letters that a row's name may have beside its figures.
const NAME_LETTERS: usize = 34;

/// Where a share lies between them.
pub(super) fn place(share: f64) -> f64 {
    let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
    LEFT + share * (RIGHT - LEFT)
}

/// The win rate with its interval, the same at equal length, and the middle at which nothing has changed.
pub(super) fn win_rate(win_rate: &WinRate, at_equal_length: Option<&Estimate>) -> Plot {
    let rate = &win_rate.rate;
    let mut body = String::new();
    body += &text(LEFT, 20.0, Anchor::Start, Ink::Muted, "← old is better");
    body += &text(RIGHT, 20.0, Anchor::End, Ink::Muted, "new is better →");
    body += &rate_line(rate, 68.0);
    let mut bottom = 104.0;
    if let Some(rate) = at_equal_length {
        body += &text(LEFT, 108.0, Anchor::Start, Ink::Muted, "Where both answers are equally long");
        body += &rate_line(rate, 156.0);
        bottom = 192.0;
    }
    body += "<g font-size=\"11.5\">";
    body += &text(LEFT, bottom, Anchor::Start, Ink::Muted, "0%");
    body += &text(place(0.5), bottom, Anchor::Middle, Ink::Muted, "50%: as before");
    body += &text(RIGHT, bottom, Anchor::End, Ink::Muted, "100%");
    body += "</g>";
    let said = with_ends(rate, percent);
    let equal = at_equal_length
        .map_or(String::new(), |rate| format!(" Where both answers are equally long: {}.", with_ends(rate, percent)));
    Plot {
        name: "win-rate".to_owned(),
        title: "Win rate of the new model".to_owned(),
        description: format!(
            "{said}; 50% would be as good as before. {} comparisons on {} prompts.{equal}",
            win_rate.comparisons, win_rate.prompts
        ),
        caption: "The dot is what was found; the truth very likely lies within the band.".to_owned(),
        height: bottom + 8.0,
        body,
    }
}

/// A rate from 0 to 100%, with its figure above.
fn rate_line(rate: &Estimate, y: f64) -> String {
    let (value, middle) = (place(rate.value), place(0.5));
    let mut body = line((LEFT, y), (RIGHT, y), Ink::Line, 10.0);
    body += &line((middle, y - 16.0), (middle, y + 16.0), Ink::Muted, 1.5);
    if let (Some(low), Some(high)) = (rate.low, rate.high) {
        body += &line((place(low), y), (place(high), y), Ink::Faint, 10.0);
    }
    body += &dot(value, y, 8.0, Ink::After);
    let figure = text(value.clamp(40.0, WIDTH - 40.0), y - 20.0, Anchor::Middle, Ink::Text, &percent(rate.value));
    body + &group("font-weight=\"700\" font-size=\"19\"", &figure)
}

/// A row: a name, a share before and after, and both as text.
pub(super) struct Row {
    name: String,
    before: Estimate,
    after: Estimate,
    said: String,
}

fn row(name: &str, share: &Paired) -> Row {
    let said = format!("{} → {}", percent(share.before.value), percent(share.after.value));
    share_row(name.to_owned(), share.before, share.after, said)
}

/// A row of shares that are said in other words than percent.
pub(super) fn share_row(name: String, before: Estimate, after: Estimate, said: String) -> Row {
    Row { name, before, after, said }
}

/// Answers that meet the rubric, as a whole and by rule.
pub(super) fn rubric(results: &Results) -> Option<Plot> {
    let whole = results.rubric.iter().map(|share| row("The whole rubric", share));
    let rules = results.rules.iter().map(|result| row(&result.rule, &result.share));
    rows(
        "rubric",
        "Answers that meet the rubric",
        "Further right is better. Bands show where the truth very likely lies.",
        &whole.chain(rules).collect::<Vec<_>>(),
    )
}

/// How the answers are written: fluency, variety, length.
pub(super) fn wording(results: &Results) -> Option<Plot> {
    let mut found = Vec::new();
    found.extend(results.fluency.as_ref().map(|share| row("Fluent answers", share)));
    if let Some(variety) = results.variety {
        let (before, after) = (variety.before, variety.after);
        found.push(row("Different answers", &Paired::given(before.distinct_answers, after.distinct_answers)));
        found.push(row(
            "Different pairs of words",
            &Paired::given(before.distinct_word_pairs, after.distinct_word_pairs),
        ));
    }
    if let Some(length) = &results.length {
        // Words are no share: the line is as long as the longer of both and a bit.
        let longest = 1.25 * length.before.value.max(length.after.value).max(1.0);
        let said = format!("{} → {}", short(length.before.value.round()), short(length.after.value.round()));
        let of = |estimate: Estimate| Estimate::given(estimate.value / longest);
        found.push(Row {
            name: "Words an answer".to_owned(),
            before: of(length.before),
            after: of(length.after),
            said,
        });
    }
    rows(
        "wording",
        "How the answers are written",
        "A better score must not be paid for here: fluency and variety should stay where they were.",
        &found,
    )
}

/// Rows below each other, with a legend.
pub(super) fn rows(name: &str, title: &str, caption: &str, rows: &[Row]) -> Option<Plot> {
    const FIRST: f64 = 54.0;
    const STEP: f64 = 50.0;
    if rows.is_empty() {
        return None;
    }
    let mut body = String::from("<g font-size=\"11.5\">");
    body += &ring(LEFT + 6.0, 14.0, 5.0, Ink::Before);
    body += &text(LEFT + 18.0, 18.0, Anchor::Start, Ink::Muted, "before");
    body += &dot(LEFT + 84.0, 14.0, 5.0, Ink::After);
    body += &text(LEFT + 96.0, 18.0, Anchor::Start, Ink::Muted, "after");
    body += "</g>";
    for (number, row) in rows.iter().enumerate() {
        let y = FIRST + number as f64 * STEP;
        let middle = y + 17.0;
        body += &text(LEFT, y, Anchor::Start, Ink::Text, &cut(&row.name));
        body += &group("font-weight=\"600\"", &text(RIGHT, y, Anchor::End, Ink::Text, &row.said));
        body += &line((LEFT, middle), (RIGHT, middle), Ink::Line, 2.0);
        for (estimate, ink) in [(&row.before, Ink::Before), (&row.after, Ink::After)] {
            if let (Some(low), Some(high)) = (estimate.low, estimate.high) {
                let band = line((place(low), middle), (place(high), middle), ink, 9.0);
                body += &group("opacity=\".25\"", &band);
            }
        }
        let ends = (place(row.before.value), place(row.after.value));
        body += &line((ends.0, middle), (ends.1, middle), Ink::Faint, 3.0);
        // The dot fits the ring, so that both are seen where they meet.
        body += &ring(ends.0, middle, 7.5, Ink::Before);
        body += &dot(ends.1, middle, 5.0, Ink::After);
    }
    let said = |row: &Row| format!("{}: {}", row.name, row.said.replace('→', "before,") + " after");
    Some(Plot {
        name: name.to_owned(),
        title: title.to_owned(),
        description: rows.iter().map(said).collect::<Vec<_>>().join("; "),
        caption: caption.to_owned(),
        height: FIRST + (rows.len() - 1) as f64 * STEP + 34.0,
        body,
    })
}

/// A name cut to its room.
fn cut(name: &str) -> String {
    if name.chars().count() <= NAME_LETTERS {
        return name.to_owned();
    }
    let kept: String = name.chars().take(NAME_LETTERS - 1).collect();
    format!("{}…", kept.trim_end_matches([' ', ',', '.', ':', ';']))
}
