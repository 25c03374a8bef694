//! Whether a coach can be trusted, as one of four words and a sentence.

use serde::{Deserialize, Serialize};

use crate::feedback::Proportion;
use crate::feedback::coach::ThresholdChoice;

/// Comparisons that both must have decided before anything is said.
pub const FEWEST: usize = 20;

/// A coach is trusted from this agreement on, where the lower end of its interval is above [`SURE`].
const GOOD: f64 = 0.85;
/// How low the agreement of a trusted coach may truly be.
const SURE: f64 = 0.65;
/// A coach whose doubts people look at may agree less.
const FAIR: f64 = 0.7;
/// A trusted coach prefers the same answer in both orders at least so often.
const STEADY: f64 = 0.75;
/// A trusted coach decides at least this share of what people decide.
const USEFUL: f64 = 0.5;

/// What a coach may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trust {
    /// It may label in bulk.
    Trust,
    /// It may label, and people look at what it is unsure of.
    TrustWithReview,
    /// It may not label.
    DoNotTrust,
    /// Too few comparisons were decided by both.
    TooFew,
}

impl Trust {
    /// Every word, from the best.
    pub const ALL: [Self; 4] = [Self::Trust, Self::TrustWithReview, Self::DoNotTrust, Self::TooFew];

    /// What files and screens call it.
    pub fn id(self) -> &'static str {
        match self {
            Self::Trust => "trust",
            Self::TrustWithReview => "trust_with_review",
            Self::DoNotTrust => "do_not_trust",
            Self::TooFew => "too_few",
        }
    }

    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Trust => "trust it",
            Self::TrustWithReview => "trust it, with a review of what it is unsure of",
            Self::DoNotTrust => "do not trust it",
            Self::TooFew => "too few comparisons to say",
        }
    }
}

/// The word, and a sentence with its reason.
pub(super) fn judge(
    agreement: &Proportion,
    coverage: &Proportion,
    consistency: &Proportion,
    threshold: Option<&ThresholdChoice>,
) -> (Trust, String) {
    let percent = |value: f64| format!("{:.0}%", 100.0 * value);
    let both = agreement.trials;
    if both < FEWEST {
        let more = FEWEST - both;
        let sentence = if coverage.trials >= FEWEST {
            format!(
                "Do not trust it: it decided only {both} of the {} comparisons that people decided.",
                coverage.trials
            )
        } else {
            format!(
                "Too few comparisons to say: people and the coach both decided {both}, and {FEWEST} are needed; let people \
                 judge at least {more} more."
            )
        };
        let trust = if coverage.trials >= FEWEST { Trust::DoNotTrust } else { Trust::TooFew };
        return (trust, sentence);
    }
    let agrees =
        format!("it agrees with people on {} of the {both} comparisons that both decided", agreement.in_words());
    let steady = consistency.trials == 0 || consistency.share >= STEADY;
    let order = format!("it keeps its mind in {} when the answers change places", percent(consistency.share));
    if agreement.share >= GOOD && agreement.low >= SURE && steady && coverage.share >= USEFUL {
        return (Trust::Trust, format!("Trust it: {agrees}."));
    }
    let at_threshold = threshold.filter(|found| found.is_reached && found.coverage.share >= 0.2);
    if agreement.low > 0.5 && (agreement.share >= FAIR || at_threshold.is_some()) {
        let advice = at_threshold.map_or_else(String::new, |found| {
            format!(
                " Where it is surest, in {} of the comparisons, it agrees in {} (threshold {:.1}).",
                percent(found.coverage.share),
                percent(found.agreement.share),
                found.threshold
            )
        });
        let doubt = match (steady, coverage.share >= USEFUL) {
            (false, _) => format!(", but {order}"),
            (true, false) => format!(", but it decides only {} of what people decide", percent(coverage.share)),
            (true, true) => String::new(),
        };
        let sentence = format!("Trust it with a review of what it is unsure of: {agrees}{doubt}.{advice}");
        return (Trust::TrustWithReview, sentence);
    }
    let doubt = if agreement.low > 0.5 { "" } else { ", which may be chance" };
    (Trust::DoNotTrust, format!("Do not trust it: {agrees}{doubt}."))
}
