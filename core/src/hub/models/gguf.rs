//! What a GGUF file says of itself at its beginning: its name, its architecture, how its numbers are kept. The weights and
//! the tokenizer are for whoever loads it.

use std::path::Path;

use super::super::names::shown;
use super::super::walk;

/// So much of a file is read. What is looked for stands before the tokenizer, which is what makes a header long.
const HEAD: u64 = 256 << 10;
/// Keys are looked through up to this one.
const MOST_KEYS: u64 = 4_096;
/// A text that is a name is not longer.
const LONGEST_TEXT: usize = 1 << 10;
/// Lists within lists are followed no deeper.
const DEEPEST: usize = 4;

/// What a GGUF file says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct GgufHead {
    pub(super) name: Option<String>,
    pub(super) architecture: Option<String>,
    /// How its numbers are kept, such as `Q4_K_M`.
    pub(super) precision: Option<&'static str>,
}

impl GgufHead {
    /// Reads a file's beginning; `None` where it is no GGUF file, or of a version that is not known.
    pub(super) fn read(path: &Path) -> Option<Self> {
        Self::of(&walk::beginning(path, HEAD)?)
    }

    fn of(bytes: &[u8]) -> Option<Self> {
        let mut cursor = Cursor { bytes };
        if cursor.take(4)? != b"GGUF" || !matches!(cursor.u32()?, 2 | 3) {
            return None;
        }
        let (_tensors, keys) = (cursor.u64()?, cursor.u64()?);
        let mut head = Self::default();
        for _ in 0..keys.min(MOST_KEYS) {
            // Where the part that was read ends, or makes no sense any more, what was found stands.
            if head.next(&mut cursor).is_none() {
                break;
            }
        }
        Some(head)
    }

    /// Takes in one key and its value.
    fn next(&mut self, cursor: &mut Cursor<'_>) -> Option<()> {
        let key = cursor.text()?;
        let kind = cursor.u32()?;
        match (key, kind) {
            (b"general.name", 8) => self.name = Some(readable(cursor.text()?)?),
            (b"general.architecture", 8) => self.architecture = Some(readable(cursor.text()?)?),
            (b"general.file_type", 4) => self.precision = precision(cursor.u32()?),
            _ => cursor.skip(kind, DEEPEST)?,
        }
        Some(())
    }
}

fn readable(text: &[u8]) -> Option<String> {
    Some(shown(std::str::from_utf8(text.get(..text.len().min(LONGEST_TEXT))?).ok()?.trim()))
}

/// The kinds of files, by the number that llama.cpp gives them.
fn precision(file_type: u32) -> Option<&'static str> {
    Some(match file_type {
        0 => "F32",
        1 => "F16",
        2 => "Q4_0",
        3 => "Q4_1",
        7 => "Q8_0",
        8 => "Q5_0",
        9 => "Q5_1",
        10 => "Q2_K",
        11 => "Q3_K_S",
        12 => "Q3_K_M",
        13 => "Q3_K_L",
        14 => "Q4_K_S",
        15 => "Q4_K_M",
        16 => "Q5_K_S",
        17 => "Q5_K_M",
        18 => "Q6_K",
        19 => "IQ2_XXS",
        20 => "IQ2_XS",
        21 => "Q2_K_S",
        22 => "IQ3_XS",
        23 => "IQ3_XXS",
        24 => "IQ1_S",
        25 => "IQ4_NL",
        26 => "IQ3_S",
        27 => "IQ3_M",
        28 => "IQ2_S",
        29 => "IQ2_M",
        30 => "IQ4_XS",
        31 => "IQ1_M",
        32 => "BF16",
        36 => "TQ1_0",
        37 => "TQ2_0",
        38 => "MXFP4",
        _ => return None,
    })
}

/// What is left to read. Everything that a file claims is checked against it.
struct Cursor<'a> {
    bytes: &'a [u8],
}

