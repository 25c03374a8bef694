//! Texts that say the same or nearly the same.
//!
//! Equal texts are found by themselves. Nearly equal ones are found as sets of runs of words (Broder 1997): every text is
//! sketched by the smallest values of 64 hashes of its runs, texts whose sketches agree in one of 16 bands of 4 are
//! candidates, and candidates are compared by the share of runs that they have in common, exactly.
//!
//! A pair of texts that have a share `s` in common becomes a candidate with the probability `1 − (1 − s⁴)¹⁶`: 0.9998 at
//! the usual threshold of 0.8.

use std::borrow::Cow;

use rayon::prelude::*;
use serde::Serialize;

use crate::random::mix;

/// Hashes in a sketch.
const HASHES: usize = 64;

/// Hashes that must agree in a band.
const BAND: usize = 4;

/// Words in a run.
const RUN: usize = 3;

/// Texts of a band with which a text is compared. Where more than that agree in a band without being equal, they share
/// their boilerplate, and the bands in which they differ tell them apart.
const COMPARED: usize = 32;

/// How much the sketches' own estimate may be too low: four deviations of 64 draws at a share of 0.8.
const ESTIMATE_ERROR: f64 = 0.2;

/// What counts as nearly equal.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct DuplicateOptions {
    /// The share of runs of three words that two texts have in common, of all that either has.
    pub threshold: f64,
}

impl Default for DuplicateOptions {
    fn default() -> Self {
        Self { threshold: 0.8 }
    }
}

/// Texts that say the same or nearly the same.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DuplicateGroup {
    /// Their places in what was given, ascending: the first is the one to keep.
    pub members: Vec<usize>,
    /// Whether all of them are equal but for case, punctuation and spaces.
    pub is_exact: bool,
    /// The smallest share that a member was found to have in common with another one.
    pub similarity: f64,
}

/// A text of the holdout that is in the training data too.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Overlap {
    /// Its place in the holdout.
    pub holdout: usize,
    /// The place in the training data of the text that is most like it.
    pub train: usize,
    /// The share that they have in common.
    pub similarity: f64,
}

/// Texts that are made when they are looked at: not all of them have to be in memory.
#[derive(Clone, Copy)]
struct Texts<'a> {
    count: usize,
    get: &'a (dyn Fn(usize) -> Cow<'a, str> + Sync),
}

/// Groups of texts that say the same or nearly the same, by their first members.
pub fn find_duplicates(texts: &[&str], options: &DuplicateOptions) -> Vec<DuplicateGroup> {
    find_duplicates_among(
        texts.len(),
        &|index: usize| -> Cow<'_, str> { Cow::Borrowed(texts[index]) },
        options.threshold,
    )
}

/// The same for texts that are made when they are looked at.
pub(super) fn find_duplicates_among<'a>(
    count: usize,
    get: &'a (dyn Fn(usize) -> Cow<'a, str> + Sync),
    threshold: f64,
) -> Vec<DuplicateGroup> {
    let texts = Texts { count, get };
    let sketches = sketch_all(texts);
    let mut links = Links { parents: (0..count).collect(), similarity: vec![1.0; count] };
    for group in equal_groups(&sketches) {
        for pair in group.windows(2) {
            links.join(pair[0], pair[1], 1.0);
        }
    }
    for band in 0..HASHES / BAND {
        for bucket in buckets(&sketches, band) {
            link_bucket(texts, &sketches, &bucket, threshold, &mut links);
        }
    }
    groups_of(&sketches, links)
}

/// Compares each text of a bucket with the first ones that it is not yet known to be like.
fn link_bucket(texts: Texts<'_>, sketches: &[Sketch], bucket: &[usize], threshold: f64, links: &mut Links) {
    let mut heads: Vec<usize> = Vec::new();
    for &index in bucket {
        let root = links.root(index);
        if heads.iter().any(|head| links.root(*head) == root) {
            continue;
        }
        let found = heads.iter().find_map(|&head| {
            let similarity = similarity_from(texts, sketches, head, index, threshold)?;
            Some((head, similarity))
        });
        match found {
            Some((head, similarity)) => links.join(head, index, similarity),
            None if heads.len() < COMPARED => heads.push(index),
            None => {}
        }
    }
}

