//! Which answers to each prompt are compared.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use unicode_segmentation::UnicodeSegmentation;

use crate::domain::{Comparison, Completion, CompletionOrigin, RecordId};
use crate::random::Random;

/// Addresses of the random numbers of this file.
const PROMPT: u64 = 0x50;
const PAIR: u64 = 0x51;
const SIDE: u64 = 0x52;

/// How comparisons are made of answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PairingSettings {
    /// Comparisons that a prompt has at most, those that are there already among them.
    pub most_a_prompt: usize,
    /// New comparisons in all, where there is a limit: what people's time or the coach's money allows.
    pub most_comparisons: Option<usize>,
    /// Same seed, same comparisons.
    pub seed: u64,
}

impl Default for PairingSettings {
    fn default() -> Self {
        Self { most_a_prompt: 3, most_comparisons: None, seed: 0 }
    }
}

/// A comparison to be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct NewComparison {
    /// The prompt of both answers.
    pub prompt: RecordId,
    /// One answer.
    pub a: RecordId,
    /// The other.
    pub b: RecordId,
}

/// The comparisons to make of these answers, in the order in which they are worth making: first one of each prompt, then
/// a second of each, and so on, so that a limit leaves no prompt out before another has two.
///
/// Within a prompt every answer comes in about as often as the others, and answers that differ much are preferred:
/// they are quicker to judge and teach more. The same text twice, discarded answers and those that people or coaches wrote to be
/// learned from (corrections, ideal answers) are not asked about.
pub fn choose_pairs(
    completions: &[Completion],
    existing: &[Comparison],
    settings: &PairingSettings,
) -> Vec<NewComparison> {
    let mut prompts: BTreeMap<RecordId, Vec<&Completion>> = BTreeMap::new();
    for completion in completions {
        prompts.entry(completion.prompt).or_default().push(completion);
    }
    let mut known: BTreeMap<RecordId, Vec<&Comparison>> = BTreeMap::new();
    for comparison in existing {
        known.entry(comparison.prompt).or_default().push(comparison);
    }
    let none = Vec::new();
    let mut chosen: Vec<(u64, Vec<NewComparison>)> = prompts
        .iter()
        .map(|(prompt, answers)| {
            let pairs = pairs_of_prompt(answers, known.get(prompt).unwrap_or(&none), settings);
            (Random::new(settings.seed, &[PROMPT, *prompt as u64]).next_u64(), pairs)
        })
        .collect();
    chosen.sort_by_key(|(rank, pairs)| (*rank, pairs.first().map(|pair| pair.prompt)));
    let rounds = chosen.iter().map(|(_, pairs)| pairs.len()).max().unwrap_or(0);
    (0..rounds)
        .flat_map(|round| chosen.iter().filter_map(move |(_, pairs)| pairs.get(round).copied()))
        .take(settings.most_comparisons.unwrap_or(usize::MAX))
        .collect()
}

/// An answer as pairs are chosen by it.
struct Answer {
    id: RecordId,
    words: BTreeSet<String>,
    uses: usize,
}

