//! Writing safetensors files: the same numbers give the same bytes.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::{Dtype, StoredTensor};

/// A tensor to write.
#[derive(Debug, Clone, Copy)]
pub struct TensorRef<'a> {
    /// Its name; unique in a file.
    pub name: &'a str,
    /// Its shape.
    pub shape: &'a [usize],
    /// Its numbers, row by row: as many as the shape's product.
    pub values: &'a [f32],
}

impl<'a> TensorRef<'a> {
    fn stored(&self) -> StoredTensor<'a> {
        let bytes = 4 * self.values.len() as u64;
        StoredTensor { name: self.name, dtype: Dtype::F32, shape: self.shape, bytes }
    }
}

/// Writes what stands before the data of these tensors, which follows in the order given. A name that is there twice and
/// bytes that do not fit a shape are refused.
pub fn write_header(out: &mut dyn Write, tensors: &[StoredTensor<'_>]) -> io::Result<()> {
    let mut header = Map::new();
    header.insert("__metadata__".to_owned(), json!({ "format": "pt" }));
    let mut begin = 0;
    for tensor in tensors {
        let bits = tensor.shape.iter().product::<usize>() as u64 * tensor.dtype.bitsize() as u64;
        if bits != 8 * tensor.bytes || header.contains_key(tensor.name) {
            let message = format!("tensor {} is there twice, or not of its shape", tensor.name);
            return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
        }
        let end = begin + tensor.bytes;
        let entry = json!({ "dtype": tensor.dtype.to_string(), "shape": tensor.shape, "data_offsets": [begin, end] });
        header.insert(tensor.name.to_owned(), entry);
        begin = end;
    }
    let mut header = Value::Object(header).to_string().into_bytes();
    // Readers that map the file want the data on a boundary of eight bytes.
    header.resize(header.len().next_multiple_of(8), b' ');
    out.write_all(&(header.len() as u64).to_le_bytes())?;
    out.write_all(&header)
}

/// Writes float32 tensors in the order given, marked as readable by Python's tools (`format: pt`).
pub fn write_f32(out: &mut dyn Write, tensors: &[TensorRef<'_>]) -> io::Result<()> {
    let described: Vec<StoredTensor<'_>> = tensors.iter().map(TensorRef::stored).collect();
    write_header(out, &described)?;
    for tensor in tensors {
        let mut bytes = Vec::with_capacity(4 << 14);
        for chunk in tensor.values.chunks(1 << 14) {
            bytes.clear();
            bytes.extend(chunk.iter().flat_map(|number| number.to_le_bytes()));
            out.write_all(&bytes)?;
        }
    }
    Ok(())
}
