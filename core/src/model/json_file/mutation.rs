//! Damage, for tests: what a bad disk, a bad line or bad will makes of a file.

use crate::random::Random;

/// A file's bytes after a few changes of the kinds that damage and malice make.
pub fn mutate(original: &[u8], random: &mut Random) -> Vec<u8> {
    const WORDS: [&[u8]; 14] = [
        b"null",
        b"[",
        b"{",
        b"}",
        b"\"",
        b"-1",
        b"0",
        b"1e308",
        b"18446744073709551615",
        b"9999999999999999999999",
        b"\\u0000",
        b",",
        b"true",
        b"\xff",
    ];
    let mut bytes = original.to_vec();
    for _ in 0..=random.below(3) {
        let at = random.below(bytes.len() + 1);
        let end = (at + random.below(8)).min(bytes.len());
        match random.below(5) {
            0 => bytes.truncate(at),
            1 => drop(bytes.splice(at..end, WORDS[random.below(WORDS.len())].iter().copied())),
            2 => bytes[at..end].iter_mut().for_each(|byte| *byte ^= 1 << random.below(8)),
            3 => {
                let copy = bytes[at..(at + random.below(64)).min(bytes.len())].to_vec();
                drop(bytes.splice(at..at, copy));
            }
            _ => {
                if let Some(digit) = bytes[at..].iter_mut().find(|byte| byte.is_ascii_digit()) {
                    *digit = b'0' + random.below(10) as u8;
                }
            }
        }
    }
    bytes
}
