//! A holdout where none is given: a share of the prompts, drawn by chance, so that no prompt is on both sides.

use std::collections::BTreeMap;

use super::TokenizedRow;
use super::order::HOLDOUT;
use crate::random::Random;

/// Fewer prompts than this say too little of when to stop, where there are enough to take them from.
const FEWEST: usize = 8;

/// Takes the rows of a share of the prompts out of `rows`: at least those of [`FEWEST`] prompts, but of no more than a
/// quarter of them, and of one at least. Nothing is taken where there is only one prompt. The same rows, share and seed
/// give the same choice.
pub fn set_aside(rows: &mut Vec<TokenizedRow>, share: f64, seed: u64) -> Vec<TokenizedRow> {
    let mut numbers: BTreeMap<&[u32], usize> = BTreeMap::new();
    for row in rows.iter() {
        let next = numbers.len();
        numbers.entry(&row.prompt_ids).or_insert(next);
    }
    let prompts = numbers.len();
    if prompts < 2 || share <= 0.0 {
        return Vec::new();
    }
    let asked = (prompts as f64 * share).round() as usize;
    let count = asked.max(FEWEST.min(prompts / 4)).clamp(1, (prompts / 2).max(1));
    let mut order: Vec<usize> = (0..prompts).collect();
    Random::new(seed, &[HOLDOUT]).shuffle(&mut order);
    let mut is_chosen = vec![false; prompts];
    order[..count].iter().for_each(|&prompt| is_chosen[prompt] = true);
    let places: Vec<bool> = rows.iter().map(|row| is_chosen[numbers[row.prompt_ids.as_slice()]]).collect();
    let (mut aside, mut left) = (Vec::new(), Vec::new());
    for (row, is_aside) in std::mem::take(rows).into_iter().zip(places) {
        if is_aside { aside.push(row) } else { left.push(row) }
    }
    *rows = left;
    aside
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(prompts: u32, of_each: u32) -> Vec<TokenizedRow> {
        let row = |prompt, answer| TokenizedRow {
            prompt_ids: vec![prompt],
            completions: vec![vec![answer], vec![answer + 1]],
            is_desirable: false,
        };
        (0..prompts).flat_map(|prompt| (0..of_each).map(move |answer| row(prompt, answer))).collect()
    }

    #[test]
    fn no_prompt_is_on_both_sides() {
        let mut left = rows(100, 3);
        let aside = set_aside(&mut left, 0.1, 7);
        assert_eq!((left.len(), aside.len()), (270, 30));
        assert!(aside.iter().all(|row| left.iter().all(|other| other.prompt_ids != row.prompt_ids)));
        let mut again = rows(100, 3);
        assert_eq!(set_aside(&mut again, 0.1, 7), aside);
        assert_ne!(set_aside(&mut rows(100, 3), 0.1, 8), aside);
    }

    #[test]
    fn enough_prompts_are_taken_but_not_too_many() {
        let taken = |prompts: u32, share: f64| set_aside(&mut rows(prompts, 1), share, 0).len();
        assert_eq!([1, 2, 3, 8, 40, 200].map(|prompts| taken(prompts, 0.1)), [0, 1, 1, 2, 8, 20]);
        assert_eq!((taken(3, 0.9), taken(30, 0.0)), (1, 0));
    }
}
