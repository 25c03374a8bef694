//! A holdout where none is given: a share of the prompts, by chance and by prompt, so that no prompt is on both sides.

use std::collections::BTreeMap;

use super::TokenizedRow;
use super::order::HOLDOUT;
use crate::random::Random;

/// What two rows share that belong on the same side: their prompt; where there is none, the whole text.
fn prompt(row: &TokenizedRow) -> &[u32] {
    match row.completions.first() {
        Some(text) if row.prompt_ids.is_empty() => text,
        _ => &row.prompt_ids,
    }
}

/// Fewer prompts than this say too little of when to stop, where there are enough to take them from.
const FEWEST: usize = 8;

/// How many of so many prompts are set aside for a share of them: at least [`FEWEST`], but then no more than a quarter;
/// one at least, and never more than half.
pub fn count_aside(prompts: usize, share: f64) -> usize {
    if prompts < 2 || share <= 0.0 {
        return 0;
    }
    let asked = (prompts as f64 * share).round() as usize;
    asked.max(FEWEST.min(prompts / 4)).clamp(1, (prompts / 2).max(1))
}

/// Which rows are set aside for a share of the prompts; see [`count_aside`]. The same rows, share and seed give the same choice.
pub fn which_aside(rows: &[TokenizedRow], share: f64, seed: u64) -> Vec<bool> {
    let mut numbers: BTreeMap<&[u32], usize> = BTreeMap::new();
    for row in rows {
        let next = numbers.len();
        numbers.entry(prompt(row)).or_insert(next);
    }
    let prompts = numbers.len();
    let count = count_aside(prompts, share);
    if count == 0 {
        return vec![false; rows.len()];
    }
    let mut order: Vec<usize> = (0..prompts).collect();
    Random::new(seed, &[HOLDOUT]).shuffle(&mut order);
    let chosen = &order[..count];
    rows.iter().map(|row| chosen.contains(&numbers[prompt(row)])).collect()
}

/// Takes the rows that are [set aside](which_aside) out of `rows`. Nothing is taken where there is only one prompt.
pub fn set_aside(rows: &mut Vec<TokenizedRow>, share: f64, seed: u64) -> Vec<TokenizedRow> {
    let is_aside = which_aside(rows, share, seed);
    let mut aside = Vec::new();
    let mut left = Vec::new();
    for (row, is_aside) in std::mem::take(rows).into_iter().zip(is_aside) {
        if is_aside { aside.push(row) } else { left.push(row) }
    }
    *rows = left;
    aside
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(prompts: u32, of_each: u32) -> Vec<TokenizedRow> {
        let pair = |prompt, answer| TokenizedRow {
            prompt_ids: vec![prompt],
            completions: vec![vec![answer], vec![answer + 1]],
            is_desirable: false,
        };
        (0..prompts).flat_map(|prompt| (0..of_each).map(move |answer| pair(prompt, answer))).collect()
    }

    #[test]
    fn no_prompt_is_on_both_sides() {
        let mut left = pairs(100, 3);
        let aside = set_aside(&mut left, 0.1, 7);
        assert_eq!((left.len(), aside.len()), (270, 30));
        assert!(aside.iter().all(|pair| left.iter().all(|other| other.prompt_ids != pair.prompt_ids)));
        let mut again = pairs(100, 3);
        assert_eq!(set_aside(&mut again, 0.1, 7), aside);
        assert_ne!(set_aside(&mut pairs(100, 3), 0.1, 8), aside);
    }

    #[test]
    fn enough_prompts_are_taken_but_not_too_many() {
        let taken = |prompts: u32| set_aside(&mut pairs(prompts, 1), 0.1, 0).len();
        assert_eq!([1, 2, 3, 8, 40, 200].map(taken), [0, 1, 1, 2, 8, 20]);
        assert_eq!(set_aside(&mut pairs(2, 5), 0.1, 0).len(), 5);
        assert_eq!(set_aside(&mut pairs(3, 1), 0.9, 0).len(), 1);
        assert_eq!(set_aside(&mut pairs(30, 1), 0.0, 0).len(), 0);
    }
}
