//! What was forgotten, each figure on a scale with the marks from which on it counts.

use super::bars::{LEFT, RIGHT, place, rows, share_row};
use super::{Anchor, Ink, Plot, dot, group, line, text};
use crate::evaluate::figures::capital;
use crate::evaluate::report::forgotten::{change, kind_name, nats, with_ends};
use crate::evaluate::{CheckKind, Estimate, Forgetting, LARGE_SHIFT, NOTABLE_SHIFT, TEXT_LOSS};

/// The first row's name, and the rows' distance.
const FIRST: f64 = 18.0;
const STEP: f64 = 76.0;

/// Room between two marks that both have their words.
const WORDS: f64 = 80.0;

/// A figure on a scale.
struct Gauge {
    name: &'static str,
    estimate: Estimate,
    said: String,
    /// Where the scale begins, and where it ends at least.
    ends: (f64, f64),
    /// Values with their meaning, ascending.
    marks: [(f64, &'static str); 2],
}

/// Questions that are answered rightly, by kind.
pub(super) fn checks(forgetting: &Forgetting) -> Option<Plot> {
    // A model that answered none rightly before has nothing to show here.
    if forgetting.checks_passed().0 == 0 {
        return None;
    }
    let row = |kind: &CheckKind| {
        let passed = [kind.passed_before, kind.passed_after()];
        let [before, after] = passed.map(|passed| passed as f64 / kind.asked.max(1) as f64);
        let said = format!("{} → {} of {}", passed[0], passed[1], kind.asked);
        share_row(capital(&kind_name(&kind.kind)), Estimate::given(before), Estimate::given(after), said)
    };
    rows(
        "checks",
        "Small questions that are answered rightly",
        "Both models were asked all of them: the dot should not fall far behind the ring.",
        &forgetting.checks.iter().map(row).collect::<Vec<_>>(),
    )
}

/// How general text is foretold, and how far the new model is from the old one.
pub(super) fn forgetting(forgetting: &Forgetting) -> Option<Plot> {
    let text = forgetting.text.as_ref().filter(|text| text.is_telling()).map(|text| Gauge {
        name: "Perplexity on general text",
        estimate: text.change(),
        said: change(text.change().value),
        ends: (-0.1, 0.3),
        marks: [(0.0, "as before"), (TEXT_LOSS.exp_m1(), "forgotten")],
    });
    let shift = forgetting.shift.filter(|_| forgetting.is_telling()).map(|shift| Gauge {
        name: "Shift, in nats a token",
        estimate: shift.nats_a_token,
        said: nats(shift.nats_a_token.value),
        ends: (0.0, 1.25),
        marks: [(NOTABLE_SHIFT, "worth a look"), (LARGE_SHIFT, "another model")],
    });
    let gauges: Vec<Gauge> = text.into_iter().chain(shift).collect();
    if gauges.is_empty() {
        return None;
    }
    let body = gauges.iter().enumerate().map(|(number, gauge)| drawn(gauge, FIRST + number as f64 * STEP)).collect();
    let said = |gauge: &Gauge| {
        let show = if gauge.ends.0 < 0.0 { change } else { nats };
        format!("{}: {}", gauge.name, with_ends(&gauge.estimate, show))
    };
    Some(Plot {
        name: "forgetting".to_owned(),
        title: "How far it has moved elsewhere".to_owned(),
        description: gauges.iter().map(said).collect::<Vec<_>>().join("; "),
        caption: "Further left is gentler. It counts as forgotten where the whole band lies beyond the second mark."
            .to_owned(),
        height: FIRST + (gauges.len() - 1) as f64 * STEP + 48.0,
        body,
    })
}

fn drawn(gauge: &Gauge, y: f64) -> String {
    let (from, least) = gauge.ends;
    let highest = gauge.estimate.high.unwrap_or(gauge.estimate.value) * 1.1;
    let to = if highest.is_finite() { highest.max(least) } else { least };
    let at = |value: f64| place((value - from) / (to - from));
    let middle = y + 17.0;
    let mut body = text(LEFT, y, Anchor::Start, Ink::Text, gauge.name);
    body += &group("font-weight=\"600\"", &text(RIGHT, y, Anchor::End, Ink::Text, &gauge.said));
    body += &line((LEFT, middle), (RIGHT, middle), Ink::Line, 2.0);
    let xs = gauge.marks.map(|(value, _)| at(value));
    let mut words = String::new();
    for (number, (&(_, meaning), x)) in gauge.marks.iter().zip(xs).enumerate() {
        body += &line((x, middle - 9.0), (x, middle + 9.0), Ink::Muted, 1.5);
        if number == 1 || xs[1] - xs[0] >= WORDS {
            words += &text(x.clamp(LEFT + 45.0, RIGHT - 45.0), middle + 25.0, Anchor::Middle, Ink::Muted, meaning);
        }
    }
    body += &group("font-size=\"11.5\"", &words);
    if let (Some(low), Some(high)) = (gauge.estimate.low, gauge.estimate.high) {
        body += &group("opacity=\".25\"", &line((at(low), middle), (at(high), middle), Ink::After, 9.0));
    }
    body + &dot(at(gauge.estimate.value), middle, 5.0, Ink::After)
}
