//! The tensor formulas' ways back against candle's automatic differentiation.

use candle_core::{Device, Tensor, Var};
use whetstone_core::model::Activation;
use whetstone_core::model::backend::{Backend, Dropout, LinearGradients};
use whetstone_core::model::tensor_backend::TensorBackend;

use super::{HIDDEN, ROWS, SHAPE, SHAPES, head_norms, linear, no_gradients, norm, normals, segments};

fn var(columns: usize, seed: u64) -> Var {
    let tensor = Tensor::from_vec(normals(ROWS * columns, seed), (ROWS, columns), &Device::Cpu).expect("a tensor");
    Var::from_tensor(&tensor).expect("a variable")
}

/// d(Σ out·weights) / d(variable) by candle.
fn derivative(out: &Tensor, weights: &Tensor, variable: &Var) -> Tensor {
    let sum = (out * weights).expect("a product").sum_all().expect("a sum");
    let gradients = sum.backward().expect("gradients");
    gradients.get(variable).expect("the operation keeps its gradient").clone()
}

fn assert_same(name: &str, got: &Tensor, want: &Tensor) {
    let difference = (got - want).expect("the same shape").abs().expect("abs").flatten_all().expect("flat");
    let worst = difference.max(0).expect("a maximum").to_scalar::<f32>().expect("a number");
    assert!(worst < 2e-4, "{name}: off by {worst}");
    let size = want.abs().expect("abs").sum_all().expect("a sum").to_scalar::<f32>().expect("a number");
    assert!(size > 1.0, "{name}: nothing to compare");
}

#[test]
fn every_way_back_of_the_tensor_formulas_equals_automatic_differentiation() {
    let backend = TensorBackend::new(Device::Cpu);
    let weights = |columns: usize| var(columns, 99).as_tensor().clone();

    for dropout in [None, Some(Dropout { probability: 0.3, key: 9 })] {
        let mut linear = linear(&backend, false);
        let x = var(HIDDEN, 30);
        let lora = linear.lora.as_mut().expect("factors");
        let a = Var::from_tensor(&lora.a).expect("a variable");
        let b: Vec<Var> = lora.parts.iter().map(|part| Var::from_tensor(&part.b).expect("a variable")).collect();
        lora.a = a.as_tensor().clone();
        lora.parts.iter_mut().zip(&b).for_each(|(part, b)| part.b = b.as_tensor().clone());
        let (y, low) = backend.linear(&linear, &x, None, true, dropout).expect("a product");
        let mut gradients = no_gradients(&backend);
        let dy = weights(22);
        let dx = backend.linear_backward(&linear, &x, low.as_ref(), &dy, dropout, Some(&mut gradients));
        assert_same("linear: dx", &dx.expect("a way back"), &derivative(&y, &dy, &x));
        assert_same("linear: dA", &gradients.a, &derivative(&y, &dy, &a));
        for (got, b) in gradients.b.iter().zip(&b) {
            assert_same("linear: dB", got, &derivative(&y, &dy, b));
        }
    }

    let x = var(HIDDEN, 31);
    for offset in [0.0, 1.0] {
        let norm = norm(&backend, HIDDEN, offset, 13);
        let y = backend.rms_norm(&x, &norm, Some(&weights(HIDDEN))).expect("a norm");
        let dx = backend.rms_norm_backward(&x, &norm, &weights(HIDDEN), None).expect("a way back");
        assert_same("norm", &dx, &derivative(&y, &weights(HIDDEN), &x));
        let (qkv, norms) = (var(SHAPE.columns(), 36), head_norms(&backend, offset));
        let y = backend.head_norm(&qkv, &norms, &SHAPE).expect("a norm");
        let dy = weights(SHAPE.columns());
        let dx = backend.head_norm_backward(&qkv, &norms, &SHAPE, &dy).expect("a way back");
        assert_same("norm of heads", &dx, &derivative(&y, &dy, &qkv));
    }

    let x = var(SHAPE.columns(), 32);
    let angles = Tensor::from_vec(normals(ROWS * 3, 33), (ROWS, 3), &Device::Cpu).expect("a tensor");
    let (cosines, sines) = (angles.cos().expect("cosines"), angles.sin().expect("sines"));
    let y = backend.rotary(x.as_tensor().clone(), &cosines, &sines, &SHAPE, 1.0).expect("turned");
    let dx = backend.rotary(weights(SHAPE.columns()), &cosines, &sines, &SHAPE, -1.0).expect("turned back");
    assert_same("rotary", &dx, &derivative(&y, &weights(SHAPE.columns()), &x));

    let width = SHAPE.heads * SHAPE.head_dim;
    for shape in &SHAPES {
        let y = backend.attention(&x, shape, &segments()).expect("attention");
        let dx = backend.attention_backward(&x, &y, &weights(width), shape, &segments()).expect("a way back");
        assert_same("attention", &dx, &derivative(&y, &weights(width), &x));
    }

    let x = var(2 * HIDDEN, 34);
    for activation in [Activation::Silu, Activation::GeluTanh] {
        let y = backend.gated_activation(&x, activation).expect("activated");
        let dx = backend.gated_activation_backward(&x, activation, &weights(HIDDEN)).expect("a way back");
        assert_same("gated activation", &dx, &derivative(&y, &weights(HIDDEN), &x));
    }

    let x = var(HIDDEN, 35);
    let head = Tensor::from_vec(normals(97 * HIDDEN, 21), (97, HIDDEN), &Device::Cpu).expect("a tensor");
    let targets: Vec<u32> = (0..ROWS as u32).map(|row| row * 5 % 97).collect();
    let (values, slopes) = backend.log_probabilities(&head, &x, &targets, true).expect("log-probabilities");
    let logits = x.matmul(&head.t().expect("a view")).expect("a product");
    let log_sum = logits.exp().expect("exp").sum_keepdim(1).expect("a sum").log().expect("log");
    let targets = Tensor::new(targets, &Device::Cpu).expect("a tensor").unsqueeze(1).expect("a column");
    let chosen = (logits.gather(&targets, 1).expect("chosen") - log_sum).expect("a difference");
    let ones = chosen.ones_like().expect("ones");
    assert_same("slopes", &slopes.expect("slopes"), &derivative(&chosen, &ones, &x));
    let values = Tensor::from_vec(values, (ROWS, 1), &Device::Cpu).expect("a tensor");
    assert_same("log-probabilities", &values, &chosen);
}

