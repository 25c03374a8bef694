//! The decoder's operations as tensor formulas: right on every device, and the yardstick of the hand-written ones.
//!
//! Only operations that have a derivative in candle are used, so that a test can hold each way back against candle's
//! automatic differentiation (its fused norms, softmax and rotary embeddings have none).

mod attention;
mod norms;
mod weights;

use candle_core::{DType, Device, IndexOp, Tensor};

use super::backend::{
    AttentionShape, Backend, BackendError, Dropout, Linear, LinearGradients, LoraGradients, Norm, Segment, WeightData,
};
use super::config::Activation;
use crate::domain::DeviceChoice;
use norms::{join_heads, normed, normed_back, split_heads};

/// Computes with candle on one device.
#[derive(Debug, Clone)]
pub struct TensorBackend {
    device: Device,
}

/// Keys and values by slot, \[slots, 2 · key heads · `head_dim`\].
#[derive(Debug)]
pub struct TensorCache(Option<Tensor>);

/// Rows whose logits exist at a time.
const CHUNK: usize = 64;

impl TensorBackend {
    /// A backend on `device`.
    pub fn new(device: Device) -> Self {
        Self { device }
    }

    fn indices(&self, rows: &[usize]) -> Result<Tensor, candle_core::Error> {
        let rows: Vec<u32> = rows.iter().map(|&row| row as u32).collect();
        Tensor::new(rows, &self.device)
    }

    fn dropped(&self, x: &Tensor, dropout: Option<Dropout>, module: usize) -> Result<Tensor, candle_core::Error> {
        let Some(dropout) = dropout else { return Ok(x.clone()) };
        x.mul(&self.mask(x, dropout, module)?)
    }

    fn mask(&self, x: &Tensor, dropout: Dropout, module: usize) -> Result<Tensor, candle_core::Error> {
        let (rows, columns) = x.dims2()?;
        Tensor::from_vec(dropout.mask(module, rows, columns), (rows, columns), &self.device)
    }
}

fn sigmoid(x: &Tensor) -> Result<Tensor, candle_core::Error> {
    (x.neg()?.exp()? + 1.0)?.recip()
}

/// s and d(x·s)/dx of an activation x·s(x).
fn activation_share(x: &Tensor, activation: Activation) -> Result<(Tensor, Tensor), candle_core::Error> {
    let (inner, slope) = match activation {
        Activation::Silu => (x.clone(), x.ones_like()?),
        // ½(1 + tanh u) = sigmoid(2u), with 2u = 2·√(2/π)·(x + 0.044715·x³).
        Activation::GeluTanh => {
            let factor = 2.0 * (2.0 / std::f64::consts::PI).sqrt();
            let cubic = (x.sqr()? * 0.044_715)?;
            ((x * ((&cubic + 1.0)? * factor)?)?, (((cubic * 3.0)? + 1.0)? * factor)?)
        }
    };
    let share = sigmoid(&inner)?;
    let gradient = (&share * ((((1.0 - &share)? * x)? * slope)? + 1.0)?)?;
    Ok((share, gradient))
}

/// A weight is kept as it came and widened where it is used.
fn wide(weight: &Tensor) -> Result<Tensor, candle_core::Error> {
    weight.to_dtype(DType::F32)
}

impl Backend for TensorBackend {
    type Matrix = Tensor;
    type Weight = Tensor;
    type Cache = TensorCache;

    fn device(&self) -> DeviceChoice {
        if self.device.is_metal() { DeviceChoice::Metal } else { DeviceChoice::Cpu }
    }

    fn matrix(&self, values: &[f32], columns: usize) -> Result<Tensor, BackendError> {
        Ok(Tensor::from_slice(values, (values.len() / columns, columns), &self.device)?)
    }

    fn values(&self, matrix: &Tensor) -> Result<Vec<f32>, BackendError> {
        Ok(matrix.flatten_all()?.to_vec1()?)
    }

    fn weight(&self, data: WeightData, outputs: usize, inputs: usize) -> Result<Tensor, BackendError> {
        Ok(match data {
            WeightData::F32(values) => Tensor::from_vec(values, (outputs, inputs), &self.device)?,
            WeightData::Bf16(values) => Tensor::from_vec(values, (outputs, inputs), &self.device)?,
            WeightData::Quantized(weight) => Tensor::from_vec(weight.widened(), (outputs, inputs), &self.device)?,
        })
    }

    fn weight_values(&self, weight: &Tensor) -> Result<Vec<f32>, BackendError> {
        Ok(wide(weight)?.flatten_all()?.to_vec1()?)
    }

