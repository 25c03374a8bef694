//! Frozen weights kept in blocks of a few bits a number, as a GGUF file has them.
//!
//! A stack of modules may have parts of different forms. Nothing is widened but what is being multiplied.

use std::convert::Infallible;
use std::ops::Range;

use rayon::prelude::*;

use super::kernels::block_products::{self, WholeRows};
use super::kernels::blocks::{self, BlockKind};
use super::kernels::crew::share_columns;
use super::kernels::matmul::{Threads, View, ViewMut, multiply};
use super::kernels::{pack, small_batch};

/// A form that numbers are packed into here.
#[derive(Debug, Clone, Copy)]
pub(super) struct BlockForm {
    kind: BlockKind,
    pack: fn(&[f32], &mut Vec<u8>),
}

impl BlockForm {
    /// 8 bits a number.
    pub(super) const EIGHT_BITS: Self = Self { kind: BlockKind::Q8_0, pack: pack::pack_q8_0 };
    /// 4 bits a number.
    pub(super) const FOUR_BITS: Self = Self { kind: BlockKind::Q4K, pack: pack::pack_q4k };

    /// Whether a row of so many numbers fills its blocks.
    pub(super) fn takes(self, inputs: usize) -> bool {
        self.kind.row_bytes(inputs).is_some()
    }

    /// Whether it has 8 bits a number.
    pub(super) fn is_eight_bits(self) -> bool {
        self.kind == BlockKind::Q8_0
    }

    /// Bytes of rows that fill its blocks.
    pub(super) fn bytes(self, rows: usize, inputs: usize) -> usize {
        let (values, bytes) = self.kind.block();
        assert!(inputs.is_multiple_of(values), "{inputs} numbers do not fill blocks of {values}");
        rows * (inputs / values) * bytes
    }

    /// Packs rows. Each thread asks `read` for some at a time, by the number of the first, so that they are never wide as a
    /// whole.
    fn pack<E: Send>(
        self,
        rows: usize,
        inputs: usize,
        read: impl Fn(usize, &mut [f32]) -> Result<(), E> + Sync,
    ) -> Result<Vec<u8>, E> {
        let row_bytes = self.bytes(1, inputs);
        let share = (PACKED_VALUES / inputs).max(1);
        let mut bytes = vec![0; rows * row_bytes];
        let scratch = || (Vec::new(), Vec::new());
        bytes.par_chunks_mut(share * row_bytes).enumerate().try_for_each_init(
            scratch,
            |(wide, packed), (index, out)| {
                wide.resize(out.len() / row_bytes * inputs, 0.0);
                read(index * share, wide)?;
                packed.clear();
                (self.pack)(wide, packed);
                out.copy_from_slice(packed);
                Ok(())
            },
        )?;
        Ok(bytes)
    }
}

/// Rows of a weight that are kept in the same form.
#[derive(Debug, Clone)]
struct Part {
    kind: BlockKind,
    rows: usize,
    row_bytes: usize,
    bytes: Vec<u8>,
}

/// A weight \[outputs, inputs\] in blocks.
#[derive(Debug, Clone)]
pub struct QuantizedWeight {
    parts: Vec<Part>,
    inputs: usize,
    outputs: usize,
}

/// Numbers of a widened panel: small enough to stay in a core's second-level cache.
const PANEL_VALUES: usize = 192 * 1024;
/// Rows of a panel on the way back: always as many, so that sums are added up in the same parts whatever the threads.
const PANEL_ROWS: usize = 256;
/// Tasks that a product on the way back is cut into, a thread.
const TASKS_BACK_A_THREAD: usize = 2;
/// Numbers that a thread packs at a time.
const PACKED_VALUES: usize = 1 << 18;
/// Tasks that a product of a few rows is cut into, a thread.
const TASKS_A_THREAD: usize = 6;
/// Rows of the weight that a task of such a product is a multiple of.
const TASK_ROWS: usize = 8;

impl QuantizedWeight {
    /// Without a row yet.
    pub(super) fn new(inputs: usize) -> Self {
        Self { parts: Vec::new(), inputs, outputs: 0 }
    }

    /// Stacks rows under those that are there; `false` where the bytes are not whole rows of this form.
    #[must_use]
    pub(super) fn push(&mut self, kind: BlockKind, bytes: Vec<u8>) -> bool {
        let Some(row_bytes) = kind.row_bytes(self.inputs).filter(|&row| row > 0 && bytes.len().is_multiple_of(row))
        else {
            return false;
        };
        let rows = bytes.len() / row_bytes;
        self.outputs += rows;
        self.parts.push(Part { kind, rows, row_bytes, bytes });
        true
    }

