//! Log-probabilities of chosen tokens.

use std::ops::Range;

use super::CudaBackend;
use crate::model::backend::BackendError;
use crate::model::kernels::cuda::{CudaMatrix, CudaWeight, Precision};

/// Logits that exist at a time: 256 MiB of them.
const LOGITS: usize = 1 << 26;

/// Runs of rows whose logits exist at a time.
pub fn chunks(rows: usize, vocabulary: usize) -> impl Iterator<Item = Range<usize>> {
    let most = (LOGITS / vocabulary).max(64);
    (0..rows).step_by(most).map(move |start| start..rows.min(start + most))
}

impl CudaBackend {
    /// See `Backend::log_probabilities`. The values stay on the device until all of them are there.
    pub(super) fn selected_log_probabilities(
        &self,
        head: &CudaWeight,
        x: &CudaMatrix,
        targets: &[u32],
        gradient: bool,
    ) -> Result<(Vec<f32>, Option<CudaMatrix>), BackendError> {
        let device = &self.device;
        let mut values = device.matrix(targets.len(), 1)?;
        let slopes = gradient.then(|| device.matrix(targets.len(), x.columns)).transpose()?;
        let rounded = if head.is_half() { Some(device.round(x)?) } else { None };
        let all = 0..x.columns;
        for rows in chunks(targets.len(), head.rows) {
            let targets = &targets[rows.clone()];
            let mut logits = device.matrix(rows.len(), head.rows)?;
            let left = match &rounded {
                Some(rounded) => device.half_factor(rounded).rows(&rows),
                None => device.part(x, &rows, &all),
            };
            let by = device.weight_factor(head);
            device.multiply(1.0, left, by.transposed(), false, device.factor(&logits), Precision::Full)?;
            let Some(slopes) = &slopes else {
                device.log_softmax(&mut logits, targets, &mut values, rows.start)?;
                continue;
            };
            let target = device.part(slopes, &rows, &all);
            if head.is_half() {
                let shares = device.log_softmax_with_half_slopes(logits, targets, &mut values, rows.start)?;
                device.multiply(1.0, device.half_factor(&shares), by, false, target, Precision::Full)?;
            } else {
                device.log_softmax_with_slopes(&mut logits, targets, &mut values, rows.start)?;
                device.multiply(1.0, device.factor(&logits), by, false, target, Precision::Full)?;
            }
        }
        Ok((device.download(&values)?, slopes))
    }
}
