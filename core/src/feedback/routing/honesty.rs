//! How often a machine is right where it is sure: measured where chance chose, on people who did not see what it said.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Route, Routed};
use crate::domain::{Annotator, AnnotatorKind, Choice, RecordId, StoredVerdict};
use crate::feedback::Proportion;

/// People's verdicts on what a machine was sure of.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Honesty {
    /// Of those where the person chose an answer: how often the machine chose the same. It holds for everything that the
    /// machine was sure of, since chance alone chose what people saw.
    pub agreement: Proportion,
    /// Those of which people said that both answers are as good or as bad.
    pub ties: usize,
    /// Those that people have not looked at yet.
    pub left: usize,
}

impl Honesty {
    /// It in a sentence; `None` where people have looked at none.
    pub fn sentence(&self) -> Option<String> {
        let Self { agreement, ties, left } = self;
        let looked_at = agreement.trials + ties;
        if looked_at == 0 {
            return None;
        }
        let ties = if *ties == 0 { String::new() } else { format!(", {ties} are as good as each other to them") };
        let left = if *left == 0 { String::new() } else { format!("; {left} are not looked at yet") };
        let share = if agreement.trials == 0 {
            "none of them tells the answers apart".to_owned()
        } else {
            format!(
                "they agree with it on {} of the {} that they tell apart: {}",
                agreement.right,
                agreement.trials,
                agreement.in_words()
            )
        };
        Some(format!(
            "of what it was sure of, people judged {looked_at} that chance chose, without seeing what it said: {share}{ties}{left}"
        ))
    }
}

/// What people who count say of the comparisons that chance chose, and what the machines of `kind` had said. Of several people the
/// newest verdict counts, and a skip says nothing.
pub fn honesty(
    routed: &BTreeMap<RecordId, Routed>,
    verdicts: &[StoredVerdict],
    annotators: &[Annotator],
    kind: AnnotatorKind,
) -> Honesty {
    let kinds: BTreeMap<RecordId, AnnotatorKind> =
        annotators.iter().filter(|one| one.is_active).map(|one| (one.id, one.kind)).collect();
    let mut by_sequence: Vec<&StoredVerdict> =
        verdicts.iter().filter(|stored| !stored.is_withdrawn && stored.verdict.choice != Choice::Skip).collect();
    by_sequence.sort_by_key(|stored| stored.sequence);
    let mut said: BTreeMap<RecordId, [Option<Choice>; 2]> = BTreeMap::new();
    for stored in by_sequence {
        let place = match kinds.get(&stored.verdict.annotator) {
            Some(AnnotatorKind::Person) => 0,
            Some(found) if *found == kind => 1,
            _ => continue,
        };
        said.entry(stored.verdict.comparison).or_default()[place] = Some(stored.verdict.choice);
    }
    let audited = routed.iter().filter(|(_, routed)| routed.route == Route::Audit);
    let (mut outcomes, mut ties, mut left) = (Vec::new(), 0, 0);
    for choices in audited.filter_map(|(comparison, _)| said.get(comparison)) {
        match choices {
            [Some(person), Some(machine)] if person.is_decisive() => outcomes.push(person == machine),
            [Some(_), Some(_)] => ties += 1,
            [None, Some(_)] => left += 1,
            [_, None] => {}
        }
    }
    Honesty { agreement: Proportion::of(outcomes), ties, left }
}
