//! Products of whole numbers with AVX-512: a tile of a few rows of x and a few rows of the weight at a time.

use std::arch::x86_64::{
    __m256, __m512i, _CMP_UNORD_Q, _MM_HINT_T0, _mm_cvtph_ps, _mm_cvtsi32_si128, _mm_cvtss_f32, _mm_loadu_si128,
    _mm_prefetch, _mm_set_ss, _mm256_add_ps, _mm256_cvtepi8_epi16, _mm256_cvtepu8_epi16, _mm256_fmadd_ps,
    _mm256_loadu_ps, _mm256_loadu_si256, _mm256_mul_ps, _mm256_set1_ps, _mm256_setzero_ps, _mm256_srli_epi16,
    _mm256_storeu_ps, _mm256_storeu_si256, _mm256_zextps128_ps256, _mm512_abs_ps, _mm512_add_epi32, _mm512_and_si512,
    _mm512_castsi256_si512, _mm512_cmp_ps_mask, _mm512_cvtepi8_epi16, _mm512_cvtepi32_ps, _mm512_cvtepu8_epi16,
    _mm512_cvtps_epi32, _mm512_cvtsepi32_epi16, _mm512_fmadd_ps, _mm512_inserti64x4, _mm512_load_si512,
    _mm512_loadu_ps, _mm512_loadu_si512, _mm512_madd_epi16, _mm512_mask_add_epi16, _mm512_max_ps, _mm512_mul_ps,
    _mm512_mullo_epi16, _mm512_or_si512, _mm512_permutexvar_epi16, _mm512_reduce_add_epi32, _mm512_reduce_add_ps,
    _mm512_reduce_max_ps, _mm512_set1_epi16, _mm512_set1_ps, _mm512_setzero_ps, _mm512_slli_epi16, _mm512_srli_epi16,
    _mm512_sub_epi16, _mm512_sub_ps, _mm512_test_epi16_mask, _mm512_zextps256_ps512,
};

use super::block_groups::{self, MOST_GROUPS, of_eight};
use super::{Form, GROUP, Row, WholeRows};
use crate::model::kernels::blocks::BlockKind;

/// Rows of x in a tile.
const ROWS: usize = 4;
/// Rows of the weight in a tile, where a block is one group.
const TILE: usize = 4;
/// Where it is eight: as many groups of each are enough to keep the processor busy.
const TILE_OF_LONG: usize = 2;
/// Bytes of the weight from a tile's beginning to what is asked for while it is multiplied.
const AHEAD: usize = 6656;
/// In bytes.
const CACHE_LINE: usize = 64;

/// How a group is brought into a register.
pub(super) trait Wide: Form {
    /// The whole numbers of group `part` of a block, as [`Form::whole`] has them.
    ///
    /// # Safety
    /// AVX-512 F, BW and VL must be there, and a block at `block`.
    unsafe fn whole_wide(block: *const u8, part: usize) -> __m512i;
}

/// Everything that the functions here need.
pub(super) fn is_available() -> bool {
    std::is_x86_feature_detected!("avx512f")
        && std::is_x86_feature_detected!("avx512bw")
        && std::is_x86_feature_detected!("avx512vl")
        && std::is_x86_feature_detected!("avx2")
        && std::is_x86_feature_detected!("fma")
        && std::is_x86_feature_detected!("f16c")
}

