//! Gradients of the weights themselves, where every weight is trained.

use candle_core::{Result, Tensor};

use super::norms::inverse_rms;
use super::{CHUNK, TensorBackend};
use crate::model::backend::{LinearGradients, Norm};

pub fn add_linear(x: &Tensor, dy: &Tensor, gradients: &mut LinearGradients<TensorBackend>) -> Result<()> {
    gradients.weight = (&gradients.weight + dy.t()?.matmul(x)?)?;
    if let Some(bias) = &mut gradients.bias {
        *bias = (&*bias + dy.sum_keepdim(0)?)?;
    }
    Ok(())
}

pub fn add_norm(x: &Tensor, norm: &Norm<TensorBackend>, dy: &Tensor, d_weight: &mut Tensor) -> Result<()> {
    let scaled = x.broadcast_mul(&inverse_rms(x, norm.epsilon)?)?;
    *d_weight = (&*d_weight + (scaled * dy)?.sum_keepdim(0)?)?;
    Ok(())
}

impl TensorBackend {
    pub(super) fn add_head(
        &self,
        head: &Tensor,
        x: &Tensor,
        targets: &[u32],
        factors: &[f32],
        d_head: &mut Tensor,
    ) -> Result<()> {
        for (chunk, (targets, factors)) in targets.chunks(CHUNK).zip(factors.chunks(CHUNK)).enumerate() {
            let rows = x.narrow(0, chunk * CHUNK, targets.len())?.contiguous()?;
            let logits = rows.matmul(&head.t()?)?;
            let exponentials = logits.broadcast_sub(&logits.max_keepdim(1)?)?.exp()?;
            let factors = Tensor::from_slice(factors, (factors.len(), 1), &self.device)?;
            let shares = exponentials.broadcast_mul(&factors.broadcast_div(&exponentials.sum_keepdim(1)?)?)?;
            // The targets' own rows are added where they belong: no one-hot matrix is made.
            *d_head = (&*d_head - shares.t()?.matmul(&rows)?)?;
            *d_head = d_head.index_add(&Tensor::new(targets, &self.device)?, &rows.broadcast_mul(&factors)?, 0)?;
        }
        Ok(())
    }
}
