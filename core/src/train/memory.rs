//! Which of the two memory settings a run takes when it is left open.

use crate::domain::MemoryMode;
use crate::model::{DecoderConfig, LoraPairs};

/// Tokens that are computed together in training.
pub const PACK_TOKENS: usize = 512;

/// Keeps every activation where that takes at most half of the memory that is free now, else each layer's input.
pub fn choose(config: &DecoderConfig, adapter: &LoraPairs, longest_pair: usize) -> MemoryMode {
    // The weights are loaded already; what comes on top counts against what is free.
    match crate::doctor::examine().memory_available {
        Some(free) if 2 * needed_bytes(config, adapter, longest_pair) > free => MemoryMode::Small,
        _ => MemoryMode::Fast,
    }
}

/// Bytes of the activations of a pack when all are kept, and of the adapter with gradients and moments.
fn needed_bytes(config: &DecoderConfig, adapter: &LoraPairs, longest_pair: usize) -> u64 {
    let (head, hidden) = (config.head_dim, config.hidden_size);
    let qkv = (config.attention_heads + 2 * config.key_value_heads) * head;
    let output_norms =
        config.modules.norms.attention_output.iter().len() + config.modules.norms.feed_forward_output.iter().len();
    let row = (2 + output_norms) * hidden + qkv + config.attention_heads * head + 2 * config.intermediate_size;
    let tokens = longest_pair.max(PACK_TOKENS);
    let adapter: usize = adapter.values().map(|pair| pair.a.len() + pair.b.len()).sum();
    4 * (config.layers * row * tokens + 6 * adapter) as u64
}
