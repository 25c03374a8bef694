//! The decoder's operations by hand for the processor: fused, threaded, buffers reused.
//!
//! Same input, same number of threads: same bits.

mod head;
mod linear;
mod norms;
mod weights;
pub mod pool;

use std::sync::Arc;

use rayon::ThreadPool;
use rayon::prelude::*;

use super::backend::{
    AttentionShape, Backend, BackendError, Dropout, Linear, LinearGradients, LoraGradients, Norm, Segment, WeightData,
};
use super::config::Activation;
use super::kernels::{attention, crew, vector};
use crate::domain::DeviceChoice;
use pool::{Buffer, BufferPool};

/// Computes on the processor with a pool of threads of its own.
#[derive(Debug, Clone)]
pub struct CpuBackend {
    threads: Arc<ThreadPool>,
    buffers: BufferPool,
}

/// Row-major rows.
#[derive(Debug)]
pub struct CpuMatrix {
    values: Buffer,
    columns: usize,
}

/// A frozen weight in the processor's memory.
#[derive(Debug)]
pub struct CpuWeight {
    data: WeightData,
    inputs: usize,
}

/// Rows of keys, then values.
#[derive(Debug, Default)]
pub struct CpuCache {
    rows: Vec<f32>,
}

impl CpuMatrix {
    fn rows(&self) -> usize {
        self.values.len() / self.columns
    }

    fn row(&self, row: usize) -> &[f32] {
        &self.values[row * self.columns..(row + 1) * self.columns]
    }
}

impl CpuWeight {
    fn outputs(&self) -> usize {
        match &self.data {
            WeightData::F32(values) => values.len() / self.inputs,
            WeightData::Bf16(values) => values.len() / self.inputs,
            WeightData::Quantized(weight) => weight.outputs(),
        }
    }

    fn row_into(&self, row: usize, target: &mut [f32]) {
        let range = row * self.inputs..(row + 1) * self.inputs;
        match &self.data {
            WeightData::F32(values) => target.copy_from_slice(&values[range]),
            WeightData::Bf16(values) => vector::widen(&values[range], target),
            WeightData::Quantized(weight) => weight.rows_into(row, target),
        }
    }
}

/// Values below which a loop over rows stays on this thread.
const WORTH_SHARING: usize = 32 * 1024;
/// The same where the other threads are awake.
const WORTH_SHARING_IN_CREW: usize = 4 * 1024;

impl CpuBackend {
    /// A backend with this many threads; `None` takes every core.
    pub fn new(threads: Option<usize>) -> Result<Self, std::io::Error> {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads.unwrap_or(0))
            .thread_name(|index| format!("whetstone-compute-{index}"))
            .build()
            .map_err(std::io::Error::other)?;
        Ok(Self { threads: Arc::new(pool), buffers: BufferPool::default() })
    }

    /// Its number of threads.
    pub fn thread_count(&self) -> usize {
        self.threads.current_num_threads()
    }

    fn lend(&self, rows: usize, columns: usize) -> CpuMatrix {
        CpuMatrix { values: self.buffers.lend(rows * columns), columns }
    }

    fn lend_zeros(&self, rows: usize, columns: usize) -> CpuMatrix {
        CpuMatrix { values: self.buffers.lend_zeros(rows * columns), columns }
    }

    fn copy(&self, matrix: &CpuMatrix) -> CpuMatrix {
        let mut copy = self.lend(matrix.rows(), matrix.columns);
        copy.values.copy_from_slice(&matrix.values);
        copy
    }

    fn attend(
        &self,
        qkv: &CpuMatrix,
        memory: attention::KeysAndValues<'_>,
        shape: &AttentionShape,
        segments: &[Segment],
    ) -> CpuMatrix {
        let mut out = self.lend(qkv.rows(), shape.heads * shape.head_dim);
        self.run(|| attention::forward(&qkv.values, qkv.columns, memory, shape, segments, &mut out.values));
        out
    }

    /// Calls `work` with each row of `target` and its number, on all threads where that pays.
    fn each_row(&self, target: &mut CpuMatrix, work: impl Fn(usize, &mut [f32]) + Sync) {
        let columns = target.columns;
        if crew::is_led() && target.values.len() >= WORTH_SHARING_IN_CREW && target.values.len() > columns {
            let starts: Vec<usize> = (0..target.values.len()).step_by(columns).collect();
            crew::share_columns(&mut target.values, 1, &starts, |row, mut values| work(row, values.row(0)));
            return;
        }
        if target.values.len() < WORTH_SHARING {
            target.values.chunks_exact_mut(columns).enumerate().for_each(|(row, values)| work(row, values));
            return;
        }
        let rows = target.values.len() / columns;
        let share = rows.div_ceil(self.thread_count() * 4);
        self.run(|| {
            target.values.par_chunks_mut(columns * share).enumerate().for_each(|(chunk, values)| {
                for (row, values) in values.chunks_exact_mut(columns).enumerate() {
                    work(chunk * share + row, values);
                }
            });
        });
    }
}

