//! What a training computes, counted from the lengths of its rows alone.

use std::ops::AddAssign;

use super::TokenizedRow;
use super::batch::learned_completions;
use super::loss::{Objective, Scope};
use super::order::StepPlan;
use crate::domain::{Task, TrainSettings};

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

    /// What the row takes with its first `answers` answers.
    fn amount(&self, answers: usize, reading: Read) -> Amount {
        let square = |rows: usize, keys: usize| (rows * keys) as f64;
        let unpredicted = usize::from(self.prompt == 0);
        let (mut amount, mut targets) =
            (Amount { tokens: self.prompt as f64, targets: 0.0, scores: square(self.prompt, self.prompt) }, 0);
        for &answer in self.answers.iter().take(answers) {
            amount.tokens += answer as f64;
            amount.scores += square(answer, self.prompt + answer);
            targets += answer.saturating_sub(unpredicted);
        }
        amount.targets = match reading {
            Read::Scores => 0.0,
            Read::Completions => targets as f64,
            Read::PromptsToo => (targets + self.prompt.saturating_sub(1)) as f64,
        };
        amount
    }
}

/// What is read of a sequence; `policy::Reading` without the score head's numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Read {
    Completions,
    PromptsToo,
    Scores,
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

    fn largest(self, other: Self) -> Self {
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
    /// Of all steps together, each token forward and back.
    pub steps_amount: Amount,
    /// Of all steps together, forward alone: where the loss looks at a whole batch before it goes back.
    pub looks_amount: Amount,
    /// Of the reference pass over the data; nothing where the loss has no reference.
    pub reference: Amount,
    /// Of the reference pass over the holdout.
    pub holdout_reference: Amount,
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
    /// Plays the run through.
    pub fn new(
        settings: &TrainSettings,
        objective: &Objective,
        rows: &[TokenizedRow],
        holdout: &[TokenizedRow],
        pack_tokens: usize,
    ) -> Self {
        const ALL: usize = usize::MAX;
        let lengths = |rows: &[TokenizedRow]| rows.iter().map(RowLengths::from).collect::<Vec<_>>();
        let (rows, holdout) = (lengths(rows), lengths(holdout));
        let reading = match settings.task {
            Task::PreferenceModel => Read::Scores,
            _ if objective.reads_prompt() => Read::PromptsToo,
            _ => Read::Completions,
        };
        let sum = |rows: &[RowLengths], reading: Read| {
            let mut sum = Amount::default();
            for row in rows {
                sum += row.amount(ALL, reading);
            }
            sum
        };
        let learned = learned_completions(settings.task);
        let plan = StepPlan::new(settings, rows.len(), objective.loss.needs_mismatched);
        let played = plan.total_steps.clamp(1, PLAYED_STEPS);
        let (mut largest_pack, mut steps_amount, mut looks_amount) =
            (Amount::default(), Amount::default(), Amount::default());
        for step in 0..played {
            for batch in plan.rows_of(step).chunks(settings.batch_size.max(1)) {
                let members: Vec<&RowLengths> = batch.iter().map(|&index| &rows[index]).collect();
                for pack in packs(&members, learned, reading, pack_tokens) {
                    steps_amount += pack;
                    largest_pack = largest_pack.largest(pack);
                }
                if objective.loss.scope == Scope::Batch {
                    for row in members {
                        looks_amount += row.amount(ALL, reading);
                    }
                }
            }
        }
        let all_steps = plan.total_steps as f64 / played as f64;
        let reference = if objective.loss.needs_reference { 1.0 } else { 0.0 };
        Self {
            rows: rows.len(),
            steps: plan.total_steps,
            largest_pack,
            steps_amount: steps_amount.times(all_steps),
            looks_amount: looks_amount.times(all_steps),
            reference: sum(&rows, Read::Completions).times(reference),
            holdout_reference: sum(&holdout, Read::Completions).times(reference),
            data: sum(&rows, reading),
            holdout: sum(&holdout, reading),
            holdout_looks: (0..=plan.total_steps).filter(|&step| plan.looks_at_holdout(step)).count() as u64,
            mean_row: mean_row(&rows),
        }
    }
}

