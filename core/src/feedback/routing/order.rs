//! In which order people are asked: where a verdict says most comes first.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::domain::RecordId;
use crate::random::Random;

/// The address of this file's random numbers.
const CHANCE: u64 = 0x61;

/// What the order goes by.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct OrderSettings {
    /// Same seed, same order.
    pub seed: u64,
    /// Whether prompts take turns: one that has no verdict yet comes before one that has.
    pub covers_prompts: bool,
    /// Whether those come first of which machines are least sure.
    pub doubts_first: bool,
    /// The share of the places that chance fills, so that nothing waits for ever and nothing but doubts is learned from.
    pub chance: f64,
}

impl Default for OrderSettings {
    fn default() -> Self {
        Self { seed: 0, covers_prompts: true, doubts_first: true, chance: 0.1 }
    }
}

/// A comparison that people may be asked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    /// What would be asked.
    pub comparison: RecordId,
    /// Its prompt.
    pub prompt: RecordId,
    /// Whether a machine has left it to people; the others come after.
    pub is_wanted: bool,
    /// Chance chose it to be looked at although a machine is sure: these are spread over the wanted ones.
    pub is_audit: bool,
    /// How far apart a machine finds the answers, 0 where machines disagree; infinite where nothing is known.
    pub distance: f64,
}

/// Comparisons in the order in which they are asked. `answered` are the prompts of what was asked already, once for each
/// verdict: asked again after every verdict, the order goes on where it was.
pub fn most_informative_first(
    candidates: &[Candidate],
    answered: &[RecordId],
    settings: &OrderSettings,
) -> Vec<RecordId> {
    let (audits, others): (Vec<_>, Vec<_>) = candidates.iter().copied().partition(|one| one.is_audit && one.is_wanted);
    let (wanted, rest): (Vec<_>, Vec<_>) = others.into_iter().partition(|one| one.is_wanted);
    let mut verdicts: BTreeMap<RecordId, usize> = BTreeMap::new();
    for prompt in answered {
        *verdicts.entry(*prompt).or_default() += 1;
    }
    let ordered = |group: &[Candidate]| with_chance(&ranked(group, &verdicts, settings), answered.len(), settings);
    let mut order = spread(&ordered(&audits), &ordered(&wanted));
    order.extend(ordered(&rest));
    order
}

fn chance_of(comparison: RecordId, settings: &OrderSettings) -> u64 {
    Random::new(settings.seed, &[CHANCE, comparison as u64]).next_u64()
}

/// By how much a verdict on each says, chance aside.
fn ranked(group: &[Candidate], verdicts: &BTreeMap<RecordId, usize>, settings: &OrderSettings) -> Vec<RecordId> {
    let distance = |one: &Candidate| {
        let is_known = settings.doubts_first && !one.distance.is_nan();
        if is_known { one.distance.abs() } else { f64::INFINITY }
    };
    let mut ranked: Vec<(f64, u64, &Candidate)> =
        group.iter().map(|one| (distance(one), chance_of(one.comparison, settings), one)).collect();
    ranked.sort_by(|one, other| one.0.total_cmp(&other.0).then(one.1.cmp(&other.1)));
    if settings.covers_prompts {
        // A prompt's turn: how many verdicts it has once this one is given.
        let mut turns = verdicts.clone();
        let mut with_turn: Vec<(usize, RecordId)> = Vec::with_capacity(ranked.len());
        for (_, _, one) in &ranked {
            let turn = turns.entry(one.prompt).or_default();
            with_turn.push((*turn, one.comparison));
            *turn += 1;
        }
        with_turn.sort_by_key(|(turn, _)| *turn);
        return with_turn.into_iter().map(|(_, comparison)| comparison).collect();
    }
    ranked.into_iter().map(|(_, _, one)| one.comparison).collect()
}

/// The same order with every so many places filled by chance. `before` places are filled already.
fn with_chance(ranked: &[RecordId], before: usize, settings: &OrderSettings) -> Vec<RecordId> {
    let share = if settings.chance.is_finite() { settings.chance.clamp(0.0, 1.0) } else { 0.0 };
    let mut by_chance = ranked.to_vec();
    by_chance.sort_by_key(|&comparison| (chance_of(comparison, settings), comparison));
    let (mut by_chance, mut by_rank) = (by_chance.into_iter(), ranked.iter().copied());
    let mut taken = BTreeSet::new();
    let mut order = Vec::with_capacity(ranked.len());
    let turns = |place: usize| (share * place as f64).floor() as usize;
    while order.len() < ranked.len() {
        let place = before + order.len();
        let is_chance = turns(place + 1) > turns(place);
        let next = if is_chance {
            by_chance.find(|comparison| !taken.contains(comparison))
        } else {
            by_rank.find(|comparison| !taken.contains(comparison))
        };
        let Some(next) = next else { break };
        taken.insert(next);
        order.push(next);
    }
    order
}

/// A few among many, at even distances.
fn spread(few: &[RecordId], many: &[RecordId]) -> Vec<RecordId> {
    let total = few.len() + many.len();
    let (mut few, mut many) = (few.iter().copied().enumerate().peekable(), many.iter().copied());
    let count = few.len();
    let mut order = Vec::with_capacity(total);
    for place in 0..total {
        let is_due = few.peek().is_some_and(|(index, _)| (2 * index + 1) * total <= (2 * place + 1) * count);
        let due = if is_due { few.next().map(|(_, comparison)| comparison) } else { many.next() };
        order.extend(due.or_else(|| few.next().map(|(_, comparison)| comparison)));
    }
    order
}
