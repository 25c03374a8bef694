//! What a training computes, counted from the lengths of its rows alone.

use std::ops::AddAssign;

use super::TokenizedRow;
use super::loss::find_loss;
use super::order::StepPlan;
use crate::domain::TrainSettings;

/// A prompt and the answers to it that are computed together, in tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowLengths {
    /// Tokens of the prompt.
    pub prompt: usize,
    /// Tokens of each answer.
    pub answers: Vec<usize>,
}

impl From<&TokenizedRow> for RowLengths {
    fn from(row: &TokenizedRow) -> Self {
        Self { prompt: row.prompt_ids.len(), answers: row.completions.iter().map(Vec::len).collect() }
    }
}

impl RowLengths {
    /// Tokens that the row takes in a pack: the prompt counts once.
    pub fn tokens(&self) -> usize {
        self.prompt + self.answers.iter().sum::<usize>()
    }

    /// What it computes on the way forward.
    pub(super) fn amount(&self) -> Amount {
        let unpredicted = usize::from(self.prompt == 0);
        let square = |rows: usize, keys: usize| (rows * keys) as f64;
        Amount {
            tokens: self.tokens() as f64,
            targets: self.answers.iter().map(|answer| answer.saturating_sub(unpredicted)).sum::<usize>() as f64,
            scores: square(self.prompt, self.prompt)
                + self.answers.iter().map(|&answer| square(answer, self.prompt + answer)).sum::<f64>(),
        }
    }
}

/// An amount of computation.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Amount {
    /// Tokens that go through every layer.
    pub tokens: f64,
    /// Tokens whose probability is computed.
    pub targets: f64,
    /// Products of a query with a key, a head.
    pub scores: f64,
}

impl Amount {
    /// The same, so many times.
    #[must_use]
    pub fn times(self, count: f64) -> Self {
        Self { tokens: self.tokens * count, targets: self.targets * count, scores: self.scores * count }
    }

    /// The larger of each.
    pub(super) fn largest(self, other: Self) -> Self {
        Self {
            tokens: self.tokens.max(other.tokens),
            targets: self.targets.max(other.targets),
            scores: self.scores.max(other.scores),
        }
    }
}

impl AddAssign for Amount {
    fn add_assign(&mut self, other: Self) {
        self.tokens += other.tokens;
        self.targets += other.targets;
        self.scores += other.scores;
    }
}

/// What a training computes.
#[derive(Debug, Clone, PartialEq)]
pub struct Workload {
    /// Rows to train on.
    pub rows: usize,
    /// Optimizer steps in all.
    pub steps: u64,
    /// The most that a pack of a step holds: of tokens, of targets, of scores.
    pub largest_pack: Amount,
    /// Of all steps, on the way forward.
    pub steps_amount: Amount,
    /// Of the reference pass; nothing where the loss has no reference.
    pub reference: Amount,
    /// Of all rows once.
    pub data: Amount,
    /// Of one look at the holdout.
    pub holdout: Amount,
    /// Looks at the holdout.
    pub holdout_looks: u64,
    /// A row of the mean lengths.
    pub mean_row: RowLengths,
}

/// Steps that are played through to see how their rows fill packs.
const PLAYED_STEPS: u64 = 500;

impl Workload {
    /// Plays the run through. Where `rows` are a sample of `all_rows`, its steps are those of all. An answer
    /// that is only looked at, and a score instead of probabilities, count as if they were learned from.
    pub fn new(
        settings: &TrainSettings,
        rows: &[RowLengths],
        all_rows: usize,
        holdout: &[RowLengths],
        pack_tokens: usize,
    ) -> Self {
        let sum = |rows: &[RowLengths]| {
            let mut sum = Amount::default();
            for row in rows {
                sum += row.amount();
            }
            sum
        };
        let share = all_rows as f64 / rows.len().max(1) as f64;
        let plan = StepPlan::new(settings, all_rows, false);
        let sample = StepPlan::new(settings, rows.len(), false);
        let played = plan.total_steps.clamp(1, PLAYED_STEPS);
        let (mut largest_pack, mut steps_amount) = (Amount::default(), Amount::default());
        for step in 0..played {
            let members: Vec<&RowLengths> = sample.rows_of(step).into_iter().map(|index| &rows[index]).collect();
            for pack in packs(&members, pack_tokens) {
                steps_amount += pack;
                largest_pack = largest_pack.largest(pack);
            }
        }
        let loss = find_loss(&settings.loss);
        let data = sum(rows).times(share);
        let reference = if loss.is_some_and(|loss| loss.needs_reference) { data } else { Amount::default() };
        let looks = (0..=plan.total_steps).filter(|&step| plan.looks_at_holdout(step)).count();
        Self {
            rows: all_rows,
            steps: plan.total_steps,
            largest_pack,
            steps_amount: steps_amount.times(plan.total_steps as f64 / played as f64),
            reference,
            data,
            holdout: sum(holdout),
            holdout_looks: looks as u64,
            mean_row: mean_row(rows),
        }
    }
}

