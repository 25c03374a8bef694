//! What is left for a person to settle, and how it is settled.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::error::ReviewError;
use super::resolution::{Outcome, ReviewReason, outcome};
use super::standing::{Standing, standing};
use crate::domain::{Annotator, AnnotatorKind, Choice, Comparison, NewVerdict, RecordId, StoredVerdict, VerdictForm};
use crate::feedback::routing::{Candidate, OrderSettings, Route, Routed, most_informative_first};

/// A machine that is less sure of its choice than this is looked at: it would be wrong in two of five.
pub const DEFAULT_LOW_CONFIDENCE: f64 = 0.6;

/// What a person wants to look at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ReviewFilter {
    /// Only for these reasons; none means all.
    pub reasons: Vec<ReviewReason>,
    /// Only where a machine said how sure it was, and was less sure than this (0.5 to 1).
    pub confidence_below: Option<f64>,
    /// Only where a verdict's reason speaks of this rule.
    pub rule: Option<String>,
    /// Only where the request or an answer has this text, in capitals or not.
    pub text: Option<String>,
    /// Only these comparisons, whatever their round; none means all. Whoever judges afresh judges these again.
    pub comparisons: Vec<RecordId>,
    /// From which confidence on a machine's choice is not looked at (0.5 to 1).
    pub low_confidence: f64,
}

impl Default for ReviewFilter {
    fn default() -> Self {
        Self {
            reasons: Vec::new(),
            confidence_below: None,
            rule: None,
            text: None,
            comparisons: Vec::new(),
            low_confidence: DEFAULT_LOW_CONFIDENCE,
        }
    }
}

/// A comparison that waits for a person.
#[derive(Debug, Clone, PartialEq)]
pub struct ReviewEntry {
    /// What was judged.
    pub comparison: Comparison,
    /// Why it waits; `None` where nothing is in doubt and chance chose it. Of such a one nothing else is told, so that the
    /// person judges it as if no machine had.
    pub why: Option<ReviewReason>,
    /// What is said of it so far; `None` where as many say one as the other.
    pub standing: Option<Choice>,
    /// How sure the least sure machine was, 0.5 to 1, where one said.
    pub confidence: Option<f64>,
    /// The verdicts that count, by sequence.
    pub verdicts: Vec<RecordId>,
}

/// What a person makes of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum ReviewAction {
    /// What is said so far is right.
    Approve,
    /// The other answer is the better one.
    TurnOver,
    /// Decides by itself, whatever is said so far.
    Settle {
        /// What is right.
        choice: Choice,
    },
    /// Neither is fit to learn from as it is; this correction of one of them is.
    Edit {
        /// Which answer is corrected: the comparison's `a` or `b`.
        of: RecordId,
        /// How it should read.
        text: String,
    },
    /// Neither is fit to learn from.
    Reject,
}

/// Who reviews, and the key of what comes of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Reviewer {
    /// The person.
    pub annotator: RecordId,
    /// Key of the verdict, made by whoever asks for it to be kept.
    pub key: String,
    /// Time spent, where it was measured.
    pub seconds: Option<f64>,
}

/// What comes of a review.
#[derive(Debug, Clone, PartialEq)]
pub struct Reviewed {
    /// The verdict that settles the comparison.
    pub verdict: NewVerdict,
    /// The correction, to be kept as a completion of its own and compared with its original
    /// ([`super::edit_verdict`]): what was corrected, and how it should read.
    pub edit: Option<(RecordId, String)>,
}

/// How sure a machine is by its margin: the probability that it gives to its choice. Coaches and preference models
/// measure in log-odds; rules are not unsure.
pub fn confidence_of(kind: AnnotatorKind, margin: Option<f64>) -> Option<f64> {
    let margin = margin.filter(|margin| !margin.is_nan())?;
    matches!(kind, AnnotatorKind::Coach | AnnotatorKind::PreferenceModel).then(|| 1.0 / (1.0 + (-margin.abs()).exp()))
}

/// What waits for a person: first where people disagree, then by how much a verdict says, and among it what chance chose.
/// `routed` says who takes what machines have judged.
pub fn review_queue(
    comparisons: &[Comparison],
    verdicts: &[StoredVerdict],
    annotators: &[Annotator],
    routed: &BTreeMap<RecordId, Routed>,
    filter: &ReviewFilter,
) -> Vec<ReviewEntry> {
    let standings = standing(verdicts, annotators);
    let nothing = Standing::default();
    let entries: BTreeMap<RecordId, ReviewEntry> = comparisons
        .iter()
        .filter_map(|comparison| {
            let standing = standings.get(&comparison.id).unwrap_or(&nothing);
            let entry = entry(comparison, standing, routed.get(&comparison.id), filter)?;
            passes(&entry, standing, filter).then_some((comparison.id, entry))
        })
        .collect();
    in_order(entries, routed)
}

