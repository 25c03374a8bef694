//! Which prompts a round takes, and which of its answers a step: a function of the settings alone, so that nothing about
//! it has to be saved.

use std::ops::Range;

use crate::domain::{OnlineSettings, TrainSettings};
use crate::random::Random;
use crate::train::order::SHUFFLE;

/// The rounds and steps of a run.
#[derive(Debug, Clone, Copy)]
pub struct RoundPlan {
    prompts: usize,
    /// Prompts a round.
    pub prompts_a_round: usize,
    batch_size: usize,
    iterations: u64,
    /// Rounds in all.
    pub rounds: u64,
    seed: u64,
    shuffle: bool,
}

/// A prompt of a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PromptPlace {
    /// The prompts of all rounds counted through: answers are drawn by it, so that a prompt that comes again is answered
    /// anew.
    pub number: u64,
    /// Its place in the data.
    pub index: usize,
}

impl RoundPlan {
    /// The plan for so many prompts. A round takes none twice.
    pub fn new(settings: &TrainSettings, online: &OnlineSettings, prompts: usize) -> Self {
        let prompts_a_round = online.prompts_a_round.clamp(1, prompts.max(1));
        Self {
            prompts,
            prompts_a_round,
            batch_size: settings.batch_size.clamp(1, prompts_a_round),
            iterations: online.iterations.max(1),
            rounds: online.rounds.unwrap_or(prompts.div_ceil(prompts_a_round) as u64),
            seed: settings.seed,
            shuffle: settings.shuffle,
        }
    }

    /// Steps that go once through a round's answers.
    pub fn steps_a_pass(&self) -> u64 {
        self.prompts_a_round.div_ceil(self.batch_size) as u64
    }

    /// Steps of a round.
    pub fn steps_a_round(&self) -> u64 {
        self.steps_a_pass() * self.iterations
    }

    /// Steps in all.
    pub fn total_steps(&self) -> u64 {
        self.steps_a_round() * self.rounds
    }

    /// The round that the step after `steps` steps belongs to, and its place in it.
    pub fn place(&self, steps: u64) -> (u64, u64) {
        (steps / self.steps_a_round(), steps % self.steps_a_round())
    }

    /// The prompts of a round.
    pub fn prompts_of(&self, round: u64) -> Vec<PromptPlace> {
        // So many rounds go once round the prompts; what is left over has its turn in the next mixing.
        let rounds_an_epoch = (self.prompts / self.prompts_a_round).max(1) as u64;
        let mut order: Vec<usize> = (0..self.prompts).collect();
        let (epoch, place) = (round / rounds_an_epoch, round % rounds_an_epoch);
        if self.shuffle {
            Random::new(self.seed, &[SHUFFLE, epoch]).shuffle(&mut order);
        } else {
            // Without mixing, the next time round begins where this one ends.
            let taken = epoch as usize * (self.prompts - self.prompts % self.prompts_a_round);
            order.rotate_left(taken % self.prompts.max(1));
        }
        let first = round * self.prompts_a_round as u64;
        let members = order.into_iter().skip(place as usize * self.prompts_a_round).take(self.prompts_a_round);
        members.zip(first..).map(|(index, number)| PromptPlace { number, index }).collect()
    }

    /// The prompts of a round whose answers its step at `place` takes.
    pub fn batch_of(&self, place: u64) -> Range<usize> {
        let start = (place % self.steps_a_pass()) as usize * self.batch_size;
        start..(start + self.batch_size).min(self.prompts_a_round)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(shuffle: bool, prompts: usize) -> RoundPlan {
        let settings = TrainSettings { batch_size: 2, shuffle, ..TrainSettings::default() };
        let online = OnlineSettings { prompts_a_round: 5, iterations: 2, ..OnlineSettings::default() };
        RoundPlan::new(&settings, &online, prompts)
    }

    #[test]
    fn a_round_takes_no_prompt_twice_and_all_have_their_turn() {
        for shuffle in [true, false] {
            let plan = plan(shuffle, 12);
            assert_eq!((plan.rounds, plan.steps_a_pass(), plan.steps_a_round(), plan.total_steps()), (3, 3, 6, 18));
            let mut seen = vec![0; 12];
            for round in 0..24 {
                let mut indices: Vec<usize> = plan.prompts_of(round).iter().map(|place| place.index).collect();
                for &index in &indices {
                    seen[index] += 1;
                }
                indices.sort_unstable();
                indices.dedup();
                assert_eq!(indices.len(), 5, "round {round}");
                assert!(plan.prompts_of(round).iter().zip(5 * round..).all(|(place, number)| place.number == number));
            }
            assert!(seen.iter().all(|&times| times >= 6), "{seen:?}");
        }
    }

    #[test]
    fn steps_go_through_a_round_as_often_as_asked_for() {
        let plan = plan(false, 12);
        let batches: Vec<_> = (0..6).map(|place| plan.batch_of(place)).collect();
        assert_eq!(batches, [0..2, 2..4, 4..5, 0..2, 2..4, 4..5]);
        assert_eq!((plan.place(0), plan.place(7), plan.place(17)), ((0, 0), (1, 1), (2, 5)));
    }

    #[test]
    fn few_prompts_make_small_rounds() {
        let plan = plan(true, 3);
        assert_eq!((plan.prompts_a_round, plan.rounds, plan.prompts_of(4).len()), (3, 1, 3));
    }
}