impl Backend for CpuBackend {
    type Matrix = CpuMatrix;
    type Weight = CpuWeight;
    type Cache = CpuCache;

    fn device(&self) -> DeviceChoice {
        DeviceChoice::Cpu
    }

    fn run<R: Send>(&self, work: impl FnOnce() -> R + Send) -> R {
        self.threads.install(work)
    }

    fn run_steps<R: Send>(&self, work: impl FnOnce() -> R + Send) -> R {
        self.threads.install(|| crew::with(self.thread_count(), work))
    }

    fn matrix(&self, values: &[f32], columns: usize) -> Result<CpuMatrix, BackendError> {
        let mut matrix = self.lend(values.len() / columns, columns);
        matrix.values.copy_from_slice(values);
        Ok(matrix)
    }

    fn values(&self, matrix: &CpuMatrix) -> Result<Vec<f32>, BackendError> {
        Ok(matrix.values.to_vec())
    }

    fn weight(&self, data: WeightData, outputs: usize, inputs: usize) -> Result<CpuWeight, BackendError> {
        let weight = CpuWeight { data, inputs };
        assert_eq!(weight.outputs(), outputs, "the weight's size");
        Ok(weight)
    }

    fn weight_values(&self, weight: &CpuWeight) -> Result<Vec<f32>, BackendError> {
        let mut values = vec![0.0; weight.outputs() * weight.inputs];
        values.chunks_exact_mut(weight.inputs).enumerate().for_each(|(row, values)| weight.row_into(row, values));
        Ok(values)
    }

    fn embedding(&self, table: &CpuWeight, ids: &[u32], scale: f32) -> Result<CpuMatrix, BackendError> {
        let mut out = self.lend(ids.len(), table.inputs);
        self.each_row(&mut out, |row, values| {
            table.row_into(ids[row] as usize, values);
            vector::scale(values, scale);
        });
        Ok(out)
    }

    fn linear(
        &self,
        linear: &Linear<Self>,
        x: &CpuMatrix,
        residual: Option<&CpuMatrix>,
        adapted: bool,
        dropout: Option<Dropout>,
    ) -> Result<(CpuMatrix, Option<CpuMatrix>), BackendError> {
        Ok(self.run(|| self.linear_forward(linear, x, residual, adapted, dropout)))
    }

    fn linear_backward(
        &self,
        linear: &Linear<Self>,
        x: &CpuMatrix,
        low_rank: Option<&CpuMatrix>,
        dy: &CpuMatrix,
        dropout: Option<Dropout>,
        gradients: Option<&mut LoraGradients<Self>>,
    ) -> Result<CpuMatrix, BackendError> {
        Ok(self.run(|| self.linear_back(linear, x, low_rank, dy, dropout, gradients)))
    }

    fn rms_norm(
        &self,
        x: &CpuMatrix,
        norm: &Norm<Self>,
        residual: Option<&CpuMatrix>,
    ) -> Result<CpuMatrix, BackendError> {
        Ok(self.norm_rows(x, norm, residual))
    }

