//! Log-probabilities of chosen tokens.

use rayon::prelude::*;

use super::{CpuBackend, CpuMatrix, CpuWeight};
use crate::model::kernels::vector;

/// Rows whose logits exist at a time.
const CHUNK: usize = 64;

impl CpuBackend {
    /// See `Backend::log_probabilities`. The gradient needs no second way through the head: in each row
    /// d(log p) / d(logits) = onehot(target) − softmax, which meets E at once.
    pub(super) fn selected_log_probabilities(
        &self,
        head: &CpuWeight,
        x: &CpuMatrix,
        targets: &[u32],
        gradient: bool,
    ) -> (Vec<f32>, Option<CpuMatrix>) {
        let vocabulary = head.outputs();
        let mut log_probabilities = vec![0.0; targets.len()];
        let mut gradients = gradient.then(|| self.lend(targets.len(), x.columns));
        let mut start = 0;
        for (targets, results) in targets.chunks(CHUNK).zip(log_probabilities.chunks_mut(CHUNK)) {
            let mut rows = self.lend(targets.len(), x.columns);
            let range = start * x.columns..(start + targets.len()) * x.columns;
            rows.values.copy_from_slice(&x.values[range.clone()]);
            let mut logits = self.lend(targets.len(), vocabulary);
            self.multiply_weight(head, &rows, false, &mut logits);
            logits.values.par_chunks_exact_mut(vocabulary).zip(results).zip(targets).for_each(
                |((logits, result), &target)| {
                    let target = target as usize;
                    let chosen = logits[target];
                    let largest = vector::maximum(logits);
                    let sum = vector::exponentials(logits, largest, 1.0);
                    *result = chosen - largest - sum.ln();
                    if gradient {
                        vector::scale(logits, -1.0 / sum);
                        logits[target] += 1.0;
                    }
                },
            );
            if let Some(gradients) = &mut gradients {
                let part = self.multiply_weight_back(head, &logits);
                gradients.values[range].copy_from_slice(&part.values);
            }
            start += targets.len();
        }
        (log_probabilities, gradients)
    }
}
