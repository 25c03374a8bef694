//! Coaches' report cards for people: as lines of text, and as one HTML page with all of them side by side.

mod html;
mod text;

pub use html::page;
pub use text::text_of;

use super::figures::percent;
use crate::domain::Choice;
use crate::feedback::Proportion;
use crate::feedback::coach::report_card::{Cost, ReportCard, RuleAdvice, RuleCard, Trust};

/// One line of the table that shows coaches side by side: what it is, and how a card says it.
pub(super) struct Line {
    pub(super) name: &'static str,
    pub(super) of: fn(&ReportCard) -> String,
}

/// Every line, the weightiest first.
pub(super) const LINES: &[Line] = &[
    Line { name: "Agrees with people", of: |card| share(&card.agreement) },
    Line { name: "Agreement beyond chance (kappa)", of: kappa },
    Line { name: "Decides, of what people decided", of: |card| share(&card.coverage) },
    Line { name: "Keeps its mind in both orders", of: |card| share(&card.consistency) },
    Line { name: "Prefers the longer answer (people)", of: length },
    Line { name: "How sure it says it is", of: sureness },
    Line { name: "A hundred labels take", of: |card| time(&card.cost) },
    Line { name: "A hundred labels cost", of: |card| money(&card.cost) },
];

/// A share with its interval; a dash of nothing.
pub(super) fn share(share: &Proportion) -> String {
    if share.trials == 0 {
        return "–".to_owned();
    }
    format!("{} ({} to {})", percent(share.share), percent(share.low), percent(share.high))
}

fn kappa(card: &ReportCard) -> String {
    let show = |value: f64| format!("{value:.2}");
    card.kappa.map_or("–".to_owned(), |kappa| {
        format!("{} ({} to {})", show(kappa.value), show(kappa.low), show(kappa.high))
    })
}

fn length(card: &ReportCard) -> String {
    let lean = &card.biases.length;
    if lean.coach.trials == 0 {
        return "–".to_owned();
    }
    format!("{} ({})", percent(lean.coach.share), percent(lean.people.share))
}

fn sureness(card: &ReportCard) -> String {
    let calibration = &card.calibration;
    match (calibration.accuracy.trials, calibration.temperature) {
        (0, _) => "–".to_owned(),
        (_, 1.25..) => "too sure".to_owned(),
        (_, 0.8..) => "about right".to_owned(),
        _ => "less than it could be".to_owned(),
    }
}

fn time(cost: &Cost) -> String {
    match cost.seconds_a_hundred {
        seconds if seconds < 10.0 => format!("{seconds:.1} seconds"),
        seconds if seconds < 120.0 => format!("{seconds:.0} seconds"),
        seconds => format!("{:.0} minutes", seconds / 60.0),
    }
}

fn money(cost: &Cost) -> String {
    if cost.tokens_a_hundred <= 0.0 {
        return "nothing".to_owned();
    }
    let tokens = format!("{:.0} tokens", cost.tokens_a_hundred);
    if cost.money_a_hundred <= 0.0 {
        return tokens;
    }
    format!("{:.3} {} ({tokens})", cost.money_a_hundred, cost.currency).replace("  ", " ")
}

/// What is advised for a rule, in words.
pub(super) fn advice(rule: &RuleCard) -> &'static str {
    match rule.advice {
        RuleAdvice::Keep => "keep it",
        RuleAdvice::Drop => "drop it: no surer than a coin",
        RuleAdvice::TurnAround => "turn it around: people prefer the opposite",
        RuleAdvice::TooFew => "too few comparisons to say",
    }
}

/// How the answer is called that somebody prefers.
pub(super) fn answer(choice: Choice) -> &'static str {
    match choice {
        Choice::A => "the first answer",
        Choice::B => "the second answer",
        Choice::Tie => "neither",
        Choice::BothBad => "neither: both are bad",
        Choice::Skip => "nothing",
    }
}

/// The class of the page's style for a word of trust, and its sign.
pub(super) fn sign(trust: Trust) -> (&'static str, &'static str) {
    match trust {
        Trust::Trust => ("yes", "✓"),
        Trust::TrustWithReview => ("look_first", "!"),
        Trust::DoNotTrust => ("no", "✕"),
        Trust::TooFew => ("open", "≈"),
    }
}

#[cfg(test)]
mod tests;
