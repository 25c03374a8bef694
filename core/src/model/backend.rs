//! What a decoder is computed with: about a dozen operations, each with its way back written out.
//!
//! The decoder is written once over [`Backend`]. [`super::tensor_backend::TensorBackend`] has the operations as tensor
//! formulas and runs on every device; [`super::cpu_backend::CpuBackend`] has them by hand for the processor, and
//! `CudaBackend` for NVIDIA's cards. Tests hold these to the first, and the first to automatic differentiation.
//!
//! Matrices are f32, \[rows, columns\], one row a token. A weight's own gradient is an operation of its own, so
//! that none is computed for a frozen one.

use std::ops::Range;

use half::bf16;

use super::config::Activation;
use super::quantized::QuantizedWeight;
use crate::domain::DeviceChoice;

/// An operation failed on its device: out of memory, or a fault of the driver.
#[derive(Debug, thiserror::Error)]
#[error("the computation failed on the device: {0}")]
pub struct BackendError(#[from] pub candle_core::Error);

/// Queries, and the keys they see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// The queries' rows.
    pub rows: Range<usize>,
    /// Rows of the keys in their order. The last `rows.len()` of them are the queries' own tokens: each query sees the
    /// keys up to its own, or as many of them as the shape's window lets it.
    pub keys: Vec<Range<usize>>,
}

impl Segment {
    /// Keys that the last query sees.
    pub fn key_count(&self) -> usize {
        self.keys.iter().map(Range::len).sum()
    }
}

/// How heads stand in a row of queries, keys and values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AttentionShape {
    /// Query heads.
    pub heads: usize,
    /// Key heads, and value heads: a divisor of the query heads.
    pub key_value_heads: usize,
    /// Values a head.
    pub head_dim: usize,
    /// Scores are multiplied with this before the softmax.
    pub scale: f32,
    /// Keys that a query sees, its own and those just before it; all where there is no window.
    pub window: Option<usize>,
}

impl AttentionShape {
    /// Query heads that share a key head.
    pub fn group(&self) -> usize {
        self.heads / self.key_value_heads
    }

    /// Where the keys begin that a query sees, of the `seen` keys up to its own.
    pub fn first_seen(&self, seen: usize) -> usize {
        self.window.map_or(0, |window| seen.saturating_sub(window))
    }

    /// Columns of queries, keys and values together.
    pub fn columns(&self) -> usize {
        (self.heads + 2 * self.key_value_heads) * self.head_dim
    }
}

/// Values of a frozen weight on their way to a backend, row-major \[outputs, inputs\].
#[derive(Debug, Clone)]
pub enum WeightData {
    /// Kept in 4 bytes.
    F32(Vec<f32>),
    /// Kept in 2 bytes.
    Bf16(Vec<bf16>),
    /// Kept in blocks of a few bits a number.
    Quantized(QuantizedWeight),
}

/// Names a dropout mask: the same name gives the same mask, so that nothing has to be kept for the way back.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dropout {
    /// Share of inputs that is left out.
    pub probability: f32,
    /// The run's seed mixed with the step, the batch and the layer.
    pub key: u64,
}

