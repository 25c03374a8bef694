//! Which comparison an annotator is asked next, and which answer stands first.
//!
//! The queue is a function of what is there: asked again after every verdict it goes on where it was, and the verdicts
//! of one annotator do not change the order of another. Nothing in it says which model wrote an answer.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde::{Deserialize, Serialize};

use super::session::ShownChoice;
use crate::domain::{Annotator, AnnotatorKind, Choice, Comparison, NewVerdict, RecordId, StoredVerdict, VerdictForm};
use crate::feedback::routing::{Candidate, OrderSettings, Route, Routed, most_informative_first};
use crate::random::Random;

#[cfg(test)]
mod tests;

/// Addresses of the random numbers of this file.
const ORDER: u64 = 0x40;
const SIDE: u64 = 0x41;
const SHARED: u64 = 0x42;
const OWNER: u64 = 0x43;
const REPEAT: u64 = 0x44;

/// How comparisons are asked.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct QueueSettings {
    /// Same seed, same order.
    pub seed: u64,
    /// The share of the comparisons that every person judges, where there are several: what agreement is measured on.
    /// The rest is divided among them.
    pub overlap: f64,
    /// How many comparisons are asked a second time, in the other order, for each that is asked: what an annotator's
    /// agreement with itself is measured on.
    pub repeats: f64,
    /// At least so many comparisons lie between the first time and the second.
    pub repeat_distance: usize,
    /// Those come first that say most: what machines leave to people, where they are least sure, prompt by prompt; else the
    /// order is random.
    pub informative_first: bool,
}

impl Default for QueueSettings {
    fn default() -> Self {
        Self { seed: 0, overlap: 0.2, repeats: 0.05, repeat_distance: 10, informative_first: false }
    }
}

/// What the queue looks at.
#[derive(Debug, Clone, Copy)]
pub struct QueueState<'a> {
    /// What is to be judged.
    pub comparisons: &'a [Comparison],
    /// What was said so far, by anybody.
    pub verdicts: &'a [StoredVerdict],
    /// Who judges.
    pub annotators: &'a [Annotator],
    /// Who takes a comparison and how far apart its answers are, where a machine judged it.
    pub routed: &'a BTreeMap<RecordId, Routed>,
}

/// A comparison as it is put before an annotator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Ask {
    /// What is asked.
    pub comparison: RecordId,
    /// Whether `b` stands first.
    pub shown_swapped: bool,
    /// It was asked before.
    pub is_repeat: bool,
}

impl Ask {
    /// The verdict of somebody who was asked this. `key` is made by whoever asks for it to be kept.
    pub fn verdict(&self, annotator: RecordId, key: String, choice: ShownChoice, seconds: Option<f64>) -> NewVerdict {
        let choice = choice.choice(self.shown_swapped);
        let bare = NewVerdict::bare(key, self.comparison, annotator, choice, VerdictForm::Comparison);
        NewVerdict { shown_swapped: self.shown_swapped, seconds, ..bare }
    }
}

/// Whether `b` stands first when this annotator is asked for the first time.
pub fn shown_swapped(seed: u64, annotator: RecordId, comparison: RecordId) -> bool {
    Random::new(seed, &[SIDE, annotator as u64, comparison as u64]).below(2) == 1
}

/// What this annotator is asked next; `None` when it has nothing to do.
pub fn next_ask(annotator: RecordId, state: &QueueState<'_>, settings: &QueueSettings) -> Option<Ask> {
    plan(annotator, state, settings).into_iter().next()
}

/// Everything that this annotator is asked from here on, in its order.
pub fn plan(annotator: RecordId, state: &QueueState<'_>, settings: &QueueSettings) -> Vec<Ask> {
    let Some(asked) = state.annotators.iter().find(|one| one.id == annotator && one.is_active) else {
        return Vec::new();
    };
    let mut history = History::of(annotator, state.verdicts, settings);
    let mut asks = Vec::new();
    for comparison in fresh(asked, state, settings) {
        asks.extend(history.due_repeats());
        let ask =
            Ask { comparison, shown_swapped: shown_swapped(settings.seed, annotator, comparison), is_repeat: false };
        history.add(comparison, ask.shown_swapped, true);
        asks.push(ask);
    }
    asks.extend(history.due_repeats());
    let known: BTreeSet<RecordId> = state.comparisons.iter().map(|comparison| comparison.id).collect();
    asks.retain(|ask| known.contains(&ask.comparison));
    asks
}

