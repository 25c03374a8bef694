//! Gradients of the weights themselves, where every weight is trained.
//!
//! Rows are added in their order whatever the number of threads.

use rayon::prelude::*;

use super::norms::normed_heads;
use super::{CpuBackend, CpuMatrix, CpuWeight};
use crate::model::backend::{AttentionShape, LinearGradients, Norm};
use crate::model::kernels::matmul::{Threads, View, ViewMut, multiply};
use crate::model::kernels::vector;

/// Rows whose logits exist at a time.
const CHUNK: usize = 64;

impl CpuBackend {
    pub(super) fn add_linear_gradients(x: &CpuMatrix, dy: &CpuMatrix, gradients: &mut LinearGradients<Self>) {
        let mut d_weight = ViewMut::new(&mut gradients.weight.values, x.columns);
        let (x, d) = (View::new(&x.values, x.columns), View::new(&dy.values, dy.columns));
        multiply(1.0, d.transposed(), x, true, &mut d_weight, Threads::All);
        if let Some(d_bias) = &mut gradients.bias {
            (0..dy.rows()).for_each(|row| vector::add_scaled(&mut d_bias.values, 1.0, dy.row(row)));
        }
    }

    pub(super) fn add_norm_gradient(x: &CpuMatrix, norm: &Norm<Self>, dy: &CpuMatrix, d_weight: &mut CpuMatrix) {
        for row in 0..x.rows() {
            vector::rms_norm_weight_backward(x.row(row), norm.epsilon, dy.row(row), &mut d_weight.values);
        }
    }

    pub(super) fn add_head_norm_gradients(
        qkv: &CpuMatrix,
        norms: &[Norm<Self>; 2],
        shape: &AttentionShape,
        dy: &CpuMatrix,
        [d_query, d_key]: &mut [CpuMatrix; 2],
    ) {
        for row in 0..qkv.rows() {
            for (index, (norm, head)) in normed_heads(norms, shape).enumerate() {
                let d_weight = if index < shape.heads { &mut *d_query } else { &mut *d_key };
                let (x, dy) = (&qkv.row(row)[head.clone()], &dy.row(row)[head]);
                vector::rms_norm_weight_backward(x, norm.epsilon, dy, &mut d_weight.values);
            }
        }
    }

    pub(super) fn add_table_gradient(ids: &[u32], dx: &CpuMatrix, d_table: &mut CpuMatrix) {
        let columns = dx.columns;
        for (row, &id) in ids.iter().enumerate() {
            let start = id as usize * columns;
            vector::add_scaled(&mut d_table.values[start..start + columns], 1.0, dx.row(row));
        }
    }

    pub(super) fn add_head_gradient(
        &self,
        head: &CpuWeight,
        x: &CpuMatrix,
        targets: &[u32],
        factors: &[f32],
        d_head: &mut CpuMatrix,
    ) {
        let (vocabulary, columns) = (head.outputs(), x.columns);
        for (chunk, (targets, factors)) in targets.chunks(CHUNK).zip(factors.chunks(CHUNK)).enumerate() {
            let mut rows = self.lend(targets.len(), columns);
            rows.values.copy_from_slice(&x.values[chunk * CHUNK * columns..][..targets.len() * columns]);
            let mut slopes = self.lend(targets.len(), vocabulary);
            self.multiply_weight(head, &rows, false, &mut slopes);
            slopes.values.par_chunks_exact_mut(vocabulary).zip(targets).zip(factors).for_each(
                |((logits, &target), &factor)| {
                    let largest = vector::maximum(logits);
                    let sum = vector::exponentials(logits, largest, 1.0);
                    vector::scale(logits, -factor / sum);
                    logits[target as usize] += factor;
                },
            );
            let mut d_head = ViewMut::new(&mut d_head.values, columns);
            let slopes = View::new(&slopes.values, vocabulary).transposed();
            multiply(1.0, slopes, View::new(&rows.values, columns), true, &mut d_head, Threads::All);
        }
    }
}
