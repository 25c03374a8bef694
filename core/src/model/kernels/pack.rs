//! Numbers into blocks of a few bits a number, as `blocks` reads them back.
//!
//! The scales are searched for: of several ways to round a part of a block, each with the scale that fits it best, the one
//! is taken whose squared error, weighted by how large the numbers are, is smallest.

use half::f16;
use multiversion::multiversion;

/// Ways to round a part that are tried.
const TRIES: usize = 16;

/// Appends numbers in blocks of 32 with 8 bits each and a scale.
pub fn pack_q8_0(numbers: &[f32], out: &mut Vec<u8>) {
    assert!(numbers.len().is_multiple_of(32), "{} numbers do not fill blocks of 32", numbers.len());
    for block in numbers.as_chunks::<32>().0 {
        let largest = block.iter().fold(0.0f32, |largest, number| largest.max(number.abs()));
        let scale = largest / 127.0;
        let inverse = if scale == 0.0 { 0.0 } else { 1.0 / scale };
        out.extend(f16::from_f32(scale).to_le_bytes());
        out.extend(block.iter().map(|number| ((number * inverse).round() as i8).cast_unsigned()));
    }
}

/// Appends numbers in blocks of 256 with 4 bits each, in eight parts with a scale and a smallest value of 6 bits.
pub fn pack_q4k(numbers: &[f32], out: &mut Vec<u8>) {
    assert!(numbers.len().is_multiple_of(256), "{} numbers do not fill blocks of 256", numbers.len());
    let start = out.len();
    out.resize(start + numbers.len() / 256 * 144, 0);
    fours(numbers, &mut out[start..]);
}

/// Appends numbers in blocks of 256 with 6 bits each, in sixteen parts with a scale of 8 bits.
pub fn pack_q6k(numbers: &[f32], out: &mut Vec<u8>) {
    assert!(numbers.len().is_multiple_of(256), "{} numbers do not fill blocks of 256", numbers.len());
    let start = out.len();
    out.resize(start + numbers.len() / 256 * 210, 0);
    sixes(numbers, &mut out[start..]);
}

#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl+avx2+fma+f16c", "x86_64+avx2+fma+f16c"))]
fn fours(numbers: &[f32], out: &mut [u8]) {
    for (block, out) in numbers.as_chunks::<256>().0.iter().zip(out.as_chunks_mut::<144>().0) {
        four(block, out);
    }
}

#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl+avx2+fma+f16c", "x86_64+avx2+fma+f16c"))]
fn sixes(numbers: &[f32], out: &mut [u8]) {
    for (block, out) in numbers.as_chunks::<256>().0.iter().zip(out.as_chunks_mut::<210>().0) {
        six(block, out);
    }
}

/// How much each number's error weighs: large numbers move what is computed more.
#[expect(clippy::inline_always, reason = "it takes on the vector unit of the loop that it is part of")]
#[inline(always)]
fn importance<const COUNT: usize>(numbers: &[f32; COUNT]) -> [f32; COUNT] {
    let square = numbers.iter().map(|number| number * number).sum::<f32>() / COUNT as f32;
    let usual = square.sqrt();
    numbers.map(|number| usual + number.abs())
}

/// One block of 4 bits: `d · scale · q − m · least`, with d and m for the block, scale and least for a part of 32.
#[expect(clippy::inline_always, reason = "it takes on the vector unit of the loop that it is part of")]
#[inline(always)]
fn four(block: &[f32; 256], out: &mut [u8; 144]) {
    let parts = block.as_chunks::<32>().0;
    let mut fits = [(0.0f32, 0.0f32); 8];
    let mut weights = [[0.0f32; 32]; 8];
    for (part, numbers) in parts.iter().enumerate() {
        weights[part] = importance(numbers);
        fits[part] = fit_with_least(numbers, &weights[part]);
    }
    let unit = |largest: f32| f16::from_f32(largest / 63.0);
    let scale_unit = unit(fits.iter().fold(0.0, |largest, (scale, _)| largest.max(*scale)));
    let least_unit = unit(fits.iter().fold(0.0, |largest, (_, least)| largest.max(*least)));
    let (one_scale, one_least) = (scale_unit.to_f32(), least_unit.to_f32());
    out[0..2].copy_from_slice(&scale_unit.to_le_bytes());
    out[2..4].copy_from_slice(&least_unit.to_le_bytes());
    for (part, numbers) in parts.iter().enumerate() {
        let mut best = f32::INFINITY;
        let (mut scale, mut least, mut kept) = (0, 0, [0u8; 32]);
        for try_scale in neighbours(fits[part].0, one_scale, 0, 63) {
            for try_least in neighbours(fits[part].1, one_least, 0, 63) {
                let (factor, offset) = (one_scale * try_scale as f32, one_least * try_least as f32);
                let inverse = if factor == 0.0 { 0.0 } else { 1.0 / factor };
                let (mut error, mut codes) = (0.0f32, [0u8; 32]);
                for ((code, number), weight) in codes.iter_mut().zip(numbers).zip(&weights[part]) {
                    let steps = ((number + offset) * inverse).round_ties_even().clamp(0.0, 15.0);
                    let apart = factor * steps - offset - number;
                    error += weight * apart * apart;
                    *code = steps as u8;
                }
                if error < best {
                    (best, scale, least, kept) = (error, try_scale as u8, try_least as u8, codes);
                }
            }
        }
        put_scale_and_least(&mut out[4..16], part, scale, least);
        let nibbles = &mut out[16 + 32 * (part / 2)..][..32];
        let shift = 4 * (part % 2);
        nibbles.iter_mut().zip(kept).for_each(|(byte, code)| *byte |= code << shift);
    }
}

