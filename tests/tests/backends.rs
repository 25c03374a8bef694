//! The backends' operations: the tensor formulas' ways back against candle's automatic differentiation, the processor's
//! operations against the tensor formulas, one by one.

use candle_core::{Device, Tensor, Var};
use half::bf16;
use whetstone_core::model::backend::{
    AttentionShape, Backend, Dropout, Linear, LoraFactors, LoraGradients, LoraPart, Segment, WeightData,
};
use whetstone_core::model::cpu_backend::CpuBackend;
use whetstone_core::model::tensor_backend::TensorBackend;
use whetstone_core::random::Random;

const SHAPE: AttentionShape = AttentionShape { heads: 4, key_value_heads: 2, head_dim: 6, scale: 0.4 };
const ROWS: usize = 150;
const HIDDEN: usize = 24;
const EPSILON: f32 = 1e-5;

fn normals(count: usize, seed: u64) -> Vec<f32> {
    let mut random = Random::new(seed, &[]);
    (0..count).map(|_| random.normal() as f32).collect()
}

/// A prompt with two branches (one longer than a block of rows), and a sequence of its own.
fn segments() -> Vec<Segment> {
    let segment = |rows: std::ops::Range<usize>, keys: &[std::ops::Range<usize>]| Segment { rows, keys: keys.to_vec() };
    let alone = |rows: std::ops::Range<usize>| Segment { keys: vec![rows.clone()], rows };
    vec![alone(0..20), segment(20..101, &[0..20, 20..101]), segment(101..130, &[0..20, 101..130]), alone(130..150)]
}

/// Two stacked modules of three, as where only some are adapted.
fn linear<B: Backend>(backend: &B, half: bool) -> Linear<B> {
    let outputs = 10 + 7 + 5;
    let values = normals(outputs * HIDDEN, 1);
    let data =
        if half { WeightData::Bf16(values.into_iter().map(bf16::from_f32).collect()) } else { WeightData::F32(values) };
    let part = |rank: std::ops::Range<usize>, columns: std::ops::Range<usize>, seed: u64, scale: f32| LoraPart {
        b: backend.matrix(&normals(columns.len() * rank.len(), seed), rank.len()).expect("a matrix"),
        outputs: columns,
        ranks: rank,
        scale,
    };
    Linear {
        weight: backend.weight(data, outputs, HIDDEN).expect("a weight"),
        bias: Some(backend.matrix(&normals(outputs, 2), outputs).expect("a matrix")),
        lora: Some(LoraFactors {
            a: backend.matrix(&normals(5 * HIDDEN, 3), HIDDEN).expect("a matrix"),
            parts: vec![part(0..3, 0..10, 4, 0.5), part(3..5, 17..22, 5, 2.0)],
        }),
    }
}

fn no_gradients<B: Backend>(backend: &B) -> LoraGradients<B> {
    let zeros = |rows: usize, columns: usize| backend.zeros(rows, columns).expect("zeros");
    LoraGradients { a: zeros(5, HIDDEN), b: vec![zeros(10, 3), zeros(5, 2)] }
}