impl<'a> Cursor<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.bytes.split_at_checked(length)?;
        self.bytes = rest;
        Some(taken)
    }

    fn u32(&mut self) -> Option<u32> {
        Some(u32::from_le_bytes(self.take(4)?.try_into().ok()?))
    }

    fn u64(&mut self) -> Option<u64> {
        Some(u64::from_le_bytes(self.take(8)?.try_into().ok()?))
    }

    fn text(&mut self) -> Option<&'a [u8]> {
        let length = usize::try_from(self.u64()?).ok()?;
        self.take(length)
    }

    /// Goes past a value of this kind.
    fn skip(&mut self, kind: u32, deepest: usize) -> Option<()> {
        let length = match kind {
            0 | 1 | 7 => 1,
            2 | 3 => 2,
            4..=6 => 4,
            10..=12 => 8,
            8 => return self.text().map(drop),
            9 => {
                let (kind, count) = (self.u32()?, self.u64()?);
                // Every element takes at least a byte, so that a list cannot be longer than what is there.
                if deepest == 0 || count > self.bytes.len() as u64 {
                    return None;
                }
                return (0..count).try_for_each(|_| self.skip(kind, deepest - 1));
            }
            _ => return None,
        };
        self.take(length).map(drop)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    fn text(text: &[u8]) -> Vec<u8> {
        [&(text.len() as u64).to_le_bytes()[..], text].concat()
    }

    fn key(name: &str, kind: u32, value: &[u8]) -> Vec<u8> {
        [&text(name.as_bytes())[..], &kind.to_le_bytes(), value].concat()
    }

    /// The beginning of a GGUF file.
    pub(in crate::hub::models) fn gguf(name: &str, architecture: &str) -> Vec<u8> {
        let list = [&8_u32.to_le_bytes()[..], &2_u64.to_le_bytes(), &text(b"a"), &text(b"b")].concat();
        let keys = [
            key("general.architecture", 8, &text(architecture.as_bytes())),
            key("general.alignment", 4, &32_u32.to_le_bytes()),
            key("general.tags", 9, &list),
            key("general.name", 8, &text(name.as_bytes())),
            key("general.file_type", 4, &15_u32.to_le_bytes()),
        ];
        let count = keys.len() as u64;
        let start = [&b"GGUF"[..], &3_u32.to_le_bytes(), &0_u64.to_le_bytes(), &count.to_le_bytes()].concat();
        [start, keys.concat()].concat()
    }

    #[test]
    fn the_general_keys_are_read() {
        let head = GgufHead::of(&gguf("Qwen3 0.6B", "qwen3")).expect("a head");
        let expected = GgufHead {
            name: Some("Qwen3 0.6B".to_owned()),
            architecture: Some("qwen3".to_owned()),
            precision: Some("Q4_K_M"),
        };
        assert_eq!(head, expected);
    }

    #[test]
    fn no_beginning_whatever_is_believed_or_panics() {
        let whole = gguf("Qwen3 0.6B", "qwen3");
        for length in 0..whole.len() {
            let head = GgufHead::of(&whole[..length]);
            assert_eq!(head.is_none(), length < 24, "{length}");
        }
        // Every byte turned, one after the other, and every length made huge.
        for at in 0..whole.len() {
            for byte in [0, 0xff, whole[at] ^ 1] {
                let mut damaged = whole.clone();
                damaged[at] = byte;
                drop(GgufHead::of(&damaged));
            }
        }
        let nested = (0..1_000).flat_map(|_| [&9_u32.to_le_bytes()[..], &1_u64.to_le_bytes()].concat());
        let deep = key("deep", 9, &nested.collect::<Vec<u8>>());
        let start = [&b"GGUF"[..], &3_u32.to_le_bytes(), &0_u64.to_le_bytes(), &u64::MAX.to_le_bytes()].concat();
        assert_eq!(GgufHead::of(&[start, deep].concat()), Some(GgufHead::default()));
        assert_eq!(GgufHead::of(b"GGML\x03\0\0\0"), None);
    }

    #[test]
    fn a_name_cannot_command_a_terminal() {
        let head = GgufHead::of(&gguf("\u{1b}[2J", "llama")).expect("a head");
        assert_eq!(head.name.as_deref(), Some("\\u{1b}[2J"));
    }
}
