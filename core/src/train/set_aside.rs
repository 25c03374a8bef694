//! A holdout where none is given: a share of the prompts, by chance and by prompt, so that no prompt is on both sides.

use std::collections::BTreeMap;

use super::TokenizedPair;
use super::order::HOLDOUT;
use crate::random::Random;

/// Takes the pairs of a share of the prompts out of `pairs`, at least one prompt's and at most half of them. Nothing is
/// taken where there is only one prompt. The same pairs, share and seed give the same choice.
pub fn set_aside(pairs: &mut Vec<TokenizedPair>, share: f64, seed: u64) -> Vec<TokenizedPair> {
    let mut numbers: BTreeMap<&[u32], usize> = BTreeMap::new();
    for pair in pairs.iter() {
        let next = numbers.len();
        numbers.entry(&pair.prompt_ids).or_insert(next);
    }
    let prompts = numbers.len();
    let count = ((prompts as f64 * share).round() as usize).clamp(1, (prompts / 2).max(1));
    if prompts < 2 || share <= 0.0 {
        return Vec::new();
    }
    let mut order: Vec<usize> = (0..prompts).collect();
    Random::new(seed, &[HOLDOUT]).shuffle(&mut order);
    let chosen = &order[..count];
    let is_aside: Vec<bool> = pairs.iter().map(|pair| chosen.contains(&numbers[pair.prompt_ids.as_slice()])).collect();
    let mut aside = Vec::new();
    let mut left = Vec::new();
    for (pair, is_aside) in std::mem::take(pairs).into_iter().zip(is_aside) {
        if is_aside { aside.push(pair) } else { left.push(pair) }
    }
    *pairs = left;
    aside
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(prompts: u32, of_each: u32) -> Vec<TokenizedPair> {
        let pair = |prompt, answer| TokenizedPair {
            prompt_ids: vec![prompt],
            chosen_ids: vec![answer],
            rejected_ids: vec![answer + 1],
        };
        (0..prompts).flat_map(|prompt| (0..of_each).map(move |answer| pair(prompt, answer))).collect()
    }

    #[test]
    fn no_prompt_is_on_both_sides() {
        let mut left = pairs(20, 3);
        let aside = set_aside(&mut left, 0.1, 7);
        assert_eq!((left.len(), aside.len()), (54, 6));
        assert!(aside.iter().all(|pair| left.iter().all(|other| other.prompt_ids != pair.prompt_ids)));
        let mut again = pairs(20, 3);
        assert_eq!(set_aside(&mut again, 0.1, 7), aside);
        assert_ne!(set_aside(&mut pairs(20, 3), 0.1, 8), aside);
    }

    #[test]
    fn at_least_one_prompt_and_at_most_half_are_taken() {
        assert_eq!(set_aside(&mut pairs(1, 5), 0.1, 0).len(), 0);
        assert_eq!(set_aside(&mut pairs(2, 5), 0.1, 0).len(), 5);
        assert_eq!(set_aside(&mut pairs(3, 1), 0.9, 0).len(), 1);
        assert_eq!(set_aside(&mut pairs(30, 1), 0.0, 0).len(), 0);
    }
}
