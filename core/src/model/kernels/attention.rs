//! Causal attention over segments, with grouped queries; no mask over all tokens is ever made.
//!
//! Vaswani et al. 2017; grouped queries: Ainslie et al. 2023. The way back computes the probabilities again, a block of
//! rows at a time, as Dao et al. 2022 do.

use std::ops::Range;

use rayon::prelude::*;

use super::matmul::{Threads, View, ViewMut, multiply};
use super::{crew, small_batch, vector};
use crate::model::backend::{AttentionShape, Segment};

/// Query rows whose scores exist at a time.
const BLOCK: usize = 64;

/// Multiplications below which a single thread is faster than waking the others.
const WORTH_SHARING: usize = 200_000;
/// The same where the others are awake.
const WORTH_SHARING_IN_CREW: usize = 30_000;

/// Keys and values as they stand in a matrix: each row holds all key heads side by side, then all value heads.
#[derive(Debug, Clone, Copy)]
pub struct KeysAndValues<'a> {
    /// Row-major rows.
    pub data: &'a [f32],
    /// Values in a row.
    pub columns: usize,
    /// Column of the first key head.
    pub first_key: usize,
}

impl<'a> KeysAndValues<'a> {
    fn head(&self, shape: &AttentionShape, head: usize) -> (View<'a>, View<'a>) {
        let rows = View::new(self.data, self.columns);
        let key = self.first_key + head * shape.head_dim;
        let value = key + shape.key_value_heads * shape.head_dim;
        (rows.columns(key..key + shape.head_dim), rows.columns(value..value + shape.head_dim))
    }
}

/// Some query rows of a segment with the keys that any of them sees.
struct Block {
    /// Rows, counted from the segment's first.
    rows: Range<usize>,
    keys: Vec<Range<usize>>,
    key_count: usize,
    /// For each row, which of the keys it sees.
    seen: Vec<Range<usize>>,
}

fn blocks(segment: &Segment, shape: &AttentionShape) -> Vec<Block> {
    let query_count = segment.rows.len();
    let before = segment.key_count() - query_count;
    (0..query_count)
        .step_by(BLOCK)
        .map(|start| {
            let rows = start..(start + BLOCK).min(query_count);
            let first = shape.first_seen(before + start + 1);
            let wanted = first..before + rows.end;
            let seen = rows.clone().map(|row| {
                let end = before + row + 1;
                shape.first_seen(end) - first..end - first
            });
            Block { seen: seen.collect(), key_count: wanted.len(), keys: keys_between(&segment.keys, &wanted), rows }
        })
        .collect()
}

/// Some of the keys in `runs`, counted along them.
fn keys_between(runs: &[Range<usize>], wanted: &Range<usize>) -> Vec<Range<usize>> {
    let mut start = 0;
    let mut found = Vec::new();
    for run in runs {
        let from = wanted.start.clamp(start, start + run.len()) - start;
        let to = wanted.end.clamp(start, start + run.len()) - start;
        if from < to {
            found.push(run.start + from..run.start + to);
        }
        start += run.len();
    }
    found
}

/// softmax(factor·q·kᵀ) of a block, rows × `key_count`, zero where a query does not see the key.
fn probabilities(queries: View<'_>, keys: View<'_>, block: &Block, factor: f32, out: &mut [f32]) {
    let count = block.key_count;
    let pieces = ViewMut::new(out, count).split_columns(block.keys.iter().map(Range::len));
    for (range, mut piece) in block.keys.iter().zip(pieces) {
        multiply(1.0, queries, keys.rows(range.clone()).transposed(), false, &mut piece, Threads::One);
    }
    for (range, scores) in block.seen.iter().zip(out.chunks_exact_mut(count)) {
        let (scores, behind) = scores.split_at_mut(range.end);
        let (outside, seen) = scores.split_at_mut(range.start);
        outside.fill(0.0);
        let largest = vector::maximum(seen);
        let sum = vector::exponentials(seen, largest, factor);
        vector::scale(seen, 1.0 / sum);
        behind.fill(0.0);
    }
}

/// Segments of one query each: what decoding does. Without the cost of setting up products, and with the queries that
/// share a key head together.
fn forward_single(
    queries: &[f32],
    columns: usize,
    memory: KeysAndValues<'_>,
    shape: &AttentionShape,
    segments: &[Segment],
    out: &mut [f32],
) {
    let (width, group) = (shape.head_dim, shape.group());
    let one = |(index, out): (usize, &mut [f32])| {
        let (segment, head) = (&segments[index / shape.key_value_heads], index % shape.key_value_heads);
        let queries = &queries[segment.rows.start * columns + head * group * width..][..group * width];
        attend_group(queries, memory, head, segment, shape, out);
    };
    let keys: usize = segments.iter().map(Segment::key_count).sum();
    let worth = if crew::is_led() { WORTH_SHARING_IN_CREW } else { WORTH_SHARING };
    if keys * shape.heads * width < worth {
        out.chunks_exact_mut(group * width).enumerate().for_each(one);
        return;
    }
    let starts: Vec<usize> = (0..out.len()).step_by(group * width).collect();
    crew::share_columns(out, 1, &starts, |index, mut columns| one((index, columns.row(0))));
}

