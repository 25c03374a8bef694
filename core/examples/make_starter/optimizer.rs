//! Muon (Jordan et al. 2024) for the matrices, `AdamW` for embeddings and norms.

use candle_core::{D, Device, Result, Tensor};
use whetstone_core::model::parameters::zeros_like;
use whetstone_core::model::{Parameter, Parameters};
use whetstone_core::train::optimizer::{AdamW, AdamWSettings};

const MATRIX_RATE: f64 = 0.02;
const OTHER_RATE: f64 = 4e-3;
const MOMENTUM: f32 = 0.95;

/// The optimizer's state.
pub struct Optimizer {
    momenta: Parameters,
    others: AdamW,
    steps: u64,
}

fn is_matrix(name: &str) -> bool {
    name.contains("_proj")
}

fn split(all: &Parameters) -> (Parameters, Parameters) {
    all.clone().into_iter().partition(|(name, _)| is_matrix(name))
}

impl Optimizer {
    pub fn new(values: &Parameters) -> Self {
        let (matrices, others) = split(values);
        let settings = AdamWSettings { betas: (0.9, 0.95), ..AdamWSettings::default() };
        Self { momenta: zeros_like(&matrices), others: AdamW::new(settings, &others), steps: 0 }
    }

    /// Changes `values` by `gradients`; both peak rates are multiplied with `factor`.
    pub fn step(&mut self, values: &mut Parameters, gradients: &Parameters, factor: f64) -> Result<()> {
        self.steps += 1;
        let (_, mut others) = split(values);
        let (matrices, other_gradients) = split(gradients);
        self.others.step(&mut others, &other_gradients, 1.0, OTHER_RATE * factor, self.steps);
        values.extend(others);
        // Matrices of one shape go through the iteration together, the wide way.
        let mut by_shape = std::collections::BTreeMap::<(usize, usize), Vec<(&str, Tensor)>>::new();
        for (name, gradient) in &matrices {
            let Some(momentum) = self.momenta.get_mut(name) else { continue };
            let update = with_momentum(momentum, gradient)?;
            let (rows, columns) = update.dims2()?;
            let update = if rows > columns { update.t()?.contiguous()? } else { update };
            by_shape.entry((rows.min(columns), rows.max(columns))).or_default().push((name, update));
        }
        for updates in by_shape.into_values() {
            let (names, updates): (Vec<&str>, Vec<Tensor>) = updates.into_iter().unzip();
            let updates = orthogonalized(&Tensor::stack(&updates, 0)?)?;
            for (index, name) in names.into_iter().enumerate() {
                let Some(parameter) = values.get_mut(name) else { continue };
                apply(parameter, &updates.get(index)?, (MATRIX_RATE * factor) as f32)?;
            }
        }
        Ok(())
    }
}

/// Nesterov's momentum; returns what it makes of the gradient.
fn with_momentum(momentum: &mut Parameter, gradient: &Parameter) -> Result<Tensor> {
    let mix = |a: f32, b: f32| a + (1.0 - MOMENTUM) * (b - a);
    let update: Vec<f32> = momentum
        .values
        .iter_mut()
        .zip(&gradient.values)
        .map(|(mean, &gradient)| {
            *mean = mix(*mean, gradient);
            gradient + MOMENTUM * (*mean - gradient)
        })
        .collect();
    Tensor::from_vec(update, gradient.shape.as_slice(), &Device::Cpu)
}

/// The orthogonal matrices nearest to a stack of wide matrices, roughly: five steps of Newton and Schulz with Jordan's
/// coefficients, after which the singular values are between about 0.7 and 1.2.
fn orthogonalized(stack: &Tensor) -> Result<Tensor> {
    let (a, b, c) = (3.4445, -4.7750, 2.0315);
    let norms = stack.sqr()?.sum_keepdim(D::Minus1)?.sum_keepdim(D::Minus2)?.sqrt()?;
    let mut x = stack.broadcast_div(&(norms + 1e-7)?)?;
    for _ in 0..5 {
        let gram = x.matmul(&x.t()?)?;
        let inner = ((&gram * b)? + (gram.matmul(&gram)? * c)?)?;
        x = ((&x * a)? + inner.matmul(&x)?)?;
    }
    Ok(x)
}

fn apply(parameter: &mut Parameter, update: &Tensor, rate: f32) -> Result<()> {
    let [rows, columns] = [parameter.shape[0], parameter.shape[1]];
    let update = if rows > columns { update.t()?.contiguous()? } else { update.clone() };
    let rate = rate * (rows as f32 / columns as f32).max(1.0).sqrt();
    let update = update.flatten_all()?.to_vec1::<f32>()?;
    parameter.values.iter_mut().zip(update).for_each(|(value, update)| *value -= rate * update);
    Ok(())
}
