//! Products of a few rows of x with weights in blocks: what decoding with a quantized model does.
//!
//! Reading the weight is the whole cost, so the sums are made in whole numbers: x is rounded to 16 bits with a scale for
//! every 32 numbers, some thousand times finer than the weights themselves are, and a processor multiplies twice as many
//! such numbers at a time as numbers in f32.
//!
//! A row's result does not depend on how many rows stand beside it.

use std::ops::Range;

use multiversion::multiversion;

use super::block_groups::{self, Form, MOST_GROUPS, OfGroups};
use super::blocks::BlockKind;

/// Numbers that share a scale in x.
const GROUP: usize = 32;

/// Rows of x that meet a row of the weight while it is in the registers.
const ROWS: usize = 4;

/// 32 whole numbers, as a vector unit wants them to lie.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
pub(super) struct Whole(pub [i16; GROUP]);

/// Rows of x in whole numbers: x = scale · number.
#[derive(Debug)]
pub struct WholeRows {
    /// Groups of 32 in a row.
    groups: usize,
    numbers: Vec<Whole>,
    scales: Vec<f32>,
    /// Of each group the sum of its x, as they were rounded.
    sums: Vec<f32>,
}

impl WholeRows {
    /// Rounds rows of `inputs` numbers, a multiple of 32.
    pub fn new(x: &[f32], inputs: usize) -> Self {
        assert!(
            inputs.is_multiple_of(GROUP) && x.len().is_multiple_of(inputs),
            "{inputs} numbers are not whole groups"
        );
        let count = x.len() / GROUP;
        let mut rows = Self {
            groups: inputs / GROUP,
            numbers: vec![Whole([0; GROUP]); count],
            scales: vec![0.0; count],
            sums: vec![0.0; count],
        };
        let (groups, _) = x.as_chunks::<GROUP>();
        for (index, group) in groups.iter().enumerate() {
            (rows.scales[index], rows.sums[index]) = round(group, &mut rows.numbers[index].0);
        }
        rows
    }

    /// How many.
    pub fn rows(&self) -> usize {
        self.numbers.len() / self.groups
    }

    fn row(&self, row: usize) -> Row<'_> {
        let range = row * self.groups..(row + 1) * self.groups;
        Row { numbers: &self.numbers[range.clone()], scales: &self.scales[range.clone()], sums: &self.sums[range] }
    }
}

/// One of [`WholeRows`].
#[derive(Debug, Clone, Copy)]
struct Row<'a> {
    numbers: &'a [Whole],
    scales: &'a [f32],
    sums: &'a [f32],
}

/// The scale of a group, and its sum.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl+avx2+fma", "x86_64+avx2+fma"))]
fn round(group: &[f32; GROUP], numbers: &mut [i16; GROUP]) -> (f32, f32) {
    let largest = group.iter().fold(0.0f32, |largest, x| largest.max(x.abs()));
    let scale = largest / f32::from(i16::MAX);
    let inverse = if scale > 0.0 { 1.0 / scale } else { 0.0 };
    for (number, x) in numbers.iter_mut().zip(group) {
        *number = (x * inverse).round_ties_even() as i16;
    }
    (scale, scale * numbers.iter().map(|&number| i32::from(number)).sum::<i32>() as f32)
}

/// Whether there are [products] of this form.
pub fn has_products(kind: BlockKind) -> bool {
    !matches!(kind, BlockKind::F32 | BlockKind::F16 | BlockKind::Bf16)
}

