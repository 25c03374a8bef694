//! Frozen linear modules with LoRA factors.

use super::CudaBackend;
use crate::model::backend::{BackendError, Dropout, Linear, LoraFactors, LoraGradients};
use crate::model::kernels::cuda::{CudaMatrix, CudaWeight, Precision};

/// Beside a weight in bf16, the adapter's products need not be more exact than TF32.
fn precision(weight: &CudaWeight) -> Precision {
    if weight.is_half() { Precision::Reduced } else { Precision::Full }
}

impl CudaBackend {
    /// y (or y +=) x·Wᵀ. With a weight in bf16, x is rounded to it.
    pub(super) fn multiply_weight(
        &self,
        weight: &CudaWeight,
        x: &CudaMatrix,
        accumulate: bool,
        y: &mut CudaMatrix,
    ) -> Result<(), BackendError> {
        let device = &self.device;
        let (by, target) = (device.weight_factor(weight).transposed(), device.factor(y));
        if weight.is_half() {
            let x = device.round(x)?;
            return device.multiply(1.0, device.half_factor(&x), by, accumulate, target, Precision::Full);
        }
        device.multiply(1.0, device.factor(x), by, accumulate, target, Precision::Full)
    }

    /// dy·W.
    pub(super) fn multiply_weight_back(
        &self,
        weight: &CudaWeight,
        dy: &CudaMatrix,
    ) -> Result<CudaMatrix, BackendError> {
        let device = &self.device;
        let dx = device.matrix(dy.rows, weight.columns)?;
        let (by, target) = (device.weight_factor(weight), device.factor(&dx));
        if weight.is_half() {
            let dy = device.round(dy)?;
            device.multiply(1.0, device.half_factor(&dy), by, false, target, Precision::Full)?;
        } else {
            device.multiply(1.0, device.factor(dy), by, false, target, Precision::Full)?;
        }
        Ok(dx)
    }

    pub(super) fn linear_forward(
        &self,
        linear: &Linear<Self>,
        x: &CudaMatrix,
        residual: Option<&CudaMatrix>,
        adapted: bool,
        dropout: Option<Dropout>,
    ) -> Result<(CudaMatrix, Option<CudaMatrix>), BackendError> {
        let mut y = match residual {
            Some(residual) => self.device.copy(residual)?,
            None => self.device.matrix(x.rows, linear.weight.rows)?,
        };
        self.multiply_weight(&linear.weight, x, residual.is_some(), &mut y)?;
        if let Some(bias) = &linear.bias {
            self.device.add_bias(&mut y, bias)?;
        }
        let Some(lora) = linear.lora.as_ref().filter(|_| adapted) else { return Ok((y, None)) };
        let low_rank = self.add_lora(lora, x, dropout, precision(&linear.weight), &y)?;
        Ok((y, Some(low_rank)))
    }

    /// y += scale·(x·Aᵀ)·Bᵀ of each part; returns x·Aᵀ of all parts.
    fn add_lora(
        &self,
        lora: &LoraFactors<Self>,
        x: &CudaMatrix,
        dropout: Option<Dropout>,
        precision: Precision,
        y: &CudaMatrix,
    ) -> Result<CudaMatrix, BackendError> {
        let device = &self.device;
        let low_rank = device.matrix(x.rows, lora.a.rows)?;
        if let Some(dropout) = dropout {
            for (module, part) in lora.parts.iter().enumerate() {
                let dropped = device.dropped(x, dropout, module)?;
                let a = device.part(&lora.a, &part.ranks, &(0..lora.a.columns)).transposed();
                let target = device.columns(&low_rank, &part.ranks);
                device.multiply(1.0, device.factor(&dropped), a, false, target, precision)?;
            }
        } else {
            let a = device.factor(&lora.a).transposed();
            device.multiply(1.0, device.factor(x), a, false, device.factor(&low_rank), precision)?;
        }
        for part in &lora.parts {
            let (low, b) = (device.columns(&low_rank, &part.ranks), device.factor(&part.b).transposed());
            device.multiply(part.scale, low, b, true, device.columns(y, &part.outputs), precision)?;
        }
        Ok(low_rank)
    }