    /// Stacks rows under those that are there, packed as they are read; see [`BlockForm::pack`].
    pub(super) fn push_packed<E: Send>(
        &mut self,
        form: BlockForm,
        rows: usize,
        read: impl Fn(usize, &mut [f32]) -> Result<(), E> + Sync,
    ) -> Result<(), E> {
        let bytes = form.pack(rows, self.inputs, read)?;
        self.parts.push(Part { kind: form.kind, rows, row_bytes: form.bytes(1, self.inputs), bytes });
        self.outputs += rows;
        Ok(())
    }

    /// The rows that are there once more, and again, until there are so many.
    pub(super) fn repeated(mut self, outputs: usize) -> Self {
        if let [part] = self.parts.as_mut_slice() {
            let length = outputs * part.row_bytes;
            part.bytes.reserve_exact(length.saturating_sub(part.bytes.len()));
            while part.bytes.len() < length {
                let more = (length - part.bytes.len()).min(part.bytes.len());
                part.bytes.extend_from_within(..more);
            }
            (part.rows, self.outputs) = (outputs, outputs);
        }
        self
    }

    /// The same rows in another form. Those that have it stay as they are.
    pub(super) fn repacked(self, form: BlockForm) -> Self {
        let mut new = Self::new(self.inputs);
        for part in self.parts {
            if part.kind == form.kind {
                new.outputs += part.rows;
                new.parts.push(part);
                continue;
            }
            let read = |first: usize, out: &mut [f32]| -> Result<(), Infallible> {
                let rows = out.len() / self.inputs;
                blocks::widen(part.kind, &part.bytes[first * part.row_bytes..(first + rows) * part.row_bytes], out);
                Ok(())
            };
            let Ok(()) = new.push_packed(form, part.rows, read);
        }
        new
    }

    /// Rows.
    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// Columns.
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// Bytes that it takes.
    pub fn bytes(&self) -> usize {
        self.parts.iter().map(|part| part.bytes.len()).sum()
    }

    /// Rows from `first` on in f32, as many as `out` takes.
    pub(super) fn rows_into(&self, first: usize, out: &mut [f32]) {
        assert!(first * self.inputs + out.len() <= self.outputs * self.inputs, "rows beyond the weight");
        let (mut start, mut out) = (first, out);
        for part in &self.parts {
            if start >= part.rows {
                start -= part.rows;
                continue;
            }
            let rows = (out.len() / self.inputs).min(part.rows - start);
            if rows == 0 {
                return;
            }
            let (now, rest) = out.split_at_mut(rows * self.inputs);
            blocks::widen(part.kind, &part.bytes[start * part.row_bytes..(start + rows) * part.row_bytes], now);
            (out, start) = (rest, 0);
        }
    }

    /// The whole weight in f32, row by row.
    pub(super) fn widened(&self) -> Vec<f32> {
        let mut values = vec![0.0; self.outputs * self.inputs];
        let share = (PANEL_VALUES / self.inputs).max(1);
        values.par_chunks_mut(share * self.inputs).enumerate().for_each(|(index, out)| {
            self.rows_into(index * share, out);
        });
        values
    }

    /// y (or y +=) x·Wᵀ of a few rows: the weight passes once, and each of its rows meets every row of x. A row's result
    /// does not depend on how many stand beside it.
    pub(super) fn multiply_few(&self, x: &[f32], accumulate: bool, y: &mut [f32]) {
        let (inputs, outputs) = (self.inputs, self.outputs);
        let rows = x.len() / inputs;
        assert!(x.len() == rows * inputs && y.len() == rows * outputs, "shapes do not fit");
        let is_whole = self.parts.iter().any(|part| block_products::has_products(part.kind));
        let whole = is_whole.then(|| WholeRows::new(x, inputs));
        let task = outputs.div_ceil(rayon::current_num_threads() * TASKS_A_THREAD).next_multiple_of(TASK_ROWS);
        let tasks = self.tasks(task);
        let starts: Vec<usize> = tasks.iter().map(|task| task.0).collect();
        share_columns(y, rows, &starts, |task, mut columns| {
            let (_, kind, bytes, width) = tasks[task];
            let mut block = vec![0.0; width * rows];
            match &whole {
                Some(whole) if block_products::has_products(kind) => {
                    block_products::products(kind, whole, bytes, &mut block);
                }
                _ => {
                    // Forms without products of their own stand in whole numbers.
                    small_batch::products_of_bytes(kind, x, bytes, inputs, &mut block);
                }
            }
            columns.put(&block, accumulate);
        });
    }