/// The whole numbers of units that are nearest to a value, and those beside them.
#[expect(clippy::inline_always, reason = "it takes on the vector unit of the loop that it is part of")]
#[inline(always)]
fn neighbours(value: f32, unit: f32, lowest: i32, highest: i32) -> std::ops::RangeInclusive<i32> {
    let nearest = if unit == 0.0 { 0 } else { ((value / unit).round_ties_even() as i32).clamp(lowest, highest) };
    (nearest - 1).max(lowest)..=(nearest + 1).min(highest)
}

/// The scale and the smallest value, which is none above zero, that fit 32 numbers of 4 bits best. The second is given with
/// its sign turned.
#[expect(clippy::inline_always, reason = "it takes on the vector unit of the loop that it is part of")]
#[inline(always)]
fn fit_with_least(numbers: &[f32; 32], weights: &[f32; 32]) -> (f32, f32) {
    let low = numbers.iter().fold(0.0f32, |low, number| low.min(*number));
    let high = numbers.iter().fold(low, |high, number| high.max(*number));
    if high <= low {
        return (0.0, -low);
    }
    let (mut best, mut fit) = (f32::INFINITY, (0.0, 0.0));
    for attempt in 0..TRIES {
        // From a grid that leaves the ends out to one that leaves no number out.
        let inverse = (14.0 + attempt as f32 / 8.0) / (high - low);
        let mut codes = [0.0f32; 32];
        let (mut of_w, mut of_q, mut of_qq, mut of_x, mut of_qx) = (0.0f32, 0.0f32, 0.0f32, 0.0f32, 0.0f32);
        for ((code, number), weight) in codes.iter_mut().zip(numbers).zip(weights) {
            let steps = ((number - low) * inverse).round_ties_even().clamp(0.0, 15.0);
            *code = steps;
            of_w += weight;
            of_q += weight * steps;
            of_qq += weight * steps * steps;
            of_x += weight * number;
            of_qx += weight * steps * number;
        }
        // The line through the numbers over their steps, by least squares.
        let spread = of_w * of_qq - of_q * of_q;
        let mut scale = (of_w * of_qx - of_q * of_x) / spread;
        let mut offset = (of_qq * of_x - of_q * of_qx) / spread;
        if offset > 0.0 {
            (scale, offset) = (of_qx / of_qq, 0.0);
        }
        // NaN where all steps are the same.
        if scale.is_nan() || scale <= 0.0 {
            continue;
        }
        let apart = |(code, number): (&f32, &f32)| scale * code + offset - number;
        let error: f32 =
            codes.iter().zip(numbers).map(apart).zip(weights).map(|(apart, weight)| weight * apart * apart).sum();
        if error < best {
            (best, fit) = (error, (scale, -offset));
        }
    }
    fit
}

/// Two numbers of 6 bits among twelve bytes: the first four parts have bytes of their own, whose upper two bits belong to the
/// last four.
fn put_scale_and_least(packed: &mut [u8], part: usize, scale: u8, least: u8) {
    if part < 4 {
        packed[part] |= scale;
        packed[part + 4] |= least;
    } else {
        packed[part + 4] = (scale & 15) | ((least & 15) << 4);
        packed[part - 4] |= (scale >> 4) << 6;
        packed[part] |= (least >> 4) << 6;
    }
}

