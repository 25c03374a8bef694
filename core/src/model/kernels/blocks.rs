//! Weights in blocks of a few bits a number, as GGUF files have them, and back to f32.
//!
//! A block is some numbers that share a scale. The forms are ggml's; each is a few lines here, and each is tested against
//! another reader of the same form.

use half::f16;
use multiversion::multiversion;

/// A form in which a row of numbers is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockKind {
    /// 4 bytes a number.
    F32,
    /// 2 bytes a number, 5 of the bits its exponent.
    F16,
    /// 2 bytes a number, 8 of the bits its exponent.
    Bf16,
    /// 32 numbers of 4 bits and a scale.
    Q4_0,
    /// 32 numbers of 4 bits, a scale and a smallest value.
    Q4_1,
    /// 32 numbers of 5 bits and a scale.
    Q5_0,
    /// 32 numbers of 5 bits, a scale and a smallest value.
    Q5_1,
    /// 32 numbers of 8 bits and a scale.
    Q8_0,
    /// 256 numbers of 4 bits in eight parts, each with a scale and a smallest value of 6 bits.
    Q4K,
    /// 256 numbers of 5 bits in eight parts, each with a scale and a smallest value of 6 bits.
    Q5K,
    /// 256 numbers of 6 bits in sixteen parts, each with a scale of 8 bits.
    Q6K,
}

impl BlockKind {
    /// Numbers and bytes of a block.
    pub const fn block(self) -> (usize, usize) {
        match self {
            Self::F32 => (1, 4),
            Self::F16 | Self::Bf16 => (1, 2),
            Self::Q4_0 => (32, 18),
            Self::Q4_1 => (32, 20),
            Self::Q5_0 => (32, 22),
            Self::Q5_1 => (32, 24),
            Self::Q8_0 => (32, 34),
            Self::Q4K => (256, 144),
            Self::Q5K => (256, 176),
            Self::Q6K => (256, 210),
        }
    }

    /// Bytes of a row of this many numbers; `None` where they do not fill blocks.
    pub fn row_bytes(self, numbers: usize) -> Option<usize> {
        let (values, bytes) = self.block();
        numbers.is_multiple_of(values).then(|| (numbers / values).checked_mul(bytes))?
    }
}

/// The numbers of whole blocks.
pub fn widen(kind: BlockKind, bytes: &[u8], out: &mut [f32]) {
    let (values, size) = kind.block();
    assert!(
        out.len().is_multiple_of(values) && bytes.len() == out.len() / values * size,
        "{} bytes are not {} numbers",
        bytes.len(),
        out.len()
    );
    widen_checked(kind, bytes, out);
}

#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl+avx2+fma+f16c", "x86_64+avx2+fma+f16c"))]
fn widen_checked(kind: BlockKind, bytes: &[u8], out: &mut [f32]) {
    match kind {
        BlockKind::F32 => each::<1, 4>(bytes, out, |block, out| out[0] = f32::from_le_bytes(*block)),
        BlockKind::F16 => each::<1, 2>(bytes, out, |block, out| out[0] = f16::from_le_bytes(*block).to_f32()),
        BlockKind::Bf16 => each::<1, 2>(bytes, out, |block, out| {
            out[0] = f32::from_bits(u32::from(u16::from_le_bytes(*block)) << 16);
        }),
        BlockKind::Q4_0 => each::<32, 18>(bytes, out, |block, out| {
            let scale = half(block, 0);
            fours(&block[2..], out, |nibble| (f32::from(nibble) - 8.0) * scale);
        }),
        BlockKind::Q4_1 => each::<32, 20>(bytes, out, |block, out| {
            let (scale, least) = (half(block, 0), half(block, 2));
            fours(&block[4..], out, |nibble| f32::from(nibble) * scale + least);
        }),
        BlockKind::Q5_0 => each::<32, 22>(bytes, out, |block, out| {
            let scale = half(block, 0);
            fives(&block[2..], out, |value| (f32::from(value) - 16.0) * scale);
        }),
        BlockKind::Q5_1 => each::<32, 24>(bytes, out, |block, out| {
            let (scale, least) = (half(block, 0), half(block, 2));
            fives(&block[4..], out, |value| f32::from(value) * scale + least);
        }),
        BlockKind::Q8_0 => each::<32, 34>(bytes, out, |block, out| {
            let scale = half(block, 0);
            for (out, &byte) in out.iter_mut().zip(&block[2..]) {
                *out = f32::from(byte.cast_signed()) * scale;
            }
        }),
        BlockKind::Q4K => each::<256, 144>(bytes, out, |block, out| {
            parts_of_64(block, out, 16, |nibble, _, _| nibble);
        }),
        BlockKind::Q5K => each::<256, 176>(bytes, out, |block, out| {
            parts_of_64(block, out, 48, |nibble, place, part| nibble + (((block[16 + place] >> part) & 1) << 4));
        }),
        BlockKind::Q6K => each::<256, 210>(bytes, out, sixes),
    }
}