/// Every operation on the same inputs; what it gives, by name.
fn all_operations<B: Backend>(backend: &B) -> Vec<(String, Vec<f32>)> {
    let matrix = |columns: usize, seed: u64| backend.matrix(&normals(ROWS * columns, seed), columns).expect("a matrix");
    let mut results = Vec::new();
    let mut tell =
        |name: &str, matrix: &B::Matrix| results.push((name.to_owned(), backend.values(matrix).expect("values")));
    let columns = SHAPE.columns();

    let x = matrix(HIDDEN, 10);
    for (half, dropout) in [(false, None), (true, None), (false, Some(Dropout { probability: 0.3, key: 9 }))] {
        let linear = linear(backend, half);
        let name = format!("linear, half {half}, dropout {}", dropout.is_some());
        let residual = matrix(22, 11);
        let (y, low) = backend.linear(&linear, &x, Some(&residual), true, dropout).expect("a product");
        tell(&name, &y);
        let (plain, none) = backend.linear(&linear, &x, None, false, dropout).expect("a product");
        assert!(none.is_none());
        tell(&format!("{name}, adapter off"), &plain);
        let mut gradients = no_gradients(backend);
        let dy = matrix(22, 12);
        for _ in 0..2 {
            let dx = backend.linear_backward(&linear, &x, low.as_ref(), &dy, dropout, Some(&mut gradients));
            tell(&format!("{name}: dx"), &dx.expect("a way back"));
        }
        tell(&format!("{name}: dA, twice added"), &gradients.a);
        gradients.b.iter().for_each(|b| tell(&format!("{name}: dB"), b));
        // Few rows take another path.
        let few = backend.gather_rows(&x, &[3, 1, 2]).expect("rows");
        tell(&format!("{name}, few rows"), &backend.linear(&linear, &few, None, true, None).expect("a product").0);
    }

    let weight = backend.matrix(&normals(HIDDEN, 13), HIDDEN).expect("a matrix");
    tell("norm", &backend.rms_norm(&x, &weight, EPSILON).expect("a norm"));
    let dy = matrix(HIDDEN, 14);
    for dx in [None, Some(matrix(HIDDEN, 15))] {
        tell("norm: dx", &backend.rms_norm_backward(&x, &weight, EPSILON, &dy, dx).expect("a way back"));
    }

    let angles = normals(ROWS * SHAPE.head_dim / 2, 16);
    let (cosines, sines): (Vec<f32>, Vec<f32>) = angles.iter().map(|angle| (angle.cos(), angle.sin())).unzip();
    let half = SHAPE.head_dim / 2;
    let (cosines, sines) =
        (backend.matrix(&cosines, half).expect("a matrix"), backend.matrix(&sines, half).expect("a matrix"));
    for direction in [1.0, -1.0] {
        let turned = backend.rotary(matrix(columns, 17), &cosines, &sines, &SHAPE, direction);
        tell(&format!("rotary {direction}"), &turned.expect("turned"));
    }

    let qkv = matrix(columns, 18);
    let out = backend.attention(&qkv, &SHAPE, &segments()).expect("attention");
    tell("attention", &out);
    let d_out = matrix(SHAPE.heads * SHAPE.head_dim, 19);
    let d_qkv = backend.attention_backward(&qkv, &out, &d_out, &SHAPE, &segments()).expect("a way back");
    tell("attention: d_qkv", &d_qkv);

    let mut cache = backend.cache(&SHAPE).expect("a cache");
    let slots: Vec<usize> = (0..ROWS).map(|row| (row * 7) % 211).collect();
    backend.cache_write(&mut cache, &qkv, &SHAPE, &slots).expect("written");
    let query = backend.gather_rows(&qkv, &[5, 6]).expect("rows");
    backend.cache_write(&mut cache, &query, &SHAPE, &[300, 20]).expect("written");
    let seen =
        [Segment { rows: 0..1, keys: vec![7..8, 14..15, 300..301] }, Segment { rows: 1..2, keys: vec![0..1, 20..21] }];
    tell("cached attention", &backend.cached_attention(&query, &cache, &SHAPE, &seen).expect("attention"));

    let gate_up = matrix(2 * HIDDEN, 20);
    tell("gated activation", &backend.gated_activation(&gate_up).expect("activated"));
    tell("gated activation: d", &backend.gated_activation_backward(&gate_up, &dy).expect("a way back"));

    let rows = [4, 4, 0, 149, 77];
    let gathered = backend.gather_rows(&x, &rows).expect("rows");
    tell("gathered rows", &gathered);
    tell("scattered rows", &backend.scatter_rows(&gathered, &rows, ROWS).expect("rows"));
    tell("scaled rows", &backend.scale_rows(gathered, &[1.0, -2.0, 0.0, 3.0, 0.5]).expect("rows"));

    for half in [false, true] {
        let values = normals(97 * HIDDEN, 21);
        let data = if half {
            WeightData::Bf16(values.into_iter().map(bf16::from_f32).collect())
        } else {
            WeightData::F32(values)
        };
        let head = backend.weight(data, 97, HIDDEN).expect("a weight");
        let targets: Vec<u32> = (0..ROWS as u32).map(|row| row * 5 % 97).collect();
        let (values, slopes) = backend.log_probabilities(&head, &x, &targets, true).expect("log-probabilities");
        tell("slopes of log-probabilities", &slopes.expect("slopes"));
        results_push(&mut tell, backend, "log-probabilities", &values);
        results_push(&mut tell, backend, "logits", &backend.logits(&head, &x).expect("logits"));
        tell("embedding", &backend.embedding(&head, &[3, 96, 3]).expect("rows"));
    }
    results
}