/// The most pressing first.
fn in_order(mut entries: BTreeMap<RecordId, ReviewEntry>, routed: &BTreeMap<RecordId, Routed>) -> Vec<ReviewEntry> {
    let mut order: Vec<RecordId> =
        entries.iter().filter(|(_, one)| one.why == Some(ReviewReason::PeopleDisagree)).map(|(id, _)| *id).collect();
    let candidate = |(&comparison, entry): (&RecordId, &ReviewEntry)| {
        // Without a route, as it is told: a probability as log-odds.
        let told = entry.confidence.map_or(0.0, |sure| (sure / (1.0 - sure)).ln());
        let distance = match entry.why {
            Some(ReviewReason::MachinesDisagree) => 0.0,
            _ => routed.get(&comparison).map_or(told, |routed| routed.distance),
        };
        Candidate {
            comparison,
            prompt: entry.comparison.prompt,
            is_wanted: true,
            is_audit: entry.why.is_none(),
            distance,
        }
    };
    let others: Vec<Candidate> =
        entries.iter().filter(|(_, one)| one.why != Some(ReviewReason::PeopleDisagree)).map(candidate).collect();
    order.extend(most_informative_first(&others, &[], &OrderSettings::default()));
    order.into_iter().filter_map(|id| entries.remove(&id)).collect()
}

fn entry(
    comparison: &Comparison,
    standing: &Standing<'_>,
    routed: Option<&Routed>,
    filter: &ReviewFilter,
) -> Option<ReviewEntry> {
    let route = routed.map(|routed| routed.route);
    let (why, choice) = match outcome(standing) {
        Outcome::Review(why @ ReviewReason::MachineTie) => (why, Some(Choice::Tie)),
        Outcome::Review(why) => (why, None),
        // Chance chose it: nothing that a machine said is told.
        Outcome::Prefers { by_people: false, .. } if route == Some(Route::Audit) => {
            return Some(ReviewEntry {
                comparison: *comparison,
                why: None,
                standing: None,
                confidence: None,
                verdicts: Vec::new(),
            });
        }
        Outcome::Prefers { choice, by_people: false, .. } => (ReviewReason::LowMargin, Some(choice)),
        // A machine was asked and could not say.
        Outcome::Open if matches!(route, Some(Route::People(_))) => (ReviewReason::MachineTie, Some(Choice::Tie)),
        Outcome::Prefers { .. } | Outcome::Tie | Outcome::BothBad | Outcome::Open => return None,
    };
    // Where people disagree, what machines think is a help to look at, not a reason.
    let counting = standing.votes.iter().filter(|vote| vote.is_by_person() == (why == ReviewReason::PeopleDisagree));
    let confidence = counting
        .clone()
        .filter_map(|vote| confidence_of(vote.annotator.kind, vote.stored.verdict.margin))
        .min_by(f64::total_cmp);
    let is_sure = confidence.is_none_or(|confidence| confidence >= filter.low_confidence);
    if why == ReviewReason::LowMargin && is_sure && !matches!(route, Some(Route::People(_))) {
        return None;
    }
    let verdicts = standing.votes.iter().map(|vote| vote.stored.sequence).collect();
    Some(ReviewEntry { comparison: *comparison, why: Some(why), standing: choice, confidence, verdicts })
}

fn passes(entry: &ReviewEntry, standing: &Standing<'_>, filter: &ReviewFilter) -> bool {
    let speaks_of = |rule: &String| {
        let rule = rule.to_lowercase();
        let mut reasons = standing.votes.iter().filter_map(|vote| vote.stored.verdict.reason.as_ref());
        reasons.any(|reason| reason.to_lowercase().contains(&rule))
    };
    let Some(why) = entry.why else {
        // Whoever looks for something in particular is asked nothing by chance.
        return filter.reasons.is_empty() && filter.confidence_below.is_none() && filter.rule.is_none();
    };
    (filter.reasons.is_empty() || filter.reasons.contains(&why))
        && filter.confidence_below.is_none_or(|most| entry.confidence.is_some_and(|confidence| confidence < most))
        && filter.rule.as_ref().is_none_or(speaks_of)
}

