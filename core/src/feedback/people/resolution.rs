//! From verdicts to preference pairs.
//!
//! The rule, for each comparison:
//!
//! 1. Withdrawn verdicts, verdicts of removed annotators and skips count nowhere. Of an annotator's other verdicts the
//!    newest counts. What is newer is said by the sequence alone, never by a clock.
//! 2. A review by a person settles the comparison for good; of several the newest.
//! 3. Where a person judged, only people count. The majority of those who prefer one answer decides; equal numbers go
//!    to review. Where nobody prefers one, it is a tie, or both are bad where more people say so.
//! 4. Where no person judged, the coach counts, else the preference model, else the rules: the coach reads both answers
//!    by the rubric; a preference model guesses what people would say; rules see the form alone. Several of one kind
//!    decide like people.
//! 5. A tie of a coach or a preference model is a doubt (the answers are too near each other for it, or it chose by
//!    the order that they stood in), so it goes to review. A tie of rules is none: both answers obey them alike.
//!
//! Every comparison ends in exactly one list of [`Resolution`]. The comparison of a correction with its original is a
//! comparison like any other.

use serde::{Deserialize, Serialize};

use super::standing::{Standing, Vote, standing};
use crate::domain::{Annotator, AnnotatorKind, Choice, Comparison, RecordId, ResolvedPair, StoredVerdict};

#[cfg(test)]
mod tests;

/// Kinds of annotators that are no people; the first that judged counts.
const MACHINES: [AnnotatorKind; 3] = [AnnotatorKind::Coach, AnnotatorKind::PreferenceModel, AnnotatorKind::Rules];

/// What the verdicts come to. The lists are in the order of the comparisons that were given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Resolution {
    /// One answer is preferred.
    pub pairs: Vec<ResolvedPair>,
    /// Both answers are as good.
    pub ties: Vec<RecordId>,
    /// Neither answer is fit to learn from.
    pub both_bad: Vec<RecordId>,
    /// A person has to settle it.
    pub review: Vec<ReviewItem>,
    /// Nobody has judged it.
    pub open: Vec<RecordId>,
}

/// A comparison that a person should look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewItem {
    /// What was judged.
    pub comparison: RecordId,
    /// Why it is to be looked at.
    pub why: ReviewReason,
}

/// Why a person should look at a comparison, the most pressing first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewReason {
    /// As many people prefer one answer as the other.
    PeopleDisagree,
    /// As many machines of a kind prefer one answer as the other.
    MachinesDisagree,
    /// A machine found no difference, or chose by the order that the answers stood in.
    MachineTie,
    /// A machine chose with little confidence. Its choice counts until a person says otherwise.
    LowMargin,
}

impl ReviewReason {
    /// Every reason.
    pub const ALL: [Self; 4] = [Self::PeopleDisagree, Self::MachinesDisagree, Self::MachineTie, Self::LowMargin];

    /// It in a few words.
    pub fn words(self) -> &'static str {
        match self {
            Self::PeopleDisagree => "people disagree",
            Self::MachinesDisagree => "coaches disagree",
            Self::MachineTie => "the coach could not tell the answers apart",
            Self::LowMargin => "the coach was not sure",
        }
    }
}

/// What the verdicts come to; the rule stands at the top of this file.
pub fn resolve(comparisons: &[Comparison], verdicts: &[StoredVerdict], annotators: &[Annotator]) -> Resolution {
    let standings = standing(verdicts, annotators);
    let mut resolution = Resolution::default();
    for comparison in comparisons {
        match standings.get(&comparison.id).map_or(Outcome::Open, outcome) {
            Outcome::Prefers { choice, verdicts, by_people } => {
                let (chosen, rejected) = match choice {
                    Choice::B => (comparison.b, comparison.a),
                    _ => (comparison.a, comparison.b),
                };
                let comparison = comparison.id;
                resolution.pairs.push(ResolvedPair { comparison, chosen, rejected, verdicts, by_people });
            }
            Outcome::Tie => resolution.ties.push(comparison.id),
            Outcome::BothBad => resolution.both_bad.push(comparison.id),
            Outcome::Review(why) => resolution.review.push(ReviewItem { comparison: comparison.id, why }),
            Outcome::Open => resolution.open.push(comparison.id),
        }
    }
    resolution
}

/// What one comparison comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    /// `choice` is decisive; `verdicts` are the sequences of those that made it so.
    Prefers {
        choice: Choice,
        verdicts: Vec<RecordId>,
        by_people: bool,
    },
    Tie,
    BothBad,
    Review(ReviewReason),
    Open,
}

/// What one comparison comes to.
pub(super) fn outcome(standing: &Standing<'_>) -> Outcome {
    if let Some(review) = standing.review {
        return settled(review.verdict.choice, vec![review.sequence], true);
    }
    let of_kind = |kind: AnnotatorKind| -> Vec<Vote<'_>> {
        standing.votes.iter().copied().filter(|vote| vote.annotator.kind == kind).collect()
    };
    let people = of_kind(AnnotatorKind::Person);
    if !people.is_empty() {
        return ballot(&people, true).unwrap_or(Outcome::Review(ReviewReason::PeopleDisagree));
    }
    let Some((kind, votes)) =
        MACHINES.into_iter().map(|kind| (kind, of_kind(kind))).find(|(_, votes)| !votes.is_empty())
    else {
        return Outcome::Open;
    };
    match ballot(&votes, false) {
        None => Outcome::Review(ReviewReason::MachinesDisagree),
        Some(Outcome::Tie) if kind != AnnotatorKind::Rules => Outcome::Review(ReviewReason::MachineTie),
        Some(outcome) => outcome,
    }
}

/// The majority of the decisive votes; `None` where as many say one as the other.
fn ballot(votes: &[Vote<'_>], by_people: bool) -> Option<Outcome> {
    let saying = |choice: Choice| -> Vec<RecordId> {
        votes.iter().filter(|vote| vote.choice() == choice).map(|vote| vote.stored.sequence).collect()
    };
    let (a, b) = (saying(Choice::A), saying(Choice::B));
    if a.is_empty() && b.is_empty() {
        let is_bad = saying(Choice::BothBad).len() > saying(Choice::Tie).len();
        return Some(if is_bad { Outcome::BothBad } else { Outcome::Tie });
    }
    match a.len().cmp(&b.len()) {
        std::cmp::Ordering::Greater => Some(settled(Choice::A, a, by_people)),
        std::cmp::Ordering::Less => Some(settled(Choice::B, b, by_people)),
        std::cmp::Ordering::Equal => None,
    }
}

fn settled(choice: Choice, verdicts: Vec<RecordId>, by_people: bool) -> Outcome {
    match choice {
        Choice::A | Choice::B => Outcome::Prefers { choice, verdicts, by_people },
        Choice::Tie => Outcome::Tie,
        Choice::BothBad => Outcome::BothBad,
        Choice::Skip => Outcome::Open,
    }
}