fn results_push<B: Backend>(tell: &mut impl FnMut(&str, &B::Matrix), backend: &B, name: &str, values: &[f32]) {
    let columns = values.len();
    tell(name, &backend.matrix(values, columns).expect("a matrix"));
}

#[test]
fn the_processors_operations_equal_the_tensor_formulas() {
    let tensor = all_operations(&TensorBackend::new(Device::Cpu));
    for threads in [1, 2] {
        let cpu = all_operations(&CpuBackend::new(Some(threads)).expect("threads"));
        assert_eq!(cpu.len(), tensor.len());
        for ((name, got), (_, want)) in cpu.iter().zip(&tensor) {
            assert_eq!(got.len(), want.len(), "{name}");
            let size = want.iter().fold(1.0f32, |size, value| size.max(value.abs()));
            let worst = got.iter().zip(want).fold(0.0f32, |worst, (a, b)| worst.max((a - b).abs()));
            assert!(worst / size < 2e-6, "{name}, {threads} threads: off by {worst} of {size}");
        }
    }
}

#[test]
fn the_processor_gives_the_same_bits_every_time() {
    let backend = CpuBackend::new(Some(2)).expect("threads");
    let first = all_operations(&backend);
    for _ in 0..3 {
        assert_eq!(all_operations(&backend), first);
    }
}

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
    let weight = backend.matrix(&normals(HIDDEN, 13), HIDDEN).expect("a matrix");
    let y = backend.rms_norm(&x, &weight, EPSILON).expect("a norm");
    let dx = backend.rms_norm_backward(&x, &weight, EPSILON, &weights(HIDDEN), None).expect("a way back");
    assert_same("norm", &dx, &derivative(&y, &weights(HIDDEN), &x));

    let x = var(SHAPE.columns(), 32);
    let angles = Tensor::from_vec(normals(ROWS * 3, 33), (ROWS, 3), &Device::Cpu).expect("a tensor");
    let (cosines, sines) = (angles.cos().expect("cosines"), angles.sin().expect("sines"));
    let y = backend.rotary(x.as_tensor().clone(), &cosines, &sines, &SHAPE, 1.0).expect("turned");
    let dx = backend.rotary(weights(SHAPE.columns()), &cosines, &sines, &SHAPE, -1.0).expect("turned back");
    assert_same("rotary", &dx, &derivative(&y, &weights(SHAPE.columns()), &x));

    let width = SHAPE.heads * SHAPE.head_dim;
    let y = backend.attention(&x, &SHAPE, &segments()).expect("attention");
    let dx = backend.attention_backward(&x, &y, &weights(width), &SHAPE, &segments()).expect("a way back");
    assert_same("attention", &dx, &derivative(&y, &weights(width), &x));

    let x = var(2 * HIDDEN, 34);
    let y = backend.gated_activation(&x).expect("activated");
    let dx = backend.gated_activation_backward(&x, &weights(HIDDEN)).expect("a way back");
    assert_same("gated activation", &dx, &derivative(&y, &weights(HIDDEN), &x));

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