fn variable(tensor: &Tensor) -> Var {
    Var::from_tensor(tensor).expect("a variable")
}

#[test]
fn every_weights_gradient_of_the_tensor_formulas_equals_automatic_differentiation() {
    let backend = TensorBackend::new(Device::Cpu);
    let zeros = |rows: usize, columns: usize| backend.zeros(rows, columns).expect("zeros");
    let x = var(HIDDEN, 30).as_tensor().clone();

    let mut linear = linear(&backend, false);
    let (weight, bias) = (variable(&linear.weight), variable(linear.bias.as_ref().expect("a bias")));
    (linear.weight, linear.bias) = (weight.as_tensor().clone(), Some(bias.as_tensor().clone()));
    let (y, _) = backend.linear(&linear, &x, None, false, None).expect("a product");
    let dy = var(22, 22).as_tensor().clone();
    let mut gradients = LinearGradients { weight: zeros(22, HIDDEN), bias: Some(zeros(1, 22)) };
    backend.linear_weight_backward(&x, &dy, &mut gradients).expect("a way back");
    assert_same("linear: dW", &gradients.weight, &derivative(&y, &dy, &weight));
    assert_same("linear: d(bias)", &gradients.bias.expect("a bias"), &derivative(&y, &dy, &bias));

    let dy = var(HIDDEN, 99).as_tensor().clone();
    for offset in [0.0, 1.0] {
        let mut norm = norm(&backend, HIDDEN, offset, 13);
        let weight = variable(&norm.weight);
        norm.weight = weight.as_tensor().clone();
        let y = backend.rms_norm(&x, &norm, None).expect("a norm");
        let mut d_weight = zeros(1, HIDDEN);
        backend.rms_norm_weight_backward(&x, &norm, &dy, &mut d_weight).expect("a way back");
        assert_same("norm: dw", &d_weight, &derivative(&y, &dy, &weight));

        let mut norms = head_norms(&backend, offset);
        let weights = norms.each_ref().map(|norm| variable(&norm.weight));
        norms.iter_mut().zip(&weights).for_each(|(norm, weight)| norm.weight = weight.as_tensor().clone());
        let (qkv, dy) = (var(SHAPE.columns(), 36).as_tensor().clone(), var(SHAPE.columns(), 37).as_tensor().clone());
        let y = backend.head_norm(&qkv, &norms, &SHAPE).expect("a norm");
        let mut d_weights = [zeros(1, SHAPE.head_dim), zeros(1, SHAPE.head_dim)];
        backend.head_norm_weight_backward(&qkv, &norms, &SHAPE, &dy, &mut d_weights).expect("a way back");
        for (got, weight) in d_weights.iter().zip(&weights) {
            assert_same("norm of heads: dw", got, &derivative(&y, &dy, weight));
        }
    }

    let table = var(HIDDEN, 38);
    let ids: Vec<u32> = (0..ROWS as u32).map(|row| row * 7 % 40).collect();
    let y = backend.embedding(&table, &ids, 1.0).expect("rows");
    let mut d_table = zeros(ROWS, HIDDEN);
    backend.embedding_weight_backward(&ids, &dy, &mut d_table).expect("a way back");
    assert_same("embedding: dE", &d_table, &derivative(&y, &dy, &table));

    let head = variable(&Tensor::from_vec(normals(97 * HIDDEN, 21), (97, HIDDEN), &Device::Cpu).expect("a tensor"));
    let targets: Vec<u32> = (0..ROWS as u32).map(|row| row * 5 % 97).collect();
    let factors = normals(ROWS, 28);
    let mut d_head = zeros(97, HIDDEN);
    backend.head_weight_backward(&head, &x, &targets, &factors, &mut d_head).expect("a way back");
    let logits = x.matmul(&head.t().expect("a view")).expect("a product");
    let log_sum = logits.exp().expect("exp").sum_keepdim(1).expect("a sum").log().expect("log");
    let targets = Tensor::new(targets, &Device::Cpu).expect("a tensor").unsqueeze(1).expect("a column");
    let chosen = (logits.gather(&targets, 1).expect("chosen") - log_sum).expect("a difference");
    let factors = Tensor::from_vec(factors, (ROWS, 1), &Device::Cpu).expect("a tensor");
    assert_same("head: dE", &d_head, &derivative(&chosen, &factors, &head));
}
