//! What stands in blocks of a few bits a number as whole numbers, 32 at a time: a number is scale · whole − offset.
//!
//! Where a group's halves have scales of their own, those are multiplied into the whole numbers.

use super::blocks::{BlockKind, half};

/// Groups of 32 in the longest block.
pub(super) const MOST_GROUPS: usize = 8;

/// A number for each group of a block; those that the block does not have are 0.
pub(super) type OfGroups = [f32; MOST_GROUPS];

/// A form whose blocks are read in groups.
pub(super) trait Form {
    const KIND: BlockKind;
    /// Whether an offset is ever anything but zero.
    const HAS_OFFSET: bool;
    /// Scale and offset of each group of a block.
    fn scales(block: &[u8]) -> (OfGroups, OfGroups);
    /// The whole numbers of group `part` of a block.
    fn whole(block: &[u8], part: usize) -> [i16; 32];
}

macro_rules! form {
    (
        $(#[$meaning:meta])* $name:ident, offset $offset:literal,
        scales |$scaled:ident| $scales:expr, whole |$block:ident, $part:ident| $whole:expr
    ) => {
        $(#[$meaning])*
        #[derive(Debug)]
        pub(super) struct $name;

        impl Form for $name {
            const KIND: BlockKind = BlockKind::$name;
            const HAS_OFFSET: bool = $offset;

            #[inline(always)]
            fn scales($scaled: &[u8]) -> (OfGroups, OfGroups) {
                $scales
            }

            #[inline(always)]
            fn whole($block: &[u8], $part: usize) -> [i16; 32] {
                $whole
            }
        }
    };
}

form!(
    /// 4 bits around 8.
    Q4_0, offset false,
    scales |block| (first(half(block, 0)), first(0.0)),
    whole |block, _part| fours(&block[2..18], 8)
);
form!(
    /// 4 bits above a smallest value.
    Q4_1, offset true,
    scales |block| (first(half(block, 0)), first(-half(block, 2))),
    whole |block, _part| fours(&block[4..20], 0)
);
form!(
    /// 5 bits around 16.
    Q5_0, offset false,
    scales |block| (first(half(block, 0)), first(0.0)),
    whole |block, _part| fives(&block[2..22], 16)
);
form!(
    /// 5 bits above a smallest value.
    Q5_1, offset true,
    scales |block| (first(half(block, 0)), first(-half(block, 2))),
    whole |block, _part| fives(&block[4..24], 0)
);
form!(
    /// 8 bits.
    Q8_0, offset false,
    scales |block| (first(half(block, 0)), first(0.0)),
    whole |block, _part| {
        let mut whole = [0; 32];
        for (whole, &byte) in whole.iter_mut().zip(&block[2..34]) {
            *whole = i16::from(byte.cast_signed());
        }
        whole
    }
);
form!(
    /// 4 bits in eight parts.
    Q4K, offset true,
    scales |block| of_eight(block),
    whole |block, part| {
        let (bytes, shift) = (&block[16 + 32 * (part / 2)..][..32], 4 * (part % 2));
        let mut whole = [0; 32];
        whole.iter_mut().zip(bytes).for_each(|(whole, &byte)| *whole = i16::from((byte >> shift) & 15));
        whole
    }
);
form!(
    /// 5 bits in eight parts.
    Q5K, offset true,
    scales |block| of_eight(block),
    whole |block, part| {
        let (fifth, bytes) = (&block[16..48], &block[48 + 32 * (part / 2)..][..32]);
        let shift = 4 * (part % 2);
        let mut whole = [0; 32];
        for ((whole, &byte), &fifth) in whole.iter_mut().zip(bytes).zip(fifth) {
            *whole = i16::from(((byte >> shift) & 15) | (((fifth >> part) & 1) << 4));
        }
        whole
    }
);
form!(
    /// 6 bits around 32 in sixteen parts.
    Q6K, offset false,
    scales |block| ([half(block, 208); MOST_GROUPS], first(0.0)),
    whole |block, part| {
        let (side, quarter) = (part / 4, part % 4);
        let low = &block[64 * side + 32 * (quarter % 2)..][..32];
        let high = &block[128 + 32 * side..][..32];
        let scales = &block[192 + 8 * side + 2 * quarter..][..2];
        let mut whole = [0; 32];
        for ((whole, &low), &high) in whole.iter_mut().zip(low).zip(high) {
            let six = ((low >> (4 * (quarter / 2))) & 15) | (((high >> (2 * quarter)) & 3) << 4);
            *whole = i16::from(six) - 32;
        }
        for (whole, &scale) in whole.as_chunks_mut::<16>().0.iter_mut().zip(scales) {
            let scale = i16::from(scale.cast_signed());
            for whole in whole {
                *whole *= scale;
            }
        }
        whole
    }
);

/// The number of a block's only group.
#[expect(clippy::inline_always, reason = "it takes on the vector unit of the loop that it is part of")]
#[inline(always)]
fn first(number: f32) -> OfGroups {
    let mut all = [0.0; MOST_GROUPS];
    all[0] = number;
    all
}

/// The low halves of 16 bytes, then the high ones, less `middle`.
#[expect(clippy::inline_always, reason = "it takes on the vector unit of the loop that it is part of")]
#[inline(always)]
fn fours(bytes: &[u8], middle: i16) -> [i16; 32] {
    let mut whole = [0; 32];
    let (low, high) = whole.split_at_mut(16);
    for ((low, high), &byte) in low.iter_mut().zip(high).zip(&bytes[..16]) {
        *low = i16::from(byte & 15) - middle;
        *high = i16::from(byte >> 4) - middle;
    }
    whole
}

/// 4 bytes of fifth bits, then as [`fours`].
#[expect(clippy::inline_always, reason = "it takes on the vector unit of the loop that it is part of")]
#[inline(always)]
fn fives(bytes: &[u8], middle: i16) -> [i16; 32] {
    let fifth = u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
    let mut whole = fours(&bytes[4..20], middle);
    for (place, whole) in whole.iter_mut().enumerate() {
        *whole += (((fifth >> place) & 1) << 4) as i16;
    }
    whole
}

/// Scales and smallest values of the forms that have eight parts: 6 bits each in twelve bytes.
#[inline(always)]
pub(super) fn of_eight(block: &[u8]) -> (OfGroups, OfGroups) {
    const FOUR: u32 = 0x0f0f_0f0f;
    const UPPER: u32 = 0x3030_3030;
    let word = |at: usize| u32::from_le_bytes([block[at], block[at + 1], block[at + 2], block[at + 3]]);
    let [scales, least, both] = [word(4), word(8), word(12)];
    let together = |low: u32, high: u32| u64::from(low & (FOUR | UPPER)) | (u64::from(high) << 32);
    let scales = together(scales, (both & FOUR) | ((scales >> 2) & UPPER)).to_le_bytes();
    let least = together(least, ((both >> 4) & FOUR) | ((least >> 2) & UPPER)).to_le_bytes();
    let (scale, offset) = (half(block, 0), half(block, 2));
    (scales.map(|part| scale * f32::from(part)), least.map(|part| offset * f32::from(part)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::kernels::blocks::widen;
    use crate::random::Random;

    fn groups_are_the_numbers<F: Form>() {
        let (numbers, bytes) = F::KIND.block();
        let mut random = Random::new(3, &[]);
        let mut block: Vec<u8> = (0..bytes).map(|_| (random.uniform() * 256.0) as u8).collect();
        // Scales of any bits may be no numbers.
        let scales: &[usize] = if F::KIND == BlockKind::Q6K { &[208] } else { &[0, 2] };
        for &at in if F::HAS_OFFSET { scales } else { &scales[..1] } {
            block[at..at + 2].copy_from_slice(&half::f16::from_f32(0.37).to_le_bytes());
        }
        let mut want = vec![f32::NAN; numbers];
        widen(F::KIND, &block, &mut want);
        for (part, want) in want.chunks(32).enumerate() {
            let (scale, offset) = (F::scales(&block).0[part], F::scales(&block).1[part]);
            assert!(F::HAS_OFFSET || offset == 0.0, "{:?}", F::KIND);
            for (whole, want) in F::whole(&block, part).iter().zip(want) {
                let got = scale * f32::from(*whole) - offset;
                assert!((got - want).abs() <= 1e-5 * want.abs().max(1.0), "{:?}: {got}, not {want}", F::KIND);
            }
        }
    }

    #[test]
    fn groups_are_the_numbers_of_every_form() {
        groups_are_the_numbers::<Q4_0>();
        groups_are_the_numbers::<Q4_1>();
        groups_are_the_numbers::<Q5_0>();
        groups_are_the_numbers::<Q5_1>();
        groups_are_the_numbers::<Q8_0>();
        groups_are_the_numbers::<Q4K>();
        groups_are_the_numbers::<Q5K>();
        groups_are_the_numbers::<Q6K>();
    }
}
