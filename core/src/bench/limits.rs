//! What the machine can do at most, and how much of it a training needs.

use std::time::Instant;

use serde_json::{Map, Value, json};

use crate::model::backend::{Backend, BackendError, Linear};
use crate::model::decoder::WeightSource;
use crate::model::{DecoderConfig, RandomWeights, WeightPrecision};
use crate::train::TokenizedRow;

/// Rows of the product that is measured: the tokens of a pair.
const ROWS: usize = 384;
/// Outputs and inputs of its weight.
const SIDE: usize = 1536;
/// Products that are timed together.
const RUN: usize = 4;

/// Multiplications with an addition a second, times two, in the engine's own product with a frozen weight: the limit of
/// everything that consists of such products.
pub fn operations_a_second<B: Backend>(backend: &B, precision: WeightPrecision) -> Result<f64, BackendError> {
    let data = RandomWeights { precision }.stacked(&["limit".to_owned()], &[SIDE], SIDE)?;
    let linear = Linear { weight: backend.weight(data, SIDE, SIDE)?, bias: None, lora: None };
    let x = backend.matrix(&vec![0.5; ROWS * SIDE], SIDE)?;
    let mut best = f64::INFINITY;
    for _ in 0..12 {
        let start = Instant::now();
        let (mut y, _) = backend.linear(&linear, &x, None, false, None)?;
        for _ in 1..RUN {
            y = backend.linear(&linear, &x, None, false, None)?.0;
        }
        // A graphics processor has done its work when a value of the last product is here.
        std::hint::black_box(backend.values(&backend.gather_rows(&y, &[0])?)?);
        best = best.min(start.elapsed().as_secs_f64() / RUN as f64);
    }
    Ok((2 * ROWS * SIDE * SIDE) as f64 / best)
}

/// How many operations a training step takes, for all its pairs together.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Operations {
    /// Products with frozen weights, and the head.
    pub products: f64,
    /// Scores, and what is made of them.
    pub attention: f64,
}

impl Operations {
    /// Of a step over these pairs: once forward and once back; with `small` the layers go forward twice.
    pub fn of(config: &DecoderConfig, pairs: &[TokenizedRow], small: bool) -> Self {
        let layer: usize = config.linear_modules().iter().map(|module| module.in_features * module.out_features).sum();
        let (passes, attention_passes) = if small { (3.0, 9.0) } else { (2.0, 7.0) };
        let mut all = Self::default();
        for pair in pairs {
            let prompt = pair.prompt_ids.len() as f64;
            // A causal sequence of n tokens sees n / 2 keys a token on average.
            let (mut tokens, mut keys, mut targets) = (prompt, prompt * prompt / 2.0, 0.0);
            for answer in &pair.completions {
                let length = answer.len() as f64;
                tokens += length;
                targets += length;
                keys += length * (prompt + length / 2.0);
            }
            let width = (config.attention_heads * config.head_dim) as f64;
            let head = (config.vocabulary_size * config.hidden_size) as f64;
            all.products += 2.0 * (passes * tokens * (layer * config.layers) as f64 + 2.0 * targets * head);
            all.attention += 2.0 * attention_passes * keys * width * config.layers as f64;
        }
        all
    }
}

/// Adds what the processor reads at most, and how much of it decoding does.
pub fn compare_with_memory(figures: &mut Map<String, Value>, bandwidth: f64) {
    let decoding = figures.get("decode_gigabytes_per_second").and_then(Value::as_f64).unwrap_or(0.0);
    figures.insert("read_gigabytes_per_second".to_owned(), json!(bandwidth / 1e9));
    figures.insert("decode_share_of_read_bandwidth".to_owned(), json!(1e9 * decoding / bandwidth));
}

/// Most memory that this process had at once, in bytes, where the system tells.
pub fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kibibytes| kibibytes * 1024)
}