fn mean_row(rows: &[RowLengths]) -> RowLengths {
    let mean = |sum: usize| (sum as f64 / rows.len().max(1) as f64).round() as usize;
    let answers = rows.iter().map(|row| row.answers.len()).max().unwrap_or(0);
    let answer = |index: usize| mean(rows.iter().filter_map(|row| row.answers.get(index)).sum());
    RowLengths { prompt: mean(rows.iter().map(|row| row.prompt).sum()), answers: (0..answers).map(answer).collect() }
}

/// What each pack of a batch holds: the rows are cut as `policy::packs` cuts them.
fn packs(rows: &[&RowLengths], answers: usize, reading: Read, most_tokens: usize) -> Vec<Amount> {
    let mut packs: Vec<Amount> = Vec::new();
    for row in rows {
        let amount = row.amount(answers, reading);
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
    use crate::train::{policy, resolve_objective};

    fn rows(count: usize) -> Vec<TokenizedRow> {
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

    fn workload(settings: &TrainSettings, rows: &[TokenizedRow], holdout: &[TokenizedRow]) -> Workload {
        Workload::new(settings, &resolve_objective(settings).expect("settings"), rows, holdout, 512)
    }

    #[test]
    fn packs_are_those_of_the_training() {
        let rows = rows(300);
        let references: Vec<&TokenizedRow> = rows.iter().collect();
        let lengths: Vec<RowLengths> = rows.iter().map(RowLengths::from).collect();
        let lengths: Vec<&RowLengths> = lengths.iter().collect();
        for learned in [1, 2] {
            let real = policy::packs(&references, learned, 512);
            let counted = packs(&lengths, learned, Read::Completions, 512);
            assert_eq!(real.len(), counted.len());
            for (members, amount) in real.iter().zip(counted) {
                let tokens: usize = members.iter().map(|row| policy::packed_tokens(row, learned)).sum();
                let targets = |row: &&TokenizedRow| policy::counted_tokens(row).1.iter().take(learned).sum::<usize>();
                let targets: usize = members.iter().map(targets).sum();
                assert_eq!((amount.tokens, amount.targets), (tokens as f64, targets as f64));
            }
        }
    }

    #[test]
    fn a_run_computes_each_row_once_an_epoch() {
        let rows = rows(50);
        let settings = TrainSettings { epochs: 3.0, batch_size: 8, ..TrainSettings::default() };
        let work = workload(&settings, &rows, &rows[..5]);
        assert_eq!((work.rows, work.steps), (50, 21));
        assert!((work.steps_amount.tokens - 3.0 * work.reference.tokens).abs() < 1e-6);
        assert!(work.largest_pack.tokens <= 512.0 && work.largest_pack.tokens > 300.0);
        // Before the first step and after each epoch.
        assert_eq!((work.holdout_looks, work.mean_row.answers.len()), (4, 2));
        let holdout: usize = rows[..5].iter().map(|row| RowLengths::from(row).tokens()).sum();
        assert_eq!((work.holdout.tokens, work.holdout_reference.tokens), (holdout as f64, holdout as f64));
    }

    #[test]
    fn tasks_compute_what_they_need() {
        let rows = rows(20);
        let of = |task: Task, loss: &str| {
            let settings = TrainSettings { task, loss: loss.to_owned(), ..TrainSettings::default() };
            workload(&settings, &rows, &[])
        };
        let none = Amount::default();
        let (dpo, sft) = (of(Task::Dpo, "sigmoid"), of(Task::Sft, "nll"));
        let (kto, scores) = (of(Task::Kto, "kto"), of(Task::PreferenceModel, "bradley_terry"));
        assert!(dpo.looks_amount == none && kto.looks_amount.tokens > kto.steps_amount.tokens);
        assert!(dpo.reference.tokens > 0.0 && kto.reference.tokens > 0.0);
        assert!(sft.reference == none && scores.reference == none);
        assert!(sft.steps_amount.tokens < dpo.steps_amount.tokens);
        assert_eq!(Amount { targets: 0.0, ..dpo.steps_amount }, scores.steps_amount);
    }
}
