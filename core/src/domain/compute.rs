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
