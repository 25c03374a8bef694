//! Which rows an optimizer step takes.

use super::Trained;
use crate::domain::TrainSettings;
use crate::model::backend::Dropout;
use crate::random::Random;

/// Addresses of the run's random streams, apart from each other.
pub(in crate::train) const SHUFFLE: u64 = 1;
pub(super) const INITIAL_VALUES: u64 = 2;
const DROPOUT: u64 = 3;
pub(super) const HOLDOUT: u64 = 4;
const MIX: u64 = 5;
pub(super) const SCORE_HEAD: u64 = 6;
pub(in crate::train) const ANSWERS: u64 = 7;

/// The steps of a run: a function of the settings and the step alone, so that nothing about it has to be saved.
#[derive(Debug, Clone, Copy)]
pub struct StepPlan {
    rows: usize,
    rows_a_step: usize,
    /// Rows that stay together when the data is shuffled: a batch where its rows belong to each other, else one.
    together: usize,
    steps_an_epoch: u64,
    /// Optimizer steps in all.
    pub total_steps: u64,
    seed: u64,
    shuffle: bool,
    /// Steps between two looks at the holdout.
    evaluate_every: u64,
}

impl StepPlan {
    /// The plan for this many rows. A last step of an epoch may be smaller, as with transformers.
    pub fn new(settings: &TrainSettings, rows: usize, keeps_batches: bool) -> Self {
        let rows_a_step = settings.batch_size.max(1) * settings.accumulate.max(1);
        let steps_an_epoch = rows.div_ceil(rows_a_step) as u64;
        let total_steps = settings.max_steps.unwrap_or((settings.epochs * steps_an_epoch as f64).ceil() as u64);
        let together = if keeps_batches { settings.batch_size.max(1) } else { 1 };
        let (seed, shuffle) = (settings.seed, settings.shuffle);
        let evaluate_every = settings.evaluate_every.unwrap_or(steps_an_epoch);
        Self { rows, rows_a_step, together, steps_an_epoch, total_steps, seed, shuffle, evaluate_every }
    }

    /// Indices of the rows of step `step`, from 0.
    pub fn rows_of(&self, step: u64) -> Vec<usize> {
        let mut blocks: Vec<usize> = (0..self.rows / self.together).collect();
        if self.shuffle {
            Random::new(self.seed, &[SHUFFLE, step / self.steps_an_epoch]).shuffle(&mut blocks);
        }
        // What is left over is less than a block and stays at the end, so that batches begin where blocks do.
        let whole = self.rows - self.rows % self.together;
        let rows = blocks.iter().flat_map(|block| block * self.together..(block + 1) * self.together);
        let start = (step % self.steps_an_epoch) as usize * self.rows_a_step;
        rows.chain(whole..self.rows).skip(start).take(self.rows_a_step).collect()
    }

    /// Whether the holdout is looked at after `steps` steps: before the first, every so many (or after each round of the
    /// data), after the last.
    pub fn looks_at_holdout(&self, steps: u64) -> bool {
        steps.is_multiple_of(self.evaluate_every) || steps == self.total_steps
    }
}

/// Mixes rows that are to stay together in batches, once for the whole run.
pub fn mix<T>(settings: &TrainSettings, rows: &mut [T]) {
    if settings.shuffle {
        Random::new(settings.seed, &[MIX]).shuffle(rows);
    }
}

/// What is left out of the inputs of what is trained in a pack of a step.
pub fn dropout(settings: &TrainSettings, trained: &Trained, step: u64, pack: u64) -> Option<Dropout> {
    let probability = trained.dropout() as f32;
    let key = Random::new(settings.seed, &[DROPOUT, step, pack]).next_u64();
    (probability > 0.0).then_some(Dropout { probability, key })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_epoch_takes_every_row_once_and_epochs_differ() {
        let settings = TrainSettings { batch_size: 4, epochs: 2.0, ..TrainSettings::default() };
        let plan = StepPlan::new(&settings, 10, false);
        assert_eq!(plan.total_steps, 6);
        let epoch = |first: u64| (first..first + 3).flat_map(|step| plan.rows_of(step)).collect::<Vec<_>>();
        let mut sorted = epoch(0);
        sorted.sort_unstable();
        assert_eq!(sorted, (0..10).collect::<Vec<_>>());
        assert_ne!(epoch(0), epoch(3));
        assert_eq!((0..=6).filter(|&steps| plan.looks_at_holdout(steps)).collect::<Vec<_>>(), [0, 3, 6]);
        let often = StepPlan::new(&TrainSettings { evaluate_every: Some(4), ..settings }, 10, false);
        assert_eq!((0..=6).filter(|&steps| often.looks_at_holdout(steps)).collect::<Vec<_>>(), [0, 4, 6]);
    }

    #[test]
    fn without_shuffling_the_order_is_the_datas_and_goes_round() {
        let settings = TrainSettings { batch_size: 2, shuffle: false, max_steps: Some(7), ..TrainSettings::default() };
        let plan = StepPlan::new(&settings, 5, false);
        assert_eq!(plan.total_steps, 7);
        assert_eq!([plan.rows_of(0), plan.rows_of(2), plan.rows_of(3)], [vec![0, 1], vec![4], vec![0, 1]]);
    }

    #[test]
    fn batches_that_belong_together_are_shuffled_whole() {
        let settings = TrainSettings { batch_size: 3, ..TrainSettings::default() };
        let plan = StepPlan::new(&settings, 14, true);
        let epoch: Vec<Vec<usize>> = (0..5).map(|step| plan.rows_of(step)).collect();
        assert_eq!(epoch[4], [12, 13]);
        assert!(epoch[..4].iter().all(|batch| batch[0] % 3 == 0 && batch[2] == batch[0] + 2));
        assert!((1..9).any(|epoch| plan.rows_of(epoch * 5) != plan.rows_of(0)));
    }
}