#[expect(clippy::inline_always, reason = "it takes on the vector unit of the loop that it is part of")]
#[inline(always)]
fn each<const VALUES: usize, const BYTES: usize>(
    bytes: &[u8],
    out: &mut [f32],
    work: impl Fn(&[u8; BYTES], &mut [f32; VALUES]),
) {
    let (blocks, _) = bytes.as_chunks::<BYTES>();
    let (out, _) = out.as_chunks_mut::<VALUES>();
    for (block, out) in blocks.iter().zip(out) {
        work(block, out);
    }
}

#[expect(clippy::inline_always, reason = "it takes on the vector unit of the loop that it is part of")]
#[inline(always)]
fn half(block: &[u8], at: usize) -> f32 {
    f16::from_le_bytes([block[at], block[at + 1]]).to_f32()
}

/// 32 numbers of 4 bits: the low halves of 16 bytes, then the high ones.
#[expect(clippy::inline_always, reason = "it takes on the vector unit of the loop that it is part of")]
#[inline(always)]
fn fours(bytes: &[u8], out: &mut [f32; 32], value: impl Fn(u8) -> f32) {
    let (low, high) = out.split_at_mut(16);
    for ((low, high), &byte) in low.iter_mut().zip(high).zip(&bytes[..16]) {
        *low = value(byte & 15);
        *high = value(byte >> 4);
    }
}

/// 32 numbers of 5 bits: 4 bytes of fifth bits, then as [`fours`].
#[expect(clippy::inline_always, reason = "it takes on the vector unit of the loop that it is part of")]
#[inline(always)]
fn fives(bytes: &[u8], out: &mut [f32; 32], value: impl Fn(u8) -> f32) {
    let fifth = u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
    let bit = |place: usize| (((fifth >> place) & 1) << 4) as u8;
    for (place, &byte) in bytes[4..20].iter().enumerate() {
        out[place] = value((byte & 15) | bit(place));
        out[place + 16] = value((byte >> 4) | bit(place + 16));
    }
}

/// The scale and the smallest value of one of eight parts, 6 bits each, from twelve bytes.
#[expect(clippy::inline_always, reason = "it takes on the vector unit of the loop that it is part of")]
#[inline(always)]
fn scale_and_least(packed: &[u8], part: usize) -> (f32, f32) {
    let (scale, least) = if part < 4 {
        (packed[part] & 63, packed[part + 4] & 63)
    } else {
        ((packed[part + 4] & 15) | ((packed[part - 4] >> 6) << 4), (packed[part + 4] >> 4) | ((packed[part] >> 6) << 4))
    };
    (f32::from(scale), f32::from(least))
}

/// The common frame of the forms with eight parts: scales at the beginning, and from `nibbles` on four runs of 32 bytes
/// whose low halves are one part and whose high halves the next. `value` has the low bits, the place among the 32 and
/// the part.
#[expect(clippy::inline_always, reason = "it takes on the vector unit of the loop that it is part of")]
#[inline(always)]
fn parts_of_64(block: &[u8], out: &mut [f32; 256], nibbles: usize, value: impl Fn(u8, usize, usize) -> u8) {
    let (scale, least) = (half(block, 0), half(block, 2));
    for (run, out) in out.as_chunks_mut::<64>().0.iter_mut().enumerate() {
        let bytes = &block[nibbles + 32 * run..][..32];
        for (side, out) in out.as_chunks_mut::<32>().0.iter_mut().enumerate() {
            let part = 2 * run + side;
            let (part_scale, part_least) = scale_and_least(&block[4..16], part);
            let (factor, offset) = (scale * part_scale, least * part_least);
            for (place, out) in out.iter_mut().enumerate() {
                let low = if side == 0 { bytes[place] & 15 } else { bytes[place] >> 4 };
                *out = factor * f32::from(value(low, place, part)) - offset;
            }
        }
    }
}

