//! Writing GGUF files: the same numbers give the same bytes.

use std::io::{self, Write};

use half::{bf16, f16};
use rayon::prelude::*;

use super::kind;
use super::metadata::{Number, Value};
use crate::model::kernels::blocks::BlockKind;
use crate::model::kernels::pack;

/// A form that weights are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TensorForm {
    /// 4 bytes a number.
    F32,
    /// 2 bytes a number.
    F16,
    /// 2 bytes a number, with the range of f32.
    Bf16,
    /// A little more than a byte a number, in blocks of 32.
    Q8_0,
    /// 4 bits and a half a number, in blocks of 256.
    Q4K,
    /// A little more than 6 bits a number, in blocks of 256.
    Q6K,
}

impl TensorForm {
    fn block(self) -> BlockKind {
        match self {
            Self::F32 => BlockKind::F32,
            Self::F16 => BlockKind::F16,
            Self::Bf16 => BlockKind::Bf16,
            Self::Q8_0 => BlockKind::Q8_0,
            Self::Q4K => BlockKind::Q4K,
            Self::Q6K => BlockKind::Q6K,
        }
    }

    /// Numbers that a row must be a multiple of.
    pub fn block_length(self) -> usize {
        self.block().block().0
    }

    fn packed(self, numbers: &[f32]) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.append(numbers, &mut bytes);
        bytes
    }

    fn append(self, numbers: &[f32], out: &mut Vec<u8>) {
        match self {
            Self::F32 => out.extend(numbers.iter().flat_map(|number| number.to_le_bytes())),
            Self::F16 => out.extend(numbers.iter().flat_map(|&number| f16::from_f32(number).to_le_bytes())),
            Self::Bf16 => out.extend(numbers.iter().flat_map(|&number| bf16::from_f32(number).to_le_bytes())),
            Self::Q8_0 => pack::pack_q8_0(numbers, out),
            Self::Q4K => pack::pack_q4k(numbers, out),
            Self::Q6K => pack::pack_q6k(numbers, out),
        }
    }
}

/// A tensor to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTensor {
    /// Its name; unique in a file.
    pub name: String,
    /// Its shape, rows first.
    pub shape: Vec<usize>,
    /// Its form.
    pub form: TensorForm,
}

impl NewTensor {
    /// The bytes that its numbers take; 0 where its rows do not fill its form's blocks.
    pub fn bytes(&self) -> u64 {
        self.length().unwrap_or_default() as u64
    }

    fn length(&self) -> io::Result<usize> {
        let (row, others) = self.shape.split_last().ok_or_else(|| wrong(&self.name))?;
        let row = self.form.block().row_bytes(*row).ok_or_else(|| wrong(&self.name))?;
        Ok(others.iter().product::<usize>() * row)
    }
}

fn wrong(name: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, format!("tensor {name} is not of its shape"))
}

const ALIGNMENT: usize = 32;

/// Numbers that one thread packs at a time: whole blocks of every form.
const PIECE: usize = 1 << 15;
/// Pieces that are packed before they are written.
const PIECES: usize = 64;

/// Writes a file: the keys and the tensors in the order given. `numbers` gives each tensor's numbers, row by row, when its
/// turn comes, so that no more than one is in memory.
pub fn write<E: From<io::Error>>(
    out: &mut dyn Write,
    values: &[(String, Value)],
    tensors: &[NewTensor],
    mut numbers: impl FnMut(&NewTensor) -> Result<Vec<f32>, E>,
) -> Result<(), E> {
    let mut head = Vec::new();
    head.extend(b"GGUF");
    head.extend(3u32.to_le_bytes());
    head.extend((tensors.len() as u64).to_le_bytes());
    head.extend((values.len() as u64).to_le_bytes());
    for (key, value) in values {
        append_text(key.as_bytes(), &mut head);
        append_value(value, &mut head).ok_or_else(|| wrong(key))?;
    }
    let mut offset = 0;
    for tensor in tensors {
        append_text(tensor.name.as_bytes(), &mut head);
        head.extend((tensor.shape.len() as u32).to_le_bytes());
        head.extend(tensor.shape.iter().rev().flat_map(|&size| (size as u64).to_le_bytes()));
        head.extend(kind::of(tensor.form.block()).id.to_le_bytes());
        head.extend((offset as u64).to_le_bytes());
        offset += tensor.length()?.next_multiple_of(ALIGNMENT);
    }
    head.resize(head.len().next_multiple_of(ALIGNMENT), 0);
    out.write_all(&head)?;
    drop(head);
    for tensor in tensors {
        let numbers = numbers(tensor)?;
        if numbers.len() != tensor.shape.iter().product::<usize>() {
            return Err(wrong(&tensor.name).into());
        }
        let mut written = 0;
        for chunk in numbers.chunks(PIECE * PIECES) {
            let pieces: Vec<Vec<u8>> = chunk.par_chunks(PIECE).map(|piece| tensor.form.packed(piece)).collect();
            for bytes in pieces {
                out.write_all(&bytes)?;
                written += bytes.len();
            }
        }
        out.write_all(&vec![0; written.next_multiple_of(ALIGNMENT) - written])?;
    }
    Ok(())
}

fn append_text(text: &[u8], out: &mut Vec<u8>) {
    out.extend((text.len() as u64).to_le_bytes());
    out.extend(text);
}

/// A value with its kind; `None` for a list of lists, which no key that is written has.
fn append_value(value: &Value, out: &mut Vec<u8>) -> Option<()> {
    match value {
        Value::Number(Number::Whole(number)) => {
            let number = u32::try_from(*number).ok()?;
            out.extend(4u32.to_le_bytes());
            out.extend(number.to_le_bytes());
        }
        Value::Number(Number::Negative(number)) => {
            out.extend(11u32.to_le_bytes());
            out.extend(number.to_le_bytes());
        }
        Value::Number(Number::Real(number)) => {
            out.extend(6u32.to_le_bytes());
            out.extend((*number as f32).to_le_bytes());
        }
        Value::Flag(flag) => {
            out.extend(7u32.to_le_bytes());
            out.push(u8::from(*flag));
        }
        Value::Text(text) => {
            out.extend(8u32.to_le_bytes());
            append_text(text.as_bytes(), out);
        }
        Value::Texts(texts) => {
            out.extend(9u32.to_le_bytes());
            out.extend(8u32.to_le_bytes());
            out.extend((texts.len() as u64).to_le_bytes());
            texts.iter().for_each(|text| append_text(text, out));
        }
        Value::Numbers(kind, bytes) => {
            out.extend(9u32.to_le_bytes());
            out.extend(kind.0.to_le_bytes());
            out.extend(((bytes.len() / kind.size()?) as u64).to_le_bytes());
            out.extend(bytes);
        }
        Value::Nested => return None,
    }
    Some(())
}