/// As `super::round`.
///
/// # Safety
/// See [`is_available`].
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx2,fma,f16c")]
pub(super) unsafe fn round(group: &[f32; GROUP], numbers: &mut [i16; GROUP]) -> (f32, f32) {
    // SAFETY: each half of the group, and of the numbers, is as long as a register.
    let (low, high) = unsafe { (_mm512_loadu_ps(group.as_ptr()), _mm512_loadu_ps(group.as_ptr().add(16))) };
    if _mm512_cmp_ps_mask::<_CMP_UNORD_Q>(low, high) != 0 {
        numbers.fill(0);
        return (f32::NAN, f32::NAN);
    }
    let largest = _mm512_reduce_max_ps(_mm512_max_ps(_mm512_abs_ps(low), _mm512_abs_ps(high)));
    let scale = largest / f32::from(i16::MAX);
    let inverse = _mm512_set1_ps(if scale > 0.0 { 1.0 / scale } else { 0.0 });
    let (low, high) =
        (_mm512_cvtps_epi32(_mm512_mul_ps(low, inverse)), _mm512_cvtps_epi32(_mm512_mul_ps(high, inverse)));
    let target = numbers.as_mut_ptr();
    // SAFETY: as above.
    unsafe {
        _mm256_storeu_si256(target.cast(), _mm512_cvtsepi32_epi16(low));
        _mm256_storeu_si256(target.add(16).cast(), _mm512_cvtsepi32_epi16(high));
    }
    (scale, scale * _mm512_reduce_add_epi32(_mm512_add_epi32(low, high)) as f32)
}