/// The verdict that settles `entry`.
pub fn review_verdict(
    entry: &ReviewEntry,
    action: &ReviewAction,
    reviewer: &Reviewer,
) -> Result<Reviewed, ReviewError> {
    let comparison = entry.comparison.id;
    let standing = || entry.standing.ok_or(ReviewError::NothingStands { comparison });
    let (choice, edit) = match action {
        ReviewAction::Approve => (standing()?, None),
        ReviewAction::TurnOver => match standing()? {
            choice if choice.is_decisive() => (choice.swapped(), None),
            _ => return Err(ReviewError::NothingToTurnOver { comparison }),
        },
        ReviewAction::Settle { choice: Choice::Skip } => return Err(ReviewError::SettledBySkip { comparison }),
        ReviewAction::Settle { choice } => (*choice, None),
        ReviewAction::Edit { of, .. } if *of != entry.comparison.a && *of != entry.comparison.b => {
            return Err(ReviewError::EditOfAnother { comparison, completion: *of });
        }
        ReviewAction::Edit { text, .. } if text.trim().is_empty() => {
            return Err(ReviewError::EmptyEdit { comparison });
        }
        ReviewAction::Edit { of, text } => (Choice::BothBad, Some((*of, text.clone()))),
        ReviewAction::Reject => (Choice::BothBad, None),
    };
    let bare = NewVerdict::bare(reviewer.key.clone(), comparison, reviewer.annotator, choice, VerdictForm::Review);
    let verdict = NewVerdict { seconds: reviewer.seconds, ..bare };
    Ok(Reviewed { verdict, edit })
}

#[cfg(test)]
mod tests {
    use super::super::resolution::resolve;
    use super::super::test_support::{annotator, comparison, comparisons, person, verdict};
    use super::*;

    const COACH: RecordId = 8;
    const RULES: RecordId = 9;

    fn everybody() -> Vec<Annotator> {
        vec![
            person(1),
            person(2),
            annotator(7, AnnotatorKind::Coach),
            annotator(COACH, AnnotatorKind::Coach),
            annotator(RULES, AnnotatorKind::Rules),
        ]
    }

    fn coached(sequence: RecordId, comparison: RecordId, choice: Choice, margin: f64, reason: &str) -> StoredVerdict {
        let mut stored = verdict(sequence, comparison, COACH, choice);
        stored.verdict.margin = Some(margin);
        stored.verdict.reason = Some(reason.to_owned());
        stored
    }

    /// 1: people disagree; 2: coaches disagree; 3: tie; 4 and 5: unsure; 6: sure; 7: rules; 8: unsure, but a person
    /// judged it.
    fn verdicts() -> Vec<StoredVerdict> {
        let mut rules = verdict(20, 7, RULES, Choice::A);
        rules.verdict.margin = Some(0.001);
        vec![
            verdict(1, 1, 1, Choice::A),
            verdict(2, 1, 2, Choice::B),
            coached(3, 2, Choice::A, 2.0, "Short: a is shorter"),
            verdict(4, 2, 7, Choice::B),
            coached(5, 3, Choice::Tie, 0.05, "the orders disagree"),
            coached(6, 4, Choice::B, -0.3, "POLITE: b greets"),
            coached(7, 5, Choice::A, 0.1, "Short"),
            coached(8, 6, Choice::A, 3.0, "Polite"),
            coached(9, 8, Choice::A, 0.1, "Polite"),
            verdict(10, 8, 1, Choice::B),
            rules,
        ]
    }

    fn queue(filter: &ReviewFilter) -> Vec<(RecordId, ReviewReason, Option<Choice>)> {
        review_queue(&comparisons(9), &verdicts(), &everybody(), &BTreeMap::new(), filter)
            .iter()
            .map(|entry| (entry.comparison.id, entry.why.expect("a doubt"), entry.standing))
            .collect()
    }

    #[test]
    fn the_most_pressing_comes_first() {
        assert_eq!(
            queue(&ReviewFilter::default()),
            [
                (1, ReviewReason::PeopleDisagree, None),
                (2, ReviewReason::MachinesDisagree, None),
                (3, ReviewReason::MachineTie, Some(Choice::Tie)),
                (5, ReviewReason::LowMargin, Some(Choice::A)),
                (4, ReviewReason::LowMargin, Some(Choice::B)),
            ]
        );
        let entries =
            review_queue(&comparisons(9), &verdicts(), &everybody(), &BTreeMap::new(), &ReviewFilter::default());
        // python3: 1 / (1 + math.exp(-0.3))
        assert!((entries[4].confidence.expect("the coach said") - 0.574_442_516_811_659).abs() < 1e-12);
        assert_eq!((entries[0].confidence, &entries[0].verdicts), (None, &vec![1, 2]));
    }