/// Texts of the holdout that are in the training data too: an evaluation on them would flatter.
pub fn overlap(train: &[&str], holdout: &[&str], options: &DuplicateOptions) -> Vec<Overlap> {
    let all: Vec<&str> = train.iter().chain(holdout).copied().collect();
    let get = |index: usize| -> Cow<'_, str> { Cow::Borrowed(all[index]) };
    let texts = Texts { count: all.len(), get: &get };
    let sketches = sketch_all(texts);
    let mut best: Vec<Option<Overlap>> = vec![None; holdout.len()];
    let mut offer = |train_index: usize, index: usize, similarity: f64| {
        let slot = &mut best[index - train.len()];
        let is_better = slot
            .is_none_or(|known| similarity.total_cmp(&known.similarity).then(known.train.cmp(&train_index)).is_gt());
        if is_better {
            *slot = Some(Overlap { holdout: index - train.len(), train: train_index, similarity });
        }
    };
    let both = |group: &[usize]| group.partition_point(|index| *index < train.len());
    for group in equal_groups(&sketches) {
        if let (split @ 1.., Some(&first)) = (both(&group), group.first()) {
            group[split..].iter().for_each(|&index| offer(first, index, 1.0));
        }
    }
    for band in 0..HASHES / BAND {
        for bucket in buckets(&sketches, band) {
            let (of_train, of_holdout) = bucket.split_at(both(&bucket));
            for &index in of_holdout {
                for &train_index in of_train.iter().take(COMPARED) {
                    if let Some(similarity) = similarity_from(texts, &sketches, train_index, index, options.threshold) {
                        offer(train_index, index, similarity);
                    }
                }
            }
        }
    }
    best.into_iter().flatten().collect()
}

/// Which texts belong together.
struct Links {
    parents: Vec<usize>,
    /// By root: the smallest share of a link.
    similarity: Vec<f64>,
}

impl Links {
    fn root(&mut self, mut index: usize) -> usize {
        while self.parents[index] != index {
            self.parents[index] = self.parents[self.parents[index]];
            index = self.parents[index];
        }
        index
    }

    fn join(&mut self, a: usize, b: usize, similarity: f64) {
        let (a, b) = (self.root(a), self.root(b));
        if a == b {
            return;
        }
        // The first text of a group is its root.
        let (first, other) = (a.min(b), a.max(b));
        self.parents[other] = first;
        self.similarity[first] = similarity.min(self.similarity[first]).min(self.similarity[other]);
    }
}

fn groups_of(sketches: &[Sketch], mut links: Links) -> Vec<DuplicateGroup> {
    let mut members: Vec<(usize, usize)> = (0..sketches.len()).map(|index| (links.root(index), index)).collect();
    members.sort_unstable();
    let groups = members.chunk_by(|a, b| a.0 == b.0).filter(|group| group.len() > 1);
    groups
        .map(|group| DuplicateGroup {
            members: group.iter().map(|(_, index)| *index).collect(),
            is_exact: group.iter().all(|(root, index)| sketches[*index].whole == sketches[*root].whole),
            similarity: links.similarity[group[0].0],
        })
        .collect()
}

/// What is kept of a text.
struct Sketch {
    /// Equal for texts with the same words.
    whole: u128,
    /// The smallest value of each hash.
    lowest: [u32; HASHES],
}

fn sketch_all(texts: Texts<'_>) -> Vec<Sketch> {
    let coefficients = coefficients();
    (0..texts.count).into_par_iter().map(|index| sketch(&(texts.get)(index), &coefficients)).collect()
}

/// The hashes: `multiplier · x + offset`, multipliers odd, so that each is a permutation of 32 bits.
fn coefficients() -> [(u32, u32); HASHES] {
    std::array::from_fn(|index| {
        let bits = mix(index as u64 + 1);
        ((bits >> 32) as u32 | 1, bits as u32)
    })
}

fn sketch(text: &str, coefficients: &[(u32, u32); HASHES]) -> Sketch {
    let words = words(text);
    let mut lowest = [u32::MAX; HASHES];
    for run in runs(&words) {
        // Folded, so that both halves of the hash count.
        let run = (run ^ (run >> 32)) as u32;
        for (low, (multiplier, offset)) in lowest.iter_mut().zip(coefficients) {
            *low = (*low).min(run.wrapping_mul(*multiplier).wrapping_add(*offset));
        }
    }
    let mut whole = (0_u64, 1_u64);
    for word in &words {
        whole = (mix(whole.0 ^ word), mix(whole.1.wrapping_add(*word)));
    }
    Sketch { whole: (u128::from(whole.0) << 64) | u128::from(whole.1), lowest }
}