fn attend_group(
    queries: &[f32],
    memory: KeysAndValues<'_>,
    head: usize,
    segment: &Segment,
    shape: &AttentionShape,
    out: &mut [f32],
) {
    let (width, group, total) = (shape.head_dim, shape.group(), segment.key_count());
    let first = shape.first_seen(total);
    let (visible, count) = (keys_between(&segment.keys, &(first..total)), total - first);
    let key = memory.first_key + head * width;
    let value = key + shape.key_value_heads * width;
    let mut weights = vec![0.0; group * count];
    let mut start = 0;
    for range in &visible {
        let mut scores = vec![0.0; group * range.len()];
        let keys = &memory.data[range.start * memory.columns + key..];
        small_batch::scores(queries, keys, width, memory.columns, &mut scores);
        for (weights, scores) in weights.chunks_exact_mut(count).zip(scores.chunks_exact(range.len())) {
            weights[start..start + range.len()].copy_from_slice(scores);
        }
        start += range.len();
    }
    out.fill(0.0);
    for (weights, out) in weights.chunks_exact_mut(count).zip(out.chunks_exact_mut(width)) {
        let largest = vector::maximum(weights);
        let sum = vector::exponentials(weights, largest, shape.scale);
        let mut start = 0;
        for range in &visible {
            let values = &memory.data[range.start * memory.columns + value..];
            vector::add_weighted_rows(out, &weights[start..start + range.len()], 1.0 / sum, values, memory.columns);
            start += range.len();
        }
    }
}

/// out\[rows, heads·`head_dim`\] of the queries that stand first in each row of `queries`. The segments' rows ascend.
pub fn forward(
    queries: &[f32],
    query_columns: usize,
    memory: KeysAndValues<'_>,
    shape: &AttentionShape,
    segments: &[Segment],
    out: &mut [f32],
) {
    if segments.iter().all(|segment| segment.rows.len() == 1)
        && segments.len() * shape.heads * shape.head_dim == out.len()
    {
        return forward_single(queries, query_columns, memory, shape, segments, out);
    }
    let width = shape.head_dim;
    let heads = ViewMut::new(out, shape.heads * width).split_columns((0..shape.heads).map(|_| width));
    let tasks: Vec<_> = heads
        .into_iter()
        .enumerate()
        .flat_map(|(head, view)| {
            let parts = view.split_rows(segments.iter().map(|segment| &segment.rows));
            parts.into_iter().zip(segments).map(move |(part, segment)| (head, segment, part))
        })
        .collect();
    let run = |(head, segment, mut target): (usize, &Segment, ViewMut<'_>)| {
        let shared = head / shape.group();
        let columns = head * width..(head + 1) * width;
        let mut scores = Vec::new();
        for block in blocks(segment, shape) {
            let rows = segment.rows.start + block.rows.start..segment.rows.start + block.rows.end;
            let (keys, values) = memory.head(shape, shared);
            let queries = View::new(queries, query_columns).columns(columns.clone()).rows(rows);
            scores.resize(block.rows.len() * block.key_count, 0.0);
            probabilities(queries, keys, &block, shape.scale, &mut scores);
            let mut target = target.rows_mut(block.rows.clone());
            for (index, part) in key_columns(&scores, &block).into_iter().enumerate() {
                let values = values.rows(block.keys[index].clone());
                multiply(1.0, part, values, index > 0, &mut target, Threads::One);
            }
        }
    };
    let scores: usize = segments.iter().map(|segment| segment.rows.len() * segment.key_count()).sum();
    if scores * shape.heads * width < WORTH_SHARING {
        tasks.into_iter().for_each(run);
    } else {
        tasks.into_par_iter().for_each(run);
    }
}

/// A block's scores cut by the ranges of its keys.
fn key_columns<'s>(scores: &'s [f32], block: &Block) -> Vec<View<'s>> {
    let mut start = 0;
    let whole = View::new(scores, block.key_count);
    let cut = block.keys.iter().map(|range| {
        start += range.len();
        whole.columns(start - range.len()..start)
    });
    cut.collect()
}

