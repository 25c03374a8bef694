//! A batch: its rows' figures, and the way from them to the loss, its slopes and the gradients.
//!
//! A batch is cut into packs. Where a row's slopes depend on its own figures alone, each pack goes forward and back at
//! once. Where they depend on the whole batch, all rows go forward once without a way back; a pack's figures are then
//! brought up to date when its own turn comes.

use super::loss::{Figure, Objective, RowFigures, RowLoss, RowValues, Scope, Totals};
use super::policy::{self, Pack, PolicyGradients, Reading};
use super::rows::TokenizedRow;
use crate::domain::Task;
use crate::model::backend::{Backend, BackendError, Dropout};
use crate::model::decoder::{Decoder, Keep, Pass};

/// Completions of a row that are learned from; the others are only looked at.
pub fn learned_completions(task: Task) -> usize {
    match task {
        Task::Dpo | Task::PreferenceModel => 2,
        Task::Sft | Task::Kto => 1,
    }
}

/// What a step over these rows counts.
pub fn totals<'r>(rows: impl IntoIterator<Item = &'r TokenizedRow>) -> Totals {
    let mut totals = Totals::default();
    for row in rows {
        let (prompt, completions) = policy::counted_tokens(row);
        totals.rows += 1;
        totals.prompt_tokens += prompt;
        totals.completion_tokens.iter_mut().zip(completions).for_each(|(total, count)| *total += count);
    }
    totals
}

/// Tokens that a row puts before the model, each of its learned sequences whole, as TRL counts them.
pub fn sequence_tokens(row: &TokenizedRow, task: Task) -> usize {
    let learned = row.completions.iter().take(learned_completions(task));
    learned.map(|completion| row.prompt_ids.len() + completion.len()).sum()
}

/// Rows that are averaged over together, with what is known of them so far.
#[derive(Debug)]
pub struct RowBatch<'a> {
    rows: Vec<&'a TokenizedRow>,
    /// In the order of the rows.
    pub figures: Vec<RowFigures>,
}

impl<'a> RowBatch<'a> {
    /// A batch, of which the reference's values are known.
    pub fn new(rows: Vec<&'a TokenizedRow>, references: impl IntoIterator<Item = RowValues>) -> Self {
        let figures = rows.iter().zip(references).map(|(row, reference)| {
            let (prompt, [first, second]) = policy::counted_tokens(row);
            let figure = |reference, tokens| Figure { reference, tokens, ..Figure::default() };
            let [first_reference, second_reference] = reference.completions;
            RowFigures {
                prompt: figure(reference.prompt, prompt),
                completions: [figure(first_reference, first), figure(second_reference, second)],
                is_desirable: row.is_desirable,
            }
        });
        Self { figures: figures.collect(), rows }
    }

    /// Takes over what a pack gave of the rows from `start` on, the first `completions` of each.
    fn take(&mut self, start: usize, values: &[RowValues], completions: usize) {
        for (figures, values) in self.figures[start..].iter_mut().zip(values) {
            figures.prompt.value = values.prompt;
            let of_answers = values.completions.into_iter().zip(values.familiarity);
            for (figure, (value, familiarity)) in figures.completions.iter_mut().zip(of_answers).take(completions) {
                (figure.value, figure.familiarity) = (value, familiarity);
            }
        }
    }
}

/// What computes batches: the policy as it is now, and what it is to learn.
#[derive(Debug, Clone, Copy)]
pub struct Learner<'a, B: Backend> {
    /// The policy.
    pub decoder: &'a Decoder<B>,
    /// Its score head; empty where it has none.
    pub score_head: &'a [f32],
    /// What is minimised.
    pub objective: &'a Objective,
    /// Tokens that are computed together.
    pub pack_tokens: usize,
}

impl<B: Backend> Learner<'_, B> {
    fn reading(&self) -> Reading<'_> {
        match self.objective.loss.task {
            Task::PreferenceModel => Reading::Scores(self.score_head),
            _ => self.objective.reading(),
        }
    }

    /// Fills in the batch's figures, with no way back, and gives the rows' shares of the step's loss. `check` is asked
    /// before each pack.
    pub fn look<E: From<BackendError>>(
        &self,
        batch: &mut RowBatch<'_>,
        step: Totals,
        mut check: impl FnMut() -> Result<(), E>,
    ) -> Result<Vec<RowLoss>, E> {
        let (all, mut done) = (usize::MAX, 0);
        for members in policy::packs(&batch.rows, all, self.pack_tokens) {
            check()?;
            let count = members.len();
            let pack = Pack::new(members, all, self.reading());
            let (values, _) = policy::forward(self.decoder, &pack, Pass::inference(true))?;
            batch.take(done, &values, all);
            done += count;
        }
        Ok(self.objective.losses(&batch.figures, step))
    }

    /// The same with the way back: adds the rows' shares to `gradients`. `dropout` names the mask of the next pack.
    pub fn learn<E: From<BackendError>>(
        &self,
        batch: &mut RowBatch<'_>,
        step: Totals,
        keep: Keep,
        gradients: &mut PolicyGradients<B>,
        mut dropout: impl FnMut() -> Option<Dropout>,
        mut check: impl FnMut() -> Result<(), E>,
    ) -> Result<Vec<RowLoss>, E> {
        if self.objective.loss.scope == Scope::Batch {
            self.look(batch, step, &mut check)?;
        }
        let learned = learned_completions(self.objective.loss.task);
        let mut done = 0;
        for members in policy::packs(&batch.rows, learned, self.pack_tokens) {
            check()?;
            let range = done..done + members.len();
            let pack = Pack::new(members, learned, self.reading());
            let pass = Pass { keep, adapted: true, dropout: dropout() };
            let (values, tape) = policy::forward(self.decoder, &pack, pass)?;
            batch.take(done, &values, learned);
            done = range.end;
            if let Some(tape) = tape {
                let losses = self.objective.losses(&batch.figures, step);
                let slopes: Vec<RowValues> = losses[range].iter().map(|row| row.slopes).collect();
                policy::backward(self.decoder, &pack, tape, &slopes, gradients)?;
            }
        }
        Ok(self.objective.losses(&batch.figures, step))
    }
}