    fn rms_norm_backward(
        &self,
        x: &CpuMatrix,
        norm: &Norm<Self>,
        dy: &CpuMatrix,
        dx: Option<CpuMatrix>,
    ) -> Result<CpuMatrix, BackendError> {
        Ok(self.norm_rows_back(x, norm, dy, dx))
    }

    fn head_norm(
        &self,
        qkv: &CpuMatrix,
        norms: &[Norm<Self>; 2],
        shape: &AttentionShape,
    ) -> Result<CpuMatrix, BackendError> {
        Ok(self.norm_heads(qkv, norms, shape))
    }

    fn head_norm_backward(
        &self,
        qkv: &CpuMatrix,
        norms: &[Norm<Self>; 2],
        shape: &AttentionShape,
        dy: &CpuMatrix,
    ) -> Result<CpuMatrix, BackendError> {
        Ok(self.norm_heads_back(qkv, norms, shape, dy))
    }

    fn rotary(
        &self,
        mut qkv: CpuMatrix,
        cosines: &CpuMatrix,
        sines: &CpuMatrix,
        shape: &AttentionShape,
        direction: f32,
    ) -> Result<CpuMatrix, BackendError> {
        let turned = (shape.heads + shape.key_value_heads) * shape.head_dim;
        self.each_row(&mut qkv, |row, values| {
            vector::rotate(&mut values[..turned], cosines.row(row), sines.row(row), direction);
        });
        Ok(qkv)
    }

    fn attention(
        &self,
        qkv: &CpuMatrix,
        shape: &AttentionShape,
        segments: &[Segment],
    ) -> Result<CpuMatrix, BackendError> {
        let first_key = shape.heads * shape.head_dim;
        let memory = attention::KeysAndValues { data: &qkv.values, columns: qkv.columns, first_key };
        Ok(self.attend(qkv, memory, shape, segments))
    }

    fn attention_backward(
        &self,
        qkv: &CpuMatrix,
        out: &CpuMatrix,
        d_out: &CpuMatrix,
        shape: &AttentionShape,
        segments: &[Segment],
    ) -> Result<CpuMatrix, BackendError> {
        let mut d_qkv = self.lend(qkv.rows(), qkv.columns);
        self.run(|| {
            attention::backward(&qkv.values, &out.values, &d_out.values, shape, segments, &mut d_qkv.values);
        });
        Ok(d_qkv)
    }

    fn cache(&self, _shape: &AttentionShape) -> Result<CpuCache, BackendError> {
        Ok(CpuCache::default())
    }

    fn cache_write(
        &self,
        cache: &mut CpuCache,
        qkv: &CpuMatrix,
        shape: &AttentionShape,
        slots: &[usize],
    ) -> Result<(), BackendError> {
        let first_key = shape.heads * shape.head_dim;
        let columns = qkv.columns - first_key;
        let needed = slots.iter().max().map_or(0, |slot| (slot + 1) * columns);
        if cache.rows.len() < needed {
            cache.rows.resize(needed, 0.0);
        }
        for (row, &slot) in slots.iter().enumerate() {
            cache.rows[slot * columns..(slot + 1) * columns].copy_from_slice(&qkv.row(row)[first_key..]);
        }
        Ok(())
    }

    fn cached_attention(
        &self,
        qkv: &CpuMatrix,
        cache: &CpuCache,
        shape: &AttentionShape,
        segments: &[Segment],
    ) -> Result<CpuMatrix, BackendError> {
        let columns = 2 * shape.key_value_heads * shape.head_dim;
        let memory = attention::KeysAndValues { data: &cache.rows, columns, first_key: 0 };
        Ok(self.attend(qkv, memory, shape, segments))
    }

    fn gated_activation(&self, gate_up: &CpuMatrix, activation: Activation) -> Result<CpuMatrix, BackendError> {
        let mut out = self.lend(gate_up.rows(), gate_up.columns / 2);
        let work = match activation {
            Activation::Silu => vector::gated_silu,
            Activation::GeluTanh => vector::gated_gelu,
        };
        self.each_row(&mut out, |row, out| work(gate_up.row(row), out));
        Ok(out)
    }