    fn embedding(&self, table: &Tensor, ids: &[u32], scale: f32) -> Result<Tensor, BackendError> {
        Ok((wide(&table.index_select(&Tensor::new(ids, &self.device)?, 0)?)? * f64::from(scale))?)
    }

    fn linear(
        &self,
        linear: &Linear<Self>,
        x: &Tensor,
        residual: Option<&Tensor>,
        adapted: bool,
        dropout: Option<Dropout>,
    ) -> Result<(Tensor, Option<Tensor>), BackendError> {
        let mut y = x.matmul(&wide(&linear.weight)?.t()?)?;
        if let Some(residual) = residual {
            y = (y + residual)?;
        }
        if let Some(bias) = &linear.bias {
            y = y.broadcast_add(bias)?;
        }
        let Some(lora) = linear.lora.as_ref().filter(|_| adapted) else { return Ok((y, None)) };
        let columns = y.dim(1)?;
        let mut low_rank = Vec::new();
        for (module, part) in lora.parts.iter().enumerate() {
            let a = lora.a.narrow(0, part.ranks.start, part.ranks.len())?;
            let low = self.dropped(x, dropout, module)?.matmul(&a.t()?)?;
            let change = (low.matmul(&part.b.t()?)? * f64::from(part.scale))?;
            y = (y + change.pad_with_zeros(1, part.outputs.start, columns - part.outputs.end)?)?;
            low_rank.push(low);
        }
        Ok((y, Some(Tensor::cat(&low_rank, 1)?)))
    }

    fn linear_backward(
        &self,
        linear: &Linear<Self>,
        x: &Tensor,
        low_rank: Option<&Tensor>,
        dy: &Tensor,
        dropout: Option<Dropout>,
        gradients: Option<&mut LoraGradients<Self>>,
    ) -> Result<Tensor, BackendError> {
        let mut dx = dy.matmul(&wide(&linear.weight)?)?;
        let (Some(lora), Some(low_rank), Some(gradients)) = (&linear.lora, low_rank, gradients) else { return Ok(dx) };
        let mut d_a = Vec::new();
        for (module, (part, d_b)) in lora.parts.iter().zip(&mut gradients.b).enumerate() {
            let dy = (dy.narrow(1, part.outputs.start, part.outputs.len())?.contiguous()? * f64::from(part.scale))?;
            let low = low_rank.narrow(1, part.ranks.start, part.ranks.len())?.contiguous()?;
            *d_b = (&*d_b + dy.t()?.matmul(&low)?)?;
            let d_low = dy.matmul(&part.b)?;
            d_a.push(d_low.t()?.matmul(&self.dropped(x, dropout, module)?)?);
            let a = lora.a.narrow(0, part.ranks.start, part.ranks.len())?;
            dx = (dx + self.dropped(&d_low.matmul(&a)?, dropout, module)?)?;
        }
        gradients.a = (&gradients.a + Tensor::cat(&d_a, 0)?)?;
        Ok(dx)
    }

    fn rms_norm(&self, x: &Tensor, norm: &Norm<Self>, residual: Option<&Tensor>) -> Result<Tensor, BackendError> {
        let y = normed(x, norm)?;
        Ok(match residual {
            Some(residual) => (y + residual)?,
            None => y,
        })
    }

    fn rms_norm_backward(
        &self,
        x: &Tensor,
        norm: &Norm<Self>,
        dy: &Tensor,
        dx: Option<Tensor>,
    ) -> Result<Tensor, BackendError> {
        let gradient = normed_back(x, norm, dy)?;
        Ok(match dx {
            Some(dx) => (dx + gradient)?,
            None => gradient,
        })
    }

    fn head_norm(&self, qkv: &Tensor, norms: &[Norm<Self>; 2], shape: &AttentionShape) -> Result<Tensor, BackendError> {
        let [queries, keys, values] = split_heads(qkv, shape)?;
        Ok(join_heads([normed(&queries, &norms[0])?, normed(&keys, &norms[1])?, values], shape)?)
    }

    fn head_norm_backward(
        &self,
        qkv: &Tensor,
        norms: &[Norm<Self>; 2],
        shape: &AttentionShape,
        dy: &Tensor,
    ) -> Result<Tensor, BackendError> {
        let [queries, keys, _] = split_heads(qkv, shape)?;
        let [d_queries, d_keys, d_values] = split_heads(dy, shape)?;
        let (d_queries, d_keys) =
            (normed_back(&queries, &norms[0], &d_queries)?, normed_back(&keys, &norms[1], &d_keys)?);
        Ok(join_heads([d_queries, d_keys, d_values], shape)?)
    }