/// The gradient of every column of `qkv` (queries, keys, values; keys and values stand in the queries' own rows), from
/// the gradient of the output.
pub fn backward(
    qkv: &[f32],
    out: &[f32],
    d_out: &[f32],
    shape: &AttentionShape,
    segments: &[Segment],
    d_qkv: &mut [f32],
) {
    let width = shape.head_dim;
    let columns = shape.columns();
    let rows = qkv.len() / columns;
    let query_columns = shape.heads * width;
    let mut pieces = ViewMut::new(d_qkv, columns)
        .split_columns((0..shape.heads).map(|_| width).chain(std::iter::once(columns - query_columns)));
    let mut d_memory = pieces.pop().unwrap_or_else(|| unreachable!("the piece of keys and values was just cut"));
    // Each query head has its own gradient of its keys and values: heads of a group are added up afterwards, in order.
    let mut d_heads = vec![0.0; shape.heads * rows * 2 * width];
    pieces.into_par_iter().zip(d_heads.par_chunks_mut(rows * 2 * width)).enumerate().for_each(
        |(head, (d_queries, d_head))| {
            let pass = HeadPass { qkv, out, d_out, shape, head };
            pass.backward(segments, d_queries, d_head);
        },
    );
    let group = shape.group();
    for row in 0..rows {
        let target = d_memory.row_mut(row);
        for head in 0..shape.heads {
            let source = &d_heads[(head * rows + row) * 2 * width..][..2 * width];
            let (d_key, d_value) = source.split_at(width);
            let key = head / group * width;
            let value = key + shape.key_value_heads * width;
            if head % group == 0 {
                target[key..key + width].copy_from_slice(d_key);
                target[value..value + width].copy_from_slice(d_value);
            } else {
                vector::add_scaled(&mut target[key..key + width], 1.0, d_key);
                vector::add_scaled(&mut target[value..value + width], 1.0, d_value);
            }
        }
    }
}

/// One query head on the way back.
struct HeadPass<'a> {
    qkv: &'a [f32],
    out: &'a [f32],
    d_out: &'a [f32],
    shape: &'a AttentionShape,
    head: usize,
}

impl HeadPass<'_> {
    /// `d_head` holds, a row, the gradient of the key, then of the value; it starts at zero.
    fn backward(&self, segments: &[Segment], mut d_queries: ViewMut<'_>, d_head: &mut [f32]) {
        let (shape, width) = (self.shape, self.shape.head_dim);
        let columns = self.head * width..(self.head + 1) * width;
        let memory = KeysAndValues { data: self.qkv, columns: shape.columns(), first_key: shape.heads * width };
        let (keys, values) = memory.head(shape, self.head / shape.group());
        let mut d_parts = ViewMut::new(d_head, 2 * width).split_columns([width, width]);
        let (mut scores, mut d_scores) = (Vec::new(), Vec::new());
        for segment in segments {
            for block in blocks(segment, shape) {
                let rows = segment.rows.start + block.rows.start..segment.rows.start + block.rows.end;
                let size = rows.len() * block.key_count;
                scores.resize(size, 0.0);
                d_scores.resize(size, 0.0);
                let queries = View::new(self.qkv, shape.columns()).columns(columns.clone()).rows(rows.clone());
                let d_out = View::new(self.d_out, shape.heads * width).columns(columns.clone()).rows(rows.clone());
                probabilities(queries, keys, &block, shape.scale, &mut scores);
                let pieces =
                    ViewMut::new(&mut d_scores, block.key_count).split_columns(block.keys.iter().map(Range::len));
                for (range, mut piece) in block.keys.iter().zip(pieces) {
                    multiply(1.0, d_out, values.rows(range.clone()).transposed(), false, &mut piece, Threads::One);
                }
                self.softmax_backward(rows.clone(), &scores, &mut d_scores, block.key_count);
                let mut d_query = d_queries.rows_mut(rows);
                let parts = key_columns(&scores, &block).into_iter().zip(key_columns(&d_scores, &block));
                for (index, (probability, d_score)) in parts.enumerate() {
                    let range = &block.keys[index];
                    multiply(1.0, d_score, keys.rows(range.clone()), index > 0, &mut d_query, Threads::One);
                    let mut d_key = d_parts[0].rows_mut(range.clone());
                    multiply(1.0, d_score.transposed(), queries, true, &mut d_key, Threads::One);
                    let mut d_value = d_parts[1].rows_mut(range.clone());
                    multiply(1.0, probability.transposed(), d_out, true, &mut d_value, Threads::One);
                }
            }
        }
    }

    /// d(score) of a block's rows; Σ p·dp of a row equals out·d(out), which is shorter to sum.
    fn softmax_backward(&self, rows: Range<usize>, scores: &[f32], d_scores: &mut [f32], key_count: usize) {
        let width = self.shape.head_dim;
        for ((row, scores), d_scores) in
            rows.zip(scores.chunks_exact(key_count)).zip(d_scores.chunks_exact_mut(key_count))
        {
            let start = (row * self.shape.heads + self.head) * width;
            let along = vector::dot(&self.out[start..start + width], &self.d_out[start..start + width]);
            vector::softmax_backward(scores, d_scores, along, self.shape.scale);
        }
    }
}