/// 256 numbers of 6 bits: two halves of 64 bytes with the low four, 32 with the high two, and 16 scales behind both.
#[expect(clippy::inline_always, reason = "it takes on the vector unit of the loop that it is part of")]
#[inline(always)]
fn sixes(block: &[u8; 210], out: &mut [f32; 256]) {
    let scale = half(block, 208);
    for (side, out) in out.as_chunks_mut::<128>().0.iter_mut().enumerate() {
        let (low, high) = (&block[64 * side..][..64], &block[128 + 32 * side..][..32]);
        let scales = &block[192 + 8 * side..][..8];
        for (quarter, out) in out.as_chunks_mut::<32>().0.iter_mut().enumerate() {
            for (place, out) in out.iter_mut().enumerate() {
                let byte = low[place + 32 * (quarter & 1)];
                let four = if quarter < 2 { byte & 15 } else { byte >> 4 };
                let value = four | (((high[place] >> (2 * quarter)) & 3) << 4);
                let part = f32::from(scales[2 * quarter + place / 16].cast_signed());
                *out = scale * part * (f32::from(value) - 32.0);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use candle_core::quantized::{GgmlDType, QTensor};
    use candle_core::{Device, Tensor};

    use super::*;
    use crate::random::Random;

    const KINDS: [(BlockKind, GgmlDType); 11] = [
        (BlockKind::F32, GgmlDType::F32),
        (BlockKind::F16, GgmlDType::F16),
        (BlockKind::Bf16, GgmlDType::BF16),
        (BlockKind::Q4_0, GgmlDType::Q4_0),
        (BlockKind::Q4_1, GgmlDType::Q4_1),
        (BlockKind::Q5_0, GgmlDType::Q5_0),
        (BlockKind::Q5_1, GgmlDType::Q5_1),
        (BlockKind::Q8_0, GgmlDType::Q8_0),
        (BlockKind::Q4K, GgmlDType::Q4K),
        (BlockKind::Q5K, GgmlDType::Q5K),
        (BlockKind::Q6K, GgmlDType::Q6K),
    ];

    fn normals(count: usize) -> Vec<f32> {
        let mut random = Random::new(9, &[]);
        (0..count).map(|_| random.normal() as f32).collect()
    }

    #[test]
    fn every_form_is_read_as_the_yardstick_reads_it() {
        let numbers = Tensor::from_vec(normals(3 * 512), (3, 512), &Device::Cpu).expect("numbers");
        for (kind, dtype) in KINDS {
            assert_eq!(kind.block(), (dtype.block_size(), dtype.type_size()), "{kind:?}");
            let packed = QTensor::quantize(&numbers, dtype).expect("packed");
            let want: Vec<f32> =
                packed.dequantize(&Device::Cpu).and_then(|t| t.flatten_all()?.to_vec1()).expect("numbers");
            let mut got = vec![f32::NAN; want.len()];
            widen(kind, &packed.data().expect("bytes"), &mut got);
            // The yardstick may multiply in another order.
            let worst = got.iter().zip(&want).fold(0.0f32, |worst, (a, b)| worst.max((a - b).abs()));
            assert!(worst < 1e-6, "{kind:?}: {worst}");
        }
    }

    #[test]
    fn rows_that_do_not_fill_blocks_have_no_length() {
        assert_eq!(BlockKind::Q4K.row_bytes(512), Some(288));
        assert_eq!(BlockKind::Q4K.row_bytes(96), None);
        assert_eq!(BlockKind::F16.row_bytes(3), Some(6));
        assert_eq!(BlockKind::F32.row_bytes(usize::MAX), None);
    }
}