    /// Runs of at most `most` rows of one form: the first row, the form, the bytes, and how many rows they are.
    fn tasks(&self, most: usize) -> Vec<(usize, BlockKind, &[u8], usize)> {
        let (mut tasks, mut start) = (Vec::new(), 0);
        for part in &self.parts {
            for bytes in part.bytes.chunks(most * part.row_bytes) {
                let rows = bytes.len() / part.row_bytes;
                tasks.push((start, part.kind, bytes, rows));
                start += rows;
            }
        }
        tasks
    }

    /// y (or y +=) x·Wᵀ: panels of the weight's rows are widened, one a thread.
    pub(super) fn multiply(&self, x: View<'_>, accumulate: bool, y: ViewMut<'_>) {
        let (inputs, outputs) = (self.inputs, self.outputs);
        let panel = (PANEL_VALUES / inputs).clamp(16, 1024).min(outputs.div_ceil(rayon::current_num_threads()).max(16));
        let starts: Vec<usize> = (0..outputs).step_by(panel).collect();
        let targets = y.split_columns(starts.iter().map(|&start| panel.min(outputs - start)));
        let panels: Vec<_> = targets.into_iter().zip(starts).collect();
        panels.into_par_iter().for_each_init(Vec::new, |scratch, (mut target, start)| {
            scratch.resize(panel.min(outputs - start) * inputs, 0.0);
            self.rows_into(start, scratch);
            multiply(1.0, x, View::new(scratch, inputs).transposed(), accumulate, &mut target, Threads::One);
        });
    }

    /// dx = dy·W. Blocks lie along a row, so a task takes some columns of whole blocks, widens them for a panel of rows at a
    /// time, and adds up the panels' products in order: how many threads there are changes no sum.
    pub(super) fn multiply_back(&self, dy: View<'_>, dx: ViewMut<'_>) {
        let (inputs, outputs) = (self.inputs, self.outputs);
        let block = self.parts.iter().map(|part| part.kind.block().0).max().unwrap_or(1);
        let share = inputs.div_ceil(rayon::current_num_threads() * TASKS_BACK_A_THREAD);
        let width = share.next_multiple_of(block).min(PANEL_VALUES / PANEL_ROWS / block * block).min(inputs);
        let starts: Vec<usize> = (0..inputs).step_by(width).collect();
        let targets = dx.split_columns(starts.iter().map(|&start| width.min(inputs - start)));
        let tasks: Vec<_> = targets.into_iter().zip(starts).collect();
        tasks.into_par_iter().for_each_init(Vec::new, |scratch, (mut target, start)| {
            let columns = start..start + width.min(inputs - start);
            for first in (0..outputs).step_by(PANEL_ROWS) {
                let rows = first..(first + PANEL_ROWS).min(outputs);
                scratch.resize(rows.len() * columns.len(), 0.0);
                self.columns_into(rows.clone(), &columns, scratch);
                let panel = View::new(scratch, columns.len());
                multiply(1.0, dy.columns(rows), panel, first > 0, &mut target, Threads::One);
            }
        });
    }

    /// Some columns of some rows in f32. The columns are whole blocks of every part.
    fn columns_into(&self, rows: Range<usize>, columns: &Range<usize>, out: &mut [f32]) {
        let (mut first, mut out) = (0, out.chunks_exact_mut(columns.len()));
        for part in &self.parts {
            let (values, size) = part.kind.block();
            let bytes = columns.start / values * size..columns.end / values * size;
            let own = rows.start.max(first)..rows.end.min(first + part.rows);
            for (row, out) in own.zip(&mut out) {
                let row = &part.bytes[(row - first) * part.row_bytes..][..part.row_bytes];
                blocks::widen(part.kind, &row[bytes.clone()], out);
            }
            first += part.rows;
        }
    }
}

#[cfg(test)]
mod tests {
    use candle_core::quantized::{GgmlDType, QTensor};
    use candle_core::{Device, Tensor};

    use super::*;
    use crate::random::Random;

