//! The most memory that a training has at once, buffer by buffer.
//!
//! The buffers are those of `model::decoder` and `model::cpu_backend`, in their order; what is counted must change when
//! they do. A test holds the whole against measured runs.

use crate::domain::{ForecastPart, MemoryMode};
use crate::model::{AdapterTarget, DecoderConfig, WeightPrecision};
use crate::train::{PACK_TOKENS, Survey};

/// The program itself with its libraries and threads' stacks, as measured with a model of a few thousand numbers.
const PROGRAM: u64 = 12 << 20;

/// Scratch of a thread: a widened panel and the products' packing buffers.
const THREAD: u64 = 3 << 20;

/// What a tokenizer takes in memory for each byte of its file, the reading included.
const TOKENIZER_TIMES: u64 = 12;

/// What a token of the data takes: its id, its text, and the same once more while it is read.
const DATA_BYTES_PER_TOKEN: u64 = 24;

/// What is held for each byte of buffers in use: the pool lends a larger buffer for a smaller request, and the system's
/// allocator does not hand back all that is freed between two others. Measured with glibc; where it is told to map every
/// buffer on its own (`MALLOC_MMAP_THRESHOLD_=131072`), the factor is 1.04.
const HELD: f64 = 1.25;

/// Rows whose logits exist at a time (`cpu_backend::head`).
const HEAD_ROWS: f64 = 64.0;

/// Tokens that go through a layer at a time while a prompt is read.
const ANSWERED_TOKENS: f64 = 512.0;

/// Sequences that are answered together.
const ANSWERED_SEQUENCES: f64 = 16.0;

const VALUE: f64 = 4.0;

/// Everything that decides the memory.
#[derive(Debug, Clone, Copy)]
pub struct MemoryWork<'a> {
    /// What the model is made of.
    pub config: &'a DecoderConfig,
    /// What its weights are kept in.
    pub precision: WeightPrecision,
    /// Bytes of its weights, where that is not what the precision says.
    pub kept_bytes: Option<u64>,
    /// The modules that get an adapter.
    pub targets: &'a [AdapterTarget],
    /// Whether every weight is trained.
    pub full: bool,
    /// Tokens of the longest pack.
    pub tokens: f64,
    /// Tokens of a pack whose probability is computed, at most.
    pub targets_a_pack: f64,
    /// What is kept for the way back.
    pub memory: MemoryMode,
    /// Threads that compute.
    pub threads: usize,
    /// The tokenizer's file, in bytes.
    pub tokenizer_bytes: u64,
    /// Tokens of all the data.
    pub data_tokens: u64,
}

impl<'a> MemoryWork<'a> {
    /// Of a training with this memory setting.
    pub fn of(survey: &'a Survey, memory: MemoryMode, threads: usize) -> Self {
        let work = &survey.workload;
        Self {
            config: &survey.config,
            precision: survey.precision,
            kept_bytes: survey.kept_bytes,
            targets: &survey.targets,
            full: survey.settings.full,
            // The reference pass fills its packs with rows that stand side by side in the data, whatever a step takes.
            tokens: work.largest_pack.tokens.max((PACK_TOKENS as f64).min(work.data.tokens) * 0.5),
            targets_a_pack: work.largest_pack.targets,
            memory,
            threads,
            tokenizer_bytes: survey.tokenizer_bytes,
            data_tokens: work.data.tokens as u64,
        }
    }
}

/// What the memory is made of; [`total`] sums it.
pub fn predict(work: &MemoryWork<'_>) -> Vec<ForecastPart> {
    let text = work.tokenizer_bytes * TOKENIZER_TIMES + work.data_tokens * DATA_BYTES_PER_TOKEN;
    let trained = if work.full {
        ("their copy by name, gradients and moments", full_bytes(work.config))
    } else {
        ("the adapter with gradients and moments", adapter_bytes(work.targets))
    };
    let parts = [
        ("the program", PROGRAM + THREAD * work.threads as u64),
        ("the model's weights", work.kept_bytes.unwrap_or_else(|| weight_bytes(work.config, work.precision))),
        trained,
        ("what a pack of tokens keeps and computes", (activation_values(work) * VALUE * HELD) as u64),
        ("tokenizer and data", text),
    ];
    parts.into_iter().map(|(name, bytes)| ForecastPart { name: name.to_owned(), bytes }).collect()
}

/// The most memory of a model that answers: its weights, the keys and values of so many tokens, what a prompt computes.
pub fn answering(
    config: &DecoderConfig,
    weight_bytes: u64,
    cached_tokens: usize,
    tokenizer_bytes: u64,
    threads: usize,
) -> u64 {
    let widths = LayerWidths::new(config, &[]);
    let keys = (config.key_value_heads * config.head_dim) as f64;
    let cache = 2.0 * keys * config.layers as f64 * cached_tokens as f64;
    // A long prompt goes through a layer at a time, with nothing kept; logits of the sequences that go together.
    let computed = ANSWERED_TOKENS * (widths.activations() + widths.forward())
        + ANSWERED_SEQUENCES * config.vocabulary_size as f64;
    let program = PROGRAM + THREAD * threads as u64 + tokenizer_bytes * TOKENIZER_TIMES;
    program + weight_bytes + ((cache + computed) * VALUE * HELD) as u64
}

/// The sum of the parts.
pub fn total(parts: &[ForecastPart]) -> u64 {
    parts.iter().map(|part| part.bytes).sum()
}