/// results\[row, output\] = x\[row\]·weight\[output\], where `weight` is whole rows of this form. On this thread.
pub fn products(kind: BlockKind, x: &WholeRows, weight: &[u8], results: &mut [f32]) {
    match kind {
        BlockKind::F32 | BlockKind::F16 | BlockKind::Bf16 => panic!("{kind:?} is no form of whole numbers"),
        BlockKind::Q4_0 => each_row::<block_groups::Q4_0>(x, weight, results),
        BlockKind::Q4_1 => each_row::<block_groups::Q4_1>(x, weight, results),
        BlockKind::Q5_0 => each_row::<block_groups::Q5_0>(x, weight, results),
        BlockKind::Q5_1 => each_row::<block_groups::Q5_1>(x, weight, results),
        BlockKind::Q8_0 => each_row::<block_groups::Q8_0>(x, weight, results),
        BlockKind::Q4K => each_row::<block_groups::Q4K>(x, weight, results),
        BlockKind::Q5K => each_row::<block_groups::Q5K>(x, weight, results),
        BlockKind::Q6K => each_row::<block_groups::Q6K>(x, weight, results),
    }
}

fn each_row<F: Form>(x: &WholeRows, weight: &[u8], results: &mut [f32]) {
    let (numbers, bytes) = F::KIND.block();
    let row_bytes = x.groups * GROUP / numbers * bytes;
    let outputs = weight.len() / row_bytes;
    assert!(
        (x.groups * GROUP).is_multiple_of(numbers)
            && weight.len() == outputs * row_bytes
            && results.len() == x.rows() * outputs,
        "shapes do not fit"
    );
    for first in (0..x.rows()).step_by(ROWS) {
        let results = &mut results[first * outputs..];
        match x.rows() - first {
            1 => some_rows::<F, 1>([0].map(|row| x.row(first + row)), weight, row_bytes, results),
            2 => some_rows::<F, 2>([0, 1].map(|row| x.row(first + row)), weight, row_bytes, results),
            3 => some_rows::<F, 3>([0, 1, 2].map(|row| x.row(first + row)), weight, row_bytes, results),
            _ => some_rows::<F, ROWS>([0, 1, 2, 3].map(|row| x.row(first + row)), weight, row_bytes, results),
        }
    }
}