    fn normals(count: usize, seed: u64) -> Vec<f32> {
        let mut random = Random::new(seed, &[]);
        (0..count).map(|_| random.normal() as f32).collect()
    }

    /// A weight of three parts of different forms, and its numbers as the yardstick has them.
    fn mixed(inputs: usize) -> (QuantizedWeight, Vec<f32>) {
        let mut weight = QuantizedWeight::new(inputs);
        let mut numbers = Vec::new();
        let parts = [
            (40, BlockKind::Q4K, GgmlDType::Q4K),
            (7, BlockKind::Q6K, GgmlDType::Q6K),
            (33, BlockKind::F16, GgmlDType::F16),
        ];
        for (seed, (rows, kind, dtype)) in parts.into_iter().enumerate() {
            let values = Tensor::from_vec(normals(rows * inputs, seed as u64), (rows, inputs), &Device::Cpu);
            let packed = QTensor::quantize(&values.expect("numbers"), dtype).expect("packed");
            numbers.extend(
                packed.dequantize(&Device::Cpu).and_then(|t| t.flatten_all()?.to_vec1::<f32>()).expect("numbers"),
            );
            assert!(weight.push(kind, packed.data().expect("bytes").to_vec()));
        }
        (weight, numbers)
    }

    #[test]
    fn products_are_those_of_the_widened_weight() {
        let inputs = 512;
        let (weight, numbers) = mixed(inputs);
        let outputs = weight.outputs();
        assert_eq!((outputs, weight.widened().len(), weight.inputs()), (80, numbers.len(), inputs));
        for rows in [1, 3, 40] {
            let (x, dy) = (normals(rows * inputs, 11), normals(rows * outputs, 12));
            let within = |bound: f64, got: &[f32], want: &[f64]| {
                got.iter().zip(want).all(|(got, want)| (f64::from(*got) - want).abs() < bound)
            };
            let near = |got: &[f32], want: &[f64]| within(2e-4, got, want);
            // A few rows are rounded to 16 bits: by 5e-5 at most where the largest is 3, and 512 of them meet numbers
            // around 1.
            let nearly = |got: &[f32], want: &[f64]| within(4e-3, got, want);
            let dot =
                |a: &mut dyn Iterator<Item = (f32, f32)>| a.map(|(a, b)| f64::from(a) * f64::from(b)).sum::<f64>();
            let mut want = Vec::new();
            for row in x.chunks(inputs) {
                for output in numbers.chunks(inputs) {
                    want.push(dot(&mut row.iter().copied().zip(output.iter().copied())));
                }
            }
            let mut y = vec![0.0; rows * outputs];
            weight.multiply_few(&x, false, &mut y);
            assert!(nearly(&y, &want), "{rows} rows, one by one");
            weight.multiply(View::new(&x, inputs), false, ViewMut::new(&mut y, outputs));
            assert!(near(&y, &want), "{rows} rows, by panels");
            weight.multiply_few(&x, true, &mut y);
            let twice: Vec<f64> = want.iter().map(|value| 2.0 * value).collect();
            assert!(nearly(&y, &twice), "{rows} rows, added");
            let mut back = Vec::new();
            for row in dy.chunks(outputs) {
                for input in 0..inputs {
                    back.push(dot(&mut row.iter().copied().zip(numbers.iter().skip(input).step_by(inputs).copied())));
                }
            }
            let mut dx = vec![0.0; rows * inputs];
            weight.multiply_back(View::new(&dy, outputs), ViewMut::new(&mut dx, inputs));
            assert!(near(&dx, &back), "{rows} rows, back");
        }
    }

    #[test]
    fn rows_are_found_across_parts() {
        let (weight, numbers) = mixed(256);
        for (first, rows) in [(0, 80), (39, 2), (38, 12), (46, 1), (47, 33), (79, 1)] {
            let mut out = vec![f32::NAN; rows * 256];
            weight.rows_into(first, &mut out);
            assert!(
                out.iter().zip(&numbers[first * 256..]).all(|(a, b)| (a - b).abs() < 1e-6),
                "{rows} rows from {first}"
            );
        }
        let mut weight = QuantizedWeight::new(96);
        assert!(!weight.push(BlockKind::Q4K, vec![0; 144]), "96 numbers fill no block of 256");
        assert!(!weight.push(BlockKind::Q8_0, vec![0; 101]), "no whole row");
    }
}
