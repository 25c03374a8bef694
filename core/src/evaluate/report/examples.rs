//! Which comparisons a report shows to be read.

use std::collections::BTreeSet;

use crate::evaluate::Outcome;

/// The places of the comparisons that are shown, of each one's prompt and outcome: one a prompt, `most` at most. Those with a
/// winner come first, losses before wins, as many of each as there are in all comparisons, so that the examples look as the
/// figures do; where both happened, both are there. Ties fill what is left.
pub fn shown_examples<P: Ord>(compared: &[(P, Outcome)], most: usize) -> Vec<usize> {
    let of = |wanted: Outcome| compared.iter().filter(|(_, outcome)| *outcome == wanted).count();
    let (losses, wins) = (of(Outcome::Loss), of(Outcome::Win));
    let mut lost = (most as f64 * losses as f64 / (losses + wins).max(1) as f64).round() as usize;
    if losses > 0 && wins > 0 && most > 1 {
        lost = lost.clamp(1, most - 1);
    }
    let mut prompts: BTreeSet<&P> = BTreeSet::new();
    let mut places: Vec<usize> = Vec::new();
    // Where too few prompts have one kind, the other takes its room before ties do.
    for (wanted, room) in [(Outcome::Loss, lost), (Outcome::Win, most), (Outcome::Loss, most), (Outcome::Tie, most)] {
        let before = places.len();
        for (place, (prompt, outcome)) in compared.iter().enumerate() {
            if places.len() >= most || places.len() - before >= room {
                break;
            }
            if *outcome == wanted && prompts.insert(prompt) {
                places.push(place);
            }
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::Outcome::{Loss, Tie, Win};

    /// Losses, wins and ties among six examples, of so many comparisons with a prompt each.
    fn of(losses: usize, wins: usize, ties: usize) -> [usize; 3] {
        let all = [vec![Win; wins], vec![Tie; ties], vec![Loss; losses]].concat();
        let compared: Vec<(usize, Outcome)> = all.into_iter().enumerate().collect();
        let places = shown_examples(&compared, 6);
        [Loss, Win, Tie].map(|wanted| places.iter().filter(|&&place| compared[place].1 == wanted).count())
    }

    #[test]
    fn examples_are_as_the_figures_are() {
        assert_eq!(of(30, 10, 0), [5, 1, 0]);
        assert_eq!(of(10, 30, 20), [2, 4, 0]);
        assert_eq!(of(20, 20, 20), [3, 3, 0]);
        // What happened once is there, and what is missing is filled up.
        assert_eq!(of(1, 99, 0), [1, 5, 0]);
        assert_eq!(of(99, 1, 0), [5, 1, 0]);
        assert_eq!(of(2, 1, 10), [2, 1, 3]);
        assert_eq!(of(0, 0, 4), [0, 0, 4]);
        assert_eq!(of(0, 0, 0), [0, 0, 0]);
    }

    #[test]
    fn a_prompt_is_shown_once() {
        let compared = [(7, Win), (7, Loss), (8, Win), (8, Win), (9, Tie)];
        assert_eq!(shown_examples(&compared, 6), [1, 2, 4]);
        assert_eq!(shown_examples(&compared, 1), [0]);
    }
}