/// The comparisons that the annotator has not judged and should, in its order.
fn fresh(annotator: &Annotator, state: &QueueState<'_>, settings: &QueueSettings) -> Vec<RecordId> {
    let people: Vec<RecordId> = state
        .annotators
        .iter()
        .filter(|one| one.is_active && one.kind == AnnotatorKind::Person)
        .map(|one| one.id)
        .collect();
    let (own, by_people, settled) = judged(annotator.id, &people, state.verdicts);
    let shared = shared(state.comparisons, settings);
    let is_person = annotator.kind == AnnotatorKind::Person;
    let is_asked = |id: RecordId| {
        let is_mine = !is_person
            || shared.contains(&id)
            || (owner(id, &people, settings.seed) == Some(annotator.id) && !by_people.contains(&id));
        is_mine && !own.contains(&id) && !settled.contains(&id)
    };
    let rank = |id: RecordId| Random::new(settings.seed, &[ORDER, annotator.id as u64, id as u64]).next_u64();
    let ids: BTreeMap<RecordId, RecordId> =
        state.comparisons.iter().filter(|one| is_asked(one.id)).map(|one| (one.id, one.prompt)).collect();
    if settings.informative_first {
        return informative_first(annotator.id, &ids, &own, state, settings);
    }
    let mut order: Vec<(u64, RecordId)> = ids.into_keys().map(|id| (rank(id), id)).collect();
    order.sort_unstable();
    order.into_iter().map(|(_, id)| id).collect()
}

/// Comparisons, each with its prompt, in the order in which a verdict says most. What machines say of them decides, and
/// which of them this annotator has answered; others' verdicts do not.
fn informative_first(
    annotator: RecordId,
    ids: &BTreeMap<RecordId, RecordId>,
    own: &BTreeSet<RecordId>,
    state: &QueueState<'_>,
    settings: &QueueSettings,
) -> Vec<RecordId> {
    let candidate = |(&comparison, &prompt): (&RecordId, &RecordId)| {
        let routed = state.routed.get(&comparison);
        Candidate {
            comparison,
            prompt,
            is_wanted: routed.is_none_or(|routed| routed.route.is_for_people()),
            is_audit: routed.is_some_and(|routed| routed.route == Route::Audit),
            distance: routed.map_or(f64::INFINITY, |routed| routed.distance),
        }
    };
    let candidates: Vec<Candidate> = ids.iter().map(candidate).collect();
    let answered: Vec<RecordId> =
        state.comparisons.iter().filter(|one| own.contains(&one.id)).map(|one| one.prompt).collect();
    let seed = Random::new(settings.seed, &[ORDER, annotator as u64]).next_u64();
    most_informative_first(&candidates, &answered, &OrderSettings { seed, ..OrderSettings::default() })
}

/// The comparisons that the annotator was asked already, that some person judged, and that a review has settled.
fn judged(
    annotator: RecordId,
    people: &[RecordId],
    verdicts: &[StoredVerdict],
) -> (BTreeSet<RecordId>, BTreeSet<RecordId>, BTreeSet<RecordId>) {
    let (mut own, mut by_people, mut settled) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for verdict in verdicts.iter().filter(|stored| !stored.is_withdrawn).map(|stored| &stored.verdict) {
        if verdict.annotator == annotator {
            own.insert(verdict.comparison);
        }
        if people.contains(&verdict.annotator) && verdict.choice != Choice::Skip {
            by_people.insert(verdict.comparison);
            if verdict.form == VerdictForm::Review {
                settled.insert(verdict.comparison);
            }
        }
    }
    (own, by_people, settled)
}

