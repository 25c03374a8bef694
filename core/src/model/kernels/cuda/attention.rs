//! Attention over segments.

use super::memory::Memory;
use super::{Argument, CudaDevice, CudaMatrix, failed};
use crate::model::backend::{AttentionShape, BackendError, Segment};

/// Queries that a block takes, and keys that it takes at a time: TILE in attention.cu.
const TILE: usize = 32;
/// Threads of a block there.
const THREADS: u32 = 256;
/// The widest head there.
const WIDEST: usize = 256;

/// Segments on the device.
#[derive(Debug)]
pub struct Segments {
    /// For each block its segment and its first query there.
    tiles: Memory,
    /// For each segment its first query row, its queries, where its keys begin in `keys`, and how many it has.
    spans: Memory,
    /// Rows of keys.
    keys: Memory,
    tile_count: usize,
    /// One more than the last query row.
    query_rows: usize,
    /// One more than the last key row.
    key_rows: usize,
}

impl CudaDevice {
    /// Puts segments on the device.
    pub fn segments(&self, segments: &[Segment]) -> Result<Segments, BackendError> {
        let (mut tiles, mut spans, mut keys) = (Vec::new(), Vec::<i32>::new(), Vec::<i32>::new());
        for (index, segment) in segments.iter().enumerate() {
            assert!(segment.rows.len() <= segment.key_count(), "the queries are among the keys");
            let span = [segment.rows.start, segment.rows.len(), keys.len(), segment.key_count()];
            spans.extend(span.map(|value| value as i32));
            keys.extend(segment.keys.iter().cloned().flatten().map(|row| row as i32));
            tiles.extend((0..segment.rows.len()).step_by(TILE).flat_map(|first| [index as i32, first as i32]));
        }
        let end = |rows: Option<usize>| rows.unwrap_or(0);
        Ok(Segments {
            tile_count: tiles.len() / 2,
            query_rows: end(segments.iter().map(|segment| segment.rows.end).max()),
            key_rows: end(segments.iter().flat_map(|segment| &segment.keys).map(|rows| rows.end).max()),
            tiles: self.put(&tiles)?,
            spans: self.put(&spans)?,
            keys: self.put(&keys)?,
        })
    }

    fn places(&self, segments: &Segments) -> [Argument; 3] {
        [&segments.tiles, &segments.spans, &segments.keys].map(|values| self.at_values(values))
    }

    /// Attention of the queries in `qkv` to the keys and values in `memory`, whose columns begin at `first_key`.
    /// Rows that no segment has are zeros.
    pub fn attend(
        &self,
        qkv: &CudaMatrix,
        memory: &CudaMatrix,
        first_key: usize,
        shape: &AttentionShape,
        segments: &Segments,
    ) -> Result<CudaMatrix, BackendError> {
        let width = shape.head_dim;
        assert!(segments.query_rows <= qkv.rows && segments.key_rows <= memory.rows, "segments of these rows");
        assert!(qkv.columns >= shape.heads * width, "a query for each head");
        assert_eq!(memory.columns, first_key + 2 * shape.key_value_heads * width, "keys, then values");
        let out = self.zeros(qkv.rows, shape.heads * width)?;
        let columns = |matrix: &CudaMatrix| Argument::Wide(matrix.columns as u64);
        let first_value = first_key + shape.key_value_heads * width;
        let mut arguments = vec![self.at(qkv), columns(qkv), self.at(memory), columns(memory)];
        arguments.extend([Argument::count(first_key), Argument::count(first_value)]);
        arguments.extend(self.places(segments));
        arguments.extend(shape_arguments(shape));
        arguments.push(self.at(&out));
        let shared = 4 * (3 * TILE * row_length(width) + TILE * (TILE + 1) + 3 * TILE);
        let name = by_width(shape, ["attention_64", "attention_128", "attention_256"])?;
        self.launch(name, (segments.tile_count, shape.heads), THREADS, shared, &arguments)?;
        Ok(out)
    }

    /// The gradient of `qkv`.
    pub fn attend_back(
        &self,
        qkv: &CudaMatrix,
        (out, d_out): (&CudaMatrix, &CudaMatrix),
        shape: &AttentionShape,
        segments: &Segments,
    ) -> Result<CudaMatrix, BackendError> {
        let width = shape.head_dim;
        assert!(segments.query_rows.max(segments.key_rows) <= qkv.rows, "segments of these rows");
        assert_eq!(qkv.columns, shape.columns(), "rows of queries, keys and values");
        let size = (qkv.rows, shape.heads * width);
        assert!((out.rows, out.columns) == size && (d_out.rows, d_out.columns) == size, "what attention gave");
        let d_qkv = self.zeros(qkv.rows, qkv.columns)?;
        let mut arguments = vec![self.at(qkv), self.at(out), self.at(d_out), Argument::Wide(qkv.columns as u64)];
        arguments.extend(self.places(segments));
        arguments.extend(shape_arguments(shape));
        arguments.push(self.at(&d_qkv));
        let shared = 4 * (4 * TILE * row_length(width) + 2 * TILE * (TILE + 1) + 4 * TILE);
        let name = by_width(shape, ["attention_back_64", "attention_back_128", "attention_back_256"])?;
        self.launch(name, (segments.tile_count, shape.heads), THREADS, shared, &arguments)?;
        Ok(d_qkv)
    }
}

/// Values of a row in shared memory: STRIDE there.
fn row_length(width: usize) -> usize {
    width.div_ceil(4) * 4 + 4
}

fn shape_arguments(shape: &AttentionShape) -> [Argument; 5] {
    let counts = [shape.heads, shape.group(), shape.head_dim].map(Argument::count);
    let [heads, group, width] = counts;
    [heads, group, width, Argument::Number(shape.scale), Argument::count(shape.window.unwrap_or(0))]
}

/// The operation for heads as wide as these.
fn by_width<'a>(shape: &AttentionShape, names: [&'a str; 3]) -> Result<&'a str, BackendError> {
    match shape.head_dim {
        ..=64 => Ok(names[0]),
        65..=128 => Ok(names[1]),
        129..=WIDEST => Ok(names[2]),
        width => Err(failed("CUDA", format!("heads of {width} values are wider than {WIDEST}"))),
    }
}