    fn rotary(
        &self,
        qkv: Tensor,
        cosines: &Tensor,
        sines: &Tensor,
        shape: &AttentionShape,
        direction: f32,
    ) -> Result<Tensor, BackendError> {
        let (rows, half) = (qkv.dim(0)?, shape.head_dim / 2);
        let turned = shape.heads + shape.key_value_heads;
        let heads = qkv.narrow(1, 0, turned * shape.head_dim)?.reshape((rows, turned, 2, half))?;
        let (first, second) = (heads.i((.., .., 0))?, heads.i((.., .., 1))?);
        let cosines = cosines.reshape((rows, 1, half))?;
        let sines = (sines.reshape((rows, 1, half))? * f64::from(direction))?;
        let turned_first = (first.broadcast_mul(&cosines)? - second.broadcast_mul(&sines)?)?;
        let turned_second = (second.broadcast_mul(&cosines)? + first.broadcast_mul(&sines)?)?;
        let done = Tensor::stack(&[turned_first, turned_second], 2)?.reshape((rows, turned * shape.head_dim))?;
        let values = qkv.narrow(1, turned * shape.head_dim, shape.key_value_heads * shape.head_dim)?;
        Ok(Tensor::cat(&[done, values], 1)?)
    }

    fn attention(&self, qkv: &Tensor, shape: &AttentionShape, segments: &[Segment]) -> Result<Tensor, BackendError> {
        Ok(self.attend(qkv, qkv, shape.heads * shape.head_dim, shape, segments)?)
    }

    fn attention_backward(
        &self,
        qkv: &Tensor,
        _out: &Tensor,
        d_out: &Tensor,
        shape: &AttentionShape,
        segments: &[Segment],
    ) -> Result<Tensor, BackendError> {
        Ok(self.attend_back(qkv, d_out, shape, segments)?)
    }

    fn cache(&self, _shape: &AttentionShape) -> Result<TensorCache, BackendError> {
        Ok(TensorCache(None))
    }

    fn cache_write(
        &self,
        cache: &mut TensorCache,
        qkv: &Tensor,
        shape: &AttentionShape,
        slots: &[usize],
    ) -> Result<(), BackendError> {
        let columns = 2 * shape.key_value_heads * shape.head_dim;
        let rows = qkv.narrow(1, shape.heads * shape.head_dim, columns)?.contiguous()?;
        let needed = slots.iter().max().map_or(0, |slot| slot + 1);
        let have = cache.0.as_ref().map_or(Ok(0), |memory| memory.dim(0))?;
        let mut memory = match cache.0.take() {
            Some(memory) if have >= needed => memory,
            // Grown by half again: each token must not copy the whole.
            Some(memory) => memory.pad_with_zeros(0, 0, needed + needed / 2 - have)?,
            None => Tensor::zeros((needed, columns), DType::F32, &self.device)?,
        };
        let first = slots.first().copied().unwrap_or(0);
        if slots.iter().enumerate().all(|(index, &slot)| slot == first + index) {
            memory = memory.slice_scatter0(&rows, first)?;
        } else {
            for (index, &slot) in slots.iter().enumerate() {
                memory = memory.slice_scatter0(&rows.narrow(0, index, 1)?, slot)?;
            }
        }
        cache.0 = Some(memory);
        Ok(())
    }

    fn cached_attention(
        &self,
        qkv: &Tensor,
        cache: &TensorCache,
        shape: &AttentionShape,
        segments: &[Segment],
    ) -> Result<Tensor, BackendError> {
        let Some(memory) = &cache.0 else {
            return Err(BackendError(candle_core::Error::Msg("the cache is empty".to_owned())));
        };
        Ok(self.attend(qkv, memory, 0, shape, segments)?)
    }

    fn gated_activation(&self, gate_up: &Tensor, activation: Activation) -> Result<Tensor, BackendError> {
        let half = gate_up.dim(1)? / 2;
        let (gate, up) = (gate_up.narrow(1, 0, half)?, gate_up.narrow(1, half, half)?);
        Ok(((&gate * activation_share(&gate, activation)?.0)? * up)?)
    }

