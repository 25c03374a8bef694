//! The decoder's operations as tensor formulas: right on every device, and the yardstick of the hand-written ones.
//!
//! Only operations that have a derivative in candle are used, so that a test can hold each way back against candle's
//! automatic differentiation (its fused norms, softmax and rotary embeddings have none).

use candle_core::{D, DType, Device, IndexOp, Tensor};

use super::backend::{AttentionShape, Backend, BackendError, Dropout, Linear, LoraGradients, Segment, WeightData};

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

    /// Queries \[heads, rows, width\] of a segment.
    fn queries(qkv: &Tensor, shape: &AttentionShape, segment: &Segment) -> Result<Tensor, candle_core::Error> {
        let rows = segment.rows.len();
        qkv.narrow(0, segment.rows.start, rows)?
            .narrow(1, 0, shape.heads * shape.head_dim)?
            .reshape((rows, shape.heads, shape.head_dim))?
            .transpose(0, 1)?
            .contiguous()
    }

    /// Keys and values of a segment, \[key heads, keys, width\] each, repeated for the queries that share them.
    fn keys_and_values(
        memory: &Tensor,
        first_key: usize,
        shape: &AttentionShape,
        segment: &Segment,
    ) -> Result<(Tensor, Tensor), candle_core::Error> {
        let pieces = segment.keys.iter().map(|keys| memory.narrow(0, keys.start, keys.len()));
        let rows = Tensor::cat(&pieces.collect::<Result<Vec<_>, _>>()?, 0)?;
        let (count, width) = (rows.dim(0)?, shape.key_value_heads * shape.head_dim);
        let heads = |start: usize| {
            rows.narrow(1, start, width)?
                .reshape((count, shape.key_value_heads, 1, shape.head_dim))?
                .broadcast_as((count, shape.key_value_heads, shape.group(), shape.head_dim))?
                .reshape((count, shape.heads, shape.head_dim))?
                .transpose(0, 1)?
                .contiguous()
        };
        Ok((heads(first_key)?, heads(first_key + width)?))
    }

    /// softmax(scale·q·kᵀ) with the keys behind each query left out, \[heads, rows, keys\].
    fn probabilities(
        &self,
        queries: &Tensor,
        keys: &Tensor,
        shape: &AttentionShape,
    ) -> Result<Tensor, candle_core::Error> {
        let (rows, count) = (queries.dim(1)?, keys.dim(1)?);
        let behind = |row: usize, key: usize| if key + rows > count + row { f32::NEG_INFINITY } else { 0.0 };
        let mask: Vec<f32> = (0..rows).flat_map(|row| (0..count).map(move |key| behind(row, key))).collect();
        let mask = Tensor::from_vec(mask, (rows, count), &self.device)?;
        let scores = (queries.matmul(&keys.t()?)? * f64::from(shape.scale))?.broadcast_add(&mask)?;
        softmax(&scores)
    }

    fn attend(
        &self,
        qkv: &Tensor,
        memory: &Tensor,
        first_key: usize,
        shape: &AttentionShape,
        segments: &[Segment],
    ) -> Result<Tensor, candle_core::Error> {
        let parts = segments.iter().map(|segment| {
            let queries = Self::queries(qkv, shape, segment)?;
            let (keys, values) = Self::keys_and_values(memory, first_key, shape, segment)?;
            let out = self.probabilities(&queries, &keys, shape)?.matmul(&values)?;
            out.transpose(0, 1)?.reshape((segment.rows.len(), shape.heads * shape.head_dim))
        });
        Tensor::cat(&parts.collect::<Result<Vec<_>, candle_core::Error>>()?, 0)
    }

    /// Adds a segment's gradient of its repeated keys or values, \[heads, keys, width\], to its rows of `target`.
    fn add_to_memory(
        &self,
        target: &Tensor,
        gradient: &Tensor,
        first_column: usize,
        shape: &AttentionShape,
        segment: &Segment,
    ) -> Result<Tensor, candle_core::Error> {
        let (count, width) = (gradient.dim(1)?, shape.key_value_heads * shape.head_dim);
        let by_row = gradient
            .reshape((shape.key_value_heads, shape.group(), count, shape.head_dim))?
            .sum(1)?
            .transpose(0, 1)?
            .reshape((count, width))?;
        let columns = target.dim(1)?;
        let padded = by_row.pad_with_zeros(1, first_column, columns - first_column - width)?.contiguous()?;
        let rows: Vec<usize> = segment.keys.iter().cloned().flatten().collect();
        target.index_add(&self.indices(&rows)?, &padded, 0)
    }
}