    #[test]
    fn it_holds_whatever_the_resolution_sends_to_review() {
        let sent = resolve(&comparisons(9), &verdicts(), &everybody()).review;
        let all = queue(&ReviewFilter::default());
        assert_eq!(sent.len(), 3);
        for item in sent {
            assert!(all.iter().any(|&(comparison, why, _)| (comparison, why) == (item.comparison, item.why)));
        }
    }

    #[test]
    fn filters_narrow_it() {
        let ids = |filter: ReviewFilter| -> Vec<RecordId> { queue(&filter).iter().map(|entry| entry.0).collect() };
        let all = ReviewFilter::default;
        assert_eq!(
            ids(ReviewFilter { reasons: vec![ReviewReason::MachineTie, ReviewReason::PeopleDisagree], ..all() }),
            [1, 3]
        );
        assert_eq!(ids(ReviewFilter { confidence_below: Some(0.55), ..all() }), [3, 5]);
        assert_eq!(ids(ReviewFilter { rule: Some("polite".to_owned()), ..all() }), [4]);
        assert_eq!(ids(ReviewFilter { rule: Some("Short".to_owned()), ..all() }), [2, 5]);
        assert_eq!(ids(ReviewFilter { low_confidence: 0.5, ..all() }), [1, 2, 3]);
        assert_eq!(ids(ReviewFilter { low_confidence: 1.0, ..all() }), [1, 2, 3, 5, 4, 6]);
    }

    #[test]
    fn actions_settle_a_comparison() {
        let filter = ReviewFilter::default();
        let reviewer = Reviewer { annotator: 2, key: "k".to_owned(), seconds: Some(3.0) };
        let entries = review_queue(&comparisons(9), &verdicts(), &everybody(), &BTreeMap::new(), &filter);
        let of = |id: RecordId| entries.iter().find(|entry| entry.comparison.id == id).expect("it waits");
        let edit = ReviewAction::Edit { of: 10, text: "better".to_owned() };
        let settle = |choice| ReviewAction::Settle { choice };
        for (id, action, choice) in [
            (5, ReviewAction::Approve, Choice::A),
            (5, ReviewAction::TurnOver, Choice::B),
            (4, ReviewAction::TurnOver, Choice::A),
            (3, ReviewAction::Approve, Choice::Tie),
            (1, settle(Choice::B), Choice::B),
            (5, ReviewAction::Reject, Choice::BothBad),
            (5, edit.clone(), Choice::BothBad),
        ] {
            let reviewed = review_verdict(of(id), &action, &reviewer).expect("it can be done");
            assert_eq!((reviewed.verdict.choice, reviewed.verdict.form), (choice, VerdictForm::Review), "{action:?}");
            assert_eq!(reviewed.edit.is_some(), action == edit);
            let settled = StoredVerdict { sequence: 99, verdict: reviewed.verdict, ..verdict(99, id, 2, choice) };
            let mut all = verdicts();
            all.push(settled);
            assert!(
                review_queue(&[comparison(id)], &all, &everybody(), &BTreeMap::new(), &filter).is_empty(),
                "{action:?}"
            );
        }
        for (id, action, error) in [
            (1, ReviewAction::Approve, ReviewError::NothingStands { comparison: 1 }),
            (2, ReviewAction::TurnOver, ReviewError::NothingStands { comparison: 2 }),
            (3, ReviewAction::TurnOver, ReviewError::NothingToTurnOver { comparison: 3 }),
            (1, settle(Choice::Skip), ReviewError::SettledBySkip { comparison: 1 }),
            (4, edit, ReviewError::EditOfAnother { comparison: 4, completion: 10 }),
            (5, ReviewAction::Edit { of: 10, text: " ".to_owned() }, ReviewError::EmptyEdit { comparison: 5 }),
        ] {
            assert_eq!(review_verdict(of(id), &action, &reviewer).expect_err("it cannot"), error);
        }
    }

    #[test]
    fn a_machine_that_says_nothing_of_its_margin_is_not_doubted() {
        assert_eq!(confidence_of(AnnotatorKind::Coach, None), None);
        assert_eq!(confidence_of(AnnotatorKind::Coach, Some(f64::NAN)), None);
        assert_eq!(confidence_of(AnnotatorKind::Rules, Some(0.0)), None);
        assert_eq!(confidence_of(AnnotatorKind::Coach, Some(0.0)), Some(0.5));
        assert_eq!(confidence_of(AnnotatorKind::PreferenceModel, Some(f64::NEG_INFINITY)), Some(1.0));
    }
}