    fn gated_activation_backward(
        &self,
        gate_up: &Tensor,
        activation: Activation,
        d_out: &Tensor,
    ) -> Result<Tensor, BackendError> {
        let half = gate_up.dim(1)? / 2;
        let (gate, up) = (gate_up.narrow(1, 0, half)?, gate_up.narrow(1, half, half)?);
        let (share, slope) = activation_share(&gate, activation)?;
        let d_gate = ((d_out * up)? * slope)?;
        let d_up = ((d_out * gate)? * share)?;
        Ok(Tensor::cat(&[d_gate, d_up], 1)?)
    }

    fn gather_rows(&self, x: &Tensor, rows: &[usize]) -> Result<Tensor, BackendError> {
        Ok(x.index_select(&self.indices(rows)?, 0)?)
    }

    fn scatter_rows(&self, x: &Tensor, rows: &[usize], total: usize) -> Result<Tensor, BackendError> {
        let zeros = Tensor::zeros((total, x.dim(1)?), DType::F32, &self.device)?;
        Ok(zeros.index_add(&self.indices(rows)?, x, 0)?)
    }

    fn scale_rows(&self, x: Tensor, factors: &[f32]) -> Result<Tensor, BackendError> {
        Ok(x.broadcast_mul(&Tensor::from_slice(factors, (factors.len(), 1), &self.device)?)?)
    }

    fn log_probabilities(
        &self,
        head: &Tensor,
        x: &Tensor,
        targets: &[u32],
        gradient: bool,
    ) -> Result<(Vec<f32>, Option<Tensor>), BackendError> {
        let head = wide(head)?;
        let (mut values, mut slopes) = (Vec::new(), Vec::new());
        for (chunk, targets) in targets.chunks(CHUNK).enumerate() {
            let rows = x.narrow(0, chunk * CHUNK, targets.len())?.contiguous()?;
            let logits = rows.matmul(&head.t()?)?;
            let targets = Tensor::new(targets, &self.device)?;
            let largest = logits.max_keepdim(1)?;
            let log_sum = (logits.broadcast_sub(&largest)?.exp()?.sum_keepdim(1)?.log()? + largest)?;
            let chosen = logits.gather(&targets.unsqueeze(1)?, 1)?;
            values.extend((chosen - &log_sum)?.flatten_all()?.to_vec1::<f32>()?);
            if gradient {
                let probabilities = logits.broadcast_sub(&log_sum)?.exp()?;
                slopes.push((head.index_select(&targets, 0)? - probabilities.matmul(&head)?)?);
            }
        }
        let slopes = if gradient { Some(Tensor::cat(&slopes, 0)?) } else { None };
        Ok((values, slopes))
    }

    fn logits(&self, head: &Tensor, x: &Tensor) -> Result<Vec<f32>, BackendError> {
        Ok(x.matmul(&wide(head)?.t()?)?.flatten_all()?.to_vec1()?)
    }

    fn linear_weight_backward(
        &self,
        x: &Tensor,
        dy: &Tensor,
        gradients: &mut LinearGradients<Self>,
    ) -> Result<(), BackendError> {
        Ok(weights::add_linear(x, dy, gradients)?)
    }

    fn rms_norm_weight_backward(
        &self,
        x: &Tensor,
        norm: &Norm<Self>,
        dy: &Tensor,
        d_weight: &mut Tensor,
    ) -> Result<(), BackendError> {
        Ok(weights::add_norm(x, norm, dy, d_weight)?)
    }

    fn head_norm_weight_backward(
        &self,
        qkv: &Tensor,
        norms: &[Norm<Self>; 2],
        shape: &AttentionShape,
        dy: &Tensor,
        d_weights: &mut [Tensor; 2],
    ) -> Result<(), BackendError> {
        let [queries, keys, _] = split_heads(qkv, shape)?;
        let [d_queries, d_keys, _] = split_heads(dy, shape)?;
        let [d_query, d_key] = d_weights;
        weights::add_norm(&queries, &norms[0], &d_queries, d_query)?;
        Ok(weights::add_norm(&keys, &norms[1], &d_keys, d_key)?)
    }

    fn embedding_weight_backward(&self, ids: &[u32], dx: &Tensor, d_table: &mut Tensor) -> Result<(), BackendError> {
        *d_table = d_table.index_add(&Tensor::new(ids, &self.device)?, dx, 0)?;
        Ok(())
    }

    fn head_weight_backward(
        &self,
        head: &Tensor,
        x: &Tensor,
        targets: &[u32],
        factors: &[f32],
        d_head: &mut Tensor,
    ) -> Result<(), BackendError> {
        Ok(self.add_head(&wide(head)?, x, targets, factors, d_head)?)
    }
}
