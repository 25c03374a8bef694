//! Writing safetensors files: the same numbers give the same bytes.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

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

/// Writes float32 tensors in the order given, marked as readable by Python's tools (`format: pt`).
pub fn write_f32(out: &mut dyn Write, tensors: &[TensorRef<'_>]) -> io::Result<()> {
    let mut header = Map::new();
    header.insert("__metadata__".to_owned(), json!({ "format": "pt" }));
    let mut begin = 0;
    for tensor in tensors {
        if tensor.shape.iter().product::<usize>() != tensor.values.len() || header.contains_key(tensor.name) {
            let message = format!("tensor {} is there twice, or not of its shape", tensor.name);
            return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
        }
        let end = begin + 4 * tensor.values.len();
        let entry = json!({ "dtype": "F32", "shape": tensor.shape, "data_offsets": [begin, end] });
        header.insert(tensor.name.to_owned(), entry);
        begin = end;
    }
    let mut header = Value::Object(header).to_string().into_bytes();
    // Readers that map the file want the data on a boundary of eight bytes.
    header.resize(header.len().next_multiple_of(8), b' ');
    out.write_all(&(header.len() as u64).to_le_bytes())?;
    out.write_all(&header)?;
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