/// Matrices in their precision, norms and biases in f32.
pub fn weight_bytes(config: &DecoderConfig, precision: WeightPrecision) -> u64 {
    let bytes = |shape: &[usize]| match *shape {
        [rows, inputs] => precision.bytes(rows, inputs),
        _ => 4 * shape.iter().product::<usize>() as u64,
    };
    config.tensors().iter().map(|(_, shape)| bytes(shape)).sum()
}

/// Numbers in an adapter.
pub fn adapter_values(targets: &[AdapterTarget]) -> u64 {
    targets.iter().map(|target| (target.rank * (target.module.in_features + target.module.out_features)) as u64).sum()
}

/// Seven times an adapter's numbers: the factors as parameters, by module and as stacks on the decoder, their gradients as
/// stacks and by name, two moments.
fn adapter_bytes(targets: &[AdapterTarget]) -> u64 {
    (7.0 * VALUE * HELD * adapter_values(targets) as f64) as u64
}

/// Numbers that are trained.
pub fn trained_values(survey: &Survey) -> u64 {
    if survey.settings.full { survey.config.parameter_count() } else { adapter_values(&survey.targets) }
}

/// Five times every weight, beside those on the decoder: by name, their gradients as stacks and by name, two moments.
fn full_bytes(config: &DecoderConfig) -> u64 {
    (5.0 * VALUE * HELD * config.parameter_count() as f64) as u64
}

/// Numbers a token in each buffer of a layer.
struct LayerWidths {
    hidden: f64,
    queries: f64,
    qkv: f64,
    intermediate: f64,
    /// What the output norms were given.
    before_norms: f64,
    /// The turned queries, keys and values, where heads have norms and the projection's own are kept.
    turned: f64,
    /// x·Aᵀ of all stacks.
    low_rank: f64,
}

impl LayerWidths {
    fn new(config: &DecoderConfig, targets: &[AdapterTarget]) -> Self {
        let ranks = |layer: usize| {
            targets.iter().filter(|target| target.layer == layer).map(|target| target.rank).sum::<usize>()
        };
        let norms = &config.modules.norms;
        let output_norms = [norms.attention_output, norms.feed_forward_output].into_iter().flatten().count();
        let qkv = ((config.attention_heads + 2 * config.key_value_heads) * config.head_dim) as f64;
        Self {
            hidden: config.hidden_size as f64,
            queries: (config.attention_heads * config.head_dim) as f64,
            qkv,
            before_norms: (output_norms * config.hidden_size) as f64,
            turned: if norms.query_key.is_some() { qkv } else { 0.0 },
            intermediate: config.intermediate_size as f64,
            low_rank: (0..config.layers).map(ranks).max().unwrap_or(0) as f64,
        }
    }

    /// `decoder::Activations`: input, qkv, attended, `before_norms`, middle, `gate_up`, `low_rank`.
    fn activations(&self) -> f64 {
        2.0 * self.hidden + self.before_norms + self.qkv + self.queries + 2.0 * self.intermediate + self.low_rank
    }

    /// What comes on top of the activations at the end of a layer's way forward: the activated, the output.
    fn forward(&self) -> f64 {
        self.intermediate + self.hidden
    }

    /// The most that comes on top of the activations on a layer's way back, `Decoder::layer_backward` moment by moment.
    fn backward(&self) -> f64 {
        let Self { hidden, queries, qkv, intermediate, turned, low_rank, .. } = self;
        // d_out, activated, d_activated and its low-rank gradient.
        let down = hidden + 2.0 * intermediate + low_rank;
        // d_out, d_activated, d_gate_up.
        let activation = hidden + 3.0 * intermediate;
        // gate_up is gone; d_out, normed, d_gate_up, d_normed and its low-rank gradient.
        let gate_up = 3.0 * hidden + low_rank;
        // gate_up and middle are gone; d_middle, d_attended, d_qkv, and for each head its keys' and values' gradients.
        let attention = hidden + queries + qkv + 2.0 * turned + 2.0 * queries - 2.0 * intermediate;
        down.max(activation).max(gate_up).max(attention)
    }
}

/// The most numbers that are in use at once between the beginning of a pack and its end.
fn activation_values(work: &MemoryWork<'_>) -> f64 {
    let widths = LayerWidths::new(work.config, work.targets);
    let layers = work.config.layers as f64;
    let (tokens, targets) = (work.tokens, work.targets_a_pack);
    let rotary = tokens * work.config.head_dim as f64;
    let head_rows = targets.min(HEAD_ROWS);
    // The last layer's output; gathered, normed and slopes of the targets; a chunk's rows, logits and their way back.
    let head = tokens * widths.hidden
        + 3.0 * targets * widths.hidden
        + head_rows * (2.0 * widths.hidden + work.config.vocabulary_size as f64);
    let most = if work.memory == MemoryMode::Small {
        let others = (layers - 1.0) * widths.hidden * tokens;
        // The layer that is computed again has the gradient of its output beside it.
        let again = widths.activations() + (widths.forward() + widths.hidden).max(widths.backward());
        (others + widths.hidden * tokens + head).max(others + again * tokens)
    } else {
        let kept = layers * widths.activations() * tokens;
        kept + head.max(widths.backward() * tokens)
    };
    rotary + most
}

#[cfg(test)]
pub(super) mod tests;