fn softmax(scores: &Tensor) -> Result<Tensor, candle_core::Error> {
    let exponentials = scores.broadcast_sub(&scores.max_keepdim(D::Minus1)?.detach())?.exp()?;
    exponentials.broadcast_div(&exponentials.sum_keepdim(D::Minus1)?)
}

fn sigmoid(x: &Tensor) -> Result<Tensor, candle_core::Error> {
    (x.neg()?.exp()? + 1.0)?.recip()
}

fn inverse_rms(x: &Tensor, epsilon: f32) -> Result<Tensor, candle_core::Error> {
    (x.sqr()?.mean_keepdim(1)? + f64::from(epsilon))?.sqrt()?.recip()
}

/// A weight is kept as it came and widened where it is used.
fn wide(weight: &Tensor) -> Result<Tensor, candle_core::Error> {
    weight.to_dtype(DType::F32)
}

impl Backend for TensorBackend {
    type Matrix = Tensor;
    type Weight = Tensor;
    type Cache = TensorCache;

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
        })
    }

    fn embedding(&self, table: &Tensor, ids: &[u32]) -> Result<Tensor, BackendError> {
        Ok(wide(&table.index_select(&Tensor::new(ids, &self.device)?, 0)?)?)
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

    fn rms_norm(&self, x: &Tensor, weight: &Tensor, epsilon: f32) -> Result<Tensor, BackendError> {
        Ok(x.broadcast_mul(&inverse_rms(x, epsilon)?)?.broadcast_mul(weight)?)
    }

    fn rms_norm_backward(
        &self,
        x: &Tensor,
        weight: &Tensor,
        epsilon: f32,
        dy: &Tensor,
        dx: Option<Tensor>,
    ) -> Result<Tensor, BackendError> {
        let inverse = inverse_rms(x, epsilon)?;
        let weighted = dy.broadcast_mul(weight)?;
        let along = ((x * &weighted)?.mean_keepdim(1)? * inverse.powf(3.0)?)?;
        let gradient = (weighted.broadcast_mul(&inverse)? - x.broadcast_mul(&along)?)?;
        Ok(match dx {
            Some(dx) => (dx + gradient)?,
            None => gradient,
        })
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
        let (heads, width) = (shape.heads, shape.head_dim);
        let first_key = heads * width;
        let mut d_queries = Vec::new();
        let mut d_qkv = qkv.zeros_like()?;
        for segment in segments {
            let rows = segment.rows.len();
            let queries = Self::queries(qkv, shape, segment)?;
            let (keys, values) = Self::keys_and_values(qkv, first_key, shape, segment)?;
            let probabilities = self.probabilities(&queries, &keys, shape)?;
            let d_out = Self::queries(d_out, shape, segment)?;
            let d_probabilities = d_out.matmul(&values.t()?)?;
            let along = (&probabilities * &d_probabilities)?.sum_keepdim(D::Minus1)?;
            let d_scores = (&probabilities * d_probabilities.broadcast_sub(&along)?)?;
            let d_scores = (d_scores * f64::from(shape.scale))?;
            d_queries.push(d_scores.matmul(&keys)?.transpose(0, 1)?.reshape((rows, heads * width))?);
            let d_keys = d_scores.transpose(1, 2)?.contiguous()?.matmul(&queries)?;
            let d_values = probabilities.transpose(1, 2)?.contiguous()?.matmul(&d_out)?;
            let first_value = first_key + shape.key_value_heads * width;
            d_qkv = self.add_to_memory(&d_qkv, &d_keys, first_key, shape, segment)?;
            d_qkv = self.add_to_memory(&d_qkv, &d_values, first_value, shape, segment)?;
        }
        let rest = 2 * shape.key_value_heads * width;
        Ok((d_qkv + Tensor::cat(&d_queries, 0)?.pad_with_zeros(1, 0, rest)?)?)
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

    fn gated_activation(&self, gate_up: &Tensor) -> Result<Tensor, BackendError> {
        let half = gate_up.dim(1)? / 2;
        let (gate, up) = (gate_up.narrow(1, 0, half)?, gate_up.narrow(1, half, half)?);
        Ok(((&gate * sigmoid(&gate)?)? * up)?)
    }

    fn gated_activation_backward(&self, gate_up: &Tensor, d_out: &Tensor) -> Result<Tensor, BackendError> {
        let half = gate_up.dim(1)? / 2;
        let (gate, up) = (gate_up.narrow(1, 0, half)?, gate_up.narrow(1, half, half)?);
        let sigmoid = sigmoid(&gate)?;
        let slope = (&sigmoid * (((1.0 - &sigmoid)? * &gate)? + 1.0)?)?;
        let d_gate = ((d_out * up)? * slope)?;
        let d_up = ((d_out * gate)? * sigmoid)?;
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
}
