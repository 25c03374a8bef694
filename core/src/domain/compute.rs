//! Where and how numbers are computed.

use serde::{Deserialize, Serialize};

/// The device a job runs on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeviceChoice {
    /// The fastest that this build and machine have.
    #[default]
    Auto,
    /// The processor.
    Cpu,
    /// An NVIDIA card.
    Cuda,
    /// An Apple graphics processor.
    Metal,
}

/// How frozen weights are kept. Sums are always made in f32.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DtypeChoice {
    /// As in the file: f32 files in f32, half-precision files in bf16.
    #[default]
    Auto,
    /// 4 bytes a weight.
    F32,
    /// 2 bytes a weight.
    Bf16,
    /// Blocks of 32 weights with 8 bits each and a scale: a little more than a byte a weight.
    #[serde(rename = "q8_0")]
    Q8_0,
    /// Blocks of 256 weights with 4 bits each and scales: between 4 and 5 bits a weight.
    #[serde(rename = "q4_k")]
    Q4K,
}

impl DtypeChoice {
    /// Every choice.
    pub const ALL: [Self; 5] = [Self::Auto, Self::F32, Self::Bf16, Self::Q8_0, Self::Q4K];

    /// Its name on the command line and in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::F32 => "f32",
            Self::Bf16 => "bf16",
            Self::Q8_0 => "q8_0",
            Self::Q4K => "q4_k",
        }
    }
}

/// Settings that every command with a model takes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ComputeSettings {
    /// The device.
    pub device: DeviceChoice,
    /// The weights' precision.
    pub dtype: DtypeChoice,
    /// Threads; `None` takes every core.
    pub threads: Option<usize>,
}

/// What the weights of a GGUF file are kept in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GgufType {
    /// 4 bytes a weight.
    F32,
    /// 2 bytes a weight, fine enough for every use.
    #[default]
    F16,
    /// 2 bytes a weight, with the range of f32.
    Bf16,
    /// A little more than a byte a weight.
    #[serde(rename = "q8_0")]
    Q8_0,
    /// Between 4 and 5 bits a weight, a few of them in 6.
    #[serde(rename = "q4_k_m")]
    Q4KM,
}

impl GgufType {
    /// Every form, the finest first.
    pub const ALL: [Self; 5] = [Self::F32, Self::F16, Self::Bf16, Self::Q8_0, Self::Q4KM];

    /// Its name on the command line and in files' names.
    pub fn name(self) -> &'static str {
        match self {
            Self::F32 => "f32",
            Self::F16 => "f16",
            Self::Bf16 => "bf16",
            Self::Q8_0 => "q8_0",
            Self::Q4KM => "q4_k_m",
        }
    }

    /// The most that its rounding may move a model's logits, as a share of their spread.
    pub fn most_difference(self) -> f64 {
        match self {
            Self::F32 => 1e-5,
            Self::F16 => 2e-3,
            Self::Bf16 => 2e-2,
            Self::Q8_0 => 3e-2,
            Self::Q4KM => 3e-1,
        }
    }
}
