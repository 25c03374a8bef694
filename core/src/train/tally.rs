//! A step's figures over all of its rows, named as TRL's trainers name them.

use serde_json::{Map, Value, json};

use super::length_drift::LengthCorrelation;
use super::loss::{Figure, RowFigures, RowLoss};
use super::losses::unpaired;
use crate::domain::Task;

/// What is added up over the rows of a step or of the holdout.
#[derive(Debug, Clone)]
pub struct Tally {
    task: Task,
    beta: f64,
    batches: usize,
    rows: usize,
    loss: f64,
    values: f64,
    divergence: f64,
    right: usize,
    /// Chosen or good answers, and the others.
    sides: [Side; 2],
    lowest: f64,
    highest: f64,
    /// Of margins and the answers' lengths.
    lengths: LengthCorrelation,
}

#[derive(Debug, Clone, Copy, Default)]
struct Side {
    count: usize,
    reward: f64,
    value: f64,
}

impl Side {
    fn add(&mut self, figure: &Figure, beta: f64) {
        self.count += 1;
        self.reward += beta * figure.log_ratio();
        self.value += figure.value;
    }

    fn mean(&self, sum: f64) -> Option<f64> {
        (self.count > 0).then(|| sum / self.count as f64)
    }
}

impl Tally {
    /// Nothing yet.
    pub fn new(task: Task, beta: f64) -> Self {
        let (lowest, highest) = (f64::INFINITY, f64::NEG_INFINITY);
        let sides = [Side::default(); 2];
        let (batches, rows, right) = (0, 0, 0);
        let (loss, values, divergence) = (0.0, 0.0, 0.0);
        let lengths = LengthCorrelation::default();
        Self { task, beta, batches, rows, loss, values, divergence, right, sides, lowest, highest, lengths }
    }

    /// Counts a batch with its rows' shares of the loss.
    pub fn add(&mut self, figures: &[RowFigures], losses: &[RowLoss]) {
        self.batches += 1;
        self.rows += figures.len();
        self.loss += losses.iter().map(|row| row.loss).sum::<f64>();
        if self.task == Task::Kto {
            self.divergence += unpaired::divergence(figures);
        }
        for row in figures {
            let [first, second] = &row.completions;
            self.values += row.prompt.value + first.value + second.value;
            match self.task {
                Task::Dpo | Task::PreferenceModel => {
                    self.sides[0].add(first, self.beta);
                    self.sides[1].add(second, self.beta);
                    self.lengths.add(first.log_ratio() - second.log_ratio(), [first.tokens, second.tokens]);
                    self.right += usize::from(first.log_ratio() > second.log_ratio());
                    self.lowest = self.lowest.min(first.value).min(second.value);
                    self.highest = self.highest.max(first.value).max(second.value);
                }
                Task::Kto => self.sides[usize::from(!row.is_desirable)].add(first, self.beta),
                Task::Sft => {}
            }
        }
    }

    /// The loss of the step.
    pub fn loss(&self) -> f64 {
        self.loss
    }

    /// The sum of all log-probabilities or scores: finite only where every one of them is.
    pub fn values(&self) -> f64 {
        self.values
    }

    /// The task's figures, each with `prefix` before its name. What there is nothing of is left out.
    pub fn write_to(&self, values: &mut Map<String, Value>, prefix: &str) {
        let [chosen, rejected] = &self.sides;
        let rewards = [chosen.mean(chosen.reward), rejected.mean(rejected.reward)];
        let margin = rewards[0].zip(rewards[1]).map(|(chosen, rejected)| chosen - rejected);
        let share_right = Some(self.right as f64 / self.rows as f64);
        let preferences = [
            ("rewards/chosen", rewards[0]),
            ("rewards/rejected", rewards[1]),
            ("rewards/margins", margin),
            ("logps/chosen", chosen.mean(chosen.value)),
            ("logps/rejected", rejected.mean(rejected.value)),
        ];
        let figures = match self.task {
            Task::Sft => Vec::new(),
            // TRL has no such figure as the last; its name follows TRL's.
            Task::Dpo => {
                let more = [("rewards/accuracies", share_right), ("rewards/length_correlation", self.lengths.value())];
                [&preferences[..], &more].concat()
            }
            Task::Kto => [&preferences[..], &[("kl", Some(self.divergence / self.batches as f64))]].concat(),
            Task::PreferenceModel => {
                let both = Side { count: 2 * self.rows, ..Side::default() };
                let margin = (chosen.value - rejected.value) / self.rows as f64;
                vec![
                    ("min_reward", Some(self.lowest)),
                    ("mean_reward", both.mean(chosen.value + rejected.value)),
                    ("max_reward", Some(self.highest)),
                    ("accuracy", share_right),
                    ("margin", Some(margin)),
                ]
            }
        };
        for (name, value) in figures {
            if let Some(value) = value {
                values.insert(format!("{prefix}{name}"), json!(value));
            }
        }
    }
}
