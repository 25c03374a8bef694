//! Products of a few rows with a large weight: what decoding does. Reading the weight is the whole cost, so it is read
//! once, straight from memory, and every row takes its share while it passes.
//!
//! A row's result does not depend on how many rows stand beside it: sampling does not change with the batch.

use half::bf16;

use super::blocks::{self, BlockKind};
use super::crew::share_columns;
use super::vector;

/// Rows up to which this is faster than a blocked product.
pub const MAXIMUM_ROWS: usize = 16;

/// Rows of x that pass a weight tile together.
const ROWS: usize = 4;
/// Rows of the weight in a tile.
const TILE: usize = 4;
/// Tasks that a product is cut into, a thread: more than one, so that a thread that is late does not hold up the others.
const TASKS_A_THREAD: usize = 2;

/// A frozen weight's values, row-major \[outputs, inputs\].
#[derive(Debug, Clone, Copy)]
pub enum WeightValues<'a> {
    /// 4 bytes each.
    F32(&'a [f32]),
    /// 2 bytes each.
    Bf16(&'a [bf16]),
}

/// y\[rows, outputs\] (or y +=) x\[rows, inputs\]·Wᵀ.
pub fn multiply(x: &[f32], weight: WeightValues<'_>, inputs: usize, accumulate: bool, y: &mut [f32]) {
    let rows = x.len() / inputs;
    let outputs = y.len() / rows;
    let values = match weight {
        WeightValues::F32(values) => values.len(),
        WeightValues::Bf16(values) => values.len(),
    };
    assert!(x.len() == rows * inputs && y.len() == rows * outputs && values == outputs * inputs, "shapes do not fit");
    // Few large tasks: handing one over costs as much as reading some ten thousand values.
    let task = outputs.div_ceil(rayon::current_num_threads() * TASKS_A_THREAD).next_multiple_of(TILE);
    let starts: Vec<usize> = (0..outputs).step_by(task).collect();
    share_columns(y, rows, &starts, |task, mut columns| {
        let width = columns.width();
        let values = starts[task] * inputs..(starts[task] + width) * inputs;
        let mut block = vec![0.0; width * rows];
        match weight {
            WeightValues::F32(w) => products::<F32>(x, &w[values], inputs, inputs, &mut block),
            WeightValues::Bf16(w) => products::<Bf16>(x, &w[values], inputs, inputs, &mut block),
        }
        columns.put(&block, accumulate);
    });
}

/// results\[row, output\] = x\[row\]·weight\[output\], where the weight stands as whole numbers of a file: 4 bytes each, or
/// 2. On this thread. `false` where this form has no such products.
pub fn products_of_bytes(kind: BlockKind, x: &[f32], weight: &[u8], inputs: usize, results: &mut [f32]) -> bool {
    match kind {
        BlockKind::F32 => products::<F32Bytes>(x, weight.as_chunks().0, inputs, inputs, results),
        BlockKind::F16 => products::<F16Bytes>(x, weight.as_chunks().0, inputs, inputs, results),
        BlockKind::Bf16 => products::<Bf16Bytes>(x, weight.as_chunks().0, inputs, inputs, results),
        _ => return false,
    }
    true
}

/// A form of values that can be widened, and how a row of them meets a row of x.
trait Value {
    /// What a value is kept in.
    type Kept: Copy + Sync;

    fn widen(source: &[Self::Kept], target: &mut [f32]);
    #[cfg(target_arch = "x86_64")]
    /// Sixteen values as f32; those beyond `mask` are zero and not read.
    ///
    /// # Safety
    /// AVX-512 (F, BW, VL) must be there, and `pointer` readable where `mask` has a bit.
    unsafe fn load(pointer: *const Self::Kept, mask: u16) -> std::arch::x86_64::__m512;
}

macro_rules! value {
    (
        $(#[$meaning:meta])* $name:ident, $kept:ty, widen $widen:expr, load |$pointer:ident, $mask:ident| $load:expr
    ) => {
        $(#[$meaning])*
        struct $name;

        impl Value for $name {
            type Kept = $kept;

            fn widen(source: &[$kept], target: &mut [f32]) {
                $widen(source, target);
            }

            #[cfg(target_arch = "x86_64")]
            #[inline]
            #[target_feature(enable = "avx512f,avx512bw,avx512vl")]
            unsafe fn load($pointer: *const $kept, $mask: u16) -> std::arch::x86_64::__m512 {
                // SAFETY: the caller's promise.
                unsafe { $load }
            }
        }
    };
}

value!(
    /// Numbers of this machine.
    F32, f32,
    widen |source: &[f32], target: &mut [f32]| target.copy_from_slice(source),
    load |pointer, mask| std::arch::x86_64::_mm512_maskz_loadu_ps(mask, pointer)
);
value!(
    /// The upper halves of such numbers.
    Bf16, bf16,
    widen vector::widen,
    load |pointer, mask| wide::upper_halves(pointer.cast(), mask)
);
value!(
    /// Bytes of a file, the lowest first.
    F32Bytes, [u8; 4],
    widen |source: &[[u8; 4]], target| blocks::widen(BlockKind::F32, source.as_flattened(), target),
    load |pointer, mask| std::arch::x86_64::_mm512_maskz_loadu_ps(mask, pointer.cast())
);
value!(
    /// Bytes of a file, the lowest first.
    Bf16Bytes, [u8; 2],
    widen |source: &[[u8; 2]], target| blocks::widen(BlockKind::Bf16, source.as_flattened(), target),
    load |pointer, mask| wide::upper_halves(pointer.cast(), mask)
);
value!(
    /// Bytes of a file, the lowest first.
    F16Bytes, [u8; 2],
    widen |source: &[[u8; 2]], target| blocks::widen(BlockKind::F16, source.as_flattened(), target),
    load |pointer, mask| wide::halves(pointer.cast(), mask)
);

/// results\[row, output\] = x\[row\]·keys\[output\], on this thread: x is \[rows, inputs\], and output i begins at
/// i·`stride` of `keys`. How attention scores a few queries.
pub fn scores(x: &[f32], keys: &[f32], inputs: usize, stride: usize, results: &mut [f32]) {
    products::<F32>(x, keys, inputs, stride, results);
}

/// results\[row, output\] = x\[row\]·weight\[output\], where output i begins at i·`stride` of `weight`.
fn products<V: Value>(x: &[f32], weight: &[V::Kept], inputs: usize, stride: usize, results: &mut [f32]) {
    let rows = x.len() / inputs;
    let outputs = results.len() / rows;
    let reach = if outputs == 0 { 0 } else { (outputs - 1) * stride + inputs };
    assert!(x.len() == rows * inputs && results.len() == rows * outputs && reach <= weight.len(), "shapes do not fit");
    #[cfg(target_arch = "x86_64")]
    if std::is_x86_feature_detected!("avx512f")
        && std::is_x86_feature_detected!("avx512bw")
        && std::is_x86_feature_detected!("avx512vl")
    {
        for output in (0..outputs).step_by(TILE) {
            for row in (0..rows).step_by(ROWS) {
                let place = wide::Place { row, output, outputs, inputs, stride };
                // SAFETY: the features were detected, and everything that a tile reaches lies inside: see above.
                unsafe {
                    match rows - row {
                        1 => wide::tile::<V, 1>(x, weight, place, results),
                        2 => wide::tile::<V, 2>(x, weight, place, results),
                        3 => wide::tile::<V, 3>(x, weight, place, results),
                        _ => wide::tile::<V, 4>(x, weight, place, results),
                    }
                }
            }
        }
        return;
    }
    products_portable::<V>(x, weight, inputs, stride, results);
}

fn products_portable<V: Value>(x: &[f32], weight: &[V::Kept], inputs: usize, stride: usize, results: &mut [f32]) {
    let outputs = results.len() / (x.len() / inputs);
    let mut wide = vec![0.0; inputs];
    for output in 0..outputs {
        V::widen(&weight[output * stride..][..inputs], &mut wide);
        for (row, x) in x.chunks_exact(inputs).enumerate() {
            results[row * outputs + output] = vector::dot(x, &wide);
        }
    }
}

#[cfg(target_arch = "x86_64")]
mod wide {
    use std::arch::x86_64::{
        __m512, _MM_HINT_T0, _mm_prefetch, _mm256_maskz_loadu_epi16, _mm512_castsi512_ps, _mm512_cvtepu16_epi32,
        _mm512_cvtph_ps, _mm512_fmadd_ps, _mm512_maskz_loadu_ps, _mm512_reduce_add_ps, _mm512_setzero_ps,
        _mm512_slli_epi32,
    };

    use super::{TILE, Value};

    /// Where a tile stands: its first row of x and its first output, of so many outputs.
    #[derive(Clone, Copy)]
    pub struct Place {
        pub row: usize,
        pub output: usize,
        pub outputs: usize,
        pub inputs: usize,
        pub stride: usize,
    }

    /// Sixteen values of bf16.
    ///
    /// # Safety
    /// AVX-512 F, BW and VL must be there, and `pointer` readable where `mask` has a bit.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512vl")]
    pub unsafe fn upper_halves(pointer: *const i16, mask: u16) -> __m512 {
        // SAFETY: the caller's promise.
        let halves = unsafe { _mm256_maskz_loadu_epi16(mask, pointer) };
        _mm512_castsi512_ps(_mm512_slli_epi32::<16>(_mm512_cvtepu16_epi32(halves)))
    }

    /// Sixteen values of f16.
    ///
    /// # Safety
    /// As for [`upper_halves`].
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512vl")]
    pub unsafe fn halves(pointer: *const i16, mask: u16) -> __m512 {
        // SAFETY: the caller's promise.
        _mm512_cvtph_ps(unsafe { _mm256_maskz_loadu_epi16(mask, pointer) })
    }

    /// M rows of x against up to `TILE` outputs, 16 inputs at a time.
    ///
    /// # Safety
    /// AVX-512 F, BW and VL must be there; M rows must be left of x, and every output must begin at its multiple of
    /// `stride` in `weight` with `inputs` values behind that.
    #[target_feature(enable = "avx512f,avx512bw,avx512vl")]
    pub unsafe fn tile<V: Value, const M: usize>(x: &[f32], weight: &[V::Kept], place: Place, results: &mut [f32]) {
        let Place { row, output, outputs, inputs, stride } = place;
        let width = (outputs - output).min(TILE);
        let mut sums: [[__m512; TILE]; M] = [[_mm512_setzero_ps(); TILE]; M];
        // A tile with fewer outputs reads its last one again; the surplus sums are left out below.
        let mut starts = [weight.as_ptr(); TILE];
        for (index, start) in starts.iter_mut().enumerate() {
            *start = weight[(output + index.min(width - 1)) * stride..].as_ptr();
        }
        let x = x[row * inputs..].as_ptr();
        for start in (0..inputs).step_by(16) {
            let left = inputs - start;
            let mask = if left >= 16 { u16::MAX } else { (1 << left) - 1 };
            // SAFETY: every address is below `inputs` values from the start of a row or an output, by the mask.
            unsafe {
                let mut w = [_mm512_setzero_ps(); TILE];
                for index in 0..TILE {
                    let address = starts[index].wrapping_add(start);
                    w[index] = V::load(address, mask);
                    // The rows of a tile are too short for the processor to see where they lead. Asking for an address
                    // that is not there does no harm.
                    _mm_prefetch::<_MM_HINT_T0>(address.wrapping_add(TILE * stride).cast());
                }
                for (row, sums) in sums.iter_mut().enumerate() {
                    let values = _mm512_maskz_loadu_ps(mask, x.add(row * inputs + start));
                    for (sum, w) in sums.iter_mut().zip(w) {
                        *sum = _mm512_fmadd_ps(values, w, *sum);
                    }
                }
            }
        }
        for (index, sums) in sums.iter().enumerate() {
            for (place, &sum) in sums[..width].iter().enumerate() {
                results[(row + index) * outputs + output + place] = _mm512_reduce_add_ps(sum);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use half::f16;

    use super::*;
    use crate::random::Random;

    fn normals(count: usize, seed: u64) -> Vec<f32> {
        let mut random = Random::new(seed, &[]);
        (0..count).map(|_| random.normal() as f32).collect()
    }

    #[test]
    fn every_shape_and_precision_is_right() {
        for (rows, outputs, inputs) in [(1, 5, 7), (2, 64, 16), (3, 130, 40), (8, 67, 100), (13, 9, 33)] {
            let x = normals(rows * inputs, 1);
            let halves: Vec<bf16> = normals(outputs * inputs, 2).iter().map(|&w| bf16::from_f32(w)).collect();
            let full: Vec<f32> = halves.iter().map(|w| w.to_f32()).collect();
            for weight in [WeightValues::F32(&full), WeightValues::Bf16(&halves)] {
                let mut y = vec![1.0; rows * outputs];
                multiply(&x, weight, inputs, true, &mut y);
                for row in 0..rows {
                    for output in 0..outputs {
                        let want: f64 = (0..inputs)
                            .map(|i| f64::from(x[row * inputs + i]) * f64::from(full[output * inputs + i]))
                            .sum();
                        let got = f64::from(y[row * outputs + output]) - 1.0;
                        assert!((got - want).abs() < 1e-4, "{rows}x{outputs}x{inputs} ({row}, {output})");
                    }
                }
            }
            let mut block = vec![0.0; rows * outputs];
            let mut portable = block.clone();
            products::<Bf16>(&x, &halves, inputs, inputs, &mut block);
            products_portable::<Bf16>(&x, &halves, inputs, inputs, &mut portable);
            assert!(block.iter().zip(&portable).all(|(a, b)| (a - b).abs() < 1e-4));
        }
    }

    #[test]
    fn bytes_of_a_file_are_multiplied_as_their_numbers() {
        for (rows, outputs, inputs) in [(1, 5, 7), (2, 64, 16), (3, 13, 40), (16, 9, 33)] {
            let (x, numbers) = (normals(rows * inputs, 1), normals(outputs * inputs, 2));
            let full: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
            let halves: Vec<u8> = numbers.iter().flat_map(|&number| f16::from_f32(number).to_le_bytes()).collect();
            let upper: Vec<u8> = numbers.iter().flat_map(|&number| bf16::from_f32(number).to_le_bytes()).collect();
            for (kind, bytes) in [(BlockKind::F32, &full), (BlockKind::F16, &halves), (BlockKind::Bf16, &upper)] {
                // At an odd address too: a file owes nobody alignment.
                for shift in [0, 1] {
                    let shifted = [&vec![0; shift][..], bytes].concat();
                    let mut got = vec![f32::NAN; rows * outputs];
                    assert!(products_of_bytes(kind, &x, &shifted[shift..], inputs, &mut got));
                    let mut kept = vec![0.0; outputs * inputs];
                    blocks::widen(kind, bytes, &mut kept);
                    for (place, got) in got.iter().enumerate() {
                        let (row, output) = (place / outputs, place % outputs);
                        let want: f64 = (0..inputs)
                            .map(|i| f64::from(x[row * inputs + i]) * f64::from(kept[output * inputs + i]))
                            .sum();
                        assert!((f64::from(*got) - want).abs() < 1e-4, "{kind:?}, place {place}: {got}, not {want}");
                    }
                }
            }
            let mut portable = vec![0.0; rows * outputs];
            let mut wide = portable.clone();
            products_portable::<F16Bytes>(&x, halves.as_chunks().0, inputs, inputs, &mut portable);
            products::<F16Bytes>(&x, halves.as_chunks().0, inputs, inputs, &mut wide);
            assert!(wide.iter().zip(&portable).all(|(a, b)| (a - b).abs() < 1e-4));
        }
        assert!(!products_of_bytes(BlockKind::Q8_0, &[0.0; 32], &[0; 34], 32, &mut [0.0]));
    }

    #[test]
    fn outputs_may_stand_apart() {
        let (inputs, stride, outputs) = (20, 33, 6);
        let (x, keys) = (normals(3 * inputs, 5), normals((outputs - 1) * stride + inputs, 6));
        let mut results = vec![0.0; 3 * outputs];
        scores(&x, &keys, inputs, stride, &mut results);
        for (index, result) in results.iter().enumerate() {
            let (row, output) = (index / outputs, index % outputs);
            let want = vector::dot(&x[row * inputs..][..inputs], &keys[output * stride..]);
            assert!((result - want).abs() < 1e-4, "({row}, {output})");
        }
    }

    #[test]
    fn a_row_does_not_depend_on_its_neighbours() {
        let (rows, outputs, inputs) = (7, 50, 48);
        let (x, weight) = (normals(rows * inputs, 3), normals(outputs * inputs, 4));
        let mut together = vec![0.0; rows * outputs];
        multiply(&x, WeightValues::F32(&weight), inputs, false, &mut together);
        for row in 0..rows {
            let mut alone = vec![0.0; outputs];
            multiply(&x[row * inputs..][..inputs], WeightValues::F32(&weight), inputs, false, &mut alone);
            assert_eq!(alone, together[row * outputs..][..outputs]);
        }
    }
}