/// One block of 6 bits: `d · scale · (q − 32)`, with d for the block and scale for a part of 16.
#[expect(clippy::inline_always, reason = "it takes on the vector unit of the loop that it is part of")]
#[inline(always)]
fn six(block: &[f32; 256], out: &mut [u8; 210]) {
    let parts = block.as_chunks::<16>().0;
    let mut fits = [0.0f32; 16];
    let mut weights = [[0.0f32; 16]; 16];
    for (part, numbers) in parts.iter().enumerate() {
        weights[part] = importance(numbers);
        fits[part] = fit(numbers, &weights[part]);
    }
    let largest = fits.iter().fold(0.0f32, |largest, fit| if fit.abs() > largest.abs() { *fit } else { largest });
    // The largest scale is the lowest number of 8 bits, which is one further from zero than the highest.
    let unit = f16::from_f32(largest / -128.0);
    let one = unit.to_f32();
    out[208..210].copy_from_slice(&unit.to_le_bytes());
    for (part, numbers) in parts.iter().enumerate() {
        let mut best = f32::INFINITY;
        let (mut scale, mut kept) = (0, [32u8; 16]);
        for attempt in neighbours(fits[part], one, -128, 127) {
            let factor = one * attempt as f32;
            let inverse = if factor == 0.0 { 0.0 } else { 1.0 / factor };
            let (mut error, mut codes) = (0.0f32, [0u8; 16]);
            for ((code, number), weight) in codes.iter_mut().zip(numbers).zip(&weights[part]) {
                let steps = (number * inverse).round_ties_even().clamp(-32.0, 31.0);
                let apart = factor * steps - number;
                error += weight * apart * apart;
                *code = (steps + 32.0) as u8;
            }
            if error < best {
                (best, scale, kept) = (error, attempt as i8, codes);
            }
        }
        put_sixes(out, part, scale, kept);
    }
}

/// The scale with either sign that fits 16 numbers of 6 bits best.
#[expect(clippy::inline_always, reason = "it takes on the vector unit of the loop that it is part of")]
#[inline(always)]
fn fit(numbers: &[f32; 16], weights: &[f32; 16]) -> f32 {
    let largest = numbers.iter().fold(0.0f32, |largest, x| if x.abs() > largest.abs() { *x } else { largest });
    if largest == 0.0 {
        return 0.0;
    }
    let (mut best, mut found) = (f32::INFINITY, 0.0);
    for attempt in 0..TRIES {
        let inverse = -(31.0 + attempt as f32 / 8.0) / largest;
        let mut codes = [0.0f32; 16];
        let (mut of_qq, mut of_qx) = (0.0f32, 0.0f32);
        for ((code, number), weight) in codes.iter_mut().zip(numbers).zip(weights) {
            let steps = (number * inverse).round_ties_even().clamp(-32.0, 31.0);
            *code = steps;
            of_qq += weight * steps * steps;
            of_qx += weight * steps * number;
        }
        let scale = of_qx / of_qq;
        let apart = |(code, number): (&f32, &f32)| scale * code - number;
        let error: f32 =
            codes.iter().zip(numbers).map(apart).zip(weights).map(|(apart, weight)| weight * apart * apart).sum();
        if error < best {
            (best, found) = (error, scale);
        }
    }
    found
}

/// Sixteen numbers of 6 bits where a block has them: of each half of the block, 64 bytes with the low four bits and 32 with
/// the high two, and the scales behind both.
fn put_sixes(out: &mut [u8; 210], part: usize, scale: i8, codes: [u8; 16]) {
    let (side, quarter, first) = (part / 8, part % 8 / 2, 16 * (part % 2));
    out[192 + part] = scale.cast_unsigned();
    for (place, code) in codes.into_iter().enumerate() {
        let low = 64 * side + 32 * (quarter % 2) + first + place;
        out[low] |= (code & 15) << (4 * (quarter / 2));
        out[128 + 32 * side + first + place] |= (code >> 4) << (2 * quarter);
    }
}

#[cfg(test)]
mod tests {
    use candle_core::quantized::{GgmlDType, QTensor};
    use candle_core::{Device, Tensor};

    use super::*;
    use crate::model::kernels::blocks::{BlockKind, widen};
    use crate::random::Random;

    fn normals(count: usize) -> Vec<f32> {
        let mut random = Random::new(9, &[]);
        (0..count).map(|_| random.normal() as f32).collect()
    }

    fn read_back(kind: BlockKind, bytes: &[u8], count: usize) -> Vec<f32> {
        let mut numbers = vec![f32::NAN; count];
        widen(kind, bytes, &mut numbers);
        numbers
    }

    fn error(expected: &[f32], found: &[f32]) -> f64 {
        let square = |(a, b): (&f32, &f32)| f64::from(a - b).powi(2);
        (expected.iter().zip(found).map(square).sum::<f64>() / expected.len() as f64).sqrt()
    }

