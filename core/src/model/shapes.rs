//! The shapes of well-known models, for measuring without their weights.

use super::config::{Activation, DecoderConfig, LayerAttention, RopeScaling, Rotary};
use super::families::USUAL_MODULES;

/// A model's shape that can be measured.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// Its name on the command line.
    pub id: &'static str,
    /// What people call the model.
    pub title: &'static str,
    /// What it is made of.
    pub config: fn() -> DecoderConfig,
}

/// Every shape that can be measured; the first is the usual one.
pub const SHAPES: &[Shape] = &[
    Shape { id: "smollm2-135m", title: "SmolLM2-135M", config: smollm2_135m },
    Shape { id: "smollm2-360m", title: "SmolLM2-360M", config: smollm2_360m },
    Shape { id: "qwen2.5-0.5b", title: "Qwen2.5-0.5B", config: qwen2_5_0_5b },
    Shape { id: "qwen2.5-1.5b", title: "Qwen2.5-1.5B", config: qwen2_5_1_5b },
];

/// Every layer sees all that stands before, with rotary angles of this base.
fn everywhere(theta: f64, layers: usize) -> Vec<LayerAttention> {
    let rotary = Rotary { theta, scaling: RopeScaling::None };
    vec![LayerAttention { window: None, rotary: Some(rotary) }; layers]
}

/// SmolLM2-135M: 30 layers of width 576, 134.5 million parameters.
pub fn smollm2_135m() -> DecoderConfig {
    DecoderConfig {
        family: "llama",
        vocabulary_size: 49_152,
        hidden_size: 576,
        intermediate_size: 1536,
        layers: 30,
        attention_heads: 9,
        key_value_heads: 3,
        head_dim: 64,
        norm_epsilon: 1e-5,
        norm_offset: 0.0,
        score_scale: 0.125,
        attention: everywhere(100_000.0, 30),
        activation: Activation::Silu,
        scaled_embeddings: false,
        padding_token: None,
        max_positions: 8192,
        tied_embeddings: true,
        query_key_value_bias: false,
        output_bias: false,
        mlp_bias: false,
        modules: USUAL_MODULES,
    }
}

/// SmolLM2-360M: 32 layers of width 960, 361.8 million parameters.
pub fn smollm2_360m() -> DecoderConfig {
    DecoderConfig {
        hidden_size: 960,
        intermediate_size: 2560,
        layers: 32,
        attention_heads: 15,
        key_value_heads: 5,
        attention: everywhere(100_000.0, 32),
        ..smollm2_135m()
    }
}

/// Qwen2.5-0.5B: 24 layers of width 896, 494.0 million parameters.
pub fn qwen2_5_0_5b() -> DecoderConfig {
    DecoderConfig {
        family: "qwen2",
        vocabulary_size: 151_936,
        hidden_size: 896,
        intermediate_size: 4864,
        layers: 24,
        attention_heads: 14,
        key_value_heads: 2,
        norm_epsilon: 1e-6,
        attention: everywhere(1_000_000.0, 24),
        max_positions: 32_768,
        query_key_value_bias: true,
        ..smollm2_135m()
    }
}

/// Qwen2.5-1.5B: 28 layers of width 1536, 1543.7 million parameters.
pub fn qwen2_5_1_5b() -> DecoderConfig {
    DecoderConfig {
        hidden_size: 1536,
        intermediate_size: 8960,
        layers: 28,
        attention_heads: 12,
        head_dim: 128,
        score_scale: (128.0f32).powf(-0.5),
        attention: everywhere(1_000_000.0, 28),
        ..qwen2_5_0_5b()
    }
}
