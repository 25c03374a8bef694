//! Attention over segments.

use candle_core::{D, Tensor};

use super::TensorBackend;
use crate::model::backend::{AttentionShape, Segment};

impl TensorBackend {
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

    /// softmax(scale·q·kᵀ) without the keys that a query does not see, \[heads, rows, keys\].
    fn probabilities(
        &self,
        queries: &Tensor,
        keys: &Tensor,
        shape: &AttentionShape,
    ) -> Result<Tensor, candle_core::Error> {
        let (rows, count) = (queries.dim(1)?, keys.dim(1)?);
        let hidden = |row: usize, key: usize| {
            let end = count - rows + row + 1;
            if key < shape.first_seen(end) || key >= end { f32::NEG_INFINITY } else { 0.0 }
        };
        let mask: Vec<f32> = (0..rows).flat_map(|row| (0..count).map(move |key| hidden(row, key))).collect();
        let mask = Tensor::from_vec(mask, (rows, count), &self.device)?;
        let scores = (queries.matmul(&keys.t()?)? * f64::from(shape.scale))?.broadcast_add(&mask)?;
        softmax(&scores)
    }

    pub(super) fn attend(
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

    pub(super) fn attend_back(
        &self,
        qkv: &Tensor,
        d_out: &Tensor,
        shape: &AttentionShape,
        segments: &[Segment],
    ) -> Result<Tensor, candle_core::Error> {
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
        d_qkv + Tensor::cat(&d_queries, 0)?.pad_with_zeros(1, 0, rest)?
    }
}

fn softmax(scores: &Tensor) -> Result<Tensor, candle_core::Error> {
    let exponentials = scores.broadcast_sub(&scores.max_keepdim(D::Minus1)?.detach())?.exp()?;
    exponentials.broadcast_div(&exponentials.sum_keepdim(D::Minus1)?)
}
