//! The score head of a preference model: one number for a sequence, from the final norm's output at its last token
//! (transformers' `…ForSequenceClassification` with one label).
//!
//! The head is a row of numbers that is trained in full. It stays off the device: a sequence takes one product with it.

use super::backend::{Backend, BackendError};
use super::decoder::{Decoder, Gradients};

/// What [`Decoder::scores`] keeps for the way back.
#[derive(Debug)]
pub struct ScoreTape<B: Backend> {
    gathered: B::Matrix,
    /// \[scores, hidden\], row-major.
    normed: Vec<f32>,
}

impl<B: Backend> Decoder<B> {
    /// The score of each of `rows` of `hidden` under a head of `hidden` numbers, and what the way back needs.
    pub fn scores(
        &self,
        hidden: &B::Matrix,
        rows: &[usize],
        head: &[f32],
    ) -> Result<(Vec<f64>, ScoreTape<B>), BackendError> {
        let gathered = self.backend.gather_rows(hidden, rows)?;
        let normed = self.backend.rms_norm(&gathered, &self.final_norm, None)?;
        let normed = self.backend.values(&normed)?;
        let product = |row: &[f32]| row.iter().zip(head).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum::<f64>();
        let scores = normed.chunks(self.config.hidden_size).map(product).collect();
        Ok((scores, ScoreTape { gathered, normed }))
    }

    /// The gradient of `hidden` (of `total` rows), where `slopes` are the loss's derivatives by each score. The head's
    /// own gradient is added to `head_gradient`, that of the final norm, where every weight is trained, to `gradients`.
    pub fn scores_backward(
        &self,
        tape: &ScoreTape<B>,
        (rows, slopes): (&[usize], &[f64]),
        head: &[f32],
        total: usize,
        (gradients, head_gradient): (&mut Gradients<B>, &mut [f64]),
    ) -> Result<B::Matrix, BackendError> {
        let mut d_normed = Vec::with_capacity(tape.normed.len());
        for (row, &slope) in tape.normed.chunks(self.config.hidden_size).zip(slopes) {
            d_normed.extend(head.iter().map(|&weight| (slope * f64::from(weight)) as f32));
            for (sum, &value) in head_gradient.iter_mut().zip(row) {
                *sum += slope * f64::from(value);
            }
        }
        let d_normed = self.backend.matrix(&d_normed, self.config.hidden_size)?;
        gradients.add_final_norm(self, &tape.gathered, &d_normed)?;
        let d_gathered = self.backend.rms_norm_backward(&tape.gathered, &self.final_norm, &d_normed, None)?;
        self.backend.scatter_rows(&d_gathered, rows, total)
    }
}