    fn gated_activation_backward(
        &self,
        gate_up: &CpuMatrix,
        activation: Activation,
        d_out: &CpuMatrix,
    ) -> Result<CpuMatrix, BackendError> {
        let mut d = self.lend(gate_up.rows(), gate_up.columns);
        let work = match activation {
            Activation::Silu => vector::gated_silu_backward,
            Activation::GeluTanh => vector::gated_gelu_backward,
        };
        self.each_row(&mut d, |row, d| work(gate_up.row(row), d_out.row(row), d));
        Ok(d)
    }

    fn gather_rows(&self, x: &CpuMatrix, rows: &[usize]) -> Result<CpuMatrix, BackendError> {
        let mut out = self.lend(rows.len(), x.columns);
        self.each_row(&mut out, |row, values| values.copy_from_slice(x.row(rows[row])));
        Ok(out)
    }

    fn scatter_rows(&self, x: &CpuMatrix, rows: &[usize], total: usize) -> Result<CpuMatrix, BackendError> {
        let mut out = self.lend_zeros(total, x.columns);
        for (row, &target) in rows.iter().enumerate() {
            vector::add_scaled(&mut out.values[target * x.columns..(target + 1) * x.columns], 1.0, x.row(row));
        }
        Ok(out)
    }

    fn scale_rows(&self, mut x: CpuMatrix, factors: &[f32]) -> Result<CpuMatrix, BackendError> {
        self.each_row(&mut x, |row, values| vector::scale(values, factors[row]));
        Ok(x)
    }

    fn log_probabilities(
        &self,
        head: &CpuWeight,
        x: &CpuMatrix,
        targets: &[u32],
        gradient: bool,
    ) -> Result<(Vec<f32>, Option<CpuMatrix>), BackendError> {
        Ok(self.run(|| self.selected_log_probabilities(head, x, targets, gradient)))
    }

    fn logits(&self, head: &CpuWeight, x: &CpuMatrix) -> Result<Vec<f32>, BackendError> {
        let mut out = self.lend(x.rows(), head.outputs());
        self.run(|| self.multiply_weight(head, x, false, &mut out));
        Ok(out.values.to_vec())
    }

    fn linear_weight_backward(
        &self,
        x: &CpuMatrix,
        dy: &CpuMatrix,
        gradients: &mut LinearGradients<Self>,
    ) -> Result<(), BackendError> {
        self.run(|| Self::add_linear_gradients(x, dy, gradients));
        Ok(())
    }

    fn rms_norm_weight_backward(
        &self,
        x: &CpuMatrix,
        norm: &Norm<Self>,
        dy: &CpuMatrix,
        d_weight: &mut CpuMatrix,
    ) -> Result<(), BackendError> {
        Self::add_norm_gradient(x, norm, dy, d_weight);
        Ok(())
    }

    fn head_norm_weight_backward(
        &self,
        qkv: &CpuMatrix,
        norms: &[Norm<Self>; 2],
        shape: &AttentionShape,
        dy: &CpuMatrix,
        d_weights: &mut [CpuMatrix; 2],
    ) -> Result<(), BackendError> {
        Self::add_head_norm_gradients(qkv, norms, shape, dy, d_weights);
        Ok(())
    }

    fn embedding_weight_backward(
        &self,
        ids: &[u32],
        dx: &CpuMatrix,
        d_table: &mut CpuMatrix,
    ) -> Result<(), BackendError> {
        Self::add_table_gradient(ids, dx, d_table);
        Ok(())
    }

    fn head_weight_backward(
        &self,
        head: &CpuWeight,
        x: &CpuMatrix,
        targets: &[u32],
        factors: &[f32],
        d_head: &mut CpuMatrix,
    ) -> Result<(), BackendError> {
        self.run(|| self.add_head_gradient(head, x, targets, factors, d_head));
        Ok(())
    }
}
