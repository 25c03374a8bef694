//! RMS norms of rows and of heads.

use std::ops::Range;

use super::{CpuBackend, CpuMatrix};
use crate::model::backend::{AttentionShape, Norm};
use crate::model::kernels::vector;

impl CpuBackend {
    pub(super) fn norm_rows(&self, x: &CpuMatrix, norm: &Norm<Self>, residual: Option<&CpuMatrix>) -> CpuMatrix {
        let mut out = self.lend(x.rows(), x.columns);
        self.each_row(&mut out, |row, y| {
            vector::rms_norm(x.row(row), &norm.weight.values, norm.offset, norm.epsilon, y);
            if let Some(residual) = residual {
                vector::add_scaled(y, 1.0, residual.row(row));
            }
        });
        out
    }

    pub(super) fn norm_rows_back(
        &self,
        x: &CpuMatrix,
        norm: &Norm<Self>,
        dy: &CpuMatrix,
        dx: Option<CpuMatrix>,
    ) -> CpuMatrix {
        let mut dx = dx.unwrap_or_else(|| self.lend_zeros(x.rows(), x.columns));
        self.each_row(&mut dx, |row, dx| {
            vector::rms_norm_backward(x.row(row), &norm.weight.values, norm.offset, norm.epsilon, dy.row(row), dx);
        });
        dx
    }

    pub(super) fn norm_heads(&self, qkv: &CpuMatrix, norms: &[Norm<Self>; 2], shape: &AttentionShape) -> CpuMatrix {
        let mut out = self.copy(qkv);
        self.each_row(&mut out, |row, out| {
            for (norm, head) in normed_heads(norms, shape) {
                let x = &qkv.row(row)[head.clone()];
                vector::rms_norm(x, &norm.weight.values, norm.offset, norm.epsilon, &mut out[head]);
            }
        });
        out
    }

    pub(super) fn norm_heads_back(
        &self,
        qkv: &CpuMatrix,
        norms: &[Norm<Self>; 2],
        shape: &AttentionShape,
        dy: &CpuMatrix,
    ) -> CpuMatrix {
        let mut d_qkv = self.copy(dy);
        self.each_row(&mut d_qkv, |row, d| {
            for (norm, head) in normed_heads(norms, shape) {
                let (x, dy, d) = (&qkv.row(row)[head.clone()], &dy.row(row)[head.clone()], &mut d[head]);
                d.fill(0.0);
                vector::rms_norm_backward(x, &norm.weight.values, norm.offset, norm.epsilon, dy, d);
            }
        });
        d_qkv
    }
}

/// The columns of each query head and each key head, with the norm of its kind.
pub(super) fn normed_heads<'a>(
    [query, key]: &'a [Norm<CpuBackend>; 2],
    shape: &AttentionShape,
) -> impl Iterator<Item = (&'a Norm<CpuBackend>, Range<usize>)> {
    let (heads, width) = (shape.heads, shape.head_dim);
    (0..heads + shape.key_value_heads)
        .map(move |head| (if head < heads { query } else { key }, head * width..(head + 1) * width))
}
