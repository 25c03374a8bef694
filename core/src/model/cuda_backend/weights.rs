//! Gradients of the weights themselves, where every weight is trained.

use super::CudaBackend;
use super::head::chunks;
use crate::model::backend::{BackendError, LinearGradients};
use crate::model::kernels::cuda::{CudaMatrix, CudaWeight, Precision};

impl CudaBackend {
    pub(super) fn add_linear_gradients(
        &self,
        x: &CudaMatrix,
        dy: &CudaMatrix,
        gradients: &mut LinearGradients<Self>,
    ) -> Result<(), BackendError> {
        let device = &self.device;
        let (d, target) = (device.factor(dy).transposed(), device.factor(&gradients.weight));
        device.multiply(1.0, d, device.factor(x), true, target, Precision::Full)?;
        match &mut gradients.bias {
            Some(d_bias) => device.add_column_sums(dy, d_bias),
            None => Ok(()),
        }
    }

    pub(super) fn add_head_gradient(
        &self,
        head: &CudaWeight,
        x: &CudaMatrix,
        targets: &[u32],
        factors: &[f32],
        d_head: &mut CudaMatrix,
    ) -> Result<(), BackendError> {
        let device = &self.device;
        for rows in chunks(targets.len(), head.rows) {
            let part = device.gather(x, &rows.clone().collect::<Vec<_>>())?;
            let mut logits = device.matrix(rows.len(), head.rows)?;
            self.multiply_weight(head, &part, false, &mut logits)?;
            device.softmax_slopes(&mut logits, &targets[rows.clone()], &factors[rows])?;
            let slopes = device.factor(&logits).transposed();
            device.multiply(1.0, slopes, device.factor(&part), true, device.factor(d_head), Precision::Full)?;
        }
        Ok(())
    }
}
