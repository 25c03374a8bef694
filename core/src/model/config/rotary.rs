//! Rotary embeddings: by which angle a position turns the pairs of a head.

use std::f64::consts::PI;
use std::sync::Arc;

/// How queries and keys are turned by their positions. Su et al. 2021.
#[derive(Debug, Clone, PartialEq)]
pub struct Rotary {
    /// Base of the frequencies.
    pub theta: f64,
    /// What is done to the frequencies.
    pub scaling: RopeScaling,
}

/// How rotary frequencies are changed for long sequences.
#[derive(Debug, Clone, PartialEq)]
pub enum RopeScaling {
    /// Not at all.
    None,
    /// Llama 3's rule: low frequencies are divided by a factor, high ones stay, those between are blended.
    Llama3 {
        /// What low frequencies are divided by.
        factor: f64,
        /// Waves longer than `original_max_positions / low_frequency_factor` are low.
        low_frequency_factor: f64,
        /// Waves shorter than `original_max_positions / high_frequency_factor` are high.
        high_frequency_factor: f64,
        /// Longest sequence before the scaling.
        original_max_positions: usize,
    },
    /// Each pair's frequency is divided by a number of its own: how a GGUF file has Llama 3's rule.
    Factors(Arc<[f32]>),
}

impl Rotary {
    /// Angle a position turns pair `i` of a head by, `[head_dim / 2]`, in float32 as transformers has it.
    pub fn inverse_frequencies(&self, head_dim: usize) -> Vec<f32> {
        let frequency = |pair: usize| {
            let exponent = (2 * pair) as f32 / head_dim as f32;
            1.0 / (self.theta.powf(f64::from(exponent)) as f32)
        };
        (0..head_dim / 2).map(|pair| self.scaling.apply(pair, frequency(pair))).collect()
    }
}

impl RopeScaling {
    /// The scaled frequency, in the float32 steps of transformers' `_compute_llama3_parameters`.
    fn apply(&self, pair: usize, frequency: f32) -> f32 {
        let (factor, low_frequency_factor, high_frequency_factor, original_max_positions) = match self {
            Self::None => return frequency,
            Self::Factors(factors) => return frequency / factors.get(pair).copied().unwrap_or(1.0),
            &Self::Llama3 { factor, low_frequency_factor, high_frequency_factor, original_max_positions } => {
                (factor, low_frequency_factor, high_frequency_factor, original_max_positions)
            }
        };
        let original = original_max_positions as f64;
        let wavelength = (2.0 * PI) as f32 / frequency;
        if wavelength > (original / low_frequency_factor) as f32 {
            return frequency / factor as f32;
        }
        if wavelength < (original / high_frequency_factor) as f32 {
            return frequency;
        }
        let range = (high_frequency_factor - low_frequency_factor) as f32;
        let smooth = (original as f32 / wavelength - low_frequency_factor as f32) / range;
        (1.0 - smooth) * frequency / factor as f32 + smooth * frequency
    }
}
