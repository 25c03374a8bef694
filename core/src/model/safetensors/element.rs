//! From a file's bytes to the numbers that are computed with.

use half::slice::HalfFloatSliceExt;
use half::{bf16, f16};
use safetensors::Dtype;

/// A type of number that weights are read as.
pub trait Element: Copy + Send + Sync + Default {
    /// Fills `out` from as many little-endian elements of `dtype`, rounding to the nearest, ties to even. Returns
    /// whether the dtype is one that can be read.
    fn decode(dtype: Dtype, bytes: &[u8], out: &mut [Self]) -> bool;
}

/// Whether weights of this type can be read.
pub fn is_readable(dtype: Dtype) -> bool {
    matches!(dtype, Dtype::F32 | Dtype::F16 | Dtype::BF16)
}

fn each<const SIZE: usize, T>(bytes: &[u8], out: &mut [T], decode: impl Fn([u8; SIZE]) -> T) -> bool {
    let (elements, _) = bytes.as_chunks::<SIZE>();
    out.iter_mut().zip(elements).for_each(|(number, element)| *number = decode(*element));
    true
}

/// The half-precision numbers of `bytes`, in pieces: the chip's conversions want whole slices.
fn half_pieces(bytes: &[u8], mut take: impl FnMut(usize, &[f16])) -> bool {
    const PIECE: usize = 1024;
    let mut numbers = [f16::ZERO; PIECE];
    for (index, piece) in bytes.chunks(2 * PIECE).enumerate() {
        let count = piece.len() / 2;
        each(piece, &mut numbers[..count], f16::from_le_bytes);
        take(index * PIECE, &numbers[..count]);
    }
    true
}

impl Element for f32 {
    fn decode(dtype: Dtype, bytes: &[u8], out: &mut [Self]) -> bool {
        match dtype {
            Dtype::F32 => each(bytes, out, Self::from_le_bytes),
            Dtype::BF16 => each(bytes, out, |element| Self::from_bits(u32::from(u16::from_le_bytes(element)) << 16)),
            Dtype::F16 => half_pieces(bytes, |start, numbers| {
                numbers.convert_to_f32_slice(&mut out[start..start + numbers.len()]);
            }),
            _ => false,
        }
    }
}

impl Element for bf16 {
    fn decode(dtype: Dtype, bytes: &[u8], out: &mut [Self]) -> bool {
        match dtype {
            Dtype::BF16 => each(bytes, out, Self::from_le_bytes),
            Dtype::F32 => each(bytes, out, |element| Self::from_f32(f32::from_le_bytes(element))),
            Dtype::F16 => half_pieces(bytes, |start, numbers| {
                for (number, half) in out[start..].iter_mut().zip(numbers) {
                    *number = Self::from_f32(half.to_f32());
                }
            }),
            _ => false,
        }
    }
}
