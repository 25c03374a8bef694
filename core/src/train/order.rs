//! Which pairs an optimizer step takes.

use crate::domain::TrainSettings;
use crate::random::Random;

/// Addresses of the run's random streams, apart from each other.
pub(super) const SHUFFLE: u64 = 1;
pub(super) const INITIAL_VALUES: u64 = 2;
pub(super) const DROPOUT: u64 = 3;
pub(super) const HOLDOUT: u64 = 4;

/// The steps of a run: a function of the settings and the step alone, so that nothing about it has to be saved.
#[derive(Debug, Clone, Copy)]
pub struct StepPlan {
    pairs: usize,
    pairs_a_step: usize,
    steps_an_epoch: u64,
    /// Optimizer steps in all.
    pub total_steps: u64,
    seed: u64,
    shuffle: bool,
    /// Steps between two looks at the holdout.
    evaluate_every: u64,
}

impl StepPlan {
    /// The plan for this many pairs. A last step of an epoch may be smaller, as with transformers.
    pub fn new(settings: &TrainSettings, pairs: usize) -> Self {
        let pairs_a_step = settings.batch_size.max(1) * settings.accumulate.max(1);
        let steps_an_epoch = pairs.div_ceil(pairs_a_step) as u64;
        let total_steps = settings.max_steps.unwrap_or((settings.epochs * steps_an_epoch as f64).ceil() as u64);
        Self {
            pairs,
            pairs_a_step,
            steps_an_epoch,
            total_steps,
            seed: settings.seed,
            shuffle: settings.shuffle,
            evaluate_every: settings.evaluate_every.unwrap_or(steps_an_epoch),
        }
    }

    /// Indices of the pairs of step `step`, from 0.
    pub fn pairs_of(&self, step: u64) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.pairs).collect();
        if self.shuffle {
            Random::new(self.seed, &[SHUFFLE, step / self.steps_an_epoch]).shuffle(&mut order);
        }
        let start = (step % self.steps_an_epoch) as usize * self.pairs_a_step;
        order[start..(start + self.pairs_a_step).min(self.pairs)].to_vec()
    }

    /// Whether the holdout is looked at after `steps` steps: before the first, every so many (or after each round of the
    /// data), after the last.
    pub fn looks_at_holdout(&self, steps: u64) -> bool {
        steps.is_multiple_of(self.evaluate_every) || steps == self.total_steps
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_epoch_takes_every_pair_once_and_epochs_differ() {
        let settings = TrainSettings { batch_size: 4, epochs: 2.0, ..TrainSettings::default() };
        let plan = StepPlan::new(&settings, 10);
        assert_eq!(plan.total_steps, 6);
        let epoch = |first: u64| (first..first + 3).flat_map(|step| plan.pairs_of(step)).collect::<Vec<_>>();
        let mut sorted = epoch(0);
        sorted.sort_unstable();
        assert_eq!(sorted, (0..10).collect::<Vec<_>>());
        assert_ne!(epoch(0), epoch(3));
        assert_eq!((0..=6).filter(|&steps| plan.looks_at_holdout(steps)).collect::<Vec<_>>(), [0, 3, 6]);
        let often = StepPlan::new(&TrainSettings { evaluate_every: Some(4), ..settings }, 10);
        assert_eq!((0..=6).filter(|&steps| often.looks_at_holdout(steps)).collect::<Vec<_>>(), [0, 4, 6]);
    }

    #[test]
    fn without_shuffling_the_order_is_the_datas_and_goes_round() {
        let settings = TrainSettings { batch_size: 2, shuffle: false, max_steps: Some(7), ..TrainSettings::default() };
        let plan = StepPlan::new(&settings, 5);
        assert_eq!(plan.total_steps, 7);
        assert_eq!([plan.pairs_of(0), plan.pairs_of(2), plan.pairs_of(3)], [vec![0, 1], vec![4], vec![0, 1]]);
    }
}