/// The new comparisons of one prompt, the most worthwhile first.
fn pairs_of_prompt(
    completions: &[&Completion],
    existing: &[&Comparison],
    settings: &PairingSettings,
) -> Vec<NewComparison> {
    let texts: BTreeMap<RecordId, String> = completions.iter().map(|one| (one.id, plain(&one.text))).collect();
    let mut answers: Vec<Answer> = Vec::new();
    let mut place_of: BTreeMap<&str, usize> = BTreeMap::new();
    for completion in completions.iter().filter(|one| is_asked_about(one)) {
        let Some(text) = texts.get(&completion.id) else { continue };
        place_of.entry(text).or_insert_with(|| {
            answers.push(Answer { id: completion.id, words: words(text), uses: 0 });
            answers.len() - 1
        });
    }
    let place = |id: RecordId| texts.get(&id).and_then(|text| place_of.get(text.as_str())).copied();
    let mut taken: BTreeSet<(usize, usize)> = BTreeSet::new();
    for (a, b) in existing.iter().filter_map(|one| Some((place(one.a)?, place(one.b)?))) {
        taken.insert((a.min(b), a.max(b)));
        for used in [a, b] {
            if let Some(answer) = answers.get_mut(used) {
                answer.uses += 1;
            }
        }
    }
    let prompt = completions.first().map_or(0, |one| one.prompt);
    let mut candidates = candidates(&answers, &taken, settings.seed);
    let mut pairs = Vec::new();
    while existing.len() + pairs.len() < settings.most_a_prompt {
        let uses = |place: usize| answers.get(place).map_or(0, |answer| answer.uses);
        let next = candidates.iter().enumerate().min_by(|(_, one), (_, other)| {
            let used = |candidate: &Candidate| uses(candidate.first) + uses(candidate.second);
            used(one)
                .cmp(&used(other))
                .then(other.difference.total_cmp(&one.difference))
                .then(one.rank.cmp(&other.rank))
        });
        let Some(index) = next.map(|(index, _)| index) else { break };
        let candidate = candidates.swap_remove(index);
        let mut ids = [candidate.first, candidate.second].map(|place| {
            answers.get_mut(place).map_or(0, |answer| {
                answer.uses += 1;
                answer.id
            })
        });
        // Neither side of a comparison may be that of the earlier answer, or of the first model, by rule.
        if Random::new(settings.seed, &[SIDE, ids[0] as u64, ids[1] as u64]).below(2) == 1 {
            ids.reverse();
        }
        pairs.push(NewComparison { prompt, a: ids[0], b: ids[1] });
    }
    pairs
}

/// Two answers that could be compared, by their places.
struct Candidate {
    first: usize,
    second: usize,
    difference: f64,
    rank: u64,
}

fn candidates(answers: &[Answer], taken: &BTreeSet<(usize, usize)>, seed: u64) -> Vec<Candidate> {
    let mut candidates = Vec::new();
    for (first, one) in answers.iter().enumerate() {
        for (second, other) in answers.iter().enumerate().skip(first + 1) {
            if !taken.contains(&(first, second)) {
                let rank = Random::new(seed, &[PAIR, one.id as u64, other.id as u64]).next_u64();
                candidates.push(Candidate { first, second, difference: difference(&one.words, &other.words), rank });
            }
        }
    }
    candidates
}

fn is_asked_about(completion: &Completion) -> bool {
    let is_better = matches!(
        completion.origin,
        CompletionOrigin::Edit { .. } | CompletionOrigin::Ideal { .. } | CompletionOrigin::Coach { .. }
    );
    !completion.is_discarded && !is_better
}

/// The text with every run of white space as one space: answers that differ in nothing else look the same.
fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn words(text: &str) -> BTreeSet<String> {
    text.unicode_words().map(str::to_lowercase).collect()
}

/// 1 minus the share of their words that two answers have in common (Jaccard 1901): 0 for the same words, 1 for none.
fn difference(one: &BTreeSet<String>, other: &BTreeSet<String>) -> f64 {
    let common = one.intersection(other).count();
    let all = one.len() + other.len() - common;
    if all == 0 { 0.0 } else { 1.0 - common as f64 / all as f64 }
}

#[cfg(test)]
mod tests {
    use super::super::test_support::completion;
    use super::*;

    fn settings(most_a_prompt: usize, most_comparisons: Option<usize>, seed: u64) -> PairingSettings {
        PairingSettings { most_a_prompt, most_comparisons, seed }
    }

    /// `answers` answers to each of `prompts` prompts, no two with a word in common.
    fn answers(prompts: RecordId, answers: RecordId) -> Vec<Completion> {
        (0..prompts * answers).map(|id| completion(id, id / answers, &format!("one{id} two{id}"))).collect()
    }

    fn unordered(pair: &NewComparison) -> (RecordId, RecordId) {
        (pair.a.min(pair.b), pair.a.max(pair.b))
    }