fn mean_row(rows: &[RowLengths]) -> RowLengths {
    let mean = |sum: usize| (sum as f64 / rows.len().max(1) as f64).round() as usize;
    let answers = rows.iter().map(|row| row.answers.len()).max().unwrap_or(0);
    let answer = |index: usize| mean(rows.iter().filter_map(|row| row.answers.get(index)).sum());
    RowLengths { prompt: mean(rows.iter().map(|row| row.prompt).sum()), answers: (0..answers).map(answer).collect() }
}

/// What each pack of a step holds: the rows are cut as `policy::packs` cuts them.
fn packs(rows: &[&RowLengths], most_tokens: usize) -> Vec<Amount> {
    let mut packs: Vec<Amount> = Vec::new();
    for row in rows {
        let amount = row.amount();
        match packs.last_mut() {
            Some(pack) if pack.tokens + amount.tokens <= most_tokens as f64 => *pack += amount,
            _ => packs.push(amount),
        }
    }
    packs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;
    use crate::train::policy;

    fn pairs(count: usize) -> Vec<TokenizedRow> {
        let mut random = Random::new(1, &[]);
        let mut ids = |least: usize, most: usize| vec![3; least + random.below(most - least)];
        (0..count)
            .map(|_| TokenizedRow {
                prompt_ids: ids(0, 90),
                completions: vec![ids(1, 160), ids(1, 160)],
                is_desirable: false,
            })
            .collect()
    }

    #[test]
    fn packs_are_those_of_the_training() {
        let pairs = pairs(300);
        let references: Vec<&TokenizedRow> = pairs.iter().collect();
        let rows: Vec<RowLengths> = pairs.iter().map(RowLengths::from).collect();
        let lengths: Vec<&RowLengths> = rows.iter().collect();
        let real = policy::packs(&references, 2, 512);
        let counted = packs(&lengths, 512);
        assert_eq!(real.len(), counted.len());
        for (members, amount) in real.iter().zip(counted) {
            let tokens: usize = members.iter().map(|row| policy::packed_tokens(row, 2)).sum();
            let targets: usize = members.iter().flat_map(|row| policy::counted_tokens(row).1).sum();
            assert_eq!((amount.tokens, amount.targets), (tokens as f64, targets as f64));
        }
    }

    #[test]
    fn a_run_computes_each_row_once_an_epoch() {
        let rows: Vec<RowLengths> = pairs(50).iter().map(RowLengths::from).collect();
        let settings = TrainSettings { epochs: 3.0, batch_size: 8, ..TrainSettings::default() };
        let work = Workload::new(&settings, &rows, 50, &rows[..5], 512);
        assert_eq!((work.rows, work.steps), (50, 21));
        assert!((work.steps_amount.tokens - 3.0 * work.reference.tokens).abs() < 1e-6);
        assert!(work.largest_pack.tokens <= 512.0 && work.largest_pack.tokens > 300.0);
        // Before the first step and after each epoch.
        assert_eq!(work.holdout_looks, 4);
        let holdout: usize = rows[..5].iter().map(RowLengths::tokens).sum();
        assert_eq!((work.holdout.tokens, work.mean_row.answers.len()), (holdout as f64, 2));
    }

    #[test]
    fn a_sample_stands_for_all() {
        let rows: Vec<RowLengths> = pairs(400).iter().map(RowLengths::from).collect();
        let settings = TrainSettings::default();
        let all = Workload::new(&settings, &rows, 400, &[], 512);
        let some: Vec<RowLengths> = rows.iter().step_by(4).cloned().collect();
        let sampled = Workload::new(&settings, &some, 400, &[], 512);
        assert_eq!(all.steps, sampled.steps);
        assert!((sampled.steps_amount.tokens / all.steps_amount.tokens - 1.0).abs() < 0.1);
    }
}