fn some_rows<F: Form, const M: usize>(x: [Row<'_>; M], weight: &[u8], row_bytes: usize, results: &mut [f32]) {
    #[cfg(target_arch = "x86_64")]
    if std::is_x86_feature_detected!("avx512f")
        && std::is_x86_feature_detected!("avx512bw")
        && std::is_x86_feature_detected!("avx512vl")
        && std::is_x86_feature_detected!("f16c")
    {
        // SAFETY: the features were detected.
        unsafe { wide::rows::<F, M>(x, weight, row_bytes, results) };
        return;
    }
    portable::<F, M>(x, weight, row_bytes, results);
}

#[expect(clippy::needless_range_loop, reason = "groups are counted out when this is compiled")]
#[multiversion(targets("x86_64+avx2+fma+f16c"))]
fn portable<F: Form, const M: usize>(x: [Row<'_>; M], weight: &[u8], row_bytes: usize, results: &mut [f32]) {
    const LANES: usize = GROUP / 2;
    let (numbers, bytes) = F::KIND.block();
    let (groups, outputs) = (numbers / GROUP, weight.len() / row_bytes);
    for (output, weight) in weight.chunks_exact(row_bytes).enumerate() {
        let (mut sums, mut offsets) = ([[0.0f32; LANES]; M], [[0.0f32; MOST_GROUPS]; M]);
        for (index, block) in weight.chunks_exact(bytes).enumerate() {
            let scales = F::scales(block);
            let places = index * groups..(index + 1) * groups;
            let mut factors = [[0.0; MOST_GROUPS]; M];
            for row in 0..M {
                factors[row] = scaled::<F>(x[row], places.clone(), &scales, &mut offsets[row]);
            }
            for part in 0..groups {
                let whole = F::whole(block, part);
                for row in 0..M {
                    let (numbers, factor) = (&x[row].numbers[places.start + part].0, factors[row][part]);
                    for (lane, sum) in sums[row].iter_mut().enumerate() {
                        let product = i32::from(numbers[2 * lane]) * i32::from(whole[2 * lane])
                            + i32::from(numbers[2 * lane + 1]) * i32::from(whole[2 * lane + 1]);
                        *sum += factor * product as f32;
                    }
                }
            }
        }
        for row in 0..M {
            results[row * outputs + output] = sums[row].iter().sum::<f32>() - offsets[row].iter().sum::<f32>();
        }
    }
}

/// What the groups at these places of x are multiplied with; what their offsets come to is added to `offsets`.
#[expect(clippy::inline_always, reason = "it takes on the vector unit of the loop that it is part of")]
#[inline(always)]
fn scaled<F: Form>(
    x: Row<'_>,
    places: Range<usize>,
    (scales, group_offsets): &(OfGroups, OfGroups),
    offsets: &mut OfGroups,
) -> OfGroups {
    let mut factors = [0.0; MOST_GROUPS];
    for (factor, (scale, own)) in factors.iter_mut().zip(scales.iter().zip(&x.scales[places.clone()])) {
        *factor = scale * own;
    }
    if F::HAS_OFFSET {
        for (sum, (offset, own)) in offsets.iter_mut().zip(group_offsets.iter().zip(&x.sums[places])) {
            *sum += offset * own;
        }
    }
    factors
}

#[cfg(target_arch = "x86_64")]
mod wide {
    use std::arch::x86_64::{
        __m512i, _mm512_cvtepi32_ps, _mm512_fmadd_ps, _mm512_load_si512, _mm512_loadu_si512, _mm512_madd_epi16,
        _mm512_reduce_add_ps, _mm512_set1_ps, _mm512_setzero_ps,
    };

    use super::{Form, GROUP, MOST_GROUPS, Row, scaled};

    /// # Safety
    /// AVX-512 F, BW and VL, and F16C, must be there.
    #[expect(clippy::needless_range_loop, reason = "groups are counted out when this is compiled")]
    #[target_feature(enable = "avx512f,avx512bw,avx512vl,f16c")]
    pub(super) unsafe fn rows<F: Form, const M: usize>(
        x: [Row<'_>; M],
        weight: &[u8],
        row_bytes: usize,
        results: &mut [f32],
    ) {
        let (numbers, bytes) = F::KIND.block();
        let (groups, outputs) = (numbers / GROUP, weight.len() / row_bytes);
        for (output, weight) in weight.chunks_exact(row_bytes).enumerate() {
            let (mut sums, mut offsets) = ([_mm512_setzero_ps(); M], [[0.0f32; MOST_GROUPS]; M]);
            for (index, block) in weight.chunks_exact(bytes).enumerate() {
                let scales = F::scales(block);
                let places = index * groups..(index + 1) * groups;
                let mut factors = [[0.0; MOST_GROUPS]; M];
                for row in 0..M {
                    factors[row] = scaled::<F>(x[row], places.clone(), &scales, &mut offsets[row]);
                }
                for part in 0..groups {
                    let whole = F::whole(block, part);
                    // SAFETY: an array of 32 numbers of 16 bits is as long as a register.
                    let whole: __m512i = unsafe { _mm512_loadu_si512(whole.as_ptr().cast()) };
                    for row in 0..M {
                        let numbers = x[row].numbers[places.start + part].0.as_ptr();
                        // SAFETY: as above, and a group lies as a register wants it.
                        let numbers = unsafe { _mm512_load_si512(numbers.cast()) };
                        // Two products of 15 and 15 bits fit 32.
                        let products = _mm512_cvtepi32_ps(_mm512_madd_epi16(numbers, whole));
                        sums[row] = _mm512_fmadd_ps(products, _mm512_set1_ps(factors[row][part]), sums[row]);
                    }
                }
            }
            for row in 0..M {
                let offset: f32 = offsets[row].iter().sum();
                results[row * outputs + output] = _mm512_reduce_add_ps(sums[row]) - offset;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::kernels::blocks::widen;
    use crate::random::Random;

    const KINDS: [BlockKind; 8] = [
        BlockKind::Q4_0,
        BlockKind::Q4_1,
        BlockKind::Q5_0,
        BlockKind::Q5_1,
        BlockKind::Q8_0,
        BlockKind::Q4K,
        BlockKind::Q5K,
        BlockKind::Q6K,
    ];

    /// Rows of blocks with any bits, whose scales are small numbers.
    fn weight(kind: BlockKind, inputs: usize, outputs: usize) -> Vec<u8> {
        let (numbers, size) = kind.block();
        let mut random = Random::new(5, &[]);
        let mut bytes: Vec<u8> =
            (0..outputs * inputs / numbers * size).map(|_| (random.uniform() * 256.0) as u8).collect();
        let scales: &[usize] = match kind {
            BlockKind::Q6K => &[208],
            BlockKind::Q8_0 | BlockKind::Q4_0 | BlockKind::Q5_0 => &[0],
            _ => &[0, 2],
        };
        for block in bytes.chunks_mut(size) {
            for &at in scales {
                let scale = half::f16::from_f32(0.001 + 0.01 * random.uniform() as f32);
                block[at..at + 2].copy_from_slice(&scale.to_le_bytes());
            }
        }
        bytes
    }

    #[test]
    fn every_form_gives_the_products_of_its_numbers() {
        let (inputs, outputs) = (768, 9);
        for kind in KINDS {
            assert!(has_products(kind));
            let bytes = weight(kind, inputs, outputs);
            let mut numbers = vec![0.0; outputs * inputs];
            widen(kind, &bytes, &mut numbers);
            for rows in [1, 2, 3, 4, 7] {
                let mut random = Random::new(rows as u64, &[]);
                let mut x: Vec<f32> = (0..rows * inputs).map(|_| random.normal() as f32).collect();
                // A number that dwarfs those that it shares a scale with, and a group of nothing.
                x[3] = 500.0;
                x[64..96].fill(0.0);
                let whole = WholeRows::new(&x, inputs);
                let (mut got, mut portable_got) = (vec![f32::NAN; rows * outputs], vec![f32::NAN; rows * outputs]);
                products(kind, &whole, &bytes, &mut got);
                if rows == 1 && kind == BlockKind::Q4K {
                    portable::<block_groups::Q4K, 1>([whole.row(0)], &bytes, bytes.len() / outputs, &mut portable_got);
                    assert!(got.iter().zip(&portable_got).all(|(a, b)| (a - b).abs() < 1e-3 * (1.0 + a.abs())));
                }
                for (place, got) in got.iter().enumerate() {
                    let (x, w) = (&x[place / outputs * inputs..][..inputs], &numbers[place % outputs * inputs..]);
                    let (mut want, mut bound) = (0.0, 0.0);
                    for (x, w) in x.chunks(GROUP).zip(w.chunks(GROUP)) {
                        // Rounding moves each number of x by half a step of its group's scale at most.
                        let half_step = f64::from(x.iter().fold(0.0f32, |most, x| most.max(x.abs()))) / 65_534.0;
                        for (x, w) in x.iter().zip(w) {
                            let term = f64::from(*x) * f64::from(*w);
                            want += term;
                            bound += 1.01 * half_step * f64::from(w.abs()) + 1e-6 * term.abs();
                        }
                    }
                    let off = (f64::from(*got) - want).abs();
                    assert!(off < bound, "{kind:?}, {rows} rows, place {place}: {got}, not {want}");
                }
            }
        }
    }

    #[test]
    fn a_row_does_not_depend_on_its_neighbours() {
        let (inputs, outputs, rows) = (256, 6, 7);
        let bytes = weight(BlockKind::Q6K, inputs, outputs);
        let mut random = Random::new(8, &[]);
        let x: Vec<f32> = (0..rows * inputs).map(|_| random.normal() as f32).collect();
        let mut together = vec![0.0; rows * outputs];
        products(BlockKind::Q6K, &WholeRows::new(&x, inputs), &bytes, &mut together);
        for row in 0..rows {
            let mut alone = vec![0.0; outputs];
            products(BlockKind::Q6K, &WholeRows::new(&x[row * inputs..][..inputs], inputs), &bytes, &mut alone);
            assert_eq!(alone, together[row * outputs..][..outputs]);
        }
    }
}