    type Pack = fn(&[f32], &mut Vec<u8>);
    const SEARCHED: [(Pack, BlockKind, GgmlDType); 2] =
        [(pack_q4k, BlockKind::Q4K, GgmlDType::Q4K), (pack_q6k, BlockKind::Q6K, GgmlDType::Q6K)];

    #[test]
    fn what_is_packed_in_eight_bits_is_what_the_yardstick_packs() {
        let mut numbers = normals(64 * 32);
        numbers[32..64].fill(0.0);
        let tensor = Tensor::from_vec(numbers.clone(), (64, 32), &Device::Cpu).expect("numbers");
        let want = QTensor::quantize(&tensor, GgmlDType::Q8_0).expect("packed");
        let mut got = Vec::new();
        pack_q8_0(&numbers, &mut got);
        assert_eq!(got, want.data().expect("bytes").as_ref());
    }

    /// Numbers of many kinds: as weights are, all of one sign, with single ones far out, and very small.
    fn kinds() -> Vec<(&'static str, Vec<f32>)> {
        let plain = normals(16 * 256);
        let changed = |change: fn(usize, f32) -> f32| -> Vec<f32> {
            plain.iter().enumerate().map(|(place, number)| change(place, *number)).collect()
        };
        vec![
            ("as weights are", changed(|_, number| 0.02 * number)),
            ("above zero", changed(|_, number| number.abs() + 0.1)),
            ("below zero", changed(|_, number| -number.abs() - 0.1)),
            ("single ones far out", changed(|place, number| if place % 97 == 0 { 20.0 * number } else { number })),
            ("another size each row", changed(|place, number| number * 1.3f32.powi((place / 256) as i32))),
            ("small", changed(|_, number| 1e-3 * number)),
        ]
    }

    #[test]
    fn few_bits_are_no_worse_than_the_yardsticks_and_read_alike() {
        for (pack, kind, dtype) in SEARCHED {
            for (name, numbers) in kinds() {
                let tensor = Tensor::from_vec(numbers.clone(), (16, 256), &Device::Cpu).expect("numbers");
                let want = QTensor::quantize(&tensor, dtype).expect("packed");
                let want = read_back(kind, &want.data().expect("bytes"), numbers.len());
                let mut bytes = Vec::new();
                pack(&numbers, &mut bytes);
                let got = read_back(kind, &bytes, numbers.len());
                let (ours, theirs) = (error(&numbers, &got), error(&numbers, &want));
                assert!(ours <= 1.02 * theirs && ours > 0.0, "{kind:?}, {name}: {ours}, the yardstick {theirs}");
            }
        }
    }

    #[test]
    fn what_can_be_said_exactly_is() {
        for (pack, kind, _) in SEARCHED {
            // Nothing at all; the same number everywhere.
            for constant in [0.0f32, 0.5, -0.5] {
                let numbers = vec![constant; 512];
                let mut bytes = Vec::new();
                pack(&numbers, &mut bytes);
                let worst =
                    read_back(kind, &bytes, 512).iter().fold(0.0f32, |worst, x| worst.max((x - constant).abs()));
                assert!(worst <= 0.002 * constant.abs(), "{kind:?}: {constant} becomes {worst} away");
            }
        }
        // What is no number does not become one.
        let mut bytes = Vec::new();
        pack_q6k(&[f32::NAN; 256], &mut bytes);
        pack_q4k(&[f32::NAN; 256], &mut bytes);
    }

    #[test]
    fn twelve_bytes_hold_sixteen_numbers_of_six_bits() {
        let mut packed = [0u8; 12];
        for part in 0..8 {
            put_scale_and_least(&mut packed, part, 7 * part as u8 + 9, 63 - 5 * part as u8);
        }
        // Read with another reader's formula in the block of all zero steps: −least is what comes out.
        let mut block = vec![0u8; 144];
        block[0..2].copy_from_slice(&f16::ONE.to_le_bytes());
        block[2..4].copy_from_slice(&f16::ONE.to_le_bytes());
        block[4..16].copy_from_slice(&packed);
        let zero = read_back(BlockKind::Q4K, &block, 256);
        block[16..].fill(0x11);
        let one = read_back(BlockKind::Q4K, &block, 256);
        for part in 0..8u8 {
            let at = 32 * usize::from(part);
            assert!((zero[at] + f32::from(63 - 5 * part)).abs() < 1e-6, "least of part {part}");
            assert!((one[at] - zero[at] - f32::from(7 * part + 9)).abs() < 1e-6, "scale of part {part}");
        }
    }
}