/// As `super::each_row`, which has compared the shapes.
///
/// # Safety
/// See [`is_available`].
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx2,fma,f16c")]
pub(super) unsafe fn rows<F: Wide>(x: &WholeRows, weight: &[u8], row_bytes: usize, results: &mut [f32]) {
    // SAFETY: the caller's promise.
    unsafe {
        if F::KIND.block().0 == GROUP {
            tiles::<F, TILE>(x, weight, row_bytes, results);
        } else {
            tiles::<F, TILE_OF_LONG>(x, weight, row_bytes, results);
        }
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx2,fma,f16c")]
unsafe fn tiles<F: Wide, const T: usize>(x: &WholeRows, weight: &[u8], row_bytes: usize, results: &mut [f32]) {
    let (rows, outputs) = (x.rows(), weight.len() / row_bytes);
    for output in (0..outputs).step_by(T) {
        // A tile with fewer rows of the weight reads its last one again; the surplus sums are left out.
        let width = (outputs - output).min(T);
        let mut starts = [weight; T];
        for (index, start) in starts.iter_mut().enumerate() {
            *start = &weight[(output + index.min(width - 1)) * row_bytes..][..row_bytes];
        }
        for first in (0..rows).step_by(ROWS) {
            let results = &mut results[first * outputs + output..];
            let row = |index: usize| x.row(first + index);
            // SAFETY: the features are there, and the shapes fit each other.
            unsafe {
                match rows - first {
                    1 => tile::<F, 1, T>([0].map(row), starts, (outputs, width), results),
                    2 => tile::<F, 2, T>([0, 1].map(row), starts, (outputs, width), results),
                    3 => tile::<F, 3, T>([0, 1, 2].map(row), starts, (outputs, width), results),
                    _ => tile::<F, ROWS, T>([0, 1, 2, 3].map(row), starts, (outputs, width), results),
                }
            }
        }
    }
}

#[expect(clippy::needless_range_loop, reason = "rows and groups are counted out when this is compiled")]
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx2,fma,f16c")]
unsafe fn tile<F: Wide, const M: usize, const T: usize>(
    x: [Row<'_>; M],
    starts: [&[u8]; T],
    (outputs, width): (usize, usize),
    results: &mut [f32],
) {
    let (numbers, bytes) = F::KIND.block();
    let groups = numbers / GROUP;
    let blocks = starts[0].len() / bytes;
    assert!(x.iter().all(|row| row.numbers.len() == blocks * groups), "shapes do not fit");
    let (mut sums, mut offsets) = ([[_mm512_setzero_ps(); T]; M], [[_mm256_setzero_ps(); T]; M]);
    for index in 0..blocks {
        for at in 0..T {
            // SAFETY: each start has so many blocks behind it, and each row of x so many groups. Asking for an address that
            // is not there does no harm.
            unsafe {
                let block = starts[at].as_ptr().add(index * bytes);
                // What comes next is asked for in the order in which it lies, whatever the order of a tile: a processor
                // that reads ahead follows one stream, not as many as a tile has rows.
                let next = starts[0].as_ptr().wrapping_add(AHEAD + (index * T + at) * bytes);
                for line in (0..bytes).step_by(CACHE_LINE) {
                    _mm_prefetch::<_MM_HINT_T0>(next.wrapping_add(line).cast());
                }
                let mut factors = [[0.0f32; MOST_GROUPS]; M];
                if groups == 1 {
                    let scale = half(block);
                    let least = if F::HAS_OFFSET { -half(block.add(2)) } else { 0.0 };
                    for row in 0..M {
                        factors[row][0] = scale * *x[row].scales.as_ptr().add(index);
                        if F::HAS_OFFSET {
                            let offset = _mm_set_ss(least * *x[row].sums.as_ptr().add(index));
                            offsets[row][at] = _mm256_add_ps(offsets[row][at], _mm256_zextps128_ps256(offset));
                        }
                    }
                } else {
                    let (scales, least) = eight_scales::<F>(block, bytes);
                    for row in 0..M {
                        let own = _mm256_loadu_ps(x[row].scales.as_ptr().add(index * groups));
                        _mm256_storeu_ps(factors[row].as_mut_ptr(), _mm256_mul_ps(scales, own));
                        if F::HAS_OFFSET {
                            let own = _mm256_loadu_ps(x[row].sums.as_ptr().add(index * groups));
                            offsets[row][at] = _mm256_fmadd_ps(least, own, offsets[row][at]);
                        }
                    }
                }
                for part in 0..groups {
                    let whole = F::whole_wide(block, part);
                    for row in 0..M {
                        let numbers = _mm512_load_si512(x[row].numbers.as_ptr().add(index * groups + part).cast());
                        // Two products of 15 and 15 bits fit 32.
                        let products = _mm512_cvtepi32_ps(_mm512_madd_epi16(numbers, whole));
                        sums[row][at] = _mm512_fmadd_ps(products, _mm512_set1_ps(factors[row][part]), sums[row][at]);
                    }
                }
            }
        }
    }
    for row in 0..M {
        for at in 0..T {
            if at < width {
                let sum = _mm512_sub_ps(sums[row][at], _mm512_zextps256_ps512(offsets[row][at]));
                results[row * outputs + at] = _mm512_reduce_add_ps(sum);
            }
        }
    }
}

/// A number in f16.
///
/// # Safety
/// F16C must be there, and two bytes at `at`.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,f16c")]
unsafe fn half(at: *const u8) -> f32 {
    // SAFETY: the caller's promise.
    let bits = unsafe { at.cast::<u16>().read_unaligned() };
    _mm_cvtss_f32(_mm_cvtph_ps(_mm_cvtsi32_si128(i32::from(bits))))
}

/// Scales and smallest values of a block of eight groups.
///
/// # Safety
/// The features must be there, and a block at `block`.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx2,fma,f16c")]
unsafe fn eight_scales<F: Wide>(block: *const u8, bytes: usize) -> (__m256, __m256) {
    // SAFETY: the caller's promise; eight numbers are as long as a register.
    unsafe {
        if F::KIND == BlockKind::Q6K {
            return (_mm256_set1_ps(half(block.add(208))), _mm256_setzero_ps());
        }
        let (scales, least) = of_eight(std::slice::from_raw_parts(block, bytes));
        (_mm256_loadu_ps(scales.as_ptr()), _mm256_loadu_ps(least.as_ptr()))
    }
}

/// 32 bytes as whole numbers.
///
/// # Safety
/// The features must be there, and 32 bytes at `at`.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl")]
unsafe fn bytes_at(at: *const u8) -> __m512i {
    // SAFETY: the caller's promise.
    _mm512_cvtepu8_epi16(unsafe { _mm256_loadu_si256(at.cast()) })
}

/// The low halves of 16 bytes, then the high ones.
///
/// # Safety
/// The features must be there, and 16 bytes at `at`.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx2")]
unsafe fn fours(at: *const u8) -> __m512i {
    // SAFETY: the caller's promise.
    let bytes = _mm256_cvtepu8_epi16(unsafe { _mm_loadu_si128(at.cast()) });
    let both = _mm512_inserti64x4::<1>(_mm512_castsi256_si512(bytes), _mm256_srli_epi16::<4>(bytes));
    _mm512_and_si512(both, _mm512_set1_epi16(15))
}

/// 4 bytes of fifth bits, then as [`fours`].
///
/// # Safety
/// The features must be there, and 20 bytes at `at`.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx2")]
unsafe fn fives(at: *const u8) -> __m512i {
    // SAFETY: the caller's promise.
    let (fifth, fours) = unsafe { (at.cast::<u32>().read_unaligned(), fours(at.add(4))) };
    _mm512_mask_add_epi16(fours, fifth, fours, _mm512_set1_epi16(16))
}

/// Group `part` of a run of 32 bytes whose low halves are one group and whose high halves the next.
///
/// # Safety
/// The features must be there, and four runs at `runs`.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl")]
unsafe fn half_of_run(runs: *const u8, part: usize) -> __m512i {
    // SAFETY: the caller's promise.
    let bytes = unsafe { bytes_at(runs.add(32 * (part / 2))) };
    if part.is_multiple_of(2) { _mm512_and_si512(bytes, _mm512_set1_epi16(15)) } else { _mm512_srli_epi16::<4>(bytes) }
}

macro_rules! wide {
    ($name:ident, |$block:ident, $part:ident| $whole:expr) => {
        impl Wide for block_groups::$name {
            #[inline]
            #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx2,fma,f16c")]
            unsafe fn whole_wide($block: *const u8, $part: usize) -> __m512i {
                // SAFETY: the caller's promise: everything here lies inside the block.
                unsafe { $whole }
            }
        }
    };
}

wide!(Q4_0, |block, _part| _mm512_sub_epi16(fours(block.add(2)), _mm512_set1_epi16(8)));
wide!(Q4_1, |block, _part| fours(block.add(4)));
wide!(Q5_0, |block, _part| _mm512_sub_epi16(fives(block.add(2)), _mm512_set1_epi16(16)));
wide!(Q5_1, |block, _part| fives(block.add(4)));
wide!(Q8_0, |block, _part| _mm512_cvtepi8_epi16(_mm256_loadu_si256(block.add(2).cast())));
wide!(Q4K, |block, part| half_of_run(block.add(16), part));
wide!(Q5K, |block, part| {
    let (fours, fifth) = (half_of_run(block.add(48), part), bytes_at(block.add(16)));
    let is_set = _mm512_test_epi16_mask(fifth, _mm512_set1_epi16(1 << part));
    _mm512_mask_add_epi16(fours, is_set, fours, _mm512_set1_epi16(16))
});
wide!(Q6K, |block, part| {
    let (side, quarter) = (part / 4, part % 4);
    let low = bytes_at(block.add(64 * side + 32 * (quarter % 2)));
    let low = if quarter < 2 { _mm512_and_si512(low, _mm512_set1_epi16(15)) } else { _mm512_srli_epi16::<4>(low) };
    let high = bytes_at(block.add(128 + 32 * side));
    let high = match quarter {
        0 => _mm512_slli_epi16::<4>(high),
        1 => _mm512_slli_epi16::<2>(high),
        2 => high,
        _ => _mm512_srli_epi16::<2>(high),
    };
    let six = _mm512_or_si512(low, _mm512_and_si512(high, _mm512_set1_epi16(0x30)));
    // Each half of a group has a scale of its own.
    let scales = _mm256_cvtepi8_epi16(_mm_loadu_si128(block.add(192).cast()));
    let places = _mm512_loadu_si512(HALVES[part].as_ptr().cast());
    let scales = _mm512_permutexvar_epi16(places, _mm512_castsi256_si512(scales));
    _mm512_mullo_epi16(_mm512_sub_epi16(six, _mm512_set1_epi16(32)), scales)
});

/// For each group of a block of eight the places of its halves' scales.
static HALVES: [[i16; GROUP]; MOST_GROUPS] = {
    let mut places = [[0; GROUP]; MOST_GROUPS];
    let mut at = 0;
    while at < MOST_GROUPS * GROUP {
        places[at / GROUP][at % GROUP] = (at / (GROUP / 2)) as i16;
        at += 1;
    }
    places
};
