//! RMS norms of rows and of heads.

use candle_core::Tensor;

use super::TensorBackend;
use crate::model::backend::{AttentionShape, Norm};

/// 1 / √(mean(x²) + epsilon) of each row.
pub fn inverse_rms(x: &Tensor, epsilon: f32) -> Result<Tensor, candle_core::Error> {
    (x.sqr()?.mean_keepdim(1)? + f64::from(epsilon))?.sqrt()?.recip()
}

/// The norm of each row.
pub fn normed(x: &Tensor, norm: &Norm<TensorBackend>) -> Result<Tensor, candle_core::Error> {
    x.broadcast_mul(&inverse_rms(x, norm.epsilon)?)?.broadcast_mul(&(&norm.weight + f64::from(norm.offset))?)
}

/// Its gradient by x.
pub fn normed_back(x: &Tensor, norm: &Norm<TensorBackend>, dy: &Tensor) -> Result<Tensor, candle_core::Error> {
    let inverse = inverse_rms(x, norm.epsilon)?;
    let weighted = dy.broadcast_mul(&(&norm.weight + f64::from(norm.offset))?)?;
    let along = ((x * &weighted)?.mean_keepdim(1)? * inverse.powf(3.0)?)?;
    weighted.broadcast_mul(&inverse)? - x.broadcast_mul(&along)?
}

/// Rows of queries, keys and values as rows of heads, \[rows · heads, width\] each.
pub fn split_heads(qkv: &Tensor, shape: &AttentionShape) -> Result<[Tensor; 3], candle_core::Error> {
    let width = shape.head_dim;
    let part = |start: usize, heads: usize| qkv.narrow(1, start * width, heads * width)?.reshape(((), width));
    let (heads, shared) = (shape.heads, shape.key_value_heads);
    Ok([part(0, heads)?, part(heads, shared)?, part(heads + shared, shared)?])
}

/// The way back of [`split_heads`].
pub fn join_heads(parts: [Tensor; 3], shape: &AttentionShape) -> Result<Tensor, candle_core::Error> {
    let [queries, keys, values] = parts;
    let (heads, shared) = (shape.heads * shape.head_dim, shape.key_value_heads * shape.head_dim);
    let rows = [queries.reshape(((), heads))?, keys.reshape(((), shared))?, values.reshape(((), shared))?];
    Tensor::cat(&rows, 1)
}
