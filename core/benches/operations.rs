//! Single operations at the shapes of SmolLM2-135M: `cargo bench -p whetstone-core`. Whole training steps and decoding are
//! measured by `whetstone bench`.

use divan::Bencher;
use whetstone_core::bench::{RandomWeights, smollm2_135m};
use whetstone_core::model::backend::{AttentionShape, Backend, Linear, Segment};
use whetstone_core::model::cpu_backend::{CpuBackend, CpuMatrix};
use whetstone_core::model::decoder::WeightSource;
use whetstone_core::model::{Activation, WeightPrecision};
use whetstone_core::random::Random;

fn main() {
    divan::main();
}

/// Rows: decoding one sequence, decoding eight, training on a pair.
const ROWS: [usize; 3] = [1, 8, 320];

fn matrix(backend: &CpuBackend, rows: usize, columns: usize) -> CpuMatrix {
    let mut random = Random::new(1, &[]);
    let values: Vec<f32> = (0..rows * columns).map(|_| random.uniform() as f32 - 0.5).collect();
    backend.matrix(&values, columns).expect("a matrix")
}

fn gate_and_up(backend: &CpuBackend, half: bool) -> Linear<CpuBackend> {
    let config = smollm2_135m();
    let (outputs, inputs) = (2 * config.intermediate_size, config.hidden_size);
    let precision = if half { WeightPrecision::Bf16 } else { WeightPrecision::F32 };
    let data = RandomWeights { precision }.stacked(&["gate and up".to_owned()], &[outputs], inputs).expect("weights");
    Linear { weight: backend.weight(data, outputs, inputs).expect("a weight"), bias: None, lora: None }
}

fn linear(bencher: Bencher<'_, '_>, rows: usize, half: bool) {
    let backend = CpuBackend::new(None).expect("threads");
    let weights = gate_and_up(&backend, half);
    let x = matrix(&backend, rows, smollm2_135m().hidden_size);
    bencher.bench_local(|| backend.linear(&weights, &x, None, false, None).expect("a product"));
}

#[divan::bench(args = ROWS)]
fn linear_f32(bencher: Bencher<'_, '_>, rows: usize) {
    linear(bencher, rows, false);
}

#[divan::bench(args = ROWS)]
fn linear_bf16(bencher: Bencher<'_, '_>, rows: usize) {
    linear(bencher, rows, true);
}

fn shape() -> (AttentionShape, [Segment; 1]) {
    let shape = AttentionShape { heads: 9, key_value_heads: 3, head_dim: 64, scale: 0.125, window: None };
    let rows = 0..320;
    (shape, [Segment { keys: vec![rows.clone()], rows }])
}

#[divan::bench]
fn attention(bencher: Bencher<'_, '_>) {
    let backend = CpuBackend::new(None).expect("threads");
    let (shape, segments) = shape();
    let qkv = matrix(&backend, 320, shape.columns());
    bencher.bench_local(|| backend.attention(&qkv, &shape, &segments).expect("attention"));
}

#[divan::bench]
fn attention_backward(bencher: Bencher<'_, '_>) {
    let backend = CpuBackend::new(None).expect("threads");
    let (shape, segments) = shape();
    let qkv = matrix(&backend, 320, shape.columns());
    let out = backend.attention(&qkv, &shape, &segments).expect("attention");
    let d_out = matrix(&backend, 320, shape.heads * shape.head_dim);
    bencher.bench_local(|| backend.attention_backward(&qkv, &out, &d_out, &shape, &segments).expect("a way back"));
}

#[divan::bench]
fn gated_activation(bencher: Bencher<'_, '_>) {
    let backend = CpuBackend::new(None).expect("threads");
    let gate_up = matrix(&backend, 320, 2 * smollm2_135m().intermediate_size);
    bencher.bench_local(|| backend.gated_activation(&gate_up, Activation::Silu).expect("activated"));
}
