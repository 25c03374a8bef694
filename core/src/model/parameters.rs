//! Trained numbers by name: what the optimizer, checkpoints and gradients speak of, whatever is trained.

use std::collections::BTreeMap;

/// The values of a tensor, off the device.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Parameter {
    /// Its sizes, the outermost first.
    pub shape: Vec<usize>,
    /// Row-major.
    pub values: Vec<f32>,
}

/// Tensors by the names that they have in files. The map's order is the order of the parameters everywhere: in the
/// optimizer, in checkpoints and in files.
pub type Parameters = BTreeMap<String, Parameter>;

/// Whether there is no NaN and no infinity among them.
pub fn is_finite(parameters: &Parameters) -> bool {
    parameters.values().all(|parameter| parameter.values.iter().all(|value| value.is_finite()))
}

/// Zeros in the same shapes. The memory is taken when it is written to.
pub fn zeros_like(parameters: &Parameters) -> Parameters {
    let zeros =
        |parameter: &Parameter| Parameter { shape: parameter.shape.clone(), values: vec![0.0; parameter.values.len()] };
    parameters.iter().map(|(name, parameter)| (name.clone(), zeros(parameter))).collect()
}