/// The hashes of a text's words, without case and punctuation. In scripts that put no spaces between words, every
/// character is one. A text without any letter is one word.
fn words(text: &str) -> Vec<u64> {
    const START: u64 = 0x9E37_79B9_7F4A_7C15;
    let mut words = Vec::new();
    let mut word = START;
    let mut push = |word: &mut u64| {
        if *word != START {
            words.push(mix(*word));
            *word = START;
        }
    };
    let add = |word: u64, letter: char| (word ^ u64::from(letter)).wrapping_mul(0x0000_0100_0000_01B3).rotate_left(23);
    for letter in text.chars() {
        if letter.is_ascii_alphanumeric() {
            word = add(word, letter.to_ascii_lowercase());
        } else if !letter.is_alphanumeric() {
            push(&mut word);
        } else {
            let stands_alone = is_without_spaces(letter);
            if stands_alone {
                push(&mut word);
            }
            for lower in letter.to_lowercase() {
                word = add(word, lower);
            }
            if stands_alone {
                push(&mut word);
            }
        }
    }
    push(&mut word);
    if words.is_empty() {
        let whole = text.trim().chars().fold(START, add);
        words.push(mix(whole));
    }
    words
}

/// Chinese, Japanese, Thai, Lao, Khmer and Burmese have no spaces between words.
fn is_without_spaces(letter: char) -> bool {
    matches!(u32::from(letter),
        0x0E00..=0x0EFF | 0x1000..=0x109F | 0x1780..=0x17FF | 0x3040..=0x30FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF
        | 0xF900..=0xFAFF | 0x20000..=0x3FFFF)
}

/// The hashes of a text's runs of words; a shorter text is one run.
fn runs(words: &[u64]) -> impl Iterator<Item = u64> + '_ {
    let width = RUN.min(words.len()).max(1);
    words.windows(width).map(|run| run.iter().fold(0, |hash: u64, word| mix(hash.rotate_left(7) ^ word)))
}

fn run_set(text: &str) -> Vec<u64> {
    let mut set: Vec<u64> = runs(&words(text)).collect();
    set.sort_unstable();
    set.dedup();
    set
}

/// The share of runs that two texts have in common, if it is at least the threshold.
fn similarity_from(texts: Texts<'_>, sketches: &[Sketch], a: usize, b: usize, threshold: f64) -> Option<f64> {
    let (left, right) = (&sketches[a], &sketches[b]);
    if left.whole == right.whole {
        return Some(1.0);
    }
    let agreeing = left.lowest.iter().zip(&right.lowest).filter(|(a, b)| a == b).count();
    if (agreeing as f64) < (threshold - ESTIMATE_ERROR) * HASHES as f64 {
        return None;
    }
    let similarity = share(&run_set(&(texts.get)(a)), &run_set(&(texts.get)(b)));
    (similarity >= threshold).then_some(similarity)
}

