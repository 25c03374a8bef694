//! From the last layer's output to logits and log-probabilities, and back.

use super::{Decoder, Gradients};
use crate::model::backend::{Backend, BackendError};

/// What the head keeps for its way back.
#[derive(Debug)]
pub struct HeadTape<B: Backend> {
    gathered: B::Matrix,
    slopes: B::Matrix,
    targets: Vec<u32>,
}

/// Rows whose logits are held at once.
const ROWS_OF_LOGITS: usize = 64;

/// ln Σ softmax(logits)².
fn log_square_sum(logits: &[f32]) -> f64 {
    let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let (mut sum, mut squares) = (0.0, 0.0);
    for &logit in logits {
        let share = f64::from((logit - largest).exp());
        sum += share;
        squares += share * share;
    }
    squares.ln() - 2.0 * sum.ln()
}

impl<B: Backend> Decoder<B> {
    fn head(&self) -> &B::Weight {
        self.head.as_ref().unwrap_or(&self.embedding)
    }

    /// log p(target) for each (row of `hidden`, target token), and what [`Self::head_backward`] needs.
    pub fn log_probabilities(
        &self,
        hidden: &B::Matrix,
        rows: &[usize],
        targets: &[u32],
        gradient: bool,
    ) -> Result<(Vec<f32>, Option<HeadTape<B>>), BackendError> {
        let gathered = self.backend.gather_rows(hidden, rows)?;
        let normed = self.backend.rms_norm(&gathered, &self.final_norm, None)?;
        let (values, slopes) = self.backend.log_probabilities(self.head(), &normed, targets, gradient)?;
        Ok((values, slopes.map(|slopes| HeadTape { gathered, slopes, targets: targets.to_vec() })))
    }

    /// ln Σ p² over the vocabulary for each of some rows of `hidden`: 0 where the next token is certain.
    pub fn log_square_sums(&self, hidden: &B::Matrix, rows: &[usize]) -> Result<Vec<f64>, BackendError> {
        let mut sums = Vec::with_capacity(rows.len());
        for rows in rows.chunks(ROWS_OF_LOGITS) {
            let logits = self.logits(hidden, rows)?;
            sums.extend(logits.chunks(logits.len() / rows.len()).map(log_square_sum));
        }
        Ok(sums)
    }

    /// The gradient of `hidden` (of `total` rows), where `factors` are the loss's derivatives by each log-probability.
    /// Where every weight is trained, the gradients of the head and of the final norm are added to `gradients`.
    pub fn head_backward(
        &self,
        tape: HeadTape<B>,
        rows: &[usize],
        factors: &[f32],
        total: usize,
        gradients: &mut Gradients<B>,
    ) -> Result<B::Matrix, BackendError> {
        let d_normed = self.backend.scale_rows(tape.slopes, factors)?;
        if let Some(outer) = &mut gradients.outer {
            let normed = self.backend.rms_norm(&tape.gathered, &self.final_norm, None)?;
            let d_head = outer.head.as_mut().unwrap_or(&mut outer.embedding);
            self.backend.head_weight_backward(self.head(), &normed, &tape.targets, factors, d_head)?;
        }
        gradients.add_final_norm(self, &tape.gathered, &d_normed)?;
        let d_gathered = self.backend.rms_norm_backward(&tape.gathered, &self.final_norm, &d_normed, None)?;
        self.backend.scatter_rows(&d_gathered, rows, total)
    }

    /// Logits of some rows of `hidden`, \[rows, vocabulary\].
    pub fn logits(&self, hidden: &B::Matrix, rows: &[usize]) -> Result<Vec<f32>, BackendError> {
        let gathered = self.backend.gather_rows(hidden, rows)?;
        let normed = self.backend.rms_norm(&gathered, &self.final_norm, None)?;
        self.backend.logits(self.head(), &normed)
    }
}