    #[test]
    fn every_pair_is_made_once_where_nothing_limits_them() {
        let pairs = choose_pairs(&answers(3, 4), &[], &settings(100, None, 5));
        let distinct: BTreeSet<_> = pairs.iter().map(unordered).collect();
        assert_eq!((pairs.len(), distinct.len()), (18, 18));
        assert!(pairs.iter().all(|pair| pair.a != pair.b && pair.a / 4 == pair.prompt && pair.b / 4 == pair.prompt));
    }

    #[test]
    fn a_limit_is_spread_over_prompts_and_answers() {
        let completions = answers(10, 6);
        let pairs = choose_pairs(&completions, &[], &settings(3, None, 5));
        assert_eq!(pairs.len(), 30);
        // Three comparisons of six answers use each once.
        let used: BTreeSet<_> = pairs.iter().flat_map(|pair| [pair.a, pair.b]).collect();
        assert_eq!(used.len(), 60);
        let few = choose_pairs(&completions, &[], &settings(3, Some(12), 5));
        assert_eq!(few, pairs[..12]);
        let of_prompt = |prompt| few.iter().filter(|pair| pair.prompt == prompt).count();
        assert!((0..10).all(|prompt| (1..=2).contains(&of_prompt(prompt))));
    }

    #[test]
    fn the_seed_decides_sides_and_order() {
        let completions = answers(40, 2);
        let of = |seed| choose_pairs(&completions, &[], &settings(1, None, seed));
        assert_eq!(of(1), of(1));
        assert_ne!(of(1), of(2));
        let swapped = of(1).iter().filter(|pair| pair.a > pair.b).count();
        assert!((10..=30).contains(&swapped), "{swapped} of 40");
    }

    #[test]
    fn the_same_text_and_what_people_wrote_are_not_compared() {
        let mut completions: Vec<Completion> = ["yes", " yes\n", "no", "never", "corrected", "ideal"]
            .iter()
            .zip(0..)
            .map(|(text, id)| completion(id, 7, text))
            .collect();
        completions[3].is_discarded = true;
        completions[4].origin = CompletionOrigin::Edit { of: 0, annotator: 1 };
        completions[5].origin = CompletionOrigin::Ideal { annotator: None };
        let pairs = choose_pairs(&completions, &[], &settings(9, None, 0));
        assert_eq!(pairs.iter().map(unordered).collect::<Vec<_>>(), [(0, 2)]);
        // The second `yes` against `no` is there: nothing is left to ask.
        let existing = Comparison { id: 1, prompt: 7, round: None, a: 2, b: 1 };
        assert!(choose_pairs(&completions, &[existing], &settings(9, None, 0)).is_empty());
    }

    #[test]
    fn answers_that_differ_are_preferred() {
        let texts = ["the cat sat down", "the cat sat there", "dogs bark"];
        let completions: Vec<Completion> = texts.iter().zip(0..).map(|(text, id)| completion(id, 1, text)).collect();
        for seed in 0..20 {
            let pairs = choose_pairs(&completions, &[], &settings(1, None, seed));
            assert_ne!(pairs.iter().map(unordered).collect::<Vec<_>>(), [(0, 1)], "seed {seed}");
        }
        // 3 of 5 words in common.
        assert!((difference(&words(texts[0]), &words(texts[1])) - 0.4).abs() < 1e-12);
    }

    #[test]
    fn what_is_there_counts_against_the_limit_and_is_not_made_again() {
        let completions = answers(1, 4);
        let existing: Vec<Comparison> = choose_pairs(&completions, &[], &settings(2, None, 3))
            .iter()
            .zip(1..)
            .map(|(pair, id)| Comparison { id, prompt: 0, round: None, a: pair.b, b: pair.a })
            .collect();
        assert!(choose_pairs(&completions, &existing, &settings(2, None, 3)).is_empty());
        let more = choose_pairs(&completions, &existing, &settings(6, None, 3));
        assert_eq!(more.len(), 4);
        assert!(
            more.iter().all(|pair| existing.iter().all(|one| unordered(pair) != (one.a.min(one.b), one.a.max(one.b))))
        );
    }
}
