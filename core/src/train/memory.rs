//! Which of the two memory settings a run takes when it is left open.

use crate::domain::MemoryMode;
use crate::model::{DecoderConfig, Parameters};

/// Tokens that are computed together in training.
pub const PACK_TOKENS: usize = 512;

/// Keeps every activation where that takes at most half of the memory that is free now, else each layer's input.
pub fn choose(config: &DecoderConfig, trained: &Parameters, longest_row: usize) -> MemoryMode {
    // The weights are loaded already; what comes on top counts against what is free.
    match crate::doctor::examine().memory_available {
        Some(free) if 2 * needed_bytes(config, trained, longest_row) > free => MemoryMode::Small,
        _ => MemoryMode::Fast,
    }
}

/// Bytes of the activations of a pack when all are kept, and of what is trained with gradients and moments.
fn needed_bytes(config: &DecoderConfig, trained: &Parameters, longest_row: usize) -> u64 {
    let (head, hidden) = (config.head_dim, config.hidden_size);
    let qkv = (config.attention_heads + 2 * config.key_value_heads) * head;
    let output_norms =
        config.modules.norms.attention_output.iter().len() + config.modules.norms.feed_forward_output.iter().len();
    let row = (2 + output_norms) * hidden + qkv + config.attention_heads * head + 2 * config.intermediate_size;
    let tokens = longest_row.max(PACK_TOKENS);
    let trained: usize = trained.values().map(|parameter| parameter.values.len()).sum();
    4 * (config.layers * row * tokens + 6 * trained) as u64
}