/// The share of two sorted sets (Jaccard's index).
fn share(a: &[u64], b: &[u64]) -> f64 {
    let (mut i, mut j, mut common) = (0, 0, 0_usize);
    while i < a.len() && j < b.len() {
        match a[i].cmp(&b[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => (i, j, common) = (i + 1, j + 1, common + 1),
        }
    }
    common as f64 / (a.len() + b.len() - common).max(1) as f64
}

/// Texts with the same words, ascending within each group.
fn equal_groups(sketches: &[Sketch]) -> Vec<Vec<usize>> {
    let mut keys: Vec<(u128, usize)> =
        sketches.iter().enumerate().map(|(index, sketch)| (sketch.whole, index)).collect();
    keys.sort_unstable();
    grouped(&keys)
}

/// Texts whose sketches agree in a band, ascending within each bucket.
fn buckets(sketches: &[Sketch], band: usize) -> Vec<Vec<usize>> {
    let mut keys: Vec<(u64, usize)> = sketches
        .iter()
        .enumerate()
        .map(|(index, sketch)| {
            let hashes = &sketch.lowest[band * BAND..(band + 1) * BAND];
            (hashes.iter().fold(0, |hash, low| mix(hash ^ u64::from(*low))), index)
        })
        .collect();
    keys.sort_unstable();
    grouped(&keys)
}

fn grouped<K: PartialEq>(keys: &[(K, usize)]) -> Vec<Vec<usize>> {
    let groups = keys.chunk_by(|a, b| a.0 == b.0).filter(|group| group.len() > 1);
    groups.map(|group| group.iter().map(|(_, index)| *index).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    fn sentence(random: &mut Random, length: usize) -> Vec<String> {
        (0..length).map(|_| format!("word{}", random.below(4000))).collect()
    }

    #[test]
    fn the_share_is_that_of_a_worked_example() {
        // Runs of "a b c d": abc, bcd; of "a b c e": abc, bce. One of three in common.
        assert!((share(&run_set("a b c d"), &run_set("A, b - C e!")) - 1.0 / 3.0).abs() < 1e-12);
        assert!((share(&run_set("a b"), &run_set("a b c")) - 0.0).abs() < 1e-12);
        assert!((share(&run_set("今日は良い天気"), &run_set("今日は良い天候")) - 4.0 / 6.0).abs() < 1e-12);
    }

    #[test]
    fn equal_texts_are_grouped_whatever_their_case_and_spaces() {
        let texts = ["What is it?", "Something else", "what  IS it", "Why", "…", "…", "!"];
        let groups = find_duplicates(&texts, &DuplicateOptions::default());
        let members: Vec<_> = groups.iter().map(|group| (group.members.clone(), group.is_exact)).collect();
        assert_eq!(members, [(vec![0, 2], true), (vec![4, 5], true)]);
        assert!(find_duplicates(&[], &DuplicateOptions::default()).is_empty());
    }

    /// Held against a comparison of every text with every other one.
    #[test]
    fn nearly_equal_texts_are_found_as_by_comparing_all() {
        let mut random = Random::new(7, &[]);
        let mut texts: Vec<String> = Vec::new();
        for _ in 0..150 {
            let words = sentence(&mut random, 60);
            texts.push(words.join(" "));
            for _ in 0..2 {
                let mut changed = words.clone();
                for _ in 0..random.below(8) {
                    let place = random.below(changed.len());
                    changed[place] = "changed".to_owned();
                }
                texts.push(changed.join(" "));
            }
        }
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let sets: Vec<_> = texts.iter().map(|text| run_set(text)).collect();
        let options = DuplicateOptions::default();
        let groups = find_duplicates(&texts, &options);
        let group_of = |index: usize| groups.iter().position(|group| group.members.contains(&index));
        let (mut expected, mut found, mut wrong) = (0, 0, 0);
        for a in 0..texts.len() {
            for b in a + 1..texts.len() {
                let is_near = share(&sets[a], &sets[b]) >= options.threshold;
                let is_together = group_of(a).is_some() && group_of(a) == group_of(b);
                expected += usize::from(is_near);
                found += usize::from(is_near && is_together);
                // Texts of one group may be near by way of a third.
                wrong += usize::from(is_together && share(&sets[a], &sets[b]) < 0.5);
            }
        }
        assert!(expected > 100 && found == expected && wrong == 0, "{found} of {expected}, {wrong} wrong");
        assert!(groups.iter().all(|group| group.similarity >= 0.8 && group.members.is_sorted()));
    }

    /// The estimate of a sketch is unbiased: over many pairs its mean error is within four deviations of nothing.
    #[test]
    fn sketches_estimate_the_share() {
        let coefficients = coefficients();
        let mut random = Random::new(3, &[]);
        let (mut error, pairs) = (0.0, 400);
        for _ in 0..pairs {
            let words = sentence(&mut random, 80);
            let mut changed = words.clone();
            for _ in 0..6 {
                let place = random.below(changed.len());
                changed[place] = "changed".to_owned();
            }
            let (a, b) = (words.join(" "), changed.join(" "));
            let (left, right) = (sketch(&a, &coefficients), sketch(&b, &coefficients));
            let agreeing = left.lowest.iter().zip(&right.lowest).filter(|(a, b)| a == b).count();
            error += agreeing as f64 / HASHES as f64 - share(&run_set(&a), &run_set(&b));
        }
        let deviation = (0.65_f64 * 0.35 / HASHES as f64 / f64::from(pairs)).sqrt();
        assert!((error / f64::from(pairs)).abs() < 4.0 * deviation, "{error}");
    }

    #[test]
    fn a_holdout_prompt_that_is_trained_on_is_named_with_what_it_is_most_like() {
        let long =
            "please write a short and friendly letter to the new neighbours in the house across the street today";
        let near = format!("{long} thanks");
        let train = ["Why?", long, near.as_str()];
        let holdout = ["nothing alike", "WHY", near.as_str()];
        let found = overlap(&train, &holdout, &DuplicateOptions::default());
        let places: Vec<_> = found.iter().map(|overlap| (overlap.holdout, overlap.train)).collect();
        assert_eq!(places, [(1, 0), (2, 2)]);
        let found = overlap(&train[..2], &holdout, &DuplicateOptions::default());
        // 18 words have 16 runs, 19 have 17, of which 16 are the same.
        assert!(found.len() == 2 && (found[1].similarity - 16.0 / 17.0).abs() < 1e-12, "{found:?}");
    }

    #[test]
    fn many_equal_texts_take_no_longer_than_many_different_ones() {
        let texts = vec!["the same text again and again"; 50_000];
        let groups = find_duplicates(&texts, &DuplicateOptions::default());
        assert_eq!(groups.len(), 1);
        assert_eq!(groups[0].members.len(), texts.len());
    }
}
