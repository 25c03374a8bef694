//! `AdamW` with its moments in sight, so that a run can be stopped and gone on with.

use rayon::prelude::*;

use crate::model::Parameters;
pub use crate::model::parameters::is_finite;
use crate::model::parameters::zeros_like;

/// The optimizer's constants.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AdamWSettings {
    /// Decay of the mean of gradients, and of the mean of their squares.
    pub betas: (f64, f64),
    /// Keeps the division finite.
    pub epsilon: f64,
    /// Decoupled weight decay: share of a parameter, times the learning rate, that a step takes away. Vectors, which are
    /// norms and biases, are left out, as in transformers' `Trainer`.
    pub weight_decay: f64,
}

impl Default for AdamWSettings {
    fn default() -> Self {
        Self { betas: (0.9, 0.999), epsilon: 1e-8, weight_decay: 0.0 }
    }
}

/// Loshchilov and Hutter 2019, in the order of PyTorch's operations.
#[derive(Debug, Clone, PartialEq)]
pub struct AdamW {
    settings: AdamWSettings,
    /// Means of the gradients, in the shapes of the parameters.
    pub first_moments: Parameters,
    /// Means of the gradients' squares.
    pub second_moments: Parameters,
}

impl AdamW {
    /// An optimizer of `parameters` before its first step.
    pub fn new(settings: AdamWSettings, parameters: &Parameters) -> Self {
        Self { settings, first_moments: zeros_like(parameters), second_moments: zeros_like(parameters) }
    }

    /// Changes `parameters` by `gradients`, each multiplied with `scale` first. `step` counts from 1.
    pub fn step(
        &mut self,
        parameters: &mut Parameters,
        gradients: &Parameters,
        scale: f64,
        learning_rate: f64,
        step: u64,
    ) {
        let (beta_1, beta_2) = self.settings.betas;
        let exponent = i32::try_from(step).unwrap_or(i32::MAX);
        let update = Update {
            scale: scale as f32,
            keep: (1.0 - learning_rate * self.settings.weight_decay) as f32,
            beta_1: beta_1 as f32,
            beta_2: beta_2 as f32,
            rest_1: (1.0 - beta_1) as f32,
            rest_2: (1.0 - beta_2) as f32,
            step_size: (learning_rate / (1.0 - beta_1.powi(exponent))) as f32,
            root_correction: (1.0 - beta_2.powi(exponent)).sqrt() as f32,
            epsilon: self.settings.epsilon as f32,
        };
        let moments = self.first_moments.values_mut().zip(self.second_moments.values_mut());
        let all: Vec<_> = parameters.values_mut().zip(gradients.values()).zip(moments).collect();
        // Each number is changed by itself, so the bits are the same however many threads there are.
        all.into_par_iter().for_each(|((parameter, gradient), (first, second))| {
            let keep = if parameter.shape.len() > 1 { update.keep } else { 1.0 };
            let update = Update { keep, ..update };
            update.apply(&mut parameter.values, &gradient.values, &mut first.values, &mut second.values);
        });
    }

    /// Whether every moment is a number that can be gone on with.
    pub fn is_finite(&self) -> bool {
        is_finite(&self.first_moments) && is_finite(&self.second_moments)
    }
}

#[derive(Clone, Copy)]
struct Update {
    scale: f32,
    keep: f32,
    beta_1: f32,
    beta_2: f32,
    rest_1: f32,
    rest_2: f32,
    step_size: f32,
    root_correction: f32,
    epsilon: f32,
}

impl Update {
    fn apply(&self, parameters: &mut [f32], gradients: &[f32], first: &mut [f32], second: &mut [f32]) {
        let moments = first.iter_mut().zip(second);
        for ((parameter, gradient), (first, second)) in parameters.iter_mut().zip(gradients).zip(moments) {
            let gradient = gradient * self.scale;
            *parameter *= self.keep;
            *first = self.beta_1 * *first + self.rest_1 * gradient;
            *second = self.beta_2 * *second + self.rest_2 * gradient * gradient;
            *parameter -= self.step_size * *first / (second.sqrt() / self.root_correction + self.epsilon);
        }
    }
}

/// The norm of all gradients together.
pub fn gradient_norm(gradients: &Parameters) -> f64 {
    let squares = |values: &[f32]| values.iter().map(|&value| f64::from(value) * f64::from(value)).sum::<f64>();
    gradients.values().map(|gradient| squares(&gradient.values)).sum::<f64>().sqrt()
}

/// What gradients of norm `norm` are multiplied with so that it is at most `most`, as PyTorch's `clip_grad_norm_` has
/// it; 1 where `most` is 0.
pub fn clip_factor(norm: f64, most: f64) -> f64 {
    if most > 0.0 { (most / (norm + 1e-6)).min(1.0) } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Parameter;

    fn parameters(a: f32, b: f32) -> Parameters {
        let parameter = |value: f32| Parameter { shape: vec![1, 1], values: vec![value] };
        [("a".to_owned(), parameter(a)), ("b".to_owned(), parameter(b))].into()
    }

    #[test]
    fn equals_pytorch() {
        // torch 2.15: AdamW([1.0, -2.0], lr=0.1, weight_decay=0.05); gradients [0.5, -0.25], then [-1.0, 0.125].
        let mut trained = parameters(1.0, -2.0);
        let settings = AdamWSettings { weight_decay: 0.05, ..AdamWSettings::default() };
        let mut optimizer = AdamW::new(settings, &trained);
        optimizer.step(&mut trained, &parameters(0.5, -0.25), 1.0, 0.1, 1);
        let near = |got: f32, want: f32| (got - want).abs() < 1e-6;
        assert!(near(trained["a"].values[0], 0.895) && near(trained["b"].values[0], -1.89), "{trained:?}");
        optimizer.step(&mut trained, &parameters(-1.0, 0.125), 1.0, 0.1, 2);
        assert!(near(trained["a"].values[0], 0.927_135_4) && near(trained["b"].values[0], -1.853_916_3), "{trained:?}");
    }

    #[test]
    fn vectors_do_not_decay() {
        let settings = AdamWSettings { weight_decay: 0.5, ..AdamWSettings::default() };
        let mut trained = parameters(1.0, -2.0);
        trained.get_mut("b").expect("it is there").shape = vec![1];
        let mut optimizer = AdamW::new(settings, &trained);
        optimizer.step(&mut trained, &parameters(0.0, 0.0), 1.0, 0.1, 1);
        assert_eq!((trained["a"].values[0], trained["b"].values[0]), (0.95, -2.0));
    }

    #[test]
    fn clipping_bounds_the_norm() {
        assert!((clip_factor(4.0, 1.0) - 0.25).abs() < 1e-6);
        assert!([clip_factor(0.5, 1.0), clip_factor(10.0, 0.0)].iter().all(|factor| (factor - 1.0).abs() < 1e-15));
        assert!((gradient_norm(&parameters(3.0, 4.0)) - 5.0).abs() < 1e-12);
    }
}
