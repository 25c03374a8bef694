//! Products of a few rows of x with weights in blocks: what decoding with a quantized model does.
//!
//! Reading the weight is the whole cost, so the sums are made in whole numbers: x is rounded to 16 bits with a scale for
//! every 32 numbers, some thousand times finer than the weights themselves are, and a processor multiplies twice as many
//! such numbers at a time as numbers in f32.
//!
//! A row's result does not depend on how many rows stand beside it.

#[cfg(target_arch = "x86_64")]
mod wide;

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
        #[cfg(target_arch = "x86_64")]
        if wide::is_available() {
            for (index, group) in groups.iter().enumerate() {
                // SAFETY: the instructions are there.
                (rows.scales[index], rows.sums[index]) = unsafe { wide::round(group, &mut rows.numbers[index].0) };
            }
            return rows;
        }
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

/// The scale of a group, and its sum. Both are no numbers where one of the group is none.
#[multiversion(targets("x86_64+avx2+fma"))]
fn round(group: &[f32; GROUP], numbers: &mut [i16; GROUP]) -> (f32, f32) {
    if group.iter().any(|x| x.is_nan()) {
        numbers.fill(0);
        return (f32::NAN, f32::NAN);
    }
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

fn each_row<F: AnyForm>(x: &WholeRows, weight: &[u8], results: &mut [f32]) {
    let (numbers, bytes) = F::KIND.block();
    let row_bytes = x.groups * GROUP / numbers * bytes;
    let outputs = weight.len() / row_bytes;
    assert!(
        (x.groups * GROUP).is_multiple_of(numbers)
            && weight.len() == outputs * row_bytes
            && results.len() == x.rows() * outputs,
        "shapes do not fit"
    );
    #[cfg(target_arch = "x86_64")]
    if wide::is_available() {
        // SAFETY: the instructions are there.
        unsafe { wide::rows::<F>(x, weight, row_bytes, results) };
        return;
    }
    portable_rows::<F>(x, weight, row_bytes, results);
}

/// A form as the processor at hand wants it.
#[cfg(target_arch = "x86_64")]
use wide::Wide as AnyForm;

#[cfg(not(target_arch = "x86_64"))]
use Form as AnyForm;

fn portable_rows<F: Form>(x: &WholeRows, weight: &[u8], row_bytes: usize, results: &mut [f32]) {
    let outputs = weight.len() / row_bytes;
    for first in (0..x.rows()).step_by(ROWS) {
        let (row, results) = (|index: usize| x.row(first + index), &mut results[first * outputs..]);
        match x.rows() - first {
            1 => portable::<F, 1>([0].map(row), weight, row_bytes, results),
            2 => portable::<F, 2>([0, 1].map(row), weight, row_bytes, results),
            3 => portable::<F, 3>([0, 1, 2].map(row), weight, row_bytes, results),
            _ => portable::<F, ROWS>([0, 1, 2, 3].map(row), weight, row_bytes, results),
        }
    }
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

#[cfg(test)]
mod tests;
