//! What the end-to-end tests share: the reference numbers in `golden/`, a Hub on loopback, and a server that judges.

pub mod endpoint;
pub mod hub;
pub mod training;

use std::path::PathBuf;

use safetensors::SafeTensors;
use serde_json::Value;
use whetstone_core::domain::{ComputeSettings, DeviceChoice};
use whetstone_core::model::{AnyBackend, GraphicsBackend, choose_backend};

/// What `WHETSTONE_TEST_DEVICE` names, such as `cuda`; the processor where it is not set.
///
/// # Panics
/// Where it names none.
pub fn test_device() -> DeviceChoice {
    let Ok(name) = std::env::var("WHETSTONE_TEST_DEVICE") else { return DeviceChoice::Cpu };
    serde_json::from_value(Value::String(name)).expect("a device's name")
}

/// The graphics processor that is to be held against the reference too, where `WHETSTONE_TEST_DEVICE` names one.
///
/// # Panics
/// Where one is named that is not there: no test is left out in silence.
pub fn graphics() -> Option<GraphicsBackend> {
    let compute = ComputeSettings { device: test_device(), ..ComputeSettings::default() };
    match choose_backend(&compute).expect("the device that WHETSTONE_TEST_DEVICE names") {
        AnyBackend::Cpu(_) => None,
        AnyBackend::Graphics(backend) => Some(backend),
    }
}

/// The folder of reference numbers.
pub fn golden_folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/golden"))
}

/// A golden model's folder.
pub fn golden_model(name: &str) -> PathBuf {
    golden_folder().join("models").join(name)
}

/// Names of all golden models, sorted.
///
/// # Panics
/// Where the goldens are not there.
pub fn golden_models() -> Vec<String> {
    let entries = std::fs::read_dir(golden_folder().join("models")).expect("the goldens are part of the repository");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("a readable entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    assert!(!names.is_empty(), "no golden models");
    names
}

/// A golden's JSON, such as `golden/llama_tied.json` or `train/llama_tied.dpo.json`.
///
/// # Panics
/// Where it is missing or damaged.
pub fn golden_json(path: &str) -> Value {
    let text = std::fs::read_to_string(golden_folder().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A golden's tensors.
#[derive(Debug)]
pub struct GoldenTensors(Vec<u8>);

impl GoldenTensors {
    /// Opens one, such as `golden/llama_tied.safetensors`.
    ///
    /// # Panics
    /// Where it is missing.
    pub fn open(path: &str) -> Self {
        Self(std::fs::read(golden_folder().join(path)).unwrap_or_else(|error| panic!("{path}: {error}")))
    }

    fn tensors(&self) -> SafeTensors<'_> {
        SafeTensors::deserialize(&self.0).expect("a golden is whole")
    }

    /// Names of all tensors.
    pub fn names(&self) -> Vec<String> {
        self.tensors().names().into_iter().map(str::to_owned).collect()
    }

    /// Shape and values as f64, whatever they are stored in.
    ///
    /// # Panics
    /// Where there is no such tensor.
    pub fn get(&self, name: &str) -> (Vec<usize>, Vec<f64>) {
        let tensors = self.tensors();
        let view = tensors.tensor(name).unwrap_or_else(|error| panic!("{name}: {error}"));
        let data = view.data();
        let values = match view.dtype() {
            safetensors::Dtype::F32 => {
                data.as_chunks::<4>().0.iter().map(|&bytes| f64::from(f32::from_le_bytes(bytes))).collect()
            }
            safetensors::Dtype::F64 => data.as_chunks::<8>().0.iter().map(|&bytes| f64::from_le_bytes(bytes)).collect(),
            safetensors::Dtype::I32 => {
                data.as_chunks::<4>().0.iter().map(|&bytes| f64::from(i32::from_le_bytes(bytes))).collect()
            }
            safetensors::Dtype::I64 => {
                data.as_chunks::<8>().0.iter().map(|&bytes| i64::from_le_bytes(bytes) as f64).collect()
            }
            other => panic!("{name}: {other:?} is not read here"),
        };
        (view.shape().to_vec(), values)
    }
}

/// Token ids of a JSON list.
///
/// # Panics
/// Where it is none.
pub fn ids(value: &Value) -> Vec<u32> {
    value.as_array().expect("a list of ids").iter().map(|id| id.as_u64().expect("an id") as u32).collect()
}

/// Numbers of a JSON list.
///
/// # Panics
/// Where it is none.
pub fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().expect("a list of numbers").iter().map(|number| number.as_f64().expect("a number")).collect()
}