/// The comparisons that everybody judges: the share of them that chance ranks first. A new comparison moves at most
/// one other out of it.
fn shared(comparisons: &[Comparison], settings: &QueueSettings) -> BTreeSet<RecordId> {
    let mut ranked: Vec<(u64, RecordId)> = comparisons
        .iter()
        .map(|one| (Random::new(settings.seed, &[SHARED, one.id as u64]).next_u64(), one.id))
        .collect();
    ranked.sort_unstable();
    let count = (share(settings.overlap) * ranked.len() as f64).ceil() as usize;
    ranked.into_iter().take(count).map(|(_, id)| id).collect()
}

/// Whose a comparison is that not everybody judges: the person that chance ranks first for it, so that one who comes
/// or goes moves only what is or was his (rendezvous hashing, Thaler and Ravishankar 1998).
fn owner(comparison: RecordId, people: &[RecordId], seed: u64) -> Option<RecordId> {
    let rank = |person: RecordId| Random::new(seed, &[OWNER, comparison as u64, person as u64]).next_u64();
    people.iter().copied().max_by_key(|&person| (rank(person), person))
}

/// What an annotator was asked side by side so far, in order.
#[derive(Debug)]
struct History<'a> {
    annotator: RecordId,
    settings: &'a QueueSettings,
    asked: usize,
    repeats: usize,
    first: BTreeMap<RecordId, First>,
    /// Comparisons that were asked too lately to come again, by their place.
    waiting: VecDeque<(usize, RecordId)>,
    /// Comparisons that may come again, in the order in which they do.
    ready: BTreeSet<(u64, RecordId)>,
}

/// The first time that a comparison was asked.
#[derive(Debug, Clone, Copy)]
struct First {
    shown_swapped: bool,
    /// It was asked once, and got an answer.
    is_open: bool,
}

impl<'a> History<'a> {
    fn of(annotator: RecordId, verdicts: &[StoredVerdict], settings: &'a QueueSettings) -> Self {
        let mut own: Vec<&StoredVerdict> = verdicts
            .iter()
            .filter(|stored| stored.verdict.annotator == annotator && !stored.is_withdrawn)
            .filter(|stored| stored.verdict.form == VerdictForm::Comparison)
            .collect();
        own.sort_by_key(|stored| stored.sequence);
        let mut history = Self {
            annotator,
            settings,
            asked: 0,
            repeats: 0,
            first: BTreeMap::new(),
            waiting: VecDeque::new(),
            ready: BTreeSet::new(),
        };
        for NewVerdict { comparison, shown_swapped, choice, .. } in own.into_iter().map(|stored| &stored.verdict) {
            history.add(*comparison, *shown_swapped, *choice != Choice::Skip);
        }
        history
    }

    fn add(&mut self, comparison: RecordId, shown_swapped: bool, is_answered: bool) {
        match self.first.entry(comparison) {
            Entry::Vacant(entry) => {
                entry.insert(First { shown_swapped, is_open: is_answered });
                self.waiting.push_back((self.asked, comparison));
            }
            Entry::Occupied(mut entry) => {
                entry.get_mut().is_open = false;
                self.repeats += 1;
            }
        }
        self.asked += 1;
        while let Some((_, id)) =
            self.waiting.pop_front_if(|(place, _)| *place + self.settings.repeat_distance < self.asked)
        {
            let address = [REPEAT, self.annotator as u64, id as u64];
            self.ready.insert((Random::new(self.settings.seed, &address).next_u64(), id));
        }
    }

    /// The repeats whose turn it is, which count as asked from here on.
    fn due_repeats(&mut self) -> Vec<Ask> {
        let share = share(self.settings.repeats);
        let mut asks = Vec::new();
        while self.repeats < (share * self.first.len() as f64).floor() as usize {
            let Some((_, comparison)) = self.ready.pop_first() else { break };
            let Some(&First { shown_swapped, is_open: true }) = self.first.get(&comparison) else { continue };
            let ask = Ask { comparison, shown_swapped: !shown_swapped, is_repeat: true };
            self.add(comparison, ask.shown_swapped, true);
            asks.push(ask);
        }
        asks
    }
}

/// A setting as a share, whatever a file says.
fn share(setting: f64) -> f64 {
    if setting.is_finite() { setting.clamp(0.0, 1.0) } else { 0.0 }
}