impl Dropout {
    /// What a module's mask is made of: an input is left out where the upper half of `mix(key + place)` is below the
    /// threshold; the others are multiplied with the last.
    pub fn mask_parts(&self, module: usize) -> (u64, u64, f32) {
        let key = crate::random::mix(self.key ^ (module as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let threshold = (f64::from(self.probability) * 2f64.powi(32)) as u64;
        (key, threshold, 1.0 / (1.0 - self.probability))
    }

    /// The mask of one module over a matrix: 0 where an input is left out, 1 / (1 − p) elsewhere.
    pub fn mask(&self, module: usize, rows: usize, columns: usize) -> Vec<f32> {
        let (key, threshold, kept) = self.mask_parts(module);
        let draw = |index: u64| crate::random::mix(key.wrapping_add(index)) >> 32;
        (0..(rows * columns) as u64).map(|index| if draw(index) < threshold { 0.0 } else { kept }).collect()
    }
}

/// A norm's weight, and what is added where.
#[derive(Debug)]
pub struct Norm<B: Backend> {
    /// \[1, width\].
    pub weight: B::Matrix,
    /// Added to the weight.
    pub offset: f32,
    /// Added to the mean square.
    pub epsilon: f32,
}

/// Linear modules that read the same input, stacked: their frozen weight, biases, and LoRA factors.
#[derive(Debug)]
pub struct Linear<B: Backend> {
    /// \[sum of outputs, inputs\].
    pub weight: B::Weight,
    /// \[1, sum of outputs\].
    pub bias: Option<B::Matrix>,
    /// LoRA factors, where any module has them.
    pub lora: Option<LoraFactors<B>>,
}

/// The LoRA factors of stacked modules: y += scale · (x·Aᵀ)·Bᵀ a module. Hu et al. 2021.
#[derive(Debug)]
pub struct LoraFactors<B: Backend> {
    /// \[sum of ranks, inputs\]: all A, stacked.
    pub a: B::Matrix,
    /// The adapted modules.
    pub parts: Vec<LoraPart<B>>,
}

/// One adapted module of a stack.
#[derive(Debug)]
pub struct LoraPart<B: Backend> {
    /// \[outputs, rank\].
    pub b: B::Matrix,
    /// Its columns of the stacked output.
    pub outputs: Range<usize>,
    /// Its rows of the stacked A.
    pub ranks: Range<usize>,
    /// alpha / rank, or alpha / √rank.
    pub scale: f32,
}

/// Sums of the gradients of [`LoraFactors`], in the same shapes.
#[derive(Debug)]
pub struct LoraGradients<B: Backend> {
    /// Of all A, stacked.
    pub a: B::Matrix,
    /// Of each part's B.
    pub b: Vec<B::Matrix>,
}

/// Sums of the gradients of a [`Linear`]'s own weight and bias.
#[derive(Debug)]
pub struct LinearGradients<B: Backend> {
    /// \[sum of outputs, inputs\].
    pub weight: B::Matrix,
    /// \[1, sum of outputs\].
    pub bias: Option<B::Matrix>,
}

/// The operations of a decoder on one kind of device.
pub trait Backend: Sized + Send + Sync {
    /// \[rows, columns\] of f32.
    type Matrix: std::fmt::Debug + Send + Sync;
    /// A frozen weight \[outputs, inputs\].
    type Weight: std::fmt::Debug + Send + Sync;
    /// Keys and values of one layer while decoding: rows are slots.
    type Cache: Send + Sync;

    /// Puts values on the device.
    fn matrix(&self, values: &[f32], columns: usize) -> Result<Self::Matrix, BackendError>;
    /// Takes values off the device.
    fn values(&self, matrix: &Self::Matrix) -> Result<Vec<f32>, BackendError>;
    /// Puts a frozen weight on the device.
    fn weight(&self, data: WeightData, outputs: usize, inputs: usize) -> Result<Self::Weight, BackendError>;

    /// Takes a weight off the device, row by row, in f32.
    fn weight_values(&self, weight: &Self::Weight) -> Result<Vec<f32>, BackendError>;

    /// Rows of `table` times `scale`, one an id.
    fn embedding(&self, table: &Self::Weight, ids: &[u32], scale: f32) -> Result<Self::Matrix, BackendError>;

    /// `residual` + x·Wᵀ + bias + LoRA, and x·Aᵀ for the way back (with dropout: of the dropped x).
    /// The adapter counts where `adapted`.
    fn linear(
        &self,
        linear: &Linear<Self>,
        x: &Self::Matrix,
        residual: Option<&Self::Matrix>,
        adapted: bool,
        dropout: Option<Dropout>,
    ) -> Result<(Self::Matrix, Option<Self::Matrix>), BackendError>;
    /// The gradient of x from the gradient of y; the LoRA factors' gradients are added to `gradients`. `low_rank` is
    /// what [`Self::linear`] gave.
    fn linear_backward(
        &self,
        linear: &Linear<Self>,
        x: &Self::Matrix,
        low_rank: Option<&Self::Matrix>,
        dy: &Self::Matrix,
        dropout: Option<Dropout>,
        gradients: Option<&mut LoraGradients<Self>>,
    ) -> Result<Self::Matrix, BackendError>;

    /// `residual` + x / √(mean(x²) + epsilon) · (weight + offset), a row at a time.
    fn rms_norm(
        &self,
        x: &Self::Matrix,
        norm: &Norm<Self>,
        residual: Option<&Self::Matrix>,
    ) -> Result<Self::Matrix, BackendError>;
    /// `dx` + the gradient of x.
    fn rms_norm_backward(
        &self,
        x: &Self::Matrix,
        norm: &Norm<Self>,
        dy: &Self::Matrix,
        dx: Option<Self::Matrix>,
    ) -> Result<Self::Matrix, BackendError>;

    /// The norm of each query head, and that of each key head; values stay.
    fn head_norm(
        &self,
        qkv: &Self::Matrix,
        norms: &[Norm<Self>; 2],
        shape: &AttentionShape,
    ) -> Result<Self::Matrix, BackendError>;
    /// The gradient of `qkv`.
    fn head_norm_backward(
        &self,
        qkv: &Self::Matrix,
        norms: &[Norm<Self>; 2],
        shape: &AttentionShape,
        dy: &Self::Matrix,
    ) -> Result<Self::Matrix, BackendError>;

    /// Rotates queries and keys by `cosines` and `sines` \[rows, `head_dim` / 2\]; values stay. `direction` is 1, or −1
    /// for the way back.
    fn rotary(
        &self,
        qkv: Self::Matrix,
        cosines: &Self::Matrix,
        sines: &Self::Matrix,
        shape: &AttentionShape,
        direction: f32,
    ) -> Result<Self::Matrix, BackendError>;

    /// Attention among the rows of `qkv`; \[rows, heads · `head_dim`\].
    fn attention(
        &self,
        qkv: &Self::Matrix,
        shape: &AttentionShape,
        segments: &[Segment],
    ) -> Result<Self::Matrix, BackendError>;
    /// The gradient of `qkv`.
    fn attention_backward(
        &self,
        qkv: &Self::Matrix,
        out: &Self::Matrix,
        d_out: &Self::Matrix,
        shape: &AttentionShape,
        segments: &[Segment],
    ) -> Result<Self::Matrix, BackendError>;

    /// An empty cache.
    fn cache(&self, shape: &AttentionShape) -> Result<Self::Cache, BackendError>;
    /// Writes the keys and values of each row of `qkv` into its slot, growing the cache where needed.
    fn cache_write(
        &self,
        cache: &mut Self::Cache,
        qkv: &Self::Matrix,
        shape: &AttentionShape,
        slots: &[usize],
    ) -> Result<(), BackendError>;
    /// Attention of the queries in `qkv` to the cache; the segments' keys are slots.
    fn cached_attention(
        &self,
        qkv: &Self::Matrix,
        cache: &Self::Cache,
        shape: &AttentionShape,
        segments: &[Segment],
    ) -> Result<Self::Matrix, BackendError>;

    /// activation(gate)·up of rows that hold the gates, then the ups.
    fn gated_activation(&self, gate_up: &Self::Matrix, activation: Activation) -> Result<Self::Matrix, BackendError>;
    /// The gradient of `gate_up`.
    fn gated_activation_backward(
        &self,
        gate_up: &Self::Matrix,
        activation: Activation,
        d_out: &Self::Matrix,
    ) -> Result<Self::Matrix, BackendError>;

    /// Chosen rows, in the order given.
    fn gather_rows(&self, x: &Self::Matrix, rows: &[usize]) -> Result<Self::Matrix, BackendError>;
    /// A matrix of `total` rows in which row `rows[i]` is the sum of the rows i of `x`.
    fn scatter_rows(&self, x: &Self::Matrix, rows: &[usize], total: usize) -> Result<Self::Matrix, BackendError>;
    /// Each row times its factor.
    fn scale_rows(&self, x: Self::Matrix, factors: &[f32]) -> Result<Self::Matrix, BackendError>;

    /// log softmax(x·Eᵀ)\[target\] a row, and, with `gradient`, its gradient by x: E\[target\] − softmax(x·Eᵀ)·E. In
    /// chunks: a \[rows, vocabulary\] matrix never exists whole.
    fn log_probabilities(
        &self,
        head: &Self::Weight,
        x: &Self::Matrix,
        targets: &[u32],
        gradient: bool,
    ) -> Result<(Vec<f32>, Option<Self::Matrix>), BackendError>;
    /// x·Eᵀ, \[rows, vocabulary\]: for sampling.
    fn logits(&self, head: &Self::Weight, x: &Self::Matrix) -> Result<Vec<f32>, BackendError>;

    /// Adds the gradients of a linear module's weight and bias: dyᵀ·x, and the sum of the rows of dy.
    fn linear_weight_backward(
        &self,
        x: &Self::Matrix,
        dy: &Self::Matrix,
        gradients: &mut LinearGradients<Self>,
    ) -> Result<(), BackendError>;
    /// Adds the gradient of a norm's weight: the sum of dy·x / √(mean(x²) + epsilon) over the rows.
    fn rms_norm_weight_backward(
        &self,
        x: &Self::Matrix,
        norm: &Norm<Self>,
        dy: &Self::Matrix,
        d_weight: &mut Self::Matrix,
    ) -> Result<(), BackendError>;
    /// Adds the gradients of the weights of the norms of query heads and of key heads.
    fn head_norm_weight_backward(
        &self,
        qkv: &Self::Matrix,
        norms: &[Norm<Self>; 2],
        shape: &AttentionShape,
        dy: &Self::Matrix,
        d_weights: &mut [Self::Matrix; 2],
    ) -> Result<(), BackendError>;
    /// Adds each row of `dx` to the row of `d_table` that its id names.
    fn embedding_weight_backward(
        &self,
        ids: &[u32],
        dx: &Self::Matrix,
        d_table: &mut Self::Matrix,
    ) -> Result<(), BackendError>;
    /// Adds the head's gradient, where `factors` are the loss's derivatives by each log-probability:
    /// (factor·(onehot(target) − softmax(x·Eᵀ)))ᵀ·x. The logits are computed again, in chunks.
    fn head_weight_backward(
        &self,
        head: &Self::Weight,
        x: &Self::Matrix,
        targets: &[u32],
        factors: &[f32],
        d_head: &mut Self::Matrix,
    ) -> Result<(), BackendError>;

    /// What it computes on.
    fn device(&self) -> DeviceChoice;

    /// How many times the tokens this backend takes at once in training that the processor takes: more where starting an
    /// operation costs about as much as doing it.
    fn pack_factor(&self) -> usize {
        1
    }

    /// Runs `work` where the operations run: work that calls many of them saves the way in and out for each.
    fn run<R: Send>(&self, work: impl FnOnce() -> R + Send) -> R {
        work()
    }

    /// As [`Self::run`], for work that consists of small operations one behind the other, as decoding does: they find
    /// the processor's threads awake.
    fn run_steps<R: Send>(&self, work: impl FnOnce() -> R + Send) -> R {
        self.run(work)
    }

    /// A matrix of zeros.
    fn zeros(&self, rows: usize, columns: usize) -> Result<Self::Matrix, BackendError> {
        self.matrix(&vec![0.0; rows * columns], columns)
    }
}
