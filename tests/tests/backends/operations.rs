//! Every operation once, on any backend.

use half::bf16;
use whetstone_core::model::Activation;
use whetstone_core::model::backend::{AttentionShape, Backend, Dropout, LinearGradients, Segment, WeightData};

use super::{HIDDEN, ROWS, SHAPE, SHAPES, head_norms, linear, no_gradients, norm, normals, segments};

/// What is computed from probabilities that were rounded to bf16, where the processor multiplies such.
pub const ROUNDED_SLOPES: &str = "slopes of log-probabilities, half";

/// Every operation on the same inputs; what it gives, by name.
pub fn all_operations<B: Backend>(backend: &B) -> Vec<(String, Vec<f32>)> {
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

    let dy = matrix(HIDDEN, 14);
    for offset in [0.0, 1.0] {
        let norm = norm(backend, HIDDEN, offset, 13);
        tell("norm", &backend.rms_norm(&x, &norm, None).expect("a norm"));
        tell("norm + residual", &backend.rms_norm(&x, &norm, Some(&dy)).expect("a norm"));
        for dx in [None, Some(matrix(HIDDEN, 15))] {
            tell("norm: dx", &backend.rms_norm_backward(&x, &norm, &dy, dx).expect("a way back"));
        }
        let heads = head_norms(backend, offset);
        let (qkv, d_qkv) = (matrix(columns, 23), matrix(columns, 24));
        tell("norm of heads", &backend.head_norm(&qkv, &heads, &SHAPE).expect("a norm"));
        let d = backend.head_norm_backward(&qkv, &heads, &SHAPE, &d_qkv);
        tell("norm of heads: d", &d.expect("a way back"));
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

    for shape in &SHAPES {
        attention(backend, shape, &mut tell);
    }

    let gate_up = matrix(2 * HIDDEN, 20);
    for activation in [Activation::Silu, Activation::GeluTanh] {
        let name = format!("{activation:?}");
        tell(&name, &backend.gated_activation(&gate_up, activation).expect("activated"));
        let d = backend.gated_activation_backward(&gate_up, activation, &dy);
        tell(&format!("{name}: d"), &d.expect("a way back"));
    }

    let rows = [4, 4, 0, 149, 77];
    let gathered = backend.gather_rows(&x, &rows).expect("rows");
    tell("gathered rows", &gathered);
    tell("scattered rows", &backend.scatter_rows(&gathered, &rows, ROWS).expect("rows"));
    tell("scaled rows", &backend.scale_rows(gathered, &[1.0, -2.0, 0.0, 3.0, 0.5]).expect("rows"));

    weight_gradients(backend, &mut tell);
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
        tell(if half { ROUNDED_SLOPES } else { "slopes of log-probabilities" }, &slopes.expect("slopes"));
        results_push(&mut tell, backend, "log-probabilities", &values);
        results_push(&mut tell, backend, "weight", &backend.weight_values(&head).expect("values"));
        results_push(&mut tell, backend, "logits", &backend.logits(&head, &x).expect("logits"));
        tell("embedding", &backend.embedding(&head, &[3, 96, 3], 1.7).expect("rows"));
    }
    results
}

fn results_push<B: Backend>(tell: &mut impl FnMut(&str, &B::Matrix), backend: &B, name: &str, values: &[f32]) {
    let columns = values.len();
    tell(name, &backend.matrix(values, columns).expect("a matrix"));
}

/// Gradients of the weights themselves; each is added twice.
fn weight_gradients<B: Backend>(backend: &B, tell: &mut impl FnMut(&str, &B::Matrix)) {
    let matrix = |columns: usize, seed: u64| backend.matrix(&normals(ROWS * columns, seed), columns).expect("a matrix");
    let zeros = |rows: usize, columns: usize| backend.zeros(rows, columns).expect("zeros");
    let (x, dy) = (matrix(HIDDEN, 10), matrix(HIDDEN, 14));
    let (qkv, d_qkv) = (matrix(SHAPE.columns(), 23), matrix(SHAPE.columns(), 24));
    let mut linear = LinearGradients { weight: zeros(22, HIDDEN), bias: Some(zeros(1, 22)) };
    let (mut d_norm, mut d_table, mut d_head) = (zeros(1, HIDDEN), zeros(40, HIDDEN), zeros(97, HIDDEN));
    let mut d_heads = [zeros(1, SHAPE.head_dim), zeros(1, SHAPE.head_dim)];
    let ids: Vec<u32> = (0..ROWS as u32).map(|row| row * 7 % 40).collect();
    let targets: Vec<u32> = (0..ROWS as u32).map(|row| row * 5 % 97).collect();
    let factors = normals(ROWS, 28);
    let head = backend.weight(WeightData::F32(normals(97 * HIDDEN, 21)), 97, HIDDEN).expect("a weight");
    for _ in 0..2 {
        backend.linear_weight_backward(&x, &matrix(22, 12), &mut linear).expect("a way back");
        backend.rms_norm_weight_backward(&x, &norm(backend, HIDDEN, 1.0, 13), &dy, &mut d_norm).expect("a way back");
        let norms = head_norms(backend, 0.0);
        backend.head_norm_weight_backward(&qkv, &norms, &SHAPE, &d_qkv, &mut d_heads).expect("a way back");
        backend.embedding_weight_backward(&ids, &x, &mut d_table).expect("a way back");
        backend.head_weight_backward(&head, &x, &targets, &factors, &mut d_head).expect("a way back");
    }
    tell("linear: dW", &linear.weight);
    tell("linear: d(bias)", &linear.bias.expect("a bias"));
    tell("norm: dw", &d_norm);
    for d in &d_heads {
        tell("norm of heads: dw", d);
    }
    tell("embedding: dE", &d_table);
    tell("head: dE", &d_head);
}

fn attention<B: Backend>(backend: &B, shape: &AttentionShape, tell: &mut impl FnMut(&str, &B::Matrix)) {
    let matrix = |columns: usize, seed: u64| backend.matrix(&normals(ROWS * columns, seed), columns).expect("a matrix");
    let name = |what: &str| format!("{what}, window {:?}", shape.window);
    let qkv = matrix(shape.columns(), 18);
    let out = backend.attention(&qkv, shape, &segments()).expect("attention");
    tell(&name("attention"), &out);
    let d_out = matrix(shape.heads * shape.head_dim, 19);
    let d_qkv = backend.attention_backward(&qkv, &out, &d_out, shape, &segments()).expect("a way back");
    tell(&name("attention: d_qkv"), &d_qkv);

    let mut cache = backend.cache(shape).expect("a cache");
    let slots: Vec<usize> = (0..ROWS).map(|row| (row * 7) % 211).collect();
    backend.cache_write(&mut cache, &qkv, shape, &slots).expect("written");
    let query = backend.gather_rows(&qkv, &[5, 6]).expect("rows");
    backend.cache_write(&mut cache, &query, shape, &[300, 20]).expect("written");
    let many = 40..62;
    let seen = [
        Segment { rows: 0..1, keys: vec![7..8, 14..15, many.clone(), 300..301] },
        Segment { rows: 1..2, keys: vec![0..1, 20..21] },
    ];
    tell(&name("cached attention"), &backend.cached_attention(&query, &cache, shape, &seen).expect("attention"));
    // A prompt's prefill: several queries of one segment.
    let prefill = [Segment { rows: 0..2, keys: vec![14..15, many] }];
    tell(&name("prefill"), &backend.cached_attention(&query, &cache, shape, &prefill).expect("attention"));
}
