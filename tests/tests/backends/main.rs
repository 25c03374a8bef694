//! The backends' operations: the tensor formulas' ways back against candle's automatic differentiation, the processor's
//! operations against the tensor formulas, one by one.

mod derivatives;
mod operations;

use candle_core::Device;
use half::bf16;
use whetstone_core::model::backend::{
    AttentionShape, Backend, Linear, LoraFactors, LoraGradients, LoraPart, Norm, Segment, WeightData,
};
use whetstone_core::model::cpu_backend::CpuBackend;
use whetstone_core::model::tensor_backend::TensorBackend;
use whetstone_core::random::Random;
use whetstone_tests::graphics;

use operations::all_operations;

const SHAPE: AttentionShape = AttentionShape { heads: 4, key_value_heads: 2, head_dim: 6, scale: 0.4, window: None };
/// Windows shorter than the segments, one so short that most blocks of rows see no key of the prompt.
const SHAPES: [AttentionShape; 3] =
    [SHAPE, AttentionShape { window: Some(17), ..SHAPE }, AttentionShape { window: Some(1), ..SHAPE }];
const ROWS: usize = 150;
const HIDDEN: usize = 24;
const EPSILON: f32 = 1e-5;

/// Numbers that bf16 holds exactly, since products with bf16 weights may round their other factor to it.
fn normals(count: usize, seed: u64) -> Vec<f32> {
    let mut random = Random::new(seed, &[]);
    (0..count).map(|_| bf16::from_f64(random.normal()).to_f32()).collect()
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

/// A norm whose weight is kept around 0 or around 1.
fn norm<B: Backend>(backend: &B, width: usize, offset: f32, seed: u64) -> Norm<B> {
    Norm { weight: backend.matrix(&normals(width, seed), width).expect("a matrix"), offset, epsilon: EPSILON }
}

fn head_norms<B: Backend>(backend: &B, offset: f32) -> [Norm<B>; 2] {
    [25, 26].map(|seed| norm(backend, SHAPE.head_dim, offset, seed))
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
            let bound = if name == operations::ROUNDED_SLOPES { 4e-3 } else { 2e-6 };
            assert!(worst / size < bound, "{name}, {threads} threads: off by {worst} of {size}");
        }
    }
}

/// Sums are made in another order there; beside weights in bf16, an adapter's factors are cut to 10 bits, which adds up
/// over 24 inputs.
#[test]
fn the_graphics_processors_operations_equal_the_tensor_formulas() {
    let Some(backend) = graphics() else { return };
    let tensor = all_operations(&TensorBackend::new(Device::Cpu));
    let got = all_operations(&backend);
    assert_eq!(got.len(), tensor.len());
    for ((name, got), (_, want)) in got.iter().zip(&tensor) {
        assert_eq!(got.len(), want.len(), "{name}");
        let size = want.iter().fold(1.0f32, |size, value| size.max(value.abs()));
        let worst = got.iter().zip(want).fold(0.0f32, |worst, (a, b)| worst.max((a - b).abs()));
        let bound = if name.contains("half true") || name == operations::ROUNDED_SLOPES { 4e-3 } else { 1e-5 };
        assert!(worst / size < bound, "{name}: off by {worst} of {size}");
        assert!(got.iter().all(|value| value.is_finite()), "{name}");
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