    pub(super) fn linear_back(
        &self,
        linear: &Linear<Self>,
        x: &CudaMatrix,
        low_rank: Option<&CudaMatrix>,
        dy: &CudaMatrix,
        dropout: Option<Dropout>,
        gradients: Option<&mut LoraGradients<Self>>,
    ) -> Result<CudaMatrix, BackendError> {
        let mut dx = self.multiply_weight_back(&linear.weight, dy)?;
        if let (Some(lora), Some(low_rank), Some(gradients)) = (&linear.lora, low_rank, gradients) {
            let precision = precision(&linear.weight);
            let d_low = self.low_rank_back(lora, low_rank, dy, precision, gradients)?;
            match dropout {
                None => self.inputs_back(lora, x, &d_low, precision, gradients, &dx)?,
                Some(dropout) => self.dropped_back(lora, (x, dropout), &d_low, precision, gradients, &mut dx)?,
            }
        }
        Ok(dx)
    }

    /// With z = x·Aᵀ: dB += scale·dyᵀ·z; returns dz = scale·dy·B.
    fn low_rank_back(
        &self,
        lora: &LoraFactors<Self>,
        low_rank: &CudaMatrix,
        dy: &CudaMatrix,
        precision: Precision,
        gradients: &LoraGradients<Self>,
    ) -> Result<CudaMatrix, BackendError> {
        let device = &self.device;
        let d_low = device.matrix(dy.rows, lora.a.rows)?;
        for (part, d_b) in lora.parts.iter().zip(&gradients.b) {
            let dy = device.columns(dy, &part.outputs);
            let low = device.columns(low_rank, &part.ranks);
            device.multiply(part.scale, dy.transposed(), low, true, device.factor(d_b), precision)?;
            let target = device.columns(&d_low, &part.ranks);
            device.multiply(part.scale, dy, device.factor(&part.b), false, target, precision)?;
        }
        Ok(d_low)
    }

    /// dA += dzᵀ·x, dx += dz·A.
    fn inputs_back(
        &self,
        lora: &LoraFactors<Self>,
        x: &CudaMatrix,
        d_low: &CudaMatrix,
        precision: Precision,
        gradients: &LoraGradients<Self>,
        dx: &CudaMatrix,
    ) -> Result<(), BackendError> {
        let device = &self.device;
        let d_low = device.factor(d_low);
        device.multiply(1.0, d_low.transposed(), device.factor(x), true, device.factor(&gradients.a), precision)?;
        device.multiply(1.0, d_low, device.factor(&lora.a), true, device.factor(dx), precision)
    }

    /// The same, where each module saw inputs of its own.
    fn dropped_back(
        &self,
        lora: &LoraFactors<Self>,
        (x, dropout): (&CudaMatrix, Dropout),
        d_low: &CudaMatrix,
        precision: Precision,
        gradients: &LoraGradients<Self>,
        dx: &mut CudaMatrix,
    ) -> Result<(), BackendError> {
        let (device, inputs) = (&self.device, 0..x.columns);
        for (module, part) in lora.parts.iter().enumerate() {
            let dropped = device.dropped(x, dropout, module)?;
            let d_low = device.columns(d_low, &part.ranks);
            let d_a = device.part(&gradients.a, &part.ranks, &inputs);
            device.multiply(1.0, d_low.transposed(), device.factor(&dropped), true, d_a, precision)?;
            let through = device.matrix(x.rows, x.columns)?;
            let a = device.part(&lora.a, &part.ranks, &inputs);
            device.multiply(1.0, d_low, a, false, device.factor(&through), precision)?;
            device.add_dropped(&through, dropout, module, dx)?;
        }
        Ok(())
    }
}
